"""Asking a server which commit a branch or tag stands for: one request, and an answer or the reason for none."""

from tenprint.importers.git.environment import REMOTE
from tenprint.importers.git.failures import RefNotFound
from tenprint.importers.git.refs import (
    DEFAULT,
    Resolved,
    candidates,
    is_short_commit,
    patterns_for,
    read_refs,
    short_names,
)
from tenprint.importers.git.repository import Connection
from tenprint.importers.reading import nearest


async def resolve(connection: Connection, ref: str | None) -> Resolved:
    """Ask for the commit of a branch or tag; None is the default branch.

    Raises:
        RefNotFound: There is no such name, or it could mean two commits.
        GitError: The server cannot be asked.
    """
    patterns = patterns_for(ref)
    # Without patterns all names come, so that a wrong one can be told what was meant.
    kinds = () if patterns else ("--heads", "--tags")
    finished = await connection.remote.run("ls-remote", "--quiet", *kinds, "--end-of-options", REMOTE, *patterns)
    if finished.code:
        raise connection.failure(finished.complaints)
    refs = read_refs(finished.output)
    found = candidates(ref, refs)
    if len(found) == 1:
        return found[0]
    where = connection.address
    if found:
        names = " and ".join(f"{one.name} ({one.commit[:10]})" for one in found)
        raise RefNotFound(f"{ref!r} means two commits of {where}: {names}", hint="write one of the two names in full")
    if ref is None or ref == DEFAULT:
        raise RefNotFound(f"{where} has no default branch; it may be empty", hint="name a branch or tag with `ref`")
    if is_short_commit(ref):
        raise RefNotFound(
            f"{where} has no branch or tag {ref!r}", hint="if it is a commit, write its id in full, all 40 digits"
        )
    hint = nearest(ref, short_names(refs), otherwise="branches and tags")
    raise RefNotFound(f"{where} has no branch or tag {ref!r}", hint=hint or "it may have been deleted; check the name")
