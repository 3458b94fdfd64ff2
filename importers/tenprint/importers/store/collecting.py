"""What to remove from a store; decided on values alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordUse:
    """What a decision needs of a record; `size` is that of its value."""

    space: str
    key: str
    contents: tuple[str, ...]
    size: int
    recorded_at: float
    used_at: float


def incomplete(records: Iterable[RecordUse], present: Collection[str]) -> list[RecordUse]:
    """Find records that name contents which are not there; they can never be used again."""
    return [record for record in records if any(digest not in present for digest in record.contents)]


def least_recently_used(
    records: Iterable[RecordUse], sizes: Mapping[str, int], *, excess: int, used_before: float
) -> list[RecordUse]:
    """Choose the records to evict, least recently used first, until so many bytes are free.

    Contents count as freed when no record names them any more. What was used since `used_before` stays, because its
    user may still be reading.
    """
    kept = sorted(records, key=lambda record: (record.used_at, record.space, record.key))
    named = Counter(digest for record in kept for digest in set(record.contents))
    evicted = []
    for record in kept:
        if excess <= 0 or record.used_at >= used_before:
            break
        evicted.append(record)
        excess -= record.size
        for digest in set(record.contents):
            named[digest] -= 1
            if not named[digest]:
                excess -= sizes.get(digest, 0)
    return evicted
