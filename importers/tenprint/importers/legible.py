"""Values as people read them: what the author wrote, as far as the value still says it. Pure, and for showing only.

Nothing is computed from these forms: no digest, no comparison.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from tenprint.importers.data import Example, Rule, Story
from tenprint.importers.items import Path
from tenprint.importers.writing.markup import annotated
from tenprint.importers.writing.refusals import Refusals
from tenprint.importers.writing.stories import dialogue_entries

SHORT = 72
"""Characters of a value inside a sentence or a line."""

_OWN_MAPPING = "properties"


def legible(value: Any, path: Path = ()) -> Any:
    """Return a value made of what JSON knows; fields that say what `path` says already are left out."""
    if isinstance(value, Example):
        return _example(value)
    if isinstance(value, Story | Rule):
        entries = dialogue_entries([value], Refusals())
        if entries:
            return _without_name(legible(entries[0].content), path)
    if is_dataclass(value) and not isinstance(value, type):
        return _without_name(_fields(value), path)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: legible(entry) for key, entry in value._asdict().items() if entry is not None}
    if isinstance(value, Mapping):
        return {str(key): legible(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [legible(entry) for entry in value]
    # Numbers JSON has no word for, and dates, are told in Python's words.
    is_known = value is None or isinstance(value, bool | int | str)
    return value if is_known or (isinstance(value, float) and abs(value) < float("inf")) else str(value)


def _example(example: Example) -> Any:
    text = annotated(example.text, example.entities)
    if text is None:
        text = example.text
    return text if example.metadata is None else {"text": text, "metadata": legible(example.metadata)}


def _fields(value: Any) -> dict[str, Any]:
    """Fields that are not what they are when nothing is written; those named by the author himself stand among them."""
    written: dict[str, Any] = {}
    for part in fields(value):
        content = getattr(value, part.name)
        if content == _default(part):
            continue
        if part.name == _OWN_MAPPING and isinstance(content, Mapping):
            written.update(legible(content))
        else:
            written[part.name] = legible(content)
    return written


def _default(part: "Field[Any]") -> Any:
    return part.default if part.default_factory is MISSING else part.default_factory()


def _without_name(content: Any, path: Path) -> Any:
    """Leave out the first field where it is the name that the path ends in."""
    if not isinstance(content, dict) or not content:
        return content
    first = next(iter(content))
    return {
        key: entry for key, entry in content.items() if key != first or not isinstance(entry, str) or entry not in path
    }


def short_text(value: Any, *, limit: int = SHORT) -> str:
    """Tell a legible value in one line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 4]} ..."


def full_text(value: Any) -> str:
    """Tell a legible value whole: a text as it is, all else as JSON, which is YAML too."""
    if isinstance(value, str):
        return value
    flat = isinstance(value, Mapping | Sequence) and len(json.dumps(value, ensure_ascii=False)) <= SHORT
    return json.dumps(value, ensure_ascii=False, indent=None if flat else 2)
