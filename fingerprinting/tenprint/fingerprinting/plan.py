"""The plan: what is due and why, decided before anything runs; `plan` prints it, `train` obeys it.

Pure. A section is retrained when its data changed, one of its components is another, its half of the model is missing,
or training is forced. What no section reads may still be new in the domain: that is a domain-only update.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from tenprint.fingerprinting.comparison import differing_keys
from tenprint.fingerprinting.diff import Change
from tenprint.fingerprinting.explain import AnyReason, Reason, Verdict, key_reasons
from tenprint.fingerprinting.former_kinds import FormerKind
from tenprint.fingerprinting.sections import CORE, NLG, NLU, SECTIONS, Fingerprint, Section
from tenprint.importers import Problem, SourceState

if TYPE_CHECKING:  # few plans ask for it, and it loads what compares versions
    from tenprint.fingerprinting.finetuning import FinetunePlan

PLAN_SCHEMA = "tenprint.plan/1"

COMPONENTS = "components"
"""Identity of the default trainer, which trains what `pipeline` and `policies` name."""

Action = Literal["none", "update-domain", "train"]


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """Verdict on one section. For NLG `retrain` means that the domain in the model is refreshed."""

    retrain: bool
    reasons: tuple[Reason, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"retrain": self.retrain, "reasons": [reason.to_json() for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class NodePlan:
    """Verdict on one component."""

    name: str
    sections: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[AnyReason, ...] = ()
    needs: tuple[str, ...] = ()
    """What feeds it: other nodes, and parts of the training data."""

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "sections": list(self.sections),
            "verdict": self.verdict,
            "reasons": [reason.to_json() for reason in self.reasons],
            "needs": list(self.needs),
        }


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything a run will do."""

    action: Action
    model: str | None
    forced: bool
    sections: Mapping[str, SectionPlan]
    changes: tuple[Change, ...] = ()
    sources: tuple[SourceState, ...] = ()
    nodes: tuple[NodePlan, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Warnings about the data; they change nothing."""
    finetune: "FinetunePlan | None" = None
    """Whether what is due can be finetuned, where that was asked for."""
    forced_nodes: tuple[str, ...] = ()
    """Nodes that run whatever is recorded; with `forced` all do."""

    def retrains(self, section: str) -> bool:
        return self.sections[section].retrain

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": PLAN_SCHEMA,
            "action": self.action,
            "model": self.model,
            "forced": self.forced,
            "forced_nodes": list(self.forced_nodes),
            "finetune": None if self.finetune is None else self.finetune.to_json(),
            "sections": {name: section.to_json() for name, section in self.sections.items()},
            "changes": [change.to_json() for change in self.changes],
            "sources": [
                {
                    "name": state.name,
                    "revision": state.revision,
                    "status": state.status,
                    "fetched_at": state.fetched_at,
                    "drift": None if state.drift is None else state.drift.to_json(),
                }
                for state in self.sources
            ],
            "nodes": [node.to_json() for node in self.nodes],
            "problems": [problem.to_json() for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class HalfState:
    """One half of the project and of the old model: is there data for it, is it in the model, who trained it."""

    has_data: bool
    in_model: bool
    identities: Mapping[str, str] = field(default_factory=dict)
    """Resource name -> identity of the component now."""
    recorded: Mapping[str, str] | None = None
    """The same as the model remembers it; None when it does not say."""


@dataclass(frozen=True, slots=True)
class TrainerState:
    """Who trains, who trained the model, and what the former cannot do."""

    identity: str = COMPONENTS
    recorded: str | None = None
    """Who trained the model; None where it does not say."""
    whole: bool = False
    """Both halves are trained whenever it is run, and no half of an old model can be kept."""
    domain_replaceable: bool = True
    """The model holds its domain as a file that can be replaced without training."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision is made of."""

    new: Fingerprint
    old: Fingerprint | None
    core: HalfState
    nlu: HalfState
    model: str | None = None
    forced: bool = False
    forced_nodes: tuple[str, ...] = ()
    """Resources that are trained whatever is recorded."""
    has_end_to_end_texts: bool = False
    trainer: TrainerState = TrainerState()
    sections: Sequence[Section] = SECTIONS
    """The sections with the keys that plugins add to them."""
    lost: tuple[FormerKind, ...] = ()
    """Kinds the model was trained on that no plugin provides now."""

    def keys_of(self, section: Section) -> tuple[str, ...]:
        """Return the keys that decide about a section in this project."""
        return next(found.relevant_keys for found in self.sections if found.name == section.name)


def decide(situation: Situation, changes: Sequence[Change] = ()) -> TrainingPlan:
    """Give the verdicts; the nodes are those of the components as they are now."""
    nlu = _half_verdict(situation, situation.nlu, "nlu")
    core = _half_verdict(situation, situation.core, "core")
    # Reasons stand for a half that is dropped as well: Core learned with it.
    if situation.has_end_to_end_texts and nlu.reasons and situation.core.has_data and not core.retrain:
        core = SectionPlan(True, (Reason("end-to-end", "the dialogues hold literal texts and the NLU half changes"),))
    if situation.trainer.whole:
        core, nlu = _whole_verdicts(situation, core, nlu)
    nlg = _nlg_verdict(situation, core)
    sections = {"core": core, "nlu": nlu, "nlg": nlg}
    return TrainingPlan(
        _action(situation, sections),
        situation.model,
        situation.forced,
        MappingProxyType(sections),  # observers are given the plan
        tuple(changes),
        nodes=tuple(_nodes(situation, sections)),
        forced_nodes=situation.forced_nodes,
    )


def _half_verdict(situation: Situation, half: HalfState, name: str) -> SectionPlan:
    if not half.has_data:
        dropped = half.in_model and situation.old is not None
        return SectionPlan(False, (Reason("no-data", "its training data is gone"),) if dropped else ())
    if situation.forced:
        return SectionPlan(True, (Reason("forced", "training is forced"),))
    if situation.old is None:
        return SectionPlan(True, (Reason("no-model", "there is no model yet"),))
    reasons = _trainer_reasons(situation.trainer)
    forced = [node for node in situation.forced_nodes if node in half.identities]
    reasons += [Reason("forced", f"{node} is forced") for node in forced]
    if not half.in_model:
        reasons.append(Reason("half-missing", "the model has no such half"))
    section = CORE if name == "core" else NLU
    reasons += key_reasons(differing_keys(situation.old, situation.new, situation.keys_of(section)))
    reasons += [_lost_reason(kind) for kind in situation.lost if any(name in each for each in kind.trains.values())]
    if half.in_model:
        reasons += _identity_reasons(half)
    return SectionPlan(bool(reasons), tuple(reasons))


def _lost_reason(kind: FormerKind) -> Reason:
    message = f"the model was trained on data of the kind {kind.name!r}, which no plugin provides now"
    return Reason("unknown-kind", message)


def _trainer_reasons(trainer: TrainerState) -> list[Reason]:
    """A model of another trainer; one that does not say whose it is may hold halves that components can go on with."""
    if trainer.recorded is None:
        return [
            Reason("trainer", f"the model does not say who trained it; now it is `{trainer.identity}`")
        ] * trainer.whole
    if trainer.recorded == trainer.identity:
        return []
    return [Reason("trainer", f"the model was trained by `{trainer.recorded}`, now it is `{trainer.identity}`")]


def _whole_verdicts(situation: Situation, core: SectionPlan, nlu: SectionPlan) -> tuple[SectionPlan, SectionPlan]:
    """Tie the halves together: what makes one due, or drops it, makes the other due."""
    replaceable = situation.trainer.domain_replaceable
    if not replaceable and not core.reasons and _nlg_verdict(situation, core).retrain:
        message = "the domain differs, and the model is an archive of another program, in which it cannot be replaced"
        core = SectionPlan(True, (Reason("foreign-archive", message),))
    if not core.reasons and not nlu.reasons:
        return core, nlu
    tied = SectionPlan(True, (Reason("whole-model", "the trainer makes whole models, and the other half changes"),))
    return (
        tied if situation.core.has_data and not core.reasons else core,
        tied if situation.nlu.has_data and not nlu.reasons else nlu,
    )


def _identity_reasons(half: HalfState) -> list[Reason]:
    """Components that are other code than those the model was trained with; lists that differ are data changes."""
    recorded = half.recorded or {}
    return [
        Reason("component", f"{name} was trained by {recorded[name]}, now it is {identity}")
        for name, identity in half.identities.items()
        if name in recorded and recorded[name] != identity
    ]


def _nlg_verdict(situation: Situation, core: SectionPlan) -> SectionPlan:
    if core.retrain:
        return SectionPlan(True, (Reason("core", "retraining Core refreshes the domain"),))
    if not situation.core.has_data or situation.old is None:
        return SectionPlan(False)
    reasons = key_reasons(differing_keys(situation.old, situation.new, NLG.relevant_keys))
    return SectionPlan(bool(reasons), tuple(reasons))


def _action(situation: Situation, sections: Mapping[str, SectionPlan]) -> Action:
    halves = (situation.core, situation.nlu)
    if sections["core"].retrain or sections["nlu"].retrain:
        return "train"
    if any(half.in_model and not half.has_data for half in halves):
        return "train"
    return "update-domain" if sections["nlg"].retrain else "none"


def _nodes(situation: Situation, sections: Mapping[str, SectionPlan]) -> list[NodePlan]:
    if situation.trainer.whole:
        return _whole_node(situation, sections)
    nodes = []
    for name, half in (("nlu", situation.nlu), ("core", situation.core)):
        section = sections[name]
        verdict: Verdict = "run" if section.retrain else "skipped"
        if half.has_data:
            nodes += [NodePlan(node, (name,), verdict, section.reasons) for node in half.identities]
    return nodes


def _whole_node(situation: Situation, sections: Mapping[str, SectionPlan]) -> list[NodePlan]:
    """The one thing such a trainer does."""
    trained = tuple(name for name, half in (("nlu", situation.nlu), ("core", situation.core)) if half.has_data)
    verdict: Verdict = "run" if any(sections[name].retrain for name in trained) else "skipped"
    reasons = dict.fromkeys(reason for name in trained for reason in sections[name].reasons)
    return [NodePlan(situation.trainer.identity, trained, verdict, tuple(reasons))]


def with_sources(plan: TrainingPlan, sources: Sequence[SourceState], problems: Sequence[Problem]) -> TrainingPlan:
    return replace(plan, sources=tuple(sources), problems=tuple(problems))


def with_outcome(plan: TrainingPlan, nodes: Sequence[NodePlan]) -> TrainingPlan:
    """Put what became of nodes in the place of what was planned; a plan of a run that is over has no `depends`."""
    ended = {node.name: node for node in nodes}
    known = {node.name for node in plan.nodes}
    told = tuple(ended.get(node.name, node) for node in plan.nodes)
    return replace(plan, nodes=(*told, *(node for name, node in ended.items() if name not in known)))
