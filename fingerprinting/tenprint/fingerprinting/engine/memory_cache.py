"""A training cache in memory, for tests and notebooks. It keeps bytes, so nobody can change what it has."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from tenprint.fingerprinting.engine.cache import CachedResult, TrainingCache
from tenprint.fingerprinting.engine.codecs import DEFAULT_CODECS, Codec
from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.payload_notes import PayloadNotes
from tenprint.fingerprinting.engine.payloads import Label, Payload, PayloadError, Payloads
from tenprint.fingerprinting.engine.resource import ModelStorage
from tenprint.importers import Problem


@dataclass(frozen=True, slots=True)
class _Entry:
    output_fingerprint: str
    label: Label | None = None
    files: Mapping[str, bytes] | None = None
    is_storable: bool = True


class MemoryCache(TrainingCache):
    """Keeps everything until it is gone itself."""

    def __init__(self, *, codecs: Sequence[Codec] = DEFAULT_CODECS) -> None:
        self._payloads = Payloads(codecs)
        self._notes = PayloadNotes()
        self._entries: dict[str, _Entry] = {}
        self._keys: dict[tuple[str, str], NodeKey] = {}

    def cache_output(
        self,
        fingerprint_key: str,
        output: Any,
        output_fingerprint: str,
        model_storage: ModelStorage,
        *,
        keep_output: bool = True,
    ) -> None:
        entry = _Entry(output_fingerprint)
        try:
            with self._payloads.packed(output, model_storage) if keep_output else nullcontext() as payload:
                if payload is None:
                    entry = replace(entry, is_storable=False)
                else:
                    entry = replace(entry, label=payload.label, files=_in_memory(payload))
        except (PayloadError, OSError) as failure:
            self._notes.add(failure)
        self._entries[fingerprint_key] = entry

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        entry = self._entries.get(fingerprint_key)
        return None if entry is None else entry.output_fingerprint

    def has_payload(self, fingerprint_key: str) -> bool:
        entry = self._entries.get(fingerprint_key)
        return entry is not None and entry.label is not None

    def is_storable(self, fingerprint_key: str) -> bool:
        entry = self._entries.get(fingerprint_key)
        return entry is not None and entry.is_storable

    def get_cached_result(
        self, fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> CachedResult | None:
        entry = self._entries.get(fingerprint_key)
        if entry is None or entry.label is None or entry.files is None:
            return None
        try:
            return self._payloads.unpacked(
                entry.label,
                entry.files,
                node_name=node_name,
                model_storage=model_storage,
                output_fingerprint=entry.output_fingerprint,
            )
        except PayloadError as failure:
            self._notes.add(failure)
            return None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._notes.problems

    def know(self, types: Iterable[type]) -> None:
        self._payloads.know(types)

    def note_key(self, graph: str, node_name: str, key: NodeKey) -> None:
        self._keys[graph, node_name] = key

    def noted_key(self, graph: str, node_name: str) -> NodeKey | None:
        return self._keys.get((graph, node_name))


def _in_memory(payload: Payload) -> dict[str, bytes]:
    return {
        path: content if isinstance(content, bytes) else content.read_bytes() for path, content in payload.files.items()
    }
