"""The HTTP client: one request and its answer, with checked connections and errors of ours.

httpx2 has the shape of requests and answers, its lower half httpcore2 the connections, because only there the address
that is connected to can be looked at. Its client class is not used: it would follow rules of the environment, keep
cookies, and log every URL with its query.
"""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType

import anyio
import httpcore2
import httpx2

from tenprint.importers.http.addresses import WebAddress
from tenprint.importers.http.connecting import CheckedBackend, Resolver, check_name, system_resolver
from tenprint.importers.http.failures import AddressRefused, HttpError, Truncated, Unreachable, UntrustedServer
from tenprint.importers.http.limits import DEFAULT_LIMITS, DownloadLimits
from tenprint.importers.http.proxies import Proxy, proxy_for
from tenprint.importers.http.quiet import quiet_libraries
from tenprint.importers.http.retrying import Passing, Pauses

_CLOSING_SECONDS = 2.0
"""How long closing may take, also in a task that is cancelled."""

_TRUST = "if the server has a certificate of your own CA, name the file of that CA as `ca`"


@dataclass(frozen=True, slots=True)
class Network:
    """How the world is reached; programs and tests may pass their own."""

    resolver: Resolver = system_resolver
    limits: DownloadLimits = DEFAULT_LIMITS
    pauses: Pauses = field(default_factory=Pauses)
    backend: httpcore2.AsyncNetworkBackend | None = None
    """What connects to an address that is allowed; None is plain TCP."""


class Client:
    """Sends requests; used as a context manager, and everything it opened is closed at the end."""

    def __init__(
        self,
        network: Network,
        trust: ssl.SSLContext,
        *,
        allow_private: bool = False,
        proxy: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.network = network
        self._trust = trust
        self._allow_private = allow_private
        self._proxy = proxy
        self._environment = environment or {}
        self._transports: dict[Proxy | None, _Transport] = {}
        self._limiters: dict[str, anyio.CapacityLimiter] = {}

    async def __aenter__(self) -> "Client":  # noqa: PYI034 - Python 3.10 has no Self
        quiet_libraries()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
            for transport in reversed(self._transports.values()):
                await transport.aclose()

    @asynccontextmanager
    async def get(self, address: WebAddress, headers: Mapping[str, str]) -> AsyncIterator[httpx2.Response]:
        """Send one GET and yield the answer, its body not read yet; redirects are answers like others.

        Raises:
            Passing: A failure that may pass.
            HttpError: Any other; also while the body is read within the context.
        """
        seconds = self.network.limits.stall_seconds
        timeouts = {"connect": seconds, "read": seconds, "write": seconds, "pool": None}
        transport = self._transport(address)
        limiter = self._limiters.setdefault(address.host, anyio.CapacityLimiter(self.network.limits.at_once))
        async with limiter:
            request = httpx2.Request("GET", address.url, headers=headers, extensions={"timeout": timeouts})
            with _failures_at(address, seconds):
                answer = await transport.handle_async_request(request)
                try:
                    yield answer
                finally:
                    with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
                        await answer.aclose()

    def _transport(self, address: WebAddress) -> "_Transport":
        try:
            proxy = proxy_for(address, self._proxy, self._environment)
        except ValueError as reason:
            raise HttpError(f"the proxy for {address} cannot be used: {reason}", hint="correct it") from None
        if proxy is not None and not self._allow_private:
            # The proxy resolves names, so it decides which networks are reached; what can be seen here is refused here.
            check_name(address.host)
        if proxy not in self._transports:
            self._transports[proxy] = _Transport(self._pool(proxy))
        return self._transports[proxy]

    def _pool(self, proxy: Proxy | None) -> httpcore2.AsyncConnectionPool:
        if proxy is None:
            limits = self.network.limits
            backend = CheckedBackend(
                self.network.resolver,
                allow_private=self._allow_private,
                seconds=limits.connect_seconds,
                backend=self.network.backend,
            )
            return httpcore2.AsyncConnectionPool(ssl_context=self._trust, network_backend=backend)
        return httpcore2.AsyncHTTPProxy(
            proxy.address.url,
            proxy_auth=proxy.login,
            ssl_context=self._trust,
            proxy_ssl_context=self._trust if proxy.address.scheme == "https" else None,
            network_backend=httpcore2.AnyIOBackend(),
        )


class _Transport(httpx2.AsyncBaseTransport):
    """Requests of httpx2 over the connections of httpcore2."""

    def __init__(self, pool: httpcore2.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        sent = httpcore2.Request(
            request.method, target, headers=request.headers.raw, content=b"", extensions=request.extensions
        )
        answer = await self._pool.handle_async_request(sent)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx2.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._answer.aiter_stream()) as chunks:
            async for chunk in chunks:
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _failures_at(address: WebAddress, stall_seconds: float) -> Iterator[None]:
    """Translate what the library raises. It may quote what was sent or received, so none of its words are kept."""
    try:
        yield
    except AddressRefused as refused:
        raise AddressRefused(f"{address} is not fetched: {refused.message}", hint=refused.hint) from None
    except httpcore2.TimeoutException:
        message = f"{address}: nothing came for {stall_seconds:g} s, or no connection came about"
        raise Passing(Unreachable(message, hint="try again later")) from None
    except httpcore2.ConnectError as error:
        raise _not_connected(address, error) from None
    except httpcore2.ProxyError:
        message = f"the proxy does not let {address} be fetched"
        raise Unreachable(message, hint="look at `proxy`, and at its login") from None
    except httpcore2.NetworkError:
        raise Passing(Unreachable(f"{address}: the connection broke", hint="try again later")) from None
    except httpcore2.ProtocolError as error:
        raise _not_understood(address, error) from None


def _not_connected(address: WebAddress, error: Exception) -> Exception:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        message = f"{address}: the certificate of {address.host} is not trusted: {cause.verify_message}"
        return UntrustedServer(message, hint=_TRUST)
    if isinstance(cause, ssl.SSLError):
        reason = (cause.reason or "unknown reason").lower().replace("_", " ")
        return UntrustedServer(f"{address}: no secure connection came about: {reason}", hint=_TRUST)
    return Passing(Unreachable(f"{address}: no connection to {address.host}", hint="check the host and your network"))


def _not_understood(address: WebAddress, error: Exception) -> Exception:
    if isinstance(error, httpcore2.LocalProtocolError):
        return HttpError(f"{address}: the request cannot be sent as it is", hint="look at `headers`")
    if "complete message body" in str(error):
        return Passing(Truncated(f"{address}: the answer is cut off", hint="try again; nothing of it was used"))
    return Passing(Unreachable(f"{address}: the answer is not HTTP", hint="ask who runs the server"))
