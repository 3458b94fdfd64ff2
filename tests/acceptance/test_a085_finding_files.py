"""Acceptance cases A85 to A100: the file importer, completing the configuration, and which files are read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest

from tenprint.importers import ConfigurationError, ImporterContext, ProblemsError, Snapshot, completed
from tenprint.importers.data import section_count
from tenprint.importers.file import FileImporter
from tenprint.plugins import run_project

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
STORIES = "stories:\n- story: s\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
MARKDOWN_NLU = "## intent:greet\n- hi\n"
MARKDOWN_STORY = "## my story\n* greet\n  - utter_greet\n"


def importer(project: Path, **context: Path) -> FileImporter:
    return FileImporter({}, ImporterContext(project, **context))  # type: ignore[arg-type]  # names decide the types


async def read(write_project: WriteProject, files: Mapping[str, str | bytes]) -> Snapshot:
    return await importer(write_project(files)).snapshot()


def kinds(found: Snapshot) -> dict[str, tuple[str, ...]]:
    """Kinds of data by the paths of the documents that hold any."""
    return {document.id.path: document.kinds for document in found.documents if document.kinds}


def codes(found: Snapshot) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in found.problems]


STARTER = {
    "config.yml": "language: en\n",
    "domain.yml": """\
intents: [greet, goodbye, affirm, deny, mood_great, mood_unhappy, bot_challenge]
responses:
  utter_greet: [{text: Hey!}]
  utter_cheer_up: [{text: Look!, image: "https://example.org/tiger.jpg"}]
  utter_did_that_help: [{text: Did it help?}]
  utter_happy: [{text: Great!}]
  utter_goodbye: [{text: Bye}]
  utter_iamabot: [{text: I am a bot.}]
""",
    "data/nlu.yml": "version: '3.1'\nnlu:\n"
    + "".join(
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {intent} {number}\n" for number in range(3))
        for intent in ("greet", "goodbye", "affirm", "deny", "mood_great", "mood_unhappy", "bot_challenge")
    ),
    "data/stories.yml": """\
stories:
- story: happy
  steps: [{intent: greet}, {action: utter_greet}, {intent: mood_great}, {action: utter_happy}]
- story: sad
  steps: [{intent: mood_unhappy}, {action: utter_cheer_up}, {checkpoint: helped}]
- story: sad end
  steps: [{checkpoint: helped}, {or: [{intent: affirm}, {intent: deny}]}, {action: utter_goodbye}]
""",
    "data/rules.yml": """\
rules:
- rule: bye
  steps: [{intent: goodbye}, {action: utter_goodbye}]
- rule: bot
  steps: [{intent: bot_challenge}, {action: utter_iamabot}]
""",
}


@pytest.mark.anyio
async def test_a85_a_starter_project_has_what_its_files_say(write_project: WriteProject) -> None:
    own = importer(write_project(STARTER))
    domain, nlu, stories = await own.get_domain(), await own.get_nlu_data(), await own.get_stories()

    assert [len(part) for part in (domain.intents, domain.entities, domain.slots, domain.responses)] == [7, 0, 0, 6]
    assert (len(nlu.examples), len(nlu.intents)) == (21, 7)
    assert [section_count(story) for story in stories.stories] == [1, 1, 3]
    assert [section_count(rule) for rule in stories.rules] == [1, 1]
    assert not await own.get_conversation_tests()


@pytest.mark.anyio
async def test_a86_w_imp_2_a_config_that_is_named_must_exist(write_project: WriteProject) -> None:
    project = write_project({"data/nlu.yml": NLU})
    assert await importer(project).get_config() == {}

    with pytest.raises(ConfigurationError, match=r"nowhere\.yml"):
        await importer(project, config=project / "nowhere.yml").get_config()


@pytest.mark.anyio
async def test_a87_no_domain_is_the_empty_domain(write_project: WriteProject) -> None:
    assert (await importer(write_project({"data/nlu.yml": NLU})).get_domain()).is_empty


@pytest.mark.parametrize(
    "config", ["language: en\n", "language: en\npipeline:\npolicies:\n", "language: en\npipeline: []\n"]
)
@pytest.mark.anyio
async def test_a88_a_missing_pipeline_or_policies_are_completed_and_nothing_else(
    write_project: WriteProject, config: str
) -> None:
    project = write_project({"config.yml": config, "data/nlu.yml": NLU, "data/stories.yml": STORIES})
    own = importer(project)
    table = completed(await own.snapshot(), own.context.rules).table

    assert {item.path[1] for item in table.of_kind("config-key")} == {"language"}
    assert table.of_kind("pipeline-component")
    assert table.of_kind("policy")


@pytest.mark.parametrize("command", ["fingerprint", "plan", "train"])
def test_a89_a90_w_sec_4_the_config_is_completed_in_memory_and_its_file_stays(
    write_project: WriteProject, command: Literal["fingerprint", "plan", "train"]
) -> None:
    text = "# mine\nlanguage: en  # and this\n"
    project = write_project({"config.yml": text, "data/nlu.yml": NLU, "domain.yml": "intents: [greet]\n"})
    run_project(project, command)

    assert (project / "config.yml").read_text() == text


@pytest.mark.anyio
async def test_a91_suffixes_say_how_a_file_is_read(write_project: WriteProject) -> None:
    json = '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "greet"}]}}'
    found = await read(
        write_project,
        {"data/a.yml": NLU, "data/b.yaml": NLU, "data/c.json": json, "data/d.md": MARKDOWN_NLU, "data/e.ml": NLU},
    )

    assert kinds(found) == {"data/a.yml": ("nlu",), "data/b.yaml": ("nlu",), "data/c.json": ("nlu",)}
    assert codes(found) == ["markdown-data data/d.md:1:1", "unused-file data/e.ml"]
    assert len(found.table) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "unused-file data/s.md"), (MARKDOWN_STORY, "markdown-data data/s.md:2:1")],
)
@pytest.mark.anyio
async def test_a92_stories_in_markdown_are_refused_with_the_way_to_convert_them(
    write_project: WriteProject, text: str, complaint: str
) -> None:
    found = await read(write_project, {"data/s.md": text})

    assert codes(found) == [complaint]
    assert text == "" or "rasa data convert core -f yaml --data data/s.md" in str(found.problems[0].hint)


@pytest.mark.anyio
async def test_a93_nlu_data_in_markdown_are_no_conversation_test(write_project: WriteProject) -> None:
    found = await read(write_project, {"data/tests/test_nlu.md": MARKDOWN_NLU})

    assert [document.role for document in found.documents] == ["data"]


@pytest.mark.parametrize(
    ("path", "text", "is_test"),
    [
        ("data/deep/down/test_stories.yml", STORIES, True),
        ("data/test_stories.yml", NLU, False),
        ("data/stories.yml", STORIES, False),
    ],
)
@pytest.mark.anyio
async def test_a94_conversation_tests_have_a_prefix_and_stories(
    write_project: WriteProject, path: str, text: str, *, is_test: bool
) -> None:
    found = await read(write_project, {path: text})

    assert [document.role == "tests" for document in found.documents] == [is_test]
    assert len(found.table) == (0 if is_test else 1)


@pytest.mark.anyio
async def test_a95_a_file_with_examples_and_stories_is_both(write_project: WriteProject) -> None:
    found = await read(write_project, {"data/all.yml": NLU + STORIES})

    assert kinds(found) == {"data/all.yml": ("nlu", "stories")}


@pytest.mark.anyio
async def test_a96_the_files_of_a_starter_project_hold_their_kinds(write_project: WriteProject) -> None:
    found = kinds(await read(write_project, STARTER))

    assert [path for path, held in found.items() if "nlu" in held] == ["data/nlu.yml"]
    assert sorted(path for path, held in found.items() if "stories" in held) == ["data/rules.yml", "data/stories.yml"]


@pytest.mark.anyio
async def test_a97_files_of_one_name_in_two_folders_are_both_read(write_project: WriteProject) -> None:
    found = await read(write_project, {"data/a/nlu.yml": NLU, "data/b/nlu.yml": NLU.replace("hi", "hello")})

    assert sorted(item.path[2] for item in found.table) == ["hello", "hi"]


@pytest.mark.anyio
async def test_a98_no_paths_are_no_files(write_project: WriteProject) -> None:
    project = write_project({"data/nlu.yml": NLU})
    found = await FileImporter({}, ImporterContext(project, data=())).snapshot()

    assert (found.documents, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("text", "held", "code"),
    [
        ('{"rasa_nlu_data": {}}', ("nlu",), None),
        ('{"version": 1}', None, "unused-file"),  # W-IMP-6
        ('{"any": "thing"}', None, "unused-file"),
        ("[1, 2]", None, "unused-file"),
        ("7", None, "unused-file"),
        ('{"rasa_nlu_data": ', None, "json-syntax"),
    ],
)
@pytest.mark.anyio
async def test_a99_json_with_nlu_data_is_read_and_other_json_is_told(
    write_project: WriteProject, text: str, held: tuple[str, ...] | None, code: str | None
) -> None:
    found = await read(write_project, {"data/nlu.json": text})

    assert kinds(found).get("data/nlu.json") == held
    assert [problem.code for problem in found.problems] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("nlu: []\n\u00fc: 1\n", True),
        ("# \U0001f600\n'nlu' : []\n", True),  # W-IMP-4
        ("\ufeffnlu: []\n", True),  # W-IMP-4
        ('{"nlu": []}\n', True),  # W-IMP-4
        ("# ## intent:greet\nnlu: []\n", True),  # W-IMP-5
        ("\u00fc:\n  nlu: []\n", False),  # W-IMP-4
    ],
)
@pytest.mark.anyio
async def test_a100_top_level_keys_say_what_a_file_holds(write_project: WriteProject, text: str, *, held: bool) -> None:
    found = await read(write_project, {"data/a.yml": text})

    assert ("data/a.yml" in kinds(found)) == held
    assert held or codes(found) == ["unused-file data/a.yml:1:1"]


@pytest.mark.anyio
async def test_a100_a_file_that_is_missing_is_named(write_project: WriteProject) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no nowhere\.yml"):
        await FileImporter({"data": "nowhere.yml"}, ImporterContext(write_project({"config.yml": ""}))).snapshot()


@pytest.mark.anyio
async def test_w_imp_6_a_readme_is_no_training_data(write_project: WriteProject) -> None:
    found = await read(write_project, {"data/README.md": "## My data\n\n" + MARKDOWN_STORY, "data/nlu.yml": NLU})

    assert codes(found) == []


@pytest.mark.anyio
async def test_w_imp_20_one_broken_file_hides_no_other_problem(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": b"nlu: \xff", "data/b.json": "{", "data/c.md": MARKDOWN_NLU})

    with pytest.raises(ProblemsError) as caught:
        await importer(project).get_nlu_data()
    assert [problem.code for problem in caught.value.problems] == ["encoding", "json-syntax", "markdown-data"]
