"""Which transforms made the data of a snapshot, as rows of a table beside its items. Pure.

A transform is no data: its results are. So its row is in no table that is merged, shown or exported. It stands beside
the items where those are recorded, which is how a plan can name the transform that is another one now. It enters a
fingerprint key of its own, which no section reads: equal results train equal models, whoever made them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.items import NO_FACETS, ItemTable, Path, Row
from tenprint.importers.kinds import ItemKind, as_it_is, whole
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.merging import Identity

TRANSFORMS = "transforms"
"""The fingerprint key, the first name in the path of a transform, and the facet of what transforms have made."""

TRANSFORM = ItemKind("transform", Identity.LIST, whole(as_it_is), {TRANSFORMS: "digest"})


@dataclass(frozen=True, slots=True)
class AppliedTransform:
    """A transform and all that its results depend on; `source` None means the whole project.

    `options` are all of them, with their defaults, but for secrets.
    """

    name: str
    version: str
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    location: Location | None = field(default=None, compare=False)
    inputs: bytes | None = None
    """Digest of the inputs it declares; None where it declares none."""

    @property
    def path(self) -> Path:
        return (TRANSFORMS, self.name) if self.source is None else (TRANSFORMS, self.source, self.name)

    @property
    def digest(self) -> bytes:
        content: tuple[Any, ...] = (self.version, self.seed, dict(self.options))
        if self.inputs is not None:
            content = (*content, self.inputs)
        return canonical_digest((TRANSFORM.name, self.path, content))

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "source": self.source,
            "version": self.version,
            "seed": self.seed,
            "options": dict(self.options),
            "location": None if self.location is None else self.location.to_json(),
        }


def recorded(table: ItemTable, transforms: Sequence[AppliedTransform]) -> ItemTable:
    """Return what a model remembers: all items, and the transforms in their order."""
    if not transforms:
        return table
    documents = list(table.documents)
    rows: list[Row] = []
    for transform in transforms:
        place = transform.location or Location("transforms", f"<{transform.name}>")
        document = DocumentId(place.source, place.path, place.revision)
        if document not in documents[len(table.documents) :]:
            documents.append(document)
        number = documents.index(document, len(table.documents))
        row = (TRANSFORM.name, transform.path, transform.digest, NO_FACETS, number, place.line or 0, place.column or 0)
        rows.append(row)
    return ItemTable(tuple(documents), (*table.rows, *rows))


def recorded_kinds(item_kinds: Mapping[str, ItemKind]) -> Mapping[str, ItemKind]:
    """Return the kinds of all that is recorded."""
    return {**item_kinds, TRANSFORM.name: TRANSFORM}
