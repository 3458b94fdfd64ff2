"""Looks at everything a run stands on: interpreter, packages, plugins, project, cache and git.

Nothing is repaired and nothing is fetched. Each finding says what is there, and what to do where it will not do.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, Literal, TypeAlias

from packaging.requirements import Requirement

from tenprint.importers import CONFIG_NAMES, ConfigurationError, ReadingRules, TenprintError, foreign_code
from tenprint.importers.git import OLDEST, git_program, version_in
from tenprint.importers.store import cache_root
from tenprint.plugins.assembling import FoundPlugin
from tenprint.plugins.choice import PluginChoice
from tenprint.plugins.opening import plugins_of_project, project_lock, project_settings
from tenprint.plugins.settings import SETTINGS_NAME, Settings
from tenprint.plugins.sizes import counted

Status: TypeAlias = Literal["ok", "warning", "error"]

_OLDEST_PYTHON = (3, 10)
_GIT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    status: Status
    detail: str
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"subject": self.subject, "status": self.status, "detail": self.detail, "hint": self.hint}


def examine(project: Path, choice: PluginChoice, environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """Look at everything; what is wrong with one thing keeps no other from being looked at."""
    findings = [_python(), *_looked("packages", _packages)]
    settings = Settings()
    try:
        settings = project_settings(project, ReadingRules())
    except TenprintError as error:
        findings.append(_failed(SETTINGS_NAME, error))
    findings += _looked("plugins", lambda: _plugins(project, settings, choice))
    findings += _looked("project", lambda: _project(project))
    findings += _looked("cache", lambda: [_cache(project, settings, environment)])
    findings += _looked("git", lambda: [_git(environment)])
    return tuple(findings)


def _looked(subject: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Look at one thing; where even looking fails, that is the finding."""
    try:
        # A broken installation breaks in ways that nobody foresees.
        with foreign_code(lambda chain: ConfigurationError(f"cannot be looked at: {chain}")):
            yield from look()
    except TenprintError as error:
        yield _failed(subject, error)


def _python() -> Finding:
    detail = f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("python", "error", detail, "use Python 3.10 or newer")
    return Finding("python", "ok", f"{detail}, on {platform.system()} {platform.machine()}")


def _packages() -> Iterator[Finding]:
    """What tenprint itself needs, by the metadata of its distribution."""
    yield Finding("tenprint", "ok", version("tenprint"))
    for line in requires("tenprint") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(requirement.name, "error", "is not installed", f"pip install '{requirement}'")
            continue
        if requirement.specifier.contains(found, prereleases=True):
            yield Finding(requirement.name, "ok", found)
        else:
            yield Finding(requirement.name, "error", f"{found}, and {requirement} is needed", "upgrade it")


def _plugins(project: Path, settings: Settings, choice: PluginChoice) -> Iterator[Finding]:
    try:
        plugins = plugins_of_project(settings, project, choice)
    except TenprintError as error:
        yield _failed("plugins", error)
        return
    for plugin in plugins.found:
        yield from _plugin(plugin)
    for name, said_by in plugins.unknown_blocked().items():
        hint = f"correct or remove `no:{name}`"
        yield Finding(f"plugin {name}", "warning", f"left out by {said_by}, and not installed", hint)
    yield from (Finding("plugins", "error", clash.message, clash.hint) for clash in plugins.clashes())


def _plugin(plugin: FoundPlugin) -> Iterator[Finding]:
    subject = f"plugin {plugin.owner.plugin}"
    if plugin.blocked_by is not None:
        yield Finding(subject, "warning", f"left out by {plugin.blocked_by}")
        return
    problems = (*plugin.errors, *plugin.answers.problems)
    yield from (Finding(subject, "error", problem.message, problem.hint) for problem in problems)
    if not problems:
        yield Finding(subject, "ok", plugin.owner.package)


def _failed(subject: str, error: TenprintError) -> Finding:
    problems = error.problems
    told = "; ".join(str(problem).splitlines()[0] for problem in problems)
    return Finding(subject, "error", told, problems[0].hint)


def _project(project: Path) -> Iterator[Finding]:
    config = next((name for name in CONFIG_NAMES if (project / name).is_file()), None)
    settings = SETTINGS_NAME if (project / SETTINGS_NAME).is_file() else None
    found = [name for name in (config, settings) if name is not None]
    where = str(project.absolute())
    if not found:
        hint = "name the project with -C DIR"
        yield Finding("project", "warning", f"{where} has neither {CONFIG_NAMES[0]} nor {SETTINGS_NAME}", hint)
        return
    yield Finding("project", "ok", f"{where} with {' and '.join(found)}")
    try:
        locked = len(project_lock(project, ReadingRules()).sources)
    except TenprintError as error:
        yield _failed("lock", error)
        return
    if locked:
        yield Finding("lock", "ok", f"{counted(locked, 'remote source')} locked")


def _cache(project: Path, settings: Settings, environment: Mapping[str, str]) -> Finding:
    try:
        root = settings.cache.place(project, environment) or cache_root(environment, project)
    except ConfigurationError as error:
        return Finding("cache", "warning", error.message, error.hint)
    existing = next((place for place in (root, *root.absolute().parents) if place.exists()), root)
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        hint = "let TENPRINT_CACHE_DIR name a folder that can be written"
        return Finding("cache", "warning", f"{root} cannot be written, so nothing is kept between runs", hint)
    free = shutil.disk_usage(existing).free / 10**9
    return Finding("cache", "ok", f"{root}, {free:.1f} GB free")


def _git(environment: Mapping[str, str]) -> Finding:
    needed = ".".join(map(str, OLDEST))
    hint = f"install git {needed} or newer, if sources are git repositories"
    try:
        program = git_program(environment.get("PATH"))
        output = subprocess.run(  # noqa: S603 - the git of the search path, without arguments of anybody
            [program, "--version"], capture_output=True, text=True, timeout=_GIT_SECONDS, check=True, errors="replace"
        ).stdout
    except TenprintError as error:
        return Finding("git", "warning", error.message, hint)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("git", "warning", f"git does not run: {error}", hint)
    found = version_in(output)
    status: Status = "ok" if found is not None and found >= OLDEST else "warning"
    return Finding("git", status, f"{output.strip()} at {program}", None if status == "ok" else hint)
