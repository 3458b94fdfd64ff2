"""open_project(): the library door to a project on disk.

    async with open_project("assistant") as project:
        plan = await project.plan()

Scripts and notebooks without an event loop of their own use `run_project("assistant", "plan")`.
"""

import os
import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import anyio
import anyio.to_thread

from tenprint.fingerprinting import (
    DEFAULT_MODELS_PATH,
    ArchiveTrainer,
    ExportReport,
    Fingerprint,
    Force,
    RunReport,
    Trainer,
    TrainingPlan,
    TrainingSetup,
    all_problems,
    checked_snapshot,
    export_project,
    missing_data,
    prepare,
    project_fingerprint_of,
    snapshot_fingerprint,
    train,
)
from tenprint.importers import (
    Blame,
    ConfigurationError,
    ImporterContext,
    Locked,
    Problem,
    ProgressListener,
    ReadingRules,
    SeenFiles,
    Snapshot,
    TenprintError,
    WrappingImporter,
    check_project,
    errors_among,
    in_reading_order,
    load_importer,
    lock_sources,
    project_data,
    run_to_end,
    sources_to_lock,
    write_lock,
)
from tenprint.importers.data import ProjectData
from tenprint.plugins.choice import PluginChoice
from tenprint.plugins.executor_opening import opened_executor, reading_by
from tenprint.plugins.opening import (
    audit_mode,
    config_place,
    content_of,
    existing_place,
    fetching_of,
    observers_of,
    project_settings,
    registry_of_project,
    rules_of_project,
    specs_of_config,
    stall_seconds,
    workers,
)
from tenprint.plugins.rasa_classes import RASA_CLASSES
from tenprint.plugins.registry import Registry
from tenprint.plugins.repeating import may_take, see_settings, see_sources, seen_project, with_readings
from tenprint.plugins.settings import Settings
from tenprint.plugins.trainer_choice import TrainerChoice, chosen_trainer
from tenprint.plugins.training_cache import training_cache

if TYPE_CHECKING:  # brings the engine
    from tenprint.fingerprinting.engine import Executor


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """Paths that are not the usual ones of a project; relative ones are relative to the project."""

    config: str | Path | None = None
    domain: str | Path | None = None
    data: tuple[str | Path, ...] = ()
    models: str | Path | None = None


class Project:
    """An open project: what the commands do, as values. Made by `open_project`."""

    def __init__(
        self, setup: TrainingSetup, registry: Registry, importer: WrappingImporter, *, trusts_times: bool = False
    ) -> None:
        self.setup = setup
        self.registry = registry
        self.importer = importer
        self.trusts_times = trusts_times

    @property
    def rules(self) -> ReadingRules:
        return self.importer.context.rules

    async def plan(
        self, *, force: Force = False, model: str | None = None, finetune: bool = False, epoch_fraction: float = 1.0
    ) -> TrainingPlan:
        """Say what `train` would do; with `finetune` also whether it can go on from the former training.

        Raises:
            TenprintError: The data, the configuration or the model is wrong.
        """
        prepared = await prepare(self.setup, force=force, model=model, finetune=finetune, epoch_fraction=epoch_fraction)
        return prepared.plan

    async def train(
        self, *, force: Force = False, dry_run: bool = False, fixed_model_name: str | None = None,
        model: str | None = None, finetune: bool = False, epoch_fraction: float = 1.0, only_domain: bool = False,
    ) -> RunReport:  # fmt: skip
        """Bring the newest model up to date.

        `finetune` goes on from its former training; `only_domain` replaces its domain, and refuses to train.

        Raises:
            TenprintError: As for `plan`; or a training failed. The models folder is then as it was.
        """
        return await train(
            self.setup,
            force=force,
            dry_run=dry_run,
            fixed_model_name=fixed_model_name,
            model=model,
            finetune=finetune,
            epoch_fraction=epoch_fraction,
            only_domain=only_domain,
        )

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
        return await anyio.to_thread.run_sync(self._checked, snapshot)

    def _checked(self, snapshot: Snapshot) -> tuple[Problem, ...]:
        found = all_problems(snapshot, self.rules)
        # What could not be read may be all the data there is.
        missing = () if errors_among(found) else missing_data(snapshot, self.rules.kinds)
        return tuple(in_reading_order([*missing, *found, *check_project(snapshot, self.rules)]))

    async def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of the data; `trained_at` is None."""
        snapshot = await self.snapshot()
        fingerprint = await anyio.to_thread.run_sync(snapshot_fingerprint, snapshot, self.rules.item_kinds())
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

    async def lock(self, *, upgrade: Collection[str] = (), everything: bool = False) -> Locked:
        """Lock the remote sources and write `tenprint.lock`: those not locked yet, and those to be upgraded.

        They are those of `importers:`, and those that `imports:` name at the revision they are locked at.

        Raises:
            ConfigurationError: There is no remote source of a name to be upgraded.
            TenprintError: A source cannot be fetched, or the file not written; it stays as it was.
        """
        old = self.importer.context.fetching.lock
        sources = await sources_to_lock(self.importer, old, upgrade=upgrade, everything=everything)
        found = await lock_sources(sources, old, upgrade=upgrade, everything=everything)
        if found.changes:
            await anyio.to_thread.run_sync(write_lock, self.setup.project, found.lock)
        return found


class open_project:  # noqa: N801 - reads as the call it is
    """Open a project for an `async with` block.

    Args:
        path: The project directory.
        paths: Files and folders that are not the usual ones.
        registry: Importers and components to use instead of those of the installed plugins.
        on_close_problems: Is told of importers that cannot be closed, which never hides what was done before; Python
            warnings by default.
        trainer: Who trains; what the settings say by default, and else the components of the registry.
        locked: Refuse remote sources that are not what `tenprint.lock` says.
        offline: Replay remote sources from the store: as they are locked, else as they were fetched last.
        as_locked: Take remote sources that are locked as they are locked, whatever they hold now.
        cache: Folder of the cache; what the settings say by default.
        cached: Take what earlier runs have read of the same bytes, and keep it for later ones; the answers are equal.
        trusts_times: Later runs of the program may take files for unchanged by their times.
        progress: Is told what remote sources are doing, on the event loop, so it must not wait.
        plugins: Which plugins count besides the installed ones, and which are left out; by default what the
            environment says.
        seen: Files that were read a moment ago, whose bytes are taken; a new one for each project that is opened.
        executor: Reads where there is much to read, unless it shares our memory, and runs the nodes of a training; in
            place of what the settings say. The caller closes it.

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
        locked: bool = False,
        offline: bool = False,
        as_locked: bool = False,
        cache: Path | None = None,
        cached: bool = True,
        trusts_times: bool = False,
        progress: ProgressListener | None = None,
        plugins: PluginChoice | None = None,
        seen: SeenFiles | None = None,
        executor: "Executor | None" = None,
    ) -> None:
        self._path = Path(path)
        self._paths = paths or ProjectPaths()
        self._registry = registry
        self._trainer = trainer
        self._on_close_problems = on_close_problems or _warn
        self._fetching = {"locked": locked, "offline": offline, "as_locked": as_locked}
        self._cache = cache
        self._cached = cached and may_take()
        self._trusts_times = trusts_times
        self._progress = progress
        self._plugins = plugins
        self._seen = seen
        self._executor = executor
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
            context = self._project.importer.context
            readings = context.readings
            if readings is not None and (error is None or isinstance(error, Exception)):
                await anyio.to_thread.run_sync(readings.save)
            untold = context.observers.take_problems()
            if context.far_reading is not None:
                untold += context.far_reading.take_problems()
            if untold:  # by an operation that tells no warnings, or that failed
                self._on_close_problems(untold)

    def _open(self) -> Project:
        root = self._path
        if not root.is_dir():
            raise ConfigurationError(f"there is no project directory {root}", hint="name one with -C DIR")
        opened: dict[Path, bytes] = {}
        rules = ReadingRules(environment=dict(os.environ))
        seen = seen_project(root, self._seen or SeenFiles())
        settings = project_settings(root, rules, seen)
        config = config_place(root, self._paths.config)
        specs = settings.importers
        if config is not None:
            opened[config] = content_of(config, rules, seen)
            if specs is None:
                specs = specs_of_config(root, config, opened[config], rules)
        see_settings(seen, root, settings, opened)
        registry = self._registry or registry_of_project(settings, root, self._plugins, remember=self._cached)
        rules = rules_of_project(settings, registry, rules)
        context = ImporterContext(
            project=root,
            config=config,
            domain=None if self._paths.domain is None else existing_place(root, self._paths.domain, "--domain"),
            data=tuple(existing_place(root, path, "--data") for path in self._paths.data) or None,
            rules=rules,
            opened=opened,
            cache=self._cache or settings.cache.place(root, rules.environment),
            cache_quota=settings.cache.quota,
            fetching=fetching_of(root, rules, **self._fetching),
            stall_seconds=stall_seconds(rules.environment),
            progress=self._progress,
            observers=observers_of(registry),
            audit=audit_mode(settings, rules.environment),
            seen=seen,
            workers=workers(rules.environment),
            far_reading=reading_by(self._executor),
        )
        importer = load_importer(
            specs or (),
            with_readings(context) if self._cached else context,
            known=registry.importers,
            for_url=registry.source_for_url,
            adapters=(RASA_CLASSES,),
            transforms=settings.transforms,
            known_transforms=registry.transforms,
        )
        see_sources(seen, importer, settings, registry)
        trainer = self._trainer_of(settings, context)
        models = root / (self._paths.models or DEFAULT_MODELS_PATH)
        setup = TrainingSetup(importer, registry.components, trainer, models, root)
        return Project(setup, registry, importer, trusts_times=self._trusts_times or settings.cache.trusts_times)

    def _trainer_of(self, settings: Settings, context: ImporterContext) -> Trainer | ArchiveTrainer:
        open_cache = partial(training_cache, context, keeps=self._cached)
        open_executor = partial(opened_executor, settings.executor, self._path, self._executor)
        return chosen_trainer(self._trainer, settings.trainer, open_cache=open_cache, open_executor=open_executor)


def _warn(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        warnings.warn(str(problem), RuntimeWarning, stacklevel=4)


def run_project(
    path: str | Path,
    operation: Literal["plan", "train", "fingerprint", "snapshot", "blame", "data", "problems", "export"],
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
