"""One download: asked for with what is known, redirected within the rules, tried again where that may help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

import anyio.to_thread
import httpx2

from tenprint.importers.http.addresses import WebAddress
from tenprint.importers.http.bodies import SavedBody, content_type, save_body
from tenprint.importers.http.client import Client
from tenprint.importers.http.failures import HttpError, NotAllowed, NothingThere, ServerFailed, TooManyRequests
from tenprint.importers.http.redirects import REDIRECTS, Hop, next_hop
from tenprint.importers.http.retrying import PASSING_STATUSES, Passing, wanted_pause, with_retries
from tenprint.importers.http.validators import Validators, validators_of
from tenprint.importers.progress import SourceProgress
from tenprint.importers.secret import HiddenValues

OK, UNCHANGED = 200, 304

_SENT = {"User-Agent": "tenprint", "Accept": "*/*", "Accept-Encoding": "identity"}
"""Packed on the way, a body would have two sizes; text is small, and archives are packed already."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier answer is recognised by, and the origin that gave it; only that one is asked with it."""

    validators: Validators
    origin: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is downloaded; `headers` are the user's own, credentials among them."""

    address: WebAddress
    headers: Mapping[str, str] = field(repr=False)
    known: Known | None = None
    allow_http: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """What came: a body, or None where the server says that nothing changed; `address` is where it came from."""

    address: WebAddress
    body: SavedBody | None
    validators: Validators
    content_type: str


async def download(
    client: Client,
    wanted: Wanted,
    new_file: Callable[[], Path],
    *,
    remaining: Callable[[], float],
    progress: SourceProgress,
) -> Download:
    """Download one URL; `new_file` tells where to, and `remaining` the seconds to the deadline.

    Raises:
        HttpError: It cannot be had.
        SourceError: It cannot be stored.
    """
    return await with_retries(
        lambda: _attempt(client, wanted, new_file, progress), client.network.pauses, remaining=remaining
    )


def origin_of(address: WebAddress) -> str:
    return f"{address.scheme}://{address.authority}"


async def _attempt(client: Client, wanted: Wanted, new_file: Callable[[], Path], progress: SourceProgress) -> Download:
    hop, limits = Hop(wanted.address), client.network.limits
    while True:
        condition = _condition(wanted.known, hop.address)
        own = wanted.headers if hop.trusted else {}
        headers = HiddenValues({**_SENT, **own, **condition})
        async with client.get(hop.address, headers) as answer:
            status, validators = answer.status_code, validators_of(_lowered(answer))
            if status in REDIRECTS:
                location = answer.headers.get("location", "")
                hop = next_hop(hop, location, allow_http=wanted.allow_http, limit=limits.redirects)
            elif status == UNCHANGED and wanted.known is not None and condition:
                if not wanted.known.validators.contradicted_by(validators):
                    return Download(hop.address, None, wanted.known.validators, "")
                wanted = replace(wanted, known=None)
            elif status != OK:
                raise _refused(answer, hop)
            else:
                target = await anyio.to_thread.run_sync(new_file)
                body = await save_body(answer, hop.address, target, limits=limits, progress=progress)
                return Download(hop.address, body, validators, content_type(_lowered(answer)))


def _condition(known: Known | None, address: WebAddress) -> dict[str, str]:
    return known.validators.condition() if known is not None and known.origin == origin_of(address) else {}


def _lowered(answer: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _refused(answer: httpx2.Response, hop: Hop) -> Exception:
    """Make the failure that a status stands for."""
    failure = _failure(answer.status_code, hop)
    if answer.status_code not in PASSING_STATUSES:
        return failure
    wanted = wanted_pause(answer.headers.get("retry-after", ""), datetime.now(timezone.utc))
    if wanted is not None and isinstance(failure, TooManyRequests):
        failure = TooManyRequests(failure.message, hint=f"it asks to wait {wanted:,.0f} s; run again then")
    return Passing(failure, wanted=wanted)


def _failure(status: int, hop: Hop) -> HttpError:
    address = hop.address
    if status in (401, 403, 407):
        hint = "name credentials, such as `token: {env: NAME}`, or check those you named"
        if not hop.trusted:
            hint = "it was redirected from another host, and credentials are not sent along; name this URL itself"
        return NotAllowed(f"{address} is not open to us: the server answers {status}", hint=hint)
    if status in (404, 410):
        return NothingThere(f"there is nothing at {address}: the server answers {status}", hint="check the URL")
    if status == 429:  # noqa: PLR2004 - too many requests, as RFC 6585 has it
        return TooManyRequests(f"{address}: the server wants fewer requests", hint="run again later")
    if status >= 500:  # noqa: PLR2004 - all of them are failures of the server
        return ServerFailed(f"{address}: the server failed, with status {status}", hint="try again later")
    return HttpError(f"{address}: the server answers {status}, which is no download", hint="check the URL")
