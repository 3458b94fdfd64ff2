"""Two transforms that make more data of little: placeholders are filled in, and stories are interrupted."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from tenprint.importers import Problem, ProblemsError, Transform, TransformItem
from tenprint.importers.data import Example, IntentStep, Story
from tenprint.plugins import hookimpl

PLACEHOLDER = re.compile(r"\{(\w+)\}")

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class PlaceholderOptions:
    """Options of an entry `name: placeholders`."""

    tables: tuple[str, ...]
    copies: int = 1


class Placeholders(Transform):
    """Puts elements of a lookup table in the place of its name in braces.

    Options: `tables`, those that are there for this alone, so that nothing is trained on them; and how many `copies` of
    an example are made.
    """

    NAME = "placeholders"
    VERSION = "1"
    KINDS = ("intent-example", "lookup-entry")
    OPTIONS = PlaceholderOptions

    def transform(self, items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        words: dict[str, list[str]] = {name: [] for name in self.options.tables}
        others = []
        for item in items:
            if item.kind == "lookup-entry" and item.value.name in words:
                words[item.value.name].append(item.value.element)
            else:
                others.append(item)
        problems = [problem for item in others for problem in _unfillable(item, words)]
        if problems:
            raise ProblemsError(problems)
        return [result for item in others for result in self._filled(item, words)]

    def _filled(self, item: TransformItem, words: Words) -> Iterator[TransformItem]:
        if item.kind != "intent-example" or not PLACEHOLDER.search(item.value.text):
            yield item
            return
        # Its own random numbers: no other example and no other file changes what is drawn for this one.
        random = self.random(item)
        drawn = [filled(item.value, words, random) for _ in range(self.options.copies)]
        for example in dict.fromkeys(drawn):
            yield item.derived(example)


def filled(example: Example, words: Words, random: Random) -> Example:
    """Fill the placeholders in, and let annotations span what they spanned."""
    drawn = [(*match.span(), random.choice(words[match[1]])) for match in PLACEHOLDER.finditer(example.text)]
    text = example.text
    for start, end, word in reversed(drawn):
        text = text[:start] + word + text[end:]

    def moved(offset: int) -> int:
        return offset + sum(len(word) - (end - start) for start, end, word in drawn if end <= offset)

    spans = []
    for span in example.entities:
        start, end = moved(span.start), moved(span.end)
        # A value that is not the text itself, such as that of a synonym, stays.
        is_text = span.value == example.text[span.start : span.end]
        spans.append(span._replace(start=start, end=end, value=text[start:end] if is_text else span.value))
    return example._replace(text=text, entities=tuple(spans))


def _unfillable(item: TransformItem, words: Words) -> Iterator[Problem]:
    if item.kind != "intent-example":
        return
    for match in PLACEHOLDER.finditer(item.value.text):
        if not words.get(match[1]):
            message = f"there is nothing to put in the place of {match[0]}"
            yield Problem("placeholder", message, item.location, f"name a lookup table {match[1]!r} in `tables`")
        elif any(_crosses(match.span(), (span.start, span.end)) for span in item.value.entities):
            yield Problem("placeholder", f"an annotation ends within {match[0]}", item.location, "annotate all of it")


def _crosses(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return any(one[0] < end < one[1] for end in other)


@dataclass(frozen=True)
class InterruptionOptions:
    """Options of an entry `name: interruptions`."""

    prefix: str = "chitchat"
    copies: int = 1


class Interruptions(Transform):
    """Repeats stories with small talk in between.

    Options: the `prefix` that names of small talk begin with, and how many `copies` of a story are made.
    """

    NAME = "interruptions"
    VERSION = "1"
    KINDS = ("story",)
    OPTIONS = InterruptionOptions

    def transform(self, items: Sequence[TransformItem]) -> Iterator[TransformItem]:
        small_talk = [item.value for item in items if self._is_small_talk(item.value)]
        for item in items:
            yield item
            story = item.value
            turns = [place for place, step in enumerate(story.steps) if place and isinstance(step, IntentStep)]
            if self._is_small_talk(story) or not turns:
                continue
            random = self.random(item)
            for talk in random.sample(small_talk, min(self.options.copies, len(small_talk))):
                place = random.choice(turns)
                steps = (*story.steps[:place], *talk.steps, *story.steps[place:])
                yield item.derived(replace(story, name=f"{story.name}, with {talk.name}", steps=steps))

    def _is_small_talk(self, story: Story) -> bool:
        return story.name.startswith(self.options.prefix)


@hookimpl
def tenprint_register_transforms() -> Iterable[type[Transform]]:
    return [Placeholders, Interruptions]
