"""What `imports:` says, and which paths it covers."""

from pathlib import PurePosixPath

import pytest

from tenprint.importers.imports import covers, cycle, ignored_lists, read_imports
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import Document, parse_yaml


def parsed(text: str) -> Document:
    return parse_yaml(text.encode(), DocumentId("file", "config.yml"))


@pytest.mark.parametrize("text", ["", "imports:\n", "imports: []\n", "language: en\n"])
def test_no_imports_are_no_imports(text: str) -> None:
    assert read_imports(parsed(text)) == ([], [])


def test_imports_come_with_their_places() -> None:
    assert read_imports(parsed("imports:\n  - a/b\n  - ' ../c '\n")) == ([("a/b", (2, 5)), ("../c", (3, 5))], [])


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("imports: a/b\n", "imports must be a list of paths, not the text 'a/b'", "config.yml:1:10"),
        ("imports: {a: b}\n", "imports must be a list of paths, not a mapping", "config.yml:1:10"),
        ("imports: 3\n", "imports must be a list of paths, not the number 3", "config.yml:1:10"),
        ("imports:\n- a\n-\n", "an import must be text, not nothing", "config.yml:3:2"),
        ("imports: [a, '']\n", "an import must not be empty", "config.yml:1:14"),
        ("imports: [[a]]\n", "an import must be text, not a list", "config.yml:1:11"),
    ],
)
def test_what_is_no_list_of_paths_is_an_error_with_its_place(text: str, message: str, place: str) -> None:
    _, (problem,) = read_imports(parsed(text))

    assert (problem.message, str(problem.location), problem.severity) == (message, place, "error")
    assert problem.hint == "write a list of folders: `imports: [one, two]`"


def test_all_wrong_entries_are_told_and_the_others_read() -> None:
    found, problems = read_imports(parsed("imports: [1, a, null, b]\n"))

    assert [text for text, _ in found] == ["a", "b"]
    assert len(problems) == 2


PATHS = {
    "/p/A/x.yml": True,
    "/p/A/deep/er/x.yml": True,
    "/p/A2/x.yml": False,
    "/p/x.yml": True,
    "/p/other/x.yml": False,
    "/e/file.yml": True,
    "/e/beside.yml": False,
    "/f/x.yml": True,
    "/f/sub/x.yml": False,
}


@pytest.mark.parametrize(("path", "expected"), PATHS.items())
def test_paths_are_compared_by_their_components(path: str, *, expected: bool) -> None:
    project, imported = PurePosixPath("/p"), PurePosixPath("/p/A")
    extra = (PurePosixPath("/e/file.yml"), PurePosixPath("/f"))

    assert covers(PurePosixPath(path), project=project, imports=(imported,), extra=extra) is expected
    assert covers(PurePosixPath(path), project=project, imports=())


def test_components_of_an_imported_project_are_told_only_where_they_differ() -> None:
    root = parsed("pipeline: [{name: A}]\npolicies: [{name: B}]\n")

    assert ignored_lists(root, root) == []
    assert ignored_lists(parsed("imports: [x]\nlanguage: de\npipeline:\n"), root) == []
    problems = ignored_lists(parsed("policies: [{name: B, x: 1}]\npipeline: [{name: A}]\n"), root)
    assert [(problem.code, problem.severity, str(problem.location)) for problem in problems] == [
        ("ignored-config", "warning", "config.yml:1:1")
    ]
    assert len(ignored_lists(root, None)) == 2


def test_a_round_of_imports_is_told_with_its_chain() -> None:
    problem = cycle(parsed("imports: [a]\n").at((1, 11)), ["config.yml", "a", "config.yml"])

    assert (problem.code, problem.severity, str(problem.location)) == ("import-cycle", "warning", "config.yml:1:11")
    assert "config.yml -> a -> config.yml" in problem.message
