"""The index: records in SQLite, shared by threads and processes.

Rules:
- Records are hints. Losing them costs time, never a wrong answer; so a damaged or foreign index is put aside and begun
  anew, and the contents stay.
- An index of a newer schema is left alone: the version that made it may be in use beside this one.
- It is opened, made and put aside by one process at a time, which holds a lock file for that.
- One connection for all threads, behind a lock; none is used in a process that was forked from its own.
- Who has waited in vain for another process does not wait again until it has succeeded once.
"""

import fcntl
import os
import sqlite3
import stat
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tenprint.importers.store import layout
from tenprint.importers.store.collecting import RecordUse
from tenprint.importers.store.errors import IndexBusy, IndexNewer, StoreError
from tenprint.importers.store.record import Row

T = TypeVar("T")

APPLICATION = 0x74656E70
"""Tells our files from all other SQLite files; it reads "tenp"."""
SCHEMA = 1
PATIENCE_SECONDS = 5.0
"""How long to wait for other processes, whose transactions take milliseconds."""
_PAUSE_SECONDS = 0.005

_SCHEMA = f"""
    PRAGMA application_id = {APPLICATION};
    PRAGMA user_version = {SCHEMA};
    CREATE TABLE records (
        space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, contents TEXT NOT NULL,
        recorded_at REAL NOT NULL, used_at REAL NOT NULL, seal BLOB NOT NULL,
        PRIMARY KEY (space, key)
    );
    CREATE TABLE times (name TEXT PRIMARY KEY, at REAL NOT NULL);
"""
_COLUMNS = "space, key, value, contents, recorded_at, used_at, seal"
_ROW = (str, str, str, str, float, float, bytes)
_DAMAGE = ("no such", "Could not decode", "unsupported file format")
"""In what SQLite refuses because a table or column is missing, a text is none, or the head makes no sense."""
_ADVICE = "move it away, or let TENPRINT_CACHE_DIR name another folder"


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection with the file and the process it belongs to; `close` may be called at any time."""

    connection: sqlite3.Connection
    file: tuple[int, int]
    process: int
    close: Callable[[], object]


class Index:
    """Records of one store; every method may raise StoreError or another OSError, none an error of SQLite.

    `on_put_aside` is told why an index was put aside.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        on_put_aside: Callable[[str], None],
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._on_put_aside = on_put_aside
        self._patience = patience
        self._waits = True
        self._lock = threading.RLock()
        self._opened: Opened | None = None
        self._of_other_processes: list[Opened] = []

    def write(self, row: Row) -> None:
        """Keep a record, instead of any before it under the same key."""
        columns = ", ".join("?" * len(row))
        self._run(lambda index: index.execute(f"INSERT OR REPLACE INTO records VALUES ({columns})", row))  # noqa: S608

    def read(self, space: str, key: str) -> Row | None:
        query = f"SELECT {_COLUMNS} FROM records WHERE space = ? AND key = ?"  # noqa: S608 - names of our own
        found = self._run(lambda index: _rows(index.execute(query, (space, key)), *_ROW))
        return found[0] if found else None

    def rows(self) -> list[Row]:
        query = f"SELECT {_COLUMNS} FROM records ORDER BY space, key"  # noqa: S608 - as above
        return self._run(lambda index: _rows(index.execute(query), *_ROW))

    def uses(self) -> list[RecordUse]:
        query = "SELECT space, key, contents, length(value), recorded_at, used_at FROM records"
        rows = self._run(lambda index: _rows(index.execute(query), str, str, str, int, float, float))
        return [RecordUse(space, key, tuple(named.split()), *times) for space, key, named, *times in rows]

    def counts(self) -> dict[str, int]:
        query = "SELECT space, count(*) FROM records GROUP BY space ORDER BY space"
        return dict(self._run(lambda index: _rows(index.execute(query), str, int)))

    def touch(self, space: str, key: str) -> None:
        change = "UPDATE records SET used_at = max(used_at, ?) WHERE space = ? AND key = ?"
        self._run(lambda index: index.execute(change, (self._clock(), space, key)))

    def remove(self, records: Iterable[tuple[str, str, float, float]]) -> int:
        """Remove records, given by space, key, recorded_at and used_at; those used or written since stay."""
        change = "DELETE FROM records WHERE space = ? AND key = ? AND recorded_at = ? AND used_at = ?"
        doomed = list(records)

        def work(index: sqlite3.Connection) -> int:
            index.execute("BEGIN IMMEDIATE")
            try:
                removed = index.executemany(change, doomed).rowcount
                index.execute("COMMIT")
            except BaseException:
                if index.in_transaction:
                    index.execute("ROLLBACK")
                raise
            return removed

        return self._run(work) if doomed else 0

    def remove_all(self) -> int:
        def work(index: sqlite3.Connection) -> int:
            return index.execute("DELETE FROM records").rowcount

        removed = self._run(work)
        with suppress(StoreError):  # the records are gone; that their pages still take room is no failure
            self._run(lambda index: index.execute("VACUUM"))
        return removed

    def discard(self) -> None:
        """Put the index aside without reading it."""
        with self._lock:
            self._disconnect()
            with self._held():
                self._move_away("it was discarded")

    def made_at(self) -> float:
        query = "SELECT at FROM times WHERE name = 'made'"
        found = self._run(lambda index: _rows(index.execute(query), float))
        return found[0][0] if found else 0.0

    def is_due(self, name: str, seconds: float) -> bool:
        """Tell one process, once in so many seconds, that it is time; a time far in the future counts for nothing."""
        now = self._clock()
        known = (name, now - seconds, now + seconds)
        query = "SELECT count(*) FROM times WHERE name = ? AND at BETWEEN ? AND ?"
        change = f"INSERT OR REPLACE INTO times SELECT ?, ? WHERE ({query}) = 0"

        def work(index: sqlite3.Connection) -> bool:
            if index.execute(query, known).fetchone()[0]:
                return False
            return index.execute(change, (name, now, *known)).rowcount == 1

        return self._run(work)

    def check(self) -> None:
        """Read the whole index; when it is damaged it is put aside."""

        def work(index: sqlite3.Connection) -> None:
            found = index.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)
            _rows(index.execute("SELECT name, at FROM times"), str, float)

        self._run(work)

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the connection; once more when the index had to be put aside, or was by others."""
        with self._lock:
            try:
                return self._done(work)
            except sqlite3.Error as error:
                if not self._is_lost(error):
                    raise self._failure(error) from error
                why = str(error).partition(" with text ")[0]  # the text itself may be long
            self._put_aside(why)
            try:
                return self._done(work)
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with _damage_told():
            answer = work(self._connected())
        if not self._waits and self._opened is not None:
            self._waits = True
            self._opened.connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")
        return answer

    def _is_lost(self, error: sqlite3.Error) -> bool:
        """Tell whether to begin anew: pages make no sense, or somebody has moved the file."""
        moved = self._opened is not None and _identity(self._path) != self._opened.file
        return _is_damage(error) or moved or ("readonly" in str(error) and self._may_write())

    def _may_write(self) -> bool:
        """Tell whether the system lets us write: then it is the head of the index that forbids it, by a flipped bit."""
        return all(os.access(path, os.W_OK) for path in (self._folder, *self._folder.glob(f"{layout.INDEX}*")))

    def _failure(self, error: sqlite3.Error) -> StoreError:
        """Tell an error of SQLite as ours."""
        if "locked" in str(error) or "busy" in str(error):
            return self._busy()
        # The connection stays: what is there can still be read when, say, the disk is full.
        return StoreError(f"cannot use the index of the cache {self._folder}: {error}", hint="is the disk full?")

    def _busy(self) -> IndexBusy:
        if self._waits and self._opened is not None:
            self._opened.connection.execute("PRAGMA busy_timeout = 0")
        self._waits = False
        return IndexBusy(f"another process holds the index of the cache {self._folder}", hint="wait for it to end")

    @property
    def _path(self) -> Path:
        return self._folder / layout.INDEX

    def _connected(self) -> sqlite3.Connection:
        opened = self._opened
        if opened is not None and opened.process != os.getpid():
            # Closing it here would harm the process it belongs to.
            self._of_other_processes.append(opened)
            opened = self._opened = None
        if opened is None or _identity(self._path) != opened.file:
            self._disconnect()
            with self._held():
                opened = self._opened = self._connect_or_begin()
        return opened.connection

    def _connect_or_begin(self) -> Opened:
        try:
            with _damage_told():
                return self._connect()
        except sqlite3.DatabaseError as error:
            if not self._is_lost(error):
                raise
            why = str(error)
        self._move_away(why)
        return self._connect()

    def _connect(self) -> Opened:
        if _identity(self._path) is not None and not stat.S_ISREG(self._path.lstat().st_mode):
            raise StoreError(f"the index of the cache {self._path} is no plain file", hint=_ADVICE)
        patience = self._patience if self._waits else 0.0
        connection = sqlite3.connect(self._path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(connection)
            found = self._path.lstat()
        except BaseException:
            connection.close()
            raise
        close = weakref.finalize(self, _close, connection, os.getpid())
        return Opened(connection, (found.st_dev, found.st_ino), os.getpid(), close)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Find the tables of this version, or make them.

        Raises:
            sqlite3.DatabaseError: It is an index of something else.
            IndexNewer: It is one of a later version.
        """
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner == APPLICATION and version > SCHEMA:
            raise IndexNewer(f"the cache {self._folder} was made by a newer version of tenprint", hint=_ADVICE)
        if tables and (owner, version) != (APPLICATION, SCHEMA):
            raise sqlite3.DatabaseError("it is no index of this program")
        # Safe with many readers and one writer; NORMAL may lose the last records when the power fails.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            self._make(connection)

    def _make(self, connection: sqlite3.Connection) -> None:
        now = self._clock()
        connection.executescript(
            f"BEGIN IMMEDIATE; {_SCHEMA} INSERT INTO times VALUES ('made', {now!r}), ('collected', {now!r}); COMMIT;"  # noqa: S608
        )

    def _put_aside(self, why: str) -> None:
        """Begin anew, unless another process has done so already."""
        broken = None if self._opened is None else self._opened.file
        self._disconnect()
        with self._held():
            if broken is not None and _identity(self._path) == broken:
                self._move_away(why)

    def _move_away(self, why: str) -> None:
        mark = layout.new_name()[:16]
        with (
            layout.opened_folder(self._folder) as here,
            layout.opened_folder(self._folder, layout.QUARANTINE, create=True) as quarantine,
        ):
            for name in (layout.INDEX, f"{layout.INDEX}-wal", f"{layout.INDEX}-shm"):
                with suppress(FileNotFoundError):
                    os.rename(name, f"{name}-{mark}", src_dir_fd=here, dst_dir_fd=quarantine)
        self._on_put_aside(why)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the lock file, so that no other process opens, makes or moves the index meanwhile."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._folder / layout.INDEX_LOCK, flags, 0o666)
        try:
            deadline = time.monotonic() + (self._patience if self._waits else 0.0)
            while not _locked(descriptor):
                if time.monotonic() >= deadline:
                    raise self._busy()
                time.sleep(_PAUSE_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def _disconnect(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _rows(found: sqlite3.Cursor, *types: type) -> list[Any]:
    """Fetch rows with columns of these types; a page with flipped bits may hold any others.

    Raises:
        sqlite3.DatabaseError: It does.
    """
    rows = found.fetchall()
    if any(tuple(map(type, row)) != types for row in rows):
        raise sqlite3.DatabaseError("it holds values of other types")
    return rows


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn the refusal of a message that quotes damaged bytes into what it stands for."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("it holds bytes that are no text") from error


def _is_damage(error: sqlite3.Error) -> bool:
    # Exactly this class stands for damage; what the system refuses is a subclass of it.
    return type(error) is sqlite3.DatabaseError or any(words in str(error) for words in _DAMAGE)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _close(connection: sqlite3.Connection, process: int) -> None:
    if os.getpid() == process:
        with suppress(sqlite3.Error):
            connection.close()
