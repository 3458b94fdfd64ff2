"""Upkeep of the caches of repositories, `<cache root>/git`: they are counted, verified and removed.

Rules:
- A cache is looked into and removed by who holds its lock. One that another process works with stays, and is told.
- Removed are names we gave, in folders that are no links. All else stays, and is told.
- No lock file and no model needs them: what was read from a repository is in the store. So they go before contents do.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.git.cache_files import remove_leftovers
from tenprint.importers.git.cache_folders import (
    held,
    is_folder,
    names_in,
    remove_repository,
    repositories_in,
    size_of,
    used_at,
)
from tenprint.importers.git.packs import damage_of
from tenprint.importers.git.workplace import FOLDER, LOCK
from tenprint.importers.problem import Problem
from tenprint.importers.store import GRACE_SECONDS
from tenprint.importers.store.layout import TAG, abandoned_claims, is_claimed, opened_folder, remove_claim

UNUSED_SECONDS = 30 * 24 * 3600.0
"""A repository that nobody fetched for so long is fetched from its newest commit again."""

_NAME = re.compile(r"[0-9a-f]{40}")
_CLAIM_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class GitCaches:
    """How many repositories there are caches of, and their bytes."""

    repositories: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class GitVerified:
    """What was sound, and what was wrong: damaged caches have been removed, others could not be looked at."""

    repositories: int = 0
    size: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GitRemoved:
    """What was removed, and why something was not."""

    repositories: int = 0
    freed: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cache:
    name: str
    size: int
    used_at: float


def count_caches(root: Path) -> GitCaches:
    """Count the caches of repositories below a cache root.

    Raises:
        StoreError: The folder is not ours.
        OSError: It cannot be read.
    """
    found = _caches(root)
    return GitCaches(_number(found), sum(cache.size for cache in found))


def verify_caches(root: Path) -> GitVerified:
    """Read all that was fetched, and remove the caches that are damaged; as `count_caches`."""
    sound: list[_Cache] = []
    problems: list[Problem] = list(_strange(root))
    for cache in _caches(root):
        with held(root / FOLDER / cache.name) as place:
            if place is None:
                problems.append(_in_use(root, cache.name))
                continue
            reasons = [(name, damage_of(place, name)) for name in repositories_in(place)]
            for name, reason in reasons:
                if reason is not None:
                    remove_repository(place, name)
                    message = f"the cache of a repository {root / FOLDER / cache.name / name}: {reason}; it was removed"
                    problems.append(Problem("cache-damaged", message, None, "it will be fetched again when needed"))
            if all(reason is None for _, reason in reasons):
                sound.append(cache)
    return GitVerified(_number(sound), sum(cache.size for cache in sound), tuple(problems))


def collect_caches(root: Path, *, quota: int, now: float, grace: float) -> GitRemoved:
    """Remove what nobody fetched for a month, what is least recently used beyond a quota, and leftovers.

    Caches used within `grace` seconds stay; raises as `count_caches`.
    """
    caches = sorted(_caches(root), key=lambda cache: cache.used_at)
    excess = sum(cache.size for cache in caches) - quota
    doomed = []
    for cache in caches:
        is_old = now - cache.used_at > UNUSED_SECONDS
        if now - cache.used_at > grace and (excess > 0 or is_old):
            doomed.append(cache)
            excess -= cache.size
        else:
            with held(root / FOLDER / cache.name) as place:
                if place is not None:
                    _tidy(root / FOLDER / cache.name, place)
    return _removed(root, doomed, now)


def has_neighbours(folder: Path) -> bool:
    """Tell whether there is more than the cache of one repository; quickly, because every fetch asks."""
    try:
        return any(path.name not in (TAG, folder.name) for path in folder.parent.iterdir())
    except OSError:
        return False


def collect_within(root: Path, quota: int, *, contents: int) -> tuple[GitRemoved, int]:
    """Collect under a quota for all that is kept, of which contents take so many bytes; tell the bytes that stay."""
    removed = collect_caches(root, quota=max(quota - contents, 0), now=time.time(), grace=GRACE_SECONDS)
    return removed, count_caches(root).size


def clear_caches(root: Path, *, now: float) -> GitRemoved:
    """Remove all caches but those that somebody works with; raises as `count_caches`."""
    return _removed(root, _caches(root), now)


def _removed(root: Path, caches: list[_Cache], now: float) -> GitRemoved:
    problems = list(_strange(root))
    removed = freed = 0
    for cache in caches:
        size, problem = _remove(root, cache.name)
        freed += size
        removed += problem is None and cache.size > 0
        problems += [] if problem is None else [problem]
    if root.is_dir():
        for fresh in abandoned_claims(root / FOLDER, now - _CLAIM_SECONDS):
            remove_claim(fresh)
    return GitRemoved(removed, freed, tuple(problems))


def _caches(root: Path) -> list[_Cache]:
    folder = root / FOLDER
    if not is_claimed(folder):
        return []
    found = []
    with opened_folder(folder) as here:
        for name in names_in(here):
            if _NAME.fullmatch(name):
                with suppress(FileNotFoundError, NotADirectoryError), opened_folder(folder, name) as place:
                    size = sum(size_of(place, repository) for repository in repositories_in(place))
                    found.append(_Cache(name, size, used_at(place)))
    return found


def _number(caches: list[_Cache]) -> int:
    """Count the caches that hold something; of a repository that could not be fetched there is only the lock."""
    return sum(cache.size > 0 for cache in caches)


def _strange(root: Path) -> Iterator[Problem]:
    """Tell what others have put there."""
    folder = root / FOLDER
    if not is_claimed(folder):
        return
    with opened_folder(folder) as here:
        for name in names_in(here):
            if name != TAG and not (_NAME.fullmatch(name) and is_folder(here, name)):
                yield _foreign(folder / name)


def _foreign(path: Path) -> Problem:
    hint = "move it elsewhere; only what tenprint made is removed"
    return Problem("cache-foreign", f"{path} was not made by tenprint, so it stays", None, hint, "warning")


def _in_use(root: Path, name: str) -> Problem:
    message = f"another process works with the cache of a repository {root / FOLDER / name}, so it stays"
    return Problem("cache-in-use", message, None, "try again when it has ended", "warning")


def _tidy(folder: Path, place: int) -> None:
    """Remove what processes that were killed have left."""
    for name in repositories_in(place):
        if (folder / name / "HEAD").is_file():
            remove_leftovers(folder / name)
        else:
            remove_repository(place, name)


def _remove(root: Path, name: str) -> tuple[int, Problem | None]:
    folder = root / FOLDER
    with held(root / FOLDER / name) as place:
        if place is None:
            return 0, _in_use(root, name)
        freed = sum(remove_repository(place, one) for one in repositories_in(place))
        others = [one for one in names_in(place) if one != LOCK]
        if others:
            return freed, _foreign(folder / name / min(others))
        os.unlink(LOCK, dir_fd=place)
    with suppress(OSError):  # somebody has come in again
        os.rmdir(folder / name)  # noqa: PTH106 - as the calls above
    return freed, None
