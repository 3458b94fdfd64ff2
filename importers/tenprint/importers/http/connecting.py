"""Connecting: the one place where a name becomes an address, and the address is looked at before it is used.

A name is resolved once per connection, all its addresses are checked, and one of these very addresses is connected to.
So no second answer of a resolver, and no redirect, leads into a network that was not allowed.
"""

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

import anyio
import httpcore2
import httpx2

from tenprint.importers.http.addresses import is_address, names_this_machine, reason_against
from tenprint.importers.http.failures import AddressRefused

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Addresses of a host, the best first."""

_HINT = "if this is your own network, allow it with `allow_private: true`"


async def system_resolver(host: str, port: int) -> list[str]:
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_name(host: str) -> None:
    """Refuse what can be told without resolving, as where a proxy does that.

    Raises:
        AddressRefused: The host is an address of no public network, or always means the machine itself.
    """
    meaning = reason_against(host) if is_address(host) else "this machine" if names_this_machine(host) else None
    if meaning is not None:
        raise AddressRefused(f"{host} belongs to {meaning}, so nothing is fetched from it", hint=_HINT)


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects over TCP to addresses that were looked at, by a backend that sees nothing else; on both event loops."""

    def __init__(
        self,
        resolver: Resolver,
        *,
        allow_private: bool,
        seconds: float,
        backend: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._resolver = resolver
        self._allow_private = allow_private
        self._seconds = seconds
        self._backend = backend or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of the library
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        last: Exception = httpcore2.ConnectError("no address")
        for address in await self._addresses(host, port, timeout):
            try:
                return await self._backend.connect_tcp(address, port, self._seconds, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:  # noqa: PERF203 - the next one
                last = error
        raise last

    async def _addresses(self, host: str, port: int, seconds: float | None) -> Sequence[str]:
        addresses: Sequence[str] = [host]
        if not is_address(host):
            try:
                with anyio.fail_after(seconds):
                    addresses = await self._resolver(host, port)
            except TimeoutError as error:
                raise httpcore2.ConnectTimeout("resolving took too long") from error
            except (OSError, UnicodeError) as error:
                raise httpcore2.ConnectError("the host has no address") from error
        if not self._allow_private:
            for address in addresses:
                _check(host, address)
        return addresses


def _check(host: str, address: str) -> None:
    meaning = reason_against(address)
    if meaning is None:
        return
    shown = host if host == address else f"{host} is at {address}, which"
    raise AddressRefused(f"{shown} belongs to {meaning}, so nothing is fetched from it", hint=_HINT)


def trusting(ca: str | None) -> ssl.SSLContext:
    """Make what certificates are checked with: those the system trusts and, where it is named, a CA of the user's own.

    Raises:
        OSError: The file of the CA cannot be read, or holds no certificate (`ssl.SSLError`).
    """
    context = httpx2.create_ssl_context()
    if ca is not None:
        context.load_verify_locations(cafile=ca)
    return context
