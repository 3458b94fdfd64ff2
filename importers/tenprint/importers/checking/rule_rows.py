"""Rules as rows: what must have been said in which state, and what follows.

The first pattern of a row stands for whatever came before the rule's own steps. What a rule does before anybody has
said anything is where it picks up a dialogue, and no row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from tenprint.importers.checking.visible import LISTEN, LOOP, Said, Sight, is_by_user, next_action
from tenprint.importers.data import ActionStep, CheckpointStep, LoopStep, OrStep, Rule, SlotStep, Step
from tenprint.importers.items import Item, Part

MOST_VARIANTS = 1000
"""Ways through the alternatives of one rule that are looked at."""

Demands = tuple[tuple[str, str | None], ...]
"""What a pattern asks of slots and loop, sorted by name; None asks for an empty slot or no loop."""


class Pattern(NamedTuple):
    """One moment as a rule asks for it; `said` None is whatever came before the rule."""

    said: Said | None
    demands: Demands


class RuleRow(NamedTuple):
    """One thing a rule decides, and the step that says so."""

    when: tuple[Pattern, ...]
    starts_conversation: bool
    then: str
    rule: Item
    step: int

    @property
    def weight(self) -> tuple[int, int]:
        """How much a row asks for: where several apply, the one that asks for most decides."""
        wanted = sum(len(pattern.demands) + len(pattern.said[2] if pattern.said else ()) for pattern in self.when)
        return len(self.when), wanted + self.starts_conversation


def rows_of(rules: Iterable[Part], sight: Sight) -> list[RuleRow]:
    return [row for part in rules for row in _rows(part.item, part.value, sight)]


def _rows(item: Item, rule: Rule, sight: Sight) -> Iterator[RuleRow]:
    for steps in _variants(rule.steps):
        when = [Pattern(None, _after((), rule.condition, sight))]
        index = 0
        for index, step in steps:
            if isinstance(step, SlotStep | LoopStep):
                when[-1] = when[-1]._replace(demands=_after(when[-1].demands, (step,), sight))
            elif not isinstance(step, OrStep | CheckpointStep) and step != ActionStep(LISTEN):
                said = sight.said(step)
                if len(when) > 1:
                    yield RuleRow(tuple(when), rule.conversation_start, next_action(said), item, index)
                when.append(Pattern(said, when[-1].demands))
        last = when[-1].said
        if rule.wait_for_user_input and last is not None and not is_by_user(last):
            yield RuleRow(tuple(when), rule.conversation_start, LISTEN, item, index)


def _variants(steps: Sequence[Step]) -> Iterator[Sequence[tuple[int, Step]]]:
    """Steps with their numbers, once for each way through the alternatives; none where there are too many."""
    choices: list[Sequence[Step]] = [step.alternatives if isinstance(step, OrStep) else (step,) for step in steps]
    if prod(len(choice) for choice in choices) <= MOST_VARIANTS:
        yield from (tuple(enumerate(chosen)) for chosen in product(*choices))


def _after(demands: Demands, steps: Iterable[SlotStep | LoopStep], sight: Sight) -> Demands:
    state: dict[str, str | None] = dict(demands)
    for step in steps:
        if isinstance(step, LoopStep):
            state[LOOP] = step.loop
        elif (seen := sight.slot(step)) is not None:
            state[seen[0]] = seen[1]
    return tuple(sorted(state.items(), key=lambda change: change[0]))


class Scene(NamedTuple):
    """One moment of a story: what may have been said, and the state as far as it is known."""

    said: tuple[Said, ...]
    state: Mapping[str, str | None]
    knows_all: bool
    """Whether what the state does not name is empty."""


def applies(row: RuleRow, scenes: Sequence[Scene]) -> bool:
    """Tell whether a row is about the last scenes of a story; the first scene stands for what came before."""
    size = len(row.when)
    if size > len(scenes):
        return False
    if row.starts_conversation and (size != len(scenes) or not scenes[0].knows_all):
        return False
    return all(_fits(pattern, scene) for pattern, scene in zip(row.when, scenes[-size:], strict=True))


def _fits(pattern: Pattern, scene: Scene) -> bool:
    for name, wanted in pattern.demands:
        if name not in scene.state:
            if wanted is not None or not scene.knows_all:
                return False
        elif scene.state[name] != wanted:
            return False
    return pattern.said is None or any(_is_meant(pattern.said, said) for said in scene.said)


def _is_meant(wanted: Said, said: Said) -> bool:
    return wanted[:2] == said[:2] and set(wanted[2]) <= set(said[2])
