"""Acceptance cases of engine.md 7.7: the training cache, in memory and on the content store."""

import os
import resource as limits
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.training_components import Text

from tenprint.fingerprinting.engine import (
    CachedResult,
    DiskCache,
    LocalModelStorage,
    MemoryCache,
    ModelStorage,
    Resource,
    TrainingCache,
)
from tenprint.importers.store import Store

KEY, OUTPUT = "sha256:" + "1" * 64, "sha256:" + "2" * 64


class Broken(Text):
    def to_cache(self, directory: Path, model_storage: ModelStorage) -> None:
        del directory, model_storage
        raise RuntimeError("no ink")


@dataclass
class Clock:
    now: float = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "cache")) as made:
        yield made


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, store: Store) -> TrainingCache:
    return MemoryCache() if request.param == "memory" else DiskCache(store)


def contents(store: Store) -> list[Path]:
    return sorted(path for path in (store.folder / "cas").rglob("*") if path.is_file())


def test_g01_what_was_stored_is_found_and_restored(cache: TrainingCache, storage: LocalModelStorage) -> None:
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
    assert cache.has_payload(KEY)
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult(Text("hello"))
    assert cache.problems == ()


def test_g02_unknown_keys_are_misses(cache: TrainingCache, storage: LocalModelStorage) -> None:
    assert cache.get_cached_output_fingerprint(KEY) is None
    assert not cache.has_payload(KEY)
    assert not cache.is_storable(KEY)
    assert cache.get_cached_result(KEY, "node", storage) is None


def test_g03_a_payload_deleted_behind_its_back_is_no_payload(store: Store, storage: LocalModelStorage) -> None:
    cache = DiskCache(store)
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    for path in contents(store):
        path.unlink()
    assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
    assert not cache.has_payload(KEY)
    assert cache.is_storable(KEY)
    assert cache.get_cached_result(KEY, "node", storage) is None


def test_g04_the_folder_is_made_when_something_is_kept(tmp_path: Path, storage: LocalModelStorage) -> None:
    root = tmp_path / "not" / "there"
    with closing(Store(root)) as store:
        cache = DiskCache(store)
        assert cache.get_cached_output_fingerprint(KEY) is None
        assert not root.exists()
        cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
        assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
        assert root.is_dir()


@pytest.mark.parametrize("value", [None, 0, False, "", [], {}, (), 0.0, b"", frozenset()])
def test_g05_a_value_that_is_nothing_is_a_hit(cache: TrainingCache, storage: LocalModelStorage, value: Any) -> None:
    cache.cache_output(KEY, value, OUTPUT, storage)
    assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
    assert cache.has_payload(KEY)
    result = cache.get_cached_result(KEY, "node", storage)
    assert result is not None
    assert (result.value, type(result.value)) == (value, type(value))


def test_an_empty_fingerprint_is_a_hit_too(cache: TrainingCache, storage: LocalModelStorage) -> None:
    cache.cache_output(KEY, 1, "", storage)
    assert cache.get_cached_output_fingerprint(KEY) == ""


@pytest.mark.parametrize("other", [OUTPUT, "sha256:" + "3" * 64])
def test_g06_the_latest_wins(cache: TrainingCache, storage: LocalModelStorage, other: str) -> None:
    cache.cache_output(KEY, Text("first"), OUTPUT, storage)
    cache.cache_output(KEY, Text("second"), other, storage)
    assert cache.get_cached_output_fingerprint(KEY) == other
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult(Text("second"))


def test_g07_an_output_that_cannot_be_written_is_told_once(cache: TrainingCache, storage: LocalModelStorage) -> None:
    cache.cache_output(KEY, Broken("hello"), OUTPUT, storage)
    assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
    assert cache.get_cached_result(KEY, "node", storage) is None
    assert not cache.has_payload(KEY)
    (problem,) = cache.problems
    assert (problem.code, problem.severity) == ("cache-payload", "warning")
    assert problem.message.endswith("could not be written: RuntimeError: no ink")
    cache.cache_output("other", Broken("hello"), OUTPUT, storage)
    assert cache.problems == (problem,)


def test_g08_a_class_that_nobody_has_shown_is_not_imported(store: Store, storage: LocalModelStorage) -> None:
    DiskCache(store).cache_output(KEY, Text("hello"), OUTPUT, storage)
    later = DiskCache(store)
    assert later.get_cached_output_fingerprint(KEY) == OUTPUT
    assert later.get_cached_result(KEY, "node", storage) is None
    assert [problem.code for problem in later.problems] == ["cache-payload"]
    later.know([Text])
    assert later.get_cached_result(KEY, "node", storage) == CachedResult(Text("hello"))


def test_g08_a_class_that_cannot_restore_any_more_gives_none(store: Store, storage: LocalModelStorage) -> None:
    DiskCache(store).cache_output(KEY, Text("hello"), OUTPUT, storage)
    without = type("Text", (), {"__module__": Text.__module__, "__qualname__": "Text"})
    later = DiskCache(store)
    later.know([without])
    assert later.get_cached_result(KEY, "node", storage) is None
    assert [problem.code for problem in later.problems] == ["cache-payload"]


def test_g09_records_of_another_scheme_are_as_good_as_none(store: Store, storage: LocalModelStorage) -> None:
    cache = DiskCache(store)
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    digest = store.put(b"of an old version")
    store.record("training", "old", {"scheme": 0, "output": OUTPUT}, [digest])
    assert cache.get_cached_output_fingerprint("old") is None
    assert not cache.has_payload("old")
    assert not cache.is_storable("old")
    assert cache.get_cached_result("old", "node", storage) is None
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult(Text("hello"))


WHOLE: Mapping[str, Any] = {
    "scheme": 1, "output": OUTPUT, "storable": True, "codec": "json", "type": "builtins:int", "files": ["value"],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"output": None},
        {"output": "a text"},
        {"storable": None},
        {"codec": None},
        {"codec": []},
        {"type": 1},
        {"files": None},
        {"files": []},
        {"files": [1]},
        {"files": ["value", "other"]},
        {"scheme": [1]},
    ],
    ids=repr,
)
def test_records_that_say_something_else_are_as_good_as_none(
    store: Store, storage: LocalModelStorage, change: Mapping[str, Any]
) -> None:
    cache = DiskCache(store)
    store.record("training", KEY, WHOLE, [store.put(b"1")])
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult(1)
    for wrong in ({**WHOLE, **change}, {key: value for key, value in WHOLE.items() if key not in change}):
        store.record("training", KEY, wrong, [store.put(b"1")])
        assert not cache.has_payload(KEY)
        assert cache.get_cached_result(KEY, "node", storage) is None
    store.record("training-keys", KEY, WHOLE)
    assert cache.noted_key("graph", "node") is None


def test_g10_with_a_quota_of_nothing_no_file_is_made(tmp_path: Path, storage: LocalModelStorage) -> None:
    with closing(Store(tmp_path / "cache", quota=0)) as store:
        cache = DiskCache(store)
        cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
        assert cache.get_cached_output_fingerprint(KEY) is None
        assert cache.get_cached_result(KEY, "node", storage) is None
    assert not (tmp_path / "cache").exists()


def test_g11_a_payload_beyond_the_quota_is_not_kept(tmp_path: Path, storage: LocalModelStorage) -> None:
    with closing(Store(tmp_path / "cache", quota=2**20)) as store:
        cache = DiskCache(store)
        cache.cache_output(KEY, Text("x" * 2**21), OUTPUT, storage)
        assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
        assert not cache.has_payload(KEY)
        assert cache.get_cached_result(KEY, "node", storage) is None
        assert contents(store) == []


def test_g12_beyond_the_quota_the_least_recently_used_go(tmp_path: Path, storage: LocalModelStorage) -> None:
    clock = Clock()
    with closing(Store(tmp_path / "cache", quota=5 * 2**20, clock=clock)) as store:
        cache = DiskCache(store)
        for name, size in (("first", 2**21), ("tiny", 1), ("third", 2**21)):
            cache.cache_output(name, Text(name[0] * size), OUTPUT, storage)
            clock.now += 7200
        assert cache.get_cached_output_fingerprint("first") == OUTPUT
        clock.now += 7200
        for name in ("fourth", "fifth"):
            cache.cache_output(name, Text(name[1] * 2**20), OUTPUT, storage)
        clock.now += 7200
        store.gc()
        found = {name: cache.has_payload(name) for name in ("first", "tiny", "third", "fourth", "fifth")}
    assert found == {"first": True, "tiny": False, "third": False, "fourth": True, "fifth": True}


def test_g13_what_others_have_put_there_stays(tmp_path: Path, storage: LocalModelStorage) -> None:
    with closing(Store(tmp_path / "cache", quota=5 * 2**20)) as store:
        cache = DiskCache(store)
        cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
        (store.folder / "mine").mkdir()
        (store.folder / "mine" / "file").write_bytes(bytes(5 * 2**20))
        cache.cache_output("other", Text("x" * 2**21), OUTPUT, storage)
        store.gc(grace=0)
        assert (store.folder / "mine" / "file").exists()
        assert cache.has_payload("other")


def test_g14_a_database_that_is_removed_under_it_is_begun_anew(store: Store, storage: LocalModelStorage) -> None:
    cache = DiskCache(store)
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    for path in store.folder.glob("index.sqlite*"):
        path.unlink()
    cache.cache_output("other", Text("hello"), OUTPUT, storage)
    assert cache.get_cached_output_fingerprint(KEY) is None
    assert cache.get_cached_result("other", "node", storage) == CachedResult(Text("hello"))


def written(storage: LocalModelStorage, name: str, files: Mapping[str, bytes]) -> Resource:
    with storage.write_to(Resource(name)) as folder:
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return Resource(name).with_fingerprint(storage)


@pytest.mark.parametrize("large", [10, 3 * 2**20])
def test_g15_a_resource_is_restored_into_another_storage(
    cache: TrainingCache, storage: LocalModelStorage, tmp_path: Path, large: int
) -> None:
    files = {"a": b"first", "below/b": bytes(large), "below/c": b"", "d": b"first"}
    stored = written(storage, "node", files)
    cache.cache_output(KEY, stored, stored.fingerprint(), storage)
    other = LocalModelStorage(tmp_path / "other")
    assert cache.get_cached_result(KEY, "renamed", other) == CachedResult(Resource("renamed"))
    with other.read_from(Resource("renamed")) as folder:
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == files
    assert other.resource_fingerprint(Resource("renamed")) == stored.fingerprint()


def test_a_resource_that_was_never_written_comes_back_as_such(cache: TrainingCache, storage: LocalModelStorage) -> None:
    never = Resource("never").with_fingerprint(storage)
    cache.cache_output(KEY, never, never.fingerprint(), storage)
    assert cache.has_payload(KEY)
    assert cache.get_cached_result(KEY, "never", storage) == CachedResult(never)
    assert not storage.holds(never)


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "link"])
def test_g16_a_payload_whose_bytes_were_altered_is_a_miss(
    store: Store, storage: LocalModelStorage, tmp_path: Path, harm: str
) -> None:
    cache = DiskCache(store)
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    (path,) = contents(store)
    content = path.read_bytes()
    if harm == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_bytes({"flip": b"jello", "cut": content[:-1], "empty": b""}[harm])
    assert cache.get_cached_result(KEY, "node", storage) is None
    assert cache.get_cached_output_fingerprint(KEY) == OUTPUT
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult(Text("hello"))


def test_each_bit_of_a_record_counts(tmp_path: Path, storage: LocalModelStorage) -> None:
    with closing(Store(tmp_path / "cache")) as store:
        DiskCache(store).cache_output(KEY, {"a": 1}, OUTPUT, storage)
    index = tmp_path / "cache" / "store" / "index.sqlite"
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE records SET value = replace(value, ?, ?)", (OUTPUT, KEY))
        assert connection.total_changes == 1
    with closing(Store(tmp_path / "cache")) as store:
        cache = DiskCache(store)
        assert cache.get_cached_output_fingerprint(KEY) is None
        assert cache.get_cached_result(KEY, "node", storage) is None
        assert [problem.code for problem in cache.problems] == ["cache-damaged"]


@contextmanager
def full_disk() -> Iterator[None]:
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))


def use_in_vain(cache: DiskCache, storage: LocalModelStorage) -> None:
    """Do what a training does; nothing is kept, nothing fails, and it is told."""
    cache.cache_output(KEY, {"text": "x" * 10_000}, OUTPUT, storage)
    assert cache.get_cached_result(KEY, "node", storage) is None
    assert not cache.has_payload(KEY)
    assert {problem.severity for problem in cache.problems} == {"warning"}


def test_g17_a_full_disk_fails_nothing(store: Store, storage: LocalModelStorage) -> None:
    cache = DiskCache(store)
    resource = written(storage, "node", {"large": bytes(2**21)})
    cache.cache_output("before", 1, OUTPUT, storage)
    with full_disk():
        use_in_vain(cache, storage)
        cache.cache_output("resource", resource, resource.fingerprint(), storage)
        assert not cache.has_payload("resource")
    assert cache.get_cached_result("before", "node", storage) == CachedResult(1)
    cache.cache_output("resource", resource, resource.fingerprint(), storage)
    assert cache.has_payload("resource")
    assert list((store.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("place", ["file", "foreign"])
def test_g17_a_place_that_cannot_be_ours_fails_nothing(tmp_path: Path, storage: LocalModelStorage, place: str) -> None:
    root = tmp_path / "cache"
    if place == "file":
        root.write_bytes(b"mine")
    else:
        (root / "store").mkdir(parents=True)
        (root / "store" / "mine").write_bytes(b"mine")
    with closing(Store(root)) as store:
        use_in_vain(DiskCache(store), storage)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_g17_a_folder_without_permission_fails_nothing(tmp_path: Path, storage: LocalModelStorage) -> None:
    (tmp_path / "cache").mkdir(mode=0o500)
    with closing(Store(tmp_path / "cache")) as store:
        use_in_vain(DiskCache(store), storage)


def test_g17_a_locked_database_fails_nothing(tmp_path: Path, storage: LocalModelStorage) -> None:
    with closing(Store(tmp_path / "cache", patience=0.1)) as store:
        cache = DiskCache(store)
        cache.cache_output("before", 1, OUTPUT, storage)
        with closing(sqlite3.connect(store.folder / "index.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            use_in_vain(cache, storage)
            assert [problem.code for problem in cache.problems] == ["cache-busy"]
        assert cache.get_cached_result("before", "node", storage) == CachedResult(1)


@pytest.mark.parametrize("content", [b"", b"no database", bytes(8192)])
def test_g17_a_corrupt_database_is_begun_anew(tmp_path: Path, storage: LocalModelStorage, content: bytes) -> None:
    root = tmp_path / "cache"
    with closing(Store(root)) as store:
        DiskCache(store).cache_output(KEY, Text("hello"), OUTPUT, storage)
    for path in (root / "store").glob("index.sqlite-*"):
        path.unlink()
    (root / "store" / "index.sqlite").write_bytes(content)
    with closing(Store(root)) as store:
        cache = DiskCache(store)
        assert cache.get_cached_output_fingerprint(KEY) is None
        cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
        assert cache.get_cached_result(KEY, "node", storage) == CachedResult(Text("hello"))


def test_g18_storing_again_leaves_one_payload(store: Store, storage: LocalModelStorage) -> None:
    cache = DiskCache(store)
    for _ in range(5):
        cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    assert len(contents(store)) == 1
    assert store.stats().records == {"training": 1}


def test_what_may_not_be_kept_is_known_by_its_fingerprint_alone(
    cache: TrainingCache, storage: LocalModelStorage
) -> None:
    cache.cache_output(KEY, 1, OUTPUT, storage, keep_output=False)
    cache.cache_output("object", object(), OUTPUT, storage)
    for key in (KEY, "object"):
        assert cache.get_cached_output_fingerprint(key) == OUTPUT
        assert not cache.has_payload(key)
        assert not cache.is_storable(key)
        assert cache.get_cached_result(key, "node", storage) is None
    assert cache.problems == ()


def test_what_comes_back_is_nobody_elses(cache: TrainingCache, storage: LocalModelStorage) -> None:
    value = {"list": [1]}
    cache.cache_output(KEY, value, OUTPUT, storage)
    value["list"].append(2)
    first = cache.get_cached_result(KEY, "node", storage)
    assert first == CachedResult({"list": [1]})
    first.value["list"].append(3)
    assert cache.get_cached_result(KEY, "node", storage) == CachedResult({"list": [1]})


def test_a_folder_with_a_link_in_it_is_not_stored(
    cache: TrainingCache, storage: LocalModelStorage, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")

    class Linking(Text):
        def to_cache(self, directory: Path, model_storage: ModelStorage) -> None:
            del model_storage
            (directory / "text").symlink_to(tmp_path / "secret")

    cache.cache_output(KEY, Linking("hello"), OUTPUT, storage)
    assert not cache.has_payload(KEY)
    assert [problem.code for problem in cache.problems] == ["cache-payload"]


def test_nothing_temporary_is_left(cache: TrainingCache, storage: LocalModelStorage, temporary_files: Path) -> None:
    cache.cache_output(KEY, Text("hello"), OUTPUT, storage)
    cache.cache_output("broken", Broken("hello"), OUTPUT, storage)
    cache.get_cached_result(KEY, "node", storage)
    assert list(temporary_files.iterdir()) == []


SHARED = """
import sys
from pathlib import Path
from tenprint.fingerprinting.engine import DiskCache, LocalModelStorage
from tenprint.importers.store import Store
cache = DiskCache(Store(Path(sys.argv[1])))
print(cache.get_cached_result(sys.argv[2], "node", LocalModelStorage(Path(sys.argv[3]))))
"""


def test_another_process_finds_it(store: Store, storage: LocalModelStorage, tmp_path: Path) -> None:
    DiskCache(store).cache_output(KEY, {"b": [1, None, 2.5], "a": {"x": ()}}, OUTPUT, storage)
    words = [sys.executable, "-c", SHARED, str(store.root), KEY, str(tmp_path / "other")]
    found = subprocess.run(words, capture_output=True, text=True, check=True)
    assert found.stdout == "CachedResult(value={'b': [1, None, 2.5], 'a': {'x': ()}})\n"
