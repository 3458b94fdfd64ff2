"""What edits of examples alone change in an answer that nothing is to do, without a look at anything else.

A plan is made of merged items. A run that finds nothing to do leaves a baseline: the digests of all examples, regular
expressions and lookup entries, and which documents warnings are about. Where afterwards nothing but such items differ,
in a few files, their rows from before and after the edits are enough to name what a whole run would name:

- Such items are merged by their digests alone, so of all other files only counts how often they have a digest.
- No check of a plan asks more of them than which retrieval intents they name; edits of those examples are none of ours.
- Of the keys that decide only `messages` reads them.

Whatever else differs has no answer here. What the changes make due is told by `edited_plans`. Pure.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from tenprint.fingerprinting.diff import Change, StoredItem, diff_items
from tenprint.fingerprinting.sections import Section
from tenprint.importers import DocumentId, Item, ItemTable, Row
from tenprint.importers.data import RETRIEVAL_SEPARATOR
from tenprint.importers.kinds import NLU
from tenprint.importers.merging import Identity

MESSAGES = "messages"
"""The key that reads all items of NLU data."""

EDITABLE = tuple(
    kind.name for kind in NLU.item_kinds if kind.identity is Identity.SET and dict(kind.read_by) == {MESSAGES: "digest"}
)
"""Kinds of item that edits may differ in."""

DIGEST_SIZE = 32

_ITEM_KINDS = {kind.name: kind for kind in NLU.item_kinds}
_EXAMPLE = "intent-example"


class Block(NamedTuple):
    """Where the sorted digests stand that begin with one byte, and the digest of what stands there, in hexadecimal."""

    start: int
    size: int
    digest: str


class Baseline(NamedTuple):
    """What edits are compared with: the sections, the documents warnings are about, by source and path, and the blocks.

    In the block of a first byte are the digests of all editable items that begin with it, from before merging.
    """

    sections: tuple[Section, ...]
    warned: frozenset[tuple[str, str]]
    blocks: tuple[Block, ...]

    @property
    def editable(self) -> int:
        """How many editable items there are."""
        return sum(block.size for block in self.blocks) // DIGEST_SIZE


class Edit(NamedTuple):
    """One document before and after it was edited; its rows may carry any number."""

    document: DocumentId
    before: Sequence[Row]
    after: Sequence[Row]


def sorted_digests(rows: Iterable[Row]) -> bytes:
    """Bring the digests of editable items into the order in which a baseline keeps them."""
    return b"".join(sorted(row[2] for row in rows if row[0] in EDITABLE))


def edited_changes(
    baseline: Baseline, edits: Sequence[Edit], read: Callable[[Block], bytes]
) -> tuple[Change, ...] | None:
    """Name what differs after the edits; None where only a whole run can tell.

    Args:
        baseline: The run before them.
        edits: All documents that differ, in their order in the source.
        read: Returns what stands in a block.
    """
    if not all(_may_be_told(baseline, edit) for edit in edits):
        return None
    before, after = Counter(_digests(edit.before for edit in edits)), Counter(_digests(edit.after for edit in edits))
    if baseline.editable - before.total() + after.total() < 1:
        return None  # no examples are left
    known = {digest: _count(read(baseline.blocks[digest[0]]), digest) for digest in before.keys() ^ after.keys()}
    if any(known[digest] < before[digest] for digest in known):
        return None  # the baseline is one of other files
    gone = {digest for digest, count in known.items() if digest in before and before[digest] == count}
    come = {digest for digest, count in known.items() if not count}
    return _changes(edits, gone, come, baseline.sections)


def _count(digests: bytes, digest: bytes) -> int:
    """Tell how often one of the sorted digests is there."""

    def at(place: int) -> bytes:
        return digests[place * DIGEST_SIZE : (place + 1) * DIGEST_SIZE]

    places = range(len(digests) // DIGEST_SIZE)
    return bisect_right(places, digest, key=at) - bisect_left(places, digest, key=at)


def _may_be_told(baseline: Baseline, edit: Edit) -> bool:
    """Tell whether an edit touches editable items only, and nothing that a warning is about."""
    if (edit.document.source, edit.document.path) in baseline.warned:
        return False
    others = ([row[:4] for row in rows if row[0] not in EDITABLE] for rows in (edit.before, edit.after))
    if next(others) != next(others):
        return False
    return Counter(_retrieval(edit.before)) == Counter(_retrieval(edit.after))


def _retrieval(rows: Iterable[Row]) -> Iterator[bytes]:
    return (row[2] for row in rows if row[0] == _EXAMPLE and RETRIEVAL_SEPARATOR in row[1][1])


def _digests(tables: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    return (row[2] for rows in tables for row in rows if row[0] in EDITABLE)


def _changes(
    edits: Sequence[Edit], gone: Iterable[bytes], come: Iterable[bytes], sections: Sequence[Section]
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
    return diff_items(stored, table, _ITEM_KINDS, differing=(MESSAGES,), sections=sections)
