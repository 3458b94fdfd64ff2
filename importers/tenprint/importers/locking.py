"""Locking: which revision each remote source of a project has now, all asked at once."""

import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tenprint.importers.concurrency import gather
from tenprint.importers.errors import ConfigurationError, SourceError
from tenprint.importers.fetching import Fetching
from tenprint.importers.importer import TrainingDataImporter
from tenprint.importers.lock import LOCK_NAME, LockedSource, SourceLock, lock_text
from tenprint.importers.reading import nearest
from tenprint.importers.remote import RemoteImporter


@dataclass(frozen=True, slots=True)
class LockChange:
    """One source whose entry differs; `before` None is new, `after` None is gone. `changes` lie between the two."""

    source: str
    before: LockedSource | None
    after: LockedSource | None
    changes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "before": None if self.before is None else self.before.to_json(),
            "after": None if self.after is None else self.after.to_json(),
            "changes": list(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Locked:
    """A new lock, and how it differs from the old one."""

    lock: SourceLock
    changes: tuple[LockChange, ...]


async def lock_sources(
    importers: Sequence[RemoteImporter], old: SourceLock, *, upgrade: Collection[str] = (), everything: bool = False
) -> Locked:
    """Lock all remote sources: those that are not locked yet, and those to be upgraded; the others stay as they are.

    Raises:
        ConfigurationError: There is no source of a name to be upgraded.
        TenprintError: A source cannot be fetched; nothing is locked then.
    """
    known = {importer.source_name: importer for importer in importers}
    for name in sorted(upgrade):
        if name not in known:
            raise ConfigurationError(
                f"there is no remote source {name!r}", hint=nearest(name, known, otherwise="remote sources")
            )
    stale = [
        importer
        for label, importer in known.items()
        if everything or label in upgrade or importer.locked_entry(old) is None
    ]
    found = dict(zip((one.source_name for one in stale), await gather([one.locked for one in stale]), strict=True))
    lock = old.updated({label: found.get(label) or old.sources[label] for label in known})
    changes = []
    for label in sorted({*old.sources, *known}):
        before, after = old.sources.get(label), lock.sources.get(label)
        if before != after:
            changes.append(LockChange(label, before, after, await _between(known.get(label), before, after)))
    return Locked(lock, tuple(changes))


async def _between(
    importer: RemoteImporter | None, before: LockedSource | None, after: LockedSource | None
) -> tuple[str, ...]:
    """What lies between two revisions of one and the same source."""
    if importer is None or before is None or after is None or before.origin != after.origin:
        return ()
    return () if before.revision == after.revision else await importer.drift(before.revision, after.revision)


def remote_sources(importer: TrainingDataImporter) -> tuple[RemoteImporter, ...]:
    """Find the remote importers inside of one, however it wraps or combines them."""
    return tuple(each for each in _inside(importer) if isinstance(each, RemoteImporter))


async def sources_to_lock(
    importer: TrainingDataImporter, old: SourceLock, *, upgrade: Collection[str] = (), everything: bool = False
) -> tuple[RemoteImporter, ...]:
    """Find the remote importers inside of one, and those that its data names, at all depths.

    What a source names is looked for at the revision the new lock will have: the locked one, unless it is upgraded.

    Raises:
        TenprintError: A source that may name others cannot be fetched, or names them wrongly.
    """
    kept = {label: entry for label, entry in old.sources.items() if not everything and label not in upgrade}
    fetching = Fetching("pinned", SourceLock(kept))
    named = await gather([partial(each.imported_sources, fetching) for each in _inside(importer)])
    imported = [source for sources in named for source in sources if isinstance(source, RemoteImporter)]
    return (*remote_sources(importer), *imported)


def _inside(importer: TrainingDataImporter) -> Iterator[TrainingDataImporter]:
    yield importer
    inside = getattr(importer, "importer", None)
    for one in (*getattr(importer, "importers", ()), *(() if inside is None else (inside,))):
        yield from _inside(one)


def write_lock(folder: Path, lock: SourceLock) -> None:
    """Write the lock of a project, whole or not at all.

    Raises:
        SourceError: It cannot be written; the old one is still there.
    """
    target = folder / LOCK_NAME
    partial = folder / f".{LOCK_NAME}.{secrets.token_hex(8)}"
    try:
        with partial.open("xb") as file:
            file.write(lock_text(lock).encode())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SourceError(f"cannot write {target}: {error.strerror}", hint="check space and permissions") from error
