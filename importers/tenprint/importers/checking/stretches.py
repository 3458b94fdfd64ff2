"""Stories cut at their checkpoints: what stands between two of them is a stretch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tenprint.importers.data import CheckpointStep, Step, Story
from tenprint.importers.items import Item, Part

CONVERSATION_START = "STORY_START"
"""The reserved checkpoint every conversation passes first."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps of one story with their numbers, the checkpoints that open it, and those it leads to."""

    item: Item
    steps: Sequence[tuple[int, Step]]
    starts: Sequence[CheckpointStep]
    ends: Sequence[str]

    @property
    def begins_conversation(self) -> bool:
        return not self.starts or any(start.name == CONVERSATION_START for start in self.starts)


def stretches_of(stories: Iterable[Part]) -> list[Stretch]:
    return [stretch for part in stories for stretch in _stretches(part.item, part.value)]


def _stretches(item: Item, story: Story) -> list[Stretch]:
    found: list[Stretch] = []
    starts: list[CheckpointStep] = []
    steps: list[tuple[int, Step]] = []
    ends: list[str] = []
    for index, step in enumerate(story.steps):
        if isinstance(step, CheckpointStep):
            if steps:
                ends.append(step.name)
            else:
                starts.append(step)
            continue
        if ends:
            found.append(Stretch(item, steps, starts, ends))
            starts, steps, ends = [CheckpointStep(end) for end in ends], [], []
        steps.append((index, step))
    if steps:
        found.append(Stretch(item, steps, starts, ends))
    return found
