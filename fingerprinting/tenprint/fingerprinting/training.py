"""train(): the whole flow from a plan to a model archive.

The order is decide, act, publish: the model archive appears by one rename at the very end, so a run that fails or is
cancelled leaves the models folder as it was.
"""

import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting.archive.layout import CORE, METADATA_FILE, MODEL_SUFFIX, NLU, RUN_FILE, model_prefix
from tenprint.fingerprinting.archive.moving import move_model
from tenprint.fingerprinting.archive.pack import fixed_time, model_target, package_model
from tenprint.fingerprinting.archive.unpack import unpack_model
from tenprint.fingerprinting.archive.update import check_domain, update_model_with_new_domain
from tenprint.fingerprinting.component_identities import identities_of_all
from tenprint.fingerprinting.diff import stored_items
from tenprint.fingerprinting.errors import ModelError
from tenprint.fingerprinting.finetune_preparing import refuse_impossible
from tenprint.fingerprinting.fingerprint import root_of
from tenprint.fingerprinting.fingerprint_file import persist_fingerprint
from tenprint.fingerprinting.foreign_training import finetune_base, train_archive, trained_fingerprint
from tenprint.fingerprinting.nlu_reads import keys_read, with_readable
from tenprint.fingerprinting.plan import TrainingPlan, with_outcome
from tenprint.fingerprinting.preparing import Force, PreparedRun, TrainingSetup, component_places, prepare
from tenprint.fingerprinting.recipe.facets import facet_fingerprints
from tenprint.fingerprinting.run_documents import RUN_SCHEMA, metadata_document, run_document, write_document
from tenprint.fingerprinting.schemes import scheme_of
from tenprint.fingerprinting.trainer import (
    ArchiveTrainer,
    FormerArchive,
    SectionName,
    Trainer,
    TrainingProblemsError,
    TrainingReport,
    TrainingRequest,
)
from tenprint.importers import (
    Problem,
    effective_domain,
    project_data,
    recorded,
    temporary_folder,
    training_view,
    value_of,
)
from tenprint.importers.kinds import DOMAIN

_HALF_NAMES = {"core": "Core", "nlu": "NLU"}
_PLACES = 5
"""Places one problem names at most."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: its plan, the model that is now the newest, and whether it was written by this run."""

    plan: TrainingPlan
    model: str | None
    written: bool
    seconds: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": RUN_SCHEMA,
            "plan": self.plan.to_json(),
            "model": self.model,
            "written": self.written,
            "seconds": dict(self.seconds),
            "problems": [problem.to_json() for problem in self.problems],
        }


async def train(
    setup: TrainingSetup,
    *,
    force: Force = False,
    dry_run: bool = False,
    fixed_model_name: str | None = None,
    model: str | None = None,
    finetune: bool = False,
    epoch_fraction: float = 1.0,
    only_domain: bool = False,
) -> RunReport:
    """Bring the model up to date and do nothing more.

    `finetune` goes on from its former training, for `epoch_fraction` of the epochs of each component; `only_domain`
    trains nothing, and refuses where that is due.

    Raises:
        TenprintError: The data, the configuration or the model is wrong; nothing was written.
    """
    started = time.perf_counter()
    prepared = await prepare(setup, force=force, model=model, finetune=finetune, epoch_fraction=epoch_fraction)
    planned = time.perf_counter()
    plan = prepared.plan
    if only_domain and plan.action == "train":
        raise TrainingProblemsError(_not_alone(plan))
    if dry_run or plan.action == "none":
        seconds = {"plan": planned - started}
        return RunReport(plan, plan.model, written=False, seconds=seconds, problems=_lost_index(setup))
    refuse_impossible(plan)
    if prepared.lost:
        # Nothing of them would be in the new model, however much is still in the files.
        raise TrainingProblemsError(prepared.lost)
    await anyio.to_thread.run_sync(_check_place, setup.models, fixed_model_name)
    trained = TrainingReport()
    path: str | None = None
    observers = setup.importer.context.observers
    async with temporary_folder() as folder:
        if plan.action == "update-domain":
            await _update_domain(setup, prepared, folder)
        elif not isinstance(setup.trainer, ArchiveTrainer):
            async with _former_folder(plan) as former:
                trained = await _train_sections(setup, prepared, setup.trainer, folder, former)
        else:
            path, trained = await train_archive(
                setup, prepared, setup.trainer, folder, fixed_model_name=fixed_model_name
            )
        if path is None:
            await observers.tell("before_pack")
            if trained.nodes:
                prepared = replace(prepared, plan=with_outcome(plan, trained.nodes))
            path = await anyio.to_thread.run_sync(_publish, setup, prepared, folder, fixed_model_name, trained.records)
    await observers.tell("after_pack", path)
    problems = tuple(dict.fromkeys((*trained.problems, *_lost_index(setup), *observers.take_problems())))
    total = {"plan": planned - started, **trained.seconds, "total": time.perf_counter() - started}
    return RunReport(prepared.plan, path, written=True, seconds=total, problems=problems)


def _lost_index(setup: TrainingSetup) -> tuple[Problem, ...]:
    """Tell that the index of the cache was put aside; whoever opens it first finds out, and that is who reads files."""
    readings = setup.importer.context.readings
    return () if readings is None else readings.problems


def _not_alone(plan: TrainingPlan) -> Iterator[Problem]:
    """Tell why more than the domain of a model is due."""
    hint = "train the model again with `tenprint train`"
    for name, half in _HALF_NAMES.items():
        # Which change is behind which reason is not known, so they are told together.
        reasons = "; ".join(reason.message for reason in plan.sections[name].reasons)
        if not reasons:
            continue
        places = [place for change in plan.changes if name in change.sections for place in change.locations]
        message = f"the domain of {plan.model} cannot be updated alone, {half} is due: {reasons}"
        yield Problem("update-domain", message, places[0] if places else None, hint, related=tuple(places[1:_PLACES]))


def _check_place(models: Path, fixed_model_name: str | None) -> None:
    """Refuse a place, name or time that no model can have, before hours of training and not after them."""
    fixed_time()
    if fixed_model_name is not None:
        model_target(str(models), fixed_model_name)
    folder = models.parent if models.name.endswith(MODEL_SUFFIX) else models
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not existing.is_dir():
        raise ModelError(f"{existing} is no folder, so no model can be stored in {folder}", hint="name another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ModelError(f"{existing} is not writable, so no model can be stored in {folder}", hint="check permissions")


async def _update_domain(setup: TrainingSetup, prepared: PreparedRun, folder: Path) -> None:
    await anyio.to_thread.run_sync(_unpack, prepared.plan.model, folder)
    await anyio.to_thread.run_sync(_check_domain, setup, prepared)
    await update_model_with_new_domain(setup.importer, folder)


def _check_domain(setup: TrainingSetup, prepared: PreparedRun) -> None:
    # The digest of the domain Core was trained on; models of other makers do not say.
    recorded, number = prepared.recorded.get("core_domain"), prepared.recorded.get("scheme")
    written = value_of(DOMAIN, prepared.snapshot, setup.importer.context.rules)
    check_domain(
        effective_domain(written, prepared.snapshot.table),
        recorded if isinstance(recorded, str) else None,
        written=written,
        scheme=scheme_of(
            number if isinstance(number, int) else None, name=str(prepared.plan.model), schemes=setup.schemes
        ),
    )


def _unpack(model: str | None, folder: Path) -> None:
    assert model is not None  # noqa: S101 - a plan that reuses something names the model
    unpack_model(model, folder)


@asynccontextmanager
async def _former_folder(plan: TrainingPlan) -> AsyncIterator[Path | None]:
    """Unpack the old model, once, where a half of it stays or is gone on from; None where neither is so."""
    if not _kept_halves(plan) and finetune_base(plan) is None:
        yield None
        return
    async with temporary_folder() as former:
        await anyio.to_thread.run_sync(_unpack, plan.model, former)
        yield former


def _kept_halves(plan: TrainingPlan) -> list[str]:
    return sorted({half for node in plan.nodes for half in node.sections if not plan.retrains(half)})


async def _train_sections(
    setup: TrainingSetup, prepared: PreparedRun, trainer: Trainer, folder: Path, former: Path | None
) -> TrainingReport:
    plan, rules = prepared.plan, setup.importer.context.rules
    sections: frozenset[SectionName] = frozenset(name for name in ("core", "nlu") if plan.retrains(name))
    project = await anyio.to_thread.run_sync(project_data, prepared.snapshot, rules)
    if former is not None:
        await anyio.to_thread.run_sync(_reuse_halves, plan, former, folder)
    view = await anyio.to_thread.run_sync(training_view, project, rules.further_kinds)
    facets = await anyio.to_thread.run_sync(
        facet_fingerprints, prepared.snapshot.table, prepared.fingerprint, rules.kinds, sections
    )
    previous = folder / NLU
    report = await trainer.train(
        TrainingRequest(
            sections=sections,
            config=view.config,
            domain=view.domain,
            stories=view.stories,
            nlu=with_readable(view.nlu, keys_read(view.config, setup.components)),
            components=setup.components,
            folder=folder,
            previous_nlu=previous if "nlu" not in sections and previous.is_dir() else None,
            responses=view.responses,
            location_of=component_places(prepared.snapshot),
            observers=setup.importer.context.observers,
            further=view.further,
            project=setup.project,
            audit=setup.importer.context.audit,
            finetune_from=None if finetune_base(plan) is None else former,
            epoch_fraction=1.0 if plan.finetune is None else plan.finetune.epoch_fraction,
            facets=facets,
            former=None if plan.forced or plan.model is None else FormerArchive(plan.model, prepared.recorded, former),
            identities=identities_of_all(prepared.identities),
            forced=None if plan.forced else plan.forced_nodes,
        )
    )
    if project.stories or view.further.get("core"):
        await update_model_with_new_domain(setup.importer, folder)
    return report


def _reuse_halves(plan: TrainingPlan, former: Path, folder: Path) -> None:
    """Move the halves that stay out of the unpacked old model."""
    for half in _kept_halves(plan):
        if not move_model(str(former / half), str(folder / half)):
            raise ModelError(f"cannot take {half} over from {plan.model}", hint="train everything with --force")


def _publish(
    setup: TrainingSetup,
    prepared: PreparedRun,
    folder: Path,
    fixed_model_name: str | None,
    records: Mapping[str, Any],
) -> str:
    fingerprint = trained_fingerprint(setup, prepared)
    persist_fingerprint(
        str(folder),
        fingerprint,
        root=root_of(fingerprint),
        items=stored_items(recorded(prepared.snapshot.table, prepared.snapshot.transforms)),
    )
    halves = [half for half in (CORE, NLU) if (folder / half).is_dir()]
    write_document(folder / METADATA_FILE, metadata_document(setup, prepared, halves, records))
    write_document(folder / RUN_FILE, run_document(prepared.plan, fingerprint["trained_at"]))
    return package_model(fingerprint, str(setup.models), str(folder), fixed_model_name, model_prefix(halves))
