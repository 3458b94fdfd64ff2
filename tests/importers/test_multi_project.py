"""Projects made of projects: each imported once, each file read once, everything wrong told at its line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from tenprint.importers import ImporterContext, ReadingRules, Snapshot
from tenprint.importers.errors import OptionError, ProblemsError
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.importers.naming import Namespace

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio

NAMESPACES = ReadingRules(merge=MergeSettings(projects=MergeRules("namespace")))


def intent(name: str) -> str:
    return f"intents: [{name}]\n"


def importer(
    project: Path, options: Mapping[str, str] | None = None, rules: ReadingRules | None = None
) -> MultiProjectImporter:
    return MultiProjectImporter(options, ImporterContext(project, rules=rules or ReadingRules()))


def paths(snapshot: Snapshot) -> list[str]:
    return [document.id.path for document in snapshot.documents]


def told(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.location)) for problem in snapshot.problems]


async def intents(found: MultiProjectImporter) -> list[str]:
    return [known.name for known in (await found.get_domain()).intents]


async def test_files_of_an_import_are_read_by_what_they_hold(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [A]\n",
            "A/domain.yml": "intents: [a]\nconfig: {store_entities_as_slots: false}\n",
            "A/domain/more.yaml": "config: {x: 1}\nslots: {s: {type: text}}\n",
            "A/anything.yml": "stories: [{story: s, steps: [{intent: a}]}]\nnlu: []\nactions: [act]\n",
            "A/data/nlu.json": '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "a"}]}}',
            "A/tests/test_a.yml": "stories: [{story: t, steps: [{intent: a, user: hi}]}]\n",
            "A/endpoints.yml": "action_endpoint: {url: x}\n",
            "A/credentials.yml": "rest:\n",
            "A/actions/act.py": "import os\n",
            "A/README.md": "# A\n",
            "A/.hidden.yml": "intents: [hidden]\n",
        }
    )
    found = importer(project)
    snapshot = await found.snapshot()

    assert told(snapshot) == []
    assert [(document.id.path, document.role) for document in snapshot.documents] == [
        ("config.yml", "config"),
        ("A/anything.yml", "data"),
        ("A/data/nlu.json", "data"),
        ("A/domain.yml", "domain"),
        ("A/domain/more.yaml", "domain"),
        ("A/tests/test_a.yml", "tests"),
    ]
    assert (await found.get_domain()).settings == {"store_entities_as_slots": False, "x": 1}
    assert [action.name for action in (await found.get_domain()).actions] == ["act"]
    assert len((await found.get_stories()).stories) == len((await found.get_conversation_tests()).stories) == 1


async def test_the_project_itself_is_read_as_the_file_importer_reads_it_and_comes_first(
    write_project: ProjectWriter,
) -> None:
    slot = "slots: {{s: {{type: {}}}}}\n"
    project = write_project(
        {
            "config.yml": "imports: [B, A]\n",
            "domain.yml": slot.format("bool"),
            "data/nlu.yml": "nlu: []\n",
            "elsewhere.yml": intent("not_read"),
            "A/x.yml": slot.format("any"),
            "B/x.yml": slot.format("list"),
        }
    )
    found = importer(project)

    assert paths(await found.snapshot()) == ["config.yml", "domain.yml", "data/nlu.yml", "B/x.yml", "A/x.yml"]
    assert [slot.type for slot in (await found.get_domain()).slots] == ["bool"]
    assert len((await found.snapshot()).conflicts) == 2
    assert len((await found.snapshot()).sources) == 1


async def test_places_outside_of_the_project_are_shown_relative_to_it(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project({"config.yml": "imports: [../shared/A]\n"})
    (tmp_path / "shared/A/sub").mkdir(parents=True)
    (tmp_path / "shared/A/sub/x.yml").write_text("intents: 3\n")
    snapshot = await importer(project).snapshot()

    assert told(snapshot) == [("wrong-type", "../shared/A/sub/x.yml:1:10")]


@pytest.mark.parametrize("imports", ["[A, A/sub]", "[A/sub, A]", "[A, A, ./A/, A/sub/../sub]"])
async def test_an_import_inside_another_has_its_own_files_and_each_is_read_once(
    write_project: ProjectWriter, imports: str
) -> None:
    project = write_project(
        {
            "config.yml": f"imports: {imports}\n",
            "A/a.yml": intent("a"),
            "A/sub/b.yml": intent("b"),
            "A/sub/deep/c.yml": intent("c"),
        }
    )
    found = importer(project, rules=NAMESPACES)

    assert sorted(await intents(found)) == ["A.a", "sub.b", "sub.c"]
    assert len(await found.imports()) == 2


async def test_neighbours_whose_names_begin_alike_are_independent(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [A]\n",
            "A/config.yml": "imports: [../A2]\n",
            "A/a.yml": intent("a"),
            "A2/a.yml": intent("a2"),
        }
    )
    assert await intents(importer(project)) == ["a", "a2"]


async def test_the_same_project_over_a_link_is_imported_once(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: [A, link]\n", "A/a.yml": intent("a")})
    (project / "link").symlink_to("A", target_is_directory=True)
    (project / "A/back").symlink_to("..", target_is_directory=True)
    found = importer(project)

    assert [path.name for path in await found.imports()] == ["A"]
    assert paths(await found.snapshot()) == ["config.yml", "A/a.yml"]


async def test_a_link_into_another_import_leaves_the_file_to_that(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: [A, B]\n", "A/a.yml": intent("a"), "B/b.yml": intent("b")})
    (project / "A/link").symlink_to("../B", target_is_directory=True)

    assert sorted(await intents(importer(project, rules=NAMESPACES))) == ["A.a", "B.b"]


async def test_importing_the_own_folder_reads_the_whole_tree_once(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [.]\nlanguage: en\n",
            "tenprint.yml": "strict: true\n",
            "domain.yml": intent("own"),
            "skills/x.yml": intent("skill"),
        }
    )
    found = importer(project)

    assert paths(await found.snapshot()) == ["config.yml", "domain.yml", "skills/x.yml"]
    assert told(await found.snapshot()) == []


async def test_a_round_over_the_own_folder_names_it_as_a_dot(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: [., config.yml]\n", "A/config.yml": "imports: [..]\n"})
    problems = (await importer(project).snapshot()).problems

    assert [problem.message.split(": ")[1].split(";")[0] for problem in problems] == [
        "config.yml -> config.yml",
        "config.yml -> . -> config.yml",
    ]


async def test_importing_the_folder_around_reads_neighbours_and_leaves_the_project_its_files(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project({"config.yml": "imports: [..]\n", "domain.yml": intent("own")})
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside/x.yml").write_text(intent("beside"))
    found = importer(project, rules=NAMESPACES)

    assert await intents(found) == ["own", f"{tmp_path.name}.beside"]


async def test_only_the_imports_of_a_configuration_that_is_named_count(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [A/config.yml]\n",
            "A/config.yml": "imports: [../B]\n",
            "A/a.yml": intent("a"),
            "B/b.yml": intent("b"),
        }
    )
    assert await intents(importer(project)) == ["b"]


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        ("skils", "'skils' does not exist", "did you mean skills?"),
        ("skills/*", "does not exist", "patterns are not expanded; list the folders"),
        ("../gone/there", "does not exist", "a path is relative to the file that names it"),
        ("x" * 300, "there can be no import 'xxx", "a path is relative to the file that names it"),
        ('"a\\0b"', "there can be no import 'a\\x00b'", "a path is relative to the file that names it"),
        ("domain.yml", "neither a folder nor a file named config.yml or config.yaml", "name the folder it lies in"),
    ],
)
async def test_a_path_that_cannot_be_imported_is_an_error_with_its_line(
    write_project: ProjectWriter, entry: str, message: str, hint: str
) -> None:
    files = {"config.yml": f"language: en\nimports:\n- skills\n- {entry}\n", "domain.yml": intent("a")}
    project = write_project({**files, "skills/x.yml": intent("b")})
    with pytest.raises(ProblemsError) as caught:
        await importer(project).get_domain()

    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location), problem.hint) == ("import-path", "config.yml:4:3", hint)
    assert message in problem.message


async def test_a_broken_configuration_of_an_import_is_told_at_its_place(write_project: ProjectWriter) -> None:
    project = write_project(
        {"config.yml": "imports: [A, B]\n", "A/config.yml": "imports: [\n", "B/config.yml": "- a\n"}
    )

    assert told(await importer(project).snapshot()) == [
        ("yaml-syntax", "A/config.yml:2:1"),
        ("not-a-mapping", "B/config.yml:1:1"),
    ]


async def test_a_broken_configuration_of_the_project_is_told_once(write_project: ProjectWriter) -> None:
    assert told(await importer(write_project({"config.yml": "imports: [\n"})).snapshot()) == [
        ("yaml-syntax", "config.yml:2:1")
    ]


async def test_variables_in_imports_are_expanded(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports:\n- ${PLACE}/x\n", "A/x/a.yml": intent("a")})

    assert await intents(importer(project, rules=ReadingRules(environment={"PLACE": "A"}))) == ["a"]


async def test_imports_may_be_relative_to_another_folder(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: [A]\n", "deep/A/a.yml": intent("a")})

    assert await intents(importer(project, {"project_directory": "deep"})) == ["a"]
    with pytest.raises(OptionError, match="'nowhere'") as caught:
        await importer(project, {"project_directory": "nowhere"}).snapshot()
    assert caught.value.option == "project_directory"


@pytest.mark.parametrize(
    "options", [{"project_directory": 3}, {"project_dir": "x"}, {"data": "a\0b"}, {"domain": "x" * 300}]
)
async def test_a_wrong_option_is_an_error(options: Mapping[str, str]) -> None:
    with pytest.raises(OptionError):
        MultiProjectImporter(options, ImporterContext(Path()))


async def test_names_of_imports_get_a_prefix_where_projects_have_namespaces(write_project: ProjectWriter) -> None:
    files = {"config.yml": "imports: [A/bot, B/bot]\n", "domain.yml": intent("a")}
    project = write_project({**files, "A/bot/x.yml": intent("a"), "B/bot/x.yml": intent("a")})
    outer = replace(NAMESPACES, namespace=Namespace("outer"))

    assert await intents(importer(project, rules=NAMESPACES)) == ["a", "bot.a", "bot-2.a"]
    assert await intents(importer(project, rules=outer)) == ["outer.a", "outer.bot.a", "outer.bot-2.a"]


async def test_a_conflict_between_projects_is_settled_by_their_policy(write_project: ProjectWriter) -> None:
    files = {"config.yml": "imports: [A]\n", "domain.yml": "slots: {s: {type: bool}}\n"}
    project = write_project({**files, "A/x.yml": "slots: {s: {type: any}}\n"})
    last = ReadingRules(merge=MergeSettings(projects=MergeRules("last")))

    assert [slot.type for slot in (await importer(project, rules=last).get_domain()).slots] == ["any"]


async def test_lookup_files_are_found_beside_the_file_that_names_them(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "config.yml": "imports: [A]\n",
            "A/nlu.yml": "nlu: [{lookup: city, file: cities.txt}]\n",
            "A/cities.txt": "Bern\nBasel\n",
        }
    )
    found = importer(project)

    assert [entry.element for entry in (await found.get_nlu_data()).lookups] == ["Bern", "Basel"]
    assert told(await found.snapshot()) == []


@pytest.mark.parametrize("shape", ["chain", "star"])
async def test_a_thousand_imports_are_followed_in_moderate_time(write_project: ProjectWriter, shape: str) -> None:
    count = 1000
    files = {f"p{number}/x.yml": intent(f"i{number}") for number in range(count)}
    if shape == "chain":
        files |= {f"p{number}/config.yml": f"imports: [../p{number + 1}]\n" for number in range(count - 1)}
        files |= {f"p{count - 1}/config.yml": "imports: [../p0]\n", "config.yml": "imports: [p0]\n"}
    else:
        files["config.yml"] = f"imports: [{', '.join(f'p{number}' for number in range(count))}]\n"
    with anyio.fail_after(60):
        snapshot = await importer(write_project(files)).snapshot()

    assert len(snapshot.table.of_kind("intent")) == count
    assert [code for code, _ in told(snapshot)] == (["import-cycle"] if shape == "chain" else [])


async def test_the_revision_changes_with_any_file_of_any_project(write_project: ProjectWriter) -> None:
    files = {"config.yml": "imports: [A]\n", "A/a.yml": intent("a")}
    project = write_project(files)
    one, again = [(await importer(project).snapshot()).sources for _ in range(2)]
    write_project({"A/a.yml": intent("a") + "# comment\n"})

    assert one == again != (await importer(project).snapshot()).sources
