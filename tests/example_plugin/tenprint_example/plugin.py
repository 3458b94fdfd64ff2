"""The hooks: what this package adds to tenprint."""

from collections.abc import Iterable
from typing import Any

from tenprint.fingerprinting import RunObserver
from tenprint.importers import TrainingDataImporter, Transform
from tenprint.importers.kinds import Kind
from tenprint.plugins import Command, hookimpl
from tenprint_example.components import FlowPolicy
from tenprint_example.importers import PhraseFolderImporter
from tenprint_example.kinds import FLOWS
from tenprint_example.observers import RunLog
from tenprint_example.transforms import WithoutDrafts

TENPRINT_SPEC = 2
"""Version of the hooks this was written for."""


@hookimpl
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:
    return [PhraseFolderImporter]


@hookimpl
def tenprint_register_transforms() -> Iterable[type[Transform]]:
    return [WithoutDrafts]


@hookimpl
def tenprint_register_kinds() -> Iterable[Kind]:
    return [FLOWS]


@hookimpl
def tenprint_register_components() -> Iterable[type[Any]]:
    return [FlowPolicy]


@hookimpl
def tenprint_register_observers() -> Iterable[type[RunObserver]]:
    return [RunLog]


@hookimpl
def tenprint_register_commands() -> Iterable[Command]:
    return [Command("flows", "List the flows of a project.", "tenprint_example.commands:command")]
