"""Blame: where what counts comes from, and what it won over. Pure.

Origins are found by items alone; values are looked up only where somebody wants to read them, and every document is
parsed once at most for all of them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any

from tenprint.importers.itemising import ReadingRules, parts_of
from tenprint.importers.items import Item, Part, Path, Row
from tenprint.importers.legible import legible, short_text
from tenprint.importers.location import Location
from tenprint.importers.merging import MARK, Conflict, Identity, Level, MergePolicy
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot

MOST_VALUES = 100
"""Conflicts whose values are looked up for a report; nobody reads more, and each may need a document of its own."""

_ADDS = "add"
"""The mark of an overlay that overrides nothing."""

_Key = tuple[str, Path, bytes]
"""What is the same for all items of one origin: kind, path, and the digest where equal items are one thing."""


@dataclass(frozen=True, slots=True)
class Override:
    """An item that does not count: on which level it lost, and by which policy."""

    position: int
    level: Level
    policy: MergePolicy


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing, or one ordered list, that counts. Numbers are places in `snapshot.unmerged`.

    `also` are places that say the same as what counts.
    """

    kind: str
    path: Path
    counts: tuple[int, ...]
    overrode: tuple[Override, ...] = ()
    also: tuple[int, ...] = ()


@dataclass(slots=True)
class _Entry:
    """An origin while it is collected."""

    kind: str
    path: Path
    counts: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)


class Blame:
    """Answers where the items of a snapshot come from; remembers the documents it has parsed for their values."""

    def __init__(self, snapshot: Snapshot, rules: ReadingRules) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self._item_kinds = rules.item_kinds()
        self._identities = rules.identities()
        self._revisions = {state.name: state.revision for state in snapshot.sources}
        self._starts: dict[int, int] = {}
        self._parts: dict[int, tuple[Part, ...]] = {}

    def origins(self, kinds: Collection[str] | None = None) -> tuple[Origin, ...]:
        """Return everything that counts, of some kinds or of all, in the order of the sources."""
        rows = self.snapshot.unmerged.rows
        counting = frozenset(self.snapshot.counting())
        entries: dict[_Key, _Entry] = {}
        lost: list[int] = []
        for position, row in enumerate(rows):
            if kinds is not None and row[0] not in kinds:
                continue
            if position in counting:
                key = self._key(row)
                entries.setdefault(key, _Entry(row[0], key[1])).counts.append(position)
            else:
                lost.append(position)
        if lost:
            self._assign(lost, entries)
        return tuple(self._origin(entry) for entry in entries.values())

    def item(self, position: int) -> Item:
        return Item._make(self.snapshot.unmerged.rows[position])

    def location(self, position: int) -> Location:
        """Place of an item, with the revision of its source where its document has none of its own."""
        return self.location_of(self.item(position))

    def location_of(self, item: Item) -> Location:
        found = self.snapshot.unmerged.location(item)
        return found if found.revision is not None else replace(found, revision=self._revisions.get(found.source))

    def is_default(self, position: int) -> bool:
        """Tell whether an item is written nowhere, but completes the configuration."""
        return self.snapshot.in_role(self.item(position), "default")

    def value(self, position: int) -> Any:
        """Value of an item, as people read it."""
        number = self.snapshot.unmerged.rows[position][4]
        if number not in self._parts:
            self._parts[number] = parts_of(self.snapshot.documents[number], number, self.rules)
        part = self._parts[number][position - self._start(number)]
        return legible(part.value, part.item.path)

    def _start(self, number: int) -> int:
        if not self._starts:
            for position, row in enumerate(self.snapshot.unmerged.rows):
                self._starts.setdefault(row[4], position)
        return self._starts[number]

    def _key(self, row: Row) -> _Key:
        """What is the same for all items of one origin."""
        kind, path, digest = row[:3]
        identity = self._identities.get(kind, Identity.BAG)
        group = identity.group_of(path) or (path if identity is Identity.ONE else None)
        return (kind, path, digest) if group is None else (kind, group, b"")

    def _assign(self, lost: Iterable[int], entries: dict[_Key, _Entry]) -> None:
        """Find for each item that does not count the one that counts instead."""
        rows = self.snapshot.unmerged.rows
        replacing = self._replacing()
        for position in lost:
            entry = entries.get(self._key(rows[position]))
            if entry is not None:
                entry.lost.append(position)
                continue
            path = rows[position][1]
            targets = (replacing[path[:length]] for length in range(len(path), 0, -1) if path[:length] in replacing)
            for key in (key for found in targets for key in found):
                if key in entries:
                    entries[key].replaced.append(position)
                    break

    def _replacing(self) -> dict[Path, list[_Key]]:
        """Paths that overlays replaced, with what counts below them since."""
        found: dict[Path, list[_Key]] = {}
        for row in self.snapshot.table.rows:
            mark = Item._make(row).names(MARK) if row[3] else ()
            if mark and mark[0] != _ADDS:
                found.setdefault(mark[1:], []).append(self._key(row))
        return found

    def _origin(self, entry: _Entry) -> Origin:
        same = frozenset(self._repeating(entry)) if entry.lost else frozenset()
        overrode = [self._override(entry, position) for position in entry.lost if position not in same]
        overrode += [replace(self._override(entry, position), policy="overlay") for position in entry.replaced]
        also = tuple(position for position in entry.lost if position in same)
        return Origin(entry.kind, entry.path, tuple(entry.counts), tuple(overrode), also)

    def _repeating(self, entry: _Entry) -> Iterator[int]:
        """Yield the items of a list, or the only ones, whose document says the same as what counts."""
        rows = self.snapshot.unmerged.rows
        is_list = self._is_list(entry.kind)
        counted = [rows[position][2] for position in entry.counts]
        by_document: dict[int, list[int]] = {}
        for position in entry.lost:
            by_document.setdefault(rows[position][4], []).append(position)
        for positions in by_document.values():
            said = [rows[position][2] for position in positions]
            if said == counted or not (is_list or set(said) - set(counted)):
                yield from positions

    def _override(self, entry: _Entry, position: int) -> Override:
        rows, documents = self.snapshot.unmerged.rows, self.snapshot.documents
        own, *others = (documents[rows[place][4]] for place in (position, *entry.counts))
        same_source = [other for other in others if other.id.source == own.id.source]
        level: Level = "projects" if same_source else "importers"
        if any(other.project == own.project for other in same_source):
            level = "files"
        return Override(position, level, self.rules.merge.rules(level).policy(entry.kind))

    def values_of(self, conflicts: Sequence[Conflict]) -> Iterator[tuple[Any, Any]]:
        """Yield what is kept and what is dropped of each conflict; of a list, all that its document says."""
        wanted = {self._side(side) for each in conflicts for side in (each.kept, each.dropped)}
        found: dict[tuple[_Key, int], list[int]] = {}
        for position, row in enumerate(self.snapshot.unmerged.rows):
            side = self._side(row)
            if side in wanted:
                found.setdefault(side, []).append(position)
        for each in conflicts:
            yield self._together(found[self._side(each.kept)]), self._together(found[self._side(each.dropped)])

    def _side(self, row: Row) -> tuple[_Key, int]:
        """One side of a conflict: a list as a document has it, or one meaning of a name, of which it may have two."""
        kind, path, digest, *_ = row
        return (self._key(row) if self._is_list(kind) else (kind, path, digest)), row[4]

    def _together(self, positions: Sequence[int]) -> Any:
        values = [self.value(position) for position in positions]
        return values if self._is_list(self.item(positions[0]).kind) else values[0]

    def _is_list(self, kind: str) -> bool:
        return self._identities.get(kind) in (Identity.GROUP, Identity.LIST)

    def name(self, item: Item) -> str:
        """Name of an item without the sections it stands in: `greet`, `city > roles > from`."""
        item_kind = self._item_kinds.get(item.kind)
        return " > ".join(item.path[item_kind.name_at if item_kind else 1 :] or item.path[-1:])

    def called(self, item: Item) -> str:
        """Say what an item is, as a sentence names it; an entry of a list is called after its list."""
        if self._identities.get(item.kind) is Identity.LIST:
            return f"list {item.path[-2]!r}"
        return f"{item.kind.replace('-', ' ')} {self.name(item)!r}"


def conflict_problems(snapshot: Snapshot, rules: ReadingRules | None) -> tuple[Problem, ...]:
    """Tell every conflict with both places, and with both values; without rules, and beyond many, without values."""
    if rules is None or not snapshot.conflicts:
        return tuple(conflict.to_problem(snapshot.unmerged) for conflict in snapshot.conflicts)
    blame = Blame(snapshot, rules)
    values = blame.values_of(snapshot.conflicts[:MOST_VALUES])
    texts = chain(((short_text(kept), short_text(dropped)) for kept, dropped in values), repeat(("", "")))
    return tuple(
        conflict.to_problem(snapshot.unmerged, kept=kept, dropped=dropped, what=blame.called(conflict.kept))
        for conflict, (kept, dropped) in zip(snapshot.conflicts, texts, strict=False)
    )
