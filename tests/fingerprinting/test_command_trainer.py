"""Running a real command: what it may do wrong, and that nothing of it runs on."""

import math
import os
import resource
import signal
import sys
import tarfile
import threading
from pathlib import Path

import anyio
import pytest
from tests.foreign import RASA_3, script

from tenprint.fingerprinting import ArchiveRequest, ArchiveTrainer, CommandTrainer, TrainingError
from tenprint.fingerprinting.command_trainer import _Output

pytestmark = pytest.mark.anyio

SLEEPER = [sys.executable, "-c", "import time; time.sleep(300)"]


@pytest.fixture
def request_(tmp_path: Path) -> ArchiveRequest:
    """Return an exported project of one file, in folders whose names want quotes."""
    exported, original = tmp_path / "an 'exported' one", tmp_path / "the original"
    (exported / "models").mkdir(parents=True)
    (exported / "config.yml").write_text("language: en\n")
    original.mkdir()
    return ArchiveRequest(exported, original, "a name")


async def made(request: ArchiveRequest, body: str, **options: object) -> Path:
    words = script(request.original, body)
    return await CommandTrainer(words, **options).make_archive(request)  # type: ignore[arg-type]  # options of the test


async def failure(request: ArchiveRequest, body: str, **options: object) -> str:
    with pytest.raises(TrainingError) as caught:
        await made(request, body, **options)
    assert "maker.py" in caught.value.message
    return caught.value.message


async def hanging(request: ArchiveRequest, body: str, ready: str, *, grace: float = 10.0) -> tuple[float, str]:
    """Let a command hang until its time is up, which must be long enough for it to come so far on a busy machine.

    The answer is that time, and what is told.
    """
    for seconds in (0.7, 5.0, 50.0):
        message = await failure(request, body, timeout=seconds, grace=grace)
        if (request.out / ready).exists():
            return seconds, message
    raise AssertionError(f"the command never wrote {ready}")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def gone(path: Path) -> bool:
    """Tell whether the process whose number a file holds ends soon."""
    pid = int(await anyio.Path(path).read_text())
    with anyio.move_on_after(60):
        while is_running(pid):  # noqa: ASYNC110 - another process tells nobody
            await anyio.sleep(0.02)
    return not is_running(pid)


async def test_the_archive_of_a_command_is_found(request_: ArchiveRequest) -> None:
    lines: list[str] = []
    archive = await made(request_, RASA_3, show=lines.append)
    assert archive == request_.exported / "models" / "a name.tar.gz"
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["metadata.json", "components/train_Policy0/policy.json"]
    assert lines == ["training a name"]


async def test_it_is_a_trainer_of_archives_known_by_its_words() -> None:
    trainer = CommandTrainer(("rasa", "train", "{out}"), timeout=5)
    assert isinstance(trainer, ArchiveTrainer)
    assert trainer.identity == CommandTrainer(("rasa", "train", "{out}")).identity == "command: rasa train {out}"


async def test_all_placeholders_are_filled_and_the_project_is_in_the_environment(request_: ArchiveRequest) -> None:
    body = """
import subprocess
(out / "said").write_text(json.dumps([sys.argv[3:], os.environ["TENPRINT_PROJECT"], os.getcwd(), sys.stdin.read()]))
rasa_3(out / "x.tar.gz")
"""
    words = (
        *script(request_.original, body),
        "{project}",
        "{config}",
        "{domain}",
        "{data}",
        "{original}",
        "a {{b}} $X",
    )
    await CommandTrainer(words).make_archive(request_)
    exported, original = str(request_.exported), str(request_.original)
    assert __import__("json").loads((request_.out / "said").read_text()) == [
        [exported, f"{exported}/config.yml", f"{exported}/domain.yml", f"{exported}/data", original, "a {b} $X"],
        original,
        exported,
        "",
    ]


async def test_a_failing_command_is_told_with_its_code_and_last_lines(request_: ArchiveRequest) -> None:
    body = "for i in range(50): print('line', i)\nsys.exit('no GPU here')"
    message = await failure(request_, body)
    assert "failed with exit code 1" in message
    assert message.endswith("\n  line 49\n  no GPU here")
    assert "line 30" not in message
    assert "printed nothing" in await failure(request_, "sys.exit(3)")


async def test_a_command_that_is_killed_is_told_with_the_signal(request_: ArchiveRequest) -> None:
    assert "ended by the signal SIGKILL" in await failure(request_, "os.kill(os.getpid(), 9)")


async def test_a_command_that_hangs_is_ended_in_time(request_: ArchiveRequest) -> None:
    body = "print('waiting', flush=True)\n(out / 'pid').write_text(str(os.getpid()))\nimport time; time.sleep(300)"
    seconds, message = await hanging(request_, body, "pid")
    assert f"did not end within {seconds:g} s," in message
    assert message.endswith("\n  waiting")
    assert await gone(request_.out / "pid")


async def test_a_command_that_ignores_the_request_to_end_is_ended_all_the_same(request_: ArchiveRequest) -> None:
    body = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
(out / "pid").write_text(str(os.getpid()))
time.sleep(300)
"""
    _, message = await hanging(request_, body, "pid", grace=0.3)
    assert "did not end" in message
    assert await gone(request_.out / "pid")


async def test_a_command_that_is_asked_to_end_may_clean_up(request_: ArchiveRequest) -> None:
    body = """
import signal, time
def end(number, frame):
    (out / "cleaned").touch()
    sys.exit()
signal.signal(signal.SIGTERM, end)
(out / "ready").touch()
time.sleep(300)
"""
    await hanging(request_, body, "ready")
    assert (request_.out / "cleaned").exists()


@pytest.mark.parametrize("ending", ["import time; time.sleep(300)", "sys.exit(1)", 'rasa_3(out / "x.tar.gz")'])
async def test_a_grandchild_does_not_outlive_the_command(request_: ArchiveRequest, ending: str) -> None:
    body = f"""
import subprocess
child = subprocess.Popen({SLEEPER!r})
(out / "pid").write_text(str(child.pid))
{ending}
"""
    if "rasa_3" in ending:
        await made(request_, body)
    elif "sleep" in ending:
        await hanging(request_, body, "pid")
    else:
        await failure(request_, body)
    assert await gone(request_.out / "pid")


async def test_a_daemon_that_left_the_group_is_not_waited_for(request_: ArchiveRequest) -> None:
    body = """
daemon = os.fork()
if daemon == 0:
    os.setsid()
    import time; time.sleep(300)
    os._exit(0)
while os.getpgid(daemon) != daemon:
    pass
(out / "pid").write_text(str(daemon))
rasa_3(out / "x.tar.gz")
"""
    assert (await made(request_, body, grace=0.2)).exists()
    os.kill(int((request_.out / "pid").read_text()), signal.SIGKILL)


async def test_cancelling_ends_the_command_and_its_children(request_: ArchiveRequest) -> None:
    body = f"""
import subprocess, time
child = subprocess.Popen({SLEEPER!r})
(out / "child").write_text(str(child.pid))
(out / "pid").write_text(str(os.getpid()))
time.sleep(300)
"""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(made, request_, body)
        while not (request_.out / "pid").exists() or not (request_.out / "pid").read_text():  # noqa: ASYNC110 - as above
            await anyio.sleep(0.02)
        tasks.cancel_scope.cancel()
    assert await gone(request_.out / "pid")
    assert await gone(request_.out / "child")
    assert threading.active_count() < 50


async def test_much_output_is_not_kept(request_: ArchiveRequest) -> None:
    body = """
line = b"x" * 79 + b"\\n"
for _ in range(300):
    sys.stdout.buffer.write(line * 13_000)
rasa_3(out / "x.tar.gz")
"""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = 0

    def count(_: str) -> None:
        nonlocal lines
        lines += 1

    await made(request_, body, show=count)
    assert lines == 300 * 13_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


async def test_a_line_without_an_end_is_cut(request_: ArchiveRequest) -> None:
    longest = 0

    def measure(line: str) -> None:
        nonlocal longest
        longest = max(longest, len(line))

    message = await failure(request_, "for _ in range(64): sys.stdout.write('x' * 2**20)\nsys.exit(1)", show=measure)
    assert 2**16 <= longest < 2**18
    assert len(message) < 20_000


async def test_output_that_is_not_utf_8_is_shown_as_escapes(request_: ArchiveRequest) -> None:
    body = "sys.stdout.buffer.write('gr\\u00fc\\u00dfe'.encode() + b' \\xff\\xfe\\r50%\\rdone')\nsys.exit(1)"
    assert (await failure(request_, body)).endswith("\n  gr\u00fc\u00dfe \\xff\\xfe\n  50%\n  done")


async def test_who_listens_may_go_away(request_: ArchiveRequest) -> None:
    def show(_: str) -> None:
        raise BrokenPipeError

    assert (await made(request_, RASA_3, show=show)).exists()


ARCHIVES: dict[str, tuple[str, str]] = {
    "none": ("(out / 'model.zip').touch()", "left no .tar.gz file in {out}, only model.zip"),
    "hidden": ("rasa_3(out / '.x.tar.gz')", "left no .tar.gz file in {out}, only .x.tar.gz"),
    "below": ("(out / 'deep').mkdir(); rasa_3(out / 'deep' / 'x.tar.gz')", "left no .tar.gz file in {out}, only deep"),
    "two": ("rasa_3(out / 'x.tar.gz'); rasa_3(out / 'y.tar.gz')", "left 2 archives in {out} where one is expected"),
    "folder": ("(out / 'x.tar.gz').mkdir()", "left x.tar.gz, which is a folder"),
    "link": ("(out / 'x.tar.gz').symlink_to('/etc/passwd')", "left x.tar.gz, which is a link"),
    "pipe": ("os.mkfifo(out / 'x.tar.gz')", "left x.tar.gz, which is no file"),
    "no out": ("out.rmdir()", "left no .tar.gz file in {out}"),
    "no working directory": ("import shutil; shutil.rmtree(os.getcwd())", "left no .tar.gz file in {out}"),
}


@pytest.mark.parametrize("name", ARCHIVES)
async def test_anything_but_one_regular_archive_is_an_error(request_: ArchiveRequest, name: str) -> None:
    body, expected = ARCHIVES[name]
    assert expected in await failure(request_, body)


def executable(path: Path, text: str, mode: int = 0o755) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


async def refused(words: tuple[str, ...], project: Path) -> TrainingError:
    with pytest.raises(TrainingError) as caught:
        await CommandTrainer(words).check(project)
    assert caught.value.hint
    return caught.value


async def test_a_program_that_cannot_be_run_is_refused_beforehand(tmp_path: Path) -> None:
    executable(tmp_path / "not executable.sh", "#!/bin/sh\n", 0o644)
    assert "'no-such-program', is not installed" in (await refused(("no-such-program",), tmp_path)).message
    assert "is not a file" in (await refused(("./nothing.sh",), tmp_path)).message
    assert "is not a file" in (await refused(("{original}/",), tmp_path)).message
    assert "is not executable" in (await refused(("./not executable.sh",), tmp_path)).message
    await CommandTrainer(("sh", "-c", "true")).check(tmp_path)


async def test_a_program_may_lie_in_the_project(request_: ArchiveRequest) -> None:
    inner = " ".join(f"'{word}'" for word in script(request_.original)[:2])
    executable(request_.original / "train it.sh", f'#!/bin/sh\nexec {inner} "$@"\n')
    for name in ("./train it.sh", "{original}/train it.sh"):
        trainer = CommandTrainer((name, "{out}", "{name}"))
        await trainer.check(request_.original)
        (await trainer.make_archive(request_)).unlink()


async def test_a_script_the_system_cannot_run_is_an_error(request_: ArchiveRequest) -> None:
    executable(request_.original / "script", "echo no line that names a shell\n")
    with pytest.raises(TrainingError, match="cannot be started: Exec format error"):
        await CommandTrainer(("./script",)).make_archive(request_)


@pytest.mark.parametrize("words", [(), ("",), ("rasa", "{nam}"), ("rasa", "{")])
def test_words_that_are_no_command_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(TrainingError):
        CommandTrainer(words)


@pytest.mark.parametrize("sizes", [1, 2, 3, 7, math.inf])
def test_lines_do_not_depend_on_how_they_arrive(sizes: float) -> None:
    text = "one\ntwo\r\n\n\u00fcber\nrest".encode()
    step = len(text) if sizes == math.inf else int(sizes)
    lines: list[str] = []
    output = _Output(lines.append)
    for start in range(0, len(text), step):
        output.feed(text[start : start + step])
    output.end()
    assert lines == list(output.last) == ["one", "two", "\u00fcber", "rest"]
