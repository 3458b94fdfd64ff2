"""What the program shows of remote sources: lines on a terminal, one line elsewhere, nothing where nobody wants it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from time import monotonic

import pytest
from tests.gated import GatedServer, gated_server
from tests.program import PROJECT, Outcome, run_apart, run_code

from tenprint.importers import Progress
from tenprint.plugins.cli.progress import shown_name, summary, terminal_watches

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

SERVED = {
    "/small.yml": b"nlu:\n- intent: greet\n  examples: |\n    - good evening\n",
    "/large.yml": b"nlu:\n- intent: greet\n  examples: |\n    - good night\n" + b"# much\n" * 300_000,
}
SUMMARY = re.compile(r"fetched 2 sources(?P<same> \(2 unchanged\))?, (?P<size>[\d.]+ [kM]?B) in \d+\.\d s")
ESCAPE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
LOADED = """
import sys
from tenprint.plugins.cli.main import run
code = run(sys.argv[1:])
print("rich" in sys.modules, "httpx2" in sys.modules)
"""


class Screen:
    """A terminal that the program runs on, and everything it wrote there."""

    def __init__(self, program: "subprocess.Popen[bytes]", terminal: int) -> None:
        self._program = program
        self._terminal = terminal
        self.written = ""

    @property
    def text(self) -> str:
        return ESCAPE.sub("", self.written)

    def wait_for(self, pattern: str) -> None:
        deadline = monotonic() + 60
        while not re.search(pattern, self.text):
            assert monotonic() < deadline, self.text
            assert self._read(), self.text

    def finish(self) -> int:
        while self._read():
            pass
        return self._program.wait(60)

    def _read(self) -> bool:
        """Take what there is; when the program is gone, the terminal is an error or at its end."""
        select([self._terminal], [], [], 1)
        with suppress(OSError):
            if chunk := os.read(self._terminal, 2**16):
                self.written += chunk.decode()
                return True
        return False


@contextmanager
def on_a_terminal(*arguments: str, cwd: Path, environment: Mapping[str, str], width: int = 100) -> Iterator[Screen]:
    """Run the program with a terminal for stderr, and stdout beside it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    known = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    with (
        (cwd / "stdout").open("wb") as answer,
        subprocess.Popen(
            [sys.executable, "-m", "tenprint", *arguments],
            cwd=cwd,
            env={**known, "TERM": "xterm", **environment},
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=theirs,
        ) as program,
    ):
        os.close(theirs)
        try:
            yield Screen(program, ours)
        finally:
            os.close(ours)


@pytest.fixture
def server() -> Iterator[GatedServer]:
    with gated_server(SERVED, hold_after=1_500_000) as state:
        yield state


@pytest.fixture
def project(write_project: ProjectWriter, server: GatedServer) -> Path:
    entries = "".join(
        f"- {{name: http, as: {name}, url: '{server.url(path)}', allow_http: true, allow_private: true}}\n"
        for name, path in (("shop", "/small.yml"), ("phrases", "/large.yml"))
    )
    return write_project({**PROJECT, "config.yml": f"{PROJECT['config.yml']}importers:\n- name: file\n{entries}"})


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"TENPRINT_CACHE_DIR": str(tmp_path / "cache")}


# On a terminal


def test_a_terminal_shows_name_phase_and_bytes_while_they_come(
    project: Path, server: GatedServer, environment: dict[str, str]
) -> None:
    with on_a_terminal("plan", cwd=project, environment=environment) as screen:
        screen.wait_for(r"phrases +fetching +(\d+\.\d kB|1\.\d MB) of 2\.1 MB")
        screen.wait_for(r"shop +new +\d+ B")
        server.released.set()
        assert screen.finish() == 0
    lines = [re.sub(" +", " ", line).strip() for line in re.split(r"[\r\n]+", screen.text.strip())]
    assert lines[-2:] == ["shop new 54 B", "phrases new 2.1 MB"]
    assert COLOUR.search(screen.written)
    assert not SUMMARY.search(screen.text)
    assert screen.written.rindex("\x1b[?25h") > screen.written.rindex("\x1b[?25l")
    assert (project / "stdout").read_text().startswith("train NLU and Core\n")


def test_a_terminal_without_colours_gets_none(project: Path, server: GatedServer, environment: dict[str, str]) -> None:
    server.released.set()
    with on_a_terminal("plan", cwd=project, environment={**environment, "NO_COLOR": "1"}) as screen:
        assert screen.finish() == 0
    assert re.search(r"shop +new", screen.text)
    assert not COLOUR.search(screen.written)


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_that_cannot_redraw_gets_one_line(
    project: Path, server: GatedServer, environment: dict[str, str], term: str
) -> None:
    server.released.set()
    with on_a_terminal("plan", cwd=project, environment={**environment, "TERM": term}) as screen:
        assert screen.finish() == 0
    assert SUMMARY.fullmatch(screen.written.strip())


def test_quiet_shows_nothing_on_a_terminal_either(
    project: Path, server: GatedServer, environment: dict[str, str]
) -> None:
    server.released.set()
    with on_a_terminal("plan", "--quiet", cwd=project, environment=environment) as screen:
        assert screen.finish() == 0
    assert screen.written == ""


def test_lines_fit_a_narrow_terminal(project: Path, server: GatedServer, environment: dict[str, str]) -> None:
    server.released.set()
    with on_a_terminal("plan", cwd=project, environment=environment, width=20) as screen:
        assert screen.finish() == 0
    assert all(len(line.strip()) <= 20 for line in re.split(r"[\r\n]+", screen.text))


def test_an_interrupted_run_leaves_the_terminal_in_order(
    project: Path, server: GatedServer, environment: dict[str, str]
) -> None:
    with on_a_terminal("plan", cwd=project, environment=environment) as screen:
        assert server.held.wait(30)
        screen.wait_for("phrases +fetching")
        screen._program.terminate()
        assert screen.finish() == 130
    assert "stopping when the current step is done" in screen.text
    assert screen.text.strip().endswith("interrupted")
    assert screen.written.rindex("\x1b[?25h") > screen.written.rindex("\x1b[?25l")


# Elsewhere


def test_a_pipe_gets_one_line(project: Path, server: GatedServer, environment: dict[str, str]) -> None:
    server.released.set()
    first, second = (run_apart(["plan"], cwd=project, environment=environment) for _ in range(2))
    offline = run_apart(["plan", "--offline"], cwd=project, environment=environment)
    told = [SUMMARY.fullmatch(outcome.err.rstrip("\n")) for outcome in (first, second)]
    assert [match and (match["size"], match["same"]) for match in told] == [
        ("2.1 MB", None),
        ("0 B", " (2 unchanged)"),
    ]
    assert re.fullmatch(r"replayed 2 sources from the cache in \d+\.\d s\n", offline.err)
    assert first.out == second.out == offline.out


@pytest.mark.parametrize(
    "command", ["train", "plan", "fingerprint", "validate", "show", "lock", "export out", "plan --json", "train --json"]
)
def test_every_command_that_opens_a_project_tells_it(
    project: Path, server: GatedServer, environment: dict[str, str], command: str
) -> None:
    server.released.set()
    outcome = run_apart(command.split(), cwd=project, environment=environment)
    assert (outcome.code, bool(SUMMARY.fullmatch(outcome.err.rstrip("\n")))) == (0, True), outcome
    if "--json" in command:
        assert isinstance(outcome.document, dict)


@pytest.mark.parametrize("command", ["train", "plan", "validate", "lock", "export out"])
def test_quiet_tells_nothing(project: Path, server: GatedServer, environment: dict[str, str], command: str) -> None:
    server.released.set()
    outcome = run_apart([*command.split(), "--quiet"], cwd=project, environment=environment)
    assert outcome == Outcome(0, "", "")


def test_a_project_without_remote_sources_tells_nothing(write_project: ProjectWriter) -> None:
    assert run_apart(["plan"], cwd=write_project(PROJECT)).err == ""


def test_a_run_that_fails_tells_why_and_no_more(
    project: Path, server: GatedServer, environment: dict[str, str]
) -> None:
    server.released.set()
    server.files = {"/small.yml": SERVED["/small.yml"]}
    outcome = run_apart(["plan"], cwd=project, environment=environment)
    assert outcome.code == 1
    assert not SUMMARY.search(outcome.err)
    assert "404" in outcome.err


def test_a_stderr_that_is_gone_breaks_nothing(project: Path, server: GatedServer, environment: dict[str, str]) -> None:
    server.released.set()
    with Path("/dev/full").open("wb") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "tenprint", "plan"],
            cwd=project,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )
    assert finished.returncode == 0
    assert finished.stdout.startswith(b"train NLU and Core\n")


def test_what_draws_is_loaded_for_a_terminal_only(
    project: Path, server: GatedServer, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.released.set()
    for key, value in {**environment, "TERM": "xterm"}.items():
        monkeypatch.setenv(key, value)
    assert run_code(LOADED, "plan", cwd=project).out.endswith("False True\n")


def test_what_draws_is_not_loaded_without_remote_sources(write_project: ProjectWriter) -> None:
    project = write_project(PROJECT)
    (project / "loaded.py").write_text(LOADED)
    ours, theirs = pty.openpty()
    finished = subprocess.run(
        [sys.executable, "loaded.py", "plan"],
        cwd=project,
        env={**os.environ, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    os.close(ours)
    assert finished.stdout.endswith(b"False False\n")


# Words


def ended(*phases: str, size: int = 0) -> list[Progress]:
    return [Progress(str(number), phase, size) for number, phase in enumerate(phases)]  # type: ignore[arg-type]  # the words of the cases


@pytest.mark.parametrize(
    ("phases", "line"),
    [
        (["new"], "fetched 1 source, 1.2 kB in 0.8 s"),
        (["new", "unchanged", "unchanged"], "fetched 3 sources (2 unchanged), 3.6 kB in 0.8 s"),
        (["replayed"], "replayed 1 source from the cache in 0.8 s"),
        (["new", "last-good"], "fetched 1 source, 2.4 kB in 0.8 s; 1 source as fetched last"),
        (["failed", "failed"], "2 sources failed"),
    ],
)
def test_the_summary_says_how_every_source_ended(phases: list[str], line: str) -> None:
    assert summary(ended(*phases, size=1200), 0.8) == line


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shop", "shop"),
        ("a\nb\x1b[2J\t", "a\\nb\\x1b[2J\\t"),
        ("\u202egolp", "\\u202egolp"),
        ("x" * 50, "x" * 37 + "..."),
    ],
)
def test_names_cannot_move_the_cursor(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("term", "is_terminal", "watches"),
    [("xterm", True, True), ("xterm", False, False), ("dumb", True, False), (None, True, False)],
)
def test_only_a_terminal_that_says_what_it_is_watches(term: str | None, *, is_terminal: bool, watches: bool) -> None:
    assert terminal_watches({} if term is None else {"TERM": term}, is_terminal=is_terminal) is watches
