"""Remote projects for tests: repositories that are made on demand, and runs of a project that imports them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.importers.git.repositories import Repository

from tenprint.importers import (
    Fetching,
    FetchMode,
    ImporterContext,
    ImporterSpec,
    ReadingRules,
    Registered,
    Snapshot,
    SourceLock,
    TrainingDataImporter,
    WrappingImporter,
    load_importer,
    lock_sources,
    sources_to_lock,
)
from tenprint.importers.file import FileImporter
from tenprint.importers.git import GitImporter
from tenprint.importers.http import HttpImporter
from tenprint.importers.loading import SourceForUrl
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.importers.source_urls import source_for_url

KNOWN: Mapping[str, Registered[type[TrainingDataImporter]]] = {
    each.NAME: Registered(each.NAME, each, "tenprint", "1")
    for each in (FileImporter, GitImporter, HttpImporter, MultiProjectImporter)
}
GRANTED = {"allow_file": True, "allow_http": True, "allow_private": True}


def domain(intent: str) -> str:
    return f"intents: [{intent}]\n"


def intents(snapshot: Snapshot) -> list[str]:
    return [item.path[-1] for item in snapshot.table.of_kind("intent")]


def told(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.location)) for problem in snapshot.problems]


def states(snapshot: Snapshot) -> list[tuple[str, str | None, str]]:
    return [(state.name, state.revision, state.status) for state in snapshot.sources]


class Repositories:
    """Repositories that are made on demand, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Repository] = {}

    def __getitem__(self, name: str) -> Repository:
        if name not in self._known:
            made = Repository(self._folder / name)
            made.bare = made.bare.rename(made.bare.with_name(f"{name}.git"))
            self._known[name] = made
        return self._known[name]

    def url(self, name: str) -> str:
        return f"git+{self[name].url}"

    def entry(self, name: str, more: str = "") -> str:
        return f"- {{url: '{self.url(name)}', allow_file: true{more}}}\n"


@asynccontextmanager
async def loaded(
    project: Path,
    *,
    mode: FetchMode = "newest",
    lock: SourceLock | None = None,
    rules: ReadingRules | None = None,
    options: Mapping[str, Any] | None = None,
    specs: tuple[ImporterSpec, ...] = (),
    known: Mapping[str, Registered[type[TrainingDataImporter]]] = KNOWN,
    for_url: SourceForUrl | None = source_for_url,
) -> AsyncIterator[WrappingImporter]:
    context = ImporterContext(
        project,
        rules=rules or ReadingRules(),
        cache=project.parent / "cache",
        fetching=Fetching(mode, lock or SourceLock()),
    )
    first = ImporterSpec("multi-project", GRANTED if options is None else options, label="own")
    importer = load_importer((first, *specs), context, known=known, for_url=for_url)
    try:
        yield importer
    finally:
        await importer.aclose()


async def read(project: Path, **arguments: Any) -> Snapshot:
    async with loaded(project, **arguments) as importer:
        return await importer.snapshot()


async def locked(project: Path, old: SourceLock | None = None, *upgrade: str) -> SourceLock:
    old = old or SourceLock()
    async with loaded(project, lock=old) as importer:
        sources = await sources_to_lock(importer, old, upgrade=upgrade)
        return (await lock_sources(sources, old, upgrade=upgrade)).lock
