"""Finetuning of a planned run: who of those that train can go on from a former training, and what is in the way."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tenprint.fingerprinting.archive.layout import FINGERPRINT_FILE
from tenprint.fingerprinting.archive.unpack import ArchiveHead
from tenprint.fingerprinting.component import Components
from tenprint.fingerprinting.diff import read_stored_items
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.finetuning import FinetuneSituation, finetune_plan
from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.fingerprinting.schemes import Digested
from tenprint.fingerprinting.trainer import (
    ArchiveTrainer,
    SectionName,
    Trainer,
    TrainingProblemsError,
    component_entries,
    resource_name,
)
from tenprint.importers import Problem

_HALVES: tuple[SectionName, ...] = ("nlu", "core")


def with_finetuning(
    plan: TrainingPlan,
    head: ArchiveHead | None,
    now: Digested,
    *,
    trainer: Trainer | ArchiveTrainer,
    config: Mapping[str, Any],
    components: Components,
    epoch_fraction: float,
) -> TrainingPlan:
    """Add to a plan whether what is due can be finetuned.

    Raises:
        TrainingError: The fraction of epochs is none.
    """
    if not 0 < epoch_fraction < math.inf:
        raise TrainingError(f"{epoch_fraction} is no fraction of epochs", hint="name a number above 0, such as 0.5")
    items = None if head is None else head.items
    situation = FinetuneSituation(
        old=None if head is None else head.fingerprint,
        new=now.fingerprint,
        stored=() if items is None else read_stored_items(items, name=f"{plan.model}: {FINGERPRINT_FILE}"),
        metadata={} if head is None else head.metadata,
        table=now.table,
        item_kinds=now.item_kinds,
        due={half: plan.sections[half].reasons for half in _HALVES if plan.retrains(half)},
        able={} if isinstance(trainer, ArchiveTrainer) else _able(plan, config, components),
        trainer_fault=_fault_of(trainer, epoch_fraction),
    )
    return replace(plan, finetune=replace(finetune_plan(situation), epoch_fraction=epoch_fraction))


def _able(plan: TrainingPlan, config: Mapping[str, Any], components: Components) -> Mapping[str, bool]:
    """Say of each resource whether its component can go on; one that is not there cannot."""
    planned = {node.name for node in plan.nodes}
    named = {
        resource_name(half, entry.position, entry.name): components.get(entry.name)
        for half in _HALVES
        for entry in component_entries(config, half)
    }
    return {
        name: registered is not None and getattr(registered.provided, "CAN_FINETUNE", False) is True
        for name, registered in named.items()
        if name in planned
    }


def _fault_of(trainer: Trainer | ArchiveTrainer, epoch_fraction: float) -> str | None:
    """Say why a trainer cannot go on from a model; None where it can."""
    if isinstance(trainer, ArchiveTrainer) and epoch_fraction != 1:
        return "the command of the trainer is not told of a fraction of epochs: write it into the command"
    if getattr(trainer, "can_finetune", False) is True:
        return None
    if isinstance(trainer, ArchiveTrainer):
        return "the command of the trainer has no word with {finetune}, so it cannot be told which model to go on from"
    return f"the trainer {type(trainer).__qualname__} cannot go on from a former training"


def refuse_impossible(plan: TrainingPlan) -> None:
    """Refuse a run that was to be finetuned and cannot be.

    Raises:
        TrainingProblemsError: All that is in the way, each with its place.
    """
    finetune = plan.finetune
    if finetune is None or finetune.possible:
        return
    hint = "train without --finetune, which trains all that is due anew"
    raise TrainingProblemsError(
        Problem("finetune", f"the model cannot be finetuned: {obstacle.message}", obstacle.location, hint)
        for obstacle in finetune.obstacles
    )
