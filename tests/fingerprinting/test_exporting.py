from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.program import PROJECT, tree

from tenprint.fingerprinting import ExportReport, export_project, fingerprint_of, root_of
from tenprint.importers import ExportError, ImporterContext, ProblemsError, ReadingRules
from tenprint.importers.file import FileImporter

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = pytest.mark.anyio

DOMAIN = "# ours\nintents:\n  - greet  # hello\nresponses:\n  utter_hello:\n    - text: 'hello'\n"


async def export(project: Path, out: Path, *, force: bool = False) -> ExportReport:
    return await export_project(FileImporter({}, ImporterContext(project)), out, force=force, models=project / "models")


async def root(project: Path) -> str:
    snapshot = await FileImporter({}, ImporterContext(project)).snapshot()
    return root_of(fingerprint_of(snapshot.table, ReadingRules().item_kinds()))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def project(write_project: ProjectWriter) -> Path:
    return write_project(PROJECT)


async def test_an_export_has_the_fingerprint_of_the_project(project: Path, tmp_path: Path) -> None:
    await export(project, tmp_path / "out")
    assert await root(tmp_path / "out") == await root(project)


async def test_the_export_of_an_export_is_the_same(project: Path, tmp_path: Path) -> None:
    await export(project, tmp_path / "one")
    await export(tmp_path / "one", tmp_path / "two")
    await export(project, tmp_path / "three")
    assert tree(tmp_path / "one") == tree(tmp_path / "two") == tree(tmp_path / "three")


async def test_missing_folders_are_made_and_nothing_else(project: Path, tmp_path: Path) -> None:
    await export(project, tmp_path / "a/b/out")
    assert names(tmp_path / "a") == ["b"]
    assert names(tmp_path / "a/b") == ["out"]
    assert names(tmp_path) == ["a", "project"]


async def test_an_empty_folder_is_filled(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    inode = out.stat().st_ino
    await export(project, out)
    assert out.stat().st_ino == inode
    assert "config.yml" in tree(out)


async def test_the_only_domain_file_keeps_its_comments(write_project: ProjectWriter, tmp_path: Path) -> None:
    project = write_project({**PROJECT, "domain.yml": DOMAIN})
    await export(project, tmp_path / "one")
    assert (tmp_path / "one/domain.yml").read_text() == DOMAIN
    write_project({"data/more.yml": "responses:\n  utter_bye:\n  - text: bye\n"})
    await export(project, tmp_path / "two")
    assert (tmp_path / "two/domain.yml").read_text() == (
        'version: "3.1"\n' + DOMAIN + "  utter_bye:\n    - text: bye\n"
    ).replace('version: "3.1"\n# ours\n', '# ours\nversion: "3.1"\n')


async def test_a_domain_with_variables_is_written_with_their_values(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project = write_project({**PROJECT, "domain.yml": DOMAIN.replace("'hello'", "${WORD}")})
    context = ImporterContext(project, rules=ReadingRules(environment={"WORD": "hey"}))
    await export_project(FileImporter({}, context), tmp_path / "out")
    assert "- text: hey\n" in (tmp_path / "out/domain.yml").read_text()


@pytest.mark.parametrize("place", ["", ".", "..", "data", "data/deep", "domain/out", "models/out", "other/.."])
async def test_the_project_and_its_data_are_no_place_for_an_export(project: Path, place: str) -> None:
    before = tree(project)
    for force in (False, True):
        with pytest.raises(ExportError):
            await export(project, project / place, force=force)
    assert tree(project) == before


async def test_beside_other_documents_of_the_project_is_no_place_either(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": PROJECT["config.yml"], "train/nlu.yml": PROJECT["data/nlu.yml"]})
    importer = FileImporter({"data": "train"}, ImporterContext(project))
    with pytest.raises(ExportError, match=r"train/nlu\.yml"):
        await export_project(importer, project / "train/out")
    assert set(tree(project)) == {"config.yml", "train", "train/nlu.yml"}


async def test_below_the_project_is_a_place(project: Path) -> None:
    await export(project, project / "build/out")
    assert await root(project / "build/out") == await root(project)


async def test_a_link_to_the_project_is_seen_through(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    with pytest.raises(ExportError, match="the project itself"):
        await export(project, tmp_path / "link", force=True)


async def test_a_file_is_no_folder(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ExportError, match="is not a folder"):
        await export(project, tmp_path / "out", force=True)
    assert (tmp_path / "out").read_text() == "mine"


async def test_force_replaces_the_files_of_a_project_and_no_others(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for path, text in {"config.yml": "old", "data/rules.yml": "old", "data/mine.yml": "mine", "notes": "mine"}.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)
    with pytest.raises(ExportError, match="is not empty"):
        await export(project, out)
    report = await export(project, out, force=True)
    assert report.removed == ("data/rules.yml",)
    assert [(problem.code, problem.severity) for problem in report.problems] == [("mixed-export", "warning")]
    assert set(tree(out)) == {*report.files, "data", "data/mine.yml", "notes"}
    assert (out / "data/mine.yml").read_text() == "mine"
    assert (out / "config.yml").read_text() != "old"


async def test_a_failure_takes_everything_back(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "config.yml").write_text("old")
    (out / "data").write_text("a file where a folder must be")
    before = tree(out)
    with pytest.raises(ExportError) as refused:
        await export(project, out, force=True)
    assert refused.value.problems[0].hint
    assert tree(out) == before


async def test_a_folder_in_the_place_of_a_file_is_told(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out/domain.yml").mkdir(parents=True)
    with pytest.raises(ExportError, match=r"domain\.yml is a folder"):
        await export(project, tmp_path / "out", force=True)
    assert set(tree(tmp_path / "out")) == {"domain.yml"}


async def test_wrong_data_writes_nothing(write_project: ProjectWriter, tmp_path: Path) -> None:
    project = write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n"})
    with pytest.raises(ProblemsError):
        await export(project, tmp_path / "out")
    assert names(tmp_path) == ["project"]


async def test_a_cancelled_export_leaves_nothing(project: Path, tmp_path: Path) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await export(project, tmp_path / "deep/out")
    assert names(tmp_path) == ["project"]
