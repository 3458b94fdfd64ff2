"""A training cache on the content store: shared by projects, threads and processes, and never trusted unseen.

    space `training`        execution key -> {"scheme", "output", "storable"}, with a payload also
                            {"codec", "type", "files"} and the files as contents
    space `training-keys`   graph and node -> the parts of the key it ran with last, or was found under

Contents come first and the record last, so a process that is killed leaves no record of half a payload. Everything is
digested again when it is read. Quota, collection, verification and the commands are those of the store.
"""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.engine.cache import CachedResult, TrainingCache
from tenprint.fingerprinting.engine.codecs import DEFAULT_CODECS, Codec
from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.payload_notes import PayloadNotes
from tenprint.fingerprinting.engine.payloads import Label, Payload, PayloadError, Payloads
from tenprint.fingerprinting.engine.resource import ModelStorage
from tenprint.fingerprinting.engine.values import is_fingerprint
from tenprint.fingerprinting.errors import FingerprintError
from tenprint.importers import Problem, digest_of, digest_text
from tenprint.importers.store import Record, RecordCheck, Store, StoreError

OUTPUTS, KEYS = "training", "training-keys"

SCHEME = 1
"""Number of what a record says; one of another number is as good as none, and is removed with the least used."""

_STREAMED = 2**20
"""Bytes from which on a file is copied into the store in pieces, instead of being held in memory."""


class DiskCache(TrainingCache):
    """Keeps outputs in a store; with a quota of 0 nothing is kept or found, and no file is made."""

    def __init__(self, store: Store, *, codecs: Sequence[Codec] = DEFAULT_CODECS, keeps: bool = True) -> None:
        """Use a store; with `keeps` false it is looked into, and nothing is added to it."""
        self._store = store
        self._keeps = keeps and store.quota > 0
        self._payloads = Payloads(codecs)
        self._notes = PayloadNotes()

    def cache_output(
        self,
        fingerprint_key: str,
        output: Any,
        output_fingerprint: str,
        model_storage: ModelStorage,
        *,
        keep_output: bool = True,
    ) -> None:
        if not self._keeps:
            return
        value: dict[str, Any] = {"scheme": SCHEME, "output": output_fingerprint, "storable": True}
        digests: list[str] = []
        try:
            with self._payloads.packed(output, model_storage) if keep_output else nullcontext() as payload:
                value["storable"] = payload is not None
                if payload is not None and payload.size <= self._store.quota:
                    digests = self._kept(payload)
                    label = payload.label
                    value |= {"codec": label.codec, "type": label.type, "files": list(payload.files)}
        except StoreError:  # the store itself says so, when it is given the record
            pass
        except (PayloadError, OSError) as failure:
            self._notes.add(failure)
        self._store.record(OUTPUTS, fingerprint_key, value, digests)

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        # A payload that is gone does not change what the output was.
        record = self._found(fingerprint_key, "nothing")
        return None if record is None else str(record.value["output"])

    def has_payload(self, fingerprint_key: str) -> bool:
        record = self._found(fingerprint_key, "presence")
        return record is not None and "codec" in record.value

    def is_storable(self, fingerprint_key: str) -> bool:
        record = self._found(fingerprint_key, "nothing")
        return record is not None and bool(record.value["storable"])

    def get_cached_result(
        self, fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> CachedResult | None:
        record = self._found(fingerprint_key, "presence")
        if record is None or "codec" not in record.value:
            return None
        value = record.value
        files: dict[str, bytes] = {}
        for path, digest in zip(value["files"], record.contents, strict=True):
            content = self._store.get(digest)
            if content is None:
                return None
            files[path] = content
        try:
            return self._payloads.unpacked(
                Label(value["codec"], value["type"]),
                files,
                node_name=node_name,
                model_storage=model_storage,
                output_fingerprint=value["output"],
            )
        except PayloadError as failure:
            self._notes.add(failure)
            return None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self._store.problems, *self._notes.problems)

    def close(self) -> None:
        self._store.close()

    def know(self, types: Iterable[type]) -> None:
        self._payloads.know(types)

    def note_key(self, graph: str, node_name: str, key: NodeKey) -> None:
        if self._keeps:
            self._store.record(KEYS, _node_text(graph, node_name), key.to_json())

    def noted_key(self, graph: str, node_name: str) -> NodeKey | None:
        record = self._store.find(KEYS, _node_text(graph, node_name), check="nothing") if self._is_on else None
        try:
            return None if record is None else NodeKey.from_json(record.value)
        except FingerprintError:  # of another version; explaining does without
            return None

    @property
    def _is_on(self) -> bool:
        return self._store.quota > 0

    def _found(self, fingerprint_key: str, check: RecordCheck) -> Record | None:
        record = self._store.find(OUTPUTS, fingerprint_key, check=check) if self._is_on else None
        return record if record is not None and _is_ours(record) else None

    def _kept(self, payload: Payload) -> list[str]:
        """Put all files into the store; the answer are their digests, in that order."""
        digests: dict[str, str] = {}
        small: dict[str, bytes] = {}
        for path, content in payload.files.items():
            if isinstance(content, bytes):
                small[path] = content
            elif content.stat().st_size < _STREAMED:
                small[path] = content.read_bytes()
            else:
                digests[path] = self._streamed(content)
        digests.update(zip(small, self._store.put_all(small.values()), strict=True))
        return [digests[path] for path in payload.files]

    def _streamed(self, source: Path) -> str:
        target = self._store.new_file()
        try:
            shutil.copyfile(source, target)
            return self._store.take(target)
        finally:
            target.unlink(missing_ok=True)


def _is_ours(record: Record) -> bool:
    """Tell whether a record says what those of this scheme say; whoever shares the cache may have written it."""
    value = record.value
    output = value.get("output")
    if value.get("scheme") != SCHEME or not isinstance(output, str) or not isinstance(value.get("storable"), bool):
        return False
    return (output == "" or is_fingerprint(output)) and ("codec" not in value or _names_payload(record))


def _names_payload(record: Record) -> bool:
    """Tell whether a record says how its contents are read, and which file each of them is."""
    value = record.value
    files = value.get("files")
    if not isinstance(files, list) or len(files) != len(record.contents):
        return False
    return all(isinstance(text, str) for text in (value["codec"], value.get("type"), *files))


def _node_text(graph: str, node_name: str) -> str:
    """Name a node of a graph; both may be any text."""
    raw = [part.encode("utf-8", "surrogatepass") for part in (graph, node_name)]
    return digest_text(digest_of(b"".join(b"%d:%b" % (len(part), part) for part in raw)))
