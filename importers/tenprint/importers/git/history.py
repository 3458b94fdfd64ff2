"""What lies between two commits, told in lines for people.

Commits are fetched without their trees, into a cache of their own, and only as many as are worth telling.
"""

from pathlib import Path

from tenprint.importers.git.environment import REMOTE
from tenprint.importers.git.failures import GitError, scrubbed
from tenprint.importers.git.repository import BareCache, Connection

SHOWN = 20
"""More commits than these are counted only."""
DEPTH = 250
"""How far back is looked for the older one."""

_FORMAT = "--format=%h %cs %an: %s"
_LONGEST = 160


async def commits_between(place: Path, connection: Connection, old: str, new: str) -> tuple[str, ...]:
    """Tell the commits that lead from one to another, the newest first; or that none does.

    Raises:
        GitError: The commits cannot be fetched.
    """
    cache = HistoryCache(place / "history.git", "shallow", connection)
    await cache.make(new)
    if not await cache.leads_to(old, new):
        try:
            await cache.fetch_history(new)
        except GitError:
            await cache.remove()
            await cache.make(new)
            await cache.fetch_history(new)
    if await cache.leads_to(old, new):
        return await cache.listed(f"{old}..{new}")
    if await cache.is_whole():
        first = f"history was rewritten: {new[:10]} does not follow {old[:10]}; the newest commits are"
    else:
        first = f"{old[:10]} is not among the last {DEPTH} commits before {new[:10]}; the newest are"
    return (first, *await cache.listed(new))


class HistoryCache(BareCache):
    """A cache of commits without their trees."""

    __slots__ = ()

    async def fetch_history(self, new: str) -> None:
        await self._fetch(
            f"--depth={DEPTH}", "--filter=tree:0", "--end-of-options", REMOTE, f"+{new}:refs/tenprint/{new}"
        )

    async def leads_to(self, old: str, new: str) -> bool:
        """Tell whether a commit comes before another, as far as the cache knows."""
        for commit in (old, new):
            if (await self._local.run("cat-file", "-e", f"{commit}^{{commit}}")).code:
                return False
        return (await self._local.run("merge-base", "--is-ancestor", old, new)).code == 0

    async def is_whole(self) -> bool:
        """Tell whether the history goes back to its beginning."""
        finished = await self._local.run("rev-parse", "--is-shallow-repository")
        return finished.output.strip() == b"false"

    async def listed(self, commits: str) -> tuple[str, ...]:
        """Tell the newest of some commits, a line each, and how many more there are."""
        finished = await self._local.run(
            "log",
            "-z",
            "--no-show-signature",
            "--no-notes",
            _FORMAT,
            f"--max-count={DEPTH}",
            "--end-of-options",
            commits,
        )
        rows = [row.decode(errors="replace") for row in finished.output.split(b"\0") if row.strip()]
        lines = [scrubbed(row)[:_LONGEST] for row in rows[:SHOWN]]
        more = len(rows) - SHOWN
        return (*lines, f"and {more} more") if more > 0 else tuple(lines)
