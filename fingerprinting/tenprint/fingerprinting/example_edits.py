"""What edits of examples alone make of an answer that nothing is to do, without a look at anything else.

A plan is made of merged items. A run that finds nothing to do leaves a baseline: what it decided about, and the digests
of all examples, regular expressions and lookup entries. Where afterwards nothing but such items differ, in a few files,
their rows from before and after the edits are enough to name what a whole run would name:

- Such items are merged by their digests alone, so of all other files only counts how often they have a digest.
- No check of a plan asks more of them than which retrieval intents they name; edits of those examples are none of ours.
- Of the keys that decide only `messages` reads them.

Whatever else differs has no answer here, and no answer says what nodes will do. Pure.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tenprint.fingerprinting.diff import Change, StoredItem, diff_items
from tenprint.fingerprinting.plan import Situation, TrainingPlan, decide, with_sources
from tenprint.importers import DocumentId, Item, ItemTable, Problem, Row, SourceState
from tenprint.importers.data import RETRIEVAL_SEPARATOR
from tenprint.importers.kinds import NLU
from tenprint.importers.merging import Identity

MESSAGES = "messages"
"""The key that reads all items of NLU data."""

EDITABLE = tuple(
    kind.name for kind in NLU.item_kinds if kind.identity is Identity.SET and dict(kind.read_by) == {MESSAGES: "digest"}
)
"""Kinds of item that edits may differ in."""

_ITEM_KINDS = {kind.name: kind for kind in NLU.item_kinds}
_EXAMPLE = "intent-example"
_SIZE = 32
_EDITED = "edited"
"""Stands for another value of a key: nobody asks which one it is."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run that found nothing to do: what it decided about, its source, its warnings, and what may be edited.

    `digests` are those of all editable items before merging, sorted, one behind the other.
    """

    situation: Situation
    source: str
    problems: tuple[Problem, ...]
    digests: bytes

    def count(self, digest: bytes) -> int:
        """Tell how often an item is there."""
        places = range(len(self.digests) // _SIZE)
        return bisect_right(places, digest, key=self._at) - bisect_left(places, digest, key=self._at)

    def _at(self, place: int) -> bytes:
        return self.digests[place * _SIZE : (place + 1) * _SIZE]


@dataclass(frozen=True, slots=True)
class Edit:
    """One document before and after it was edited; its rows may carry any number."""

    document: DocumentId
    before: Sequence[Row]
    after: Sequence[Row]


def sorted_digests(rows: Iterable[Row]) -> bytes:
    """Bring the digests of editable items into the form that a baseline holds."""
    return b"".join(sorted(row[2] for row in rows if row[0] in EDITABLE))


def edited_plan(baseline: Baseline, edits: Sequence[Edit], revision: str) -> TrainingPlan | None:
    """Plan after the edits, but for the nodes, which depend on all of the data; None where only a whole run can tell.

    Args:
        baseline: The run before them.
        edits: All documents that differ, in their order in the source.
        revision: That of the source after them.
    """
    if not all(_may_be_told(baseline, edit) for edit in edits):
        return None
    before, after = Counter(_digests(edit.before for edit in edits)), Counter(_digests(edit.after for edit in edits))
    if len(baseline.digests) // _SIZE - before.total() + after.total() < 1:
        return None  # no examples are left
    known = {digest: baseline.count(digest) for digest in before | after}
    if any(known[digest] < count for digest, count in before.items()):
        return None  # the baseline is one of other files
    gone = {digest for digest, count in before.items() if known[digest] == count and digest not in after}
    come = {digest for digest in after if not known[digest]}
    situation, changes = baseline.situation, _changes(edits, gone, come, baseline.situation)
    if gone or come:
        situation = replace(situation, new={**situation.new, MESSAGES: _EDITED})
    plan = replace(decide(situation, changes), nodes=())
    return with_sources(plan, (SourceState(baseline.source, revision),), baseline.problems)


def _may_be_told(baseline: Baseline, edit: Edit) -> bool:
    """Tell whether an edit touches editable items only, and nothing that a warning is about."""
    others = ([row[:4] for row in rows if row[0] not in EDITABLE] for rows in (edit.before, edit.after))
    if next(others) != next(others):
        return False
    for problem in baseline.problems:
        places = [place for place in (problem.location, *problem.related) if place is not None]
        if any((place.source, place.path) == (edit.document.source, edit.document.path) for place in places):
            return False
    return Counter(_retrieval(edit.before)) == Counter(_retrieval(edit.after))


def _retrieval(rows: Iterable[Row]) -> Iterator[bytes]:
    return (row[2] for row in rows if row[0] == _EXAMPLE and RETRIEVAL_SEPARATOR in row[1][1])


def _digests(tables: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    return (row[2] for rows in tables for row in rows if row[0] in EDITABLE)


def _changes(
    edits: Sequence[Edit], gone: Iterable[bytes], come: Iterable[bytes], situation: Situation
) -> tuple[Change, ...]:
    """Name what differs; of equal items the first one counts, as in a merge."""
    left, new = dict.fromkeys(gone, True), dict.fromkeys(come, True)
    stored = [
        StoredItem(item.kind, item.path, item.digest)
        for edit in edits
        for item in map(Item._make, edit.before)
        if left.pop(item.digest, False)
    ]
    rows = [
        (kind, path, digest, facets, number, line, column)
        for number, edit in enumerate(edits)
        for kind, path, digest, facets, _, line, column in edit.after
        if new.pop(digest, False)
    ]
    table = ItemTable(tuple(edit.document for edit in edits), tuple(rows))
    return diff_items(stored, table, _ITEM_KINDS, differing=(MESSAGES,), sections=situation.sections)
