"""Caches of repositories are counted, verified and removed; never under the hands of a run, and nothing else is."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from tests.importers.git.repositories import Repository, git, nlu
from tests.importers.git.smart_http import GitServer

from tenprint.importers import SourceError
from tenprint.importers.git import GitImporter
from tenprint.importers.git.upkeep import (
    UNUSED_SECONDS,
    GitCaches,
    GitRemoved,
    GitVerified,
    clear_caches,
    collect_caches,
    count_caches,
    verify_caches,
)
from tenprint.importers.git.workplace import workplace
from tenprint.importers.store import StoreError

Make = Callable[..., GitImporter]
HOUR = 3600.0


async def fetched(make: Make, repository: Repository) -> Path:
    """Fetch a repository; the value is the folder of its cache."""
    repository.commit({"nlu.yml": nlu("greet", "hi")})
    importer = make(url=repository.url)
    await importer.fetch(None)
    folder = importer._folder
    await importer.aclose()
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Name the folder of caches that `make_importer` uses."""
    return tmp_path / "cache"


def used(folder: Path, ago: float) -> None:
    moment = time.time() - ago
    os.utime(folder / "lock", (moment, moment))


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def codes(found: GitRemoved | GitVerified) -> list[str]:
    return [problem.code for problem in found.problems]


def test_where_nothing_was_fetched_there_is_nothing(tmp_path: Path) -> None:
    assert count_caches(tmp_path) == GitCaches()
    assert verify_caches(tmp_path) == GitVerified()
    assert collect_caches(tmp_path, quota=0, now=time.time(), grace=0) == GitRemoved()
    assert clear_caches(tmp_path, now=time.time()) == GitRemoved()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anyio
async def test_what_is_there_is_counted_and_removed(repository: Repository, make_importer: Make, root: Path) -> None:
    folder = await fetched(make_importer, repository)
    size = sum(path.stat().st_size for path in (folder / "partial.git").rglob("*") if path.is_file())
    assert count_caches(root) == GitCaches(1, size)
    assert verify_caches(root) == GitVerified(1, size)
    assert clear_caches(root, now=time.time()) == GitRemoved(1, size)
    assert [path.name for path in (root / "git").iterdir()] == ["CACHEDIR.TAG"]
    repository.commit({"more.yml": nlu("leave", "bye")})
    assert len((await make_importer(url=repository.url).fetch(None)).files) == 2


@pytest.mark.anyio
async def test_a_cache_that_somebody_works_with_stays(repository: Repository, make_importer: Make, root: Path) -> None:
    folder = await fetched(make_importer, repository)
    used(folder, 2 * UNUSED_SECONDS)
    with in_use(folder):
        removed = [clear_caches(root, now=time.time()), collect_caches(root, quota=0, now=time.time(), grace=0)]
        verified = verify_caches(root)
    assert [(found.repositories, found.freed, codes(found)) for found in removed] == [(0, 0, ["cache-in-use"])] * 2
    assert (verified.repositories, codes(verified)) == (0, ["cache-in-use"])
    assert count_caches(root).repositories == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("ago", "quota", "stays"),
    [(0.5 * HOUR, 0, True), (2 * HOUR, 0, False), (2 * HOUR, 10**9, True), (UNUSED_SECONDS + HOUR, 10**9, False)],
    ids=["in the last hour", "beyond the quota", "within it", "for a month"],
)
async def test_collecting_goes_by_the_time_of_the_last_run(
    make_importer: Make, tmp_path: Path, root: Path, *, ago: float, quota: int, stays: bool
) -> None:
    used(await fetched(make_importer, Repository(tmp_path / "other")), ago)
    removed = collect_caches(root, quota=quota, now=time.time(), grace=HOUR)
    assert (count_caches(root).repositories, removed.repositories) == (int(stays), int(not stays))


@pytest.mark.anyio
async def test_the_least_recently_used_go_first(make_importer: Make, tmp_path: Path, root: Path) -> None:
    folders = [await fetched(make_importer, Repository(tmp_path / name)) for name in ("old", "older")]
    for number, folder in enumerate(folders):
        used(folder, (number + 2) * HOUR)
    collect_caches(root, quota=count_caches(root).size - 1, now=time.time(), grace=HOUR)
    assert [folder.exists() for folder in folders] == [True, False]


@pytest.mark.anyio
async def test_leftovers_of_killed_processes_are_removed(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    folder = await fetched(make_importer, repository)
    left = folder / "partial.git/objects/pack/tmp_pack_x1"
    left.write_bytes(b"half")
    (folder / "full.git" / "objects").mkdir(parents=True)
    collect_caches(tmp_path / "cache", quota=10**9, now=time.time(), grace=HOUR)
    assert not left.exists()
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "partial.git"]


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["mine", "0123456789012345678901234567890123456789"])
async def test_what_others_put_there_stays_and_is_told(
    repository: Repository, make_importer: Make, tmp_path: Path, root: Path, name: str
) -> None:
    await fetched(make_importer, repository)
    mine = tmp_path / "mine" / "partial.git"
    mine.mkdir(parents=True)
    (mine / "HEAD").write_text("mine")
    (root / "git" / name).symlink_to(mine.parent)
    removed = clear_caches(root, now=time.time())
    assert (removed.repositories, codes(removed)) == (1, ["cache-foreign"])
    assert name in removed.problems[0].message
    assert (mine / "HEAD").read_text() == "mine"


@pytest.mark.anyio
async def test_a_strange_file_among_repositories_stays_and_is_told(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    folder = await fetched(make_importer, repository)
    (folder / "notes.txt").write_text("mine")
    removed = clear_caches(tmp_path / "cache", now=time.time())
    assert codes(removed) == ["cache-foreign"]
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "notes.txt"]


@pytest.mark.anyio
async def test_links_within_a_repository_are_removed_and_not_followed(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    folder = await fetched(make_importer, repository)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "file").write_text("mine")
    (folder / "partial.git" / "elsewhere").symlink_to(mine)
    assert clear_caches(tmp_path / "cache", now=time.time()).repositories == 1
    assert (mine / "file").read_text() == "mine"


@pytest.mark.anyio
async def test_a_folder_without_our_tag_is_refused(tmp_path: Path) -> None:
    (tmp_path / "git").mkdir()
    (tmp_path / "git" / "mine").write_text("mine")
    for call in (count_caches, verify_caches, lambda root: clear_caches(root, now=time.time())):
        with pytest.raises(StoreError, match="was not made by this version"):
            call(tmp_path)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:10])


HARMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a pack with a flipped bit": ("objects/pack/*.pack", flip),
    "a pack that was cut": ("objects/pack/*.pack", cut),
    "an index with a flipped bit": ("objects/pack/*.idx", flip),
    "an index that is gone": ("objects/pack/*.idx", Path.unlink),
    "no HEAD": ("HEAD", Path.unlink),
    "another config": ("config", lambda path: path.write_text("nonsense")),
}


@pytest.mark.anyio
@pytest.mark.parametrize("harm", HARMS)
async def test_a_damaged_cache_is_told_and_removed(
    repository: Repository, make_importer: Make, tmp_path: Path, harm: str
) -> None:
    folder = await fetched(make_importer, repository)
    pattern, do = HARMS[harm]
    do(next((folder / "partial.git").glob(pattern)))
    found = verify_caches(tmp_path / "cache")
    assert (found.repositories, codes(found)) == (0, ["cache-damaged"])
    assert not (folder / "partial.git").exists()
    repository.commit({"more.yml": nlu("leave", "bye")})
    assert len((await make_importer(url=repository.url).fetch(None)).files) == 2


@pytest.mark.anyio
async def test_repositories_with_the_longer_ids_are_sound(tmp_path: Path, make_importer: Make) -> None:
    await fetched(make_importer, Repository(tmp_path / "other", object_format="sha256"))
    found = verify_caches(tmp_path / "cache")
    assert (found.repositories, found.problems) == (1, ())


@pytest.mark.anyio
async def test_a_run_that_waited_for_a_folder_which_was_removed_makes_it_anew(tmp_path: Path) -> None:
    folder = tmp_path / "git" / ("0" * 40)
    async with workplace(folder):
        pass
    held: list[bool] = []

    async def run() -> None:
        async with workplace(folder) as place, await anyio.open_file(place / "lock") as lock:
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock.wrapped.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.append(True)

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            with in_use(folder):
                tasks.start_soon(run)
                await anyio.sleep(0.1)
                assert held == []
                (folder / "lock").unlink()
                folder.rmdir()
    assert held == [True]


@pytest.mark.anyio
async def test_removing_goes_on_beside_runs_and_harms_none(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    commits = [repository.commit({f"{number}.yml": f"a: {number}\n"}) for number in range(6)]
    counted: dict[str, int] = {}
    done = anyio.Event()

    async def run(commit: str) -> None:
        manifest = await make_importer(ref=commit).fetch(None)
        counted[manifest.revision] = len(manifest.files)

    async def remove() -> None:
        while not done.is_set():
            await anyio.to_thread.run_sync(lambda: clear_caches(tmp_path / "cache", now=time.time()))
            await anyio.sleep(0.01)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(remove)
        async with anyio.create_task_group() as runs:
            for commit in commits:
                runs.start_soon(run, commit)
        done.set()
    assert counted == {commit: number + 1 for number, commit in enumerate(commits)}
    assert git(repository.bare, "rev-parse", "HEAD") == commits[-1]


@pytest.mark.anyio
async def test_a_run_collects_once_a_day_what_nobody_uses(make_importer: Make, tmp_path: Path) -> None:
    other = await fetched(make_importer, Repository(tmp_path / "other"))
    await fetched(make_importer, Repository(tmp_path / "another"))
    used(other, 2 * UNUSED_SECONDS)
    await fetched(make_importer, Repository(tmp_path / "second"))
    assert other.exists()  # it was done when the first neighbour was fetched
    with closing(sqlite3.connect(tmp_path / "cache/store/index.sqlite")) as index:
        index.execute("UPDATE times SET at = at - 100000 WHERE name = 'repositories collected'")
        index.commit()
    await fetched(make_importer, Repository(tmp_path / "third"))
    assert not other.exists()


@pytest.mark.anyio
async def test_an_unchanged_source_is_not_fetched_again_where_its_cache_was_removed(
    repository: Repository, server: GitServer, make_importer: Make, tmp_path: Path
) -> None:
    repository.commit({"nlu.yml": nlu("greet", "hi")})
    options = {"url": f"{server.url}/assistant.git", "allow_http": True}
    first = await make_importer(**options).snapshot()
    clear_caches(tmp_path / "cache", now=time.time())
    server.forget()
    assert (await make_importer(**options).snapshot()).sources == first.sources
    assert len(server.requests) == 2  # `git ls-remote`


@pytest.mark.anyio
async def test_contents_that_a_power_failure_took_are_fetched_again(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    repository.commit({"nlu.yml": nlu("greet", "hi"), "more.yml": nlu("leave", "bye")})
    first = await make_importer().snapshot()
    content = next(path for path in (tmp_path / "cache/store/cas").rglob("*") if path.is_file())
    content.write_bytes(b"")
    second = await make_importer().snapshot()
    assert second.table == first.table
    assert [problem.code for problem in second.problems] == ["cache-damaged"]


@pytest.mark.anyio
async def test_what_a_failed_run_leaves_is_no_repository_and_is_removed_as_well(
    make_importer: Make, tmp_path: Path, root: Path
) -> None:
    with pytest.raises(SourceError):
        await make_importer(url=f"file://{tmp_path}/none").fetch(None)
    assert count_caches(root) == GitCaches()
    assert clear_caches(root, now=time.time()) == GitRemoved()
    assert [path.name for path in (root / "git").iterdir()] == ["CACHEDIR.TAG"]
