"""Values made of other values: tuples, sets, dataclasses, arrays in them; as one page of JSON and files beside it.

    None, booleans, numbers, text, list, {text: ..}    as in JSON
    {"$": "tuple" | "set" | "frozenset", "v": [..]}
    {"$": "dict", "v": [[key, value], ..]}             keys that are no text, or a key "$"
    {"$": "bytes", "v": <hex>}                         longer ones: {"$": "file", "v": <name>}
    {"$": "npy", "v": <name>}                          an array, or with "number" a number of numpy
    {"$": "sparse", "v": <folder>}
    {"$": "enum", "t": <type>, "v": <name>}
    {"$": <type>, "v": [..]}                           dataclass or named tuple, values in the order of its fields

A type is a position in the list `types`, which holds names of classes with the names of their fields. The class itself
comes from those that the program knows: its own components say what they return.
"""

import json
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from tenprint.fingerprinting.engine.codecs.array_codecs import (
    array_bytes,
    array_from,
    is_array,
    is_number,
    is_sparse,
    sparse_files,
    sparse_from,
)
from tenprint.fingerprinting.engine.codecs.codec import Files, NotStorable
from tenprint.fingerprinting.engine.codecs.types import fields_of, type_name

_TAG = "$"
_PAGE = "value"
_SHORT = 64
"""Bytes that may stand on the page; twice as many digits cost less than a file."""


class StructureCodec:
    """Everything that is made of plain values, arrays, dataclasses and named tuples."""

    name = "structure"

    def encode(self, value: Any) -> Files | None:
        writer = _Writer()
        try:
            written = writer.written(value)
            page = json.dumps({"types": writer.types, "value": written}, separators=(",", ":"))
        except (NotStorable, RecursionError, ValueError):  # too deep, or an integer of more than 4,300 digits
            return None
        return {**writer.files, _PAGE: page.encode("ascii")}

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        page = json.loads(files[_PAGE])
        return _Reader(files, page["types"], types).read(page["value"])


class _Writer:
    """One walk over a value, which collects what does not stand on the page."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.types: list[list[Any]] = []
        self._positions: dict[type, int] = {}
        self._fields: dict[type, tuple[str, ...] | None] = {}

    def written(self, value: Any) -> Any:
        """Return what stands on the page for a value."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        write = _WRITERS.get(kind)
        if write is not None:
            return write(self, value)
        return self._of_a_class(value)

    def listed(self, value: Any) -> list[Any]:
        return [self.written(part) for part in value]

    def mapping(self, value: Any) -> Any:
        if _TAG not in value and all(type(key) is str for key in value):
            return {key: self.written(part) for key, part in value.items()}
        return {_TAG: "dict", "v": [self.listed(pair) for pair in value.items()]}

    def tagged(self, value: Any) -> Any:
        return {_TAG: type(value).__name__, "v": self.listed(value)}

    def unordered(self, value: Any) -> Any:
        # Sorted, so that equal sets have equal bytes.
        return {_TAG: type(value).__name__, "v": sorted(self.listed(value), key=json.dumps)}

    def raw(self, value: bytes) -> Any:
        if len(value) <= _SHORT:
            return {_TAG: "bytes", "v": value.hex()}
        return {_TAG: "file", "v": self._filed(value)}

    def _filed(self, content: bytes) -> str:
        name = str(len(self.files))
        self.files[name] = content
        return name

    def _of_a_class(self, value: Any) -> Any:
        kind = type(value)
        if kind not in self._fields:
            self._fields[kind] = fields_of(kind)
        fields = self._fields[kind]
        if fields is None:
            return self._single(value)
        position = self._position(kind, fields)
        return {_TAG: position, "v": [self.written(getattr(value, field)) for field in fields]}

    def _single(self, value: Any) -> Any:
        """Write what is not made of other values."""
        if is_array(value):
            return {_TAG: "npy", "v": self._filed(array_bytes(value))}
        if is_number(value):
            return {_TAG: "npy", "v": self._filed(array_bytes(value)), "number": True}
        if is_sparse(value):
            folder = str(len(self.files))
            self.files.update({f"{folder}/{name}": content for name, content in sparse_files(value).items()})
            return {_TAG: "sparse", "v": folder}
        # Several flags together have no name of their own.
        if isinstance(value, Enum) and type(value).__members__.get(value.name) is value:
            return {_TAG: "enum", "t": self._position(type(value), ()), "v": value.name}
        raise NotStorable

    def _position(self, kind: type, fields: tuple[str, ...]) -> int:
        position = self._positions.get(kind)
        if position is None:
            position = self._positions[kind] = len(self.types)
            self.types.append([type_name(kind), list(fields)])
        return position


_WRITERS: dict[type, Callable[[_Writer, Any], Any]] = {
    list: _Writer.listed,
    dict: _Writer.mapping,
    tuple: _Writer.tagged,
    set: _Writer.unordered,
    frozenset: _Writer.unordered,
    bytes: _Writer.raw,
}


class _Reader:
    """One page being read; whatever it does not say as it should is an error of some kind."""

    def __init__(self, files: Files, named: list[list[Any]], known: Mapping[str, type]) -> None:
        self._files = files
        unknown = sorted({name for name, _ in named}.difference(known))
        if unknown:
            raise LookupError(
                f"nothing says here what {', '.join(unknown)} is; name it where the node says what it gives"
            )
        self._types = [(known[name], tuple(fields)) for name, fields in named]
        for kind, fields in self._types:
            if not issubclass(kind, Enum) and fields_of(kind) != fields:
                raise ValueError(f"{type_name(kind)} has other fields now")

    def read(self, written: Any) -> Any:
        if isinstance(written, list):
            return [self.read(part) for part in written]
        if not isinstance(written, dict):
            return written
        tag = written.get(_TAG)
        if tag is None:
            return {key: self.read(part) for key, part in written.items()}
        if isinstance(tag, int):
            kind, fields = self._types[tag]
            return kind(**dict(zip(fields, self.read(written["v"]), strict=True)))
        return self._read_tagged(tag, written)

    def _read_tagged(self, tag: str, written: Mapping[str, Any]) -> Any:
        content = written["v"]
        if tag == "bytes":
            return bytes.fromhex(content)
        if tag == "file":
            return self._files[content]
        if tag == "enum":
            members: Any = self._types[written["t"]][0]
            return members[content]
        if tag == "npy":
            array = array_from(self._files[content])
            return array[()] if written.get("number") else array
        if tag == "sparse":
            folder = f"{content}/"
            return sparse_from(
                {name.removeprefix(folder): part for name, part in self._files.items() if name.startswith(folder)}
            )
        if tag == "dict":
            return {self.read(key): self.read(part) for key, part in content}
        return _COLLECTIONS[tag](self.read(content))


_COLLECTIONS: dict[str, Callable[[list[Any]], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
