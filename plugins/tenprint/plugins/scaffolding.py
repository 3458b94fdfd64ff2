"""Begins a plugin: the files of an installable package, filled in for a name, and written all or none.

Templates lie in `templates/`, as `shared/` and one folder for each sort of plugin; `$` begins a name that is filled in.
`NAME` in a path is that of the module.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal, get_args

from tenprint.importers import ConfigurationError

Sort = Literal["importer", "transform", "component", "policy"]
"""What the plugin provides."""

SORTS: tuple[Sort, ...] = get_args(Sort)

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MOST = 50
"""Letters of a name: file names and messages stay readable."""

_PLACES: Mapping[str, str] = {
    "gitignore": ".gitignore",
    "readme": "README.md",
    "project": "pyproject.toml",
    "init": "src/{module}/__init__.py",
    "typed": "src/{module}/py.typed",
    "module": "src/{module}/{sort}.py",
    "conformance": "tests/test_{stem}.py",
}
"""Where each template goes; their own names are no modules and no tests."""


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A package that has not been written yet: its folder, and the text of each file."""

    folder: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the folder, and the paths that are new, replaced and as they were."""

    folder: Path
    made: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def scaffold(sort: Sort, name: str) -> Scaffold:
    """Fill in the templates of a plugin.

    Raises:
        ConfigurationError: The name cannot be that of a plugin.
    """
    if not _NAME.fullmatch(name) or len(name) > _MOST:
        raise ConfigurationError(
            f"{name!r} cannot be the name of a plugin",
            hint=f"use up to {_MOST} lower case letters, digits and single hyphens, a letter first, such as help-desk",
        )
    stem = name.replace("-", "_")
    module = f"tenprint_{stem}"
    filled_in = {
        "name": name,
        "stem": stem,
        "module": module,
        "distribution": f"tenprint-{name}",
        "camel": _camel(name),
    }
    texts = {
        _PLACES[part].format(module=module, sort=sort, stem=stem): Template(text).substitute(filled_in)
        for part, text in _templates(sort).items()
    }
    return Scaffold(filled_in["distribution"], dict(sorted(texts.items())))


def written_name(sort: Sort, name: str) -> str:
    """Name that projects write; that of a component looks like a class."""
    return {"component": _camel(name), "policy": f"{_camel(name)}Policy"}.get(sort, name)


def write_scaffold(planned: Scaffold, parent: Path, *, force: bool = False) -> Written:
    """Write a package into a new folder below `parent`; all its files, or none.

    With `force` the folder may have files: those of the same paths are replaced where they differ, and all others stay.

    Raises:
        ConfigurationError: There is such a folder already, or the parent is not there.
    """
    folder = parent / planned.folder
    if not parent.is_dir():
        raise ConfigurationError(f"there is no directory {parent}", hint="create it, or name another with --directory")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConfigurationError(f"{folder} is no folder", hint="move it away, or name another place with --directory")
    taken = folder.is_dir() and any(folder.iterdir())
    if taken and not force:
        raise ConfigurationError(
            f"{folder} is there already", hint="choose another name, or replace its files with --force"
        )
    staged = Path(tempfile.mkdtemp(prefix=f".{planned.folder}.", dir=parent))
    try:
        for path, text in planned.files.items():
            target = staged / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        if not taken:
            staged.chmod(0o777 & ~_mask())
            staged.replace(folder)
            return Written(folder, tuple(planned.files))
        return _merged(planned, staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _merged(planned: Scaffold, staged: Path, folder: Path) -> Written:
    """Put files in the place of others, each at once; what cannot be replaced is found before anything is."""
    for path in planned.files:
        places = [folder / path, *(folder / parent for parent in Path(path).parents)]
        if places[0].is_dir() or any(place.is_symlink() or place.is_file() for place in places[1:]):
            raise ConfigurationError(f"{folder / path} cannot be written", hint="move away what is in its place")
    made, replaced, unchanged = [], [], []
    for path, text in planned.files.items():
        target = folder / path
        if not target.exists():
            made.append(path)
        elif target.read_bytes() == text.encode():
            unchanged.append(path)
            continue
        else:
            replaced.append(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(target)
    return Written(folder, tuple(made), tuple(replaced), tuple(unchanged))


def _templates(sort: Sort) -> Mapping[str, str]:
    """Texts of the templates by their names without suffix; those of the sort win over shared ones."""
    root = Path(__file__).with_name("templates")
    return {
        path.stem: path.read_text(encoding="utf-8")
        for folder in ("shared", sort)
        for path in sorted((root / folder).glob("*.tmpl"))
    }


def _mask() -> int:
    """Return the mask of permissions, which can only be asked for by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
