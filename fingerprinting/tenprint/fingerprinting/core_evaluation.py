"""Conversation tests, played: what the assistant would do at each step, compared with what is written. Pure.

Each step is judged by itself: after a wrong one the conversation goes on as it is written. Before each message of the
user but the first, and at the end, the assistant is to wait. Messages with words are asked of the NLU half; those of an
intent alone are taken as they are. Slots that a message fills are set. A form that is written not to take a message has
refused it, as forms do with what does not answer their question: then all that is said without it counts, and it need
not go on before it is written to run again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.component import Dialogue, Event, Message
from tenprint.fingerprinting.conversation_tests import ConversationTest, WrittenStep
from tenprint.fingerprinting.evaluation_scores import rounded
from tenprint.fingerprinting.nlu_evaluation import TEST_SCHEMA
from tenprint.fingerprinting.predicting import Predicting, predict_action, surest
from tenprint.fingerprinting.slot_filling import filled_slots
from tenprint.importers import Location
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    IntentStep,
    LoopStep,
    OrStep,
    Slot,
    SlotStep,
    UserStep,
    base_intent,
)

LISTEN = "action_listen"

Parse = Callable[[str], Message]


@dataclass(frozen=True, slots=True)
class Assistant:
    """What plays: policies, what understands messages, and slots that fill themselves."""

    policies: Sequence[Predicting]
    parse: Parse | None = None
    """None believes that words mean what is written beside them."""
    slots: Sequence[Slot] = ()

    def next_action(self, events: Sequence[Event], *, refusing: str | None = None) -> str | None:
        """Name what comes next; a form that is `refusing` the last message is not among it."""
        dialogue = Dialogue(tuple(events))
        if refusing is None:
            predicted = predict_action(self.policies, dialogue)
            return None if predicted is None else predicted.name
        without = Dialogue((*events, LoopStep(None)))
        found = (policy.predict(dialogue) for policy in self.policies)
        again = [
            policy.predict(without) if said is not None and said.name == refusing else said
            for policy, said in zip(self.policies, found, strict=True)
        ]
        prediction = surest(again)
        return None if prediction is None else prediction.name


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


def play(tests: Iterable[ConversationTest], assistant: Assistant) -> tuple[Played, ...]:
    """Play tests, one after the other."""
    return tuple(Played(test, tuple(_turns(test, assistant))) for test in tests)


def _turns(test: ConversationTest, assistant: Assistant) -> Iterator[Turn]:
    events: list[Event] = []
    refusing: str | None = None
    for written in test.steps:
        step = written.step
        if isinstance(step, OrStep | CheckpointStep):
            continue  # reading has refused them
        if isinstance(step, IntentStep | UserStep):
            if events:
                yield from _waiting(events, assistant, written.location, refusing=refusing)
            yield _user_turn(step, written.location, assistant.parse)
        elif isinstance(step, ActionStep | BotStep):
            turn, refusing = _assistant_turn(step, written, events, assistant, refusing=refusing)
            yield turn
        else:
            refusing = None if isinstance(step, LoopStep) else refusing
            yield Turn(_described(step), written.location, judged=False)
        events.append(step)
        if isinstance(step, IntentStep):
            events += filled_slots(step, assistant.slots, active_loop=_loop(events))
    if events:
        yield from _waiting(events, assistant, test.steps[-1].location, refusing=refusing)


def _loop(events: Sequence[Event]) -> str | None:
    return next((event.loop for event in reversed(events) if isinstance(event, LoopStep)), None)


def _waiting(events: Sequence[Event], assistant: Assistant, place: Location, *, refusing: str | None) -> Iterator[Turn]:
    """Say what the assistant does where it should wait; that it waits is worth no line."""
    last = events[-1]
    if isinstance(last, ActionStep) and last.action == LISTEN:
        return
    said = assistant.next_action(events)
    if said is not None and said == refusing:
        said = assistant.next_action(events, refusing=said)
    if said != LISTEN:
        yield Turn(f"action: {LISTEN}", place, _action(said))


def _assistant_turn(
    step: ActionStep | BotStep, written: WrittenStep, events: Sequence[Event], assistant: Assistant, *,
    refusing: str | None,
) -> tuple[Turn, str | None]:  # fmt: skip
    """Judge what the assistant does next, and name the form that has refused the last message since it ran."""
    wanted, loop = step.action if isinstance(step, ActionStep) else step.text, _loop(events)
    said = assistant.next_action(events)
    if said != wanted and said is not None and said == loop:
        refusing = said
        said = assistant.next_action(events, refusing=said)
    turn = Turn(_described(step), written.location, None if said == wanted else _action(said))
    return turn, None if wanted == loop else refusing


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
