"""What stands around a project before it is open: its settings, plugins, lock, and the paths the user named."""

import os
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from tenprint.importers import (
    CONFIG_NAMES,
    LOCK_NAME,
    MAX_WORKERS,
    ConfigurationError,
    DocumentId,
    Fetching,
    FetchMode,
    ImporterSpec,
    Observers,
    ProblemsError,
    ReadingRules,
    SeenFiles,
    SourceError,
    SourceLock,
    file_bytes,
    foreign_code,
    importer_specs,
    module_at,
    read_lock,
)
from tenprint.importers.inputs import AuditMode
from tenprint.importers.reading import expanded_section, parse_yaml
from tenprint.importers.store import cache_root
from tenprint.plugins.assembling import NamedModule, PluginSet
from tenprint.plugins.choice import PluginChoice, is_nameless, plugin_choice
from tenprint.plugins.discovery import installed_plugins
from tenprint.plugins.manager import has_hooks
from tenprint.plugins.registry import Registry
from tenprint.plugins.settings import SETTINGS_NAME, Settings, read_settings

_MODES: Mapping[tuple[bool, bool], FetchMode] = {
    (False, False): "newest",
    (True, False): "locked",
    (False, True): "offline",
    (True, True): "locked-offline",
}
"""Whether a run keeps to the lock, and whether it has no network."""

AUDIT_VARIABLE = "TENPRINT_AUDIT"
"""Environment variable that has plugins reported that read what they do not declare."""

STALLS_VARIABLE = "TENPRINT_STALL_SECONDS"
"""Environment variable that has importers reported that hold up the event loop for so long."""

WORKERS_VARIABLE = "TENPRINT_WORKERS"
"""Environment variable with the number of processes that may read."""

_USUAL_WORKERS = 4
"""One process puts the readings of all others together, so more of them have little to do."""


def project_registry(path: str | Path, choice: PluginChoice | None = None) -> Registry:
    """Return what the installed plugins and those of the project's `tenprint.yml` provide.

    Raises:
        ConfigurationError: The lists of plugins are wrong, or the installed ones cannot be listed.
        ProblemsError: `tenprint.yml` is wrong, plugins cannot be imported, or they clash.
    """
    return registry_of_project(project_settings(Path(path), ReadingRules()), Path(path), choice)


def project_settings(root: Path, rules: ReadingRules, seen: SeenFiles | None = None) -> Settings:
    path = root / SETTINGS_NAME
    # A folder or a broken link of this name is a mistake, not a project without settings.
    return read_settings(content_of(path, rules, seen), None) if path.exists() or path.is_symlink() else Settings()


def rules_of_project(settings: Settings, registry: Registry, rules: ReadingRules) -> ReadingRules:
    """Add what a project and its plugins say about reading and merging.

    Raises:
        ProblemsError: The settings name a kind of data that nobody provides.
    """
    further = tuple(registered.provided for registered in registry.kinds.values())
    return replace(rules, kinds=(*rules.kinds, *further), merge=settings.with_kinds(further).merge)


def config_place(root: Path, named: str | Path | None) -> Path | None:
    """Return the place of the configuration: the one the user named, else the usual one; None where settings do.

    Raises:
        ConfigurationError: There is none.
    """
    if named is not None:
        place = existing_place(root, named, "--config")
        if not place.is_file():
            raise ConfigurationError(f"the configuration {place} is not a file", hint="name a file with --config")
        return place
    found = next((root / name for name in CONFIG_NAMES if (root / name).is_file()), None)
    if found is None and not (root / SETTINGS_NAME).is_file():
        raise ConfigurationError(
            f"{root} has no {CONFIG_NAMES[0]}: it does not look like a project",
            hint="name the project with -C DIR, or the configuration with --config FILE",
        )
    return found


def specs_of_config(root: Path, config: Path, content: bytes, rules: ReadingRules) -> tuple[ImporterSpec, ...]:
    """Read which importers a configuration names.

    Raises:
        ProblemsError: Its list is wrong, or names variables that are not set.
    """
    shown = config.relative_to(root).as_posix() if config.is_relative_to(root) else str(config)
    document = parse_yaml(content, DocumentId("config", shown), rules.limits)
    document, unset = expanded_section(document, "importers", rules.environment)
    if unset:
        raise ProblemsError(unset)
    return importer_specs(document)


def content_of(path: Path, rules: ReadingRules, seen: SeenFiles | None = None) -> bytes:
    try:
        return file_bytes(path, rules.limits, seen=seen)
    except SourceError as error:
        raise SourceError(f"{path} {error.message}", hint=error.hint) from error


def registry_of_project(
    settings: Settings, root: Path, choice: PluginChoice | None = None, *, remember: bool = True
) -> Registry:
    """Return what the plugins of a project provide; `choice` counts more than its settings, None is the environment."""
    return plugins_of_project(settings, root, choice, remember=remember).registry()


def plugins_of_project(
    settings: Settings, root: Path, choice: PluginChoice | None = None, *, remember: bool = True
) -> PluginSet:
    """Find the plugins of a project; `remember` lets the next start know what they provide.

    Raises:
        ConfigurationError: The lists of plugins are wrong, or the installed ones cannot be listed.
    """
    choice = plugin_choice((), os.environ) if choice is None else choice
    try:
        choice = choice.with_list(settings.plugins, SETTINGS_NAME)
    except ConfigurationError as error:
        nameless = (place for entry, place in settings.plugin_locations.items() if is_nameless(entry))
        error.location = next(nameless, None)
        raise
    return PluginSet(choice, _modules(choice, settings, root), cache=_index_folder(root), remember=remember)


def _index_folder(root: Path) -> Path | None:
    """Return the folder of the index, which tells of the environment: a project has no folder of its own for it."""
    try:
        return cache_root(os.environ, root)
    except ConfigurationError:  # without a home folder every start asks every plugin
        return None


def observers_of(registry: Registry) -> Observers:
    """Make the observers of a run; one that cannot be made is told by a warning of the run.

    Raises:
        ConfigurationError: The class of one cannot be loaded.
    """
    observers = Observers()
    for registered in registry.observers.values():
        observers.add(registered.name, registered.provided)
    return observers


def audit_mode(settings: Settings, environment: Mapping[str, str]) -> AuditMode:
    """Say whether plugins are watched for what they read without declaring it.

    Raises:
        ConfigurationError: The environment variable holds something else than 0 or 1.
    """
    value = environment.get(AUDIT_VARIABLE) or "0"
    if value not in ("0", "1"):
        raise ConfigurationError(
            f"the environment variable {AUDIT_VARIABLE} holds {value!r}", hint="set it to 1, or to 0"
        )
    if settings.strict:
        return "refuse"
    return "report" if value == "1" else "off"


def stall_seconds(environment: Mapping[str, str]) -> float | None:
    value = environment.get(STALLS_VARIABLE)
    if value is None:
        return None
    seconds = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    if not 0 < seconds < inf:
        raise ConfigurationError(
            f"the environment variable {STALLS_VARIABLE} holds {value!r}", hint="set it to seconds, such as 0.5"
        )
    return seconds


def workers(environment: Mapping[str, str]) -> int:
    """Tell how many processes may read, this one among them: as many as there are processors, at most four."""
    value = environment.get(WORKERS_VARIABLE)
    if value is None:
        known = getattr(os, "sched_getaffinity", None)
        return min(_USUAL_WORKERS, (os.cpu_count() or 1) if known is None else len(known(0)))
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(MAX_WORKERS))
    count = int(value) if is_number else 0
    if not 0 < count <= MAX_WORKERS:
        raise ConfigurationError(
            f"the environment variable {WORKERS_VARIABLE} holds {value!r}",
            hint=f"set it to a number from 1 to {MAX_WORKERS}; with 1 no further process is started",
        )
    return count


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
    with foreign_code(lambda chain: ConfigurationError(f"{what} cannot be looked at: {chain}")):
        found = has_hooks(module)
    if not found:
        raise ConfigurationError(
            f"{what} has no hooks", hint="mark its functions with `@tenprint.plugins.hookimpl`, or remove the line"
        )


def _modules(choice: PluginChoice, settings: Settings, root: Path) -> list[NamedModule]:
    """Import the modules somebody named."""
    modules: list[NamedModule] = []
    installed = {plugin.name for plugin in installed_plugins()} if choice.modules else set()
    for name, said_by in choice.modules.items():
        if name in installed:
            continue
        what = f"the plugin module {name!r} of {said_by}"
        try:
            module = module_at(name, what, project=root)
            _check_hooks(module, what)
            modules.append(NamedModule(name, module, said_by))
        except ConfigurationError as error:
            if said_by == SETTINGS_NAME:
                error.location = settings.plugin_locations.get(name)
            modules.append(NamedModule(name, None, said_by, error.problems))
    return modules


def project_lock(root: Path, rules: ReadingRules) -> SourceLock:
    """Read the lock of a project; one that was never written is empty.

    Raises:
        ProblemsError: It is not what `tenprint lock` writes.
    """
    path = root / LOCK_NAME
    return read_lock(content_of(path, rules)) if path.exists() or path.is_symlink() else SourceLock()


def fetching_of(root: Path, rules: ReadingRules, *, locked: bool, offline: bool, as_locked: bool = False) -> Fetching:
    """Say how remote sources are fetched; `as_locked` takes those that are locked as they are locked.

    Raises:
        ConfigurationError: The run must keep to a lock, and there is none.
        ProblemsError: The lock cannot be read.
    """
    if locked and not (root / LOCK_NAME).exists():
        raise ConfigurationError(f"{root} has no {LOCK_NAME}", hint="write it with `tenprint lock`")
    mode = _MODES[locked, offline]
    return Fetching("pinned" if as_locked and mode == "newest" else mode, project_lock(root, rules))
