from pathlib import Path
from typing import Any

import pytest
from tests.chain import combined_in

from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.core_only import CoreDataImporter
from tenprint.importers.end_to_end import E2EImporter
from tenprint.importers.errors import ConfigurationError, ProblemsError
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.loading import TrainingType, UnknownImporter, load_importer
from tenprint.importers.location import Location
from tenprint.importers.nlu_only import NluDataImporter
from tenprint.importers.registered import Registered
from tenprint.importers.responses_sync import ResponsesSyncImporter
from tenprint.importers.snapshot_importer import SnapshotImporter
from tenprint.importers.spec import ImporterSpec
from tenprint.importers.wrapping import WrappingImporter

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
    found = combined_in(load_importer(specs, CONTEXT, known=KNOWN))

    assert [type(importer) for importer in found.importers] == [OwnImporter, FileImporter, OwnImporter]
    assert [importer.options for importer in found.importers] == [{"url": "x"}, {"data": "a"}, {}]
    assert [importer.context.source for importer in found.importers] == ["own", "file", "own"]
    assert {importer.context.project for importer in found.importers} == {CONTEXT.project}
    assert found.context is CONTEXT


def test_no_specs_mean_the_files_of_the_project() -> None:
    found = combined_in(load_importer([], CONTEXT, known=KNOWN))

    assert [type(importer) for importer in found.importers] == [FileImporter]


def test_the_chain_has_a_wrapper_less_for_nlu_and_one_more_for_core() -> None:
    def chain(training_type: TrainingType) -> list[type]:
        found: TrainingDataImporter = load_importer([], CONTEXT, known=KNOWN, training_type=training_type)
        types: list[type] = []
        while isinstance(found, WrappingImporter):
            types.append(type(found))
            found = found.importer
        return [*types, type(found)]

    whole = [E2EImporter, ResponsesSyncImporter, CombinedDataImporter]
    assert chain("both") == whole
    assert chain("core") == [CoreDataImporter, *whole]
    assert chain("nlu") == [NluDataImporter, ResponsesSyncImporter, CombinedDataImporter]


def test_an_unknown_training_type_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError, match="'nlux'") as caught:
        load_importer([], CONTEXT, known=KNOWN, training_type="nlux")  # type: ignore[arg-type]  # what is tested

    assert caught.value.hint == "did you mean nlu?"


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

    assert caught.value.problems[0].hint == "install the plugin that provides it; installed importers: file, own"


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


class Greedy(TrainingDataImporter):
    """Changes what it was given."""

    def __init__(self, options: dict[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        options["paths"][0]["inner"].clear()
        options.clear()


class Forgetful(TrainingDataImporter):
    def __init__(self, options: dict[str, Any], context: ImporterContext) -> None:
        self.mine = options, context


class OfTheField(TrainingDataImporter):
    def __init__(self, config_file: str, domain_path: str, training_data_paths: list[str]) -> None:
        super().__init__()
        self.paths = config_file, domain_path, training_data_paths


class Abstract(SnapshotImporter):
    pass


class Leaving(TrainingDataImporter):
    def __init__(self, options: dict[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        raise SystemExit(0)


def only(provided: type[TrainingDataImporter]) -> dict[str, Registered[type[TrainingDataImporter]]]:
    return {"it": Registered("it", provided, "its-plugin")}


def test_an_importer_that_changes_its_options_changes_a_copy_at_all_depths() -> None:
    options = {"paths": [{"inner": ["a"]}]}
    load_importer([ImporterSpec("it", options)], CONTEXT, known=only(Greedy))

    assert options == {"paths": [{"inner": ["a"]}]}


@pytest.mark.parametrize(
    ("provided", "told"),
    [
        (Forgetful, "does not call `super().__init__(options, context)`"),
        (OfTheField, "TypeError: "),
        (Abstract, "TypeError: Can't instantiate abstract class"),
        (Leaving, "it called sys.exit(0)"),
    ],
)
def test_a_class_that_cannot_be_made_is_told_at_its_entry(provided: type[TrainingDataImporter], told: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        load_importer([ImporterSpec("it", {}, place(2))], CONTEXT, known=only(provided))

    (problem,) = caught.value.problems
    assert (problem.code, problem.location) == ("configuration", place(2))
    assert told in problem.message
    assert "its constructor takes the options and the context" in str(problem.hint)


def for_url(url: str) -> tuple[str, dict[str, Any]] | None:
    return ("own", {"place": url, "ref": "main"}) if url.startswith("own://") else None


def test_a_url_is_read_by_the_importer_it_is_for_and_written_options_win() -> None:
    spec = ImporterSpec("", {"ref": "v1"}, place(2), "phrases", url="own://x")
    (found,) = combined_in(load_importer([spec], CONTEXT, known=KNOWN, for_url=for_url)).importers

    assert (type(found), found.options) == (OwnImporter, {"place": "own://x", "ref": "v1"})
    assert found.context.source == "phrases"
    assert (found.context.place_of("place"), found.context.place_of("ref")) == (place(2), place(2))


@pytest.mark.parametrize(
    ("url", "code", "words", "hint"),
    [
        ("sssh://h/x", "unknown-scheme", "begin with sssh://", "did you mean ssh"),
        ("other://h/x", "unknown-scheme", "begin with other://", "known schemes: "),
        ("own://alice:hunter2@h/x", "source-url", "has a password in it", "remove it, and name"),
        ("own://h/x\ny", "source-url", "control characters", "remove them"),
    ],
)
def test_a_url_that_nobody_knows_is_an_error_with_its_place(url: str, code: str, words: str, hint: str) -> None:
    spec = ImporterSpec("", {}, place(2), "x", url=url, option_locations={"url": place(3)})
    with pytest.raises(ProblemsError) as caught:
        load_importer([spec], CONTEXT, known=KNOWN, for_url=for_url)

    (problem,) = caught.value.problems
    assert (problem.code, problem.location, words in problem.message) == (code, place(3), True)
    assert str(problem.hint).startswith(hint)
    assert "hunter2" not in str(problem)


def test_without_anybody_who_knows_urls_none_is_known() -> None:
    with pytest.raises(ProblemsError, match="begin with own://"):
        load_importer([ImporterSpec("", {}, place(2), "x", url="own://x")], CONTEXT, known=KNOWN)


def test_a_url_for_an_importer_that_is_not_there_is_an_error() -> None:
    spec = ImporterSpec("", {}, place(2), "x", url="ftp://x")
    with pytest.raises(ProblemsError, match="there is no importer 'ftp'"):
        load_importer([spec], CONTEXT, known=KNOWN, for_url=lambda url: ("ftp", {"url": url}))
