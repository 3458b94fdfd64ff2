"""The hooks: what this package adds to tenprint."""

from collections.abc import Iterable
from typing import Any

from tenprint.importers.kinds import Kind
from tenprint.plugins import hookimpl
from tenprint_example.components import FlowPolicy
from tenprint_example.kinds import FLOWS


@hookimpl
def tenprint_register_kinds() -> Iterable[Kind]:
    return [FLOWS]


@hookimpl
def tenprint_register_components() -> Iterable[type[Any]]:
    return [FlowPolicy]
