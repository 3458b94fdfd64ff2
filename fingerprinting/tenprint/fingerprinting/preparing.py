"""What comes before every run: take the snapshot, fingerprint it, compare it with the model, decide.

Nothing is written here; `plan`, a dry run and `train` share it, so they cannot disagree.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import anyio.to_thread

from tenprint.fingerprinting.archive.catalog import get_latest_model, get_local_model
from tenprint.fingerprinting.archive.layout import FINGERPRINT_FILE, METADATA_SCHEMA, sidecar_path
from tenprint.fingerprinting.archive.unpack import ArchiveHead, archive_member_names, read_archive_head
from tenprint.fingerprinting.component import Components
from tenprint.fingerprinting.component_identities import (
    component_identities,
    identities_of_all,
    known_nodes,
    recorded_identities,
)
from tenprint.fingerprinting.diff import Change, diff_items, read_stored_items
from tenprint.fingerprinting.equal_items import is_nothing_alone, without_equal
from tenprint.fingerprinting.finetune_preparing import with_finetuning
from tenprint.fingerprinting.fingerprint import snapshot_fingerprint
from tenprint.fingerprinting.former_kinds import former_kinds, gone, gone_problems
from tenprint.fingerprinting.further_sections import sections_with, trained_by
from tenprint.fingerprinting.nlu_reads import keys_read, narrowed
from tenprint.fingerprinting.plan import (
    COMPONENTS,
    HalfState,
    Situation,
    TrainerState,
    TrainingPlan,
    decide,
    with_sources,
)
from tenprint.fingerprinting.recipe.facets import has_literal_texts
from tenprint.fingerprinting.recipe_names import recipe_problems
from tenprint.fingerprinting.schemes import NEWEST, SCHEMES, Digested, Scheme, digested, scheme_of
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.fingerprinting.trainer import (
    ArchiveTrainer,
    LocationOf,
    NodePlanner,
    PlanRequest,
    SectionName,
    Trainer,
    TrainingProblemsError,
    unknown_components,
)
from tenprint.importers import (
    ItemTable,
    Location,
    Problem,
    ProblemsError,
    ReadingRules,
    Snapshot,
    TrainingDataImporter,
    check_items,
    collection_paused,
    completed,
    conflict_problems,
    errors_among,
    in_reading_order,
    value_of,
)
from tenprint.importers.kinds import (
    BUILT_IN_KINDS,
    CONFIG,
    NLU,
    STORIES,
    Kind,
    further_kinds,
)
from tenprint.importers.merging import pending_problems

_NO_DATA = Problem(
    "no-training-data",
    "there is no training data: neither NLU examples nor stories or rules",
    hint="put YAML files into the `data` folder, or name it with --data, and check their format",
)


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """Everything a run works with: where data comes from, who trains, and where models lie."""

    importer: TrainingDataImporter
    components: Components
    trainer: Trainer | ArchiveTrainer
    models: Path
    project: Path
    schemes: Sequence[Scheme] = SCHEMES
    """Schemes of fingerprints that old models may have."""


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A plan together with what it was made from."""

    plan: TrainingPlan
    snapshot: Snapshot
    fingerprint: Fingerprint
    config: Mapping[str, Any]
    identities: Mapping[SectionName, Mapping[str, str]]
    recorded: Mapping[str, Any] = field(default_factory=dict)
    """Metadata of the model that was compared with."""
    trainer: str = COMPONENTS
    """Identity of who trains."""
    lost: tuple[Problem, ...] = ()
    """Kinds of data the model was trained on that no plugin provides now: a training would leave them out."""
    situation: Situation | None = None
    """What was decided about."""
    in_order: bool = False
    """The items are those of the model, in the same order."""


Force: TypeAlias = bool | Collection[str]
"""Whether everything is trained, changed or not; or the names of nodes that are."""


async def checked_snapshot(importer: TrainingDataImporter) -> Snapshot:
    """Take the snapshot, complete its configuration, and check that its parts fit together.

    Raises:
        ProblemsError: Anything is wrong; warnings are listed with the errors, sorted by place.
    """
    return (await checked_with_warnings(importer))[0]


async def checked_with_warnings(importer: TrainingDataImporter) -> tuple[Snapshot, tuple[Problem, ...]]:
    """As `checked_snapshot`, with the warnings that remain."""
    snapshot = await importer.snapshot()
    rules = importer.context.rules
    snapshot = await anyio.to_thread.run_sync(completed, snapshot, rules)
    problems = await anyio.to_thread.run_sync(all_problems, snapshot, rules)
    if errors_among(problems):
        raise ProblemsError(problems)
    return snapshot, problems


def all_problems(snapshot: Snapshot, rules: ReadingRules | None = None) -> tuple[Problem, ...]:
    """Problems of reading and of merging, and what does not fit together; errors first, then by place.

    Conflicts are told with both values where the rules are given.
    """
    pending = pending_problems(snapshot.table, None if rules is None else rules.merge)
    found = [*snapshot.problems, *conflict_problems(snapshot, rules), *pending]
    if not errors_among(found):
        found += check_items(snapshot)
    return tuple(in_reading_order(found))


def missing_data(snapshot: Snapshot, kinds: Iterable[Kind] = BUILT_IN_KINDS) -> tuple[Problem, ...]:
    """Report that there is nothing to train on, where that is so; `kinds` are those that are known."""
    wanted = trained_items("nlu", kinds) | trained_items("core", kinds)
    return (_NO_DATA,) if snapshot.table.kinds().isdisjoint(wanted) else ()


def trained_items(section: SectionName, kinds: Iterable[Kind]) -> frozenset[str]:
    """Kinds of item without which a half has nothing to be trained on."""
    own = NLU if section == "nlu" else STORIES
    return frozenset(own.item_names).union(*(kind.trained_items(section) for kind in further_kinds(kinds)))


async def prepare(
    setup: TrainingSetup, *, force: Force = False, model: str | None = None, finetune: bool = False,
    epoch_fraction: float = 1.0,
) -> PreparedRun:  # fmt: skip
    """Decide what is due against the newest model, or against the one named; `finetune` asks whether it can go on.

    `epoch_fraction` says for how many of their epochs components would.

    Raises:
        ProblemsError: The data is wrong.
        TrainingError: There is nothing to train on; the warnings that may tell why are listed with it.
        ModelError: The model cannot be read; where everything is forced, the newest one need not be readable.
    """
    observers = setup.importer.context.observers
    snapshot, warnings = await checked_with_warnings(setup.importer)
    await observers.tell("before_plan")
    warnings = (*warnings, *observers.take_problems())

    def decided() -> PreparedRun:
        with collection_paused():  # the items of the model are a million short-lived values
            fraction = epoch_fraction if finetune else None
            return _prepared(setup, snapshot, warnings, force=force, model=model, finetune=fraction)

    prepared = await anyio.to_thread.run_sync(decided)
    await observers.tell("after_plan", prepared.plan)
    failed = observers.take_problems()
    return replace(prepared, plan=replace(prepared.plan, problems=(*prepared.plan.problems, *failed)))


def _prepared(
    setup: TrainingSetup, snapshot: Snapshot, warnings: tuple[Problem, ...], *, force: Force, model: str | None,
    finetune: float | None,
) -> PreparedRun:  # fmt: skip
    context = setup.importer.context
    rules = context.rules
    if missing := missing_data(snapshot, rules.kinds):
        raise TrainingProblemsError([*missing, *warnings])
    old_path = get_local_model(model) if model is not None else get_latest_model(str(setup.models))
    forced = force is True
    head = _head(old_path, force=forced)
    scheme = _scheme_of(setup, head, str(old_path))
    now = digested(snapshot, rules, scheme)
    fingerprint = dict(now.fingerprint) if scheme is NEWEST else snapshot_fingerprint(snapshot, rules.item_kinds())
    config = value_of(CONFIG, snapshot, rules)
    whole = isinstance(setup.trainer, ArchiveTrainer)
    identities = (
        {} if whole else {name: component_identities(config, setup.components, context, name) for name in _sections()}
    )
    trainer = _trainer_state(setup.trainer, head)
    situation = _situation(
        now.fingerprint, head, snapshot.table, identities, old_path, forced=forced, trainer=trainer, kinds=rules.kinds
    )
    if not isinstance(force, bool):
        named = (force,) if isinstance(force, str) else force  # a text is a collection of letters
        situation = replace(situation, forced_nodes=known_nodes(named, identities_of_all(identities)))
    if not whole:
        situation = replace(situation, sections=narrowed(situation.sections, keys_read(config, setup.components)))
    changes, in_order = _changes(head, str(old_path), now, situation)
    plan = decide(situation, changes)
    if finetune is not None:
        plan = with_finetuning(
            plan, head, now, trainer=setup.trainer, config=config, components=setup.components, epoch_fraction=finetune
        )
    if not whole:
        warnings = (*warnings, *_unknown(config, setup.components, snapshot, rules.kinds))
    if head is not None and head.stale_sidecar is not None:
        warnings = (*warnings, _stale(str(old_path), head.stale_sidecar))
    metadata = head.metadata if head is not None else {}
    lost = gone_problems(str(old_path), situation.lost, snapshot.documents)
    warnings = (*warnings, *(replace(problem, severity="warning") for problem in lost))
    plan = with_sources(plan, snapshot.sources, warnings)
    if plan.action == "train" and isinstance(setup.trainer, NodePlanner):
        known, places = identities_of_all(identities), component_places(snapshot)
        plan = setup.trainer.plan_nodes(
            PlanRequest(plan, config, setup.components, context, snapshot.table, fingerprint, known, metadata, places)
        )
    return PreparedRun(
        plan, snapshot, fingerprint, config, identities, metadata, trainer.identity, lost, situation, in_order
    )


def _scheme_of(setup: TrainingSetup, head: ArchiveHead | None, model: str) -> Scheme:
    """Find the scheme the data is digested by, as it was when the model was written.

    Raises:
        ModelError: It was written by a newer tenprint.
    """
    return scheme_of(None if head is None else head.scheme, name=model, schemes=setup.schemes)


def _changes(
    head: ArchiveHead | None, model: str, now: Digested, situation: Situation
) -> tuple[tuple[Change, ...], bool]:
    """Name what differs, and tell whether all items that stand alone are those of the model in the same order."""
    if head is None or head.items is None:
        return (), False
    rows, table = without_equal(head.items, now.table, now.item_kinds)
    in_order = is_nothing_alone(rows, table, now.item_kinds)
    changes = diff_items(
        # What nobody knows any more is told by `lost`: it may well still be there.
        [item for item in read_stored_items(rows, name=f"{model}: {FINGERPRINT_FILE}") if item.kind in now.item_kinds],
        table,
        now.item_kinds,
        differing=_differing(head.fingerprint, now.fingerprint),
        sections=situation.sections,
    )
    return changes, in_order


def _stale(model: str, reason: str) -> Problem:
    return Problem(
        "stale-sidecar",
        f"{sidecar_path(Path(model))} was written for another archive than {model} and does not count: {reason}",
        hint="bring that archive back, or remove the file",
        severity="warning",
    )


def _trainer_state(trainer: Trainer | ArchiveTrainer, head: ArchiveHead | None) -> TrainerState:
    metadata = head.metadata if head is not None else {}
    recorded = recorded_trainer(metadata)
    if isinstance(trainer, ArchiveTrainer):
        replaceable = metadata.get("domain_replaceable", True) is True
        return TrainerState(trainer.identity, recorded, whole=True, domain_replaceable=replaceable)
    return TrainerState(COMPONENTS, recorded)


def recorded_trainer(metadata: Mapping[str, Any]) -> str | None:
    """Tell who trained a model; None where it does not say."""
    recorded = metadata.get("trainer")
    if isinstance(recorded, str):
        return recorded
    # Archives of ours name the trainer where it is not the default one; others do not say.
    return COMPONENTS if metadata.get("schema") == METADATA_SCHEMA else None


def _sections() -> tuple[SectionName, ...]:
    return ("nlu", "core")


def _head(path: str | None, *, force: bool) -> ArchiveHead | None:
    if path is None or force:
        # A forced run takes nothing from the old model, not even its opinion.
        return None
    return read_archive_head(path)


def _differing(old: Fingerprint, new: Fingerprint) -> tuple[str, ...]:
    return tuple(key for key in {**new, **old} if old.get(key) != new.get(key))


def _situation(
    fingerprint: Fingerprint, head: ArchiveHead | None, table: ItemTable,
    identities: Mapping[SectionName, Mapping[str, str]], path: str | None, *, forced: bool,
    trainer: TrainerState, kinds: Iterable[Kind],
) -> Situation:  # fmt: skip
    present = table.kinds()
    metadata = head.metadata if head is not None else {}
    halves = halves_of(path, metadata) if head is not None and path is not None else frozenset()

    former = () if head is None else former_kinds(metadata, head.fingerprint)
    lost = gone(former, kinds)
    # A key that a kind had and has no more decides as well.
    trained = {key: sections for kind in former if kind not in lost for key, sections in kind.trains.items()}

    def half(name: SectionName) -> HalfState:
        has_data = not present.isdisjoint(trained_items(name, kinds))
        return HalfState(has_data, name in halves, identities.get(name, {}), recorded_identities(metadata, name))

    return Situation(
        fingerprint,
        head.fingerprint if head is not None else None,
        half("core"),
        half("nlu"),
        path,
        forced,
        has_end_to_end_texts=has_literal_texts(table),
        trainer=trainer,
        sections=sections_with({**trained, **trained_by(kinds)}),
        lost=lost,
    )


def halves_of(path: str, metadata: Mapping[str, Any]) -> frozenset[str]:
    """Halves of a model: its metadata names them; other archives are asked for the names of their members."""
    named = metadata.get("halves")
    if isinstance(named, list):
        return frozenset(str(name) for name in named)
    return frozenset(name.split("/", 1)[0] for name in archive_member_names(path))


def _unknown(
    config: Mapping[str, Any], components: Components, snapshot: Snapshot, kinds: Iterable[Kind]
) -> tuple[Problem, ...]:
    """The recipe and components nobody provides: a warning in a plan, because data can be compared without them."""
    present = snapshot.table.kinds()
    wanted = [name for name in _sections() if not present.isdisjoint(trained_items(name, kinds))]
    places = component_places(snapshot)
    unknown = unknown_components(config, components, wanted, location_of=places)
    found = (*recipe_problems(config, location_of=places), *unknown)
    return tuple(replace(problem, severity="warning") for problem in found)


def component_places(snapshot: Snapshot) -> LocationOf:
    """Make the function that tells where an entry of `pipeline` or `policies` is written, or another key."""
    places: dict[str, list[Location]] = {}
    for kind in ("pipeline-component", "policy", "config-key"):
        for item in snapshot.table.of_kind(kind):
            places.setdefault(item.path[1], []).append(snapshot.table.location(item))

    def location_of(list_name: str, position: int) -> Location | None:
        known = places.get(list_name, [])
        return known[position] if position < len(known) else None

    return location_of
