"""Fingerprints of values: what a node was given, and what it answered with. Pure.

A value with a method `fingerprint()` is asked; every other one is encoded as the canonical form says, which is extended
here by types that components use:

    own fingerprint       g <text>
    array, sparse matrix  as in `arrays`
    member of an enum     E <class> <name> <value>
    path                  P <text, with / between parts>
    frozen dataclass      D <class> <count> : <name value name value ...>
    named tuple           n <class> <count> : <name value name value ...>

Plain values have the same digest here as everywhere else. What has no fixed bytes is refused, by its place in the
value; nothing is ever printed and the text digested. The walk keeps its own stack, so depth is limited by the budget.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, Flag
from functools import lru_cache
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from tenprint.fingerprinting.engine.arrays import array_form
from tenprint.importers import CanonicalFormError, digest_of, digest_text, parse_digest, scalar_form, text_form

MAX_NODES = 10_000_000
"""Parts one value may have; anything larger should have a `fingerprint()` of its own."""

_HINT = "use plain values, a frozen dataclass, or a class with a method `fingerprint()` that returns a text"


@runtime_checkable
class Fingerprintable(Protocol):
    """A value that says by a text what it is: equal texts, equal values, in every process."""

    def fingerprint(self) -> str: ...


def fingerprint_of(value: Any, *, name: str = "value") -> str:
    """Return `sha256:<hex>` of a value; what its own `fingerprint()` returns, if that is one already.

    So something that only knows the fingerprint of a value can stand in its place.

    Args:
        value: Any value made of what the module describes.
        name: What the value is called in errors.

    Raises:
        CanonicalFormError: Something in it has no fingerprint; the message says where.
    """
    try:
        own = _own_fingerprint(value)
    except CanonicalFormError as error:
        raise CanonicalFormError(f"{name}: {error}", hint=error.hint) from error
    if own is not None and is_fingerprint(own):
        return own
    return digest_text(digest_of(_Walk(name).encode(value)))


def is_fingerprint(text: str) -> bool:
    """Tell whether a text is a digest as `fingerprint_of` returns them."""
    try:
        parse_digest(text)
    except ValueError:
        return False
    return text == text.lower()


def fingerprints_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprint of each value, by the name of its parameter.

    Raises:
        CanonicalFormError: Something in one of them has no fingerprint.
    """
    return {parameter: fingerprint_of(value, name=parameter) for parameter, value in inputs.items()}


def qualified_name(class_: type) -> str:
    """Return the dotted path of a class, by which it is known in keys and schemas."""
    return f"{class_.__module__}.{class_.__qualname__}"


Step = Callable[[int], str]
Close = Callable[[list[bytes]], bytes]


class _Frame:
    """A value of which some parts are encoded and others are to come; `step` names the place of a part."""

    __slots__ = ("children", "close", "parts", "step", "value")

    def __init__(self, value: Any, children: Iterable[Any], step: Step, close: Close) -> None:
        self.value = value
        self.children = iter(children)
        self.step = step
        self.close = close
        self.parts: list[bytes] = []


class _Walk:
    """One walk through a value, which ends when nothing is open any more."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Frame] = []
        self.identities: set[int] = set()
        self.nodes = 0

    def encode(self, value: Any) -> bytes:
        done = self._enter(value)
        while self.open:
            if self._go_on(self.open[-1]):
                done = self._leave()
                if self.open:
                    self.open[-1].parts.append(done)
        return b"" if done is None else done

    def _go_on(self, frame: _Frame) -> bool:
        """Encode parts until one has parts itself; tell whether all are done."""
        parts = frame.parts
        for child in frame.children:
            form = _scalar(child)
            if form is None:
                form = self._enter(child)
                if form is None:
                    return False
            else:
                self.nodes += 1
            parts.append(form)
        return True

    def _enter(self, value: Any) -> bytes | None:
        """Encode a value without parts, or open one that has some."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._placed(CanonicalFormError(f"more than {MAX_NODES:,} parts"))
        try:
            form = _form(value)
        except CanonicalFormError as error:
            raise self._placed(error) from error
        if isinstance(form, bytes):
            return form
        if id(value) in self.identities:
            raise self._placed(CanonicalFormError("a collection that contains itself"))
        self.identities.add(id(value))
        self.open.append(form)
        return None

    def _leave(self) -> bytes:
        frame = self.open.pop()
        self.identities.discard(id(frame.value))
        return frame.close(frame.parts)

    def _placed(self, error: CanonicalFormError) -> CanonicalFormError:
        place = self.name + "".join(frame.step(len(frame.parts)) for frame in self.open)
        return CanonicalFormError(f"{place}: {error}", hint=error.hint or _HINT)


def _scalar(value: Any) -> bytes | None:
    try:
        return scalar_form(value)
    except CanonicalFormError:
        return None  # told with its place by who looks closer


def _form(value: Any) -> "bytes | _Frame":
    """Encode one value without parts; or say what parts it has."""
    scalar = scalar_form(value)
    if scalar is not None:
        return scalar
    kind = type(value)
    if kind is list or kind is dict or kind is tuple:  # by far the most
        return _collection(value)
    if isinstance(value, type):
        raise CanonicalFormError(f"the class {qualified_name(value)} has no fingerprint", hint=_HINT)
    own = _own_fingerprint(value)
    if own is not None:
        return b"g" + text_form(own)
    if isinstance(value, Enum):
        return _member(value)
    if isinstance(value, PurePath):
        return b"P" + text_form(value.as_posix())
    if "__dataclass_fields__" in vars(kind):  # a subclass that is none itself may hold more than the fields
        return _record(value)
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return _named(b"n", value, kind._fields)
    return _collection(value)


def _own_fingerprint(value: Any) -> str | None:
    """Ask a value for its fingerprint, if its class has such a method; a class itself is never asked."""
    method = getattr(type(value), "fingerprint", None)
    if method is None or not callable(method) or isinstance(value, type):
        return None
    own = value.fingerprint()
    if not isinstance(own, str):
        name = qualified_name(type(value))
        raise CanonicalFormError(
            f"{name}.fingerprint() returned {type(own).__qualname__} in place of a text",
            hint="let it be a plain method that returns a text",
        )
    return own


def _member(value: Enum) -> "_Frame":
    # Combined flags have names on some versions of Python only.
    name = "" if isinstance(value, Flag) else value.name
    head = b"E" + text_form(qualified_name(type(value))) + text_form(name)
    return _Frame(value, (value.value,), lambda _: ".value", lambda parts: head + parts[0])


@lru_cache(maxsize=4096)
def _shape(tag: bytes, kind: type, names: tuple[str, ...]) -> tuple[bytes, tuple[bytes, ...]]:
    """Encode what all values of a class have in common."""
    head = tag + text_form(qualified_name(kind)) + b"%d:" % len(names)
    return head, tuple(text_form(name) for name in names)


def _record(value: Any) -> "_Frame":
    kind: Any = type(value)
    if not kind.__dataclass_params__.frozen:
        raise CanonicalFormError(
            f"{qualified_name(kind)} is a dataclass that can be changed, so it has no fingerprint",
            hint="declare it with `frozen=True`, or give it a method `fingerprint()` that returns a text",
        )
    return _named(b"D", value, _field_names(kind))


@lru_cache(maxsize=4096)
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _named(tag: bytes, value: Any, names: tuple[str, ...]) -> "_Frame":
    kind: Any = type(value)
    head, forms = _shape(tag, kind, names)
    return _Frame(
        value,
        [getattr(value, name) for name in names],
        lambda number: f".{names[number]}",
        lambda parts: head + b"".join(form + part for form, part in zip(forms, parts, strict=True)),
    )


def _collection(value: Any) -> "bytes | _Frame":
    if isinstance(value, dict | MappingProxyType):
        pairs = list(value.items())
        flat = (part for pair in pairs for part in pair)
        return _Frame(value, flat, lambda number: f"[{pairs[number // 2][0]!r}]", _close_mapping)
    if isinstance(value, list | tuple):
        tag = b"l" if isinstance(value, list) else b"u"
        return _Frame(value, value, lambda number: f"[{number}]", lambda parts: _counted(tag, parts))
    if isinstance(value, set | frozenset):
        return _Frame(value, value, lambda _: "{...}", lambda parts: _counted(b"e", sorted(parts)))
    form = array_form(value)
    if form is None:
        raise CanonicalFormError(f"a value of type {qualified_name(type(value))} has no fingerprint", hint=_HINT)
    return form


def _counted(tag: bytes, parts: Sequence[bytes]) -> bytes:
    return b"%b%d:%b" % (tag, len(parts), b"".join(parts))


def _close_mapping(parts: list[bytes]) -> bytes:
    pairs = sorted(zip(parts[::2], parts[1::2], strict=True))
    return b"m%d:%b" % (len(pairs), b"".join(part for pair in pairs for part in pair))
