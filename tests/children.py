"""Processes that this one has started, as Linux lists them."""

from contextlib import suppress
from pathlib import Path


def children(word: str) -> list[int]:
    """List the children whose command line holds a word; one that ended and was not waited for counts too."""
    found = []
    for listed in Path("/proc/self/task").glob("*/children"):
        # A thread or a process may be gone before we look at it.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(pid) for pid in listed.read_text().split() if _counts(pid, word)]
    return found


def _counts(pid: str, word: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" or word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
