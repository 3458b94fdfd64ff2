"""Writes the memo of a run that found nothing to do, and removes memos.

It is written only when nothing raised a doubt, and everything it tells about is older than the run: what was written at
the same moment may have been read before or after. A memo that cannot be written is none.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from tenprint.fingerprinting import PreparedRun, TrainingPlan
from tenprint.importers import SeenFiles, Stamp, stamp_of
from tenprint.plugins import Project
from tenprint.plugins.cli.baselines import Printing, kept_baseline
from tenprint.plugins.cli.memo import (
    KEPT,
    MEMO_SCHEMA,
    Differs,
    code_stamp,
    environment_digest,
    head_digest,
    is_older,
    memo_folder,
    memo_path,
    model_stamps,
    names_of_code,
)
from tenprint.plugins.listing import listing_digest

REPEATABLE = ("text", "json")
"""Formats that say the same of the same plan at any time."""

_CODE_MARGIN = 2_000_000_000
"""Nanoseconds: what is loaded was loaded before the run began to look at files."""
_STALE_SECONDS = 24 * 3600.0
_INSTALLED = ("site-packages", "dist-packages")
_PART = ".part"
_FLOORS = ("tenprint.importers", "tenprint.fingerprinting", "tenprint.plugins")


class Noted:
    """What was printed while it stood in the place of stdout."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._texts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def write(self, text: str) -> int:
        self._texts.append(text)
        written: int = self._stream.write(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def noted_output() -> Iterator[Noted]:
    """Note the text that the block prints."""
    stream = sys.stdout
    noted = Noted(stream)
    sys.stdout = noted
    try:
        yield noted
    finally:
        sys.stdout = stream


def remember(
    arguments: tuple[str, ...],
    project: Project,
    plan: TrainingPlan,
    output: str,
    details: tuple[PreparedRun, Printing] | None = None,
) -> None:
    """Let the next run with these arguments repeat what this one has printed, where that is safe.

    `output` is all of it; the run ended well, and wrote nothing. With `details` a run after a few edits may amend it.
    """
    context = project.importer.context
    seen = context.seen
    if seen is None or context.readings is None or seen.doubts or plan.action != "none" or plan.model is None:
        return
    path = memo_path(arguments, os.environ)
    if path is None:
        return
    with suppress(OSError, Differs):
        memo = _memo(seen, project, plan.model)
        if memo is not None:
            baseline = None if details is None else kept_baseline(Path(path).name, project, *details)
            _write(Path(path), {**memo, "output": output, "baseline": baseline})


def _memo(seen: SeenFiles, project: Project, model: str) -> dict[str, Any] | None:
    """Write everything down that the answer depends on; None where some of it is too young to be told apart."""
    places = [place for place in (str(project.setup.models), model) if Path(place).exists()]
    models = {str(Path(place).absolute()): model_stamps(place) for place in places}
    code = {path: code_stamp(path) for path in _loaded_files()}
    if not all(is_older(Stamp(*numbers), seen.began) for found in models.values() for numbers in found.values()):
        return None
    if not all(modified < seen.began - _CODE_MARGIN for modified, _ in code.values()):
        return None
    root = Path(model).absolute()
    return {
        "schema": MEMO_SCHEMA,
        "began": seen.began,
        "trusting": project.trusts_times,
        "variables": sorted(seen.variables),
        "environment": environment_digest(seen.variables, os.environ),
        "places": seen.places,
        "folders": {folder: list(names) for folder, names in seen.folders.items()},
        "models": models,
        "heads": {str(root): head_digest(str(root))},
        "code": code,
        "code_folders": {folder: names_of_code(folder) for folder in _own_folders(code)},
        "installed": listing_digest(),
        "files": {path: [digest.hex(), *_stamp(seen, path)] for path, digest in seen.files.items()},
    }


def _stamp(seen: SeenFiles, path: str) -> Stamp:
    """Return the stamp from before a file was read; one that has none yet is stamped as too young to be trusted."""
    return seen.stamps.get(path) or stamp_of(Path(path).stat())._replace(changed=sys.maxsize)


def _loaded_files() -> list[str]:
    """Name the files of all modules that are loaded and not of Python itself."""
    standard = os.path.dirname(os.__file__)  # noqa: PTH120 - as Python writes it
    files = []
    loaded: list[Any] = list(sys.modules.values())
    for module in loaded:
        # Not by asking the module: some load something when they are asked.
        file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if isinstance(file, str) and Path(file).is_file():
            is_standard = file.startswith(f"{standard}{os.sep}") and not any(name in file for name in _INSTALLED)
            files += [] if is_standard else [file]
    return sorted(set(files))


def _own_folders(code: dict[str, list[int]]) -> list[str]:
    """Name the folders of modules that are not installed, where a new file may come before a known one."""
    ours = tuple(f"{Path(sys.modules[floor].__file__ or os.devnull).parent}{os.sep}" for floor in _FLOORS)
    own = (path for path in code if not path.startswith(ours) and not any(name in path for name in _INSTALLED))
    return sorted({str(Path(path).parent) for path in own})


def _write(path: Path, memo: dict[str, Any]) -> None:
    text = json.dumps(memo).encode()
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_PART}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sha256(text).hexdigest().encode() + b"\n" + text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _tidy(path.parent)


def _tidy(folder: Path) -> None:
    """Remove the oldest memos beyond those that are kept, and what killed runs have left."""
    found = sorted(((entry.stat().st_mtime, entry.path) for entry in os.scandir(folder)), reverse=True)
    memos = [path for _, path in found if not path.endswith(_PART)]
    stale = [path for modified, path in found if path.endswith(_PART) and modified < time.time() - _STALE_SECONDS]
    for path in (*memos[KEPT:], *stale):
        Path(path).unlink(missing_ok=True)


def forget_memos() -> None:
    """Remove all memos of the cache."""
    folder = memo_folder(os.environ)
    with suppress(OSError):
        if folder is not None and not Path(folder).is_symlink():
            for path in Path(folder).iterdir():
                if path.is_file() and not path.is_symlink():
                    path.unlink(missing_ok=True)
