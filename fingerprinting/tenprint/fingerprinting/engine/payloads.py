"""Payloads: outputs of nodes as files, and back.

Rules:
- An output with `to_cache` writes itself into a folder; any other goes through the first codec that can give it back.
- The label of a payload names its codec and the class of the output. What is made again must be of that class.
- Classes are those the program has shown: by returning one, or in what a component says that it returns.
- Whatever goes wrong, in components too, is a `PayloadError`, which a cache turns into a warning and a miss.
"""

import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tenprint.fingerprinting.engine.cache import Cacheable, CachedResult
from tenprint.fingerprinting.engine.codecs import DEFAULT_CODECS, Codec, type_name
from tenprint.fingerprinting.engine.file_tree import file_parts
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.importers.archive_members import member_parts

_FOLDER = "folder"
"""What the label of an output says that has written itself."""

Content: TypeAlias = "bytes | Path"


class PayloadError(Exception):
    """An output that cannot be written, or made again; a signal to the cache, never seen outside."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a payload is to be read."""

    codec: str
    type: str


@dataclass(frozen=True, slots=True)
class Payload:
    """An output as files; paths are good only while it is `packed`."""

    label: Label
    files: Mapping[str, Content]

    @property
    def size(self) -> int:
        return sum(len(part) if isinstance(part, bytes) else part.stat().st_size for part in self.files.values())


class Payloads:
    """Packs outputs and unpacks them; safe over threads."""

    def __init__(self, codecs: Sequence[Codec] = DEFAULT_CODECS) -> None:
        self._codecs = {codec.name: codec for codec in codecs}
        self._types: dict[str, type] = {}
        self._lock = threading.Lock()
        self.know([Resource])

    def know(self, types: Iterable[type]) -> None:
        named = {type_name(kind): kind for kind in types}
        with self._lock:
            self._types = {**self._types, **named}

    @contextmanager
    def packed(self, output: Any, model_storage: ModelStorage) -> Iterator[Payload | None]:
        """Write an output to files, which are gone when the block ends; None where no codec can give it back.

        Raises:
            PayloadError: The output could not write itself.
            OSError: There is no room for temporary files.
        """
        self.know([type(output)])
        if isinstance(output, Cacheable) and not isinstance(output, type):
            with tempfile.TemporaryDirectory(prefix="tenprint-payload-") as folder:
                yield self._packed_folder(output, Path(folder), model_storage)
        else:
            yield self._encoded(output)

    def unpacked(
        self,
        label: Label,
        files: Mapping[str, bytes],
        *,
        node_name: str,
        model_storage: ModelStorage,
        output_fingerprint: str,
    ) -> CachedResult:
        """Make an output again.

        Raises:
            PayloadError: It cannot be made; its class is not known, say, or refuses.
        """
        try:
            if label.codec == _FOLDER:
                value = self._from_folder(label, files, (node_name, model_storage, output_fingerprint))
            else:
                value = self._codecs[label.codec].decode(files, self._types)
        except Exception as error:  # a class of a component, or bytes of another program: anything may come
            raise PayloadError(f"the output of {node_name} cannot be made again: {_told(error)}") from error
        if type_name(type(value)) != label.type:
            raise PayloadError(f"the output of {node_name} came back as {type_name(type(value))}, not {label.type}")
        return CachedResult(value)

    def _packed_folder(self, output: Cacheable, folder: Path, model_storage: ModelStorage) -> Payload:
        name = type_name(type(output))
        try:
            output.to_cache(folder, model_storage)
            files = {"/".join(parts): folder.joinpath(*parts) for parts in file_parts(folder)}
        except Exception as error:  # any class may write itself, so anything may come
            raise PayloadError(f"an output of type {name} could not be written: {_told(error)}") from error
        return Payload(Label(_FOLDER, name), files)

    def _encoded(self, output: Any) -> Payload | None:
        for name, codec in self._codecs.items():
            try:
                files = codec.encode(output)
            except Exception as error:  # codecs may be anyone's
                raise PayloadError(f"the codec {name} failed: {_told(error)}") from error
            if files is not None:
                return Payload(Label(name, type_name(type(output))), files)
        return None

    def _from_folder(self, label: Label, files: Mapping[str, bytes], place: tuple[str, ModelStorage, str]) -> Any:
        kind: Any = self._types[label.type]
        node_name, model_storage, output_fingerprint = place
        with tempfile.TemporaryDirectory(prefix="tenprint-payload-") as folder:
            for path, content in files.items():
                target = Path(folder, *member_parts(path))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            return kind.from_cache(node_name, Path(folder), model_storage, output_fingerprint)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
