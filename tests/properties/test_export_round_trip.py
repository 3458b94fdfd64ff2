"""What is exported is read as it was: the same items, the same fingerprint, and again the same bytes."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.whole_projects import whole_projects

from tenprint.fingerprinting import fingerprint_of, root_of
from tenprint.importers import (
    DocumentId,
    ItemTable,
    ReadingRules,
    Snapshot,
    SourceFile,
    SourceState,
    errors_among,
    items_of,
    project_data,
    read_file,
    snapshot_of,
)
from tenprint.importers.data import ProjectData
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES
from tenprint.importers.snapshot import Role
from tenprint.importers.writing import project_files

RULES = ReadingRules()
ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs/tutorial/assistant"
REAL = Path("/work/shared/projects")
REAL_NAMES = ("concertbot", "financial-demo", "formbot", "moodbot", "responseselectorbot")

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def snapshot_of_files(files: Mapping[str, bytes]) -> Snapshot:
    """Read files as the importer of files does, in its order."""
    roles: dict[str, Role] = {"config.yml": "config", "domain.yml": "domain"}
    ordered = sorted(files.items(), key=lambda file: (file[0] not in roles, file[0]))
    readings = [
        read_file(SourceFile(DocumentId("file", path), roles.get(path, "data"), content), number, RULES)
        for number, (path, content) in enumerate(ordered)
    ]
    return snapshot_of(SourceState("file", None), readings, RULES)


def table_of(project: ProjectData) -> ItemTable:
    values = ((CONFIG, project.config), (DOMAIN, project.domain), (NLU, project.nlu), (STORIES, project.stories))
    rows = tuple(row for kind, value in values for row in items_of(kind, value, RULES))
    return ItemTable((DocumentId("memory", "project"),), rows)


def root(table: ItemTable) -> str:
    return root_of(fingerprint_of(table, RULES.item_kinds()))


def assert_same_again(project: ProjectData) -> None:
    files = project_files(project)
    snapshot = snapshot_of_files(files)
    again = project_data(snapshot, RULES)

    assert errors_among(snapshot.problems) == ()
    assert sorted(row[:4] for row in snapshot.table.rows) == sorted(row[:4] for row in table_of(project).rows)
    assert root(snapshot.table) == root(table_of(project))
    assert sorted(row[:4] for row in items_of(STORIES, again.tests, RULES)) == sorted(
        row[:4] for row in items_of(STORIES, project.tests, RULES)
    )
    assert project_files(project) == files
    assert project_files(again) == files


@thorough
@given(whole_projects)
def test_a_project_is_read_as_it_was_written(project: ProjectData) -> None:
    assert_same_again(project)


def project_in(folder: Path) -> ProjectData:
    names = [path for path in folder.rglob("*.yml") if "models" not in path.parts and path.name != "tenprint.yml"]
    return project_data(
        snapshot_of_files({path.relative_to(folder).as_posix(): path.read_bytes() for path in names}), RULES
    )


def test_the_assistant_of_the_tutorial_is_read_as_it_was_written() -> None:
    assert_same_again(_without_sources(project_in(TUTORIAL)))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real projects are not part of this repository")
@pytest.mark.parametrize("name", REAL_NAMES)
def test_a_real_project_is_read_as_it_was_written(name: str) -> None:
    assert_same_again(_without_sources(project_in(REAL / name)))


def _without_sources(project: ProjectData) -> ProjectData:
    config = {key: value for key, value in project.config.items() if key not in ("importers", "imports")}
    return ProjectData(config, project.domain, project.stories, project.nlu, project.tests)
