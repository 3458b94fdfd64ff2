"""Our own plugin: registered through the entry-point group like everyone's."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenprint.plugins.declared import Command, Declared
from tenprint.plugins.defaults.commands import COMMANDS
from tenprint.plugins.defaults.components import COMPONENTS
from tenprint.plugins.defaults.importers import IMPORTERS
from tenprint.plugins.defaults.reports import REPORTS
from tenprint.plugins.markers import hookimpl


@hookimpl
def tenprint_register_importers() -> Iterable[Declared]:
    return IMPORTERS


@hookimpl
def tenprint_register_components() -> Iterable[Declared]:
    return COMPONENTS


@hookimpl
def tenprint_register_commands() -> Iterable[Command]:
    return COMMANDS


@hookimpl
def tenprint_register_reports() -> Iterable[Declared]:
    return REPORTS


@hookimpl(trylast=True)
def tenprint_source_for_url(url: str) -> tuple[str, Mapping[str, Any]] | None:
    from tenprint.importers import source_for_url  # noqa: PLC0415 - only where a URL is met

    return source_for_url(url)
