"""A policy for rules: short dialogues that always go the same way, and loops that run until a rule says otherwise.

What decides, in this order: while a loop is active, a rule that names the loop, then the loop itself; otherwise the
most demanding rule that matches, then what every assistant does about `restart`, `back` and `session_start`, and at
last the fallback, whose low confidence leaves the choice to any other policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from tenprint.fingerprinting import ActionPrediction, CoreTrainingData, Dialogue, Json, Policy
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.data import DEFAULT_ACTIONS, Domain, Rule, base_intent
from tenprint.plugins.components.moments import LISTEN, Moment, recorded
from tenprint.plugins.components.options import (
    UNHEARD_CONFIDENCE,
    name_objection,
    share_objection,
    truth_objection,
    unused_objection,
    whole_number_objection,
)
from tenprint.plugins.components.relevance import Relevance
from tenprint.plugins.components.rule_rows import RuleRow, describe_rule, message_count, rule_rows

RULES_FILE = "rules.json"
RELEVANCE_FILE = "relevance.json"

_DEFAULT_ANSWERS: Mapping[str, str] = {
    "restart": "action_restart",
    "back": "action_back",
    "session_start": "action_session_start",
}


@dataclass(frozen=True, slots=True)
class RulePolicy(Policy):
    """Predicts with confidence 1 what rules say, and runs the active loop."""

    NAME: ClassVar[str] = "RulePolicy"
    VERSION: ClassVar[str | None] = "2"

    relevance: Relevance
    rows: Mapping[str, tuple[RuleRow, ...]]
    """By what was said last, the most demanding first; under the empty text what applies whatever was said."""
    fallback: ActionPrediction | None

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "check_for_contradictions": True,
            "core_fallback_action_name": "action_default_fallback",
            "core_fallback_threshold": 0.4,
            "enable_fallback_prediction": True,
            "priority": 6,
            "restrict_rules": True,
            "use_nlu_confidence_as_score": False,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *truth_objection(config, "check_for_contradictions"),
            *name_objection(config, "core_fallback_action_name"),
            *share_objection(config, "core_fallback_threshold"),
            *truth_objection(config, "enable_fallback_prediction"),
            *whole_number_objection(config, "priority"),
            *truth_objection(config, "restrict_rules"),
            *unused_objection(config, "use_nlu_confidence_as_score", UNHEARD_CONFIDENCE),
        )

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"rules", "domain"})

    @classmethod
    def train(cls, config: Mapping[str, Json], request: CoreTrainingData) -> Mapping[str, Json]:
        """Write rules as rows; stories are left to other policies.

        Raises:
            ProblemsError: Rules contradict each other, or are longer than `restrict_rules` allows; or the domain does
                not know the fallback.
        """
        if config["enable_fallback_prediction"]:
            _check_fallback(config["core_fallback_action_name"], request.domain)
        rules = request.stories.rules
        if config["restrict_rules"]:
            _check_length(rules)
        relevance = Relevance.of_domain(request.domain)
        rows = rule_rows(rules, relevance, checks_contradictions=config["check_for_contradictions"])
        return {RULES_FILE: [row.to_json() for row in rows], RELEVANCE_FILE: relevance.to_json()}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "RulePolicy":
        rows: dict[str, list[RuleRow]] = {}
        for row in sorted(map(RuleRow.from_json, files[RULES_FILE]), key=lambda row: row.demands, reverse=True):
            rows.setdefault(_said_last(row.when[-1]), []).append(row)
        fallback = ActionPrediction(config["core_fallback_action_name"], config["core_fallback_threshold"])
        return cls(
            Relevance.from_json(files[RELEVANCE_FILE]),
            {said: tuple(found) for said, found in rows.items()},
            fallback if config["enable_fallback_prediction"] else None,
        )

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        moments = recorded(dialogue.events, self.relevance, skips_loop_turns=False)
        now = moments[-1]
        matching = self._matching(moments)
        if now.loop is not None:
            return ActionPrediction(_loop_action(now, now.loop, matching), 1.0)
        if matching:
            return ActionPrediction(matching[0].then, 1.0)
        default = _DEFAULT_ANSWERS.get(now.said.get("intent", ""))
        if default is not None:
            return ActionPrediction(default, 1.0)
        if self.fallback is not None and now.action == self.fallback.name:
            return ActionPrediction(LISTEN, 1.0)
        return self.fallback if now.is_by_user else None

    def _matching(self, moments: Sequence[Moment]) -> list[RuleRow]:
        candidates = (*self.rows.get(_said_last(moments[-1].said), ()), *self.rows.get("", ()))
        return sorted((row for row in candidates if row.matches(moments)), key=lambda row: row.demands, reverse=True)


def _loop_action(now: Moment, loop: str, matching: Sequence[RuleRow]) -> str:
    """A rule that names the loop may do anything else; else the loop runs once for each message."""
    for row in matching:
        if row.names_loop(loop) and row.then != loop:
            return row.then
    return LISTEN if now.action == loop else loop


def _said_last(said: Mapping[str, Json]) -> str:
    return next((f"{key}: {said[key]}" for key in ("intent", "user", "action", "bot") if key in said), "")


def _check_fallback(name: str, domain: Domain) -> None:
    responses = (base_intent(response.name) for response in domain.responses)
    known = {*DEFAULT_ACTIONS, *responses, *(one.name for one in domain.actions), *(one.name for one in domain.forms)}
    if name not in known:
        near = get_close_matches(name, sorted(known), n=1)
        hint = f"did you mean `{near[0]}`?" if near else "add it to `actions` of the domain"
        raise ProblemsError(
            [Problem("unknown-fallback", f"the domain has no action `{name}`, which is the fallback", hint=hint)]
        )


def _check_length(rules: Sequence[Rule]) -> None:
    problems = [
        Problem(
            "long-rule",
            f"{name} has {count} messages of the user, and rules may have one",
            hint="write it as a story, or set `restrict_rules: false` for RulePolicy",
        )
        for name, count in sorted((describe_rule(rule), message_count(rule)) for rule in rules)
        if count > 1
    ]
    if problems:
        raise ProblemsError(problems)
