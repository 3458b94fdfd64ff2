"""Store: contents and records of one cache root, for all threads and processes that use it.

Rules:
- A run never fails for its cache. What cannot be kept or found is not there, and `problems` says why, once for a kind.
- What is read was verified. Contents first, record last: a record that is found has all of its contents.
- Removing is the business of `collect`, which other processes may write through. It spares what is fresh.
- Nothing is made before something is kept, and nothing that others made is ever changed.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tenprint.importers.digest import PREFIX, digest_of, digest_text, parse_digest
from tenprint.importers.problem import Problem
from tenprint.importers.store import layout, upkeep
from tenprint.importers.store.contents import ContentFiles, digits_of_file
from tenprint.importers.store.errors import DamagedContent, IndexBusy, StoreError
from tenprint.importers.store.index import PATIENCE_SECONDS, Index
from tenprint.importers.store.record import Record, record_of, row_of
from tenprint.importers.store.reports import Collected, Stats, Verified

DEFAULT_QUOTA = 5 * 10**9
"""Bytes; some hundred downloads of the largest project seen, and less than a hundredth of a usual disk."""

GRACE_SECONDS = 3600.0
"""How long contents wait for their record before they are removed; longer than any download may take."""

_USED_EVERY = 3600.0
_COLLECTED_EVERY = 24 * 3600.0

RecordCheck: TypeAlias = Literal["bytes", "presence", "nothing"]
"""What `find` makes sure of: that all contents are undamaged, that they are there, or neither."""


class Store:
    """Keeps bytes under their digest, and records that name them; safe over threads and processes.

    All methods block, so they are called in worker threads. The constructor does no I/O.
    """

    def __init__(
        self,
        root: Path,
        *,
        quota: int = DEFAULT_QUOTA,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.root = root
        self.quota = quota
        self.folder = root / layout.FOLDER
        self._clock = clock
        self._files = ContentFiles(self.folder, clock)
        self._index = Index(self.folder, clock, self._index_put_aside, patience=patience)
        self._ours = False
        self._noted: dict[str, list[Problem]] = {}
        self._noting = threading.Lock()
        self._asked_for_upkeep = False
        # Contents of a disk that is full, or cannot be written, serve the run that has them.
        self._unwritten: dict[str, bytes] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong so far and was lived with: one warning for each kind of problem."""
        with self._noting:
            noted = [(problems[0], len(problems) - 1) for problems in self._noted.values()]
        return tuple(
            replace(problem, message=f"{problem.message} (and {more} more)") if more else problem
            for problem, more in noted
        )

    def put(self, content: bytes) -> str:
        """Keep bytes and return their digest, `sha256:<hex>`; where they cannot be kept, until the store is closed."""
        return self.put_all([content])[0]

    def put_all(self, contents: Iterable[bytes]) -> list[str]:
        """Keep many contents, much faster than one by one, and return their digests in that order."""
        named = [(digest_text(digest_of(content)), content) for content in contents]
        self._unwritten.update(named)
        with self._lived_with():
            self._claimed()
            self._files.add_all([(_digits(digest), content) for digest, content in named])
            for digest, _ in named:
                self._unwritten.pop(digest, None)
        return [digest for digest, _ in named]

    def new_file(self) -> Path:
        """Return a path to stream into, that does not exist yet; `take` it, or remove it.

        Raises:
            StoreError: The store cannot be written.
        """
        try:
            self._claimed()
            return self._files.new_path()
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(f"cannot write to the cache {self.folder}: {error.strerror}") from error

    def take(self, path: Path) -> str:
        """Keep a finished file of `new_file`, which is then gone, and return its digest.

        Raises:
            OSError: The file cannot be read.
        """
        digest = PREFIX + digits_of_file(path)
        try:
            with self._lived_with():
                self._claimed()
                self._files.move_in(_digits(digest), path)
        finally:
            path.unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return verified bytes, or None when they are not there, were damaged, or cannot be read."""
        if (unwritten := self._unwritten.get(digest)) is not None:
            return unwritten
        digits = _digits(digest)
        with self._lived_with():
            return self._files.read(digits) if self._is_ours() else None
        return None

    def path_of(self, digest: str) -> Path:
        """Return where contents lie when they are there; whoever reads the file compares it with the digest."""
        digits = _digits(digest)
        return self.folder / layout.CONTENTS / digits[:2] / digits[2:]

    def record(self, space: str, key: str, value: Mapping[str, Any], contents: Iterable[str] = ()) -> None:
        """Keep a value, and the digests of contents that were put before, under a key; it replaces an earlier one.

        Raises:
            TypeError: The value is no JSON.
            ValueError: One of the contents is no digest.
        """
        row = row_of(space, key, value, contents, self._clock())
        with self._lived_with():
            self._claimed()
            self._index.write(row)
            if not self._asked_for_upkeep:
                self._asked_for_upkeep = True
                # A quota that is new is kept from the first run on.
                what = "collected" if self.quota == DEFAULT_QUOTA else f"collected {self.quota}"
                if self._index.is_due(what, _COLLECTED_EVERY):
                    self.gc()

    def find(self, space: str, key: str, *, check: RecordCheck = "bytes") -> Record | None:
        """Return what was recorded under a key; None where there is nothing, or not all of its contents.

        With the check `presence` contents are not read: for callers who `get` them all anyway.
        """
        with self._lived_with():
            if not self._is_ours():
                return None
            row = self._index.read(space, key)
            record = None if row is None else record_of(row)
            if row is not None and record is None:
                self._note_damage(f"the record of {space} {key}")
            if record is None or not self._is_complete(record, check):
                return None
            if self._clock() - record.used_at > _USED_EVERY:
                with self._lived_with():
                    self._index.touch(space, key)
            return record
        return None

    def is_due(self, what: str) -> bool:
        """Tell one process, once a day, that it is time for something."""
        with self._lived_with():
            return self._is_ours() and self._index.is_due(what, _COLLECTED_EVERY)
        return False

    def stats(self) -> Stats:
        """Count what there is.

        Raises:
            StoreError: The folder or the index cannot be used.
        """
        with self._told():
            return upkeep.counted(self._files, self._index) if self._is_ours() else Stats()

    def verify(self) -> Verified:
        """Read everything, and put aside what is damaged.

        Raises:
            StoreError: The folder or the index cannot be used.
        """
        with self._told():
            if not self._is_ours():
                return Verified()
            known = self._noted_of("cache-index")
            found = upkeep.verified(self._files, self._index)
            lost = [replace(problem, severity="error") for problem in self._noted_of("cache-index")[len(known) :]]
            return replace(found, problems=(*lost, *found.problems))

    def gc(self, *, quota: int | None = None, grace: float = GRACE_SECONDS) -> Collected:
        """Remove contents that no record names, leftovers, and the least recently used records beyond the quota.

        What was put, recorded or used within `grace` seconds stays, so other processes may go on.

        Raises:
            StoreError: The folder or the index cannot be used; nothing was removed.
        """
        with self._told():
            if not self._is_ours():
                return Collected()
            limit = self.quota if quota is None else quota
            rules = upkeep.CollectionRules(limit, self._clock(), grace, _USED_EVERY)
            return upkeep.collected(self.folder, self._files, self._index, rules)

    def clear(self) -> Collected:
        """Remove everything but files that are being written; a run under way has to fetch again.

        Raises:
            StoreError: The folder or the index cannot be used; nothing was removed.
        """
        with self._told():
            if not self._is_ours():
                return Collected()
            return upkeep.cleared(self.folder, self._files, self._index, self._clock())

    def close(self) -> None:
        """Close the index; it is opened again when it is needed."""
        self._index.close()

    def _claimed(self) -> None:
        """Make the folder ours; somebody may have removed it since it was."""
        if not (self._ours and self.folder.is_dir()):
            made = layout.claim(self.folder)
            self._ours = True
            if made:
                # The index is older than all contents, unless one before it was lost.
                with self._lived_with():
                    self._index.made_at()

    def _is_ours(self) -> bool:
        if not (self._ours and self.folder.is_dir()):
            self._ours = layout.is_claimed(self.folder)
        return self._ours

    def _is_complete(self, record: Record, check: RecordCheck) -> bool:
        if check == "presence":
            return self._files.are_there(_digits(digest) for digest in record.contents)
        return check == "nothing" or all(self._files.is_sound(_digits(digest)) for digest in record.contents)

    @contextmanager
    def _lived_with(self) -> Iterator[None]:
        """Go on after any failure of the store itself, and remember it as a warning."""
        try:
            yield
        except DamagedContent as damaged:
            self._note_damage(f"sha256:{damaged}")
        except IndexBusy as error:
            self._note(Problem("cache-busy", error.message, None, error.hint, "warning"))
        except StoreError as error:
            self._note(Problem("cache-unusable", error.message, None, error.hint, "warning"))
        except OSError as error:
            message = f"cannot use the cache {self.folder}: {error.strerror or error}"
            hint = "the run goes on without it; check the disk, or let TENPRINT_CACHE_DIR name another folder"
            self._note(Problem("cache-unusable", message, None, hint, "warning"))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except OSError as error:
            message = f"cannot use the cache {self.folder}: {error.strerror or error}"
            raise StoreError(message, hint=layout.ADVICE) from error

    def _note_damage(self, what: str) -> None:
        hint = "it will be fetched again; `tenprint cache verify` looks for more"
        self._note(Problem("cache-damaged", f"in the cache {self.folder}, {what} was damaged", None, hint, "warning"))

    def _index_put_aside(self, why: str) -> None:
        message = f"the index of the cache {self.folder} was put aside and begun anew: {why}"
        self._note(Problem("cache-index", message, None, "contents are still there by their digests", "warning"))

    def _noted_of(self, code: str) -> list[Problem]:
        with self._noting:
            return list(self._noted.get(code, ()))

    def _note(self, problem: Problem) -> None:
        with self._noting:
            alike = self._noted.setdefault(problem.code, [])
            if problem not in alike:
                alike.append(problem)


def _digits(digest: str) -> str:
    return parse_digest(digest).hex()
