"""Items: what sources hold, one row for each thing a person would call a change.

An item says which kind of thing it is, under which path, what it means (a digest), what other parts of the system may
ask about it without its value (facets), and where it stands. Merging, blame, diff and fingerprints work on items alone,
so a run that knows the items of a file needs neither its text nor its values.

A project has 100,000 of them, so a table keeps them as rows: plain tuples, which Python's garbage collector can tell to
be harmless and leaves alone, while it would walk 100,000 named ones again and again (a third of the time of a cold
run). Looking at a row makes it an `Item`; the document, line and column stay three integers until somebody asks for a
`Location`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from tenprint.importers.location import DocumentId, Location

Path = tuple[str, ...]
"""Names from the kind of data down to the thing, such as ("domain", "responses", "utter_greet")."""

FacetValue = bytes | str | tuple[str, ...]
Facets = tuple[tuple[str, FacetValue], ...]
"""Named answers about an item, sorted by name: digests of parts of it, or names it mentions."""

NO_FACETS: Facets = ()

Row = tuple[str, Path, bytes, Facets, int, int, int]
"""An item without the names of its fields, in their order."""


class Item(NamedTuple):
    """One thing of one source. `document` indexes the table's documents; line and column count from 1, 0 is unknown."""

    kind: str
    path: Path
    digest: bytes
    facets: Facets
    document: int
    line: int
    column: int

    def facet(self, name: str) -> FacetValue | None:
        for known, value in self.facets:
            if known == name:
                return value
        return None

    def names(self, facet: str) -> tuple[str, ...]:
        """Names this item mentions under a facet; none when it has no such facet."""
        value = self.facet(facet)
        return value if isinstance(value, tuple) else ()


class Part(NamedTuple):
    """An item together with the value it was made of."""

    item: Item
    value: Any


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Items in source order, and the documents they stand in."""

    documents: tuple[DocumentId, ...]
    rows: tuple[Row, ...]
    _by_kind: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __iter__(self) -> Iterator[Item]:
        return map(Item._make, self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def location(self, item: Item) -> Location:
        return self.documents[item.document].at(item.line, item.column)

    def kinds(self) -> frozenset[str]:
        return frozenset(self.by_kind())

    def by_kind(self) -> Mapping[str, list[Row]]:
        """Rows of each kind, in order; parted once, because all that looks at a table asks for it."""
        if not self._by_kind:
            found: dict[str, list[Row]] = {}
            # Kinds come in long stretches.
            for kind, stretch in groupby(self.rows, key=itemgetter(0)):
                found.setdefault(kind, []).extend(stretch)
            self._by_kind.update(found)
        return self._by_kind

    def of_kind(self, *kinds: str) -> tuple[Item, ...]:
        found = self.by_kind()
        if len(kinds) == 1:
            return tuple(map(Item._make, found.get(kinds[0], ())))
        if found.keys().isdisjoint(kinds):
            return ()
        return tuple(Item._make(row) for row in self.rows if row[0] in kinds)


def renumbered(rows: Iterable[Row], offset: int) -> Iterator[Row]:
    """Rows whose documents stand `offset` places further on."""
    for kind, path, digest, facets, document, line, column in rows:
        yield kind, path, digest, facets, document + offset, line, column
