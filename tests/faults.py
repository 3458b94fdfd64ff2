"""Networks that fail: a TCP proxy that cuts, delays and swallows, and a server that sends the bytes it is given.

Both run in the task group of the test, on either event loop, and listen on loopback only.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import anyio.abc
from anyio.abc import SocketAttribute

_GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


@dataclass
class Faulty:
    """A listener: where it listens, how often something connected to it, and for what tunnels it was asked."""

    port: int = 0
    connections: int = 0
    asked: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def faulty_proxy(
    port: int,
    *,
    cut_after: int | None = None,
    delay: float = 0,
    black_hole: bool = False,
    heals_after: int = 10**9,
    tunnel: bool = False,
) -> AsyncIterator[Faulty]:
    """Forward to a port of this machine; answers are cut after some bytes, delayed, or swallowed whole.

    After `heals_after` connections it does no more harm. With `tunnel` it is an HTTP proxy that is asked for a tunnel.
    """
    proxy = Faulty()

    async def forward(source: anyio.abc.ByteStream, sink: anyio.abc.ByteStream, left: int | None) -> None:
        try:
            while True:
                chunk = await source.receive()
                await anyio.sleep(delay)
                await sink.send(chunk if left is None else chunk[:left])
                left = None if left is None else left - len(chunk)
                if left is not None and left <= 0:
                    break
        except _GONE:
            pass
        await sink.aclose()

    async def serve(client: anyio.abc.SocketStream) -> None:
        proxy.connections += 1
        harmful = proxy.connections <= heals_after
        async with client:
            if black_hole and harmful:
                await anyio.sleep_forever()
            if tunnel:
                proxy.asked.append((await client.receive()).partition(b"\r\n")[0])
                await client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            async with await anyio.connect_tcp("127.0.0.1", port) as server, anyio.create_task_group() as tasks:
                tasks.start_soon(forward, client, server, None)
                tasks.start_soon(forward, server, client, cut_after if harmful else None)

    async with _listening(serve) as proxy.port:
        yield proxy


@asynccontextmanager
async def raw_server(*answers: bytes, hold: bool = False) -> AsyncIterator[Faulty]:
    """Send one answer after the other, byte for byte, a connection each, the last one again and again.

    With `hold` a connection stays open after its answer.
    """
    server = Faulty()

    async def serve(client: anyio.abc.SocketStream) -> None:
        answer = answers[min(server.connections, len(answers) - 1)]
        server.connections += 1
        async with client:
            try:
                await client.receive()
                await client.send(answer)
                await (anyio.sleep_forever() if hold else client.send_eof())
            except _GONE:
                pass

    async with _listening(serve) as server.port:
        yield server


@asynccontextmanager
async def _listening(serve: Callable[[anyio.abc.SocketStream], Awaitable[None]]) -> AsyncIterator[int]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield int(listener.extra(SocketAttribute.local_port))  # noqa: S610 - of a socket
        tasks.cancel_scope.cancel()
