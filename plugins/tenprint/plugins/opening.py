"""What stands around a project before it is open: its settings, plugins, lock, and the paths the user named."""

from math import inf
from pathlib import Path
from typing import Any

from tenprint.importers import (
    LOCK_NAME,
    ConfigurationError,
    Fetching,
    FetchMode,
    ProblemsError,
    ReadingRules,
    SourceError,
    SourceLock,
    file_bytes,
    module_at,
    read_lock,
)
from tenprint.plugins.manager import create_plugin_manager, has_hooks
from tenprint.plugins.registry import Registry, registry_of
from tenprint.plugins.settings import SETTINGS_NAME, Settings, read_settings

STALLS_VARIABLE = "TENPRINT_STALL_SECONDS"
"""Environment variable that has importers reported that hold up the event loop for so long."""


def project_registry(path: str | Path) -> Registry:
    """Return what the installed plugins and those of the project's `tenprint.yml` provide.

    Raises:
        ConfigurationError: A plugin cannot be imported.
        ProblemsError: `tenprint.yml` is wrong, or plugins clash.
    """
    return registry_of_project(project_settings(Path(path), ReadingRules()), Path(path))


def project_settings(root: Path, rules: ReadingRules) -> Settings:
    path = root / SETTINGS_NAME
    # A folder or a broken link of this name is a mistake, not a project without settings.
    return read_settings(content_of(path, rules)) if path.exists() or path.is_symlink() else Settings()


def content_of(path: Path, rules: ReadingRules) -> bytes:
    try:
        return file_bytes(path, rules.limits)
    except SourceError as error:
        raise SourceError(f"{path} {error.message}", hint=error.hint) from error


def registry_of_project(settings: Settings, root: Path) -> Registry:
    return registry_of(create_plugin_manager(plugins=_modules(settings, root)))


def stall_seconds(value: str | None) -> float | None:
    if value is None:
        return None
    seconds = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    if not 0 < seconds < inf:
        raise ConfigurationError(
            f"the environment variable {STALLS_VARIABLE} holds {value!r}", hint="set it to seconds, such as 0.5"
        )
    return seconds


def existing_place(root: Path, path: str | Path, option: str) -> Path:
    """Return the place of a path the user named, which must exist."""
    place = root / path
    if not place.exists():
        hint = f"relative paths are relative to the project; check {option}"
        if Path(path).exists():
            hint = (
                f"relative paths are relative to the project; for the one here write {option} {Path(path).absolute()}"
            )
        raise ConfigurationError(f"there is no {place}", hint=hint)
    return place


def _check_hooks(module: Any, what: str) -> None:
    if not has_hooks(module):
        raise ConfigurationError(
            f"{what} has no hooks", hint="mark its functions with `@tenprint.plugins.hookimpl`, or remove the line"
        )


def _modules(settings: Settings, root: Path) -> list[Any]:
    """Import the modules the settings name; all that cannot be imported are told at once."""
    modules: list[Any] = []
    failures: list[ConfigurationError] = []
    for name in settings.plugins:
        what = f"the plugin module {name!r} of {SETTINGS_NAME}"
        try:
            module = module_at(name, what, project=root)
            _check_hooks(module, what)
            modules.append(module)
        except ConfigurationError as error:
            error.location = settings.plugin_locations.get(name)
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ProblemsError([problem for error in failures for problem in error.problems])
    return modules


def project_lock(root: Path, rules: ReadingRules) -> SourceLock:
    """Read the lock of a project; one that was never written is empty.

    Raises:
        ProblemsError: It is not what `tenprint lock` writes.
    """
    path = root / LOCK_NAME
    return read_lock(content_of(path, rules)) if path.exists() or path.is_symlink() else SourceLock()


def fetching_of(root: Path, rules: ReadingRules, *, locked: bool, offline: bool) -> Fetching:
    """Say how remote sources are fetched.

    Raises:
        ConfigurationError: The run must keep to a lock, and there is none.
        ProblemsError: The lock cannot be read.
    """
    if locked and not (root / LOCK_NAME).exists():
        raise ConfigurationError(f"{root} has no {LOCK_NAME}", hint="write it with `tenprint lock`")
    mode: FetchMode = "offline" if offline else "locked" if locked else "newest"
    return Fetching(mode, project_lock(root, rules))
