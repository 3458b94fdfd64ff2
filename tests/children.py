"""Processes that this one has started, as Linux lists them."""

from pathlib import Path


def children(word: str) -> list[int]:
    """List the children whose command line holds a word; one that ended and was not waited for counts too."""
    found = []
    for listed in Path("/proc/self/task").glob("*/children"):
        for pid in listed.read_text().split():
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z" or word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
    return found
