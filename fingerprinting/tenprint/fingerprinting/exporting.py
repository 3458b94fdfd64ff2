"""Writes the merged project as plain Rasa files: all of them, or none.

Rules kept here:

* a folder that is not there yet appears whole, by one rename; into one that is there, files are moved one by one, and
  moved back when one of them fails;
* what is being written lies in a hidden folder on the same disk, which is removed whatever happens;
* only the files a project is made of are ever replaced or removed, and only when that is asked for;
* an export is never written where the project would read it as its own data.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.from_thread
import anyio.to_thread

from tenprint.fingerprinting.archive.publishing import partial_path
from tenprint.fingerprinting.preparing import checked_snapshot
from tenprint.importers import (
    ExportError,
    ImporterContext,
    Location,
    Problem,
    ReadingRules,
    Snapshot,
    TrainingDataImporter,
    project_data,
)
from tenprint.importers.kinds import DOMAIN, Kind
from tenprint.importers.reading import JSON_SUFFIX, YAML_SUFFIXES
from tenprint.importers.writing import files_of_project, project_files

EXPORT_SCHEMA = "tenprint.export/1"

_READ_SUFFIXES = (*YAML_SUFFIXES, JSON_SUFFIX)
_READ_TOO = ("data", "domain")
_READ_FILES = ("config.yaml", "domain.yaml", "tenprint.yml")
"""Folders and files that are read as a part of a project wherever they stand in it."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote: paths relative to its folder, with their sizes in bytes."""

    path: Path
    files: Mapping[str, int]
    removed: tuple[str, ...] = ()
    """Files of an earlier export that have no content any more."""
    problems: tuple[Problem, ...] = ()
    """Warnings: files of others in the folder that are read together with the export."""

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": EXPORT_SCHEMA,
            "path": str(self.path),
            "files": [{"path": path, "bytes": size} for path, size in self.files.items()],
            "removed": list(self.removed),
            "problems": [problem.to_json() for problem in self.problems],
        }


async def export_project(
    importer: TrainingDataImporter, out: str | Path, *, force: bool = False, models: Path | None = None
) -> ExportReport:
    """Write what an importer yields, merged and completed, as the files of a Rasa project.

    Args:
        importer: Where the data comes from; its context says where the project is.
        out: Folder to write; relative to the current directory, as for any program.
        force: Replace the files of a project in a folder that is not empty; others are left alone.
        models: Folder of the models, in which nothing is exported.

    Raises:
        ProblemsError: The data is wrong; nothing is written.
        ExportError: It cannot be expressed in Rasa's formats, or the folder cannot be used; nothing is written.
    """
    context = importer.context
    folder = await anyio.to_thread.run_sync(lambda: _checked_folder(out, context, models, force=force))
    snapshot = await checked_snapshot(importer)
    return await anyio.to_thread.run_sync(lambda: _exported(snapshot, context, folder))


def _exported(snapshot: Snapshot, context: ImporterContext, folder: Path) -> ExportReport:
    _check_documents(folder, context.project, snapshot)
    files = files_of(snapshot, context.rules)
    anyio.from_thread.check_cancelled()
    try:
        removed = _published(files, folder, context.rules.kinds)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        raise _refusal(
            f"cannot write{place}: {error.strerror or error}; nothing was changed", "check permissions and space"
        ) from error
    return ExportReport(
        folder, {path: len(content) for path, content in files.items()}, removed, tuple(_mixed(folder, files))
    )


def files_of(snapshot: Snapshot, rules: ReadingRules) -> dict[str, bytes]:
    """Return the files a snapshot is written as.

    Raises:
        ExportError: It holds what Rasa's formats cannot express.
    """
    places = {item.path: item for item in reversed([*snapshot.table])}

    def locate(path: tuple[str, ...]) -> Location | None:
        return snapshot.table.location(places[path]) if path in places else None

    return project_files(
        project_data(snapshot, rules),
        domain_file=only_domain_file(snapshot),
        # What is merged is read by the rules everybody has, not by those of this project.
        rules=ReadingRules(kinds=rules.kinds, limits=rules.limits),
        locate=locate,
    )


def only_domain_file(snapshot: Snapshot) -> bytes | None:
    """Content of the domain file whose comments are worth keeping; one with variables says something else elsewhere."""
    found = [document for document in snapshot.documents if document.role == "domain" and document.kinds]
    if len(found) != 1 or found[0].kinds != (DOMAIN.name,) or found[0].namespace is not None:
        return None
    content = found[0].content
    return content if isinstance(content, bytes) and b"${" not in content else None


def _refusal(message: str, hint: str) -> ExportError:
    return ExportError([Problem("export", message, None, hint)])


def _resolved(path: Path) -> Path:
    """Follow all links; one that leads to itself stays as it is, where `Path.resolve` fails before Python 3.13."""
    return Path(os.path.realpath(path))


def _checked_folder(out: str | Path, context: ImporterContext, models: Path | None, *, force: bool) -> Path:
    """Return the folder; one that is the project, a part of its data, or not empty is refused."""
    folder = Path(out).absolute()
    project, place = _resolved(context.project), _resolved(folder)
    if place == project or place in project.parents:
        raise _refusal(f"{folder} is or holds the project itself", "name a folder beside or below it")
    read = [*(context.data or (project / "data",)), context.domain or project / "domain"]
    for path in (*read, *(() if models is None else (models,))):
        if place.is_relative_to(_resolved(path)):
            raise _refusal(f"{folder} lies in {path}, which belongs to the project", "name a folder outside of it")
    standing = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not standing.is_dir():
        raise _refusal(f"{standing} is not a folder", "name a new or empty folder")
    if standing == folder and not force and any(folder.iterdir()):
        raise _refusal(f"{folder} is not empty", "name a new or empty folder, or replace an export there with --force")
    return folder


def _check_documents(folder: Path, project: Path, snapshot: Snapshot) -> None:
    """Refuse a folder that holds documents of the project, or lies beside or below them."""
    root, place = _resolved(project), _resolved(folder)
    for document in snapshot.documents:
        if not isinstance(document.content, bytes):
            continue
        path = _resolved(root / document.id.path)
        if not path.exists():
            # A path within a source that is no folder of this machine.
            continue
        is_below = place.is_relative_to(path.parent) and not root.is_relative_to(path.parent)
        if is_below or path.is_relative_to(place):
            raise _refusal(f"{folder} lies where the project reads {document.id.path}", "name a folder elsewhere")


def _published(files: Mapping[str, bytes], folder: Path, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Write files and make them appear; return those that are gone."""
    if folder.is_dir():
        # Inside, because the folder may be a disk of its own.
        staging = partial_path(folder / "export")
        try:
            write_files(files, staging / "new")
            stale = [path for path in files_of_project(kinds) if path not in files and os.path.lexists(folder / path)]
            for path in (*files, *stale):
                if (folder / path).is_dir():
                    raise _refusal(f"{folder / path} is a folder", "move it away, or name another folder")
            _move_in(staging, folder, files, stale)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return tuple(stale)
    top = folder
    while not top.parent.exists():
        top = top.parent
    staging = partial_path(top)
    try:
        write_files(files, staging / folder.relative_to(top))
        staging.rename(top)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return ()


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder that nobody reads yet; in a worker thread, which can be cancelled between two."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        anyio.from_thread.check_cancelled()


def _move_in(staging: Path, folder: Path, files: Iterable[str], stale: Iterable[str]) -> None:
    """Move new files in and old ones out; a failure takes every move back."""
    undo: list[tuple[Path, Path] | Path] = []
    try:
        for number, path in enumerate((*files, *stale)):
            target = folder / path
            if not target.parent.is_dir():
                target.parent.mkdir()
                undo.append(target.parent)
            if os.path.lexists(target):
                old = staging / str(number)
                target.rename(old)
                undo.append((old, target))
            new = staging / "new" / path
            if new.exists():
                new.rename(target)
                undo.append((target, new))
    except BaseException:
        for step in reversed(undo):
            step.rmdir() if isinstance(step, Path) else step[0].rename(step[1])
        raise


def _mixed(folder: Path, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Warn of files that are not of the export and would be read together with it."""
    found = [path for name in _READ_TOO for path in sorted((folder / name).rglob("*"))]
    for path in (*found, *(folder / name for name in _READ_FILES)):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in _READ_SUFFIXES and name not in files:
            yield Problem(
                "mixed-export",
                f"{path} is not of this export but will be read together with it",
                hint="move it away, or export into an empty folder",
                severity="warning",
            )
