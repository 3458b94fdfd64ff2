"""Fetching ahead: what a name most likely stands for is fetched while the server is still asked which commit it is.

For repositories that were never fetched here. It saves the time of the question, and decides nothing: the commit that
is the answer is looked for in the cache as always, and fetched where it is not there.
"""

from pathlib import Path

import anyio

from tenprint.importers.concurrency import gather
from tenprint.importers.git.failures import GitError
from tenprint.importers.git.refs import BRANCHES, DEFAULT, Resolved
from tenprint.importers.git.repository import BareCache, Connection
from tenprint.importers.git.resolving import resolve

_NO_COMMIT = "0" * 40
"""Most repositories have ids of this length; for others nothing is fetched ahead."""


async def resolve_and_fetch(place: Path, connection: Connection, ref: str | None) -> Resolved:
    """Ask for the commit of a branch or tag; its tree may then be in the cache.

    Raises:
        GitError: As for `resolve`.
    """
    cache = BareCache(place / "partial.git", "partial", connection)
    found: list[Resolved] = []

    async def ask() -> None:
        found.append(await resolve(connection, ref))

    async def fetch() -> None:
        fetched = False
        try:
            await cache.make(_NO_COMMIT)
            await cache.fetch_name(_likely(ref))
            fetched = True
        except GitError:
            pass  # it is told by those who need it
        finally:
            if not fetched:
                with anyio.CancelScope(shield=True):
                    await cache.remove()

    await gather([ask, fetch])
    return found[0]


def _likely(ref: str | None) -> str:
    if ref is None or ref == DEFAULT:
        return DEFAULT
    return ref if ref.startswith("refs/") else BRANCHES + ref
