"""Sides of a comparison: a project as it was read, or a model as it remembers one, brought to one form.

The verdict is that of a plan: what would be due if the old side were the model and the new side the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import anyio.to_thread

from tenprint.fingerprinting.archive.layout import FINGERPRINT_FILE
from tenprint.fingerprinting.archive.unpack import read_archive_head
from tenprint.fingerprinting.comparison import differing_keys
from tenprint.fingerprinting.component_identities import component_identities, recorded_identities
from tenprint.fingerprinting.diff import Change, StoredItem, diff_items, located_items, read_stored_items
from tenprint.fingerprinting.errors import ModelError
from tenprint.fingerprinting.fingerprint import ItemKinds, fingerprint_of, snapshot_fingerprint
from tenprint.fingerprinting.former_kinds import FormerKind, former_kinds, gone, gone_problems
from tenprint.fingerprinting.further_sections import sections_with, trained_by
from tenprint.fingerprinting.nlu_reads import READABLE, keys_read, narrowed
from tenprint.fingerprinting.plan import (
    COMPONENTS,
    HalfState,
    Situation,
    TrainerState,
    TrainingPlan,
    decide,
    with_sources,
)
from tenprint.fingerprinting.preparing import (
    TrainingSetup,
    checked_with_warnings,
    halves_of,
    recorded_trainer,
    trained_items,
)
from tenprint.fingerprinting.recipe.facets import has_literal_texts
from tenprint.fingerprinting.schemes import NEWEST, scheme_of
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.fingerprinting.trainer import ArchiveTrainer, SectionName
from tenprint.importers import (
    DocumentId,
    ItemTable,
    Problem,
    ReadingRules,
    Snapshot,
    SourceState,
    recorded,
    recorded_kinds,
    value_of,
)
from tenprint.importers.kinds import CONFIG

_LITERAL_TEXTS = "story-messages"
"""Key of the fingerprint by which a model tells that its dialogues held literal texts."""

_HALVES: tuple[SectionName, ...] = ("core", "nlu")

Identities = Mapping[SectionName, Mapping[str, str]]


def _no_identities() -> Identities:
    return {}


@dataclass(frozen=True, slots=True)
class Side:
    """One side; `items` None is a model that does not remember them, `model` None is a project."""

    fingerprint: Fingerprint
    items: tuple[StoredItem, ...] | None = field(repr=False)
    halves: frozenset[str]
    identities: Identities = field(default_factory=_no_identities)
    trainer: str | None = None
    """Who trained the model; None where it does not say, and of a project."""
    model: str | None = None
    has_end_to_end_texts: bool = False
    reads: frozenset[str] = READABLE
    """Further keys that components of NLU are trained on; of a model nobody can be asked."""
    former: tuple[FormerKind, ...] = ()
    """Kinds of plugins that a model was trained on."""
    sources: tuple[SourceState, ...] = ()
    problems: tuple[Problem, ...] = ()


async def project_side(setup: TrainingSetup, *, revision: str | None = None) -> Side:
    """Read a project; its places get the revision where its documents have none.

    Raises:
        ProblemsError: The data is wrong.
    """
    snapshot, warnings = await checked_with_warnings(setup.importer)
    return await anyio.to_thread.run_sync(_project_side, setup, snapshot, warnings, revision)


def _project_side(
    setup: TrainingSetup, snapshot: Snapshot, warnings: tuple[Problem, ...], revision: str | None
) -> Side:
    rules = setup.importer.context.rules
    config = value_of(CONFIG, snapshot, rules)
    present = snapshot.table.kinds()
    return Side(
        snapshot_fingerprint(snapshot, rules.item_kinds()),
        located_items(recorded(snapshot.table, snapshot.transforms), revision),
        frozenset(name for name in _HALVES if not present.isdisjoint(trained_items(name, rules.kinds))),
        {name: component_identities(config, setup.components, setup.importer.context, name) for name in _HALVES},
        has_end_to_end_texts=has_literal_texts(snapshot.table),
        reads=READABLE if isinstance(setup.trainer, ArchiveTrainer) else keys_read(config, setup.components),
        sources=snapshot.sources,
        problems=warnings,
    )


def model_side(path: str, rules: ReadingRules) -> Side:
    """Read what a model says it was trained on.

    Raises:
        ModelError: It cannot be read, or its digests are those of another scheme.
        FingerprintError: Its fingerprint is damaged.
    """
    head = read_archive_head(path)
    if scheme_of(head.scheme, name=path) is not NEWEST:
        raise ModelError(
            f"{path} has a fingerprint of the scheme {head.scheme}, which only data can be compared with",
            hint="`plan --model` compares the project with it",
        )
    items = None
    if head.items is not None:
        items = read_stored_items(head.items, name=f"{path}: {FINGERPRINT_FILE}")
    without_data = fingerprint_of(ItemTable((), ()), rules.item_kinds())
    literal_texts = head.fingerprint.get(_LITERAL_TEXTS)
    return Side(
        head.fingerprint,
        items,
        halves_of(path, head.metadata),
        _identities_in(head.metadata),
        recorded_trainer(head.metadata),
        path,
        has_end_to_end_texts=literal_texts not in (None, without_data[_LITERAL_TEXTS]),
        former=former_kinds(head.metadata, head.fingerprint),
    )


def _identities_in(metadata: Mapping[str, Any]) -> Identities:
    found = {name: recorded_identities(metadata, name) for name in _HALVES}
    return {name: identities for name, identities in found.items() if identities is not None}


def compare_sides(old: Side, new: Side, rules: ReadingRules) -> TrainingPlan:
    """Say what lies between two sides, and what would be due if the old one were the model of the new one."""
    lost = gone(old.former, rules.kinds)
    remembered = (*old.former, *new.former)
    trained = {key: names for kind in remembered if kind not in lost for key, names in kind.trains.items()}
    situation = Situation(
        new.fingerprint,
        old.fingerprint,
        _half(old, new, "core"),
        _half(old, new, "nlu"),
        old.model,
        has_end_to_end_texts=new.has_end_to_end_texts,
        trainer=TrainerState(new.trainer or COMPONENTS, old.trainer if new.trainer is not None else None),
        sections=narrowed(sections_with({**trained, **trained_by(rules.kinds)}), new.reads),
        lost=() if new.model is not None else lost,
    )
    plan = decide(situation, _changes(old, new, situation, recorded_kinds(rules.item_kinds())))
    problems = (*new.problems, *_silent(old, new))
    if situation.lost:
        found = gone_problems(str(old.model), situation.lost)
        problems += tuple(replace(problem, severity="warning") for problem in found)
    return with_sources(plan, new.sources, problems)


def _half(old: Side, new: Side, name: SectionName) -> HalfState:
    return HalfState(name in new.halves, name in old.halves, new.identities.get(name, {}), old.identities.get(name))


def _changes(old: Side, new: Side, situation: Situation, item_kinds: ItemKinds) -> tuple[Change, ...]:
    if old.items is None or new.items is None:
        return ()
    changes = diff_items(
        [item for item in old.items if item.kind in item_kinds],
        _table_of([item for item in new.items if item.kind in item_kinds]),
        item_kinds,
        differing=differing_keys(old.fingerprint, new.fingerprint, {**new.fingerprint, **old.fingerprint}),
        sections=situation.sections,
    )
    return changes if new.model is None else tuple(replace(change, locations=()) for change in changes)


def _table_of(items: list[StoredItem]) -> ItemTable:
    """Make a table of what is remembered; where there is no place, there is one without a line."""
    documents: dict[DocumentId, int] = {DocumentId("", ""): 0}
    rows = []
    for item in items:
        place = item.location
        number = 0
        if place is not None:
            number = documents.setdefault(DocumentId(place.source, place.path, place.revision), len(documents))
        facets = tuple(sorted(item.facets.items()))
        line, column = (0, 0) if place is None else (place.line or 0, place.column or 0)
        rows.append((item.kind, item.path, item.digest, facets, number, line, column))
    return ItemTable(tuple(documents), tuple(rows))


def _silent(old: Side, new: Side) -> tuple[Problem, ...]:
    """Warn of models that do not say what they were trained on."""
    return tuple(
        Problem(
            "no-items",
            f"{side.model} does not say which items it was trained on, so the sections can be compared and no more",
            hint="compare models that tenprint has trained",
            severity="warning",
        )
        for side in (old, new)
        if side.items is None
    )
