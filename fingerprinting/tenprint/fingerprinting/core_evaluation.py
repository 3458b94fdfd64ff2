"""Conversation tests, played: what the assistant would do at each step, compared with what is written. Pure.

Each step is judged by itself: after a wrong one the conversation goes on as it is written. Before each message of the
user but the first, and at the end, the assistant is to wait. Messages with words are asked of the NLU half; those of an
intent alone are taken as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.component import ActionPrediction, Dialogue, Event, Message
from tenprint.fingerprinting.conversation_tests import ConversationTest, TestStep
from tenprint.fingerprinting.evaluation_scores import rounded
from tenprint.fingerprinting.nlu_evaluation import TEST_SCHEMA
from tenprint.importers import Location
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    IntentStep,
    LoopStep,
    OrStep,
    SlotStep,
    UserStep,
    base_intent,
)

LISTEN = "action_listen"

Predict = Callable[[Dialogue], ActionPrediction | None]
Parse = Callable[[str], Message]


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a conversation: what is written, and what would have happened if that is something else."""

    written: str
    location: Location
    happened: str | None = None
    """None where it is right."""
    judged: bool = True
    """Whether it is something that can be wrong."""

    @property
    def is_right(self) -> bool:
        return self.happened is None

    def to_json(self) -> dict[str, Any]:
        return {"expected": self.written, "predicted": self.happened, "location": self.location.to_json()}


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation test, and how it went."""

    test: ConversationTest
    turns: tuple[Turn, ...]

    @property
    def failures(self) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if not turn.is_right)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.test.name,
            "passed": not self.failures,
            "steps": sum(turn.judged for turn in self.turns),
            "location": self.test.location.to_json(),
            "failures": [turn.to_json() for turn in self.failures],
        }


@dataclass(frozen=True, slots=True)
class CoreEvaluation:
    """How conversation tests went."""

    played: tuple[Played, ...]
    model: str | None = None

    @property
    def failed(self) -> tuple[Played, ...]:
        return tuple(one for one in self.played if one.failures)

    @property
    def step_counts(self) -> tuple[int, int]:
        """Steps that are right, and all that were judged."""
        judged = [turn for one in self.played for turn in one.turns if turn.judged]
        return sum(turn.is_right for turn in judged), len(judged)

    def to_json(self) -> dict[str, Any]:
        right, total = self.step_counts
        return {
            "schema": TEST_SCHEMA,
            "tested": "core",
            "model": self.model,
            "stories": {"count": len(self.played), "passed": len(self.played) - len(self.failed)},
            "steps": {"count": total, "right": right, "accuracy": rounded(right / total if total else 0.0)},
            "tests": [one.to_json() for one in self.played],
        }


def play(tests: Iterable[ConversationTest], predict: Predict, parse: Parse | None) -> tuple[Played, ...]:
    """Play tests; without a `parse`, words of the user are believed to mean what is written."""
    return tuple(Played(test, tuple(_turns(test, predict, parse))) for test in tests)


def _turns(test: ConversationTest, predict: Predict, parse: Parse | None) -> Iterator[Turn]:
    events: list[Event] = []
    for written in test.steps:
        step = written.step
        if isinstance(step, OrStep | CheckpointStep):
            continue  # reading has refused them
        if isinstance(step, IntentStep | UserStep):
            if events:
                yield from _waiting(events, predict, written.location)
            yield _user_turn(step, written.location, parse)
        elif isinstance(step, ActionStep | BotStep):
            yield _assistant_turn(step, written, events, predict)
        else:
            yield Turn(_described(step), written.location, judged=False)
        events.append(step)
    if events:
        yield from _waiting(events, predict, test.steps[-1].location)


def _waiting(events: Sequence[Event], predict: Predict, place: Location) -> Iterator[Turn]:
    """Say what the assistant does where it should wait; that it waits is worth no line."""
    last = events[-1]
    if isinstance(last, ActionStep) and last.action == LISTEN:
        return
    said = _predicted(events, predict)
    if said != LISTEN:
        yield Turn(f"action: {LISTEN}", place, _action(said))


def _assistant_turn(
    step: ActionStep | BotStep, written: TestStep, events: Sequence[Event], predict: Predict
) -> Turn:
    wanted = step.action if isinstance(step, ActionStep) else step.text
    said = _predicted(events, predict)
    return Turn(_described(step), written.location, None if said == wanted else _action(said))


def _predicted(events: Sequence[Event], predict: Predict) -> str | None:
    prediction = predict(Dialogue(tuple(events)))
    return None if prediction is None else prediction.name


def _action(name: str | None) -> str:
    return "no action" if name is None else f"action: {name}"


def _user_turn(step: IntentStep | UserStep, place: Location, parse: Parse | None) -> Turn:
    if isinstance(step, UserStep) or step.text is None or parse is None:
        # An end-to-end message means its words, and an intent alone has none.
        return Turn(_described(step), place, judged=False)
    message = parse(step.text)
    found = _user_line(
        None if message.intent is None else message.intent.name,
        (_labelled(step.text, entity.get) for entity in message.entities),
    )
    wanted = _user_line(base_intent(step.intent), (_labelled(step.text, span._asdict().get) for span in step.spans))
    return Turn(f"{wanted}  # {_one_line(step.text)}", place, None if found == wanted else found)


def _user_line(intent: str | None, entities: Iterable[str]) -> str:
    listed = ", ".join(sorted(set(entities)))
    return f"intent: {intent or 'none'}{f' ({listed})' if listed else ''}"


def _labelled(text: str, said: Callable[[str], Any]) -> str:
    """Write an entity with its words; values are left out, as synonyms replace them."""
    role, group = said("role"), said("group")
    words = _one_line(text[said("start") : said("end")])
    return f"{said('entity')}{f'#{role}' if role else ''}{f'@{group}' if group else ''}: {words}"


def _described(step: Event) -> str:
    """Write a step as stories have it, in one line."""
    if isinstance(step, IntentStep):
        return f"intent: {step.intent}"
    if isinstance(step, UserStep):
        return f"user: {_one_line(step.text)}"
    if isinstance(step, BotStep):
        return f"bot: {_one_line(step.text)}"
    if isinstance(step, ActionStep):
        return f"action: {step.action}"
    if isinstance(step, LoopStep):
        return f"active_loop: {'null' if step.loop is None else step.loop}"
    return _slot(step)


def _slot(step: SlotStep) -> str:
    return f"slot_was_set: {step.slot}{f': {step.value}' if step.has_value else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
