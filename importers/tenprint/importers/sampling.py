"""A share of the dialogues, for curves of how much data helps. Pure: no state, no random numbers.

Which dialogues go follows from a seed and their content: the order of files, the machine and the process do not
matter, and what a larger share leaves out contains what a smaller one does. Stories and rules count alike, and
conversation tests are never sampled. The number is exact: 0 keeps all, 100 keeps none, and a half is rounded up, so 25
per cent of two dialogues leave one out.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

from tenprint.importers.data import Rule, Stories, Story
from tenprint.importers.digest import digest_of
from tenprint.importers.errors import OptionError
from tenprint.importers.items import ItemTable
from tenprint.importers.kinds import STORIES, TRAINING
from tenprint.importers.snapshot import Snapshot

OPTION = "exclusion_percentage"

Meaning = tuple[bytes, bytes]
"""Digest of what training reads of a dialogue, and digest of all of it."""


def sampled(stories: Stories, exclusion_percentage: float | None, *, seed: int = 0) -> Stories:
    """Leave a share of stories and rules out.

    Raises:
        OptionError: The percentage is no number from 0 to 100.
    """
    count = _count(len(stories.stories) + len(stories.rules), exclusion_percentage)
    if count == 0:
        return stories
    dialogues: tuple[Story | Rule, ...] = (*stories.stories, *stories.rules)
    itemise = {item_kind.name: item_kind.itemise for item_kind in STORIES.item_kinds}
    meanings = []
    for part in STORIES.take_apart(stories):
        digest, facets = itemise[part.kind](part.kind, part.path, part.value)
        meanings.append((_training(facets), digest))
    left_out = _left_out(meanings, count, seed)
    kept = [dialogue for position, dialogue in enumerate(dialogues) if position not in left_out]
    return Stories(
        tuple(dialogue for dialogue in kept if isinstance(dialogue, Story)),
        tuple(dialogue for dialogue in kept if isinstance(dialogue, Rule)),
    )


def sampled_snapshot(snapshot: Snapshot, exclusion_percentage: float | None, *, seed: int = 0) -> Snapshot:
    """Leave the same dialogues out of the items that count.

    Raises:
        OptionError: The percentage is no number from 0 to 100.
    """
    rows = snapshot.table.rows
    dialogues = STORIES.item_names
    positions = [position for position, row in enumerate(rows) if row[0] in dialogues]
    count = _count(len(positions), exclusion_percentage)
    if count == 0:
        return snapshot
    meanings = [(_training(rows[position][3]), rows[position][2]) for position in positions]
    gone = {positions[number] for number in _left_out(meanings, count, seed)}
    kept = [position for position in range(len(rows)) if position not in gone]
    counting = snapshot.counting()
    return replace(
        snapshot,
        table=ItemTable(snapshot.table.documents, tuple(rows[position] for position in kept)),
        kept=tuple(counting[position] for position in kept),
    )


def checked_percentage(value: Any) -> Fraction:
    """Return a percentage as a number without rounding errors; None is 0.

    Raises:
        OptionError: It is no number from 0 to 100.
    """
    if value is None:
        return Fraction(0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:  # noqa: PLR2004
        raise OptionError(
            f"the exclusion percentage must be a number from 0 to 100, not {value!r}",
            OPTION,
            hint="0 keeps all dialogues, 100 none",
        )
    return Fraction(value)


def _count(total: int, percentage: float | None) -> int:
    return floor(total * checked_percentage(percentage) / 100 + Fraction(1, 2))


def _training(facets: Sequence[tuple[str, Any]]) -> bytes:
    value = dict(facets)[TRAINING]
    assert isinstance(value, bytes)  # noqa: S101 - every dialogue has this facet, and it is a digest
    return value


def _left_out(meanings: Sequence[Meaning], count: int, seed: int) -> frozenset[int]:
    """Positions of the dialogues that go: those with the smallest digests of seed, meaning and number of repetition."""
    times: dict[bytes, int] = {}
    ranks: list[tuple[bytes, int]] = []
    for position in sorted(range(len(meanings)), key=lambda place: meanings[place]):
        training = meanings[position][0]
        times[training] = times.get(training, 0) + 1
        ranks.append((digest_of(f"{seed}:{times[training]}:".encode() + training), position))
    return frozenset(position for _, position in sorted(ranks)[:count])
