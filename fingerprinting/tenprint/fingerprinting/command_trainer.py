"""The second trainer: a command of the user trains the exported project and leaves an archive.

Rules:
- No shell. The command runs in the exported project, without input, in a process group of its own.
- Its output is passed on line by line and not kept, but for the last lines, which an error repeats.
- However a run ends, by itself, by a limit of time or by being cancelled, nobody of its group runs on.
"""

import os
import shutil
import signal
import stat
import subprocess
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.abc import Process

from tenprint.fingerprinting.command import (
    FINETUNE,
    command_identity,
    command_text,
    filled,
    placeholders_of,
    word_faults,
)
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.trainer import ArchiveRequest
from tenprint.importers import gather

PROJECT_VARIABLE = "TENPRINT_PROJECT"
"""Environment variable of the command: the project itself, which `{original}` names too."""

GRACE_SECONDS = 5.0
"""How long a command that is asked to end may clean up."""

ARCHIVE_SUFFIX = ".tar.gz"

_LAST_LINES = 20
_LINE_BYTES = 2**16
_SHOWN = 300
_POLL_SECONDS = 0.1
_REST_SECONDS = 1.0
"""How long the rest of the output is read once the command has ended; a daemon may hold it open for ever."""
_NOTHING_TO_RUN = "name it in tenprint.yml below `trainer` or with --command"

Show = Callable[[str], None]
"""Takes one line of what the command prints; called in a worker thread."""


@dataclass(frozen=True, slots=True)
class CommandTrainer:
    """Trains by running a command; on asyncio and on trio.

    `words` may hold placeholders, `timeout` is in seconds, and `grace` is how many of them lie between asking the
    command to end and ending it.
    """

    words: tuple[str, ...]
    timeout: float | None = None
    show: Show | None = None
    grace: float = GRACE_SECONDS

    def __post_init__(self) -> None:
        faults = [fault for word in self.words for fault in word_faults(word)]
        if not self.words or not self.words[0]:
            faults.append("the command of the trainer is empty")
        if faults:
            raise TrainingError("; ".join(faults), hint=_NOTHING_TO_RUN)

    @property
    def identity(self) -> str:
        return command_identity(self.words)

    @property
    def can_finetune(self) -> bool:
        """Whether the command can be told a model to go on from."""
        return any(FINETUNE in placeholders_of(word) for word in self.words)

    async def check(self, project: Path) -> None:
        """Find the program, before anything is exported for it.

        Raises:
            TrainingError: There is no such program, or it is not executable.
        """
        if placeholders_of(self.words[0]) <= {"original"}:
            await anyio.to_thread.run_sync(_program, filled(self.words[:1], {"original": str(project)})[0], project)

    async def make_archive(self, request: ArchiveRequest) -> Path:
        """Run the command and return the one archive it made.

        Raises:
            TrainingError: It did not start, failed, took too long, or left anything but one archive.
        """
        arguments = filled(self.words, request.values())
        arguments[0] = await anyio.to_thread.run_sync(_program, arguments[0], request.original)
        output = _Output(self.show)
        with anyio.move_on_after(self.timeout) as limit:
            code = await self._run(arguments, request, output)
        if limit.cancelled_caught:
            raise self._failure(f"did not end within {self.timeout:g} s, so it was ended", output)
        if code != 0:
            raise self._failure(_how_it_ended(code), output)
        return await anyio.to_thread.run_sync(self._archive, request.out, output)

    async def _run(self, arguments: list[str], request: ArchiveRequest, output: "_Output") -> int:
        process = await self._started(arguments, request)
        try:
            await _followed(process, output)
        finally:
            await _ended(process, self.grace)
        assert process.returncode is not None  # noqa: S101 - it has ended
        return process.returncode

    async def _started(self, arguments: list[str], request: ArchiveRequest) -> Process:
        try:
            with anyio.CancelScope(shield=True):
                process = await anyio.open_process(
                    arguments,
                    cwd=request.exported,
                    env={**os.environ, PROJECT_VARIABLE: str(request.original)},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise TrainingError(
                f"the command `{command_text(self.words)}` cannot be started: {reason}",
                hint="a script must begin with a line such as #!/bin/sh and be executable",
            ) from error
        return process

    def _failure(self, how: str, output: "_Output") -> TrainingError:
        last = "".join(f"\n  {line}" for line in output.last)
        told = f"; the last it printed:{last}" if last else ", and it printed nothing"
        return TrainingError(
            f"the command `{command_text(self.words)}` {how}{told}",
            hint="the data is exported as `tenprint export` does it; try the command there",
        )

    def _archive(self, out: Path, output: "_Output") -> Path:
        """Find the archive the command left."""
        try:
            left = sorted(out.iterdir())
        except OSError:
            left = []
        found = [path for path in left if path.name.endswith(ARCHIVE_SUFFIX) and not path.name.startswith(".")]
        if not found:
            others = ", ".join(path.name for path in left[:5])
            raise self._failure(
                f"ended well but left no {ARCHIVE_SUFFIX} file in {{out}}" + (f", only {others}" if others else ""),
                output,
            )
        if len(found) > 1:
            names = ", ".join(path.name for path in found[:5])
            raise self._failure(f"left {len(found)} archives in {{out}} where one is expected ({names})", output)
        mode = found[0].lstat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no file"
            raise self._failure(f"left {found[0].name}, which is {kind}; only a regular file is taken over", output)
        return found[0]


class _Output:
    """What a command prints: passed on by the line, and only the last lines kept."""

    def __init__(self, show: Show | None) -> None:
        self.last: deque[str] = deque(maxlen=_LAST_LINES)
        self._show = show
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; a line that does not end is cut, so that memory stays bounded."""
        *lines, self._rest = (self._rest + chunk).replace(b"\r", b"\n").split(b"\n")
        if len(self._rest) > _LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._tell(line)

    def end(self) -> None:
        """Take the rest as a line, where the last one has no end."""
        self._tell(self._rest)
        self._rest = b""

    def _tell(self, raw: bytes) -> None:
        line = raw.decode(errors="backslashreplace").rstrip()
        if not line:
            return
        self.last.append(line if len(line) <= _SHOWN else f"{line[:_SHOWN]} ...")
        if self._show is not None:
            try:
                self._show(line)
            except OSError:
                # Nobody reads any more; that is no reason to stop a training.
                self._show = None


async def _followed(process: Process, output: _Output) -> None:
    """Pass on what the process prints until it ends, and end what it leaves behind."""
    assert process.stdout is not None  # noqa: S101 - asked for
    stream = process.stdout
    reading, read = anyio.CancelScope(), anyio.Event()

    async def listen() -> None:
        with reading:
            async for chunk in stream:
                await anyio.to_thread.run_sync(output.feed, chunk)
        output.end()
        read.set()

    async def wait() -> None:
        await _exited(process)
        # A child of its own that runs on would keep the pipe open.
        _signal(process, signal.SIGKILL)
        with anyio.move_on_after(_REST_SECONDS):
            await read.wait()
        reading.cancel()

    await gather([listen, wait])


async def _exited(process: Process) -> None:
    """Wait until the process itself has ended.

    Some versions of asyncio wait for the end of its output too, which others may hold open.
    """
    while process.returncode is None:
        with anyio.move_on_after(_POLL_SECONDS):
            await process.wait()


async def _ended(process: Process, grace: float) -> None:
    """End the whole group where it still runs: ask, wait, and do not ask any more."""
    assert process.stdout is not None  # noqa: S101 - asked for
    with anyio.CancelScope(shield=True):
        running = process.returncode is None
        try:
            if running:
                _signal(process, signal.SIGTERM)
                with anyio.move_on_after(grace):
                    await _exited(process)
        finally:
            # Also where the loop itself is stopped meanwhile, by a second Ctrl-C.
            if running:
                _signal(process, signal.SIGKILL)
            _let_go(process)
        if running:
            await _exited(process)
        await process.stdout.aclose()


def _let_go(process: Process) -> None:
    """Close the transport of asyncio, which waits for the end of an output that a daemon may hold open for ever.

    anyio has no way to do this, and a transport nobody has closed complains on stderr when the program ends.
    """
    transport = getattr(getattr(process, "_process", None), "_transport", None)
    if transport is not None:
        transport.close()


def _signal(process: Process, number: signal.Signals) -> None:
    """Send a signal to the group of the process, which may be gone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"failed with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"was ended by the signal {name}"


def _program(name: str, project: Path) -> str:
    """Find a program: by its path, which is relative to the project, or on the search path of the environment.

    Raises:
        TrainingError: It is not there, or cannot be executed.
    """
    if os.sep not in name:
        found = shutil.which(name)
        if found is None:
            raise TrainingError(
                f"the command of the trainer, {name!r}, is not installed",
                hint="install it into this environment, or write its path; relative paths are relative to the project",
            )
        return os.path.abspath(found)  # noqa: PTH100 - links of environments must not be resolved
    path = project / name
    if not path.is_file():
        raise TrainingError(f"the command of the trainer, {path}, is not a file", hint="check its path")
    if not os.access(path, os.X_OK):
        raise TrainingError(f"the command of the trainer, {path}, is not executable", hint=f"chmod +x {path}")
    return str(path)
