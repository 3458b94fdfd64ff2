"""Canonical form: one unambiguous byte string for each value.

    None            N
    False, True     F T
    int             i <length> : <decimal digits>
    float           f <8 bytes, IEEE 754, big-endian>        (one NaN; 0.0 and -0.0 differ)
    str             s <length> : <UTF-8>
    bytes           b <length> : <bytes>
    date, datetime  d / t <length> : <ISO 8601>
    tuple           u <count> : <elements>
    list            l <count> : <elements>
    set, frozenset  e <count> : <elements, sorted by their bytes>
    dict            m <count> : <key value key value ..., sorted by the bytes of the key>

Lengths and counts are decimal. Every form is tagged and either of fixed size or preceded by its length, so no two
values share bytes: 1, "1", 1.0 and True differ, and so do None, "None", [], (), {} and set(). Text that UTF-8 cannot
encode (lone surrogates) has no canonical form. The walk keeps its own stack, so depth is limited by nothing but the
budget.
"""

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tenprint.importers.digest import digest_of
from tenprint.importers.errors import CanonicalFormError

SCHEME = 1
"""Number of this encoding and of the digests built on it; stored beside every fingerprint."""

MAX_NODES = 10_000_000
"""Nodes one value may have once shared parts are written out; an alias bomb has billions."""

_NAN = b"f\x7f\xf8\x00\x00\x00\x00\x00\x00"


_SHORT_TEXT = tuple(b"s%d:" % size for size in range(128))
"""Tag and length of short texts; formatting them again each time is half of the cost of `text_form`."""

_SMALL_INTEGERS = tuple(b"i%d:%d" % (len(str(number)), number) for number in range(256))
"""Forms of the integers that occur most: offsets within a message."""


def text_form(text: str) -> bytes:
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalFormError(f"text that UTF-8 cannot encode: {text!r}") from error
    size = len(raw)
    return _SHORT_TEXT[size] + raw if size < len(_SHORT_TEXT) else b"s%d:%b" % (size, raw)


def _sized(tag: bytes, raw: bytes) -> bytes:
    return b"%b%d:%b" % (tag, len(raw), raw)


name_form = lru_cache(maxsize=8192)(text_form)
"""`text_form` for names of intents, actions and entities, which come by again and again."""


def tuple_form(parts: Sequence[bytes]) -> bytes:
    """Put the form of a tuple together from the forms of its elements; for values there are 100,000 of."""
    return b"u%d:%b" % (len(parts), b"".join(parts))


def integer_form(value: int) -> bytes:
    if 0 <= value < len(_SMALL_INTEGERS):
        return _SMALL_INTEGERS[value]
    try:
        return _sized(b"i", b"%d" % value)
    except ValueError as error:
        raise CanonicalFormError("an integer of more than 4,300 digits") from error


def _float(value: float) -> bytes:
    return _NAN if math.isnan(value) else b"f" + struct.pack(">d", value)


_SCALARS: dict[Any, Callable[[Any], bytes]] = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: integer_form,
    float: _float,
    str: text_form,
    bytes: lambda value: _sized(b"b", value),
    date: lambda value: _sized(b"d", value.isoformat().encode()),
    datetime: lambda value: _sized(b"t", value.isoformat().encode()),
}

_SEQUENCES: dict[Any, bytes] = {tuple: b"u", list: b"l"}


class _Frame:
    """One open collection of the walk: what is still to come, and what its parts were encoded to."""

    __slots__ = ("children", "identity", "kind", "parts")

    def __init__(self, value: Any) -> None:
        self.kind = _collection_type(value)
        self.identity = id(value)
        self.parts: list[bytes] = []
        self.children: Iterator[Any] = (
            iter([part for pair in value.items() for part in pair]) if self.kind is dict else iter(value)
        )

    def close(self) -> bytes:
        parts = self.parts
        if self.kind is dict:
            pairs = sorted(zip(parts[::2], parts[1::2], strict=True))
            return b"m%d:%b" % (len(pairs), b"".join(part for pair in pairs for part in pair))
        if self.kind is frozenset:
            return b"e%d:%b" % (len(parts), b"".join(sorted(parts)))
        return b"%b%d:%b" % (_SEQUENCES[self.kind], len(parts), b"".join(parts))


def _collection_type(value: Any) -> type:
    """Exact types and their plain subclasses (parser nodes are dicts and lists); anything else is refused."""
    for kind in (dict, list, tuple):
        if isinstance(value, kind):
            return kind
    if isinstance(value, (set, frozenset)):
        return frozenset
    raise CanonicalFormError(
        f"a value of type {type(value).__qualname__} has no canonical form",
        hint="use None, booleans, numbers, text, bytes, dates, and collections of these",
    )


def canonical(value: Any, *, max_nodes: int = MAX_NODES) -> bytes:
    """Encode a value.

    Raises:
        CanonicalFormError: A type without canonical form, a value that contains itself, or more than `max_nodes` nodes.
    """
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if type(value) is tuple and len(value) < max_nodes and _SCALARS.keys() >= set(map(type, value)):
        # Most values are a few names; for those there is nothing to walk.
        return tuple_form([_SCALARS[type(child)](child) for child in value])
    stack = [_Frame(value)]
    open_frames = {id(value)}
    nodes = 1
    while True:
        frame = stack[-1]
        for child in frame.children:
            nodes += 1
            if nodes > max_nodes:
                raise CanonicalFormError(f"more than {max_nodes} nodes once shared parts are written out")
            scalar = _SCALARS.get(type(child))
            if scalar is None:
                if id(child) in open_frames:
                    raise CanonicalFormError("a collection that contains itself")
                open_frames.add(id(child))
                stack.append(_Frame(child))
                break
            frame.parts.append(scalar(child))
        else:
            open_frames.discard(stack.pop().identity)
            encoded = frame.close()
            if not stack:
                return encoded
            stack[-1].parts.append(encoded)


def scalar_form(value: Any) -> bytes | None:
    """Encode a value that has no parts; None for any other, and for subclasses, which may mean something else."""
    encode = _SCALARS.get(type(value))
    return None if encode is None else encode(value)


def canonical_digest(value: Any) -> bytes:
    """Digest of the canonical form, 32 raw bytes."""
    return digest_of(canonical(value))
