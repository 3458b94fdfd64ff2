"""`train --trainer command` as a person uses it, and Ctrl-C in the middle of it."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from tests.foreign import runs, script, settings
from tests.program import PROJECT, run_apart, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.fixture
def project(write_project: ProjectWriter) -> Path:
    return write_project(PROJECT)


def test_a_command_is_named_by_an_option(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "with 'quotes' and spaces"
    folder.mkdir()
    command = shlex.join(script(folder))
    outcome = run_here(capsys, "-C", str(project), "train", "--trainer", "command", "--command", command)
    assert (outcome.code, runs(project)) == (0, 1)
    assert outcome.out.startswith("train NLU and Core\n")
    assert outcome.err.startswith("training 20")
    outcome = run_here(capsys, "-C", str(project), "train", "--command", command)
    assert outcome.out.startswith("nothing to do: ")
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code", "--command", command).code == 0
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code").code == 3
    assert runs(project) == 1


def test_quiet_and_json_keep_the_output_of_the_command_apart(
    write_project: ProjectWriter, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(settings(script(tmp_path)))
    outcome = run_here(capsys, "-C", str(project), "train", "--json", "--fixed-model-name", "peg")
    assert (outcome.code, outcome.err) == (0, "training peg\n")
    assert outcome.document["model"] == f"{project}/models/peg.tar.gz"
    assert "command" in outcome.document["seconds"]
    outcome = run_here(capsys, "-C", str(project), "train", "--force", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_output_of_the_command_cannot_move_the_cursor(
    write_project: ProjectWriter, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(settings(script(tmp_path, "print('\\x1b[2Jgone')\nsys.exit(4)")))
    outcome = run_here(capsys, "-C", str(project), "train")
    assert outcome.code == 1
    assert "\x1b" not in outcome.err
    assert outcome.err.startswith("\\x1b[2Jgone\nerror: the command `")
    assert "failed with exit code 4; the last it printed:\n  \\x1b[2Jgone [training]\n" in outcome.err


def test_settings_name_a_command_and_an_option_the_components(
    write_project: ProjectWriter, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(settings(script(tmp_path)))
    outcome = run_here(capsys, "-C", str(project), "train", "--trainer", "components")
    assert (outcome.code, runs(project)) == (0, 0)
    outcome = run_here(capsys, "-C", str(project), "train", "--trainer", "components", "--command", "x")
    assert (outcome.code, "--command needs the trainer" in outcome.err) == (2, True)
    outcome = run_here(capsys, "-C", str(project), "train", "--trainer", "comand")
    assert outcome.code == 2


def test_a_command_that_is_missing_or_wrong_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", str(project), "train", "--trainer", "command")
    assert (outcome.code, "no command is named" in outcome.err) == (1, True)
    outcome = run_here(capsys, "-C", str(project), "train", "--command", "rasa {nam}")
    assert (outcome.code, "{nam} is no placeholder [unknown-placeholder]" in outcome.err) == (1, True)
    outcome = run_here(capsys, "-C", str(project), "train", "--command", "no-such-program")
    assert (outcome.code, "'no-such-program', is not installed [training]" in outcome.err) == (1, True)
    assert set(tree(project)) == {*PROJECT, "data"}


def test_a_dry_run_and_a_fixed_name(
    write_project: ProjectWriter, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(settings(script(tmp_path)))
    assert run_here(capsys, "-C", str(project), "train", "--dry-run").out.endswith("dry run: nothing was written\n")
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "../peg").code == 1
    assert runs(project) == 0
    for name in ("peg", "goose"):
        assert run_here(capsys, "-C", str(project), "train", "--force", "--fixed-model-name", name).code == 0
    outcome = run_here(capsys, "-C", str(project), "plan", "--model", "models/peg.tar.gz", "--json")
    assert outcome.document["action"] == "none"


def test_models_say_who_made_them_and_whether_they_are_whole(
    write_project: ProjectWriter, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "ours").code == 0
    write_project(settings(script(tmp_path)))
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "theirs").code == 0
    theirs, ours = run_here(capsys, "-C", str(project), "models", "--json").document["models"]
    assert (Path(theirs["path"]).name, Path(ours["path"]).name) == ("theirs.tar.gz", "ours.tar.gz")
    assert (ours["trained_by"], theirs["trained_by"].startswith("command: ")) == (None, True)
    assert "theirs.tar.gz  (command: " in run_here(capsys, "-C", str(project), "models").out
    assert run_here(capsys, "-C", str(project), "models", "--verify").code == 0
    outcome = run_here(capsys, "-C", str(project), "parse", "hello")
    assert (outcome.code, "was made by another program" in outcome.err) == (1, True)
    archive = project / "models" / "theirs.tar.gz"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    outcome = run_here(capsys, "-C", str(project), "models", "--verify")
    assert (outcome.code, "theirs.tar.gz" in outcome.err, "ours.tar.gz:" in outcome.err) == (1, True, False)


def test_a_full_disk_leaves_no_model(write_project: ProjectWriter, project: Path, tmp_path: Path) -> None:
    body = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
archive(out / "x.tar.gz", {"weights": os.urandom(3 * 2**20)})
"""
    write_project(settings(script(tmp_path, body)))
    (tmp_path / "temporary").mkdir()
    limited = f"ulimit -S -f 1024; exec {shlex.quote(sys.executable)} -m tenprint -C {shlex.quote(str(project))} train"
    done = subprocess.run(
        ["bash", "-c", limited],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, "File too large" in done.stderr) == (1, True), done.stderr
    assert list((project / "models").iterdir()) == []
    assert tree(tmp_path / "temporary") == {}


def test_models_that_are_no_folder_are_told_before_the_command_runs(
    write_project: ProjectWriter, project: Path, tmp_path: Path
) -> None:
    write_project({**settings(script(tmp_path)), "models": "a file\n"})
    outcome = run_apart(["-C", str(project), "train"])
    assert (outcome.code, runs(project)) == (1, 0)
    assert "no model can be stored" in outcome.err


WAITING = """
import subprocess, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
folder = pathlib.Path(os.environ["TENPRINT_PROJECT"]).parent
(folder / "child").write_text(str(child.pid))
(folder / "started").write_text(str(os.getpid()))
"""


@contextmanager
def training(project: Path, folder: Path, body: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the program, and wait until the command trains."""
    (folder / "temporary").mkdir()
    (project / "tenprint.yml").write_text(settings(script(folder, WAITING + body))["tenprint.yml"])
    with subprocess.Popen(
        [sys.executable, "-m", "tenprint", "-C", str(project), "train"],
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        deadline = monotonic() + 60
        while not (folder / "started").exists() or not (folder / "started").read_text():
            assert program.poll() is None, program.communicate()
            assert monotonic() < deadline
            sleep(0.01)
        yield program


def is_gone(file: Path) -> bool:
    """Tell whether the process whose number a file holds is no more, or nobody but its parent's list knows of it."""
    stat = Path(f"/proc/{file.read_text()}/stat")
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_command_with_its_children(project: Path, tmp_path: Path, number: signal.Signals) -> None:
    with training(project, tmp_path, "time.sleep(300)") as program:
        before = tree(project)
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out) == (130, "")
    assert [line.partition(" ")[0] for line in err.splitlines() if line] == ["stopping", "interrupted"], err
    assert is_gone(tmp_path / "started")
    assert is_gone(tmp_path / "child")
    assert tree(project) == before
    assert tree(tmp_path / "temporary") == {}


def test_who_interrupts_twice_does_not_wait_for_a_command_that_does_not_listen(project: Path, tmp_path: Path) -> None:
    body = """
import signal
signal.signal(signal.SIGTERM, lambda *_: (folder / "asked").touch())
print("deaf", flush=True)
while True:
    time.sleep(300)
"""
    with training(project, tmp_path, body) as program:
        assert program.stderr is not None
        assert program.stderr.readline() == "deaf\n"
        program.send_signal(signal.SIGINT)
        assert program.stderr.readline().startswith("stopping")
        while not (tmp_path / "asked").exists():
            sleep(0.01)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err.strip()) == (130, "", "interrupted")
    assert is_gone(tmp_path / "started")
    assert is_gone(tmp_path / "child")
    assert tree(tmp_path / "temporary") == {}
