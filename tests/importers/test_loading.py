from pathlib import Path

import pytest

from tenprint.importers.errors import ProblemsError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.loading import UnknownImporter, load_importer
from tenprint.importers.location import Location
from tenprint.importers.registered import Registered
from tenprint.importers.spec import ImporterSpec

CONTEXT = ImporterContext(Path("project"))


class OwnImporter(TrainingDataImporter):
    NAME = "own"


KNOWN: dict[str, Registered[type[TrainingDataImporter]]] = {
    "file": Registered("file", FileImporter, "tenprint", "1.0"),
    "own": Registered("own", OwnImporter, "own-plugin"),
}


def place(line: int) -> Location:
    return Location("file", "config.yml", line, 3)


def test_importers_are_made_in_the_order_of_their_specs_with_options_and_context() -> None:
    specs = [ImporterSpec("own", {"url": "x"}), ImporterSpec("file", {"data": "a"}), ImporterSpec("own", {})]
    found = load_importer(specs, CONTEXT, known=KNOWN)

    assert [type(importer) for importer in found.importers] == [OwnImporter, FileImporter, OwnImporter]
    assert [importer.options for importer in found.importers] == [{"url": "x"}, {"data": "a"}, {}]
    assert [importer.context.source for importer in found.importers] == ["own", "file", "own"]
    assert {importer.context.project for importer in found.importers} == {CONTEXT.project}
    assert found.context is CONTEXT


def test_no_specs_mean_the_files_of_the_project() -> None:
    assert [type(importer) for importer in load_importer([], CONTEXT, known=KNOWN).importers] == [FileImporter]


def test_an_unknown_name_is_an_error_with_its_place_and_the_nearest_names() -> None:
    with pytest.raises(ProblemsError) as caught:
        load_importer([ImporterSpec("fiel", {}, place(2))], CONTEXT, known=KNOWN)

    (problem,) = caught.value.problems
    assert (problem.code, problem.location) == ("unknown-importer", place(2))
    assert "'fiel'" in problem.message
    assert problem.hint == "did you mean file?"


def test_a_name_unlike_all_others_comes_with_those_that_are_installed() -> None:
    with pytest.raises(ProblemsError) as caught:
        load_importer([ImporterSpec("excel", {})], CONTEXT, known=KNOWN)

    assert caught.value.problems[0].hint == "installed importers: file, own"


def test_all_wrong_entries_are_told_at_once() -> None:
    specs = [
        ImporterSpec("nope", {}, place(2)),
        ImporterSpec("own", {}, place(3)),
        ImporterSpec("file", {"dta": "x"}, place(4)),
    ]
    with pytest.raises(ProblemsError) as caught:
        load_importer(specs, CONTEXT, known=KNOWN)

    assert [(problem.code, problem.location) for problem in caught.value.problems] == [
        ("unknown-importer", place(2)),
        ("option", place(4)),
    ]


def test_an_unknown_importer_is_also_an_error_of_python() -> None:
    assert issubclass(UnknownImporter, LookupError)
    assert issubclass(UnknownImporter, ValueError)
