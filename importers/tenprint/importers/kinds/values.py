"""What a value of each item kind is like: the path that follows from it, and what is wrong with one made in code.

Readers make no wrong values. Transforms do, and a wrong value that nobody tells becomes a wrong model. Values are
called `data.Slot`, as in `renaming`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tenprint.importers import data
from tenprint.importers.items import Path

PathOf = Callable[[Any], Path]
"""Value -> its path, where the value says it all."""

Fault = Callable[[Path, Any], str | None]
"""Path and value -> why they are no item of the kind; None for good ones."""


def of_type(*types: type) -> Fault:
    """Accept any value of these types."""
    names = " or ".join("None" if each is type(None) else each.__name__ for each in types)

    def fault(_path: Path, value: Any) -> str | None:
        return None if isinstance(value, types) else f"its value is {type(value).__name__}, not {names}"

    return fault


def below(*prefix: str, length: int, types: tuple[type, ...] = (object,)) -> Fault:
    """Accept values of these types under paths that begin with `prefix` and have so many names."""
    of_these_types = of_type(*types)

    def fault(path: Path, value: Any) -> str | None:
        if len(path) != length or path[: len(prefix)] != prefix:
            return (
                f"its path has {length} names and begins with {' > '.join(prefix)}, not {' > '.join(path) or 'empty'}"
            )
        return of_these_types(path, value)

    return fault


def path_of_component(key: str) -> PathOf:
    return lambda component: ("config", key, component["name"])


def named_below(*prefix: str, attribute: str = "name") -> PathOf:
    """Make the path of a prefix and a name of the value."""
    return lambda value: (*prefix, getattr(value, attribute))


def component_fault(_path: Path, value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f"its value is {type(value).__name__}, not a mapping"
    name = value.get("name")
    return None if isinstance(name, str) and name.strip() else "it needs the key 'name' with a text"


def example_fault(_path: Path, value: Any) -> str | None:
    """Refuse what no reader would make: blank texts, and annotations that are not those of the text."""
    if not isinstance(value, data.Example):
        return f"its value is {type(value).__name__}, not Example"
    text: Any = value.text
    intent: Any = value.intent
    if not (isinstance(text, str) and isinstance(intent, str) and text.strip() and intent.strip()):
        return "its text and its intent are texts that are not blank"
    for span in value.entities:
        if not isinstance(span, data.EntitySpan):
            return f"its entities hold {type(span).__name__}, not EntitySpan"
        if not 0 <= span.start < span.end <= len(text):
            return f"the entity {span.entity!r} is annotated at {span.start} to {span.end}, outside of its text"
    return None


def variation_fault(*, retrieval: bool) -> Fault:
    """Accept variations of responses; those of retrieval intents have a key in their names."""
    of_a_response = below("domain", "responses", length=3, types=(Mapping, type(None)))

    def fault(path: Path, value: Any) -> str | None:
        wrong = of_a_response(path, value)
        if wrong is None and (data.RETRIEVAL_SEPARATOR in path[2]) is not retrieval:
            kind = "response" if retrieval else "retrieval-response"
            return f"{path[2]!r} is the name of a {kind}"
        return wrong

    return fault


def slot_fault(_path: Path, value: Any) -> str | None:
    if not isinstance(value, data.Slot):
        return f"its value is {type(value).__name__}, not Slot"
    return "mappings of a slot are items of their own, of the kind slot-mapping" if value.mappings else None


def form_fault(_path: Path, value: Any) -> str | None:
    if not isinstance(value, data.Form):
        return f"its value is {type(value).__name__}, not Form"
    return "mappings of a form are items of their own, of the kind slot-mapping" if value.slot_mappings else None


def mapping_fault(path: Path, value: Any) -> str | None:
    """Accept the mappings of a slot, and those of a slot in a form."""
    section = "forms" if path[1:2] == ("forms",) else "slots"
    return below("domain", section, length=4, types=(data.SlotMapping,))(path, value)
