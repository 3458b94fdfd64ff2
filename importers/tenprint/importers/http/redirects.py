"""Redirects, by hand: where the next request goes, and what it takes along. Pure.

Rules:
- From https never back to http, and nowhere that could not have been written as `url`.
- Credentials and headers of the user's own go to the origin they were written for, and never again once it was left;
  only from http to https of the same host do they go along.
- No address twice, and no more than the limit.
"""

from dataclasses import dataclass

from tenprint.importers.http.addresses import DEFAULT_PORTS, WebAddress, joined
from tenprint.importers.http.failures import RedirectRefused

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_HINT = "name the URL it should come from, or ask who runs the server"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way: where it goes, whether credentials go along, and where it has been."""

    address: WebAddress
    trusted: bool = True
    visited: tuple[WebAddress, ...] = ()


def next_hop(hop: Hop, location: str, *, allow_http: bool, limit: int) -> Hop:
    """Follow a redirect.

    Raises:
        RedirectRefused: It leads where nothing is fetched from, in a circle, or on and on.
    """
    here, visited = hop.address, (*hop.visited, hop.address)
    if not location:
        raise RedirectRefused(f"{here} redirects without saying where", hint=_HINT)
    try:
        there = joined(here, location, allow_http=allow_http or here.scheme == "https")
    except ValueError as reason:
        raise RedirectRefused(f"{here} redirects to a URL that is not fetched: {reason}", hint=_HINT) from None
    if here.scheme == "https" and there.scheme != "https":
        raise RedirectRefused(f"{here} redirects from https to http, at {there}", hint=_HINT)
    if there in visited:
        raise RedirectRefused(f"{here} redirects in a circle, back to {there}", hint=_HINT)
    if len(visited) > limit:
        raise RedirectRefused(f"{visited[0]} redirects more than {limit} times", hint=_HINT)
    return Hop(there, hop.trusted and _same_owner(here, there), visited)


def _same_owner(here: WebAddress, there: WebAddress) -> bool:
    if here.origin == there.origin:
        return True
    upgraded = (here.scheme, there.scheme) == ("http", "https")
    usual = here.port == DEFAULT_PORTS[here.scheme] and there.port == DEFAULT_PORTS[there.scheme]
    return here.host == there.host and upgraded and usual
