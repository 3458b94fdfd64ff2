"""Locking imports that are URLs: all depths, kept as they were, replayed without a network."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from tests.importers.git.repositories import nlu
from tests.importers.remote_projects import Repositories, domain, intents, locked, read, told

from tenprint.importers import FetchMode, ProblemsError, SourceError, SourceLock

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    return Repositories(tmp_path / "repositories")


async def test_a_lock_names_sources_at_all_depths_and_does_not_change_by_itself(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    project = three(write_project, repositories)
    lock = await locked(project)

    assert list(lock.sources) == ["one", "two", "three"]
    assert (await locked(project, lock)) == lock
    assert (await locked(project, lock, "three")) == lock
    assert told(await read(project, mode="locked", lock=lock)) == []


def three(write_project: ProjectWriter, repositories: Repositories) -> Path:
    """A project that imports `one`, which imports `two`, which imports `three`."""
    repositories["three"].commit({"domain.yml": domain("three")})
    repositories["two"].commit({"config.yml": f"imports:\n{repositories.entry('three')}", "domain.yml": domain("two")})
    repositories["one"].commit({"config.yml": f"imports:\n{repositories.entry('two')}", "domain.yml": domain("one")})
    return write_project({"config.yml": f"imports:\n{repositories.entry('one')}"})


async def test_a_source_that_stays_locked_imports_what_it_imported_then(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    project = three(write_project, repositories)
    lock = await locked(project)
    repositories["other"].commit({"domain.yml": domain("other")})
    repositories["two"].commit({"config.yml": f"imports:\n{repositories.entry('other')}"})
    newest = await locked(project, lock)
    upgraded = await locked(project, lock, "two")

    assert newest == lock
    assert list(upgraded.sources) == ["one", "two", "other"]
    assert upgraded.sources["one"] == lock.sources["one"]
    assert intents(await read(project)) == ["one", "two", "other"]


async def test_a_locked_revision_that_is_not_in_the_store_is_fetched(
    write_project: ProjectWriter, repositories: Repositories, tmp_path: Path
) -> None:
    project = three(write_project, repositories)
    lock = await locked(project)
    repositories["one"].commit({"config.yml": "imports: []\n"})
    (tmp_path / "cache").rename(tmp_path / "lost")

    assert await locked(project, lock) == lock


async def test_drift_is_told_and_refused_at_all_depths(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    project = three(write_project, repositories)
    lock = await locked(project)
    new = repositories["three"].commit({"more.yml": nlu("three", "hi")}, "three is greeted")
    snapshot = await read(project, lock=lock)

    drift = snapshot.sources[3].drift
    assert drift is not None
    assert (snapshot.sources[3].revision, drift.locked) == (new, lock.sources["three"].revision)
    assert "three is greeted" in drift.changes[0]
    with pytest.raises(SourceError, match="'three' is at") as caught:
        await read(project, mode="locked", lock=lock)
    assert (caught.value.reference, caught.value.location.source) == ("source-drift", "two")  # type: ignore[union-attr]  # a lookup that fails is a test that fails


async def test_offline_nothing_is_asked_and_all_is_replayed(
    write_project: ProjectWriter, repositories: Repositories, tmp_path: Path
) -> None:
    project = three(write_project, repositories)
    lock = await locked(project)
    online = await read(project, lock=lock)
    repositories["three"].commit({"domain.yml": domain("changed")})
    latest = await read(project, lock=lock)
    (tmp_path / "repositories").rename(tmp_path / "away")

    assert (await read(project, mode="offline", lock=lock)).table == online.table
    assert (await read(project, mode="locked-offline", lock=lock)).table == online.table
    assert (await read(project, mode="offline")).table == latest.table
    fewer = SourceLock({label: entry for label, entry in lock.sources.items() if label != "three"})
    with pytest.raises(SourceError, match="'three' is not in the lock") as caught:
        await read(project, mode="locked-offline", lock=fewer)
    assert caught.value.reference == "not-locked"


async def test_a_run_asks_a_source_once_and_without_a_network_never(
    write_project: ProjectWriter, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/x.yml").respond_with_data(domain("x"))
    entry = f"- {{url: '{httpserver.url_for('/x.yml')}', allow_http: true, allow_private: true}}\n"
    project = write_project({"config.yml": f"imports:\n{entry}"})
    lock = await locked(project)
    assert len(httpserver.log) == 1

    modes: tuple[tuple[FetchMode, int], ...] = (("newest", 2), ("locked", 3), ("offline", 3), ("locked-offline", 3))
    for mode, asked in modes:
        await read(project, mode=mode, lock=lock)
        assert len(httpserver.log) == asked
    assert (await locked(project, lock), len(httpserver.log)) == (lock, 3)
    assert (await locked(project, lock, "x"), len(httpserver.log)) == (lock, 4)


async def test_wrong_imports_cannot_be_locked(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports:\n- ftp://h/x\n- nowhere\n"})
    with pytest.raises(ProblemsError) as caught:
        await locked(project)

    assert [problem.code for problem in caught.value.problems] == ["import-path", "unknown-scheme"]
