"""What a run has seen of the file system, and what raises doubts about it."""

import os
from pathlib import Path

import anyio
import pytest
from tests.conftest import ProjectWriter

from tenprint.importers import ImporterContext, Limits, SeenFiles, SourceError, file_bytes, sort_at
from tenprint.importers.digest import digest_of
from tenprint.importers.file import FileImporter
from tenprint.importers.multi_project import MultiProjectImporter

FILES = {
    "config.yml": "language: ${LANGUAGE}\n",
    "domain.yml": "intents: [greet]\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi ${THERE}\n",
    "data/more/README.md": "how to\n",
    "data/.hidden": "",
}


def seen_of(project: Path, importer: type[FileImporter] = FileImporter) -> SeenFiles:
    seen = SeenFiles()
    anyio.run(importer({}, ImporterContext(project=project, seen=seen)).snapshot)
    return seen


def test_what_a_run_looks_at_is_noted(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    seen = seen_of(project)
    read = ("config.yml", "domain.yml", "data/nlu.yml")

    assert seen.doubts == set()
    assert seen.files == {str(project / path): digest_of(FILES[path].encode()) for path in read}
    assert seen.stamps.keys() == seen.files.keys()
    assert seen.folders == {str(project / "data"): ("more/", "nlu.yml"), str(project / "data/more"): ("README.md",)}
    assert seen.places[str(project / "domain")] == "nothing"
    assert seen.places[str(project / "config.yml")] == "file"
    assert seen.variables == {"LANGUAGE"}


def test_lookup_files_are_noted(write_project: ProjectWriter) -> None:
    nlu = "nlu:\n- lookup: cities\n  file: cities.txt\n"
    project = write_project({**FILES, "data/nlu.yml": nlu, "data/cities.txt": "Paris\n"})

    assert seen_of(project).files[str(project / "data/cities.txt")] == digest_of(b"Paris\n")


def test_imported_configurations_are_noted(write_project: ProjectWriter) -> None:
    project = write_project(
        {**FILES, "config.yml": "imports: [skill]\n", "skill/config.yml": "imports: [${MORE}]\n", "other/nlu.yml": ""}
    )
    seen = seen_of(project, MultiProjectImporter)

    assert str(project / "skill/config.yml") in seen.files
    assert "MORE" in seen.variables


@pytest.mark.parametrize("what", ["file", "folder", "broken", "hard"])
def test_links_raise_a_doubt(write_project: ProjectWriter, what: str) -> None:
    project = write_project(FILES)
    link = project / "data" / "link.yml"
    if what == "hard":
        os.link(project / "data/nlu.yml", link)
    else:
        link.symlink_to({"file": "nlu.yml", "folder": "more", "broken": "gone"}[what])

    assert seen_of(project).doubts != set()


def test_a_name_of_a_variable_that_only_a_parser_knows_raises_a_doubt(write_project: ProjectWriter) -> None:
    assert seen_of(write_project({**FILES, "config.yml": "language: ${A B}\n"})).doubts != set()


def test_places_are_of_a_sort(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("gone")
    os.mkfifo(tmp_path / "pipe")

    sorts = [sort_at(str(tmp_path / name)) for name in (".", "file", "link", "pipe", "nothing")]
    assert sorts == ["folder", "file", "broken link", "other", "nothing"]


def test_bytes_that_are_handed_over_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nlu.yml").write_bytes(b"now")
    seen = SeenFiles({str(tmp_path / "nlu.yml"): b"before"}, began=5)

    assert file_bytes(Path("nlu.yml"), Limits(), seen=seen) == b"before"
    assert file_bytes(tmp_path / "nlu.yml", Limits(), seen=seen) == b"before"
    assert file_bytes(Path("nlu.yml"), Limits()) == file_bytes(Path("nlu.yml"), Limits(), seen=SeenFiles()) == b"now"


def test_what_is_handed_over_is_as_old_as_the_look_that_read_it(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    path = project / "data/nlu.yml"
    seen = SeenFiles({str(path): path.read_bytes()}, began=5)
    path.write_text("nlu: []\n")
    snapshot = anyio.run(FileImporter({}, ImporterContext(project=project, seen=seen)).snapshot)

    assert seen.began == 5
    assert seen.files[str(path)] == digest_of(FILES["data/nlu.yml"].encode())
    assert snapshot.table.kinds() >= {"intent-example"}


def test_a_file_beyond_the_limit_is_refused_though_its_bytes_are_there(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_bytes(b"12345")
    seen = SeenFiles({str(tmp_path / "nlu.yml"): b"12345"})

    with pytest.raises(SourceError, match="has 5 bytes; the limit is 4"):
        file_bytes(tmp_path / "nlu.yml", Limits(file_bytes=4), seen=seen)
