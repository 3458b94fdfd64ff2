"""Real repositories for tests: a folder to commit in, and the bare one beside it that is served."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00+01:00",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00+01:00",
}


def git(folder: Path, *arguments: str, feed: bytes | None = None) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=folder, env=ENVIRONMENT, input=feed, capture_output=True, check=False, timeout=60
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout.decode().strip()


class Repository:
    """A repository: `commit` writes files into it and publishes them on the current branch."""

    def __init__(self, folder: Path, *, object_format: str = "sha1") -> None:
        self.work = folder / "work"
        self.bare = folder / "served" / "assistant.git"
        self.work.mkdir(parents=True)
        git(self.work, "init", "--quiet", "--initial-branch=main", f"--object-format={object_format}")
        git(
            folder,
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            f"--object-format={object_format}",
            self.bare.as_posix(),
        )
        self.configure("uploadpack.allowFilter", "true")
        self.configure("http.receivepack", "false")

    @property
    def url(self) -> str:
        return f"file://{self.bare}"

    def configure(self, key: str, value: str) -> None:
        git(self.bare, "config", key, value)

    def commit(self, files: Mapping[str, str | bytes], message: str = "more data") -> str:
        for path, content in files.items():
            target = self.work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(self.work, "add", "--all", "--force")
        return self.commit_index(message)

    def commit_index(self, message: str) -> str:
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", message)
        return self.publish()

    def publish(self) -> str:
        """Push everything, whatever was there before."""
        git(self.work, "push", "--quiet", "--force", "--prune", self.bare.as_posix(), "refs/heads/*", "refs/tags/*")
        return git(self.work, "rev-parse", "HEAD")

    def tag(self, name: str, *, annotated: bool = False) -> None:
        git(self.work, "tag", "--force", *(("--annotate", "--message", "a release") if annotated else ()), name)
        self.publish()

    def branch(self, name: str) -> None:
        git(self.work, "checkout", "--quiet", "-B", name)

    def packed(self, count: int) -> None:
        """Have many files at once, packed as a server keeps them."""
        self.commit(
            {f"data/nlu_{number:04}.yml": nlu(f"intent_{number}", f"hello {number}") for number in range(count)}
        )
        git(self.bare, "gc", "--quiet")


def nlu(intent: str, *examples: str) -> str:
    rows = "".join(f"    - {example}\n" for example in examples)
    return f"nlu:\n- intent: {intent}\n  examples: |\n{rows}"
