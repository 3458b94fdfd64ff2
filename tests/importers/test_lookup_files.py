"""Lookup tables in files of their own, on real folders."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers.assembling import value_of
from tenprint.importers.combining import combined
from tenprint.importers.data import LookupEntry
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.kinds import NLU
from tenprint.importers.limits import Limits
from tenprint.importers.snapshot import Snapshot

pytestmark = pytest.mark.anyio

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

CITY = "nlu:\n- lookup: city\n  file: {}\n"
LAND = "nlu:\n- lookup: land\n  file: {}\n"


async def snapshot(project: Path, options: Mapping[str, Any] | None = None, **context: Any) -> Snapshot:
    return await FileImporter(options, ImporterContext(project, **context)).snapshot()


def entries(found: Snapshot) -> list[tuple[str, str]]:
    """Tables with their elements, of a snapshot without problems."""
    assert found.problems == ()
    lookups: tuple[LookupEntry, ...] = value_of(NLU, found, ReadingRules()).lookups
    return [(entry.name, entry.element) for entry in lookups]


def problems(found: Snapshot) -> list[str]:
    assert all(problem.code == "lookup-file" and problem.hint for problem in found.problems)
    return [f"{problem.location} {problem.message}" for problem in found.problems]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("cities.txt", "data/deep/cities.txt"),
        ("words/cities", "data/deep/words/cities"),
        ("../cities.txt", "data/cities.txt"),
        ("../../cities.txt", "cities.txt"),
        (".hidden", "data/deep/.hidden"),
        ("./x/../cities.txt", "data/deep/cities.txt"),
    ],
)
async def test_a_path_is_relative_to_the_file_that_names_it(write_project: WriteProject, path: str, where: str) -> None:
    files = {"data/deep/nlu.yml": CITY.format(path), "data/deep/x/a.yml": "nlu: []\n", where: "Rio\n\nBonn\n"}
    found = await snapshot(write_project(files))

    assert entries(found) == [("city", "Rio"), ("city", "Bonn")]
    document = found.documents[-1]
    assert (document.id.path, document.role, document.kinds, document.tables) == (where, "lookup", ("nlu",), ("city",))
    assert [str(found.table.location(item)) for item in found.table] == [f"{where}:1:1", f"{where}:3:1"]


async def test_json_names_a_file_in_place_of_its_elements(write_project: WriteProject) -> None:
    table = '{"rasa_nlu_data": {"lookup_tables": [{"name": "city", "elements": "cities.txt"}]}}'
    found = await snapshot(write_project({"data/nlu.json": table, "data/cities.txt": "Rio"}))

    assert entries(found) == [("city", "Rio")]


async def test_a_file_counts_for_every_table_that_names_it_and_is_read_once(write_project: WriteProject) -> None:
    files = {"data/a.yml": CITY.format("x.txt"), "data/b.yml": LAND.format("../data/x.txt"), "data/x.txt": "Rio"}
    found = await snapshot(write_project(files))

    assert entries(found) == [("city", "Rio"), ("land", "Rio")]
    assert [document.id.path for document in found.documents] == ["data/a.yml", "data/b.yml", "data/x.txt"]


async def test_elements_stand_beside_those_written_in_place(write_project: WriteProject) -> None:
    files = {"data/a.yml": CITY.format("x.txt\n  examples: |\n    - Bonn\n    - Rio"), "data/x.txt": "Rio\nOslo"}
    found = await snapshot(write_project(files))

    assert sorted(entries(found)) == [("city", "Bonn"), ("city", "Oslo"), ("city", "Rio")]


async def test_a_link_inside_of_the_project_is_followed(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": CITY.format("x.txt"), "words.txt": "Rio"})
    (project / "data" / "x.txt").symlink_to("../words.txt")

    assert entries(await snapshot(project)) == [("city", "Rio")]


async def test_data_outside_of_the_project_may_name_files_beside_them(write_project: WriteProject) -> None:
    project = write_project({"config.yml": "language: en\n"})
    shared = project.parent / "shared"
    shared.mkdir()
    (shared / "a.yml").write_text(CITY.format("x.txt"))
    (shared / "x.txt").write_text("Rio")

    assert entries(await snapshot(project, {"data": "../shared"})) == [("city", "Rio")]
    assert entries(await snapshot(project, {"data": "../shared/a.yml"})) == [("city", "Rio")]


async def test_a_path_that_leaves_the_project_is_refused_whatever_it_is(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": CITY.format("../../secret.txt"), "data/b.yml": LAND.format("link.txt")})
    (project.parent / "secret.txt").write_text("secret")
    (project / "data" / "link.txt").symlink_to("../../secret.txt")
    found = await snapshot(project)
    told = {str(problem.location): problem.message for problem in found.problems if problem.severity == "error"}

    assert told == {
        "data/a.yml:3:9": "the file '../../secret.txt' of lookup table 'city' lies outside of the project",
        "data/b.yml:3:9": "the file 'link.txt' of lookup table 'land' lies outside of the project",
    }
    assert len(found.table) == 0


async def test_what_cannot_be_read_is_told_where_it_is_named(write_project: WriteProject) -> None:
    project = write_project(
        {
            "data/a.yml": CITY.format("nowhere.txt"),
            "data/b.yml": CITY.format("folder"),
            "data/c.yml": CITY.format("pipe"),
            "data/d.yml": CITY.format("latin.txt"),
            "data/e.yml": CITY.format("binary.txt"),
            "data/f.yml": CITY.format("large.txt"),
            "data/g.yml": CITY.format("loop.txt"),
            "data/folder/h.yml": CITY.format("empty.txt"),
            "data/latin.txt": "Z\u00fcrich".encode("latin-1"),
            "data/binary.txt": b"a\0b",
            "data/large.txt": "x" * 101,
            "data/folder/empty.txt": "\n \n",
        }
    )
    os.mkfifo(project / "data" / "pipe")
    (project / "data" / "loop.txt").symlink_to("loop.txt")
    found = await snapshot(project, rules=ReadingRules(limits=Limits(file_bytes=100)))
    told = [problem for problem in found.problems if problem.code == "lookup-file"]

    assert sorted((str(problem.location), problem.severity) for problem in told) == [
        *((f"data/{name}.yml:3:9", "error") for name in "abcdef"),
        ("data/folder/h.yml:3:9", "warning"),
        ("data/g.yml:3:9", "error"),
    ]
    (latin,) = (problem for problem in told if "latin" in problem.message)
    assert [str(place) for place in latin.related] == ["data/latin.txt:1:2"]


async def test_more_lines_than_a_document_may_have_values_are_refused(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": CITY.format("x.txt"), "data/x.txt": "a\n" * 50})
    found = await snapshot(project, rules=ReadingRules(limits=Limits(nodes=40)))

    assert len(problems(found)) == 1


async def test_two_sources_that_name_one_file_for_different_tables_both_count(write_project: WriteProject) -> None:
    files = {"one/a.yml": CITY.format("../x.txt"), "two/b.yml": LAND.format("../x.txt"), "x.txt": "Rio"}
    context = ImporterContext(write_project(files))
    sources = [await FileImporter({"data": folder}, context).snapshot() for folder in ("one", "two")]
    found = combined(sources, context.rules)

    assert sorted(entries(found)) == [("city", "Rio"), ("land", "Rio")]


async def test_the_revision_covers_lookup_files(write_project: WriteProject) -> None:
    project = write_project({"data/a.yml": CITY.format("x.txt"), "data/x.txt": "Rio"})
    before = (await snapshot(project)).sources[0].revision
    write_project({"data/x.txt": "Bonn"})

    assert (await snapshot(project)).sources[0].revision != before
