"""Plans after edits of examples alone: what a run that found nothing to do decided about, with other messages.

`example_edits` names the changes. No plan of this module says what nodes will do: that depends on all data. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tenprint.fingerprinting.diff import Change
from tenprint.fingerprinting.example_edits import MESSAGES
from tenprint.fingerprinting.plan import HalfState, Situation, TrainerState, TrainingPlan, decide, with_sources
from tenprint.fingerprinting.sections import Section
from tenprint.importers import Location, Problem, SourceState

_EDITED = "edited"
"""Stands for another value of a key: nobody asks which one it is."""


@dataclass(frozen=True, slots=True)
class FormerRun:
    """A run that found nothing to do: what it decided about, its one source, and its warnings."""

    situation: Situation
    source: str
    problems: tuple[Problem, ...]

    @property
    def warned(self) -> frozenset[tuple[str, str]]:
        """The documents that warnings are about, by source and path."""
        places = (place for problem in self.problems for place in (problem.location, *problem.related))
        return frozenset((place.source, place.path) for place in places if place is not None)

    def to_json(self) -> dict[str, Any]:
        return {
            "situation": _written(self.situation),
            "source": self.source,
            "problems": [problem.to_json() for problem in self.problems],
        }


def edited_plan(former: FormerRun, changes: Sequence[Change], revision: str | None) -> TrainingPlan:
    """Plan after edits that make these changes; `revision` is that of the source after them."""
    return _planned(former, former.situation if not changes else _edited(former.situation), changes, revision)


def plan_without_changes(former: FormerRun) -> TrainingPlan:
    """Plan after edits that make any changes, before these are known."""
    return _planned(former, _edited(former.situation), (), None)


def _edited(situation: Situation) -> Situation:
    return replace(situation, new={**situation.new, MESSAGES: _EDITED})


def _planned(former: FormerRun, situation: Situation, changes: Sequence[Change], revision: str | None) -> TrainingPlan:
    plan = replace(decide(situation, changes), nodes=())
    return with_sources(plan, (SourceState(former.source, revision),), former.problems)


def _written(situation: Situation) -> dict[str, Any]:
    return {
        "new": situation.new,
        "old": situation.old,
        "halves": [_written_half(half) for half in (situation.core, situation.nlu)],
        "model": situation.model,
        "end_to_end": situation.has_end_to_end_texts,
        "trainer": [situation.trainer.identity, situation.trainer.recorded, situation.trainer.domain_replaceable],
        "sections": [[section.name, section.relevant_keys] for section in situation.sections],
    }


def _written_half(half: HalfState) -> list[Any]:
    recorded = None if half.recorded is None else dict(half.recorded)
    return [half.has_data, half.in_model, dict(half.identities), recorded]


def former_run(written: Mapping[str, Any]) -> FormerRun:
    """Read back what `to_json` has written.

    Raises:
        KeyError: Something is missing; or TypeError, ValueError.
    """
    problems = tuple(_problem(problem) for problem in written["problems"])
    return FormerRun(_situation(written["situation"]), written["source"], problems)


def _situation(written: Any) -> Situation:
    core, nlu = (HalfState(*half) for half in written["halves"])
    identity, recorded, replaceable = written["trainer"]
    return Situation(
        written["new"],
        written["old"],
        core,
        nlu,
        written["model"],
        has_end_to_end_texts=written["end_to_end"],
        trainer=TrainerState(identity, recorded, domain_replaceable=replaceable),
        sections=tuple(Section(name, tuple(keys)) for name, keys in written["sections"]),
    )


def _problem(written: Any) -> Problem:
    return Problem(
        written["code"],
        written["message"],
        None if written["location"] is None else Location(**written["location"]),
        written["hint"],
        written["severity"],
        tuple(Location(**place) for place in written["related"]),
    )
