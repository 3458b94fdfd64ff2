"""One component: trained into the bytes of its files, written as a resource, and used on what comes after it.

Everything here blocks, and is called in worker threads. What a component raises is told with its name and its place in
the list.
"""

import math
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from tenprint.fingerprinting.answer_files import answer_bytes, json_bytes
from tenprint.fingerprinting.component import (
    Answer,
    Batch,
    Components,
    CoreTrainingData,
    Json,
    NluLesson,
    component_identity,
)
from tenprint.fingerprinting.component_checks import ConfiguredEntry, entry_problems
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.errors import TrainingError, UnknownComponent
from tenprint.fingerprinting.predicting import advanced, load_nlu_component, stored_entries, stored_files
from tenprint.fingerprinting.recipe_names import recipe_problems
from tenprint.fingerprinting.trainer import (
    COMPONENT_FILE,
    ComponentEntry,
    LocationOf,
    SectionName,
    TrainingProblemsError,
    component_entries,
    is_resource_file,
    list_name,
    resource_name,
    unknown_components,
)
from tenprint.importers import ProblemsError, Registered, TenprintError, foreign_code

_OWN_FOLDER = re.compile(r"\d+-.+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ComponentJob:
    """One entry of `pipeline` or `policies` to be trained."""

    configured: ConfiguredEntry

    @property
    def section(self) -> SectionName:
        return self.configured.section

    @property
    def entry(self) -> ComponentEntry:
        return self.configured.entry

    @property
    def options(self) -> Mapping[str, Json]:
        return self.configured.options

    @property
    def registered(self) -> Registered[type[Any]]:
        return self.configured.registered

    @property
    def resource(self) -> str:
        return resource_name(self.section, self.entry.position, self.entry.name)

    @property
    def described(self) -> str:
        return self.configured.described

    def with_options(self, options: Mapping[str, Json]) -> "ComponentJob":
        """Return the job with all its options, defaults included, as they are given."""
        return ComponentJob(replace(self.configured, options=options))

    def shortened(self, fraction: float) -> "ComponentJob":
        """Return the job with that fraction of its epochs, rounded up; itself where it counts none."""
        epochs = self.options.get("epochs")
        if fraction == 1 or isinstance(epochs, bool) or not isinstance(epochs, int):
            return self
        # What is written as 0.1 counts as a tenth, not as the float that is a little more.
        changed = {"epochs": math.ceil(epochs * Fraction(str(fraction)))}
        entry = self.entry._replace(options={**self.entry.options, **changed})
        return ComponentJob(replace(self.configured, entry=entry, options={**self.options, **changed}))

    def trained(self, lesson: NluLesson | CoreTrainingData, former: Path | None = None) -> dict[str, bytes]:
        """Train, and return the files of the resource by name.

        Args:
            lesson: What the component reads, and nothing else.
            former: Folder of the resource to go on from, if the component can.

        Raises:
            TrainingError: It failed, or its answer cannot be stored.
        """

        def learned() -> dict[str, bytes]:
            files = self._answer(lesson, former)
            return {name: answer_bytes(name, content) for name, content in files.items()}

        written = self.told(learned)
        odd = sorted(str(name) for name in written if not is_resource_file(name))
        if odd:
            raise TrainingError(
                f"{self.described} failed: it cannot store a file named {', '.join(odd)}",
                location=self.configured.place,
            )
        written[COMPONENT_FILE] = json_bytes(
            {
                "name": self.entry.name,
                "options": dict(self.options),
                "identity": component_identity(self.registered),
                "files": sorted(written),
            }
        )
        return written

    def prepared(self, batch: Batch, folder: Path, components: Components) -> Batch:
        """Let the component, as it was just stored, add to the examples what later ones learn from.

        Raises:
            TrainingError: It failed, or answers about other examples.
        """
        return self.told(lambda: advanced(batch, load_nlu_component(folder, components)))

    def told(self, run: Callable[[], T]) -> T:
        """Run foreign code; what it raises becomes an error that names the component, and the line that raised it.

        Raises:
            TrainingError: It raised.
        """
        place = self.configured.place
        with foreign_code(lambda chain: TrainingError(f"{self.described} failed: {chain}", location=place)):
            try:
                answer = run()
            except ProblemsError as error:
                raise TrainingProblemsError(
                    replace(problem, message=f"{self.described}: {problem.message}", location=problem.location or place)
                    for problem in error.problems
                ) from error
            except TenprintError as error:
                raise TrainingError(
                    f"{self.described} failed: {error}", hint=error.hint, location=error.location or place
                ) from error
        return answer

    def _answer(self, lesson: NluLesson | CoreTrainingData, former: Path | None) -> Mapping[str, Answer]:
        provided = self.registered.provided
        if not getattr(provided, "TRAINS", True):
            return {}
        files: Mapping[str, Answer]
        if former is not None and provided.CAN_FINETUNE:
            files = provided.finetune(self.options, lesson, stored_files(former))
        else:
            files = provided.train(self.options, lesson)
        return files


def jobs_of(
    config: Mapping[str, Any],
    components: Components,
    sections: Collection[SectionName],
    *,
    location_of: LocationOf | None = None,
) -> tuple[ComponentJob, ...]:
    """Return the components to train, in the order of their lists.

    Raises:
        TrainingError: An unknown recipe, unknown components, bad options, a wrong order, or a missing package; all at
            once.
    """
    unknown = (
        *recipe_problems(config, location_of=location_of),
        *unknown_components(config, components, sections, location_of=location_of),
    )
    if unknown:
        raise TrainingProblemsError(unknown)
    entries = [
        _configured(section, entry, components[entry.name], location_of)
        for section in sections
        for entry in component_entries(config, section)
    ]
    problems = entry_problems(entries, config.get("language"))
    if problems:
        raise TrainingProblemsError(problems)
    return tuple(ComponentJob(entry) for entry in entries)


def with_epochs(jobs: Iterable[ComponentJob], finetuned: Collection[str], fraction: float) -> tuple[ComponentJob, ...]:
    """Shorten the jobs that go on from a former training."""
    return tuple(job.shortened(fraction) if job.resource in finetuned else job for job in jobs)


def stored_jobs(folder: Path, components: Components) -> tuple[ComponentJob, ...]:
    """Return the components an unpacked model was trained with, NLU before Core.

    Raises:
        ModelError: A resource is missing or damaged, or there is neither half.
        UnknownComponent: No plugin provides one of them.
    """
    halves: list[SectionName] = [half for half in ("nlu", "core") if (folder / half).is_dir()]
    return tuple(
        ComponentJob(
            ConfiguredEntry(
                half,
                ComponentEntry(entry.position, entry.name, entry.options),
                entry.options,
                _registered(entry.name, components, folder / resource_name(half, entry.position, entry.name)),
            )
        )
        for half in halves
        for entry in stored_entries(folder / half)
    )


def _registered(name: str, components: Components, folder: Path) -> Registered[type[Any]]:
    if name not in components:
        raise UnknownComponent(
            f"{folder} was trained with `{name}`, which no plugin provides",
            hint=f"install the plugin that provides `{name}`, or train the model again",
        )
    return components[name]


def _configured(
    section: SectionName, entry: ComponentEntry, registered: Registered[type[Any]], location_of: LocationOf | None
) -> ConfiguredEntry:
    options = merged_config(registered.provided.get_default_config(), entry.options)
    place = None if location_of is None else location_of(list_name(section), entry.position)
    return ConfiguredEntry(section, entry, options, registered, place)


def remove_resources(half: Path) -> None:
    """Remove what an earlier training left in the half, or a shorter pipeline would keep the old one's tail."""
    with suppress(OSError):  # told with the component that cannot be stored
        half.parent.mkdir(parents=True, exist_ok=True)
    if half.is_dir():
        for folder in sorted(half.iterdir()):
            if _OWN_FOLDER.fullmatch(folder.name) and (folder / COMPONENT_FILE).is_file():
                shutil.rmtree(folder)
