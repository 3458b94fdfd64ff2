"""Running git: one child process at a time, with bounds on all it may do.

Rules kept here:

* a child leads a process group of its own and has no terminal; when a run is cancelled the whole group ends with it;
* what it prints is bounded: output by a limit that ends it, complaints by keeping the last of them;
* a child is first asked to end, so that git removes its own temporary files, and made to after a moment.
"""

import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from subprocess import DEVNULL, PIPE

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process

from tenprint.importers.concurrency import gather
from tenprint.importers.git.failures import GitNotInstalled, GitTooLarge
from tenprint.importers.secret import HiddenValues

OUTPUT_BYTES = 256 * 2**20
"""A listing of 200,000 files has about 20 MB."""
_COMPLAINT_BYTES = 32 * 2**10
_GRACE_SECONDS = 2.0
_GONE_SECONDS = 1.0
_PAUSE_SECONDS = 0.005
_FEED_BYTES = 2**16

Receive = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: 0 is well; what it printed, and what it complained about."""

    code: int
    output: bytes = field(repr=False)
    complaints: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Git:
    """Git with an environment; `folder` is the bare repository it works on."""

    program: str
    environment: Mapping[str, str]
    folder: str = os.devnull

    async def run(self, *arguments: str, feed: bytes = b"", limit: int = OUTPUT_BYTES) -> Finished:
        """Run a command and keep what it prints.

        Raises:
            GitTooLarge: It prints more than the limit.
        """
        output = bytearray()

        async def receive(chunk: bytes) -> None:
            output.extend(chunk)
            if len(output) > limit:
                raise GitTooLarge(
                    f"git {arguments[0]} printed more than {limit} bytes",
                    hint="name the folder with the training data as `subdirectory`",
                )

        code, complaints = await self.stream(*arguments, feed=feed, receive=receive)
        return Finished(code, bytes(output), complaints)

    async def stream(self, *arguments: str, feed: bytes, receive: Receive) -> tuple[int, str]:
        """Run a command and hand over what it prints as it comes; return its exit code and complaints."""
        # Not to be cancelled: a child that is half started could not be ended.
        with anyio.CancelScope(shield=True):
            process = await self._started(arguments, has_input=bool(feed))
        complaints = bytearray()
        ended = False
        try:
            await gather(
                [
                    lambda: _feed(process.stdin, feed),
                    lambda: _receive(process.stdout, receive),
                    lambda: _receive(process.stderr, _keep_last(complaints)),
                ]
            )
            code = await process.wait()
            ended = True
        finally:
            await _release(process, ended=ended)
        return code, complaints.decode(errors="replace")

    async def _started(self, arguments: Sequence[str], *, has_input: bool) -> Process:
        environment = HiddenValues({**self.environment, "GIT_DIR": self.folder})
        reason = None
        try:
            try:
                return await self._opened(arguments, environment, has_input=has_input)
            except TypeError:
                pass
            # Not within the handlers: the frames of their errors hold the environment. uvloop takes nothing but a
            # dictionary, not even one that prints nothing of itself.
            return await self._opened(arguments, dict(environment), has_input=has_input)
        except OSError as error:
            reason = error.strerror
        raise GitNotInstalled(f"{self.program} cannot be run: {reason}", hint="install git 2.32 or newer")

    async def _opened(self, arguments: Sequence[str], environment: Mapping[str, str], *, has_input: bool) -> Process:
        return await anyio.open_process(
            [self.program, *arguments],
            stdin=PIPE if has_input else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd="/",
            env=environment,
            start_new_session=True,
        )


def git_program(search_path: str | None) -> str:
    """Find git on a search path.

    Raises:
        GitNotInstalled: There is none.
    """
    found = shutil.which("git", path=search_path)
    if found is None:
        raise GitNotInstalled("there is no git on the search path", hint="install git 2.32 or newer")
    return os.path.abspath(found)  # noqa: PTH100 - links of wrappers must not be resolved


def _keep_last(kept: bytearray) -> Receive:
    async def keep(chunk: bytes) -> None:
        kept.extend(chunk)
        del kept[:-_COMPLAINT_BYTES]

    return keep


async def _feed(stream: ByteSendStream | None, feed: bytes) -> None:
    if stream is None:
        return
    # A child that ends early closes its side; its exit code tells why.
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        for start in range(0, len(feed), _FEED_BYTES):
            await stream.send(feed[start : start + _FEED_BYTES])
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        await stream.aclose()


async def _receive(stream: ByteReceiveStream | None, receive: Receive) -> None:
    if stream is None:
        return
    async for chunk in stream:
        await receive(chunk)


async def _release(process: Process, *, ended: bool) -> None:
    """Release what belongs to a child; one that has not ended by itself is ended, with all it started."""
    with anyio.CancelScope(shield=True):
        if not ended:
            _signal(process.pid, signal.SIGTERM)
            with anyio.move_on_after(_GRACE_SECONDS):
                await process.wait()
            _signal(process.pid, signal.SIGKILL)
        await process.aclose()
        if not ended:
            # The system gives no word of the end of a grandchild. One that nobody collects is there for ever.
            with anyio.move_on_after(_GONE_SECONDS):
                while _signal(process.pid, 0):  # noqa: ASYNC110 - there is nothing to wait for
                    await anyio.sleep(_PAUSE_SECONDS)


def _signal(group: int, number: int) -> bool:
    """Send a signal to all of a process group; tell whether there is anybody left."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
