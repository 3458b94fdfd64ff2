"""Finetuning: can the weights of an old model be trained on? The answer names what is in the way.

The fingerprint keys decide, and differences of what a model remembers name the intent, the action or the entry that
makes a key differ. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from packaging.version import InvalidVersion, Version

from tenprint.fingerprinting.comparison import differing_keys
from tenprint.fingerprinting.diff import StoredItem
from tenprint.fingerprinting.explain import Reason
from tenprint.fingerprinting.finetuning_names import (
    Obstacle,
    derived_differences,
    former_labels,
    item_differences,
    label_differences,
    labels_of,
)
from tenprint.fingerprinting.fingerprint import ItemKinds, root_of
from tenprint.fingerprinting.sections import MINIMUM_COMPATIBLE_VERSION, TRAINING_SCHEMA_VERSION, Fingerprint
from tenprint.importers import ItemTable

LINEAGE_KEY = "finetuned"
"""Key of metadata.json: for each half that was finetuned, from which data its base was, and how often by now."""

_CONFIG, _DOMAIN, _LABELS = "config-without-epochs", "domain", "nlu_labels"
_OBSTACLES = {
    _CONFIG: "the configuration differs in more than epochs",
    _DOMAIN: "the domain differs in what Core is trained on",
    _LABELS: "the intents, entities, roles or groups of the NLU data differ",
}
_IN_THE_WAY = ("no-model", "half-missing", "trainer", "component", "unknown-kind")
"""Reasons of a plan that say there is nothing to go on from."""

ResourceFate = Literal["finetune", "train", "skipped"]


@dataclass(frozen=True, slots=True)
class ResourcePlan:
    """What a finetuning does with one component: go on from its former training, train it anew, or leave it."""

    name: str
    verdict: ResourceFate


@dataclass(frozen=True, slots=True)
class FinetunePlan:
    """Whether what is due can be finetuned, what is in the way, and from which data the base was trained."""

    possible: bool
    obstacles: tuple[Obstacle, ...] = ()
    resources: tuple[ResourcePlan, ...] = ()
    base: str | None = None
    """Digest of the data of the model that is gone on from."""
    epoch_fraction: float = 1.0
    """For how many of the epochs that they name components go on."""

    @property
    def goes_on(self) -> tuple[str, ...]:
        """Resources whose components go on from their former training."""
        return tuple(each.name for each in self.resources if each.verdict == "finetune") if self.possible else ()

    def to_json(self) -> dict[str, Any]:
        return {
            "possible": self.possible,
            "base": self.base,
            "epoch_fraction": self.epoch_fraction,
            "reasons": [obstacle.to_json() for obstacle in self.obstacles],
            "components": [{"name": each.name, "verdict": each.verdict} for each in self.resources],
        }


@dataclass(frozen=True, slots=True)
class FinetuneSituation:
    """What a verdict is made of.

    `due` are the halves that are trained, each with the reasons of the plan; `able` says of each resource whether it
    can go on from a former training; `trainer_able` the same of who trains, with `trainer_fault` where it cannot.
    """

    old: Fingerprint | None
    new: Fingerprint
    stored: Sequence[StoredItem]
    metadata: Mapping[str, Any]
    table: ItemTable
    item_kinds: ItemKinds
    due: Mapping[str, Sequence[Reason]]
    able: Mapping[str, bool] = field(default_factory=dict)
    trainer_fault: str | None = None


def finetune_plan(situation: FinetuneSituation) -> FinetunePlan:
    """Give the verdict; where nothing is due nothing is in the way."""
    due = situation.due
    obstacles = tuple(dict.fromkeys(_obstacles(situation))) if due else ()
    possible = not obstacles
    return FinetunePlan(
        possible,
        obstacles,
        tuple(
            ResourcePlan(name, _fate(able, is_due=name.split("/", 1)[0] in due, possible=possible))
            for name, able in situation.able.items()
        ),
        None if situation.old is None else root_of(situation.old),
    )


def _fate(able: bool, *, is_due: bool, possible: bool) -> ResourceFate:  # noqa: FBT001 - one of three answers
    if not is_due:
        return "skipped"
    return "finetune" if able and possible else "train"


def _obstacles(situation: FinetuneSituation) -> Iterator[Obstacle]:
    for reasons in situation.due.values():
        yield from (Obstacle(reason.code, reason.message) for reason in reasons if reason.code in _IN_THE_WAY)
    if situation.trainer_fault is not None:
        yield Obstacle("trainer", situation.trainer_fault)
    else:
        yield from _unable(situation)
    if situation.old is None:
        return
    version = _version_obstacle(situation.old.get("version"), MINIMUM_COMPATIBLE_VERSION)
    if version is not None:
        yield Obstacle("version", version, "version")
        return
    keys = _keys(core="core" in situation.due, nlu="nlu" in situation.due)
    for key in differing_keys(situation.old, situation.new, keys):
        named = tuple(_named(key, situation))
        yield from named or (Obstacle("changed", _OBSTACLES[key], key),)
    yield from _language(situation)


def _unable(situation: FinetuneSituation) -> Iterator[Obstacle]:
    """Tell of each component that it cannot, where none of those that are due can."""
    due = {name: able for name, able in situation.able.items() if name.split("/", 1)[0] in situation.due}
    if not any(due.values()):
        for name in due:
            yield Obstacle("component", f"`{name}` cannot go on from a former training: it is trained anew each time")


def _named(key: str, situation: FinetuneSituation) -> Iterator[Obstacle]:
    if key == _LABELS:
        former = former_labels(situation.metadata, situation.stored)
        yield from label_differences(key, former, labels_of(situation.table))
        return
    yield from item_differences(key, situation.stored, situation.table, situation.item_kinds)
    if key == _DOMAIN:
        former = former_labels(situation.metadata, situation.stored)
        yield from derived_differences(key, former["intents"], labels_of(situation.table)["intents"])


def _language(situation: FinetuneSituation) -> Iterator[Obstacle]:
    """Words of another language are not those that were learned; no key of finetuning reads the language."""
    if "nlu" not in situation.due or not situation.stored:
        return
    path = ("config", "language")
    before = {item.digest for item in situation.stored if item.path == path}
    after = [item for item in situation.table.of_kind("config-key") if item.path == path]
    if before != {item.digest for item in after}:
        place = situation.table.location(after[0]) if after else None
        yield Obstacle("config", "the language is another one", "nlu-config", place)


def lineage(
    metadata: Mapping[str, Any], plan: FinetunePlan | None, halves: Iterable[str], trained: Collection[str]
) -> dict[str, Any]:
    """Say which halves of a new model were finetuned: now, or in the model they are taken over from.

    Args:
        metadata: That of the model that was compared with.
        plan: How it was finetuned; None where it was not.
        halves: What the new model has.
        trained: Which of them were trained now.
    """
    former = metadata.get(LINEAGE_KEY)
    former = former if isinstance(former, dict) else {}
    found: dict[str, Any] = {}
    for half in halves:
        known = former.get(half)
        known = known if isinstance(known, dict) else None
        if half not in trained:
            found |= {half: known} if known else {}
        elif plan is not None and plan.possible and _is_finetuned(half, plan):
            before = known.get("generation") if known else 0
            found[half] = {"base": plan.base, "generation": (before if isinstance(before, int) else 0) + 1}
    return found


def _is_finetuned(half: str, plan: FinetunePlan) -> bool:
    own = [each.verdict for each in plan.resources if each.name.startswith(f"{half}/")]
    return "finetune" in own or not plan.resources


def _keys(*, core: bool, nlu: bool) -> list[str]:
    return [_CONFIG, *([_DOMAIN] if core else []), *([_LABELS] if nlu else [])]


def finetuning_obstacles(
    last_fingerprint: Fingerprint, new_fingerprint: Fingerprint, *, core: bool, nlu: bool,
    minimum_version: str = MINIMUM_COMPATIBLE_VERSION,
) -> tuple[str, ...]:  # fmt: skip
    """Name everything that forbids finetuning; nothing means it is possible."""
    version = _version_obstacle(last_fingerprint.get("version"), minimum_version)
    if version is not None:
        return (version,)
    keys = _keys(core=core, nlu=nlu)
    return tuple(_OBSTACLES[key] for key in differing_keys(last_fingerprint, new_fingerprint, keys))


def can_finetune(
    last_fingerprint: Fingerprint,
    new_fingerprint: Fingerprint,
    core: bool = False,  # noqa: FBT001, FBT002 - the signature of the published API
    nlu: bool = False,  # noqa: FBT001, FBT002
) -> bool:
    return not finetuning_obstacles(last_fingerprint, new_fingerprint, core=core, nlu=nlu)


def _version_obstacle(version: object, minimum: str) -> str | None:
    if not isinstance(version, str):
        return "the old model does not say which version trained it"
    try:
        trained_by = Version(version)
    except InvalidVersion:
        return f"the old model was trained by {version!r}, which is no version"
    if trained_by < Version(minimum):
        return f"the old model was trained by version {version}; {minimum} is the oldest that can be finetuned"
    if trained_by > Version(max(TRAINING_SCHEMA_VERSION, minimum, key=Version)):
        return f"the old model was trained by version {version}, which is newer than this tenprint"
    return None
