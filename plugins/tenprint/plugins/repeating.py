"""What a run may take from the runs before it: what they read of the same bytes, and what they saw of the files.

The second is for the memo of the program, which repeats an answer while nothing has changed. It holds only for runs
that depend on nothing but local files, so everything else raises a doubt.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tenprint.importers import (
    CONFIG_NAMES,
    LOCK_NAME,
    ImporterContext,
    KnownReadings,
    SeenFiles,
    TrainingDataImporter,
    WrappingImporter,
    digest_of,
    variables_in,
)
from tenprint.importers.store import cache_root
from tenprint.plugins.registry import Registry
from tenprint.plugins.settings import SETTINGS_NAME, Settings

if TYPE_CHECKING:  # loads SQLite
    from tenprint.importers.store import Store

NO_CACHE_VARIABLE = "TENPRINT_NO_CACHE"
"""Environment variable that has nothing taken from earlier runs, and nothing kept for later ones."""

_PATIENCE_SECONDS = 0.5
"""How long to wait for other processes; parsing a small project again takes no longer."""
_AROUND = ("tenprint.importers.end_to_end", "tenprint.importers.responses_sync")
_COMBINED = "tenprint.importers.combined"
_LOCAL = ("tenprint.importers.file", "tenprint.importers.multi_project")


def may_take() -> bool:
    """Tell whether the environment lets runs take anything from earlier ones."""
    return os.environ.get(NO_CACHE_VARIABLE, "") in ("", "0")


def with_readings(context: ImporterContext) -> ImporterContext:
    """Let importers take what earlier runs of the project have read; nothing is opened yet."""
    environment, quota = context.rules.environment, context.cache_quota

    def open_store() -> "Store":
        from tenprint.importers.store import DEFAULT_QUOTA, Store  # noqa: PLC0415 - only where something is read

        place = context.cache or cache_root(environment, context.project)
        return Store(place, quota=DEFAULT_QUOTA if quota is None else quota, patience=_PATIENCE_SECONDS)

    return replace(context, readings=KnownReadings(open_store, context.project))


def seen_project(root: Path, seen: SeenFiles) -> SeenFiles:
    """Look at what decides, before any importer is made, how a project is read."""
    for name in (*CONFIG_NAMES, SETTINGS_NAME):
        seen.asked(root / name)
    if os.path.lexists(root / LOCK_NAME):
        seen.doubted(f"there is a {LOCK_NAME}")
    seen.asked(root / LOCK_NAME)
    return seen


def see_settings(seen: SeenFiles, root: Path, settings: Settings, opened: Mapping[Path, bytes]) -> None:
    """Note what was read before any importer was made: the settings, and the configuration."""
    if settings.content:
        seen.read(root / SETTINGS_NAME, digest_of(settings.content))
    for path, content in opened.items():
        seen.read(path, digest_of(content))
        seen.used(variables_in(content), path)


def see_sources(seen: SeenFiles, importer: TrainingDataImporter, settings: Settings, registry: Registry) -> None:
    """Note why what was seen is not all that the data depends on."""
    if registry.observers:
        seen.doubted("plugins observe the run")
    if registry.kinds:
        seen.doubted("plugins add kinds of data")
    if settings.transforms:
        seen.doubted("transforms change the data")
    for each in _sources(importer):
        if type(each).__module__ not in _LOCAL:
            seen.doubted(f"{each.source_name} is no importer of local files")


def _sources(importer: TrainingDataImporter) -> Iterator[TrainingDataImporter]:
    """Yield the importers of all sources; one that is unknown stands for what it holds."""
    while type(importer).__module__ in _AROUND and isinstance(importer, WrappingImporter):
        importer = importer.importer
    if type(importer).__module__ != _COMBINED:
        yield importer
    else:
        yield from getattr(importer, "importers", ())
