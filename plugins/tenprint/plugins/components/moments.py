"""A dialogue as moments: what was said or done, and the state of slots and loop until the next is said or done.

Waiting for the user is no moment of its own: every message shows that the assistant had waited.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tenprint.fingerprinting import Event, Json
from tenprint.importers.data import ActionStep, BotStep, IntentStep, LoopStep, SlotStep, UserStep
from tenprint.plugins.components.dialogues import LinearDialogue
from tenprint.plugins.components.relevance import Relevance

LISTEN = "action_listen"

BEGINNING: Mapping[str, Json] = {"before": "nothing"}
"""What is said before anything is said."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`said` is in the words of stories: `{"intent": "greet"}`, `{"action": "utter_greet"}`."""

    said: Mapping[str, Json]
    slots: Mapping[str, Json]
    """Features of the slots that are set."""
    loop: str | None

    @property
    def is_by_user(self) -> bool:
        return is_by_user(self.said)

    @property
    def action(self) -> str | None:
        """What the assistant did or said, as predictions name it."""
        name: str | None = self.said.get("action", self.said.get("bot"))
        return name

    def to_json(self) -> dict[str, Json]:
        slots = {"slots": dict(self.slots)} if self.slots else {}
        loop = {"active_loop": self.loop} if self.loop is not None else {}
        return {**self.said, **slots, **loop}


def is_by_user(said: Mapping[str, Json]) -> bool:
    """Tell whether what is said is a message."""
    return "intent" in said or "user" in said


class Recording:
    """A dialogue while it happens; the only mutable thing here, and it never leaves the function that made it."""

    def __init__(self, relevance: Relevance, *, skips_loop_turns: bool) -> None:
        """`skips_loop_turns` forgets a message that the active loop took up, as stories do not write it."""
        self._relevance = relevance
        self._skips_loop_turns = skips_loop_turns
        self.moments = [Moment(BEGINNING, relevance.initial_features, None)]

    def add(self, event: Event) -> None:
        now = self.moments[-1]
        if isinstance(event, SlotStep):
            self.moments[-1] = replace(now, slots=self._changed(now.slots, event))
        elif isinstance(event, LoopStep):
            self.moments[-1] = replace(now, loop=event.loop)
        elif self.continues_loop(event):
            before = self.moments[-2]
            self.moments[-2:] = [replace(before, slots=now.slots, loop=now.loop)]
        elif not (isinstance(event, ActionStep) and event.action == LISTEN):
            self.moments.append(Moment(self._relevance.spoken(event), now.slots, now.loop))

    def _changed(self, slots: Mapping[str, Json], step: SlotStep) -> Mapping[str, Json]:
        if not self._relevance.tells(step):
            return slots
        others = {name: feature for name, feature in slots.items() if name != step.slot}
        feature = self._relevance.feature(step)
        return others if feature is None else {**others, step.slot: feature}

    def continues_loop(self, event: Event) -> bool:
        """Tell whether the active loop takes up the last message."""
        now = self.moments[-1]
        if not (self._skips_loop_turns and now.is_by_user and isinstance(event, ActionStep)):
            return False
        return event.action == now.loop == self.moments[-2].loop


def next_actions(dialogue: LinearDialogue, relevance: Relevance) -> Iterator[tuple[Sequence[Moment], str]]:
    """Go through a dialogue: the moments so far, and the action that follows them.

    The list of moments is the same one each time and grows between steps; copy what shall stay.
    """
    recording = Recording(relevance, skips_loop_turns=True)
    for event in dialogue.events:
        action = action_before(event, is_first=len(recording.moments) == 1)
        if action is not None and not recording.continues_loop(event):
            yield recording.moments, action
        recording.add(event)
    if dialogue.is_complete:
        yield recording.moments, LISTEN


def action_before(event: Event, *, is_first: bool) -> str | None:
    """Name the action that an event shows to have been next: none by changes of state, nor by the first message."""
    if isinstance(event, ActionStep):
        return event.action
    if isinstance(event, BotStep):
        return event.text
    if isinstance(event, IntentStep | UserStep):
        return None if is_first else LISTEN
    return None


def recorded(events: Iterable[Event], relevance: Relevance, *, skips_loop_turns: bool) -> Sequence[Moment]:
    """Moments of a whole dialogue."""
    recording = Recording(relevance, skips_loop_turns=skips_loop_turns)
    for event in events:
        recording.add(event)
    return recording.moments
