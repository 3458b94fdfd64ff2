"""One component tried by itself: checked, trained, stored and loaded as a training does it, outside of any project.

What authors test their components with. Nothing here is lenient where a training is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.component import (
    Batch,
    CoreTrainingData,
    Features,
    Json,
    Message,
    NluComponent,
    NluLesson,
    Policy,
    component_identity,
)
from tenprint.fingerprinting.component_checks import ConfiguredEntry, entry_problems
from tenprint.fingerprinting.component_code import code_version
from tenprint.fingerprinting.component_inputs import inputs_of
from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.nlu_reads import (
    EXAMPLES,
    FEATURES,
    INTENTS,
    RETRIEVAL_RESPONSES,
    STORY_MESSAGES,
    TOKENS,
    component_reads,
    policy_reads,
)
from tenprint.fingerprinting.predicting import load_nlu_component, load_policy
from tenprint.fingerprinting.trainer import ComponentEntry, SectionName
from tenprint.importers import Problem, Registered
from tenprint.importers.data import Domain, Example, NluData, Stories
from tenprint.importers.inputs import Inputs

_OWNER = "trial"
_NAMES = {"responses": RETRIEVAL_RESPONSES, "messages": STORY_MESSAGES}
"""Fields of NLU data that `reads` calls otherwise."""


@dataclass(frozen=True, slots=True)
class ComponentTrial:
    """A class and the options of its entry; in a pipeline it would be the first entry.

    Raises:
        TypeError: The class is neither an `NluComponent` nor a `Policy`.
    """

    component: type[Any]
    options: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not issubclass(self.component, NluComponent | Policy):
            raise TypeError(f"{self.component.__qualname__} is neither an NluComponent nor a Policy")

    @property
    def config(self) -> dict[str, Json]:
        """The options with the defaults of the class filled in."""
        return merged_config(self.component.get_default_config(), self.options)

    def problems(self, language: str | None = None) -> tuple[Problem, ...]:
        """Tell what is wrong with the entry; what must stand above it is taken to be there.

        Raises:
            TrainingError: The class fails to check its options.
        """
        configured = replace(self._job.configured, options=self.config)
        found = entry_problems([configured], language)
        return tuple(problem for problem in found if problem.code != "component-order")

    def reads(self) -> frozenset[str]:
        """Ask what it learns from.

        Raises:
            TrainingError: It fails to answer, or names what nobody can read.
        """
        name, known = self._registered.name, {self._registered.name: self._registered}
        ask = policy_reads if self._section == "core" else component_reads
        return ask(name, self.options, known)

    def identity(self) -> str:
        """Tell which code it is, as models record it.

        Raises:
            GraphError: It declares no version, and has neither source nor distribution.
        """
        return component_identity(self._registered, code_version(self._registered))

    def inputs(self) -> Inputs:
        """Ask what it reads beside the data.

        Raises:
            TrainingError: It fails to say.
            ProblemsError: Its answer is no `Inputs`.
        """
        return inputs_of(self._registered, self.options)

    def nlu_lesson(self, nlu: NluData, batch: Batch | None = None) -> NluLesson:
        """Give an NLU component what it reads; `batch` holds the examples as those above it have prepared them."""
        reads = self.reads()
        prepared = batch or Batch(tuple(Message(example.text) for example in nlu.examples))
        given: dict[str, Any] = {
            part.name: getattr(nlu, part.name) for part in fields(NluData) if _NAMES.get(part.name, part.name) in reads
        }
        if EXAMPLES not in reads:
            intents = INTENTS in reads
            given["examples"] = tuple(Example(one.text, one.intent if intents else "") for one in nlu.examples)
        return NluLesson(**given, batch=_as_read(prepared, reads))

    def core_lesson(self, given: CoreTrainingData) -> CoreTrainingData:
        """Give a policy what it reads."""
        reads = self.reads()
        return CoreTrainingData(
            Stories(
                given.stories.stories if "stories" in reads else (), given.stories.rules if "rules" in reads else ()
            ),
            given.domain if "domain" in reads else Domain(),
            given.interpreter if "interpreter" in reads else None,
            given.further if "further" in reads else {},
        )

    def stored(self, lesson: NluLesson | CoreTrainingData, folder: Path, *, former: Path | None = None) -> None:
        """Train, and write the files into a folder; `former` is such a folder to go on from, if the component can.

        Raises:
            TrainingError: It failed, or its answer cannot be stored.
        """
        files = self._job.with_options(self.config).trained(lesson, former)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def loaded(self, folder: Path) -> Any:
        """Load it from what `stored` has written.

        Raises:
            ModelError: A file is missing or damaged.
        """
        known = {self._registered.name: self._registered}
        return load_policy(folder, known)[1] if self._section == "core" else load_nlu_component(folder, known)

    @property
    def _section(self) -> SectionName:
        return "core" if issubclass(self.component, Policy) else "nlu"

    @property
    def _registered(self) -> Registered[type[Any]]:
        return Registered(str(getattr(self.component, "NAME", "")), self.component, _OWNER)

    @property
    def _job(self) -> ComponentJob:
        registered = self._registered
        entry = ComponentEntry(0, registered.name, self.options)
        return ComponentJob(ConfiguredEntry(self._section, entry, self.options, registered))


def _as_read(batch: Batch, reads: frozenset[str]) -> Batch:
    """Leave out of a batch what a component does not read."""
    tokens = TOKENS in reads
    if not tokens and FEATURES not in reads:
        return Batch(tuple(Message(message.text) for message in batch.messages))
    messages = batch.messages if tokens else tuple(replace(message, tokens=()) for message in batch.messages)
    features = tuple(found if tokens else Features(found.origin, found.sentence) for found in batch.features)
    return Batch(messages, features if FEATURES in reads else ())
