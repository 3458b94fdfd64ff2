"""A store that cannot be used never breaks a run: nothing is kept, nothing wrong is found, and one warning says why."""

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tenprint.importers.store import Collected, Store, StoreError

CONTENT = b"content"
DIGEST = f"sha256:{sha256(CONTENT).hexdigest()}"


def use_in_vain(store: Store, code: str = "cache-unusable") -> str:
    """Do all that a run does; the answer is the one warning."""
    assert store.put(CONTENT) == DIGEST
    assert store.put_all([CONTENT]) == [DIGEST]
    store.record("s", "k", {}, [DIGEST])
    assert store.find("s", "k") is None
    (problem,) = store.problems
    assert (problem.code, problem.severity) == (code, "warning")
    assert problem.hint is not None
    return problem.message


def upkeep_is_refused(store: Store) -> None:
    for operation in (store.stats, store.verify, store.gc, store.clear):
        with pytest.raises(StoreError):
            operation()


@pytest.mark.parametrize("place", ["root", "above", "store", "link", "foreign"])
def test_a_root_that_cannot_be_ours_is_left_alone(tmp_path: Path, place: str) -> None:
    root = tmp_path / "a" / "cache"
    (tmp_path / "elsewhere").mkdir()
    if place == "above":
        (tmp_path / "a").write_bytes(b"mine")
    elif place == "root":
        root.parent.mkdir()
        root.write_bytes(b"mine")
    else:
        root.mkdir(parents=True)
        if place == "store":
            (root / "store").write_bytes(b"mine")
        elif place == "link":
            (root / "store").symlink_to(tmp_path / "elsewhere")
        else:
            (root / "store").mkdir()
            (root / "store" / "mine").write_bytes(b"mine")
    before = sorted(tmp_path.rglob("*"))
    store = Store(root)
    assert str(root) in use_in_vain(store)
    assert Store(root).get(DIGEST) is None
    with pytest.raises(StoreError):
        store.new_file()
    if place not in ("above", "root"):
        upkeep_is_refused(store)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["cas", "tmp", "quarantine"])
def test_folders_of_the_store_that_are_links_are_not_followed(tmp_path: Path, name: str) -> None:
    precious = tmp_path / "precious"
    shelf = precious / DIGEST[7:9]
    shelf.mkdir(parents=True)
    (shelf / DIGEST[9:]).write_bytes(b"rotten!" if name == "quarantine" else CONTENT)
    (precious / f"{'0' * 32}.part").write_bytes(b"part")
    (precious / f"{'0' * 64}-{'0' * 16}").write_bytes(b"bad")
    for path in precious.rglob("*"):
        os.utime(path, (1.0, 1.0))
    before = {path: path.read_bytes() for path in precious.rglob("*") if path.is_file()}
    with closing(Store(tmp_path / "cache")) as store:
        store.put(b"other")
        shutil.rmtree(store.folder / name, ignore_errors=True)
        (store.folder / name).symlink_to(precious)
        if name == "quarantine":
            store.put(CONTENT)
            (store.folder / "cas" / DIGEST[7:9] / DIGEST[9:]).write_bytes(b"rotten!")
            assert store.get(DIGEST) is None
        else:
            assert use_in_vain(store)
            assert Store(tmp_path / "cache").get(DIGEST) is None
        for operation in (store.gc, store.clear):
            with suppress(StoreError):
                operation()
    assert {path: path.read_bytes() for path in precious.rglob("*") if path.is_file()} == before


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Make all writes beyond a size fail, as on a full disk; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    large = bytes(100_000)
    with closing(Store(tmp_path)) as store:
        kept = store.put(CONTENT)
        store.record("s", "before", {}, [kept])
        with file_size_limit(1000):
            digest = store.put(large)
            assert store.put_all([b"small", large]) == [f"sha256:{sha256(b'small').hexdigest()}", digest]
            store.record("s", "k", {}, [digest])
            assert store.get(digest) == large
            assert Store(tmp_path).get(digest) is None
            assert store.find("s", "k") is None
            assert store.find("s", "before") is not None
            assert store.get(kept) == CONTENT
        (problem,) = store.problems
        assert problem.code == "cache-unusable"
        assert list((store.folder / "tmp").iterdir()) == []
        store.record("s", "k", {}, [store.put(large)])
        assert store.find("s", "k") is not None
        assert store.verify().problems == ()


DENIED = """
import os, sys
from pathlib import Path
from tenprint.importers.store import Store
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
os.chdir("/")
store = Store(Path(sys.argv[1]))
digest = store.put(b"new")
store.record("s", "k", {}, [digest])
assert store.find("s", "k") is None and store.get(digest) == b"new"
assert Store(Path(sys.argv[1])).get(digest) is None
print([problem.code for problem in store.problems], [problem.message for problem in store.problems])
"""


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_without_permission_a_run_goes_on(tmp_path: Path, mode: int) -> None:
    root = Path("/tmp") / f"tenprint-denied-{os.getpid()}-{mode}"  # noqa: S108 - others must reach it
    try:
        with closing(Store(root)) as store:
            store.put(CONTENT)
        for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
            folder.chmod(0o555)
        store.folder.chmod(mode)
        finished = subprocess.run(
            [sys.executable, "-c", DENIED, str(root)], capture_output=True, text=True, timeout=60, check=False
        )
        assert finished.returncode == 0, finished.stderr
        assert "['cache-unusable']" in finished.stdout
        assert "Permission denied" in finished.stdout or "unable to open" in finished.stdout
    finally:
        for folder in (root, store.folder, *(path for path in root.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        shutil.rmtree(root)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_holds_the_index_for_long_stops_nobody(tmp_path: Path) -> None:
    with closing(Store(tmp_path, patience=0.2)) as store:
        digest = store.put(CONTENT)
        store.record("s", "before", {}, [digest])
        with closing(sqlite3.connect(store.folder / "index.sqlite", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            for number in range(50):
                store.record("s", str(number), {}, [digest])
            # The first one waits, the others know better.
            assert time.monotonic() - started < 0.2 * 50
            assert store.find("s", "before") is not None
            assert store.find("s", "1") is None
            assert store.get(digest) == CONTENT
            (problem,) = store.problems
            assert problem.code == "cache-busy"
            with pytest.raises(StoreError, match="another process"):
                store.clear()
            assert store.get(digest) == CONTENT
            holder.execute("ROLLBACK")
        store.record("s", "after", {}, [digest])
        assert store.find("s", "after") is not None


HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "r+b")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_a_process_that_stands_still_while_it_opens_the_index_stops_nobody(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        store.put(CONTENT)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.folder / "index.lock")], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with closing(Store(tmp_path, patience=0.1)) as other:
            other.record("s", "k", {})
            assert other.find("s", "k") is None
            assert other.get(DIGEST) == CONTENT
            assert [problem.code for problem in other.problems] == ["cache-busy"]
        holder.kill()


def used(root: Path) -> Path:
    """Make a store with a record; the answer is its index."""
    with closing(Store(root)) as store:
        store.record("s", "k", {}, [store.put(CONTENT)])
    return store.folder / "index.sqlite"


@pytest.mark.parametrize("damage", ["text", "cut", "zeros", "head", "schema", "foreign", "older", "tables"])
def test_a_damaged_or_foreign_index_is_put_aside_and_begun_anew(tmp_path: Path, damage: str) -> None:
    index = used(tmp_path)
    whole = index.read_bytes()
    if damage == "text":
        index.write_bytes(b"this is no database" * 1000)
    elif damage == "cut":
        index.write_bytes(whole[:5000])
    elif damage == "zeros":
        index.write_bytes(whole[:100] + bytes(len(whole) - 100))
    elif damage == "head":
        index.write_bytes(whole[:44] + b"\x00\x00\x00\x09" + whole[48:])  # the number of the file format
    elif damage == "schema":
        index.write_bytes(whole.replace(b"CREATE TABLE records", b"CREATE TABLE r\xe5cords"))
    else:
        statements = {
            "foreign": "PRAGMA application_id = 1",
            "older": "PRAGMA user_version = 0",
            "tables": "DROP TABLE records",
        }
        with closing(sqlite3.connect(index)) as connection:
            connection.execute(statements[damage])
    with closing(Store(tmp_path)) as store:
        assert store.find("s", "k") is None
        assert store.get(DIGEST) == CONTENT
        assert [problem.code for problem in store.problems] == ["cache-index"]
        store.record("s", "k", {"new": True}, [DIGEST])
        assert store.find("s", "k") is not None
        assert store.stats().quarantined >= 1
        assert store.verify().problems == ()
        # What the lost index may have named stays, for those who know its digest.
        assert store.gc() == Collected()
    with closing(Store(tmp_path)) as again:
        assert again.find("s", "k") is not None
        assert again.problems == ()


@pytest.mark.parametrize("column", ["space", "key", "value", "contents"])
def test_an_index_with_a_text_that_is_none_is_put_aside(tmp_path: Path, column: str) -> None:
    with closing(Store(tmp_path)) as store:
        store.record("s", "k", {}, [store.put(CONTENT)])
    with closing(sqlite3.connect(store.folder / "index.sqlite")) as index:
        index.execute(f"UPDATE records SET {column} = CAST(x'68ff68' AS TEXT)")  # noqa: S608 - one of four words
        index.commit()
    with closing(Store(tmp_path)) as store:
        (problem,) = store.verify().problems
        assert (problem.code, problem.severity) == ("cache-index", "error")
        assert "with text" not in problem.message
        assert store.verify().problems == ()
        store.record("s", "k", {}, [store.put(CONTENT)])
        assert store.find("s", "k") is not None


def without_constraints(index: sqlite3.Connection) -> None:
    """Let columns hold anything, as pages with flipped bits do."""
    index.execute("PRAGMA writable_schema = ON")
    index.execute("UPDATE sqlite_master SET sql = replace(replace(sql, ' NOT NULL', ''), ' REAL', '')")
    index.commit()


@pytest.mark.parametrize("value", [None, b"\xff", 7, "text"], ids=repr)
@pytest.mark.parametrize("column", ["space", "key", "value", "contents", "recorded_at", "used_at", "seal", "at"])
def test_an_index_with_values_of_other_types_costs_records_and_nothing_else(
    tmp_path: Path, column: str, value: object
) -> None:
    table = "times" if column == "at" else "records"
    asked: tuple[Callable[[Store], object], ...] = (
        Store.stats,
        Store.gc,
        Store.verify,
        lambda each: each.find("s", "k"),
    )
    for number, ask in enumerate(asked):
        index = used(tmp_path / str(number))
        with closing(sqlite3.connect(index)) as connection:
            without_constraints(connection)
        with closing(sqlite3.connect(index)) as connection:
            connection.execute(f"UPDATE {table} SET {column} = ?", [value])  # noqa: S608 - words of this list
            connection.commit()
        with closing(Store(tmp_path / str(number))) as store:
            ask(store)
            store.verify()
            assert store.verify().problems == ()
            store.record("s", "k", {}, [store.put(CONTENT)])
            assert store.find("s", "k") is not None
            store.gc()
            assert {problem.code for problem in store.problems} <= {"cache-index", "cache-damaged"}


@pytest.mark.parametrize("position", [18, 19])
def test_an_index_whose_head_forbids_writing_is_put_aside(tmp_path: Path, position: int) -> None:
    index = used(tmp_path)
    content = bytearray(index.read_bytes())
    content[position] ^= 4
    index.write_bytes(content)
    with closing(Store(tmp_path)) as store:
        store.record("s", "new", {})
        assert store.find("s", "new") is not None
        assert [problem.code for problem in store.problems] == ["cache-index"]


def test_a_time_in_the_future_does_not_stop_the_upkeep(tmp_path: Path) -> None:
    used(tmp_path)
    with closing(Store(tmp_path, clock=lambda: time.time() + 10 * 365 * 24 * 3600)) as store:
        assert store.is_due("upkeep")
    with closing(Store(tmp_path)) as store:
        assert store.is_due("upkeep")
        assert not store.is_due("upkeep")


def test_an_index_that_is_damaged_while_it_is_used_is_begun_anew(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as one, closing(Store(tmp_path)) as other:
        for number in range(300):
            one.record("s", str(number), {"text": "x" * 200})
        assert other.find("s", "1") is not None
        one.close()
        index = one.folder / "index.sqlite"
        index.write_bytes(b"\xff" * index.stat().st_size)
        (one.folder / "index.sqlite-wal").unlink(missing_ok=True)
        for store in (one, other):
            store.record("s", "new", {})
            assert store.find("s", "new") is not None
            assert store.find("s", "1") is None
        assert {problem.code for problem in (*one.problems, *other.problems)} == {"cache-index"}


@pytest.mark.parametrize("seed", range(100))
def test_flipped_bits_cost_records_and_nothing_else(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test repeats
    index = used(tmp_path)
    content = bytearray(index.read_bytes())
    heads = [*range(100), *range(content.index(b"CREATE TABLE times"), 4096)]
    for position in (*chance.choices(heads, k=2), *chance.choices(range(len(content)), k=20)):
        content[position] ^= 1 << chance.randrange(8)
    index.write_bytes(content)
    with closing(Store(tmp_path)) as store:
        found = store.find("s", "k")
        assert found is None or found.contents == (DIGEST,)
        store.record("s", "new", {})
        assert {problem.code for problem in store.problems} <= {"cache-index", "cache-damaged", "cache-unusable"}
        assert {problem.severity for problem in store.problems} <= {"warning"}


def test_what_a_lost_index_named_goes_after_a_month_or_for_the_quota(tmp_path: Path) -> None:
    start = time.time()
    for late, quota, left in ((2.0, 100, 1), (2.0, 3, 0), (31.0, 100, 0)):
        root = tmp_path / f"{late}-{quota}"
        used(root).write_bytes(b"no database")
        with closing(Store(root, clock=lambda: start + 3600)) as store:
            assert store.find("s", "k") is None
        with closing(Store(root, clock=lambda late=late: start + late * 24 * 3600)) as store:  # type: ignore[misc]  # a default binds the value
            store.gc(quota=quota)
            assert store.stats().contents == left


def test_an_index_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    index = used(tmp_path)
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = index.read_bytes()
    with closing(Store(tmp_path)) as store:
        assert "newer version" in use_in_vain(store)
        assert store.get(DIGEST) == CONTENT
        for operation in (store.stats, store.verify, store.gc):
            with pytest.raises(StoreError, match="newer version"):
                operation()
        assert index.read_bytes() == before
        # Whoever clears wants it gone.
        assert store.clear().contents == 1
        store.record("s", "k", {})
        assert store.find("s", "k") is not None


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_an_index_that_is_no_plain_file_is_not_used(tmp_path: Path, kind: str) -> None:
    index = used(tmp_path / "cache")
    target = tmp_path / "precious.sqlite"
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    before = target.read_bytes()
    index.unlink()
    if kind == "folder":
        index.mkdir()
    else:
        index.symlink_to(target)
    with closing(Store(tmp_path / "cache")) as store:
        assert "no plain file" in use_in_vain(store)
        assert store.get(DIGEST) == CONTENT
        upkeep_is_refused(store)
    assert target.read_bytes() == before


def test_verifying_tells_that_the_index_was_damaged(tmp_path: Path) -> None:
    used(tmp_path).write_bytes(b"no database")
    with closing(Store(tmp_path)) as store:
        found = store.verify()
        assert [(problem.code, problem.severity) for problem in found.problems] == [("cache-index", "error")]
        assert (found.contents, found.records) == (1, 0)
        assert store.verify().problems == ()


def test_a_record_whose_row_was_altered_is_not_found(tmp_path: Path) -> None:
    index = used(tmp_path)
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE records SET contents = ''")
    with closing(Store(tmp_path)) as store:
        assert store.find("s", "k") is None
        assert [problem.code for problem in store.problems] == ["cache-damaged"]
        assert [problem.severity for problem in store.verify().problems] == ["error"]
        assert store.stats().records == {}
