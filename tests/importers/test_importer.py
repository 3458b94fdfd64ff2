"""The interface: an importer with getters alone is complete."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from tests import strategies

from tenprint.importers.assembling import project_data
from tenprint.importers.concurrency import gather
from tenprint.importers.data import Domain, Example, Intent, IntentStep, NluData, ProjectData, Stories, Story
from tenprint.importers.errors import ProblemsError, SourceError, TenprintError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext, NotProvided, TrainingDataImporter
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.snapshot import Snapshot

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

STORIES = Stories((Story("s", (IntentStep("greet"),)),))


class GatedImporter(TrainingDataImporter):
    """Its getters answer only when all five have been asked."""

    NAME = "gated"

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self._all = anyio.Event()

    async def _pass(self) -> None:
        self.asked += 1
        if self.asked == 5:
            self._all.set()
        await self._all.wait()

    async def get_config(self) -> Mapping[str, Any]:
        await self._pass()
        return {"language": "en"}

    async def get_domain(self) -> Domain:
        await self._pass()
        return Domain((Intent("greet"),))

    async def get_stories(self) -> Stories:
        await self._pass()
        return STORIES

    async def get_conversation_tests(self) -> Stories:
        await self._pass()
        return STORIES

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the interface has it
        await self._pass()
        return NluData((Example("hi", "greet"),))


class ConfigOnly(TrainingDataImporter):
    async def get_config(self) -> Mapping[str, Any]:
        return {"language": "en"}


class Failing(ConfigOnly):
    """Two getters fail; the others wait for ever."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = errors

    async def get_domain(self) -> Domain:
        raise self._errors[0]

    async def get_stories(self) -> Stories:
        if len(self._errors) > 1:
            raise self._errors[1]
        await anyio.sleep_forever()
        return STORIES

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the interface has it
        await anyio.sleep_forever()
        return NluData()


class OddConfig(TrainingDataImporter):
    async def get_config(self) -> Mapping[str, Any]:
        return {"language": 1, "pipeline": "text"}


def documents(found: Snapshot) -> list[tuple[str, str]]:
    return [(document.id.path, document.role) for document in found.documents]


@pytest.mark.anyio
async def test_all_getters_are_awaited_at_the_same_time() -> None:
    importer = GatedImporter()
    with anyio.fail_after(60):
        found = await importer.snapshot()

    assert importer.asked == 5
    assert documents(found) == [
        ("<gated config>", "config"),
        ("<gated domain>", "domain"),
        ("<gated stories>", "data"),
        ("<gated nlu>", "data"),
        ("<gated tests>", "tests"),
    ]
    assert [item.kind for item in found.table] == ["config-key", "intent", "story", "intent-example"]


@pytest.mark.anyio
async def test_conversation_tests_are_no_items_but_stay_in_the_snapshot() -> None:
    found = await MemoryImporter(tests=STORIES).snapshot()

    assert len(found.unmerged) == 0
    assert project_data(found, ReadingRules()).tests == STORIES


@pytest.mark.anyio
async def test_a_getter_that_provides_nothing_adds_nothing() -> None:
    found = await ConfigOnly().snapshot()

    assert documents(found) == [("<ConfigOnly config>", "config")]
    assert [state.name for state in found.sources] == ["ConfigOnly"]


@pytest.mark.anyio
async def test_an_importer_without_getters_is_empty() -> None:
    assert (await TrainingDataImporter().snapshot()).documents == ()


@pytest.mark.anyio
async def test_asking_for_what_is_not_provided_is_told() -> None:
    importer = ConfigOnly()
    getters = (
        importer.get_domain,
        importer.get_stories,
        importer.get_nlu_data,
        importer.get_conversation_tests,
        TrainingDataImporter().get_config,
    )
    for getter in getters:
        with pytest.raises(NotProvided, match="does not provide") as caught:
            await getter()
        assert isinstance(caught.value, NotImplementedError)
        assert isinstance(caught.value, TenprintError)
    assert await importer.get_config_file_for_auto_config() is None
    await importer.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("error", [SourceError("down"), ZeroDivisionError()])
async def test_one_failing_getter_ends_the_others_and_comes_out_as_itself(error: Exception) -> None:
    with anyio.fail_after(60), pytest.raises(type(error)) as caught:
        await Failing(error).snapshot()

    assert caught.value is error


@pytest.mark.anyio
async def test_several_failing_getters_are_told_together() -> None:
    with pytest.raises(ProblemsError) as caught:
        await Failing(SourceError("one"), SourceError("two")).snapshot()

    assert {problem.message for problem in caught.value.problems} == {"one", "two"}


@pytest.mark.anyio
async def test_a_configuration_of_wrong_types_is_told_with_all_problems() -> None:
    with pytest.raises(ProblemsError) as caught:
        await OddConfig().snapshot()

    assert [problem.code for problem in caught.value.problems] == ["wrong-type", "wrong-type"]


def test_options_are_copied_and_nothing_is_read() -> None:
    options = {"url": "x"}
    importer = TrainingDataImporter(options, ImporterContext(Path("/nowhere")))
    options["url"] = "y"

    assert importer.options == {"url": "x"}
    assert TrainingDataImporter().context.project == Path()


@given(strategies.projects)
def test_values_in_memory_come_back_as_they_are(project: ProjectData) -> None:
    importer = MemoryImporter(
        config=project.config, domain=project.domain, stories=project.stories, nlu=project.nlu, tests=project.stories
    )
    found = anyio.run(importer.snapshot)

    assert len(found.documents) == 5
    assert project_data(found, ReadingRules()).stories == project.stories


@pytest.mark.anyio
async def test_values_in_memory_are_handed_out_unchanged() -> None:
    config = {"language": "en"}
    importer = MemoryImporter(config=config, domain=Domain((Intent("a"),)), stories=STORIES, nlu=NluData())
    (await importer.get_config())["language"] = "de"  # type: ignore[index]  # a caller who ignores the annotation
    config["language"] = "fr"

    assert await importer.get_config() == {"language": "en"}
    assert (await importer.get_domain()).intents == (Intent("a"),)
    assert await importer.get_stories() is STORIES
    assert await importer.get_nlu_data("de") == NluData()
    assert await importer.get_conversation_tests() == Stories()


@pytest.mark.anyio
async def test_values_have_the_items_of_the_files_they_come_from(write_project: WriteProject) -> None:
    files = {
        "config.yml": "language: en\npipeline:\n- {name: a, epochs: 1}\n",
        "domain.yml": """
            intents: [greet, {book: {use_entities: [city]}}]
            entities: [{city: {roles: [to], groups: [g]}}]
            slots: {s: {type: text, mappings: [{type: from_text}]}}
            forms: {f: {required_slots: {s: [{type: from_text}]}}}
            actions: [act]
            responses: {utter_a: [{text: x}, {text: y}], utter_faq/a: [{text: z}], utter_b: []}
            e2e_actions: [Hello]
            session_config: {session_expiration_time: 1}
            config: {store_entities_as_slots: true}
        """,
        "data/nlu.yml": "nlu:\n- intent: book\n  examples: |\n    - to [Rio](city)\n- synonym: a\n  examples: '- b'\n",
        "data/stories.yml": "stories:\n- story: s\n  steps: [intent: book, action: act]\nrules: []\n",
    }
    from_files = FileImporter({}, ImporterContext(write_project(files)))
    in_memory = MemoryImporter(
        config=await from_files.get_config(),
        domain=await from_files.get_domain(),
        stories=await from_files.get_stories(),
        nlu=await from_files.get_nlu_data(),
    )

    def meanings(found: Snapshot) -> list[tuple[Any, ...]]:
        return sorted(row[:4] for row in found.table.rows)

    assert meanings(await in_memory.snapshot()) == meanings(await from_files.snapshot())


class WrongAnswers(TrainingDataImporter):
    NAME = "wrong"

    async def get_config(self) -> Any:
        return []

    async def get_domain(self) -> Any:
        return {"intents": ["greet"]}


@pytest.mark.anyio
async def test_getters_that_return_something_else_are_told_all_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        await WrongAnswers().snapshot()

    assert [problem.message for problem in caught.value.problems] == [
        "get_config of the importer wrong returned list, not Mapping",
        "get_domain of the importer wrong returned dict, not Domain",
    ]


class Counting(TrainingDataImporter):
    """Reads something else each time."""

    asked = 0

    async def get_config(self) -> Mapping[str, Any]:
        self.asked += 1
        return {"language": "en", "assistant_id": str(self.asked)}


@pytest.mark.anyio
async def test_a_snapshot_is_taken_once_however_many_ask() -> None:
    importer = Counting()
    taken = await gather([importer.snapshot] * 3)
    assert all(snapshot is taken[0] for snapshot in taken)
    assert await importer.snapshot() is taken[0]
    assert importer.asked == 1
