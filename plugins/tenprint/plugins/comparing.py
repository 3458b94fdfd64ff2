"""diff_sides(): what lies between two projects, models, git revisions or locks.

    findings = await diff_sides("HEAD~3", project="assistant")

The old side is read as it was: sources behind a network at the revisions its lock names. The plugins are those of the
project as it is now.
"""

import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting import ModelError, Side, TrainingPlan, compare_sides, model_side, project_side
from tenprint.importers import (
    LOCK_NAME,
    ConfigurationError,
    LockChange,
    Locked,
    Problem,
    ProblemsError,
    ProgressListener,
    ReadingRules,
    SourceLock,
    TenprintError,
    read_lock,
    temporary_folder,
)
from tenprint.importers.git import write_files
from tenprint.plugins.choice import PluginChoice
from tenprint.plugins.opening import content_of, project_lock, project_settings, registry_of_project, rules_of_project
from tenprint.plugins.project import Project, ProjectPaths, open_project
from tenprint.plugins.registry import Registry
from tenprint.plugins.report import Findings
from tenprint.plugins.side_names import NamedSide, PathSide, RevisionSide, named_side

_HERE = "."


@dataclass(frozen=True, slots=True)
class _Here:
    """The project that sides are named from, and how all of them are opened."""

    project: Path
    paths: ProjectPaths
    registry: Registry
    rules: ReadingRules
    cache: Path | None
    opening: Mapping[str, Any]
    """Arguments with which every project is opened."""


async def diff_sides(
    before: str,
    after: str | None = None,
    *,
    project: str | Path = ".",
    paths: ProjectPaths | None = None,
    locked: bool = False,
    offline: bool = False,
    cached: bool = True,
    progress: ProgressListener | None = None,
    plugins: PluginChoice | None = None,
    on_close_problems: Callable[[tuple[Problem, ...]], None] | None = None,
) -> Findings:
    """Say what lies between two sides, as a plan from the old one to the new one.

    Args:
        before: The old side: a path, or a revision of git.
        after: The new side; None is the project itself.
        project: The project that names are relative to, in whose repository revisions are looked for.
        paths: Files and folders of the project, now and at revisions, that are not the usual ones.
        locked: Refuse remote sources that are not what a lock says.
        offline: Replay remote sources from the store.
        cached: Take what earlier runs have read of the same bytes; the answers are equal.
        progress: Is told what remote sources are doing.
        plugins: Which plugins count; by default what the environment says.
        on_close_problems: As of `open_project`.

    Raises:
        UnknownSide: A name stands for nothing that can be compared.
        TenprintError: A side cannot be read.
    """
    opening = {
        "locked": locked,
        "offline": offline,
        "cached": cached,
        "progress": progress,
        "on_close_problems": on_close_problems,
    }
    here = await anyio.to_thread.run_sync(_here, Path(project), paths or ProjectPaths(), plugins, opening)
    old = await named_side(before, here.project, here.rules.environment)
    if after is None:
        new: NamedSide = PathSide(_HERE, "project", here.project)
    else:
        new = await named_side(after, here.project, here.rules.environment)
    findings = Findings(None, before, after, await _locks(here, old, new), time.time())
    if "lock" in (old.kind, new.kind):
        return findings
    return replace(findings, plan=await _plan(here, old, new))


def _here(project: Path, paths: ProjectPaths, plugins: PluginChoice | None, opening: Mapping[str, Any]) -> _Here:
    if not project.is_dir():
        raise ConfigurationError(f"there is no project directory {project}", hint="name one with -C DIR")
    rules = ReadingRules(environment=dict(os.environ))
    settings = project_settings(project, rules)
    registry = registry_of_project(settings, project, plugins, remember=opening["cached"])
    rules = rules_of_project(settings, registry, rules)
    cache = settings.cache.place(project, rules.environment)
    return _Here(project, paths, registry, rules, cache, {**opening, "plugins": plugins})


async def _plan(here: _Here, old: NamedSide, new: NamedSide) -> TrainingPlan:
    if isinstance(old, PathSide) and old.kind == "model" and new.kind == "project":
        # The very plan that `plan --model` makes.
        async with _opened(here, new) as project:
            return await project.plan(model=str(old.path.absolute()))
    return compare_sides(await _side(here, old), await _side(here, new), here.rules)


async def _side(here: _Here, named: NamedSide) -> Side:
    if isinstance(named, PathSide) and named.kind == "model":
        return await anyio.to_thread.run_sync(model_side, str(named.path), here.rules)
    revision = named.found.commit if isinstance(named, RevisionSide) else None
    async with _opened(here, named) as project:
        return await project_side(project.setup, revision=revision)


def _opened(here: _Here, named: NamedSide) -> AbstractAsyncContextManager[Project]:
    if isinstance(named, RevisionSide):
        return _opened_revision(here, named)
    is_here = named.path.resolve() == here.project.resolve()
    return open_project(
        named.path,
        paths=here.paths if is_here else None,
        registry=here.registry if is_here else None,
        **here.opening,
    )


@asynccontextmanager
async def _opened_revision(here: _Here, named: RevisionSide) -> AsyncIterator[Project]:
    """Open a project as it was; what is wrong with it is told with the name of the revision."""
    async with temporary_folder("tenprint-revision-") as top:
        root = top / named.path
        try:
            limit = here.rules.limits.file_bytes
            await write_files(named.repository, named.found, top, project=named.path, limit=limit)
            opening = open_project(
                root,
                paths=here.paths if named.path == named.repository.prefix else None,
                registry=here.registry,
                as_locked=True,
                cache=here.cache,
                **here.opening,
            )
            async with opening as project:
                yield project
        except ModelError:
            raise  # models have no revision: it is the side that is compared with
        except TenprintError as error:
            raise ProblemsError([_told(problem, top, root, named) for problem in error.problems]) from error


def _told(problem: Problem, top: Path, root: Path, named: RevisionSide) -> Problem:
    """Name the revision in place of the folder its files are read from."""
    message = problem.message.replace(f"{root}/", "").replace(str(root), named.path or "the project")
    message = message.replace(f"{top}/", "")
    place = problem.location
    if place is not None and place.revision is None:
        place = replace(place, revision=named.found.commit)
    return replace(problem, message=f"{message} (at {named.name})", location=place)


async def _locks(here: _Here, old: NamedSide, new: NamedSide) -> Locked | None:
    """Compare the locks of two sides; None where one of them can have none."""
    for one, other in ((old, new), (new, old)):
        if one.kind == "model" and other.kind == "lock":
            raise ConfigurationError(
                f"{other.name} is a lock and {one.name} a model, which has none",
                hint="compare a lock with a lock, a project or a revision",
            )
    if "model" in (old.kind, new.kind):
        return None
    before, after = await _lock(here, old), await _lock(here, new)
    changes = tuple(
        LockChange(label, before.sources.get(label), after.sources.get(label))
        for label in sorted({**before.sources, **after.sources})
        if before.sources.get(label) != after.sources.get(label)
    )
    return Locked(after, changes)


async def _lock(here: _Here, named: NamedSide) -> SourceLock:
    if isinstance(named, PathSide):
        if named.kind == "lock":
            content = await anyio.to_thread.run_sync(content_of, named.path, here.rules)
            return read_lock(content, name=str(named.path))
        return await anyio.to_thread.run_sync(project_lock, named.path, here.rules)
    path = named.path if named.kind == "lock" else f"{named.path}/{LOCK_NAME}".lstrip("/")
    blob = named.found.blob_at(path)
    if blob is None:
        return SourceLock()
    found = (await named.repository.read([blob], here.rules.limits.file_bytes)).get(blob)
    return read_lock((found and found.content) or b"", name=f"{named.name}: {path}")
