"""Acceptance cases A67 to A80, A83 and A84: the factory of importers and its wrappers."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.chain import combined_in

from tenprint.fingerprinting import model_fingerprint, unpack_model
from tenprint.fingerprinting.archive.update import trained_domain_digest
from tenprint.importers import (
    CombinedDataImporter,
    ConfigurationError,
    DocumentId,
    E2EImporter,
    ImporterContext,
    NluDataImporter,
    NotProvided,
    ProblemsError,
    ResponsesSyncImporter,
    TrainingDataImporter,
    WrappingImporter,
    importer_specs,
    load_importer,
)
from tenprint.importers.data import (
    DEFAULT_ACTIONS,
    Action,
    ActionStep,
    BotStep,
    Domain,
    Example,
    Intent,
    IntentStep,
    NluData,
    Response,
    Stories,
    Story,
    StoryMessage,
    UserStep,
)
from tenprint.importers.file import FileImporter
from tenprint.importers.loading import KnownImporters, TrainingType
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.importers.reading import parse_yaml
from tenprint.plugins import create_plugin_manager, open_project, registry_of, run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "config.yml": "language: en\npipeline: [{name: KeywordIntentClassifier}]\n",
    "domain.yml": "intents: [greet, faq]\nresponses: {utter_hi: [{text: hi}], utter_faq/hours: [{text: from ten}]}\n",
    "data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hi}]}, {intent: faq/hours, examples: [{text: when}]}]\n",
    "data/stories.yml": "stories: [{story: s, steps: [{intent: greet}, {action: utter_hi}]}]\n",
    "tests/test_stories.yml": "stories: [{story: t, steps: [{intent: greet, user: hello}, {action: utter_hi}]}]\n",
}
STORIES = Stories(
    (
        Story("one", (IntentStep("greet"), ActionStep("utter_hi"), UserStep("how are you"), BotStep("well, thanks"))),
        Story("two", (IntentStep("bye", text="see you"), ActionStep("utter_bye"), BotStep("well, thanks"))),
    )
)


def known() -> KnownImporters:
    return registry_of(create_plugin_manager()).importers


def loaded(config: str, project: Path = Path(), *, training_type: TrainingType = "both") -> WrappingImporter:
    """Load the importers a configuration names, as a project does."""
    specs = importer_specs(parse_yaml(config.encode(), DocumentId("config", "config.yml")))
    return load_importer(specs, ImporterContext(project), known=known(), training_type=training_type)


def types(importer: WrappingImporter) -> list[type[TrainingDataImporter]]:
    return [type(inner) for inner in combined_in(importer).importers]


def chain(*importers: TrainingDataImporter) -> E2EImporter:
    return E2EImporter(ResponsesSyncImporter(CombinedDataImporter(importers, ImporterContext(Path()))))


@pytest.mark.anyio
async def test_a67_getters_of_the_interface_say_that_they_are_not_implemented() -> None:
    bare = TrainingDataImporter()
    for getter in (
        bare.get_config, bare.get_domain, bare.get_stories, bare.get_conversation_tests, bare.get_nlu_data
    ):  # fmt: skip
        with pytest.raises(NotImplementedError) as caught:
            await getter()
        assert isinstance(caught.value, NotProvided)


@pytest.mark.parametrize(
    "config",
    [
        "language: en\n",
        "importers: []\n",
        "importers: [{name: file}]\n",
        "importers: [{name: RasaFileImporter}]\n",
        "importers: [{name: rasa.shared.importers.rasa.RasaFileImporter}]\n",
    ],
)
def test_a68_without_a_choice_and_by_each_of_its_names_it_is_the_file_importer_once(config: str) -> None:
    assert types(loaded(config)) == [FileImporter]


def test_a68_an_unknown_module_is_an_error_and_no_silent_default() -> None:
    """Differs on purpose (W-IMP-1): a typing mistake must not train another bot."""
    with pytest.raises(ProblemsError, match=r"no module named 'nowhere'") as caught:
        loaded("importers: [{name: nowhere.at.all.Importer}]\n")
    assert str(caught.value.problems[0].location) == "config.yml:1:13"
    assert issubclass(ConfigurationError, ValueError)


@pytest.mark.parametrize(
    "name", ["MultiProjectImporter", "multi-project", "rasa.shared.importers.multi_project.MultiProjectImporter"]
)
def test_a69_the_multi_project_importer_has_a_short_name_and_a_dotted_path(name: str) -> None:
    assert types(loaded(f"importers: [{{name: {name}}}]\n")) == [MultiProjectImporter]
    both = f"importers: [{{name: {name}}}, {{name: RasaFileImporter}}]\n"
    assert types(loaded(both)) == [MultiProjectImporter, FileImporter]


def test_a70_the_chain_is_always_the_same() -> None:
    for config in ("", "importers: [{name: MultiProjectImporter}, {name: file}]\n"):
        found = loaded(config)
        assert isinstance(found, E2EImporter)
        assert isinstance(found.importer, ResponsesSyncImporter)
        assert isinstance(found.importer.importer, CombinedDataImporter)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["file", "MultiProjectImporter"])
async def test_a71_a_configuration_with_importers_alone_is_enough(write_project: ProjectWriter, name: str) -> None:
    project = write_project({"config.yml": f"importers: [{{name: {name}}}]\n"})
    async with open_project(project) as opened:
        assert (await opened.importer.get_domain()).is_empty
        assert not await opened.importer.get_stories()
        assert not await opened.importer.get_nlu_data()


@pytest.mark.anyio
async def test_a72_combined_alone_an_importer_gives_what_it_gives_itself(write_project: ProjectWriter) -> None:
    context = ImporterContext(write_project({**PROJECT, "data/test_x.yml": PROJECT["tests/test_stories.yml"]}))
    own = FileImporter({}, context)
    found = CombinedDataImporter([own], context)

    assert await found.get_domain() == await own.get_domain()
    assert await found.get_nlu_data() == await own.get_nlu_data()
    assert await found.get_stories() == await own.get_stories()
    assert await found.get_conversation_tests() == await own.get_conversation_tests()
    # Completed: there are dialogues, and no policies are written.
    config = dict(await found.get_config())
    assert config.pop("policies")
    assert config == await own.get_config()


@pytest.mark.anyio
async def test_a73_for_nlu_alone_there_are_no_stories_tests_and_domain(write_project: ProjectWriter) -> None:
    project = write_project({**PROJECT, "data/test_x.yml": PROJECT["tests/test_stories.yml"]})
    found = loaded(PROJECT["config.yml"], project, training_type="nlu")

    assert isinstance(found, NluDataImporter)
    assert isinstance(found.importer, ResponsesSyncImporter)
    assert (await found.get_domain()).is_empty
    assert not await found.get_stories()
    assert not await found.get_conversation_tests()
    assert (await found.get_config())["language"] == "en"
    assert len((await found.get_nlu_data()).examples) == 2


@pytest.mark.anyio
async def test_a74_each_turn_of_the_stories_is_one_message_beside_the_examples() -> None:
    config = {"language": "en"}
    inner = MemoryImporter(config=config, stories=STORIES, nlu=NluData((Example("hi", "greet"),)))
    found = E2EImporter(inner)
    nlu = await found.get_nlu_data()

    assert nlu.examples == (Example("hi", "greet"),)
    assert nlu.messages[len(DEFAULT_ACTIONS) :] == (
        StoryMessage(action="utter_bye"),
        StoryMessage(action="utter_hi"),
        StoryMessage(action_text="well, thanks"),
        StoryMessage(intent="bye"),
        StoryMessage(intent="greet"),
        StoryMessage(text="how are you"),
    )
    assert await found.get_stories() == STORIES
    assert await found.get_config() == config


@pytest.mark.anyio
async def test_a74_texts_beside_intents_never_become_examples(write_project: ProjectWriter) -> None:
    """Differs on purpose (W-IMP-21, W-FMT-13, W-IMP-7): such texts are notes, and tests never feed training."""
    texts = "stories: [{story: s, steps: [{intent: greet, user: '%s'}, {action: utter_hi}]}]\n"
    project = write_project({**PROJECT, "data/stories.yml": texts % "good day", "data/test_x.yml": texts % "bonjour"})
    without = await loaded("", project).get_nlu_data()

    assert {example.text for example in without.examples} == {"hi", "when"}
    assert {message.text for message in without.messages} == {None}
    for training_type in ("both", "core", "nlu"):
        found = loaded("", project, training_type=training_type)
        assert "bonjour" not in repr(await found.get_nlu_data())
        assert "bonjour" not in repr(await found.get_stories())
        assert all("bonjour" not in str(row) for row in (await found.snapshot()).table.rows)
    assert "bonjour" in repr(await loaded("", project).get_conversation_tests())


@pytest.mark.anyio
async def test_a75_the_order_of_stories_changes_no_message_and_no_fingerprint() -> None:
    turned = Stories(STORIES.stories[::-1])
    one, other = (E2EImporter(MemoryImporter(stories=stories)) for stories in (STORIES, turned))

    assert await one.get_nlu_data() == await other.get_nlu_data()
    fingerprints = [await model_fingerprint(found) for found in (one, other)]
    assert {**fingerprints[0], "trained_at": 0} == {**fingerprints[1], "trained_at": 0}


@pytest.mark.anyio
async def test_a76_each_default_action_is_one_message() -> None:
    messages = (await chain(MemoryImporter()).get_nlu_data()).messages
    assert [message.action for message in messages] == list(DEFAULT_ACTIONS)


@pytest.mark.anyio
async def test_a77_texts_of_the_assistant_are_actions_once() -> None:
    domain = await chain(MemoryImporter(stories=STORIES)).get_domain()
    assert domain.end_to_end_actions == ("well, thanks",)


RETRIEVAL = {
    "config.yml": "language: en\n",
    "domain.yml": "intents: [greet]\nresponses: {utter_hi: [{text: hi}]}\n",
    "data/nlu.yml": (
        "nlu: [{intent: greet, examples: [{text: hi}]}, {intent: chitchat/name, examples: [{text: who}]}]\n"
    ),
    "data/responses.yml": "responses: {utter_chitchat/name: [{text: Sara}], utter_extra: [{text: more}]}\n",
}


@pytest.mark.anyio
async def test_a78_retrieval_intents_are_the_same_in_domain_and_nlu_data(write_project: ProjectWriter) -> None:
    found = loaded("", write_project(RETRIEVAL))
    domain, nlu = await found.get_domain(), await found.get_nlu_data()
    retrieval = Response("utter_chitchat/name", ({"text": "Sara"},))

    assert domain.retrieval_intents == ("chitchat",)
    assert [intent.properties for intent in domain.intents if intent.name == "chitchat"] == [
        {"is_retrieval_intent": True}
    ]
    assert [intent.properties for intent in domain.intents if intent.name == "greet"] == [{}]
    assert tuple(response for response in domain.responses if response.is_retrieval) == nlu.responses == (retrieval,)
    assert Action("utter_chitchat") in domain.actions


@pytest.mark.anyio
async def test_a78_the_domain_that_is_wrapped_is_not_changed() -> None:
    """W-IMP-16: nothing that is shared gets a mark."""
    inner = CombinedDataImporter(
        [MemoryImporter(domain=Domain((Intent("faq"),)), nlu=NluData((Example("when", "faq/hours"),)))],
        ImporterContext(Path()),
    )
    before = await inner.get_domain()
    assert (await ResponsesSyncImporter(inner).get_domain()).retrieval_intents == ("faq",)
    assert await inner.get_domain() == before == Domain((Intent("faq"),))


def test_a79_an_action_of_a_retrieval_intent_needs_one_of_its_responses(write_project: ProjectWriter) -> None:
    declared = "intents: [greet, chitchat]\nactions: [utter_chitchat]\nresponses: {utter_hi: [{text: hi}]}\n"
    project = write_project({**RETRIEVAL, "domain.yml": declared})
    missing = [problem for problem in run_project(project, "problems") if problem.code == "missing-response"]
    assert missing == []
    plain = "nlu: [{intent: greet, examples: [{text: hi}]}]\n"
    write_project({"data/nlu.yml": plain, "data/responses.yml": "nlu: []\n"})
    (problem,) = [problem for problem in run_project(project, "problems") if problem.code == "missing-response"]
    assert "'utter_chitchat'" in problem.message
    assert (problem.severity, str(problem.location)) == ("warning", "domain.yml:2:11")


@pytest.mark.anyio
async def test_a80_a_response_of_a_data_file_is_in_the_domain(write_project: ProjectWriter) -> None:
    domain = await loaded("", write_project(RETRIEVAL)).get_domain()
    assert Response("utter_extra", ({"text": "more"},)) in domain.responses


@pytest.mark.anyio
async def test_a83_tests_named_as_data_are_found_and_are_no_training_data(write_project: ProjectWriter) -> None:
    context = ImporterContext(write_project(PROJECT))
    for found in (FileImporter({"data": "tests"}, context), MultiProjectImporter({"data": "tests"}, context)):
        assert [story.name for story in (await found.get_conversation_tests()).stories] == ["t"]
        assert not await found.get_stories()


@pytest.mark.anyio
async def test_a84_fingerprints_of_an_importer_follow_from_its_data(write_project: ProjectWriter) -> None:
    """Differs on purpose (section 6.2): a random fingerprint turns "I do not know" into "train again"."""
    project = write_project(PROJECT)
    one, again = [await model_fingerprint(loaded("", project)) for _ in range(2)]

    assert {**one, "trained_at": 0} == {**again, "trained_at": 0}
    revisions = [(await loaded("", project).snapshot()).sources for _ in range(2)]
    assert revisions[0] == revisions[1]


def test_a_change_of_a_reply_refreshes_the_domain_of_a_project_with_retrieval_intents(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    stories = "stories: [{story: s, steps: [{intent: chitchat}, {action: utter_chitchat}, {user: so}, {bot: ok}]}]\n"
    project = write_project({**RETRIEVAL, "data/stories.yml": stories, "domain.yml": "intents: [greet, chitchat]\n"})
    run_project(project, "train")
    write_project({"data/responses.yml": RETRIEVAL["data/responses.yml"].replace("text: more", "text: x")})
    refreshed = run_project(project, "train")
    assert (refreshed.plan.action, refreshed.written) == ("update-domain", True)

    unpack_model(refreshed.model, tmp_path / "model")
    text = (tmp_path / "model/core/domain.yml").read_text(encoding="utf-8")
    for expected in ("is_retrieval_intent: true", "- utter_chitchat", "- ok", "text: x"):
        assert expected in text
    assert run_project(project, "plan").action == "none"
    recorded = json.loads((tmp_path / "model/metadata.json").read_text(encoding="utf-8"))["core_domain"]
    in_model = FileImporter({"domain": "core/domain.yml"}, ImporterContext(tmp_path / "model"))
    assert trained_domain_digest(anyio.run(in_model.get_domain)) == recorded
