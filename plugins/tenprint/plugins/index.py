"""The index: what each installed plugin provides, remembered, so that a start imports only the plugins it needs.

The index holds names and where their classes are found; what is found there is looked at when it is imported. It counts
as long as the same things are installed and the modules of every plugin are the files they were; otherwise all plugins
are imported and asked again. What it names is imported, so one that somebody else could have written does not count. A
missing, foreign or damaged index is no error.
"""

import json
import os
import secrets
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG, S_IWGRP, S_IWOTH
from types import ModuleType
from typing import Any

from tenprint.plugins.declared import Command, Declared, When
from tenprint.plugins.discovery import InstalledPlugin
from tenprint.plugins.targets import module_of

INDEX_NAME = "plugins.json"
INDEX_SCHEMA = "tenprint.plugin-index/2"

_OURS = "tenprint"
_COMMAND = ("name", "summary", "target")
_WHEN: Mapping[str, When] = {"first": "first", "": "", "last": "last"}


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file as it was: its time in nanoseconds and its size in bytes."""

    path: str
    modified: int
    size: int


@dataclass(frozen=True, slots=True)
class IndexedPlugin:
    """What one plugin provides, by kind; `hooks` are those it implements.

    Of an `eager` one not everything can be written down, so it is always imported; one that is not `asked` yet was left
    out so far.
    """

    installed: InstalledPlugin
    provides: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    hooks: Mapping[str, When] = field(default_factory=dict)
    eager: bool = False
    asked: bool = True
    files: tuple[FileStamp, ...] = ()


def read_index(path: Path, listing: str) -> tuple[IndexedPlugin, ...] | None:
    """Read what is known of the installed plugins; None when it has to be found out."""
    try:
        if not _is_own(path.stat()):
            return None
        document = json.loads(path.read_bytes())
        known = (document["schema"], document["listing"], document["check"])
        if known != (INDEX_SCHEMA, listing, _check(document["plugins"])):
            return None
        plugins = tuple(_plugin(written) for written in document["plugins"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return plugins if all(_is_as_it_was(stamp) for plugin in plugins for stamp in plugin.files) else None


def write_index(path: Path, listing: str, plugins: Sequence[IndexedPlugin]) -> None:
    """Remember the plugins; where that cannot be written, the next start finds out again."""
    written = [asdict(plugin) for plugin in plugins]
    document = {"schema": INDEX_SCHEMA, "listing": listing, "plugins": written, "check": _check(written)}
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(document, file)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _check(plugins: Any) -> str:
    """Digest what is written of the plugins, by which a flipped bit is found out: a command could be gone with it."""
    return sha256(json.dumps(plugins).encode()).hexdigest()


def forget_index(path: Path) -> None:
    """Let the next start ask all plugins, where the index can be removed."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _is_own(found: os.stat_result) -> bool:
    """Tell whether nobody else could have written a file; systems without owners of files do not say."""
    if not hasattr(os, "getuid"):
        return S_ISREG(found.st_mode)
    is_private = found.st_uid == os.getuid() and not found.st_mode & (S_IWGRP | S_IWOTH)
    return is_private and S_ISREG(found.st_mode)


def _plugin(written: Mapping[str, Any]) -> IndexedPlugin:
    installed = written["installed"]
    name, value, distribution = (_text(installed[key]) for key in ("name", "value", "distribution"))
    return IndexedPlugin(
        InstalledPlugin(name, value, distribution, installed["version"]),
        {kind: tuple(_declared(entry) for entry in entries) for kind, entries in written["provides"].items()},
        tuple(Command(*(_text(entry[key]) for key in _COMMAND)) for entry in written["commands"]),
        {_text(hook): _WHEN[when] for hook, when in written["hooks"].items()},
        written["eager"],
        written["asked"],
        tuple(FileStamp(_text(stamp["path"]), stamp["modified"], stamp["size"]) for stamp in written["files"]),
    )


def _declared(written: Mapping[str, Any]) -> Declared:
    return Declared(_text(written["name"]), _text(written["target"]), tuple(map(_text, written["aliases"])))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _is_as_it_was(stamp: FileStamp) -> bool:
    try:
        found = Path(stamp.path).stat()
    except (OSError, ValueError):  # a path with a zero byte is none
        return False
    return (found.st_mtime_ns, found.st_size) == (stamp.modified, stamp.size)


def stamps_of(installed: InstalledPlugin, provides: Mapping[str, Iterable[Declared]]) -> tuple[FileStamp, ...]:
    """Stamp the files of all modules that are loaded of the packages a plugin and its classes belong to."""
    targets = [declared.target for section in provides.values() for declared in section]
    modules = {installed.module, *(module_of(target) for target in targets if isinstance(target, str))}
    return tuple(_stamped(_files_of({_package_of(module) for module in modules})))


def _package_of(module: str) -> str:
    """Return the package that is changed as one; of ours, which is the whole program, only the module counts."""
    top = module.partition(".")[0]
    return module if top == _OURS else top


def _files_of(packages: Collection[str]) -> Iterator[str]:
    modules: Mapping[str, Any] = sys.modules  # whoever likes puts something else than a module there
    for name, module in sorted(modules.items()):
        if any(f"{name}.".startswith(f"{package}.") for package in packages):
            # Not by asking the module: some load something when they are asked.
            file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
            if isinstance(file, str):
                yield file


def _stamped(paths: Iterable[str]) -> Iterator[FileStamp]:
    for path in paths:
        with suppress(OSError):  # a module out of a zip file: that changes only together with what is installed
            found = Path(path).stat()
            yield FileStamp(path, found.st_mtime_ns, found.st_size)


def target_of(provided: type[Any]) -> str | None:
    """Say where a class is found again; None for one that only the plugin itself can make."""
    module, name = provided.__module__, provided.__qualname__
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is provided else None
