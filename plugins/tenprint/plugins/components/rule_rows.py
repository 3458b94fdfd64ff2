"""Rules as rows: what must have been said, in which state, and the action that follows.

    {"when": [{"before": "anything"}, {"action": "booking", "active_loop": null}], "then": "utter_booked"}

The first entry of `when` stands for whatever came before the rule's own steps (`nothing` for a rule that only applies
at the start of a conversation); the others are consecutive moments, the last of them now. An entry names all that it
asks for: a slot with null must not be set, `active_loop` with null means that no loop is active, and what it does not
name does not matter. Of `anything` no slot is asked, as a message may fill the slot that a condition is about; and
whether a loop was active before its first step is not asked by a rule that begins with an action, as that may be the
loop, which ends in the turn it began in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tenprint.fingerprinting import Event, Json
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.data import ActionStep, IntentStep, LoopStep, OrStep, Rule, SlotStep, UserStep
from tenprint.plugins.components.dialogues import variants
from tenprint.plugins.components.json_text import compact_each
from tenprint.plugins.components.moments import BEGINNING, LISTEN, Moment, action_before, is_by_user
from tenprint.plugins.components.relevance import Relevance

Pattern: TypeAlias = Mapping[str, Json]

_STATE_KEYS = ("slots", "active_loop")
_ANYTHING: Pattern = {"before": "anything"}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One prediction that rules make."""

    when: tuple[Pattern, ...]
    then: str

    def to_json(self) -> dict[str, Json]:
        return {"when": list(self.when), "then": self.then}

    @classmethod
    def from_json(cls, value: Json) -> "RuleRow":
        return cls(tuple(value["when"]), value["then"])

    @property
    def demands(self) -> tuple[int, int]:
        """How much a row asks for; of the rows that match, the most demanding one decides."""
        return len(self.when), sum(_demands(pattern) for pattern in self.when)

    def names_loop(self, loop: str) -> bool:
        return bool(self.when[-1].get("active_loop") == loop)

    def matches(self, moments: Sequence[Moment]) -> bool:
        """Tell whether the row's moments are the last ones of a dialogue."""
        if len(self.when) > len(moments):
            return False
        last = moments[-len(self.when) :]
        return all(_fits(pattern, moment) for pattern, moment in zip(reversed(self.when), reversed(last), strict=True))


def rule_rows(rules: Sequence[Rule], relevance: Relevance, *, checks_contradictions: bool) -> tuple[RuleRow, ...]:
    """Write all rules as rows, sorted, each once.

    Raises:
        ProblemsError: Rules say different things about the same moments, or have too many alternatives.
    """
    found: dict[tuple[str, ...], tuple[tuple[Pattern, ...], dict[str, set[str]]]] = {}
    for rule in rules:
        for row in _rows_of(rule, relevance):
            _, actions = found.setdefault(compact_each(row.when), (row.when, {}))
            actions.setdefault(row.then, set()).add(describe_rule(rule))
    ordered = [found[key] for key in sorted(found)]
    contradicting = [_contradiction(when, actions) for when, actions in ordered if len(actions) > 1]
    if contradicting and checks_contradictions:
        raise ProblemsError(contradicting)
    return tuple(RuleRow(when, min(actions)) for when, actions in ordered)


def message_count(rule: Rule) -> int:
    """Count the user's messages in a rule."""
    return sum(
        isinstance(step, IntentStep | UserStep)
        or (isinstance(step, OrStep) and any(isinstance(choice, IntentStep) for choice in step.alternatives))
        for step in rule.steps
    )


def describe_rule(rule: Rule) -> str:
    """Name a rule by its name, where it has one, and by what it says."""
    words = [
        step.intent if isinstance(step, IntentStep) else step.action
        for step in rule.steps
        if isinstance(step, IntentStep | ActionStep)
    ]
    name = f'the rule "{rule.name}"' if rule.name else "a rule"
    return f"{name} ({' > '.join(words)})"


def _rows_of(rule: Rule, relevance: Relevance) -> Iterator[RuleRow]:
    for events in variants(rule.steps, described=describe_rule(rule)):
        when: list[dict[str, Json]] = [dict(BEGINNING if rule.conversation_start else _ANYTHING)]
        for condition in rule.condition:
            _add(when, condition, relevance)
        for event in events:
            is_first = len(when) == 1
            action = action_before(event, is_first=is_first)
            # After just anything, an action says where the rule applies: as a prediction it would always fit.
            if action is not None and (rule.conversation_start or not is_first):
                yield RuleRow(_asked(when, rule), action)
            _add(when, event, relevance)
        if rule.wait_for_user_input:
            yield RuleRow(_asked(when, rule), LISTEN)


def _add(when: list[dict[str, Json]], event: Event, relevance: Relevance) -> None:
    now = when[-1]
    if isinstance(event, SlotStep):
        if relevance.tells(event):
            now["slots"] = {**now.get("slots", {}), event.slot: relevance.feature(event)}
    elif isinstance(event, LoopStep):
        now["active_loop"] = event.loop
    elif not (isinstance(event, ActionStep) and event.action == LISTEN):
        when.append({**relevance.spoken(event), **{key: now[key] for key in _STATE_KEYS if key in now}})


def _asked(when: Sequence[dict[str, Json]], rule: Rule) -> tuple[Pattern, ...]:
    before, *own = (dict(pattern) for pattern in when)
    if not rule.conversation_start:
        by_user = bool(own) and is_by_user(own[0])
        before = {key: value for key, value in before.items() if key == "before" or (by_user and key == "active_loop")}
    return (before, *own)


def _fits(pattern: Pattern, moment: Moment) -> bool:
    loop_fits = "active_loop" not in pattern or pattern["active_loop"] == moment.loop
    slots_fit = all(moment.slots.get(name) == feature for name, feature in pattern.get("slots", {}).items())
    return loop_fits and slots_fit and _was_said(pattern, moment.said)


def _was_said(pattern: Pattern, said: Mapping[str, Json]) -> bool:
    for key in ("intent", "user", "action", "bot"):
        if key in pattern:
            present = said.get("entities", ())
            return pattern[key] == said.get(key) and all(entity in present for entity in pattern.get("entities", ()))
    return pattern["before"] == "anything" or "before" in said


def _demands(pattern: Pattern) -> int:
    starts = pattern.get("before") == "nothing"
    return starts + len(pattern.get("entities", ())) + len(pattern.get("slots", {})) + ("active_loop" in pattern)


def _contradiction(when: Sequence[Pattern], actions: Mapping[str, set[str]]) -> Problem:
    said = [word for pattern in when for key in ("intent", "user", "action", "bot") if (word := pattern.get(key))]
    moment = f"after {' > '.join(said)}" if said else "before anything is said"
    views = "; ".join(f"`{action}` says {' and '.join(sorted(actions[action]))}" for action in sorted(actions))
    return Problem(
        "contradicting-rules",
        f"rules contradict each other {moment}: {views}",
        hint="tell them apart by a condition or a slot, or make one of them a story",
    )
