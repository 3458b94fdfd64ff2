"""open_project(): the library door to a project on disk.

    async with open_project("assistant") as project:
        plan = await project.plan()

Scripts and notebooks without an event loop of their own use `run_project("assistant", "plan")`.
"""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import anyio
import anyio.to_thread

from tenprint.fingerprinting import (
    DEFAULT_MODELS_PATH,
    ArchiveTrainer,
    ExportReport,
    Fingerprint,
    RunReport,
    Trainer,
    TrainingPlan,
    TrainingSetup,
    all_problems,
    checked_snapshot,
    export_project,
    fingerprint_of,
    prepare,
    project_fingerprint_of,
    train,
)
from tenprint.importers import (
    CONFIG_NAMES,
    Blame,
    ConfigurationError,
    DocumentId,
    ImporterContext,
    Problem,
    ProblemsError,
    ReadingRules,
    Snapshot,
    SourceError,
    TenprintError,
    WrappingImporter,
    check_project,
    file_bytes,
    importer_specs,
    in_reading_order,
    load_importer,
    module_at,
    project_data,
    run_to_end,
)
from tenprint.importers.data import ProjectData
from tenprint.importers.reading import parse_yaml
from tenprint.plugins.manager import create_plugin_manager, has_hooks
from tenprint.plugins.registry import Registry, registry_of
from tenprint.plugins.settings import SETTINGS_NAME, Settings, read_settings
from tenprint.plugins.trainer_choice import TrainerChoice, chosen_trainer

STALLS_VARIABLE = "TENPRINT_STALL_SECONDS"
"""Environment variable that has importers reported that hold up the event loop for so long."""


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """Paths that are not the usual ones of a project; relative ones are relative to the project."""

    config: str | Path | None = None
    domain: str | Path | None = None
    data: tuple[str | Path, ...] = ()
    models: str | Path | None = None


class Project:
    """An open project: what the commands do, as values. Made by `open_project`."""

    def __init__(self, setup: TrainingSetup, registry: Registry, importer: WrappingImporter) -> None:
        self.setup = setup
        self.registry = registry
        self.importer = importer

    @property
    def rules(self) -> ReadingRules:
        return self.importer.context.rules

    async def plan(self, *, force: bool = False, model: str | None = None) -> TrainingPlan:
        """Say what `train` would do.

        Raises:
            TenprintError: The data, the configuration or the model is wrong.
        """
        return (await prepare(self.setup, force=force, model=model)).plan

    async def train(
        self,
        *,
        force: bool = False,
        dry_run: bool = False,
        fixed_model_name: str | None = None,
        model: str | None = None,
    ) -> RunReport:
        """Bring the newest model up to date.

        Raises:
            TenprintError: As for `plan`; or a training failed. The models folder is then as it was.
        """
        return await train(self.setup, force=force, dry_run=dry_run, fixed_model_name=fixed_model_name, model=model)

    async def snapshot(self) -> Snapshot:
        """Return all items, with the configuration completed.

        Raises:
            ProblemsError: The data is wrong.
        """
        return await checked_snapshot(self.importer)

    async def blame(self, *, checked: bool = True) -> Blame:
        """Return what tells where every item comes from; of data that is wrong only when it need not be `checked`.

        Raises:
            ProblemsError: The data is wrong.
        """
        return Blame(await (self.snapshot() if checked else self.importer.snapshot()), self.rules)

    async def problems(self) -> tuple[Problem, ...]:
        """Return everything that is wrong or odd about the data, errors first; looks deeper than `plan` does."""
        snapshot = await self.importer.snapshot()
        return await anyio.to_thread.run_sync(
            lambda: tuple(in_reading_order([*all_problems(snapshot, self.rules), *check_project(snapshot, self.rules)]))
        )

    async def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of the data; `trained_at` is None."""
        snapshot = await self.snapshot()
        fingerprint = await anyio.to_thread.run_sync(fingerprint_of, snapshot.table, self.rules.item_kinds())
        project = await anyio.to_thread.run_sync(project_fingerprint_of, self.setup.project)
        return {**fingerprint, "project": project}

    async def data(self) -> ProjectData:
        """Return the merged training data as values."""
        return await anyio.to_thread.run_sync(project_data, await self.snapshot(), self.rules)

    async def export(self, out: str | Path, *, force: bool = False) -> ExportReport:
        """Write the merged project as plain Rasa files; `out` is relative to the current directory.

        Raises:
            ProblemsError: The data is wrong.
            ExportError: It cannot be expressed in Rasa's formats, or the folder cannot be used.
        """
        return await export_project(self.importer, out, force=force, models=self.setup.models)


class open_project:  # noqa: N801 - reads as the call it is
    """Open a project for an `async with` block.

    Args:
        path: The project directory.
        paths: Files and folders that are not the usual ones.
        registry: Importers and components to use instead of those of the installed plugins.
        on_close_problems: Is told of importers that cannot be closed, which never hides what was done before; Python
            warnings by default.
        trainer: Who trains; what the settings say by default, and else the components of the registry.

    Raises (on entering):
        ConfigurationError: There is no such project, or no such file.
        ProblemsError: `config.yml` or `tenprint.yml` is wrong.
    """

    def __init__(
        self,
        path: str | Path = ".",
        *,
        paths: ProjectPaths | None = None,
        registry: Registry | None = None,
        trainer: Trainer | ArchiveTrainer | TrainerChoice | None = None,
        on_close_problems: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> None:
        self._path = Path(path)
        self._paths = paths or ProjectPaths()
        self._registry = registry
        self._trainer = trainer
        self._on_close_problems = on_close_problems or _warn
        self._project: Project | None = None

    async def __aenter__(self) -> Project:
        self._project = await anyio.to_thread.run_sync(self._open)
        return self._project

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._project is not None:
            try:
                with anyio.CancelScope(shield=True):  # bounded: `aclose` gives every importer its time
                    await self._project.importer.aclose()
            except TenprintError as failure:
                self._on_close_problems(tuple(replace(problem, severity="warning") for problem in failure.problems))

    def _open(self) -> Project:
        root = self._path
        if not root.is_dir():
            raise ConfigurationError(f"there is no project directory {root}", hint="name one with -C DIR")
        opened: dict[Path, bytes] = {}
        rules = ReadingRules(environment=dict(os.environ))
        settings = _settings(root, rules)
        rules = replace(rules, merge=settings.merge)
        config = self._config_path(root)
        specs = settings.importers
        if config is not None:
            opened[config] = _content(config, rules)
            if specs is None:
                specs = importer_specs(
                    parse_yaml(opened[config], DocumentId("config", self._shown(config)), rules.limits)
                )
        registry = self._registry or _registry(settings, root)
        context = ImporterContext(
            project=root,
            config=config,
            domain=None if self._paths.domain is None else _place(root, self._paths.domain, "--domain"),
            data=tuple(_place(root, path, "--data") for path in self._paths.data) or None,
            rules=rules,
            opened=opened,
            stall_seconds=_stall_seconds(rules.environment.get(STALLS_VARIABLE)),
        )
        importer = load_importer(specs or (), context, known=registry.importers)
        setup = TrainingSetup(
            importer=importer,
            components=registry.components,
            trainer=chosen_trainer(self._trainer, settings.trainer),
            models=root / (self._paths.models or DEFAULT_MODELS_PATH),
            project=root,
        )
        return Project(setup, registry, importer)

    def _config_path(self, root: Path) -> Path | None:
        if self._paths.config is not None:
            named = _place(root, self._paths.config, "--config")
            if not named.is_file():
                raise ConfigurationError(f"the configuration {named} is not a file", hint="name a file with --config")
            return named
        found = next((root / name for name in CONFIG_NAMES if (root / name).is_file()), None)
        if found is None and not (root / SETTINGS_NAME).is_file():
            raise ConfigurationError(
                f"{self._path} has no {CONFIG_NAMES[0]}: it does not look like a project",
                hint="name the project with -C DIR, or the configuration with --config FILE",
            )
        return found

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._path).as_posix() if path.is_relative_to(self._path) else str(path)


def project_registry(path: str | Path) -> Registry:
    """Return what the installed plugins and those of the project's `tenprint.yml` provide.

    Raises:
        ConfigurationError: A plugin cannot be imported.
        ProblemsError: `tenprint.yml` is wrong, or plugins clash.
    """
    return _registry(_settings(Path(path), ReadingRules()), Path(path))


def _settings(root: Path, rules: ReadingRules) -> Settings:
    path = root / SETTINGS_NAME
    # A folder or a broken link of this name is a mistake, not a project without settings.
    return read_settings(_content(path, rules)) if path.exists() or path.is_symlink() else Settings()


def _content(path: Path, rules: ReadingRules) -> bytes:
    try:
        return file_bytes(path, rules.limits)
    except SourceError as error:
        raise SourceError(f"{path} {error.message}", hint=error.hint) from error


def _registry(settings: Settings, root: Path) -> Registry:
    return registry_of(create_plugin_manager(plugins=_modules(settings, root)))


def _warn(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        warnings.warn(str(problem), RuntimeWarning, stacklevel=4)


def _stall_seconds(value: str | None) -> float | None:
    if value is None:
        return None
    seconds = float(value) if value.replace(".", "", 1).isdecimal() else 0.0
    if not 0 < seconds < inf:
        raise ConfigurationError(
            f"the environment variable {STALLS_VARIABLE} holds {value!r}", hint="set it to seconds, such as 0.5"
        )
    return seconds


def _place(root: Path, path: str | Path, option: str) -> Path:
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


def run_project(
    path: str | Path,
    operation: Literal["plan", "train", "fingerprint", "data", "problems"],
    *,
    paths: ProjectPaths | None = None,
    **arguments: Any,
) -> Any:
    """Open a project, await one of its operations and close it again, from code without an event loop.

    Args:
        path: The project directory.
        operation: Name of a method of `Project`.
        paths: Files and folders that are not the usual ones.
        arguments: Keyword arguments of the method.
    """

    async def call() -> Any:
        async with open_project(path, paths=paths) as project:
            return await getattr(project, operation)(**arguments)

    return run_to_end(call)
