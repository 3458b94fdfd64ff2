"""Counting, verifying and removing, over all files and records of a store.

Rules:
- Files are listed before records are read. What others add meanwhile is in neither list, so it is not removed.
- Records go before contents. A process that is killed in between leaves contents that nobody names, for the next time.
- What an index that was lost may have named stays for a month, unless the quota needs the room: contents are also found
  by the digests in a lock file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.digest import PREFIX
from tenprint.importers.problem import Problem
from tenprint.importers.store import layout
from tenprint.importers.store.collecting import RecordUse, incomplete, least_recently_used
from tenprint.importers.store.contents import ContentFiles, StoredFile
from tenprint.importers.store.errors import DamagedContent, IndexNewer
from tenprint.importers.store.index import Index
from tenprint.importers.store.record import Row, record_of
from tenprint.importers.store.reports import Collected, Stats, Verified

_DAY = 24 * 3600.0
_TEMPORARY_SECONDS = _DAY
"""No process writes to one file for a day; what is older was left by one that was killed."""
_QUARANTINE_SECONDS = 7 * _DAY
"""Time to look at what a disk, or a program, has done."""
_INHERITED_SECONDS = 30 * _DAY
_BEING_WRITTEN_SECONDS = 3600.0
"""A file that was not written to for an hour is nobody's; more cautious than that, `clear` would clear too little."""


@dataclass(frozen=True, slots=True)
class CollectionRules:
    """What may be removed: beyond `quota` bytes, and at `now` not touched within `grace` seconds.

    The time of last use in a record lags by up to `used_every`.
    """

    quota: int
    now: float
    grace: float
    used_every: float

    @property
    def before(self) -> float:
        return self.now - self.grace


def counted(files: ContentFiles, index: Index) -> Stats:
    stored, temporary, quarantined = list(files.stored()), files.temporary(), files.quarantined()
    return Stats(
        len(stored),
        _size(stored),
        index.counts(),
        len(temporary),
        _size(temporary),
        len(quarantined),
        _size(quarantined),
    )


def verified(files: ContentFiles, index: Index) -> Verified:
    """Read all contents and records; the damaged are put aside, records that name what is gone are removed."""
    index.check()
    sound: list[StoredFile] = []
    problems: list[Problem] = []
    for file in files.stored():
        problem = _content_problem(files, file)
        if problem is not None:
            problems.append(problem)
        elif files.size_of(file.name) is not None:  # else another process has removed it
            sound.append(file)
    rows = index.rows()
    useless = []
    for row in rows:
        problem = _record_problem(files, row)
        if problem is not None:
            problems.append(problem)
            useless.append(row)
    index.remove((row[0], row[1], row[4], row[5]) for row in useless)
    return Verified(len(sound), _size(sound), len(rows) - len(useless), tuple(problems))


def _content_problem(files: ContentFiles, file: StoredFile) -> Problem | None:
    try:
        files.is_sound(file.name)
    except DamagedContent:
        message = f"contents {PREFIX}{file.name} were damaged, and are in the quarantine now"
        hint = "they will be fetched again when they are needed; is the disk sound?"
        return Problem("cache-damaged", message, None, hint)
    return None


def _record_problem(files: ContentFiles, row: Row) -> Problem | None:
    record = record_of(row)
    if record is None:
        return Problem("cache-damaged", f"the record of {row[0]} {row[1]} was damaged, and was removed")
    gone = [digest for digest in record.contents if files.size_of(digest.removeprefix(PREFIX)) is None]
    if not gone:
        return None
    message = f"the record of {row[0]} {row[1]} named contents that are gone ({len(gone)}), and was removed"
    return Problem("cache-damaged", message, None, "it will be made again when it is needed", "warning")


def collected(folder: Path, files: ContentFiles, index: Index, rules: CollectionRules) -> Collected:
    """Remove what nobody needs; see the rules of the module."""
    stored = {PREFIX + file.name: file for file in files.stored()}
    uses = index.uses()
    broken = [use for use in incomplete(uses, stored.keys()) if _lacks_contents(files, use)]
    alive = [use for use in uses if use not in broken]
    named = {digest for use in alive for digest in use.contents}
    unnamed = [file for digest, file in stored.items() if digest not in named and file.modified < rules.before]
    sizes = {digest: file.size for digest, file in stored.items()}
    excess = sum(sizes.values()) + sum(use.size for use in alive) - rules.quota
    doomed, excess = _without_inherited(unnamed, excess, index.made_at(), rules)
    used_before = rules.before - rules.used_every
    evicted = least_recently_used(alive, sizes, excess=excess, used_before=used_before)
    removed = index.remove((use.space, use.key, use.recorded_at, use.used_at) for use in [*broken, *evicted])
    # Read again: records may have been used, or made, since.
    still_named = {digest for use in index.uses() for digest in use.contents}
    digests = {PREFIX + file.name for file in doomed} | {digest for use in evicted for digest in use.contents}
    freed = _freed(files.remove(digest.removeprefix(PREFIX), rules.before) for digest in sorted(digests - still_named))
    swept = _swept(folder, files, rules.now, _TEMPORARY_SECONDS, _QUARANTINE_SECONDS)
    return Collected(removed, len(freed), len(swept), sum(freed) + sum(swept))


def cleared(folder: Path, files: ContentFiles, index: Index, now: float) -> Collected:
    """Remove everything but what is being written; records of a newer version too, because that was asked for."""
    try:
        removed = index.remove_all()
    except IndexNewer:
        removed = 0
        index.discard()
    freed = _freed(files.remove(file.name, float("inf")) for file in files.stored())
    swept = _swept(folder, files, now, _BEING_WRITTEN_SECONDS, float("-inf"))
    return Collected(removed, len(freed), len(swept), sum(freed) + sum(swept))


def _lacks_contents(files: ContentFiles, use: RecordUse) -> bool:
    return any(files.size_of(digest.removeprefix(PREFIX)) is None for digest in use.contents)


def _without_inherited(
    unnamed: Iterable[StoredFile], excess: int, made_at: float, rules: CollectionRules
) -> tuple[list[StoredFile], int]:
    """Choose the unnamed files to remove, and tell how many bytes then still are too many."""
    doomed = []
    is_young = rules.now - made_at < _INHERITED_SECONDS
    for file in sorted(unnamed, key=lambda file: (file.modified >= made_at, -file.modified), reverse=True):
        # Those that this index has never named come last, the oldest of them first.
        if not is_young or file.modified >= made_at or excess > 0:
            doomed.append(file)
            excess -= file.size
    return doomed, excess


def _swept(
    folder: Path, files: ContentFiles, now: float, temporary_seconds: float, quarantine_seconds: float
) -> list[int]:
    """Remove leftovers of that age; the answer are their sizes."""
    for fresh in layout.abandoned_claims(folder, now - _TEMPORARY_SECONDS):
        layout.remove_claim(fresh)
    old, bad = now - temporary_seconds, now - quarantine_seconds
    return [
        *_freed(files.remove_temporary(file.name, old) for file in files.temporary()),
        *_freed(files.remove_quarantined(file.name, bad) for file in files.quarantined()),
    ]


def _freed(sizes: Iterable[int | None]) -> list[int]:
    return [size for size in sizes if size is not None]


def _size(files: Iterable[StoredFile]) -> int:
    return sum(file.size for file in files)
