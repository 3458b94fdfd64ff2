"""RemoteImporter: what all sources behind a network have in common, whatever they speak.

A subclass says what it fetches (`identity`) and fetches it (`fetch`): contents go into the store, and a manifest names
them. This base decides whether to fetch at all, compares with the lock, falls back to what was there last where that is
allowed, and reads the files of the manifest from the store. So a run without a network is the same run.
"""

import posixpath
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import PurePosixPath
from typing import Any

import anyio.to_thread

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.combining import snapshot_of
from tenprint.importers.concurrency import collection_paused
from tenprint.importers.digest import digest_text, parse_digest
from tenprint.importers.errors import SourceError
from tenprint.importers.fetching import age_text
from tenprint.importers.importer import ImporterContext
from tenprint.importers.imports import CONFIG_NAMES, OTHER_STEMS
from tenprint.importers.itemising import DocumentReading, SourceFile
from tenprint.importers.location import DocumentId
from tenprint.importers.lock import LockedSource, SourceLock
from tenprint.importers.once import Once
from tenprint.importers.problem import Problem
from tenprint.importers.progress import SourceProgress
from tenprint.importers.reading import YAML_SUFFIXES, nearest
from tenprint.importers.snapshot import Drift, Role, Snapshot, SourceState
from tenprint.importers.snapshot_importer import SnapshotImporter
from tenprint.importers.store import cache_root

MANIFESTS = "manifest"
"""Records of the store: what a source held at one revision."""
LATEST = "latest"
"""Records of the store: the revision a source had when it was last reached."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file: where it lies below the source, and which content of the store it is."""

    path: str
    digest: str
    size: int


def stored_file(path: Any, digest: Any, size: Any) -> RemoteFile:
    """Read a file back from what the store has of it.

    Raises:
        TypeError: It is something else; or ValueError.
    """
    if not (isinstance(path, str) and isinstance(digest, str) and isinstance(size, int)):
        raise TypeError("a file is a path, a digest and a size")
    parse_digest(digest)
    return RemoteFile(path, digest, size)


def _no_details() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a source held: its revision, its files sorted by path, and what is odd about it.

    `details` are for people, such as the date of a commit; credentials never stand in them.
    """

    revision: str
    files: tuple[RemoteFile, ...]
    details: Mapping[str, str] = field(default_factory=_no_details)
    problems: tuple[Problem, ...] = ()

    @property
    def digest(self) -> str:
        """Digest of all paths and contents: equal data have it, whatever their revision is called."""
        return digest_text(canonical_digest(tuple((file.path, file.digest) for file in self.files)))

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class NotInStore(SourceError):  # noqa: N818 - says what happened
    """A run without network needs something that was never fetched here."""

    reference = "not-in-store"


class SourceDrifted(SourceError):  # noqa: N818 - says what happened
    """A source does not hold what the lock says."""

    reference = "source-drift"


class SourceNotLocked(SourceError):  # noqa: N818 - says what happened
    """A run that must keep to the lock has a source that does not stand in it."""

    reference = "not-locked"


class RemoteImporter(SnapshotImporter):
    """Base of importers whose source lies behind a network."""

    KEEPS_LAST_GOOD = True

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        # A module that local projects load as well, without SQLite.
        from tenprint.importers.store import DEFAULT_QUOTA, Store  # noqa: PLC0415

        root = self.context.cache or cache_root(self.context.rules.environment, self.context.project)
        quota = self.context.cache_quota
        self.store = Store(root, quota=DEFAULT_QUOTA if quota is None else quota)
        self.progress = SourceProgress(self.source_name, self.context.progress)
        self._manifest_now = Once(self._fetch_newest)

    @abstractmethod
    def identity(self) -> Mapping[str, Any]:
        """Return what is fetched: the options that say so, without secrets, as JSON values."""

    @abstractmethod
    async def fetch(self, pinned: str | None) -> Manifest:
        """Fetch the newest revision, or exactly the one that is pinned, and put its contents into the store.

        Raises:
            SourceError: It cannot be had.
        """

    async def drift(self, old: str, new: str) -> tuple[str, ...]:  # noqa: ARG002 - for those who know
        """Tell what lies between two revisions, a line each; nothing where nobody knows."""
        return ()

    async def take_snapshot(self) -> Snapshot:
        with self.progress.told_to_its_end():
            manifest, state = await self._manifest()
            self.progress.enter("reading")
            try:
                return await self._snapshot_of_manifest(manifest, state)
            except NotInStore:
                if state.status != "ok" or self.context.fetching.mode in ("offline", "locked-offline"):
                    raise
            # What was lost or damaged is put aside by now, so it is fetched again.
            manifest = await self.fetch(manifest.revision)
            return await self._snapshot_of_manifest(manifest, state)

    async def aclose(self) -> None:
        await anyio.to_thread.run_sync(self.store.close)

    async def locked(self) -> LockedSource:
        """Fetch the newest revision and tell how it is locked."""
        with nullcontext() if self._manifest_now.is_known else self.progress.told_to_its_end():
            manifest = await self._manifest_now.get()
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return LockedSource(
            self.NAME,
            dict(self.identity()),
            manifest.revision,
            manifest.digest,
            len(manifest.files),
            manifest.size,
            now,
        )

    async def _manifest(self) -> tuple[Manifest, SourceState]:
        mode, entry = self.context.fetching.mode, self.locked_entry(self.context.fetching.lock)
        if entry is None and mode in ("locked", "locked-offline"):
            raise SourceNotLocked(
                f"the source {self.source_name!r} is not in the lock", hint="write it with `tenprint lock`"
            )
        if mode in ("offline", "locked-offline"):
            self.progress.ending = "replayed"
            manifest = await anyio.to_thread.run_sync(self._stored, None if entry is None else entry.revision)
            return manifest, SourceState(self.source_name, manifest.revision)
        if mode == "pinned" and entry is not None:
            return await self._at(entry.revision), SourceState(self.source_name, entry.revision)
        try:
            manifest = await self._manifest_now.get()
        except SourceError as error:
            return await self._last_good(error)
        drift = await self._drift_from(entry, manifest)
        if drift is not None and mode == "locked":
            between = "".join(f"\n    {line}" for line in drift.changes)
            raise SourceDrifted(
                f"the source {self.source_name!r} is at {manifest.revision}, the lock says {drift.locked}{between}",
                hint=f"look at the changes, then accept them with `tenprint lock --upgrade {self.source_name}`",
            )
        return manifest, SourceState(self.source_name, manifest.revision, drift=drift)

    def locked_entry(self, lock: SourceLock) -> LockedSource | None:
        """Return what a lock says of this source; an entry for other data, such as another URL, says nothing."""
        entry = lock.sources.get(self.source_name)
        if entry is None or entry.importer != self.NAME or dict(entry.origin) != dict(self.identity()):
            return None
        return entry

    async def _at(self, revision: str) -> Manifest:
        """Return what the source held at a revision: from the store, else from the source."""
        try:
            manifest = await anyio.to_thread.run_sync(self._stored, revision)
        except NotInStore:
            manifest = await self.fetch(revision)
            await anyio.to_thread.run_sync(self._keep, manifest)
        else:
            self.progress.ending = "replayed"
        return manifest

    async def _fetch_newest(self) -> Manifest:
        manifest = await self.fetch(None)
        if await anyio.to_thread.run_sync(self._remember, manifest):
            self.progress.ending = "unchanged"
        return manifest

    async def _drift_from(self, entry: LockedSource | None, manifest: Manifest) -> Drift | None:
        if entry is None or (entry.revision, entry.digest) == (manifest.revision, manifest.digest):
            return None
        # What a lock pins counts as used by every run of its project, so that the quota spares it.
        await anyio.to_thread.run_sync(lambda: self.store.find(MANIFESTS, self._key(entry.revision), check="nothing"))
        changes = await self.drift(entry.revision, manifest.revision)
        return Drift(entry.revision, changes or ("the content is another",))

    async def _last_good(self, error: SourceError) -> tuple[Manifest, SourceState]:
        """Go on with what was fetched last, where that is allowed and it is not too old."""
        limit = self.context.fetching.max_age
        if limit is None:
            raise error
        found = await anyio.to_thread.run_sync(self._standing_in)
        if found is None:
            raise error
        self.progress.ending = "last-good"
        revision, recorded_at = found
        age = time.time() - recorded_at
        if age > limit:
            # The same error with one word more: programs still see by its code what is wrong.
            error.message += f"; what was fetched last is {age_text(age)} old, older than its policy allows"
            raise error
        manifest = await anyio.to_thread.run_sync(self._stored, revision)
        warning = Problem(
            "last-good-source",
            f"the source {self.source_name!r} cannot be reached, so what was fetched {age_text(age)} ago is used:"
            f" {error.message}",
            self.context.place_of(None),
            error.hint,
            "warning",
        )
        state = SourceState(self.source_name, revision, "last-good", fetched_at=recorded_at)
        return replace(manifest, problems=(*manifest.problems, warning)), state

    def _key(self, revision: str = "") -> str:
        return digest_text(canonical_digest((self.NAME, dict(self.identity()), revision)))

    def _remember(self, manifest: Manifest) -> bool:
        """Record what a source holds; the answer is whether it held the same the last time."""
        latest = self.store.find(LATEST, self._key(), check="nothing")
        self._keep(manifest)
        contents = [file.digest for file in manifest.files]
        self.store.record(LATEST, self._key(), {"revision": manifest.revision}, contents)
        return latest is not None and latest.value.get("revision") == manifest.revision

    def _keep(self, manifest: Manifest) -> None:
        """Record what a source holds at one revision, whether it is the newest or not."""
        value = {
            "revision": manifest.revision,
            "files": [{"path": file.path, "digest": file.digest, "size": file.size} for file in manifest.files],
            "details": dict(manifest.details),
            "problems": [problem.to_json() for problem in manifest.problems],
        }
        contents = [file.digest for file in manifest.files]
        self.store.record(MANIFESTS, self._key(manifest.revision), value, contents)

    def _standing_in(self) -> tuple[str, float] | None:
        """Find what may stand in: the locked revision for a run that keeps to the lock, else what was fetched last."""
        entry = self.locked_entry(self.context.fetching.lock)
        if self.context.fetching.mode != "locked" or entry is None:
            return self._latest()
        record = self.store.find(MANIFESTS, self._key(entry.revision))
        return None if record is None else (entry.revision, record.recorded_at)

    def _latest(self) -> tuple[str, float] | None:
        record = self.store.find(LATEST, self._key())
        revision = None if record is None else record.value.get("revision")
        return (revision, record.recorded_at) if record is not None and isinstance(revision, str) else None

    def _stored(self, revision: str | None) -> Manifest:
        """Read what a source held from the store; at its latest revision where none is named."""
        if revision is None:
            latest = self._latest()
            revision = None if latest is None else latest[0]
        record = None if revision is None else self.store.find(MANIFESTS, self._key(revision), check="presence")
        manifest = None if record is None else _manifest_of(record.value, self.source_name)
        if manifest is None or manifest.revision != revision:
            which = "" if revision is None else f" at {revision}"
            raise NotInStore(
                f"the source {self.source_name!r}{which} is not in the store",
                hint="run once without --offline, in reach of the source",
            )
        return manifest

    async def _snapshot_of_manifest(self, manifest: Manifest, state: SourceState) -> Snapshot:
        files = await anyio.to_thread.run_sync(self._source_files, manifest)
        read = await self.context.read_files(files, self.context.rules)
        return await anyio.to_thread.run_sync(self._joined, manifest, state, [read[number] for number in files])

    def _source_files(self, manifest: Manifest) -> dict[int, SourceFile]:
        files = [(file, role) for file in manifest.files if (role := role_of(file.path)) is not None]
        return {number: self._source_file(manifest, file, role) for number, (file, role) in enumerate(files)}

    def _joined(self, manifest: Manifest, state: SourceState, readings: list[DocumentReading]) -> Snapshot:
        """Read the files that lookup tables name as well, and put all readings together."""
        rules = self.context.rules
        with collection_paused():
            lookups, problems = named_lookups(manifest, readings)
            for file, tables in lookups:
                source_file = replace(self._source_file(manifest, file, "lookup"), tables=tables)
                readings.append(self.context.read_file(source_file, len(readings), rules))
        manifest = replace(manifest, problems=(*manifest.problems, *problems))
        return snapshot_of(state, readings, rules).with_problems(*manifest.problems, *self.store.problems)

    def _source_file(self, manifest: Manifest, file: RemoteFile, role: Role) -> SourceFile:
        content = self.store.get(file.digest)
        if content is None:
            raise NotInStore(
                f"{file.path} of the source {self.source_name!r} is missing from the store, or damaged there",
                hint="run again in reach of the source; `tenprint cache verify` looks for more",
            )
        return SourceFile(DocumentId(self.source_name, file.path, manifest.revision), role, content)


def named_lookups(
    manifest: Manifest, readings: Sequence[DocumentReading]
) -> tuple[list[tuple[RemoteFile, tuple[str, ...]]], list[Problem]]:
    """Find the files that lookup tables name, each with its tables; and what is wrong with a name, where it stands."""
    known = {file.path: file for file in manifest.files}
    tables: dict[str, set[str]] = {}
    problems = []
    for reading in readings:
        folder = posixpath.dirname(reading.document.id.path)
        for table, written, place in reading.references:
            path = posixpath.normpath(posixpath.join(folder, written))
            if path in known:
                tables.setdefault(path, set()).add(table)
                continue
            message = f"the file {written!r} of lookup table {table!r} is not among the files of this source"
            hint = nearest(path, known) or "include it where the source says which files it takes"
            problems.append(Problem("lookup-file", message, reading.document.id.at(*place), hint))
    return [(known[path], tuple(sorted(tables[path]))) for path in sorted(tables)], problems


def role_of(path: str) -> Role | None:
    """Tell what a file of a remote source is by its place; None for files that hold no training data."""
    name = PurePosixPath(path)
    if name.suffix not in (*YAML_SUFFIXES, ".json") or name.stem in OTHER_STEMS:
        return None
    if path in CONFIG_NAMES:
        return "config"
    if name.name in CONFIG_NAMES:
        return None
    return "domain" if name.stem == "domain" or "domain" in name.parts[:-1] else "data"


def _manifest_of(value: Mapping[str, Any], source: str) -> Manifest | None:
    """Read a manifest back; None for what no version of ours has written."""
    try:
        revision, details = value["revision"], value["details"]
        files = tuple(stored_file(**file) for file in value["files"])
        problems = tuple(_problem(stored, source) for stored in value["problems"])
    except (KeyError, TypeError, ValueError):
        return None
    told = (revision, *details.values()) if isinstance(details, dict) else (None,)
    return Manifest(revision, files, details, problems) if all(isinstance(each, str) for each in told) else None


def _problem(stored: Mapping[str, Any], source: str) -> Problem:
    place = stored["location"]
    location = None if place is None else DocumentId(source, place["path"], place["revision"]).at(0, 0)
    return Problem(stored["code"], stored["message"], location, stored["hint"], stored["severity"])
