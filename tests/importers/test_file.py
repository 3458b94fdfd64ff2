"""FileImporter on real folders, on both event loops."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest

from tenprint.importers.data import Example, Intent, IntentStep
from tenprint.importers.errors import ConfigurationError, OptionError, ProblemsError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.limits import Limits
from tenprint.importers.location import Location
from tenprint.importers.snapshot import Snapshot
from tenprint.importers.spreading import BATCH

pytestmark = pytest.mark.anyio

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

CONFIG = "language: en\npipeline:\n- name: KeywordIntentClassifier\n"
DOMAIN = "intents:\n- greet\nresponses:\n  utter_greet:\n  - text: Hi!\n"
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
STORIES = "stories:\n- story: s\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
PROJECT = {"config.yml": CONFIG, "domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/stories.yml": STORIES}


def importer(project: Path, options: Mapping[str, Any] | None = None, **context: Any) -> FileImporter:
    return FileImporter(options, ImporterContext(project, **context))


async def snapshot(project: Path, options: Mapping[str, Any] | None = None, **context: Any) -> Snapshot:
    return await importer(project, options, **context).snapshot()


def documents(found: Snapshot) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(document.id.path, document.role, document.kinds) for document in found.documents]


def problems(found: Snapshot) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in found.problems]


async def test_the_usual_places_of_a_project(write_project: WriteProject) -> None:
    found = await snapshot(write_project(PROJECT))

    assert documents(found) == [
        ("config.yml", "config", ("config",)),
        ("domain.yml", "domain", ("domain",)),
        ("data/nlu.yml", "data", ("nlu",)),
        ("data/stories.yml", "data", ("stories",)),
    ]
    assert found.problems == ()
    assert found.conflicts == ()
    assert [state.name for state in found.sources] == ["file"]


async def test_getters_give_the_values(write_project: WriteProject) -> None:
    own = importer(write_project(PROJECT))

    assert (await own.get_config())["pipeline"] == [{"name": "KeywordIntentClassifier"}]
    assert (await own.get_domain()).intents == (Intent("greet"),)
    assert (await own.get_nlu_data()).examples == (Example("hi", "greet"),)
    assert (await own.get_stories()).stories[0].steps[0] == IntentStep("greet")
    assert not await own.get_conversation_tests()


@pytest.mark.parametrize("suffix", ["yml", "yaml"])
async def test_both_suffixes_are_usual(write_project: WriteProject, suffix: str) -> None:
    found = await snapshot(write_project({f"config.{suffix}": CONFIG, f"domain.{suffix}": DOMAIN}))

    assert [document[0] for document in documents(found)] == [f"config.{suffix}", f"domain.{suffix}"]


async def test_a_domain_may_be_a_folder_and_a_file_beside_it(write_project: WriteProject) -> None:
    files = {"domain/b.yml": "actions: [b]", "domain/a/c.yml": "actions: [c]", "domain.yml": "actions: [a]"}
    found = await snapshot(write_project(files))

    assert [document[0] for document in documents(found)] == ["domain.yml", "domain/a/c.yml", "domain/b.yml"]
    assert [item.path[2] for item in found.table] == ["a", "c", "b"]


async def test_an_empty_project_has_nothing(tmp_path: Path) -> None:
    found = await snapshot(tmp_path)

    assert found.documents == ()
    assert len(found.table) == 0


async def test_other_paths_by_options_and_context(write_project: WriteProject) -> None:
    files = {"a/c.yml": CONFIG, "a/d.yml": DOMAIN, "a/x/n.yml": NLU, "a/y.yml": STORIES, **PROJECT}
    project = write_project(files)
    by_options = await snapshot(project, {"config": "a/c.yml", "domain": "a/d.yml", "data": ["a/x", "a/y.yml"]})
    by_context = await snapshot(
        project,
        config=project / "a" / "c.yml",
        domain=project / "a" / "d.yml",
        data=(project / "a" / "x", project / "a" / "y.yml"),
    )

    assert [document[0] for document in documents(by_options)] == ["a/c.yml", "a/d.yml", "a/x/n.yml", "a/y.yml"]
    assert by_context == by_options


async def test_options_win_over_the_context(write_project: WriteProject) -> None:
    project = write_project({"a.yml": CONFIG, "b.yml": CONFIG})
    found = await snapshot(project, {"config": "a.yml"}, config=project / "b.yml")

    assert [document[0] for document in documents(found)] == ["a.yml"]


async def test_a_directory_has_usual_places_of_its_own(write_project: WriteProject) -> None:
    project = write_project(
        {**PROJECT, "layer/domain.yml": DOMAIN, "layer/data/n.yml": NLU, "layer/more/s.yml": STORIES}
    )
    context = {"config": project / "config.yml", "domain": project / "domain.yml", "data": (project / "data",)}
    layer = await snapshot(project, {"directory": "layer"}, **context)
    more = await snapshot(project, {"directory": "layer", "data": "more"}, **context)

    assert [document[0] for document in documents(layer)] == ["layer/domain.yml", "layer/data/n.yml"]
    assert [document[0] for document in documents(more)] == ["layer/domain.yml", "layer/more/s.yml"]


@pytest.mark.parametrize("directory", ["no", "config.yml"])
async def test_a_directory_that_is_none_is_an_error(write_project: WriteProject, directory: str) -> None:
    with pytest.raises(OptionError, match=f"there is no directory {directory}"):
        await snapshot(write_project(PROJECT), {"directory": directory})


async def test_the_file_for_completing_is_the_configuration(write_project: WriteProject) -> None:
    project = write_project(PROJECT)

    assert await importer(project).get_config_file_for_auto_config() == project / "config.yml"
    assert await importer(project / "data").get_config_file_for_auto_config() is None


@pytest.mark.parametrize("options", [{"config": "no.yml"}, {"domain": "no"}, {"data": ["data", "no"]}, {"data": "no"}])
async def test_a_named_path_that_is_not_there_is_an_error(
    write_project: WriteProject, options: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError, match="no"):
        await snapshot(write_project(PROJECT), options)


@pytest.mark.parametrize(
    "options", [{"dta": "a"}, {"config": 1}, {"config": ["a"]}, {"data": None}, {"data": [1]}, {"domain": {}}]
)
def test_wrong_options_are_an_error_at_once(options: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        FileImporter(options, ImporterContext(Path("nowhere")))


def test_an_unknown_option_comes_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as caught:
        FileImporter({"dta": "a"})
    assert caught.value.hint == "did you mean data?"


async def test_precedence_is_configuration_then_domain_then_sorted_data(write_project: WriteProject) -> None:
    slot = "slots:\n  s:\n    type: {}\n"
    project = write_project(
        {"data/b.yml": slot.format("bool"), "data/a/z.yml": slot.format("any"), "data/a.yml": slot.format("text")}
    )
    assert (await importer(project).get_domain()).slots[0].type == "text"

    write_project({"domain/z.yml": slot.format("list")})
    found = await snapshot(project)

    assert (await importer(project).get_domain()).slots[0].type == "list"
    assert [str(found.table.location(conflict.dropped)) for conflict in found.conflicts] == [
        "data/a.yml:2:3",
        "data/a/z.yml:2:3",
        "data/b.yml:2:3",
    ]
    assert {str(found.table.location(conflict.kept)) for conflict in found.conflicts} == {"domain/z.yml:2:3"}


async def test_a_file_of_several_kinds(write_project: WriteProject) -> None:
    found = await snapshot(write_project({"data/all.yml": DOMAIN + NLU + STORIES}))

    assert documents(found) == [("data/all.yml", "data", ("domain", "nlu", "stories"))]
    assert sorted({item.kind for item in found.table}) == ["intent", "intent-example", "response", "story"]


async def test_responses_beside_examples_are_part_of_the_domain(write_project: WriteProject) -> None:
    files = {"domain.yml": "intents: [faq]\n", "data/nlu.yml": NLU + "responses:\n  utter_faq/a:\n  - text: x\n"}
    domain = await importer(write_project(files)).get_domain()

    assert [response.name for response in domain.responses] == ["utter_faq/a"]


async def test_conversation_tests_are_kept_out_of_training(write_project: WriteProject) -> None:
    test = STORIES.replace("story: s", "story: tested")
    project = write_project({**PROJECT, "data/test_conversations.yml": test, "data/e2e/test_more.yaml": test})
    own = importer(project)

    assert [story.name for story in (await own.get_stories()).stories] == ["s"]
    assert [story.name for story in (await own.get_conversation_tests()).stories] == ["tested", "tested"]
    plain = await snapshot(write_project({}))
    assert {item.path[-1] for item in plain.unmerged if item.kind == "story"} == {"s"}


async def test_a_file_named_like_a_test_without_stories_is_training_data(write_project: WriteProject) -> None:
    found = await snapshot(write_project({"data/test_nlu.yml": NLU}))

    assert documents(found) == [("data/test_nlu.yml", "data", ("nlu",))]


async def test_a_broken_conversation_test_is_an_error_for_every_getter(write_project: WriteProject) -> None:
    own = importer(write_project({**PROJECT, "data/test_s.yml": "stories:\n- story: s\n  steps:\n  - intnet: a\n"}))

    for getter in (own.get_config, own.get_stories, own.get_conversation_tests):
        with pytest.raises(ProblemsError) as caught:
            await getter()
        assert [str(problem.location) for problem in caught.value.problems] == ["data/test_s.yml:4:5"]


async def test_unused_files_are_told(write_project: WriteProject) -> None:
    files = {"data/notes.md": "x", "data/config.yml": CONFIG, "data/empty.yml": "", "data/other.yml": "nul: []\n"}
    found = await snapshot(write_project(files))

    assert sorted(problems(found)) == [
        "unused-file data/config.yml:1:1",
        "unused-file data/empty.yml:1:1",
        "unused-file data/notes.md",
        "unused-file data/other.yml:1:1",
    ]
    assert {problem.severity for problem in found.problems} == {"warning"}
    hints = {str(problem.location): problem.hint for problem in found.problems}
    assert str(hints["data/other.yml:1:1"]).startswith("did you mean nlu? If not, install the plugin")


@pytest.mark.parametrize(("section", "shown"), [("5", "5"), ("true", "true"), ("2020-01-01", "2020-01-01")])
async def test_a_section_that_is_no_text_is_told(write_project: WriteProject, section: str, shown: str) -> None:
    found = await snapshot(write_project({"data/a.yml": NLU + f"{section}: []\n"}))

    assert problems(found) == ["unknown-key data/a.yml:5:1"]
    assert found.problems[0].message == f"the top-level key {shown} means nothing and is left out"


async def test_a_misspelt_section_beside_a_known_one_is_told(write_project: WriteProject) -> None:
    found = await snapshot(write_project({"data/a.yml": NLU + "storys: []\n"}))

    assert problems(found) == ["unknown-key data/a.yml:5:1"]
    assert found.problems[0].hint == "did you mean stories?"


async def test_all_problems_of_all_files_at_once_and_the_good_files_are_read(write_project: WriteProject) -> None:
    files: dict[str, str | bytes] = {
        "config.yml": "language: 1\n",
        "domain.yml": "intents:\n- a:\nslots: text\n",
        "data/a.yml": "nlu: [",
        "data/b.yml": b"\xff\xfe\x00",
        "data/c.yml": "- a\n",
        "data/d.yml": "stories:\n- story: s\n  steps:\n  - intnet: a\n  - action:\n",
        "data/e.yml": NLU,
        "data/f.yml": "a: 1\na: 2\n",
    }
    own = importer(write_project(files))
    found = await own.snapshot()

    assert {problem.split()[1].split(":")[0] for problem in problems(found)} == set(files) - {"data/e.yml"}
    assert len([problem for problem in problems(found) if "data/d.yml" in problem]) == 2
    assert [item.path for item in found.table] == [("nlu", "greet", "hi")]
    with pytest.raises(ProblemsError) as caught:
        await own.get_nlu_data()
    assert len(caught.value.problems) == len(found.problems)


async def test_a_file_beyond_the_limit_is_an_error_of_that_file(write_project: WriteProject) -> None:
    rules = ReadingRules(limits=Limits(file_bytes=100))
    found = await snapshot(write_project({"data/a.yml": NLU, "data/b.yml": NLU + "#" * 100}), rules=rules)

    assert problems(found) == ["unreadable-file data/b.yml"]
    assert found.problems[0].severity == "error"
    assert len(found.table) == 1


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file whose reading fails")
async def test_a_file_that_cannot_be_read_is_an_error_of_that_file(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": NLU})
    (project / "data" / "z.yml").symlink_to("/proc/self/mem")
    found = await snapshot(project)

    assert problems(found) == ["unreadable-file data/z.yml"]
    assert len(found.table) == 1


async def test_pipes_and_devices_are_told_and_do_not_block(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": NLU})
    os.mkfifo(project / "data" / "pipe.yml")
    (project / "data" / "zero.yml").symlink_to("/dev/zero")
    with anyio.fail_after(60):
        found = await snapshot(project)

    assert sorted(problems(found)) == ["unused-file data/pipe.yml", "unused-file data/zero.yml"]


@pytest.mark.parametrize("place", ["config.yml", "domain.yml", "domain", "data"])
@pytest.mark.parametrize("target", ["nowhere", "config.yml"])
async def test_a_usual_place_that_leads_nowhere_is_not_as_good_as_none(
    write_project: WriteProject, place: str, target: str
) -> None:
    project = write_project({"settings.txt": ""})
    (project / place).symlink_to(target)

    with pytest.raises(ConfigurationError, match=place):
        await snapshot(project)


async def test_the_same_file_over_two_paths_counts_once(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": STORIES})
    (project / "data" / "b.yml").symlink_to("a.yml")
    (project / "data" / "loop").symlink_to(".")
    found = await snapshot(project, data=(project / "data", project / "data" / "a.yml", project / "data"))

    assert documents(found) == [("data/a.yml", "data", ("stories",))]
    assert found.problems == ()


async def test_a_copy_of_a_story_counts_twice_and_a_copy_of_an_example_once(write_project: WriteProject) -> None:
    found = await snapshot(write_project({"data/a.yml": STORIES + NLU, "data/b.yml": STORIES + NLU}))

    assert sorted(item.kind for item in found.table) == ["intent-example", "story", "story"]
    assert found.conflicts == ()


async def test_a_snapshot_does_not_change_when_files_do(write_project: WriteProject) -> None:
    project = write_project(PROJECT)
    own = importer(project)
    before = await own.snapshot()
    write_project({"data/nlu.yml": NLU.replace("hi", "hello")})
    (project / "domain.yml").unlink()

    assert await own.snapshot() is before
    assert (await own.get_nlu_data()).examples == (Example("hi", "greet"),)
    assert (await own.get_domain()).intents == (Intent("greet"),)
    after = await snapshot(project)
    assert after.sources[0].revision != before.sources[0].revision


async def test_the_revision_is_that_of_names_and_bytes(write_project: WriteProject) -> None:
    project = write_project(PROJECT)
    first = (await snapshot(project)).sources[0].revision
    os.utime(project / "domain.yml", (0, 0))
    assert (await snapshot(project)).sources[0].revision == first

    (project / "data" / "nlu.yml").rename(project / "data" / "other.yml")
    assert (await snapshot(project)).sources[0].revision != first


async def test_bytes_that_were_read_before_are_not_read_again(write_project: WriteProject) -> None:
    project = write_project({"config.yml": "language: de\n"})
    opened = {project / "config.yml": b"language: en\n"}

    assert (await importer(project, config=project / "config.yml", opened=opened).get_config()) == {"language": "en"}


async def test_files_with_strange_names_are_read(tmp_path: Path) -> None:
    names = ["a b.yml", "\u00fc.yml", "-n.yml", "'.yml", "a\nb.yml", os.fsdecode(b"caf\xe9.yml")]
    (tmp_path / "data").mkdir()
    for number, name in enumerate(names):
        (tmp_path / "data" / name).write_text(NLU.replace("hi", f"hi {number}"))

    assert len((await snapshot(tmp_path)).table) == len(names)


class Gate(dict[Path, bytes]):
    """Stands in for files opened before, holds none, and calls somebody from the thread that reads the second file."""

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__()
        self._call = call
        self.asked: list[object] = []

    def get(self, path: object, default: Any = None) -> Any:
        self.asked.append(path)
        if len(self.asked) == 2:
            self._call()
        return default


async def test_a_run_that_is_cancelled_in_the_middle_of_reading_ends_with_the_batch(
    write_project: WriteProject,
) -> None:
    project = write_project({f"data/{number:03}.yml": NLU for number in range(3 * BATCH)})
    with anyio.CancelScope() as scope:
        gate = Gate(lambda: anyio.from_thread.run_sync(scope.cancel))
        await importer(project, opened=gate).snapshot()

    assert scope.cancelled_caught
    assert len(gate.asked) == BATCH


async def test_after_a_cancelled_run_the_next_asker_starts_again(write_project: WriteProject) -> None:
    own = importer(write_project(PROJECT))
    with anyio.CancelScope() as scope:
        scope.cancel()
        await own.snapshot()

    assert scope.cancelled_caught
    assert len((await own.snapshot()).documents) == 4


OPENED_ONCE = """
    import collections, os, pathlib, sys
    import anyio
    from tenprint.importers import ImporterContext, project_data
    from tenprint.importers.file import FileImporter

    project = pathlib.Path(sys.argv[1])
    opened = collections.Counter()

    def count(event, arguments):
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(os.path.realpath(project) + os.sep):
                opened[os.path.relpath(path, os.path.realpath(project))] += 1

    async def main():
        importer = FileImporter({}, ImporterContext(project))
        async with anyio.create_task_group() as tasks:
            for ask in (
                importer.snapshot, importer.get_config, importer.get_domain, importer.get_stories,
                importer.get_nlu_data, importer.get_conversation_tests,
            ):
                tasks.start_soon(ask)
        project_data(await importer.snapshot(), importer.context.rules)

    sys.addaudithook(count)
    anyio.run(main, backend=sys.argv[2])
    print(sorted(opened.items()))
"""


async def test_every_file_is_opened_exactly_once(write_project: WriteProject, anyio_backend: str) -> None:
    project = write_project({**PROJECT, "data/test_s.yml": STORIES, "data/README.md": "x", "domain/more.yml": "{}"})
    (project / "data" / "link.yml").symlink_to("nlu.yml")
    command = [sys.executable, "-c", textwrap.dedent(OPENED_ONCE), str(project), anyio_backend]
    answer = await anyio.to_thread.run_sync(lambda: subprocess.run(command, capture_output=True, check=True, text=True))

    read = ["config.yml", "data/link.yml", "data/stories.yml", "data/test_s.yml", "domain.yml", "domain/more.yml"]
    expected = sorted((path.replace("link", "nlu"), 1) for path in read)
    assert answer.stdout.strip() == str(expected)


async def test_all_wrong_options_are_told_at_once_each_where_it_is_written() -> None:
    places = {name: Location("settings", "tenprint.yml", line, 5) for line, name in enumerate(("domian", "data"), 3)}
    context = ImporterContext(Path("project"), places=places)
    with pytest.raises(ProblemsError) as caught:
        FileImporter({"domian": "domain.yml", "data": [1]}, context)
    assert [(problem.code, problem.location) for problem in caught.value.problems] == [
        ("option", places["domian"]),
        ("option", places["data"]),
    ]
