"""Fingerprints of importers: getters are awaited together, failures come out as themselves."""

import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest

from tenprint.fingerprinting.from_importer import model_fingerprint, project_fingerprint, project_fingerprint_of
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint
from tenprint.importers import ImporterContext, ProblemsError, SourceError, TrainingDataImporter
from tenprint.importers.data import Domain, Example, Intent, IntentStep, NluData, Stories, Story
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins import open_project

ASSISTANT = Path(__file__).parents[2] / "docs" / "tutorial" / "assistant"

NLU = NluData((Example("hello", "greet"), Example("good day", "greet")))
DOMAIN = Domain((Intent("greet"),))
STORIES = Stories((Story("greet", (IntentStep("greet"),)),))


def content(fingerprint: Fingerprint) -> Fingerprint:
    return {key: value for key, value in fingerprint.items() if key not in ("project", "trained_at")}


class Meeting:
    """Opens when as many have come as are expected."""

    def __init__(self, expected: int) -> None:
        self.arrived: list[str] = []
        self._expected = expected
        self._open = anyio.Event()

    async def join(self, name: str) -> None:
        self.arrived.append(name)
        if len(self.arrived) == self._expected:
            self._open.set()
        await self._open.wait()


class Gated(TrainingDataImporter):
    """Answers no getter before all of them are asked."""

    NAME = "gated"

    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        self._meeting = meeting

    async def get_config(self) -> Mapping[str, Any]:
        await self._meeting.join("config")
        return {"language": "en"}

    async def get_domain(self) -> Domain:
        await self._meeting.join("domain")
        return DOMAIN

    async def get_stories(self) -> Stories:
        await self._meeting.join("stories")
        return STORIES

    async def get_nlu_data(self, language: str = "en") -> NluData:
        del language
        await self._meeting.join("nlu")
        return NLU


@pytest.mark.anyio
async def test_config_domain_stories_and_nlu_data_are_awaited_at_once() -> None:
    meeting = Meeting(4)
    with anyio.fail_after(20):
        fingerprint = await model_fingerprint(Gated(meeting))
    assert sorted(meeting.arrived) == ["config", "domain", "nlu", "stories"]
    plain = MemoryImporter(config={"language": "en"}, domain=DOMAIN, stories=STORIES, nlu=NLU)
    assert content(fingerprint) == content(await model_fingerprint(plain))


@pytest.mark.anyio
async def test_a_fingerprint_has_the_twelve_keys_and_the_time(tmp_path: Path) -> None:
    before = time.time()
    fingerprint = await model_fingerprint(MemoryImporter(nlu=NLU, context=ImporterContext(tmp_path)))
    assert set(FINGERPRINT_KEYS) <= set(fingerprint)
    assert before <= fingerprint["trained_at"] <= time.time()
    assert fingerprint["project"] is None


@pytest.mark.anyio
async def test_a_fingerprint_belongs_to_its_caller() -> None:
    importer = MemoryImporter(nlu=NLU)
    first = await model_fingerprint(importer)
    first.clear()
    assert len(await model_fingerprint(importer)) > len(FINGERPRINT_KEYS)


@pytest.mark.anyio
async def test_an_importer_that_provides_nothing_has_a_fingerprint_too() -> None:
    fingerprint = await model_fingerprint(TrainingDataImporter())
    assert content(fingerprint) == content(await model_fingerprint(MemoryImporter()))


@pytest.mark.anyio
async def test_values_and_files_of_the_same_project_have_the_same_fingerprint(tmp_path: Path) -> None:
    shutil.copytree(ASSISTANT, tmp_path / "assistant", ignore=shutil.ignore_patterns("models"))
    async with open_project(tmp_path / "assistant") as project:
        of_files = await model_fingerprint(project.importer)
        values = await project.data()
        assert content(await project.fingerprint()) == content(of_files)
    memory = MemoryImporter(config=values.config, domain=values.domain, stories=values.stories, nlu=values.nlu)
    assert content(await model_fingerprint(memory)) == content(of_files)


@pytest.mark.anyio
async def test_a_pipeline_that_is_left_out_is_the_default_one() -> None:
    bare = await model_fingerprint(MemoryImporter(nlu=NLU))
    pipeline = [{"name": "KeywordIntentClassifier", "case_sensitive": False}, {"name": "EntitySynonymMapper"}]
    assert content(bare) == content(await model_fingerprint(MemoryImporter(nlu=NLU, config={"pipeline": pipeline})))


class Failing(TrainingDataImporter):
    """Fails in the getters it has errors for; the others never answer."""

    NAME = "failing"

    def __init__(self, **errors: Exception) -> None:
        super().__init__()
        self._errors = errors

    async def _fail(self, name: str) -> None:
        if name in self._errors:
            raise self._errors[name]
        await anyio.sleep_forever()

    async def get_domain(self) -> Domain:
        await self._fail("domain")
        return DOMAIN

    async def get_stories(self) -> Stories:
        await self._fail("stories")
        return STORIES

    async def get_nlu_data(self, language: str = "en") -> NluData:
        del language
        await self._fail("nlu")
        return NLU


@pytest.mark.anyio
@pytest.mark.parametrize("error", [SourceError("the disk is gone", hint="mount it"), RuntimeError("a bug of theirs")])
async def test_one_failure_comes_out_as_itself_and_ends_the_others(error: Exception) -> None:
    with anyio.fail_after(20), pytest.raises(type(error)) as caught:
        await model_fingerprint(Failing(domain=error))
    assert caught.value is error


@pytest.mark.anyio
async def test_several_failures_come_out_together() -> None:
    errors = {name: SourceError(f"no {name}") for name in ("domain", "stories", "nlu")}
    with anyio.fail_after(20), pytest.raises(ProblemsError) as caught:
        await model_fingerprint(Failing(**errors))
    assert sorted(problem.message for problem in caught.value.problems) == ["no domain", "no nlu", "no stories"]


@pytest.mark.anyio
async def test_values_that_are_no_configuration_are_problems() -> None:
    with pytest.raises(ProblemsError, match="pipeline must be a list"):
        await model_fingerprint(MemoryImporter(config={"pipeline": "KeywordIntentClassifier"}))


@pytest.mark.anyio
async def test_broken_files_are_problems_all_at_once(tmp_path: Path) -> None:
    shutil.copytree(ASSISTANT, tmp_path / "assistant", ignore=shutil.ignore_patterns("models"))
    for name in ("data/stories.yml", "domain/intents.yml"):
        (tmp_path / "assistant" / name).write_text("stories: [\n", encoding="utf-8")
    async with open_project(tmp_path / "assistant") as project:
        with pytest.raises(ProblemsError) as caught:
            await model_fingerprint(project.importer)
    assert {problem.location.path for problem in caught.value.problems if problem.location is not None} == {
        "data/stories.yml",
        "domain/intents.yml",
    }


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository without a remote, hidden from any repository above."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "repository"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return folder


def add_remote(repository: Path, url: str) -> None:
    subprocess.run(["git", "-C", str(repository), "remote", "add", "origin", url], check=True)


def test_without_git_or_a_remote_a_project_has_no_digest(tmp_path: Path, repository: Path) -> None:
    assert project_fingerprint_of(tmp_path) is None
    assert project_fingerprint_of(repository) is None
    assert project_fingerprint_of(tmp_path / "nowhere") is None


def test_a_project_without_the_program_git_has_no_digest(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_remote(repository, "https://example.invalid/peg.git")
    assert project_fingerprint_of(repository) is not None
    monkeypatch.setenv("PATH", str(repository))
    assert project_fingerprint_of(repository) is None


def test_the_digest_of_a_project_is_that_of_its_remote(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_remote(repository, "https://example.invalid/peg.git")
    digest = project_fingerprint_of(repository)
    assert digest is not None
    assert digest.startswith("sha256:")
    assert len(digest) == len("sha256:") + 64
    (repository / "below").mkdir()
    assert project_fingerprint_of(repository / "below") == digest
    monkeypatch.chdir(repository)
    assert project_fingerprint() == digest


@pytest.mark.anyio
async def test_a_model_fingerprint_tells_the_project_of_the_importer_and_not_of_the_caller(repository: Path) -> None:
    add_remote(repository, "https://example.invalid/peg.git")
    fingerprint = await model_fingerprint(MemoryImporter(context=ImporterContext(repository)))
    assert fingerprint["project"] == project_fingerprint_of(repository)
