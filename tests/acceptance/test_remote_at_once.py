"""Many sources of all kinds are fetched at once, and how often their servers are asked is counted there."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from pytest_httpserver import HTTPServer
from tests.faults import front, raw_server
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import GitServer, served
from tests.program import PROJECT
from tests.remote import NLU, quick_registry
from werkzeug import Request, Response

from tenprint.importers.file import FileImporter
from tenprint.importers.snapshot import Snapshot
from tenprint.plugins import Project, Registry, open_project

pytestmark = pytest.mark.anyio

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

EACH = 4
"""Sources of each kind."""


def entry(name: str, label: str, **options: str) -> str:
    return f"- name: {name}\n  as: {label}\n" + "".join(f"  {key}: {value}\n" for key, value in options.items())


def config(*entries: str) -> str:
    return f"{PROJECT['config.yml']}importers:\n- name: file\n{''.join(entries)}"


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


@dataclass
class Gate:
    """Lets nobody through before all are there."""

    awaited: int
    entered: int = 0

    def __post_init__(self) -> None:
        self._opened = anyio.Event()

    async def __call__(self) -> None:
        self.entered += 1
        if self.entered >= self.awaited:
            self._opened.set()
        await self._opened.wait()


def gated_files(registry: Registry, gate: Gate) -> Registry:
    class GatedFiles(FileImporter):
        """Reads files once the gate is open."""

        async def take_snapshot(self) -> Snapshot:
            await gate()
            return await super().take_snapshot()

    known = registry.importers["file"]
    return replace(registry, importers={**registry.importers, "gated": replace(known, provided=GatedFiles)})


async def test_twelve_sources_of_three_kinds_are_all_entered_before_one_is_released(
    tmp_path: Path, write_project: ProjectWriter
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.commit({f"bot{number}/nlu.yml": nlu("greet", f"hello from git {number}") for number in range(EACH)})
    gate = Gate(3 * EACH)
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(NLU)}\r\n\r\n".encode() + NLU
    with served(repository.bare.parent) as git_server:
        async with raw_server(answer) as http_server, front(gate) as to_git, front(gate) as to_http:
            to_git.target, to_http.target = int(git_server.url.rpartition(":")[2]), http_server.port
            project = write_project({**PROJECT, "config.yml": config(*entries_of_all_kinds(to_git.port, to_http.port))})
            registry = gated_files(quick_registry(project), gate)
            with anyio.fail_after(25):  # less than a request waits before it is sent again
                async with open_project(project, registry=registry) as opened:
                    plan = await opened.plan()
    assert gate.entered >= 3 * EACH
    assert [(source.name, source.status) for source in plan.sources] == [
        ("file", "ok"),
        *((f"{kind}{number}", "ok") for kind in ("gated", "git", "http") for number in range(EACH)),
    ]


def entries_of_all_kinds(git_port: int, http_port: int) -> Iterator[str]:
    for number in range(EACH):
        yield entry("gated", f"gated{number}", domain="domain.yml", data="data")
    for number in range(EACH):
        url = f"http://127.0.0.1:{git_port}/assistant.git"
        yield entry("git", f"git{number}", url=url, subdirectory=f"bot{number}", allow_http="true")
    for number in range(EACH):
        url = f"http://base.test:{http_port}/{number}/nlu.yml"
        yield entry("http", f"http{number}", url=url, allow_http="true", allow_private="true")


# How often servers are asked


@dataclass
class Counted:
    """A project with one source of git and one of HTTP, and their servers."""

    project: Path
    git: GitServer
    http: HTTPServer

    def forget(self) -> None:
        self.git.forget()
        self.http.clear_log()

    def asked(self) -> tuple[Sequence[str], Sequence[tuple[int, bool]]]:
        """Requests to the git server; of the others how they were answered, and whether they named a condition."""
        conditions = ("If-None-Match", "If-Modified-Since")
        return self.git.requests, [
            (answer.status_code, any(name in request.headers for name in conditions))
            for request, answer in self.http.log
        ]

    @asynccontextmanager
    async def open(self, **arguments: Any) -> AsyncIterator[Project]:
        registry = quick_registry(self.project)
        async with open_project(self.project, registry=registry, **arguments) as project:
            yield project


@pytest.fixture
def counted(tmp_path: Path, write_project: ProjectWriter, httpserver: HTTPServer) -> Iterator[Counted]:
    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match") == '"1"'
        return Response(b"" if known else NLU, 304 if known else 200, {"ETag": '"1"'})

    httpserver.expect_request("/nlu.yml").respond_with_handler(answer)
    repository = Repository(tmp_path / "repository")
    repository.commit({"nlu.yml": nlu("greet", "hello from git")})
    with served(repository.bare.parent) as git_server:
        git_entry = entry("git", "ours", url=f"{git_server.url}/assistant.git", allow_http="true")
        url = f"http://base.test:{httpserver.port}/nlu.yml"
        http_entry = entry("http", "theirs", url=url, allow_http="true", allow_private="true")
        yield Counted(write_project({**PROJECT, "config.yml": config(git_entry, http_entry)}), git_server, httpserver)


ONE_LS_REMOTE = ["GET /assistant.git/info/refs?service=git-upload-pack", "POST /assistant.git/git-upload-pack"]
ONE_CONDITION = [(304, True)]

OPERATIONS: Mapping[str, Callable[[Project, Path], Any]] = {
    "plan": lambda project, _: project.plan(),
    "train": lambda project, _: project.train(),
    "train everything": lambda project, _: project.train(force=True),
    "fingerprint": lambda project, _: project.fingerprint(),
    "show": lambda project, _: project.blame(),
    "validate": lambda project, _: project.problems(),
    "export": lambda project, out: project.export(out),
    "lock --upgrade": lambda project, _: project.lock(everything=True),
}


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_an_unchanged_source_is_asked_once_by_whatever_is_run(
    tmp_path: Path, counted: Counted, operation: str
) -> None:
    async with counted.open() as project:
        await project.train()
    counted.forget()
    async with counted.open() as project:
        await OPERATIONS[operation](project, tmp_path / "out")
    assert counted.asked() == (ONE_LS_REMOTE, ONE_CONDITION)


async def test_several_operations_of_one_open_project_ask_once(tmp_path: Path, counted: Counted) -> None:
    async with counted.open() as project:
        await project.lock()
    counted.forget()
    async with counted.open(locked=True) as project:
        for number, operation in enumerate(OPERATIONS.values()):
            await operation(project, tmp_path / f"out{number}")
    assert counted.asked() == (ONE_LS_REMOTE, ONE_CONDITION)


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "lock --upgrade"])
async def test_without_network_nobody_is_asked(tmp_path: Path, counted: Counted, operation: str) -> None:
    async with counted.open() as project:
        await project.lock()
    counted.forget()
    async with counted.open(offline=True) as project:
        await OPERATIONS[operation](project, tmp_path / "out")
    assert counted.asked() == ([], [])


async def test_a_lock_that_is_up_to_date_asks_nobody(counted: Counted) -> None:
    async with counted.open() as project:
        await project.lock()
    counted.forget()
    async with counted.open() as project:
        assert (await project.lock()).changes == ()
    assert counted.asked() == ([], [])
