"""Warm runs with sources behind a network: what the server or git says is unchanged has the answer of a cold run."""

import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from tests.conftest import ProjectWriter
from tests.importers.http.serving import zip_of
from tests.program import PROJECT, Outcome, run_here
from werkzeug import Request, Response

from tenprint.importers.store import Store

Run = Callable[..., Outcome]

NLU = b"nlu:\n- intent: greet\n  examples: |\n    - hi\n    - good evening\n"
STORIES = b"stories:\n- story: far away\n  steps:\n  - intent: greet\n  - action: action_unknown\n"
QUESTIONS = (["plan", "--json"], ["fingerprint", "--json"], ["validate", "--json"])


class Bench:
    """A project with one remote source, and two caches: one that all warm runs share, and new ones for cold runs."""

    def __init__(self, project: Path, folder: Path, ask: Callable[[Path, Sequence[str]], Outcome]) -> None:
        self.project = project
        self.folder = folder
        self._ask = ask
        self._colds = 0

    def warm(self, *arguments: str) -> Outcome:
        return self._ask(self.folder / "warm", arguments)

    def cold(self, *arguments: str) -> Outcome:
        self._colds += 1
        return self._ask(self.folder / f"cold{self._colds}", arguments)

    def packs(self) -> tuple[str, ...]:
        """Return the packs of readings that warm runs have left."""
        store = Store(self.folder / "warm")
        try:
            record = store.find("tables", sha256(str(self.project.absolute()).encode()).hexdigest())
        finally:
            store.close()
        return () if record is None else record.contents

    def assert_warm_is_cold(self) -> None:
        for question in QUESTIONS:
            assert self.warm(*question) == self.cold(*question) == self.warm(*question, "--no-cache")


@pytest.fixture
def bench(
    write_project: ProjectWriter, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Bench:
    project = write_project(PROJECT)

    def ask(cache: Path, arguments: Sequence[str]) -> Outcome:
        monkeypatch.setenv("TENPRINT_CACHE_DIR", str(cache))
        outcome = run_here(capsys, "-C", str(project), *arguments)
        # How sources were fetched, and how long that took, is told on stderr.
        return Outcome(outcome.code, outcome.out, "")

    return Bench(project, tmp_path, ask)


@pytest.fixture
def served(httpserver: HTTPServer, bench: Bench) -> list[bytes]:
    """Return what a server has, in a list of one; it answers 304 while that is what the client has."""
    contents = [zip_of({"nlu.yml": NLU, "stories.yml": STORIES})]

    def answer(request: Request) -> Response:
        tag = f'"{sha256(contents[0]).hexdigest()}"'
        met = request.headers.get("If-None-Match") == tag
        return Response(b"" if met else contents[0], 304 if met else 200, {"ETag": tag})

    httpserver.expect_request("/bot.zip").respond_with_handler(answer)
    url = httpserver.url_for("/bot.zip")
    (bench.project / "tenprint.yml").write_text(
        f"importers:\n- name: file\n- {{name: http, url: '{url}', path: data, allow_http: true, allow_private: true}}\n"
    )
    return contents


def test_an_http_source_that_is_unchanged_is_read_from_what_is_known(
    bench: Bench, served: list[bytes], httpserver: HTTPServer
) -> None:
    assert bench.warm("train").code == 0
    packs = bench.packs()
    assert packs
    httpserver.log.clear()
    bench.assert_warm_is_cold()
    assert {response.status_code for _, response in httpserver.log} == {200, 304}
    assert bench.packs() == packs

    served[0] = zip_of({"nlu.yml": NLU + b"    - hello there\n", "stories.yml": STORIES})
    assert bench.warm("plan", "--json").document["action"] == "train"
    bench.assert_warm_is_cold()
    served[0] = zip_of({"nlu.yml": NLU, "stories.yml": STORIES})
    bench.assert_warm_is_cold()
    assert bench.warm("plan", "--json").document["action"] == "none"


def test_a_source_in_git_is_known_by_its_blobs(bench: Bench, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "data").mkdir(parents=True)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(repository)]
    subprocess.run([*git, "init", "-q"], check=True)

    def commit(nlu: bytes) -> None:
        (repository / "data/nlu.yml").write_bytes(nlu)
        (repository / "data/stories.yml").write_bytes(STORIES)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "more", "--allow-empty"], check=True)

    commit(NLU)
    (bench.project / "tenprint.yml").write_text(
        f"importers:\n- name: file\n- {{name: git, url: 'file://{repository}', allow_file: true}}\n"
    )
    assert bench.warm("train").code == 0
    packs = bench.packs()
    bench.assert_warm_is_cold()
    assert bench.packs() == packs != ()
    commit(NLU)  # another commit, the same blobs
    bench.assert_warm_is_cold()
    assert bench.packs() == packs
    assert bench.warm("plan", "--json").document["action"] == "none"
    commit(NLU + b"    - hello there\n")
    assert bench.warm("plan", "--json").document["action"] == "train"
    bench.assert_warm_is_cold()
