"""Stories as linear dialogues: alternatives written out, checkpoints followed.

- A story falls into stretches, cut at its checkpoints. A stretch that no checkpoint opens begins a conversation.
- A stretch that ends in a checkpoint goes on in every stretch which that checkpoint opens and whose conditions hold.
- A dialogue passes each checkpoint at most once: where it comes back to one it breaks off, after the first thing said
  there if that is the assistant's. So circles end, and yet it is known how they go on.
- Where a checkpoint opens nothing, what comes next is not known, and the dialogue is not complete.
- What no conversation can reach is no dialogue.

Equal dialogues are kept once, and their order does not depend on that of the stories.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from math import prod
from typing import Any

from tenprint.fingerprinting import Event
from tenprint.importers import Problem, ProblemsError, canonical_digest
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    IntentStep,
    OrStep,
    SlotStep,
    Step,
    Story,
    UserStep,
)

MAX_DIALOGUES = 50_000
"""Real projects have hundreds to a few thousand; twenty `or` of three alternatives in one story have 3.5 billion."""

CONVERSATION_START = "STORY_START"
"""The reserved checkpoint that every conversation passes first."""


@dataclass(frozen=True, slots=True)
class LinearDialogue:
    """Events in one line; after a complete dialogue the assistant waits for the user."""

    events: tuple[Event, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a story between checkpoints, once for each way through its alternatives."""

    starts: tuple[CheckpointStep, ...]
    variants: tuple[tuple[Event, ...], ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Path:
    """A dialogue being written out: what has happened, ending with the stretch; and the checkpoints on the way."""

    events: tuple[Event, ...]
    stretch: _Stretch
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Network:
    """All stretches by the checkpoints that open them."""

    opened: Mapping[str, Sequence[tuple[CheckpointStep, _Stretch]]]
    initial_slots: Mapping[str, Any]

    def beyond(self, checkpoint: str, events: Sequence[Event] = ()) -> Iterator[tuple[tuple[Event, ...], _Stretch]]:
        """Go through all ways on from a checkpoint that the events so far allow."""
        for start, stretch in self.opened.get(checkpoint, ()):
            if _holds(start, events, self.initial_slots):
                for variant in stretch.variants:
                    yield variant, stretch


def linear_dialogues(
    stories: Iterable[Story], *, initial_slots: Mapping[str, Any], limit: int = MAX_DIALOGUES
) -> tuple[LinearDialogue, ...]:
    """Write out all dialogues.

    Raises:
        ProblemsError: There are more than `limit`.
    """
    opened: dict[str, list[tuple[CheckpointStep, _Stretch]]] = {}
    for stretch in [stretch for story in stories for stretch in _stretches(story, limit)]:
        for start in stretch.starts:
            opened.setdefault(start.name, []).append((start, stretch))
    network = _Network(opened, initial_slots)
    names: dict[int, bytes] = {}
    found: dict[tuple[bytes, bool], LinearDialogue] = {}
    waiting = [_Path(events, stretch) for events, stretch in network.beyond(CONVERSATION_START)]
    while waiting:
        longer, finished = _continued(waiting.pop(), network)
        waiting += longer
        for dialogue in finished:
            found.setdefault((_order(dialogue.events, names), dialogue.is_complete), dialogue)
        if len(waiting) + len(found) > limit:
            raise ProblemsError([_too_many("checkpoints and alternatives of the stories", limit)])
    return tuple(dialogue for _, dialogue in sorted(found.items(), key=lambda item: item[0]))


def _continued(path: _Path, network: _Network) -> tuple[list[_Path], list[LinearDialogue]]:
    """Take a path one stretch further: the longer paths, and the dialogues that end here."""
    if not path.stretch.ends:
        return [], [LinearDialogue(path.events)]
    longer: list[_Path] = []
    finished: list[LinearDialogue] = []
    for end in path.stretch.ends:
        for events, stretch in network.beyond(end, path.events):
            if end in path.passed:
                finished.append(_broken_off(path.events, events))
            else:
                longer.append(_Path((*path.events, *events), stretch, path.passed | {end}))
    if not longer and not finished:
        finished.append(LinearDialogue(path.events, is_complete=False))
    return longer, finished


def variants(steps: Sequence[Step], *, described: str, limit: int = MAX_DIALOGUES) -> tuple[tuple[Event, ...], ...]:
    """Write out the alternatives of steps without checkpoints.

    Raises:
        ProblemsError: There are more than `limit` ways through them.
    """
    choices: list[tuple[Event, ...]] = []
    for step in steps:
        if isinstance(step, OrStep):
            choices.append(step.alternatives)
        elif not isinstance(step, CheckpointStep):
            choices.append((step,))
    if prod(len(choice) for choice in choices) > limit:
        raise ProblemsError([_too_many(f"alternatives of {described}", limit)])
    return tuple(product(*choices))


def _stretches(story: Story, limit: int) -> list[_Stretch]:
    found: list[_Stretch] = []
    starts: list[CheckpointStep] = []
    body: list[Step] = []
    ends: list[str] = []

    def close() -> None:
        described = f'the story "{story.name}"' if story.name else "a story"
        opening = tuple(starts) or (CheckpointStep(CONVERSATION_START),)
        found.append(_Stretch(opening, variants(body, described=described, limit=limit), tuple(ends)))

    for step in story.steps:
        if isinstance(step, CheckpointStep):
            if body:
                ends.append(step.name)
            else:
                starts.append(step)
            continue
        if ends:
            close()
            starts, body, ends = [CheckpointStep(end) for end in ends], [], []
        body.append(step)
    if body:
        close()
    return found


def _broken_off(events: tuple[Event, ...], following: tuple[Event, ...]) -> LinearDialogue:
    """End a dialogue where its circle closes, with as much of what follows as tells the next action."""
    for position, event in enumerate(following):
        if isinstance(event, IntentStep | UserStep):
            return LinearDialogue(events)
        if isinstance(event, ActionStep | BotStep):
            return LinearDialogue((*events, *following[: position + 1]), is_complete=False)
    return LinearDialogue(events, is_complete=False)


def _holds(start: CheckpointStep, events: Sequence[Event], initial_slots: Mapping[str, Any]) -> bool:
    """Tell whether the slots have, after the events, the values a checkpoint asks for."""
    if not start.slots:
        return True
    slots = {**initial_slots, **{event.slot: event.value for event in events if isinstance(event, SlotStep)}}
    return all(slots.get(condition.slot) == condition.value for condition in start.slots if condition.has_value)


def _order(events: Sequence[Event], names: dict[int, bytes]) -> bytes:
    """Bytes to sort a dialogue by; `names` keeps those of a step, which stands in many dialogues."""
    for event in events:
        if id(event) not in names:
            names[id(event)] = canonical_digest((type(event).__name__, *astuple(event)))
    return b"".join(names[id(event)] for event in events)


def _too_many(what: str, limit: int) -> Problem:
    return Problem(
        "too-many-dialogues",
        f"{what} make more than {limit} dialogues",
        hint="split the story, or write fewer `or` and checkpoints: each multiplies the dialogues to learn",
    )
