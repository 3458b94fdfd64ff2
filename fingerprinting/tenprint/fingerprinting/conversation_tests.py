"""Conversation tests as they are written: stories, and the line on which each of their steps stands. Pure.

Tests are read as stories are. What has no one course, an `or` or a checkpoint, cannot be tested and is a problem.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tenprint.importers import Limits, Location, Problem, ProblemsError, SourceDocument, errors_among
from tenprint.importers.data import CheckpointStep, OrStep, Rule, Step, Story
from tenprint.importers.reading import MappingNode, Place, Reader, SequenceNode, parse_document, read_stories

_BEFORE_SLOTS = ("intent", "user", "or", "action", "bot", "checkpoint")
"""Keys that say what a step is even if `slot_was_set` stands beside them."""


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """One step, and where it is written."""

    step: Step
    location: Location


@dataclass(frozen=True, slots=True)
class ConversationTest:
    """A conversation that must go exactly like this."""

    name: str
    location: Location
    steps: tuple[WrittenStep, ...]


def read_tests(documents: Iterable[SourceDocument], limits: Limits) -> tuple[ConversationTest, ...]:
    """Read the tests of documents, in their order.

    Raises:
        ProblemsError: They are no stories, or have no one course; all problems at once.
    """
    tests: list[ConversationTest] = []
    problems: list[Problem] = []
    for source in documents:
        if not isinstance(source.content, bytes):
            continue
        reader = Reader(parse_document(source.content, source.id, limits))
        read_stories(reader)
        problems += (*reader.problems, *_rule_problems(reader))
        tests += _tests_of(reader)
    problems += (problem for test in tests for problem in _course_problems(test))
    if errors_among(problems):
        raise ProblemsError(problems)
    return tuple(tests)


def _tests_of(reader: Reader) -> Iterator[ConversationTest]:
    places = dict(_step_places(reader.root))
    for part in reader.parts:
        story = part.value
        if not isinstance(story, Story):
            continue
        known = places.get(part.place, [])
        # A step that could not be read has taken its place with it.
        each = known if len(known) == len(story.steps) else [part.place] * len(story.steps)
        steps = (WrittenStep(step, reader.document.at(place)) for step, place in zip(story.steps, each, strict=True))
        yield ConversationTest(story.name, reader.document.at(part.place), tuple(steps))


def _step_places(root: MappingNode) -> Iterator[tuple[Place, list[Place]]]:
    """Go through the stories of a document: where each begins, and the places of its steps."""
    listed = root.get("stories")
    if not isinstance(listed, SequenceNode):
        return
    for number, story in enumerate(listed):
        steps = story.get("steps") if isinstance(story, MappingNode) else None
        if isinstance(steps, SequenceNode):
            found = [steps.place(index) for index, step in enumerate(steps) for _ in range(_count(step))]
            yield listed.place(number), found


def _count(step: Any) -> int:
    """How many steps are written as one: each slot that is set is one."""
    if not isinstance(step, MappingNode) or any(key in step for key in _BEFORE_SLOTS):
        return 1
    slots = step.get("slot_was_set")
    if not isinstance(slots, SequenceNode):
        return 1
    return sum(len(slot) if isinstance(slot, MappingNode) else 1 for slot in slots)


def _rule_problems(reader: Reader) -> Iterator[Problem]:
    for part in reader.parts:
        if isinstance(part.value, Rule):
            yield Problem(
                "test-course",
                f'the rule "{part.value.name}" is no conversation, so it cannot be tested',
                reader.document.at(part.place),
                "write the conversation below `stories`",
            )


def _course_problems(test: ConversationTest) -> Iterator[Problem]:
    for written in test.steps:
        if isinstance(written.step, OrStep | CheckpointStep):
            what = "an `or`" if isinstance(written.step, OrStep) else "a checkpoint"
            yield Problem(
                "test-course",
                f'the conversation test "{test.name}" has {what}, so it has no one course',
                written.location,
                "write a test for each course",
            )
