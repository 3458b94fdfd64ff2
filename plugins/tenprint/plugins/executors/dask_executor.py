"""Nodes on dask.distributed: on a cluster that is there, or on worker processes started for the run.

Rules:
- Functions and results travel as bytes that we pickle, so failures come back as they do from any other process.
- A scheduler is on this machine or is reached by TLS; see `addresses`. Workers that are started for a run speak TLS
  with a certificate made for them, so nobody else on this machine can send them work.
- The library of dask is blocking and runs an event loop of its own; it is called in threads only, on asyncio and trio.
- When a run is cancelled, what waits is withdrawn. What a worker has begun it finishes, and the result is dropped.
"""

import importlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread

from tenprint.fingerprinting.engine import (
    Capabilities,
    GraphCallError,
    answer_call,
    open_answer,
    pack_call,
    usable_cpus,
)
from tenprint.importers import ConfigurationError
from tenprint.plugins.executors.addresses import Certificates, is_encrypted

S = TypeVar("S")
T = TypeVar("T")

CONNECT_SECONDS = 30.0

WITHDRAW_SECONDS = 5.0
"""How long a scheduler may take to hear that a call is withdrawn."""

CLOSE_SECONDS = 30.0

_NO_PAGES: Mapping[str, Any] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
"""Scheduler and workers serve pages about themselves to all of this machine, and there is no way to have no server."""

_INSTALL = "pip install 'tenprint[dask]'"


class DaskExecutor:
    """Runs functions on the workers of a dask scheduler; made by `open`, and closed by `aclose` or `async with`."""

    def __init__(self, client: Any, closing: Callable[[], None]) -> None:
        """Use `open`."""
        self._client = client
        self._closing = closing
        self._slots = max(1, sum(client.nthreads().values()))
        self._waiting = anyio.CapacityLimiter(self._slots * 2)

    @classmethod
    async def open(
        cls,
        address: str | None = None,
        *,
        workers: int | None = None,
        certificates: Certificates | None = None,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> "DaskExecutor":
        """Connect to a scheduler, or start workers on this machine.

        Args:
            address: `tcp://` of this machine, or `tls://`; None starts workers, which end when this is closed.
            workers: How many to start; None for as many as there are processors.
            certificates: Needed for `tls://`.
            connect_seconds: How long a scheduler may take to answer, and to have its first worker.

        Raises:
            ConfigurationError: The address may not be believed, certificates are missing, dask is not installed, or
                nobody answers.
        """
        if address is not None and is_encrypted(address) != (certificates is not None):
            raise ConfigurationError(
                f"{address}: certificates belong to tls://, and to nothing else",
                hint="name authority, certificate and key for tls://, and none of them for tcp://",
            )
        if workers is not None and (workers < 1 or address is not None):
            raise ConfigurationError(
                f"{workers} workers cannot be started", hint="workers is at least 1, and only without an address"
            )
        opening = partial(_started, workers)
        if address is not None:
            opening = partial(_connected, address, certificates, connect_seconds)
        with anyio.CancelScope(shield=True):
            client, closing = await anyio.to_thread.run_sync(opening)
        try:
            await anyio.lowlevel.checkpoint()
            return await anyio.to_thread.run_sync(cls, client, closing)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(closing)
            raise

    async def __aenter__(self) -> "DaskExecutor":  # noqa: PYI034 - Python 3.10 has no Self
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(shares_memory=False, slots=self._slots)

    async def submit(self, fn: Callable[..., T], /, *args: Any, isolated: bool = False) -> T:
        del isolated  # a worker is another process
        (result,) = await self._results([partial(fn, *args)])
        return result

    async def map(self, fn: Callable[[S], T], values: Sequence[S], /) -> list[T]:
        return await self._results([partial(fn, value) for value in values])

    async def aclose(self) -> None:
        """Close the connection, and end the workers that were started."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._closing)

    async def _results(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        futures = await anyio.to_thread.run_sync(self._send, calls)
        try:
            return await anyio.to_thread.run_sync(
                self._gathered, futures, abandon_on_cancel=True, limiter=self._waiting
            )
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(WITHDRAW_SECONDS, shield=True):
                await anyio.to_thread.run_sync(self._withdraw, futures, abandon_on_cancel=True)
            raise

    def _gathered(self, futures: list[Any]) -> list[Any]:
        try:
            answers = self._client.gather(futures)
        except BaseException as error:  # the cancellation of a future is none of ours
            raise GraphCallError(
                f"the workers gave no answer: {type(error).__name__}: {error}",
                hint="see the logs of scheduler and workers; a worker that is killed may have needed too much memory",
            ) from error
        return [open_answer(answer) for answer in answers]

    def _send(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        packed = [pack_call(call) for call in calls]
        try:
            # Equal calls are not one call: what they do besides, such as storing, is done each time.
            futures: list[Any] = self._client.map(answer_call, packed, pure=False)
        except Exception as error:
            raise GraphCallError(f"the scheduler takes no calls: {error}", hint="see its logs") from error
        return futures

    def _withdraw(self, futures: list[Any]) -> None:
        # Of a scheduler that is gone nothing can be withdrawn.
        with suppress(Exception):
            self._client.cancel(futures, force=True)


def _connected(address: str, certificates: Certificates | None, seconds: float) -> tuple[Any, Callable[[], None]]:
    """Connect to a scheduler that is there."""
    distributed = _library()
    security = None
    if certificates is not None:
        security = distributed.Security(
            tls_ca_file=str(certificates.authority),
            tls_client_cert=str(certificates.certificate),
            tls_client_key=str(certificates.key),
            require_encryption=True,
        )
        _check(address, security, certificates)
    try:
        client = distributed.Client(
            address, security=security, set_as_default=False, timeout=seconds, direct_to_workers=False
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{address}: no scheduler of dask answers: {error}",
            hint="start one with `dask scheduler`, or correct `address` of the executor",
        ) from error
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        client.close()
        raise ConfigurationError(f"{address}: the scheduler has no workers", hint="start `dask worker`") from error
    return client, client.close


def _check(address: str, security: Any, certificates: Certificates) -> None:
    """Refuse certificates that cannot be read, before they are taken for a scheduler that is not there."""
    files = (certificates.authority, certificates.certificate, certificates.key)
    missing = [str(path) for path in files if not path.is_file()]
    try:
        if not missing:
            security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{address}: the certificates in {', '.join(map(str, files))} cannot be used: {error}",
            hint="authority, certificate and key are PEM files, and the key is that of the certificate",
        ) from error
    if missing:
        raise ConfigurationError(
            f"{address}: there is no file {', '.join(missing)}",
            hint="check authority, certificate and key of the executor; paths are relative to the project",
        )


def _started(workers: int | None) -> tuple[Any, Callable[[], None]]:
    """Start worker processes on this machine, and connect to them."""
    distributed = _library()
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="tenprint-dask-"))
        with importlib.import_module("dask").config.set({"temporary-directory": folder, **_NO_PAGES}):
            cluster = distributed.LocalCluster(
                n_workers=usable_cpus() if workers is None else workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                protocol="tls",
                security=True,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                local_directory=folder,
            )
        closing.callback(cluster.close, timeout=CLOSE_SECONDS)
        client = distributed.Client(cluster, set_as_default=False, direct_to_workers=False)
        closing.callback(client.close)
        return client, closing.pop_all().close


def _library() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise ConfigurationError("dask is not installed", hint=_INSTALL) from error
