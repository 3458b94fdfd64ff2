"""Pictures: a snapshot as lines of text, so that two of them can be compared across processes and told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import Any

from tenprint.importers import Row, Snapshot, digest_of

Picture = tuple[str, ...]


def picture_of(snapshot: Snapshot) -> Picture:
    """Draw all documents, items and problems, with their places; revisions are left out, they have tests of their own.

    Paths of items are written as Python writes them: whatever they hold, a line stays a line.
    """
    documents = (
        f"document {document.role} {document.id.source!r} {document.id.path!r} {_content(document.content)}"
        for document in snapshot.documents
    )
    items = (
        f"{kind} {path!r} {digest.hex()} {facets!r} at {document}:{line}:{column}"
        for kind, path, digest, facets, document, line, column in snapshot.table.rows
    )
    return (*documents, *items, *(f"problem {problem!s}" for problem in snapshot.problems))


def meaning_of(rows: Sequence[Row]) -> Picture:
    """Draw what items mean, wherever they stand: what is trained on."""
    return tuple(sorted(f"{row[0]} {row[1]!r} {row[2].hex()}" for row in rows))


def difference(one: Sequence[str], other: Sequence[str]) -> str:
    """Tell the first place in which two pictures differ."""
    for first, second in zip_longest(one, other, fillvalue="nothing"):
        if first != second:
            return f"{first}\n  against {second}"
    return "nothing differs"


def changeable_part(value: Any, where: str) -> str | None:
    """Find a list or a set where a frozen value has a tuple; None when there is none.

    Mappings are looked into: a value of YAML or JSON in one may be of any type.
    """
    if isinstance(value, (list, set, dict)):
        return f"{where} is a {type(value).__name__}"
    if isinstance(value, tuple):
        names: Sequence[str] = getattr(value, "_fields", ())
        labels = [f".{name}" for name in names] or [f"[{place}]" for place in range(len(value))]
        parts = [(f"{where}{label}", part) for label, part in zip(labels, value, strict=True)]
    elif is_dataclass(value):
        parts = [(f"{where}.{field.name}", getattr(value, field.name)) for field in fields(value)]
    else:
        return None
    found = (changeable_part(part, name) for name, part in parts if not isinstance(part, Mapping))
    return next((told for told in found if told is not None), None)


def _content(content: Any) -> str:
    return digest_of(content).hex() if isinstance(content, bytes) else digest_of(repr(content).encode()).hex()
