"""What the audit hook notes, and what is nobody's business."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import zoneinfo
from pathlib import Path

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from tenprint.importers import Location, Secret
from tenprint.importers.inputs import Access, Inputs, Reader, undeclared_reads, watched_accesses
from tenprint.importers.store import Store


def read(path: Path) -> bytes:
    return path.read_bytes()


def test_reading_a_file_in_any_way_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    with watched_accesses() as accesses:
        Path("a").read_text()
        with open(os.fsencode(tmp_path / "b"), "r+b"):  # noqa: PTH123 - in many ways
            pass
        os.close(os.open("c", os.O_RDONLY))
        sqlite3.connect("file:d?mode=ro", uri=True).close()
        Path("a").read_text()
    assert list(accesses) == [Access("reads", str(tmp_path / name)) for name in names]


def test_nothing_is_noted_before_and_after(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    with watched_accesses() as accesses:
        pass
    read(path)
    assert list(accesses) == []
    with watched_accesses(active=False) as unwatched:
        read(path)
    assert list(unwatched) == []


def test_an_inner_watch_keeps_the_outer_one_free(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    with watched_accesses() as outer:
        with watched_accesses() as inner:
            read(path)
        with watched_accesses(active=False):
            read(path)
    assert (list(outer), len(inner)) == ([], 1)


def test_what_was_written_may_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with watched_accesses() as accesses:
        path.write_text("x")
        read(path)
        (tmp_path / "b").open("x").close()
        read(tmp_path / "b")
    assert list(accesses) == []


def test_connections_and_programs_are_noted(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with watched_accesses() as accesses:
            socket.create_connection(("127.0.0.1", port)).close()
            subprocess.run([sys.executable, "-c", ""], check=True, cwd=tmp_path)
    assert [access for access in accesses if access.sort != "reads"] == [
        Access("connects to", f"127.0.0.1:{port}"),
        Access("runs", sys.executable),
    ]


def test_imports_are_not_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "freshly_written.py").write_text("import json\nNAME = json.dumps('x')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with watched_accesses() as accesses:
        import freshly_written  # type: ignore[import-not-found]  # noqa: PLC0415 - it is what is looked at
    assert freshly_written.NAME == '"x"'
    assert list(accesses) == []


def test_the_file_of_a_secret_is_not_noted(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("hush")
    path.chmod(0o600)
    with watched_accesses() as accesses:
        assert Secret({"file": str(path)}).reveal({}, tmp_path) == "hush"
    assert list(accesses) == []


def test_the_store_of_remote_importers_is_not_noted(tmp_path: Path) -> None:
    # It opens files relative to folders that are open, which events of Python do not tell.
    store = Store(tmp_path / "cache")
    with watched_accesses() as accesses:
        assert store.get(store.put(b"text")) == b"text"
        store.close()
    assert list(accesses) == []


@pytest.mark.anyio
async def test_worker_threads_and_tasks_are_watched_and_neighbours_are_not(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("own", "task", "neighbour")]
    for path in paths:
        path.write_text("x")
    async with anyio.create_task_group() as neighbours:

        async def neighbour() -> None:
            await anyio.to_thread.run_sync(read, paths[2])

        neighbours.start_soon(neighbour)
        with watched_accesses() as accesses:
            await anyio.to_thread.run_sync(read, paths[0])
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(anyio.to_thread.run_sync, read, paths[1])
            await anyio.lowlevel.checkpoint()
    assert {Path(access.target).name for access in accesses} == {"own", "task"}


def test_a_thread_of_its_own_is_not_seen_as_the_documentation_says(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    with watched_accesses() as accesses:
        thread = threading.Thread(target=read, args=(path,))
        thread.start()
        thread.join()
    assert list(accesses) == []


def judged(
    accesses: list[Access], project: Path, inputs: Inputs | None = None, known: tuple[Path, ...] = ()
) -> list[str]:
    reader = Reader("the importer 'faq'", inputs or Inputs(), project, Location("config", "config.yml", 3, 5), known)
    return [problem.message for problem in undeclared_reads(accesses, reader, "report")]


def reads(*paths: Path | str) -> list[Access]:
    return [Access("reads", str(path)) for path in paths]


def test_a_read_is_told_with_its_path_and_how_to_declare_it(tmp_path: Path) -> None:
    reader = Reader("the importer 'faq'", Inputs(), tmp_path, Location("config", "config.yml", 3, 5))
    (warning,) = undeclared_reads(reads(tmp_path / "notes/words.csv"), reader, "report")
    assert str(warning) == (
        "config.yml:3:5: warning: the importer 'faq' reads notes/words.csv, which it does not declare"
        " [undeclared-read]\n  hint: let `declared_inputs` of the plugin name it in `files`, or do not read it"
    )
    (error,) = undeclared_reads(reads("/somewhere/else"), reader, "refuse")
    assert (error.severity, "/somewhere/else" in error.message) == ("error", True)


def test_declared_files_and_folders_are_fine(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "lists")
    inputs = Inputs(("words.csv", Path("lists"), tmp_path / "absolute.txt"))
    fine = reads(
        tmp_path / "words.csv",
        tmp_path / "lists/a/b",
        tmp_path / "absolute.txt",
        tmp_path / "link/c",
        tmp_path / "lists",
    )
    assert judged(fine, tmp_path, inputs) == []
    assert len(judged(reads(tmp_path / "words.csv.bak", tmp_path / "lists2/a"), tmp_path, inputs)) == 2
    assert judged(reads(tmp_path / "cache/x"), tmp_path, known=(tmp_path / "cache",)) == []


def test_what_belongs_to_python_and_the_system_is_fine(tmp_path: Path) -> None:
    zones = [Path(folder) / "Europe/Berlin" for folder in zoneinfo.TZPATH if folder.startswith("/usr")]
    own = reads(*zones, json.__file__, pytest.__file__, "/proc/self/stat", "/etc/hosts", "/etc/ssl/certs/x.pem")
    assert judged(own, tmp_path) == []
    assert len(judged(reads("/etc/my-bot.conf", Path.home() / "words.txt"), tmp_path)) == 2


def test_a_project_inside_of_a_system_folder_is_a_project_all_the_same() -> None:
    project = Path("/usr/share/bots/peg")
    assert len(judged(reads(project / "words.csv"), project)) == 1
    assert judged(reads("/usr/share/locale/x"), project) == []


def test_a_version_stands_for_services_and_programs(tmp_path: Path) -> None:
    accesses = [Access("connects to", "10.0.0.1:80"), Access("runs", "git")]
    assert judged(accesses, tmp_path) == [
        "the importer 'faq' connects to 10.0.0.1:80, which it does not declare",
        "the importer 'faq' runs git, which it does not declare",
    ]
    assert judged(accesses, tmp_path, Inputs(versions={"faq": "1"})) == []
    assert len(judged(accesses, tmp_path, Inputs(("words.csv",)))) == 2
