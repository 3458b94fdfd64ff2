"""What a listener is told of remote sources: phases at once, bytes now and then, and never so that it could harm."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.gated import gated_server
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import served
from tests.importers.http.serving import tar_of

from tenprint.importers import (
    Fetching,
    ImporterContext,
    Manifest,
    Progress,
    RemoteFile,
    RemoteImporter,
    SourceError,
    SourceLock,
    SourceProgress,
    age_text,
    lock_sources,
)
from tenprint.importers.git import GitImporter
from tenprint.importers.http import HttpImporter

LARGE = nlu("greet", "hello") + "".join(f"# {number:099}\n" for number in range(10_000))


class Heard(list[Progress]):
    """A listener that keeps what it is told."""

    def __call__(self, progress: Progress) -> None:
        self.append(progress)

    @property
    def phases(self) -> list[str]:
        return list(dict.fromkeys(progress.phase for progress in self))


class Shelf(RemoteImporter):
    """A source whose content the test changes; None stands for a dead one."""

    NAME = "shelf"

    def __init__(self, context: ImporterContext, text: str | None) -> None:
        super().__init__({}, context)
        self.text = text

    def identity(self) -> Mapping[str, Any]:
        return {"url": "shelf:1"}

    async def fetch(self, pinned: str | None) -> Manifest:  # noqa: ARG002 - a shelf holds one revision
        if self.text is None:
            raise SourceError("the shelf is gone")
        self.progress.expect(len(self.text))
        self.progress.receive(len(self.text))
        return Manifest(self.text[:4], (RemoteFile("n.yml", self.store.put(self.text.encode()), len(self.text)),))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def context(tmp_path: Path, heard: Heard) -> ImporterContext:
    return ImporterContext(tmp_path, cache=tmp_path / "cache", source="base", progress=heard)


# One source, without a network


def test_bytes_are_told_ten_times_a_second_at_most(heard: Heard) -> None:
    now = 0.0
    progress = SourceProgress("base", heard, clock=lambda: now)
    progress.expect(10_000)
    for _ in range(1000):
        now += 0.001
        progress.receive(10)
    assert [one.phase for one in heard] == ["fetching"] * len(heard)
    assert heard[:2] == [Progress("base", "fetching", 0, 10_000), Progress("base", "fetching", 10, 10_000)]
    assert 9 <= len(heard) <= 12


def test_what_comes_again_is_expected_on_top(heard: Heard) -> None:
    progress = SourceProgress("base", heard, clock=lambda: 0.0)
    progress.expect(100)
    progress.receive(40)
    progress.expect(100)
    progress.receive(100)
    progress.enter("reading")
    assert heard[-1] == Progress("base", "reading", 140, 140)


def test_the_total_of_several_downloads_is_unknown(heard: Heard) -> None:
    progress = SourceProgress("base", heard)
    progress.downloads = 2
    progress.expect(100)
    progress.receive(10)
    assert heard[-1] == Progress("base", "fetching", 10, None)


def test_the_last_phases_are_known() -> None:
    assert not Progress("base", "reading").is_last
    assert Progress("base", "last-good").is_last


def test_a_listener_that_fails_is_told_no_more() -> None:
    heard = Heard()

    def fails(progress: Progress) -> None:
        heard(progress)
        raise ZeroDivisionError("no")

    progress = SourceProgress("base", fails)
    with pytest.warns(RuntimeWarning, match="is told no more of 'base': ZeroDivisionError"):
        progress.enter("asking")
    progress.enter("reading")
    assert (heard.phases, progress.is_heard) == (["asking"], False)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "less than a minute"), (60, "1 minute"), (7300, "2 hours"), (200_000, "2 days")]
)
def test_ages_are_told_in_their_largest_unit(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


# Importers


@pytest.mark.anyio
async def test_the_end_says_what_became_of_a_source(context: ImporterContext, heard: Heard) -> None:
    endings = []
    for text, fetching in [
        ("a: 1", Fetching()),
        ("a: 1", Fetching()),
        ("b: 1", Fetching()),
        (None, Fetching(max_age=60)),
        (None, Fetching("offline")),
    ]:
        heard.clear()
        await Shelf(replace(context, fetching=fetching), text).snapshot()
        assert (heard.phases[0], heard.phases[-2]) == ("asking", "reading")
        endings.append(heard[-1].phase)
    assert endings == ["new", "unchanged", "new", "last-good", "replayed"]
    heard.clear()
    with pytest.raises(SourceError):
        await Shelf(context, None).snapshot()
    assert heard.phases == ["asking", "failed"]


@pytest.mark.anyio
async def test_a_run_goes_on_without_its_listener(context: ImporterContext) -> None:
    def fails(progress: Progress) -> None:
        raise ZeroDivisionError(progress.source)

    with pytest.warns(RuntimeWarning, match="ZeroDivisionError"):
        snapshot = await Shelf(replace(context, progress=fails), "intents: [greet]").snapshot()
    assert [len(snapshot.documents), snapshot.problems] == [1, ()]


@pytest.mark.anyio
async def test_locking_is_told_as_well(context: ImporterContext, heard: Heard) -> None:
    await lock_sources([Shelf(context, "a: 1")], SourceLock())
    assert heard.phases == ["asking", "fetching", "new"]


@pytest.mark.anyio
async def test_nothing_is_told_of_a_source_after_it_was_cancelled(context: ImporterContext, heard: Heard) -> None:
    with anyio.CancelScope() as scope:

        def cancels(progress: Progress) -> None:
            heard(progress)
            scope.cancel()

        await Shelf(replace(context, progress=cancels, fetching=Fetching("offline")), None).snapshot()
    assert (scope.cancelled_caught, heard.phases) == (True, ["asking"])


@pytest.mark.anyio
async def test_a_download_is_told_as_it_comes(context: ImporterContext, heard: Heard) -> None:
    with gated_server({"/nlu.yml": LARGE.encode()}, hold_after=1000) as server:
        options = {"url": server.url("/nlu.yml"), "allow_http": True, "allow_private": True}
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(HttpImporter(options, context).snapshot)
            while not (heard and heard[-1].fetched):  # noqa: ASYNC110 - the importer decides
                await anyio.sleep(0.005)
            assert heard[-1] == Progress("base", "fetching", 1000, len(LARGE))
            server.released.set()
        assert heard.phases == ["asking", "fetching", "reading", "new"]
        assert heard[-1] == Progress("base", "new", len(LARGE), len(LARGE))
        heard.clear()
        await HttpImporter(options, context).snapshot()
        assert heard == [Progress("base", phase) for phase in ("asking", "reading", "unchanged")]


@pytest.mark.anyio
async def test_an_archive_is_unpacked(context: ImporterContext, heard: Heard) -> None:
    packed = tar_of({"data/nlu.yml": LARGE.encode()})
    with gated_server({"/bot.tar.gz": packed, "/n.yml": b"{}\n"}, hold_after=10**9) as server:
        urls = [server.url("/bot.tar.gz"), server.url("/n.yml")]
        options = {"url": urls, "allow_http": True, "allow_private": True}
        await HttpImporter(options, context).snapshot()
    assert set(heard.phases) == {"asking", "fetching", "unpacking", "reading", "new"}
    assert heard[-1] == Progress("base", "new", len(packed) + 3, None)


@pytest.mark.anyio
async def test_git_tells_the_size_of_what_came(tmp_path: Path, context: ImporterContext, heard: Heard) -> None:
    repository = Repository(tmp_path / "repository")
    repository.commit({f"n{number}.yml": nlu(f"i{number}", "hello") for number in range(20)})
    with served(repository.bare.parent) as server:
        options = {"url": f"{server.url}/assistant.git", "allow_http": True}
        await GitImporter(options, context).snapshot()
        assert heard.phases == ["asking", "fetching", "unpacking", "reading", "new"]
        packs = [path.stat().st_size for path in (tmp_path / "cache").rglob("*.pack")]
        assert heard[-1] == Progress("base", "new", sum(packs), None)
        heard.clear()
        await GitImporter(options, context).snapshot()
        assert heard == [Progress("base", phase) for phase in ("asking", "reading", "unchanged")]


@pytest.mark.anyio
async def test_git_tells_of_a_pack_while_it_comes(tmp_path: Path, context: ImporterContext, heard: Heard) -> None:
    repository = Repository(tmp_path / "repository")
    noise = random.Random(0).randbytes(500_000).hex()  # noqa: S311 - cannot be packed
    repository.commit({"n.yml": "".join(f"# {noise[at : at + 1000]}\n" for at in range(0, len(noise), 1000))})
    with served(repository.bare.parent) as server:
        server.hold_after = 200_000
        options = {"url": f"{server.url}/assistant.git", "allow_http": True}
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(GitImporter(options, context).snapshot)
            while not any(one.fetched > 100_000 for one in heard):  # noqa: ASYNC110 - git decides
                await anyio.sleep(0.005)
            server.released.set()
        assert heard[-1].phase == "new"
