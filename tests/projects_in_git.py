"""Projects in git repositories, for tests that look at more than one commit of them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SETTINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Peg",
    "GIT_AUTHOR_EMAIL": "peg@example.org",
    "GIT_COMMITTER_NAME": "Peg",
    "GIT_COMMITTER_EMAIL": "peg@example.org",
}


def run_git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints."""
    finished = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-C", str(folder), *arguments],
        env={**os.environ, **_SETTINGS},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return finished.stdout.strip()


def write_files(folder: Path, written: Mapping[str, str]) -> None:
    for path, content in written.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def committed(folder: Path, written: Mapping[str, str], message: str = "Change") -> str:
    """Write files, commit them all, and return the id of the commit; the repository is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        run_git(folder, "init", "--quiet")
    write_files(folder, written)
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return run_git(folder, "rev-parse", "HEAD")
