"""What is put into a store comes back as it was, or not at all."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from tenprint.importers.store import GRACE_SECONDS, Collected, Stats, Store, Verified
from tenprint.importers.store.store import _USED_EVERY

DAY = 24 * 3600.0


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


@dataclass(slots=True)
class Clock:
    """A time that tests move on."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    made = Store(tmp_path / "cache", clock=clock)
    yield made
    made.close()


def path_of(store: Store, content: bytes) -> Path:
    digits = sha256(content).hexdigest()
    return store.folder / "cas" / digits[:2] / digits[2:]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_put_comes_back_in_any_process(store: Store) -> None:
    for content in (b"", b"one", os.urandom(3 * 2**20)):
        assert store.put(content) == digest(content)
        assert store.put(content) == digest(content)
        assert store.get(digest(content)) == content
    other = Store(store.root)
    assert other.get(digest(b"one")) == b"one"
    assert path_of(store, b"one").read_bytes() == b"one"
    assert files(store.folder / "tmp") == []
    assert store.problems == ()


def test_many_are_put_at_once(store: Store) -> None:
    contents = [b"content %d" % (number % 300) for number in range(600)]
    assert store.put_all(contents) == [digest(content) for content in contents]
    assert store.stats().contents == 300
    assert all(store.get(digest(content)) == content for content in contents)
    assert store.put_all([]) == []
    assert files(store.folder / "tmp") == []


def test_nothing_is_made_before_something_is_kept(store: Store) -> None:
    assert store.get(digest(b"one")) is None
    assert store.find("s", "k") is None
    assert (store.stats(), store.verify(), store.gc(), store.clear()) == (
        Stats(),
        Verified(),
        Collected(),
        Collected(),
    )
    assert not store.root.exists()
    assert store.problems == ()


def test_a_finished_file_is_moved_in(store: Store) -> None:
    for content in (b"streamed", b"", b"streamed"):
        path = store.new_file()
        assert not path.exists()
        path.write_bytes(content)
        assert store.take(path) == digest(content)
        assert not path.exists()
        assert store.get(digest(content)) == content
    assert store.new_file() != store.new_file()


@pytest.mark.parametrize("kind", ["missing", "link", "folder"])
def test_what_is_no_file_cannot_be_taken(store: Store, kind: str) -> None:
    path = store.new_file()
    if kind == "link":
        path.symlink_to("/etc/hostname")
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(OSError, match=r".+"):
        store.take(path)


def test_wrong_digests_are_refused(store: Store) -> None:
    for wrong in ("", "md5:00", "sha256:00", "sha256:../../../etc/passwd"):
        with pytest.raises(ValueError, match=r"digest|hexadecimal"):
            store.get(wrong)


def test_a_record_is_found_with_its_contents(store: Store, clock: Clock) -> None:
    contents = store.put_all([b"two", b"one"])
    store.record("http", "https://x", {"etag": '"1"'}, contents)
    found = store.find("http", "https://x")
    assert found is not None
    assert (found.value, found.contents, found.recorded_at) == ({"etag": '"1"'}, tuple(contents), clock.now)
    assert store.find("http", "https://y") is None
    assert store.find("git", "https://x") is None
    store.record("http", "https://x", {"etag": '"2"'})
    again = store.find("http", "https://x")
    assert again is not None
    assert (again.value, again.contents) == ({"etag": '"2"'}, ())


def test_the_time_of_use_is_written_once_an_hour(store: Store, clock: Clock) -> None:
    store.record("s", "k", {})
    used = []
    for seconds in (_USED_EVERY, 1, 1, _USED_EVERY - 1):
        clock.now += seconds
        store.find("s", "k")
        found = store.find("s", "k")
        assert found is not None
        used.append(found.used_at - found.recorded_at)
    assert used == [0, _USED_EVERY + 1, _USED_EVERY + 1, _USED_EVERY + 1]


@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "empty", "link", "folder", "pipe"])
def test_damaged_contents_are_put_aside_and_never_handed_out(store: Store, tmp_path: Path, damage: str) -> None:
    store.record("s", "k", {}, [store.put(b"content")])
    path = path_of(store, b"content")
    if damage in ("flip", "cut", "grow", "empty"):
        path.write_bytes({"flip": b"cOntent", "cut": b"cont", "grow": b"contents", "empty": b""}[damage])
    else:
        path.unlink()
        if damage == "link":
            (tmp_path / "same").write_bytes(b"content")
            path.symlink_to(tmp_path / "same")
        elif damage == "folder":
            path.mkdir()
        else:
            os.mkfifo(path)
    assert store.find("s", "k") is None
    assert store.get(digest(b"content")) is None
    assert store.find("s", "k", check="presence") is None
    assert store.find("s", "k", check="nothing") is not None
    assert not os.path.lexists(path)
    assert len(list((store.folder / "quarantine").iterdir())) == 1
    (problem,) = store.problems
    assert (problem.code, problem.severity) == ("cache-damaged", "warning")
    assert digest(b"content") in problem.message
    # It is mended by putting it again.
    store.put(b"content")
    assert store.find("s", "k") is not None
    assert store.get(digest(b"content")) == b"content"


def test_putting_over_damaged_contents_mends_them(store: Store) -> None:
    store.put(b"content")
    path_of(store, b"content").write_bytes(b"rotten!")
    store.put(b"content")
    assert store.get(digest(b"content")) == b"content"
    assert [path.read_bytes() for path in (store.folder / "quarantine").iterdir()] == [b"rotten!"]


def test_presence_does_not_read_and_bytes_does(store: Store) -> None:
    store.record("s", "k", {}, [store.put(b"content")])
    path_of(store, b"content").write_bytes(b"rotten!")
    assert store.find("s", "k", check="presence") is not None
    assert store.find("s", "k") is None
    path_of(store, b"content").unlink(missing_ok=True)
    assert store.find("s", "k", check="presence") is None


def test_one_problem_of_a_kind_is_told_with_how_many_there_are(store: Store) -> None:
    for content in (b"1", b"2", b"3"):
        store.put(content)
        path_of(store, content).write_bytes(b"rotten")
        assert store.get(digest(content)) is None
        assert store.get(digest(content)) is None
    (problem,) = store.problems
    assert problem.message.endswith("(and 2 more)")


def test_verifying_reads_everything_and_puts_the_damaged_aside(store: Store) -> None:
    store.record("s", "whole", {}, [store.put(b"a")])
    store.record("s", "half", {}, [store.put(b"a"), store.put(b"b")])
    assert store.verify() == Verified(2, 2, 2)
    path_of(store, b"b").write_bytes(b"rotten")
    found = store.verify()
    assert (found.contents, found.records) == (1, 1)
    assert [(problem.code, problem.severity) for problem in found.problems] == [
        ("cache-damaged", "error"),
        ("cache-damaged", "warning"),
    ]
    assert digest(b"b") in found.problems[0].message
    assert "s half" in found.problems[1].message
    assert store.verify() == Verified(1, 1, 1)


def test_fresh_contents_wait_for_their_record(store: Store, clock: Clock) -> None:
    store.put(b"old")
    clock.now += GRACE_SECONDS + 1
    store.put(b"new")
    store.put(b"named")
    store.record("s", "k", {}, [digest(b"named")])
    assert store.gc() == Collected(contents=1, freed=3)
    assert store.get(digest(b"old")) is None
    clock.now += GRACE_SECONDS - 1
    assert store.gc() == Collected()
    clock.now += 2
    assert store.gc() == Collected(contents=1, freed=3)
    assert store.get(digest(b"named")) == b"named"


def test_putting_again_makes_contents_fresh(store: Store, clock: Clock) -> None:
    store.put(b"content")
    clock.now += 2 * GRACE_SECONDS
    store.put(b"content")
    assert store.gc() == Collected()
    clock.now += 2 * GRACE_SECONDS
    path = store.new_file()
    path.write_bytes(b"content")
    store.take(path)
    assert store.gc() == Collected()


def test_beyond_the_quota_the_least_recently_used_go(store: Store, clock: Clock) -> None:
    for number in range(5):
        store.record("s", str(number), {}, [store.put(bytes([number]) * 1000)])
        clock.now += 1
    clock.now += 3 * 3600
    assert store.find("s", "0") is not None
    clock.now += 3 * 3600
    # Three of five fit: values of records have two bytes.
    collected = store.gc(quota=3100)
    assert (collected.records, collected.contents, collected.freed) == (2, 2, 2000)
    assert [number for number in range(5) if store.find("s", str(number))] == [0, 3, 4]
    assert store.gc(quota=3100) == Collected()
    # They were used just now, so even a quota of nothing spares them.
    assert store.gc(quota=0) == Collected()
    clock.now += 3 * 3600
    assert store.gc(quota=0).records == 3
    assert store.stats().contents == 0


def test_the_quota_is_kept_once_a_day_without_being_asked(tmp_path: Path, clock: Clock) -> None:
    for day in range(4):
        store = Store(tmp_path, quota=1500, clock=clock)
        store.record("s", str(day), {}, [store.put(bytes([day]) * 1000)])
        store.close()
        clock.now += DAY + 1
    with closing(Store(tmp_path, clock=clock)) as store:
        assert store.stats().records == {"s": 1}


def test_leftovers_go_when_they_are_old_and_ours(store: Store, clock: Clock) -> None:
    store.put(b"content")
    folders = ("tmp", "quarantine")
    for folder in folders:
        (store.folder / folder).mkdir(exist_ok=True)
        (store.folder / folder / "mine.txt").write_bytes(b"mine")
    part, bad = store.new_file(), store.folder / "quarantine" / f"{'0' * 64}-{'0' * 16}"
    claim = store.root / f".store-{'0' * 32}"
    claim.mkdir()
    for path in (part, bad):
        path.write_bytes(b"left")
    for path in (part, bad, claim, *(store.folder / folder / "mine.txt" for folder in folders)):
        os.utime(path, (clock.now, clock.now))
    assert store.gc() == Collected()
    clock.now += DAY + 1
    store.put(b"content")
    assert store.gc() == Collected(leftovers=1, freed=4)
    assert not claim.exists()
    clock.now += 6 * DAY
    store.put(b"content")
    assert store.gc() == Collected(leftovers=1, freed=4)
    assert [files(store.folder / folder) for folder in folders] == [["mine.txt"], ["mine.txt"]]


def test_clearing_removes_what_the_store_made_and_nothing_else(store: Store, tmp_path: Path, clock: Clock) -> None:
    precious = tmp_path / "precious"
    (precious / "ab").mkdir(parents=True)
    (precious / "ab" / ("0" * 62)).write_bytes(b"precious")
    store.record("s", "k", {}, store.put_all([b"one", b"two"]))
    (store.root / "git").mkdir()
    (store.root / "git" / "config").write_bytes(b"git")
    (store.folder / "notes.txt").write_bytes(b"mine")
    (store.folder / "cas" / "notes.txt").write_bytes(b"mine")
    shelf = path_of(store, b"one").parent
    (shelf / "notes.txt").write_bytes(b"mine")
    (shelf / ("f" * 62)).symlink_to(precious / "ab" / ("0" * 62))
    (store.folder / "cas" / "zz").symlink_to(precious / "ab")
    free = next(name for number in range(256) if not (store.folder / "cas" / (name := f"{number:02x}")).exists())
    (store.folder / "cas" / free).symlink_to(precious / "ab")
    being_written, left = store.new_file(), store.new_file()
    for path, age in ((being_written, 10.0), (left, 2 * GRACE_SECONDS)):
        path.write_bytes(b"part")
        os.utime(path, (clock.now - age, clock.now - age))
    assert store.clear() == Collected(records=1, contents=2, leftovers=1, freed=10)
    assert store.stats().contents == 0
    assert store.find("s", "k") is None
    assert being_written.exists()
    assert (precious / "ab" / ("0" * 62)).read_bytes() == b"precious"
    assert (shelf / "notes.txt").exists()
    assert (store.root / "git" / "config").exists()
    assert (store.folder / "notes.txt").exists()
    assert store.put(b"one") == digest(b"one")
    assert store.get(digest(b"one")) == b"one"


def test_a_cache_that_is_removed_while_it_is_used_is_made_anew(store: Store, tmp_path: Path) -> None:
    store.record("s", "k", {}, [store.put(b"one")])
    store.root.rename(tmp_path / "elsewhere")
    assert store.get(digest(b"one")) is None
    assert store.find("s", "k") is None
    store.record("s", "k", {"again": True}, [store.put(b"one")])
    found = store.find("s", "k")
    assert found is not None
    assert found.value == {"again": True}
    assert store.problems == ()


def test_threads_share_one_store(store: Store) -> None:
    wrong: list[int] = []

    def work(seed: int) -> None:
        for number in range(40):
            content = b"%d" % ((seed + number) % 50)
            store.record("s", content.decode(), {"digest": digest(content)}, [store.put(content)])
            found = store.find("s", content.decode())
            if found is None or store.get(found.contents[0]) != content:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.problems == ()
    assert store.verify() == Verified(47, 84, 47)


def test_a_forked_process_opens_an_index_of_its_own(store: Store) -> None:
    store.record("s", "before", {})
    child = os.fork()
    if child == 0:
        store.record("s", "child", {})
        os._exit(0 if store.find("s", "before") is not None and not store.problems else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert store.find("s", "child") is not None
    assert store.verify().records == 2
