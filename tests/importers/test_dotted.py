"""Importer classes by dotted path; what is none is refused with a reason and what to do."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tenprint.importers.dotted import importer_at, module_at
from tenprint.importers.errors import ConfigurationError
from tenprint.importers.file import FileImporter

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

OWN = "from tenprint.importers import TrainingDataImporter\n\nclass Own(TrainingDataImporter):\n    NAME = 'own'\n"
CHAIN = """
try:
    import nothing_of_that_name
except ImportError as error:
    raise RuntimeError("needs it") from error
"""
GENERATOR = f"{OWN}    def get_stories(self):\n        yield 1\n"


@pytest.fixture(autouse=True)
def modules_as_before() -> Iterator[None]:
    """Forget the modules a test has imported, and check that the path is as it was."""
    modules, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    assert sys.path == path


def refusal(path: str, project: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        importer_at(path, project=project)
    assert caught.value.hint
    return f"{caught.value.message} [{caught.value.hint}]"


def test_a_class_of_an_installed_module_is_found() -> None:
    assert importer_at("tenprint.importers.file.FileImporter") is FileImporter


def test_a_module_in_the_folder_of_the_project_is_found_only_while_it_is_loaded(write_project: ProjectWriter) -> None:
    project = write_project({"peg_own.py": OWN, "peg_package/__init__.py": "", "peg_package/inner.py": OWN})

    assert importer_at("peg_own.Own", project=project).NAME == "own"
    assert importer_at("peg_package.inner.Own", project=project).NAME == "own"
    assert str(project) not in sys.path
    assert "no module named 'peg_other'" in refusal("peg_other.Own", project)


def test_an_installed_module_comes_before_one_of_the_project(write_project: ProjectWriter) -> None:
    project = write_project({"json.py": "raise RuntimeError", "click.py": "raise RuntimeError"})
    assert "the module 'click' has no importer 'Own'" in refusal("click.Own", project)
    assert module_at("json", "it", project=project).__file__ != str(project / "json.py")


def test_the_path_is_restored_also_when_the_module_fails_or_changes_it(write_project: ProjectWriter) -> None:
    project = write_project(
        {"peg_failing.py": "raise ValueError('out of glue')\n", "peg_greedy.py": "import sys\nsys.path.pop()\n" + OWN}
    )
    assert "ValueError: out of glue" in refusal("peg_failing.Own", project)
    assert importer_at("peg_greedy.Own", project=project).NAME == "own"


def test_a_module_of_another_project_is_never_taken_for_one_of_this(tmp_path: Path) -> None:
    for name, own in (("one", OWN), ("two", OWN.replace("'own'", "'other'")), ("three", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / ("peg_own.py" if own else "readme.md")).write_text(own)

    assert importer_at("peg_own.Own", project=tmp_path / "one").NAME == "own"
    for other in ("two", "three"):
        assert f"is loaded already, {tmp_path / 'one'}" in refusal("peg_own.Own", tmp_path / other)
    assert importer_at("peg_own.Own", project=tmp_path / "one").NAME == "own"


@pytest.mark.parametrize(
    "path",
    [
        "..",
        ".own.Importer",
        "own..Importer",
        "own.Importer.",
        "own.my-importer",
        "own.class",
        "1.2",
        "a b.C",
        "x.\0",
        ".",
    ],
)
def test_what_is_no_dotted_path_is_refused(path: str) -> None:
    assert "is no name of Python [write the full path" in refusal(path)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("os.system", "'os.system' is no importer class"),
        ("builtins.dict", "'builtins.dict' is no importer class"),
        ("tenprint.importers.Snapshot", "is no importer class"),
        ("tenprint.importers.load_importer", "is no importer class"),
        ("tenprint.importers.TrainingDataImporter", "is a base class, which lacks every getter"),
        ("tenprint.importers.SnapshotImporter", "is a base class, which lacks take_snapshot"),
        ("tenprint.importers.file.FielImporter", "has no importer 'FielImporter' [did you mean FileImporter"),
        ("tenprint.importers.fiel.FileImporter", "there is no module named 'tenprint.importers.fiel'"),
        ("no_such_peg.Importer", "there is no module named 'no_such_peg'"),
        ("os.path.join.Importer", "there is no module named 'os.path.join'"),
    ],
)
def test_what_is_no_importer_is_refused_with_its_reason(path: str, told: str) -> None:
    assert told in refusal(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import nothing_of_that_name\n", "ModuleNotFoundError: No module named 'nothing_of_that_name' (at "),
        ("from json import nothing\n", "ImportError: cannot import name 'nothing' from 'json'"),
        ("def (:\n", "SyntaxError: "),
        ("raise RuntimeError('out of glue')\n", "RuntimeError: out of glue (at "),
        ("import sys\nsys.exit(0)\n", "it called sys.exit(0) (at "),
        (
            CHAIN,
            "RuntimeError: needs it; caused by ModuleNotFoundError: No module named 'nothing_of_that_name'",
        ),
        (
            GENERATOR,
            "get_stories of the importer class Own is a generator",
        ),
    ],
    ids=["missing module", "missing name", "syntax", "raises", "exits", "chain", "generator"],
)
def test_a_module_that_fails_is_told_with_the_chain_of_causes(
    write_project: ProjectWriter, text: str, told: str
) -> None:
    project = write_project({"peg_broken.py": text})

    assert told in refusal("peg_broken.Own", project)
    assert "peg_broken" not in sys.modules


def test_a_chain_through_several_modules_ends_at_the_line_that_failed(write_project: ProjectWriter) -> None:
    project = write_project({"peg_outer.py": "import peg_inner\n", "peg_inner.py": "\n\nimport nothing_of_that_name\n"})

    assert f"(at {project / 'peg_inner.py'}:3)" in refusal("peg_outer.Own", project)
