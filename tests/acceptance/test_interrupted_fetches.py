"""A run that is stopped while it fetches: exit code 130, and no process, connection, temporary file or lock is left."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import pytest
from tests.gated import gated_server
from tests.importers.git.repositories import Repository
from tests.importers.git.smart_http import served
from tests.importers.http.serving import tar_of
from tests.leftovers import connections_to, open_connections, processes, processes_left, temporary_files
from tests.program import Outcome

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - good day\n"
NOISE = random.Random(0).randbytes(1_000_000).hex()  # noqa: S311 - cannot be packed
LARGE = NLU + "".join(f"# {NOISE[start : start + 1000]}\n" for start in range(0, len(NOISE), 1000))
SIGNALS = [signal.SIGINT, signal.SIGTERM]


@dataclass
class Bench:
    """A project with one remote source, and where its run leaves what."""

    project: Path
    cache: Path
    temporary: Path
    variables: dict[str, str] = field(default_factory=dict)

    def source(self, entry: str) -> None:
        config = "pipeline:\n- name: KeywordIntentClassifier\npolicies: []\nimporters:\n- name: file\n"
        (self.project / "config.yml").write_text(f"{config}- {entry}\n")

    @property
    def environment(self) -> dict[str, str]:
        own = {"TENPRINT_CACHE_DIR": str(self.cache), "TMPDIR": str(self.temporary)}
        return {**os.environ, **own, **self.variables}

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[str]"]:
        command = [sys.executable, "-m", "tenprint", "-C", str(self.project), "plan"]
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        ) as program:
            yield program

    def stopped(self, program: "subprocess.Popen[str]", number: signal.Signals) -> Outcome:
        """Stop a run, and see that nothing of it is left."""
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
        outcome = Outcome(program.returncode, out, err)
        assert (outcome.code, outcome.out) == (130, ""), outcome
        assert [line.partition(" ")[0] for line in err.splitlines() if line] == ["stopping", "interrupted"]
        assert processes_left(str(self.temporary)) == []
        assert list(self.temporary.rglob("*")) == []
        assert temporary_files(self.cache) == []
        return outcome

    def next_run_works(self) -> None:
        with self.running() as program:
            out, err = program.communicate(timeout=60)
        assert program.returncode == 0, err
        assert "train NLU" in out
        assert err.startswith("fetched 1 source, ")
        assert temporary_files(self.cache) == []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    for name in ("project", "temporary"):
        (tmp_path / name).mkdir()
    return Bench(tmp_path / "project", tmp_path / "cache", tmp_path / "temporary")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.commit({"data/nlu.yml": NLU, "data/large.yml": LARGE})
    return made


def waited_for(condition: Callable[[], bool], program: "subprocess.Popen[str]") -> None:
    deadline = monotonic() + 60
    while not condition():
        assert program.poll() is None, program.communicate()
        assert monotonic() < deadline
        sleep(0.005)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize("number", SIGNALS)
def test_while_the_git_server_does_not_answer(bench: Bench, repository: Repository, number: signal.Signals) -> None:
    with served(repository.bare.parent) as server:
        server.silent = True
        bench.source(f"{{name: git, url: '{server.url}/assistant.git', allow_http: true}}")
        with bench.running() as program:
            assert server.reached.wait(60)
            assert any(b"git-remote-http" in arguments for arguments, _ in processes(str(bench.temporary)))
            bench.stopped(program, number)
        assert connections_to(port_of(server.url)) == 0
        server.silent = False
        bench.next_run_works()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_git_receives_a_pack(bench: Bench, repository: Repository, number: signal.Signals) -> None:
    with served(repository.bare.parent) as server:
        server.hold_after = 300_000
        bench.source(f"{{name: git, url: '{server.url}/assistant.git', allow_http: true}}")
        with bench.running() as program:
            assert server.held.wait(60)
            waited_for(lambda: any("tmp_pack_" in name for name in temporary_files(bench.cache)), program)
            bench.stopped(program, number)
        assert connections_to(port_of(server.url)) == 0
        server.hold_after = None
        bench.next_run_works()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_ssh_waits(bench: Bench, repository: Repository, tmp_path: Path, number: signal.Signals) -> None:
    script, started, go = tmp_path / "ssh", tmp_path / "started", tmp_path / "go"
    script.write_text(
        f'#!/bin/sh\nfor last; do :; done\ntouch {started}\n[ -e {go} ] || sleep 60 & wait\nexec sh -c "$last"\n'
    )
    script.chmod(0o755)
    bench.variables["GIT_SSH_COMMAND"] = str(script)
    bench.source(f"{{name: git, url: 'ssh://git@127.0.0.1:9{repository.bare}', use_git_config: true}}")
    with bench.running() as program:
        waited_for(started.exists, program)
        bench.stopped(program, number)
    go.touch()
    bench.next_run_works()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_a_download_is_slow(bench: Bench, number: signal.Signals) -> None:
    with gated_server({"/nlu.yml": LARGE.encode()}, hold_after=300_000) as server:
        bench.source(f"{{name: http, url: '{server.url('/nlu.yml')}', allow_http: true, allow_private: true}}")
        with bench.running() as program:
            assert server.held.wait(60)
            waited_for(lambda: temporary_files(bench.cache) != [], program)
            assert open_connections(server.port) == 1
            bench.stopped(program, number)
        assert connections_to(server.port) == 0
        server.released.set()
        bench.next_run_works()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_an_archive_is_unpacked(bench: Bench, number: signal.Signals) -> None:
    count = 4000
    files = {f"data/nlu_{name}.yml": NLU.replace("greet", f"i{name}").encode() for name in range(count)}

    def kept() -> int:
        return sum(path.is_file() for path in (bench.cache / "store/cas").rglob("*"))

    with gated_server({"/bot.tar.gz": tar_of(files)}, hold_after=10**9) as server:
        bench.source(f"{{name: http, url: '{server.url('/bot.tar.gz')}', allow_http: true, allow_private: true}}")
        with bench.running() as program:
            waited_for(lambda: kept() > 0, program)
            bench.stopped(program, number)
        assert 0 < kept() < count
        assert connections_to(server.port) == 0
        bench.next_run_works()
