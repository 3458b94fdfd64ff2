"""Sources that change while a run is under way: what was fingerprinted is what is trained, and the next plan tells all.

What trains does the harm itself, so there is no doubt when it happens.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytest_httpserver import HTTPServer
from tests.foreign import script, settings
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import served
from tests.program import PROJECT
from tests.remote import quick_registry

from tenprint.fingerprinting import Json, TrainingPlan
from tenprint.fingerprinting.archive.unpack import read_archive_head
from tenprint.importers import Registered
from tenprint.importers.data import NluData
from tenprint.importers.file import FileImporter
from tenprint.importers.snapshot import Snapshot
from tenprint.plugins import Project, Registry, open_project
from tenprint.plugins.components.keywords import KeywordIntentClassifier

pytestmark = pytest.mark.anyio

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

BEFORE = {"file": "good day", "git": "hello from git", "http": "hello from the web"}
AFTER = {kind: f"{text} again" for kind, text in BEFORE.items()}

CONFIG = """
pipeline:
- name: {component}
policies:
- name: MemoizationPolicy
importers:
- name: {files}
- name: git
  url: {git}/assistant.git
  allow_http: true
- name: http
  url: http://base.test:{http}/nlu.yml
  allow_http: true
  allow_private: true
"""


@dataclass
class Sources:
    """A project whose examples come from a file, from git and over HTTP, all of which can change at once."""

    project: Path
    repository: Repository
    web: HTTPServer
    git_url: str
    trained_on: list[NluData] = field(default_factory=list)

    def write(self, text: str) -> None:
        (self.project / "data/nlu.yml").write_text(nlu("greet", text))

    def hold(self, texts: Mapping[str, str]) -> None:
        self.write(texts["file"])
        self.repository.commit({"nlu.yml": nlu("greet", texts["git"])}, texts["git"])
        self.web.clear()
        self.web.expect_request("/nlu.yml").respond_with_data(nlu("greet", texts["http"]))

    def configure(self, *, component: str = "KeywordIntentClassifier", files: str = "file") -> None:
        text = CONFIG.format(component=component, files=files, git=self.git_url, http=self.web.port)
        (self.project / "config.yml").write_text(text)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Project]:
        async with open_project(self.project, registry=self._registry()) as project:
            yield project

    def _registry(self) -> Registry:
        sources = self

        class Saboteur(KeywordIntentClassifier):
            """Learns what it is given, and changes all sources while it does."""

            NAME: ClassVar[str] = "Saboteur"
            VERSION: ClassVar[str | None] = "1"

            @classmethod
            def train(cls, config: Mapping[str, Json], nlu: NluData) -> Mapping[str, Json]:
                sources.hold(AFTER)
                sources.trained_on.append(nlu)
                return super().train(config, nlu)

        class LateFiles(FileImporter):
            """Reads files that change as soon as they were read."""

            async def take_snapshot(self) -> Snapshot:
                snapshot = await super().take_snapshot()
                sources.write(AFTER["file"])
                return snapshot

        known = quick_registry(self.project)
        late = replace(known.importers["file"], provided=LateFiles)
        harmful: Registered[type[Any]] = Registered("Saboteur", Saboteur, "tests", "1")
        components = {**known.components, "Saboteur": harmful}
        return replace(known, importers={**known.importers, "late": late}, components=components)


@pytest.fixture
async def sources(
    tmp_path: Path, write_project: ProjectWriter, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sources]:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    repository = Repository(tmp_path / "repository")
    with served(repository.bare.parent) as git_server:
        made = Sources(write_project(PROJECT), repository, httpserver, git_server.url)
        made.hold(BEFORE)
        yield made


def fingerprint_in(model: str | None) -> dict[str, Any]:
    assert model is not None
    return {key: value for key, value in read_archive_head(model).fingerprint.items() if key != "trained_at"}


def changed_examples(plan: TrainingPlan) -> set[tuple[str, str]]:
    return {(change.change, change.path[-1]) for change in plan.changes if change.kind == "intent-example"}


async def test_what_was_fingerprinted_is_what_is_trained(tmp_path: Path, sources: Sources) -> None:
    sources.configure(component="Saboteur")
    async with sources.open() as project:
        await project.lock()
        planned = await project.fingerprint()
        report = await project.train()
    (trained_on,) = sources.trained_on
    assert sorted(example.text for example in trained_on.examples) == sorted(BEFORE.values())
    assert fingerprint_in(report.model) == {key: value for key, value in planned.items() if key != "trained_at"}
    # The same from the other end: the digest of what the component was given, put into a file.
    seen = tmp_path / "seen"
    (seen / "data").mkdir(parents=True)
    (seen / "config.yml").write_text("language: en\n")
    (seen / "data/nlu.yml").write_text(nlu("greet", *(example.text for example in trained_on.examples)))
    async with open_project(seen) as copied:
        assert (await copied.fingerprint())["messages"] == planned["messages"]
    async with sources.open() as project:
        plan = await project.plan()
    assert changed_examples(plan) == {("modified", text) for text in AFTER.values()}
    drifted = {source.name: source.drift.changes for source in plan.sources if source.drift is not None}
    assert list(drifted) == ["git", "http"]
    assert drifted["git"][0].endswith(AFTER["git"])


async def test_a_command_is_given_what_was_fingerprinted(
    tmp_path: Path, sources: Sources, write_project: ProjectWriter
) -> None:
    """The files change between the snapshot and the export for the command."""
    seen = tmp_path / "seen.json"
    keeping = (
        "texts = [path.read_text() for path in pathlib.Path().rglob('*.yml')]\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps(texts))\n"
        "rasa_3(out / f'{name}.tar.gz')\n"
    )
    write_project(settings(script(tmp_path, keeping)))
    sources.configure()
    async with sources.open() as project:
        planned = await project.fingerprint()
    sources.configure(files="late")
    async with sources.open() as project:
        report = await project.train()
    exported = "\n".join(json.loads(seen.read_text()))
    assert BEFORE["file"] in exported
    assert AFTER["file"] not in exported
    assert fingerprint_in(report.model)["messages"] == planned["messages"]
    sources.configure()
    async with sources.open() as project:
        assert changed_examples(await project.plan()) == {("modified", AFTER["file"])}
