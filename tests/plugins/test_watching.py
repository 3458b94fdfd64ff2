"""Which files belong to a project, and that watching them works on both event loops and leaves nothing."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.program import PROJECT

from tenprint.importers import ImporterContext
from tenprint.importers.file import FileImporter
from tenprint.plugins.watching import Places, places_of, watch_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("config.yml", True),
        ("tenprint.yml", True),
        ("tenprint.lock", True),
        ("domain.yml", True),
        ("data", True),
        ("data/nlu/new.yml", True),
        ("data/nlu/new.yaml", True),
        ("data/nlu/new.json", True),
        ("domain/deep/new.yml", True),
        ("data/notes.txt", False),
        ("data/.nlu.yml.swp", False),
        ("data/.git/config.yml", False),
        ("data2/nlu.yml", False),
        ("endpoints.yml", False),
        ("models/x.tar.gz", False),
        ("actions/data.yml", False),
    ],
)
def test_what_belongs_to_a_project_goes_by_its_place(tmp_path: Path, path: str, belongs: bool) -> None:  # noqa: FBT001
    assert places_of(tmp_path).hold(str(tmp_path / path)) is belongs


def test_named_paths_belong_to_it_instead_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    places = places_of(tmp_path, named=[tmp_path / "texts", tmp_path / "set/my-config.yml"])
    assert places.hold(str(tmp_path / "texts/any.yml"))
    assert places.hold(str(tmp_path / "set/my-config.yml"))
    assert not places.hold(str(tmp_path / "set/other.yml"))


@pytest.mark.anyio
async def test_what_was_read_belongs_to_it(write_project: ProjectWriter) -> None:
    project = write_project(
        {**PROJECT, "data/lookup.yml": "nlu:\n- lookup: city\n  examples: cities.txt\n", "data/cities.txt": "Rome\n"}
    )
    snapshot = await FileImporter({}, ImporterContext(project)).snapshot()
    places = places_of(project, snapshot=snapshot)
    assert {str(project / document.id.path) for document in snapshot.documents} <= places.files
    # The project itself is not watched with all that lies in it, such as models and environments.
    flat, deep = places.watched()
    assert (set(flat), set(deep)) == ({str(project)}, {str(project / "data")})


def test_a_folder_that_is_gone_is_noticed_by_the_files_it_had(tmp_path: Path) -> None:
    places = Places(frozenset({str(tmp_path / "data/deep/nlu.yml")}), frozenset({str(tmp_path / "data")}))
    assert places.hold(str(tmp_path / "data/deep"))
    assert not places.hold(str(tmp_path / "data/other"))


def test_only_outermost_folders_are_watched_with_all_below(tmp_path: Path) -> None:
    for name in ("data/a/b", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    folders = frozenset(str(tmp_path / name) for name in ("data", "data/a", "data/a/b", "elsewhere", "missing"))
    flat, deep = Places(frozenset({str(tmp_path / "data/a/nlu.yml")}), folders).watched()
    assert (set(flat), set(deep)) == ({str(tmp_path)}, {str(tmp_path / "data"), str(tmp_path / "elsewhere")})


def write_at_a_stroke(path: Path) -> None:
    """Let a file appear with its content: of two steps, a busy machine may tell two changes."""
    hidden = path.with_name(f".{path.name}")
    hidden.write_text("x")
    hidden.replace(path)


@pytest.mark.anyio
async def test_looks_follow_changes_until_cancelled(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    places = places_of(tmp_path)
    seen: list[frozenset[str] | None] = []
    threads = threading.active_count()

    async def look(changed: frozenset[str] | None) -> Places:
        seen.append(changed)
        if len(seen) == 3:
            scope.cancel()
        elif len(seen) == 1:
            write_at_a_stroke(tmp_path / "data/ignored.txt")
            write_at_a_stroke(tmp_path / "data/nlu.yml")
        else:
            write_at_a_stroke(tmp_path / "config.yml")
        return places

    with anyio.CancelScope() as scope:
        await watch_project(look, places)
    assert scope.cancelled_caught
    assert seen == [frozenset(), {str(tmp_path / "data/nlu.yml")}, {str(tmp_path / "config.yml")}]
    # Worker threads of the event loop stay for a while; the watch has none of its own.
    assert threading.active_count() <= threads + 2


@pytest.mark.anyio
async def test_other_places_are_watched_from_then_on_and_nothing_is_missed(tmp_path: Path) -> None:
    first, second = places_of(tmp_path / "a"), places_of(tmp_path / "b")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    seen: list[frozenset[str] | None] = []

    async def look(changed: frozenset[str] | None) -> Places:
        seen.append(changed)
        if len(seen) == 2:
            write_at_a_stroke(tmp_path / "b/config.yml")
        if len(seen) == 3:
            scope.cancel()
        return second

    with anyio.CancelScope() as scope:
        await watch_project(look, first)
    assert seen == [frozenset(), None, {str(tmp_path / "b/config.yml")}]


@pytest.mark.anyio
async def test_an_error_of_a_look_comes_out_as_itself(tmp_path: Path) -> None:
    async def look(changed: frozenset[str] | None) -> Places:
        raise BrokenPipeError(os.strerror(32), changed)

    with pytest.raises(BrokenPipeError):
        await watch_project(look, places_of(tmp_path))
