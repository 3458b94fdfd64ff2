"""What a trainer is given and what it answers; and what `pipeline` and `policies` name, as pure functions.

A trainer trains the sections it is asked for into a folder, and never touches the other half; an archive trainer makes
a whole model of files, in a format of its own. Resources are named
`<section>/<position>-<component>` from birth: the folder below the train path, and later the name in the archive.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from tenprint.fingerprinting.component import Components, NluComponent, Policy
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.field_components import instead_of
from tenprint.fingerprinting.plan import NodePlan, TrainingPlan
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import ImporterContext, ItemTable, Location, Observers, Problem, ProblemsError
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.inputs import AuditMode

SectionName: TypeAlias = Literal["core", "nlu"]

LocationOf: TypeAlias = Callable[[str, int], Location | None]
"""Place of an entry: given `pipeline` or `policies`, and the position from 0; of another key, position 0 is its own."""

COMPONENT_FILE = "component.json"
"""In each resource folder: name, options and identity of the component, and the names of its files."""

_LIST_NAMES: Mapping[SectionName, str] = {"nlu": "pipeline", "core": "policies"}
_KINDS: Mapping[SectionName, tuple[type, str]] = {"nlu": (NluComponent, "NLU component"), "core": (Policy, "policy")}
_RESOURCE_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_EXECUTED = (".pkl", ".pickle", ".joblib")
"""What ends like this is run where somebody loads it."""
_UNFIT_FOR_PATHS = re.compile(r"[^A-Za-z0-9_.-]")


class TrainingProblemsError(ProblemsError, TrainingError):
    """All that keeps a training from starting or finishing, at once."""

    reference = "training"


@dataclass(frozen=True, slots=True)
class FormerArchive:
    """A model archive, and what its metadata say."""

    path: str
    metadata: Mapping[str, Any]
    unpacked: Path | None = None
    """Where it has been unpacked to, without the halves that stay; None where nobody has."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """One training: which sections, from what, with which components, into which folder."""

    sections: frozenset[SectionName]
    config: Mapping[str, Any]
    domain: Domain
    stories: Stories
    nlu: NluData
    components: Components
    folder: Path
    """The train path; each section has a folder of its name in it."""
    previous_nlu: Path | None = None
    """Folder of the NLU half that stays in use when NLU is not retrained."""
    responses: frozenset[str] = frozenset()
    """Names of all responses the assistant has, wherever they are written."""
    location_of: LocationOf | None = None
    observers: Observers = field(default_factory=Observers)
    further: Mapping[SectionName, Mapping[str, Any]] = field(default_factory=dict)
    """What each section is trained on of the kinds that plugins add, by the name of the kind."""
    project: Path = field(default_factory=Path)
    audit: AuditMode = "off"
    """Whether components are watched for what they read without declaring it."""
    finetune_from: Path | None = None
    """Folder of the unpacked model whose training is gone on with, where components can do that."""
    epoch_fraction: float = 1.0
    """For how many of the epochs that they name components go on."""
    facets: Mapping[str, str] = field(default_factory=dict)
    """Fingerprints of parts of the data, as far as they are known without looking at values."""
    former: FormerArchive | None = None
    """The model of before, from which what still holds is taken over; None where nothing is to be taken."""
    identities: Mapping[str, str] = field(default_factory=dict)
    """By resource: who trains it, with what that reads beside the data."""
    forced: Collection[str] | None = ()
    """Resources that are trained whatever is recorded; None for all."""


def _nothing_timed() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training did: seconds by name of resource, in the order of training; and warnings."""

    seconds: Mapping[str, float] = field(default_factory=_nothing_timed)
    problems: tuple[Problem, ...] = ()
    nodes: tuple[NodePlan, ...] = ()
    """How the verdicts on the nodes turned out, where the trainer has a graph."""
    records: Mapping[str, Any] = field(default_factory=dict)
    """What the next run has to know of the nodes; it is kept in the metadata of the model."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What the nodes of a run are planned from."""

    plan: TrainingPlan
    config: Mapping[str, Any]
    components: Components
    context: ImporterContext
    table: ItemTable
    fingerprint: Fingerprint
    identities: Mapping[str, str]
    """By resource: who trains it, with what that reads beside the data."""
    metadata: Mapping[str, Any]
    """What the model of before says of itself."""
    location_of: LocationOf | None = None


@runtime_checkable
class NodePlanner(Protocol):
    """A trainer that knows what each of its nodes will do."""

    def plan_nodes(self, request: PlanRequest) -> TrainingPlan:
        """Return the plan with the nodes of what is due; blocks."""


class Trainer(Protocol):
    """Trains what a request names."""

    async def train(self, request: TrainingRequest) -> TrainingReport:
        """Write the asked halves below `request.folder`.

        Raises:
            TrainingError: The training cannot start, or a component failed.
            ProblemsError: What `pipeline` and `policies` say cannot be trained; all problems at once.
        """


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """One training of an archive trainer: the exported project, the project itself, and the name of the archive."""

    exported: Path
    original: Path
    name: str
    finetune: Path | None = None
    """The model to go on from."""

    @property
    def out(self) -> Path:
        """Where the archive is expected, and nothing lies before: the usual place of models."""
        return self.exported / "models"

    def values(self) -> Mapping[str, str]:
        """Places and names by the words a command has for them."""
        finetune = {} if self.finetune is None else {"finetune": str(self.finetune)}
        return {
            **finetune,
            "project": str(self.exported),
            "config": str(self.exported / "config.yml"),
            "domain": str(self.exported / "domain.yml"),
            "data": str(self.exported / "data"),
            "out": str(self.out),
            "name": self.name,
            "original": str(self.original),
        }


@runtime_checkable
class ArchiveTrainer(Protocol):
    """Trains everything at once and answers with an archive of its own making."""

    @property
    def identity(self) -> str:
        """What makes it another trainer when it changes; models it made are then trained again."""

    async def check(self, project: Path) -> None:
        """Look whether a training can start, before a project is exported for it.

        Raises:
            TrainingError: It cannot.
        """

    async def make_archive(self, request: ArchiveRequest) -> Path:
        """Train, and return a regular file that nobody writes to any more.

        Raises:
            TrainingError: The training did not end well.
        """


class ComponentEntry(NamedTuple):
    """One entry of `pipeline` or `policies`; `position` counts from 0."""

    position: int
    name: str
    options: Mapping[str, Any]


def list_name(section: SectionName) -> str:
    """Key of the config that lists the components of a section."""
    return _LIST_NAMES[section]


def component_entries(config: Mapping[str, Any], section: SectionName) -> tuple[ComponentEntry, ...]:
    """List the components a section is trained with; absent and empty lists have none.

    Raises:
        ProblemsError: The list is no list, or entries are no mappings with a `name`.
    """
    key = list_name(section)
    listed = config.get(key)
    if listed is None:
        return ()
    hint = f"write each entry of `{key}` as `- name: SomeComponent`, its options below"
    if not isinstance(listed, list | tuple):
        raise ProblemsError([Problem("component-entry", f"`{key}` is no list", hint=hint)])
    problems = tuple(
        Problem("component-entry", f"entry {position + 1} of `{key}` is no mapping with a `name`", hint=hint)
        for position, entry in enumerate(listed)
        if not (isinstance(entry, Mapping) and isinstance(entry.get("name"), str) and entry["name"])
    )
    if problems:
        raise ProblemsError(problems)
    return tuple(
        ComponentEntry(position, entry["name"], {key: value for key, value in entry.items() if key != "name"})
        for position, entry in enumerate(listed)
    )


def unknown_components(
    config: Mapping[str, Any],
    components: Components,
    sections: Collection[SectionName],
    *,
    location_of: LocationOf | None = None,
) -> tuple[Problem, ...]:
    """Find the names that no plugin provides, or that stand in the wrong list."""
    return tuple(
        Problem(
            "unknown-component",
            message,
            location_of(list_name(section), entry.position) if location_of is not None else None,
            unknown_hint(entry.name, components, section),
        )
        for section in sorted(sections, reverse=True)
        for entry in component_entries(config, section)
        for message in _objections(entry, components, section)
    )


def _objections(entry: ComponentEntry, components: Components, section: SectionName) -> Iterator[str]:
    kind, described = _KINDS[section]
    registered = components.get(entry.name)
    if registered is None:
        yield f"no plugin provides `{entry.name}`, entry {entry.position + 1} of `{list_name(section)}`"
    elif not issubclass(registered.provided, kind):
        yield f"`{entry.name}`, entry {entry.position + 1} of `{list_name(section)}`, is no {described}"


def unknown_hint(name: str, components: Components, section: SectionName) -> str:
    """Say which names exist instead of an unknown one, and what else can be done."""
    kind, described = _KINDS[section]
    known = sorted(known for known, registered in components.items() if issubclass(registered.provided, kind))
    instead = instead_of(name)
    if instead is not None:
        return instead
    nearest = nearest_names(name, known)
    if nearest:
        advice = f"did you mean {_quoted(nearest)}?"
    elif known:
        advice = f"known are {_quoted(known)}."
    else:
        advice = f"no installed plugin provides any {described}."
    return f"{advice} Otherwise install the plugin that provides `{name}`, or try another list with `--config FILE`"


def nearest_names(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Find names a typing mistake away; of a dotted path the last part counts too."""
    candidates = sorted(known)
    found = get_close_matches(name, candidates) or get_close_matches(name.rpartition(".")[2], candidates)
    return tuple(found)


def _quoted(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def resource_name(section: SectionName, position: int, name: str) -> str:
    """Name of what a component stores; also its folder below the train path."""
    return f"{section}/{position}-{_UNFIT_FOR_PATHS.sub('_', name)}"


def is_resource_file(name: object) -> bool:
    """Tell whether a component may store a file of this name: plain, not ours, and nothing that loading would run."""
    if not isinstance(name, str) or not _RESOURCE_FILE.fullmatch(name):
        return False
    return name.lower() != COMPONENT_FILE and not name.lower().endswith(_EXECUTED)
