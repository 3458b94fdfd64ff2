"""Networks that fail: a TCP proxy that cuts, delays and swallows, and a server that sends the bytes it is given.

Both run in the task group of the test, on either event loop, and listen on loopback only.
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import anyio
import anyio.abc
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSStream

# What anyio does not translate is told as the system tells it: by `send_eof` on trio, and by TLS.
_GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)


@dataclass
class Faulty:
    """A listener: where it listens, how often something connected to it, and what it was asked for."""

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
async def raw_server(*answers: bytes, hold: bool = False, tls: ssl.SSLContext | None = None) -> AsyncIterator[Faulty]:
    """Send one answer after the other, byte for byte, a connection each, the last one again and again.

    With `hold` a connection stays open after its answer. What came is kept in `asked`.
    """
    server = Faulty()

    async def serve(client: anyio.abc.SocketStream) -> None:
        answer = answers[min(server.connections, len(answers) - 1)]
        server.connections += 1
        async with client:
            # A client that does not trust us goes away in the middle of the greeting.
            with suppress(*_GONE):
                stream: anyio.abc.ByteStream = client
                if tls is not None:
                    stream = await TLSStream.wrap(client, server_side=True, ssl_context=tls, standard_compatible=False)
                server.asked.append(await stream.receive())
                await stream.send(answer)
                await (anyio.sleep_forever() if hold else client.send_eof())

    async with _listening(serve) as server.port:
        yield server


@dataclass
class Front:
    """A port that stays while the server behind it is exchanged."""

    target: int = 0
    port: int = 0
    listening: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    gone: anyio.Event = field(default_factory=anyio.Event)

    async def close(self) -> None:
        """Let nothing listen there any more."""
        self.listening.cancel()
        await self.gone.wait()


@asynccontextmanager
async def front(gate: Callable[[], Awaitable[object]] | None = None) -> AsyncIterator[Front]:
    """Forward each connection to the port that is the target when it comes, after the gate has let it through."""
    state = Front()

    async def forward(source: anyio.abc.ByteStream, sink: anyio.abc.SocketStream) -> None:
        with suppress(*_GONE):
            async for chunk in source:
                await sink.send(chunk)
            await sink.send_eof()

    async def serve(client: anyio.abc.SocketStream) -> None:
        if gate is not None:
            await gate()
        server = await anyio.connect_tcp("127.0.0.1", state.target)
        async with client, server, anyio.create_task_group() as tasks:
            tasks.start_soon(forward, client, server)
            await forward(server, client)
            # Whoever has answered is done, whatever the other side still waits for.
            tasks.cancel_scope.cancel()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    state.port = int(listener.extra(SocketAttribute.local_port))  # noqa: S610 - of a socket

    async def listen() -> None:
        async with listener:
            with state.listening:
                await listener.serve(serve)
        state.gone.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        yield state
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def _listening(serve: Callable[[anyio.abc.SocketStream], Awaitable[None]]) -> AsyncIterator[int]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield int(listener.extra(SocketAttribute.local_port))  # noqa: S610 - of a socket
        tasks.cancel_scope.cancel()
