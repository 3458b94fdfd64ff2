"""What a codec is, and the two that hold JSON and its like.

Rules:
- A codec writes what it can give back exactly: same types, same values. It declines everything else.
- Nothing is ever unpickled, and no class is found by a path that stored bytes name.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

Files: TypeAlias = Mapping[str, bytes]
"""Contents by relative path."""

_SCALARS = frozenset({type(None), bool, int, float, str})
_VALUE = "value"


class NotStorable(Exception):  # noqa: N818 - says what is the case; a signal within the codecs, never seen outside
    """A value that a codec cannot give back exactly."""


class Codec(Protocol):
    """One way to write values to files. Methods block, and are called in worker threads."""

    @property
    def name(self) -> str:
        """What stored payloads call it; another meaning needs another name."""
        ...

    def encode(self, value: Any) -> Files | None:
        """Write a value down; None where it could not be given back exactly."""
        ...

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        """Make the value again; `types` are the classes that may occur in it.

        Raises:
            Exception: The files are not what `encode` wrote, or need a type that is not known.
        """
        ...


class JsonCodec:
    """Plain JSON: None, booleans, numbers, text, lists, and mappings with text as keys."""

    name = "json"

    def encode(self, value: Any) -> Files | None:
        if not _is_plain(value, _SCALARS):
            return None
        try:
            return {_VALUE: json.dumps(value, separators=(",", ":")).encode("ascii")}
        except ValueError:  # an integer of more than 4,300 digits
            return None

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        del types
        return json.loads(files[_VALUE])


class MsgpackCodec:
    """JSON with bytes in it, where the package `msgpack` is installed."""

    name = "msgpack"

    def encode(self, value: Any) -> Files | None:
        if not _is_plain(value, _SCALARS | {bytes}) or find_spec("msgpack") is None:
            return None
        try:
            return {_VALUE: import_module("msgpack").packb(value, use_bin_type=True)}
        except (OverflowError, ValueError):  # integers beyond 64 bits, lone surrogates, too deep
            return None

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        del types
        return import_module("msgpack").unpackb(files[_VALUE], raw=False, strict_map_key=True)


def _is_plain(value: Any, scalars: frozenset[type]) -> bool:
    """Tell whether there are but these types in it, exactly; a value that contains itself never ends, so depth does."""
    level = [value]
    for _ in range(_DEPTH):
        inner: list[Any] = []
        for part in level:
            if type(part) is list:
                inner += part
            elif type(part) is dict and all(type(key) is str for key in part):
                inner += part.values()
            elif type(part) not in scalars:
                return False
        if not inner:
            return True
        level = inner
    return False


_DEPTH = 200
"""Levels that every reader of JSON and msgpack can follow."""
