"""The names of sides to compare: what a word of the command line stands for.

    PATH         a folder is a project, or holds models; FILE.tar.gz is a model, FILE.lock a lock
    REV          the project at a revision of git, as git understands revisions: main, v1.2, HEAD~3
    REV:PATH     another project, or a lock, at that revision; PATH counts from the top of the repository, as in git,
                 and ./PATH from the project
    git:REV      the same, where a path has the name of the revision

A path that exists wins. Paths are relative to the project, else to the current directory.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tenprint.fingerprinting import get_latest_model
from tenprint.importers import CONFIG_NAMES, ConfigurationError
from tenprint.importers.git import CommitFiles, LocalRepository, repository_of
from tenprint.plugins.settings import SETTINGS_NAME

GIT_PREFIX = "git:"
LOCK_SUFFIX = ".lock"
MODEL_SUFFIX = ".tar.gz"

_PROJECT_FILES = frozenset((*CONFIG_NAMES, SETTINGS_NAME))


class UnknownSide(ConfigurationError):  # noqa: N818 - says what is wrong
    """A word stands for nothing that can be compared."""

    reference = "unknown-side"


@dataclass(frozen=True, slots=True)
class PathSide:
    """A project, model or lock on this machine."""

    name: str
    kind: Literal["project", "model", "lock"]
    path: Path


@dataclass(frozen=True, slots=True)
class RevisionSide:
    """A project or a lock at a commit; `path` is where it lies from the top of the repository."""

    name: str
    kind: Literal["project", "lock"]
    path: str
    repository: LocalRepository
    found: CommitFiles


NamedSide = PathSide | RevisionSide


async def named_side(name: str, project: Path, environment: Mapping[str, str]) -> NamedSide:
    """Find out what a word stands for.

    Raises:
        UnknownSide: Nothing of that name can be compared; the message tells what was tried.
        SourceError: The repository cannot be read.
    """
    tried: list[str] = []
    if not name.startswith(GIT_PREFIX):
        found = _path(name, project, tried)
        if found is not None:
            return _path_side(name, found)
    return await _revision_side(name, project, environment, tried)


def _path(name: str, project: Path, tried: list[str]) -> Path | None:
    """Return the first path of a name that exists."""
    for place in dict.fromkeys((project / name, Path(name))):
        if name and _exists(place):
            return place
        tried.append(f"no file or folder {place}")
    return None


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):  # also where no file could have such a name
        return False
    return True


def _path_side(name: str, path: Path) -> PathSide:
    if path.is_dir():
        if any((path / file).is_file() for file in _PROJECT_FILES):
            return PathSide(name, "project", path)
        newest = get_latest_model(str(path))
        if newest is not None:
            return PathSide(name, "model", Path(newest))
        what = f"has neither a {CONFIG_NAMES[0]} nor a model in it"
    elif path.name.endswith(MODEL_SUFFIX):
        return PathSide(name, "model", path)
    elif path.name.endswith(LOCK_SUFFIX):
        return PathSide(name, "lock", path)
    else:
        what = f"is neither a project, nor a model ({MODEL_SUFFIX}), nor a lock ({LOCK_SUFFIX})"
    raise UnknownSide(f"{path} {what}", hint=f"a revision of that name is written {GIT_PREFIX}{name}")


async def _revision_side(name: str, project: Path, environment: Mapping[str, str], tried: list[str]) -> RevisionSide:
    written = name.removeprefix(GIT_PREFIX)
    revision, colon, inside = written.partition(":")
    repository = repository_of(project, environment)
    if repository is None:
        raise _unknown(name, [*tried, f"no git repository holds {project}"], "name a project, a model or a lock")
    commit = await repository.commit(revision)
    if commit is None:
        tried.append(f"no revision {revision!r} in {repository.folder}")
        raise _unknown(name, tried, await repository.advice(revision))
    path = _inside(repository, inside) if colon else repository.prefix
    found = await repository.files(commit)
    names = found.names(path)
    if not _PROJECT_FILES.isdisjoint(names):
        return RevisionSide(name, "project", path, repository, found)
    if path.endswith(LOCK_SUFFIX) and found.blob_at(path) is not None:
        return RevisionSide(name, "lock", path, repository, found)
    where = f"{path or 'the top'} at {revision}"
    what = f"{where} has no {CONFIG_NAMES[0]}" if names else f"there is no {where}"
    hint = "a path behind the colon counts from the top of the repository, or with ./ from the project"
    raise UnknownSide(f"{name!r} is nothing to compare with: {what}", hint=hint)


def _inside(repository: LocalRepository, inside: str) -> str:
    """Return a path from the top, of one as it stands behind the colon."""
    if not inside:
        return repository.prefix
    base = repository.prefix if inside == "." or inside.startswith(("./", "../")) else ""
    path = posixpath.normpath(posixpath.join(base, inside))
    return "" if path == "." else path.lstrip("/")


def _unknown(name: str, tried: list[str], hint: str) -> UnknownSide:
    return UnknownSide(f"{name!r} is nothing to compare with: {'; '.join(tried)}", hint=hint)
