"""Which git is old enough to be no use: asked only when something has failed."""

import re

from tenprint.importers.git.command import Git
from tenprint.importers.git.failures import GitNotInstalled

OLDEST = (2, 32)
"""The first that can be kept from reading the configuration of the user and of the system."""

_VERSION = re.compile(r"git version (\d+)\.(\d+)")


def version_in(output: str) -> tuple[int, int] | None:
    """Read what `git --version` prints."""
    found = _VERSION.search(output)
    return None if found is None else (int(found[1]), int(found[2]))


async def too_old(git: Git) -> GitNotInstalled | None:
    """Make the error for a git that cannot do what is asked of it; None where it can."""
    finished = await git.run("--version", limit=2**16)
    version = version_in(finished.output.decode(errors="replace"))
    if version is not None and version >= OLDEST:
        return None
    named = "this program" if version is None else f"git {version[0]}.{version[1]}"
    return GitNotInstalled(f"{git.program}: {named} is too old", hint=f"install git {OLDEST[0]}.{OLDEST[1]} or newer")
