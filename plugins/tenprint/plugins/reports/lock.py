"""Changes of a lock as text for people."""

from tenprint.importers import LOCK_NAME, LockChange, Locked
from tenprint.plugins.sizes import counted


def lock_changes_text(found: Locked) -> str:
    """One line for each source that differs, with what lies between, and one for the whole."""
    count = len(found.lock.sources)
    locked = f"{counted(count, 'remote source')} locked"
    if not found.changes:
        return f"{locked}; {LOCK_NAME} is up to date" if count else "no remote sources; nothing to lock"
    return "\n".join([*(line for change in found.changes for line in _lines(change)), f"{locked}; wrote {LOCK_NAME}"])


def _lines(change: LockChange) -> list[str]:
    if change.after is None:
        return [f"- {change.source}: no source of the project any more"]
    if change.before is None:
        return [f"+ {change.source}: {change.after.revision}"]
    return [
        f"~ {change.source}: {change.before.revision} -> {change.after.revision}",
        *(f"    {line}" for line in change.changes),
    ]
