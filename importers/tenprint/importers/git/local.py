"""A repository of this machine that somebody works in: what its commits hold, read without a checkout.

Rules kept here:

* nothing of the repository is written: no index, no HEAD, no working files; no hook and no filter runs;
* nothing is fetched: what a shallow or partial clone lacks is told;
* files of a commit are written to a folder of the caller's, as their bytes are in the repository.
"""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import anyio.to_thread

from tenprint.importers.errors import SourceError
from tenprint.importers.git.batch import BatchReader, GitObject
from tenprint.importers.git.command import Git, git_program
from tenprint.importers.git.environment import local_environment
from tenprint.importers.git.failures import CommitNotFound, GitError
from tenprint.importers.git.tree import wrong_path
from tenprint.importers.reading import TRAINING_SUFFIXES, nearest

_ROW = re.compile(rb"([0-7]{6}) blob ([0-9a-f]{40}|[0-9a-f]{64})\t(.+)", re.DOTALL)
_LINK = "120000"
_COMMIT = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")
_LFS = b"version https://git-lfs.github.com/spec/"
_SHORT = 10
_PARTIAL = "a partial clone lacks files: bring them with `git fetch --refetch --no-filter`"


@dataclass(frozen=True, slots=True)
class LocalRepository:
    """A repository that holds a folder; `prefix` is where in its trees the folder lies, "" at the top."""

    folder: Path
    prefix: str
    environment: Mapping[str, str] = field(repr=False)

    @property
    def _git(self) -> Git:
        return Git(
            git_program(self.environment.get("PATH")),
            local_environment(self.environment, home=self.folder),
            str(self.folder),
        )

    async def commit(self, revision: str) -> str | None:
        """Return the commit that a revision stands for, as git understands revisions; None for an unknown one."""
        if not revision or revision.startswith("-") or any(letter < " " for letter in revision):
            return None
        finished = await self._git.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        found = _COMMIT.fullmatch(finished.output)
        return found[1].decode() if finished.code == 0 and found is not None else None

    async def advice(self, revision: str) -> str:
        """Say what may have been meant by an unknown revision."""
        finished = await self._git.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags")
        names = finished.output.decode(errors="replace").split()
        shallow = await self._git.run("rev-parse", "--is-shallow-repository")
        if shallow.output.strip() == b"true":
            return "the repository is shallow: fetch its history with `git fetch --unshallow`"
        return nearest(revision, names, otherwise="branches and tags") or "the repository has no commit yet"

    async def files(self, commit: str) -> "CommitFiles":
        """List the files of a commit.

        Raises:
            GitError: It cannot be read; a partial clone may lack it.
        """
        finished = await self._git.run("ls-tree", "-r", "-z", "--full-tree", commit)
        if finished.code:
            raise CommitNotFound(
                f"the files of {commit[:_SHORT]} are not in {self.folder}",
                hint=_PARTIAL,
            )
        return CommitFiles(commit, tuple(_entries(finished.output)))

    async def read(self, blobs: Sequence[str], limit: int) -> dict[str, GitObject]:
        """Read contents by their ids; one above the limit has none."""
        found: dict[str, GitObject] = {}
        reader = BatchReader(limit)

        async def take(chunk: bytes) -> None:
            found.update((one.name, one) for one in reader.feed(chunk))

        if blobs:
            feed = "".join(f"{blob}\n" for blob in blobs).encode()
            code, complaints = await self._git.stream("cat-file", "--batch", "--buffer", feed=feed, receive=take)
            if code:
                said = complaints.strip().rpartition("\n")[2]
                raise GitError(f"git cannot read the files of {self.folder}: {said}", hint=_PARTIAL)
        return found


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a commit, or a link; its path is that from the top."""

    path: str
    blob: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """All files of a commit."""

    commit: str
    files: tuple[TreeFile, ...]

    def names(self, prefix: str) -> frozenset[str]:
        """Names of what lies directly in a folder; none where there is no such folder."""
        start = f"{prefix}/" if prefix else ""
        return frozenset(
            file.path.removeprefix(start).split("/", 1)[0] for file in self.files if file.path.startswith(start)
        )

    def blob_at(self, path: str) -> str | None:
        return next((file.blob for file in self.files if file.path == path and not file.is_link), None)


def repository_of(folder: Path, environment: Mapping[str, str]) -> LocalRepository | None:
    """Find the repository a folder lies in, as git finds it: a clone, a worktree, a submodule or a bare repository."""
    top = Path(os.path.realpath(folder))
    for parent in (top, *top.parents):
        found = _git_folder(parent)
        if found is not None:
            prefix = top.relative_to(parent).as_posix() if found != parent else ""
            return LocalRepository(found, "" if prefix == "." else prefix, environment)
    return None


def _git_folder(folder: Path) -> Path | None:
    named = folder / ".git"
    if named.is_file():
        try:
            text = named.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise SourceError(f"cannot read {named}: {error.strerror}", hint="check its permissions") from error
        path = text.strip().removeprefix("gitdir:").strip()
        return Path(os.path.realpath(folder / path))
    for candidate in (named, folder):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir() and (candidate / "refs").is_dir():
            return candidate
    return None


def _entries(listing: bytes) -> Iterator[TreeFile]:
    for row in listing.split(b"\0"):
        found = _ROW.fullmatch(row)
        # Paths that no folder should get are left out; a commit of training data has none.
        if found is not None and wrong_path(found[3]) is None:
            yield TreeFile(found[3].decode(), found[2].decode(), found[1].decode() == _LINK)


async def write_files(
    repository: LocalRepository, found: CommitFiles, folder: Path, *, project: str, limit: int
) -> None:
    """Write the files of a commit below a folder: all of the project, and of all else what can be training data.

    Args:
        repository: Where the contents are.
        found: The files of the commit.
        folder: An empty folder.
        project: Path of the project from the top, "" for the top itself.
        limit: Bytes a file may have; larger ones that can be no training data are left out.

    Raises:
        SourceError: A file cannot be had, or is too large, or is kept by Git LFS.
    """
    start = f"{project}/" if project else ""
    wanted = [file for file in found.files if file.path.startswith(start) or _may_train(file.path)]
    contents = await repository.read(list(dict.fromkeys(file.blob for file in wanted)), limit)
    await anyio.to_thread.run_sync(_write, wanted, contents, folder, found.commit)


def _may_train(path: str) -> bool:
    return PurePosixPath(path).suffix in TRAINING_SUFFIXES


def _write(wanted: Sequence[TreeFile], contents: Mapping[str, GitObject], folder: Path, commit: str) -> None:
    links = []
    for file in wanted:
        content = _content(file, contents.get(file.blob), commit)
        if content is None:
            continue
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.is_link:
            links.append((place, content.decode(errors="surrogateescape")))
        else:
            place.write_bytes(content)
    for place, target in links:
        if not posixpath.isabs(target) and "\0" not in target:
            place.symlink_to(target)
    top = os.path.realpath(folder)
    for place, _ in links:
        # A link that leads elsewhere would lead to other files than those of the commit.
        if place.is_symlink() and not Path(os.path.realpath(place)).is_relative_to(top):
            place.unlink()


def _content(file: TreeFile, found: GitObject | None, commit: str) -> bytes | None:
    """Return the content of a file; None where it is left out."""
    if found is None or found.size is None:
        raise CommitNotFound(f"{file.path} of {commit[:_SHORT]} is not in the repository", hint=_PARTIAL)
    if not _may_train(file.path):
        return found.content
    if found.content is None:
        raise SourceError(
            f"{file.path} of {commit[:_SHORT]} has {found.size} bytes", hint="split it into several files"
        )
    if found.content.startswith(_LFS):
        raise SourceError(
            f"{file.path} of {commit[:_SHORT]} is kept by Git LFS; the repository only says where",
            hint="take it out of Git LFS; training data are small",
        )
    return found.content
