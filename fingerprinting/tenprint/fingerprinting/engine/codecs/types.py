"""Names of classes, and which classes occur in what a component says that it returns.

Stored bytes name classes; they are looked up among those that the program has shown, never imported.
"""

import dataclasses
import inspect
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_type_hints


def type_name(kind: type) -> str:
    """Return how stored payloads call a class."""
    return f"{kind.__module__}:{kind.__qualname__}"


def fields_of(kind: type) -> tuple[str, ...] | None:
    """Return the names of all that an instance is made of; None where making one takes more, or other things."""
    if issubclass(kind, tuple):
        named = getattr(kind, "_fields", None)
        return tuple(named) if isinstance(named, tuple) else None
    if not dataclasses.is_dataclass(kind):
        return None
    names = tuple(field.name for field in dataclasses.fields(kind))
    return names if sorted(inspect.signature(kind).parameters) == sorted(names) else None


def types_within(annotations: Iterable[Any]) -> set[type]:
    """Find the classes in annotations, in the fields of those that are dataclasses or named tuples, and so on."""
    found: set[type] = set()
    waiting = list(annotations)
    while waiting:
        annotation = waiting.pop()
        waiting += get_args(annotation)
        if isinstance(annotation, type) and annotation not in found:
            found.add(annotation)
            waiting += _annotations(annotation)
    return found


def returned_types(uses: type, fn: str) -> set[type]:
    """Find the classes in what a method says that it returns; none where its annotations cannot be resolved."""
    return types_within([_hints(getattr(uses, fn, None)).get("return")])


def _annotations(kind: type) -> Iterator[Any]:
    if dataclasses.is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        yield from _hints(kind).values()


def _hints(owner: Any) -> dict[str, Any]:
    try:
        return get_type_hints(owner)
    except Exception:  # noqa: BLE001 - annotations may hold anything; the validator says what is wrong with them
        return {}
