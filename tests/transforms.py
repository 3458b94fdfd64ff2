"""Transforms as people write them, one for each thing a transform can do, and a short way to apply them."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ReadingRules,
    Registered,
    Snapshot,
    Transform,
    TransformContext,
    TransformedImporter,
    TransformItem,
)
from tenprint.importers.data import ActionStep, Example, Intent, Story, Synonym
from tenprint.importers.file import FileImporter
from tenprint.importers.transform_results import with_results
from tenprint.importers.transforming import batch_of

RULES = ReadingRules()


class Same(Transform):
    NAME = "same"
    KINDS = tuple(sorted(RULES.item_kinds()))

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        return [item]


class LowerCase(Transform):
    """Lower-cases texts of examples."""

    NAME = "lower-case"
    KINDS = ("intent-example",)

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        return [item.replaced(item.value._replace(text=item.value.text.lower()))]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOptions:
    words: tuple[str, ...] = ("hello", "hi", "howdy")
    most: int = 1


class OtherWords(Transform):
    """Repeats an example with another word for the first one, which it draws."""

    NAME = "other-words"
    VERSION = "2"
    KINDS = ("intent-example",)
    OPTIONS = WordOptions

    def transform_item(self, item: TransformItem) -> Iterator[TransformItem]:
        yield item
        first, *others = self.options.words
        example: Example = item.value
        if first in example.text and not example.entities:
            for word in self.random(item).sample(others, min(self.options.most, len(others))):
                yield item.derived(example._replace(text=example.text.replace(first, word)))


@dataclass(frozen=True, slots=True)
class IntentOptions:
    intents: tuple[str, ...]


class WithoutIntents(Transform):
    """Drops the examples of some intents."""

    NAME = "without-intents"
    KINDS = ("intent-example",)
    OPTIONS = IntentOptions

    async def transform_item(self, item: TransformItem) -> list[TransformItem]:
        await anyio.lowlevel.checkpoint()
        return [] if item.value.intent in self.options.intents else [item]


class Shuffled(Transform):
    """Puts the variations of responses into a drawn order."""

    NAME = "shuffled"
    KINDS = ("response",)

    def transform(self, items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        shuffled = list(items)
        self.random().shuffle(shuffled)
        return shuffled


class Politely(Transform):
    """Adds a word to every response."""

    NAME = "politely"
    KINDS = ("response",)

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        return [item.replaced({**item.value, "text": f"{item.value['text']}, please"})]


class Twice(Transform):
    """Makes of every story one that does everything twice."""

    NAME = "twice"
    KINDS = ("story",)

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        story: Story = item.value
        steps = tuple(
            part for step in story.steps for part in ((step, step) if isinstance(step, ActionStep) else (step,))
        )
        return [item, item.derived(replace(story, name=f"{story.name}, twice", steps=steps))]


class Declaring(Transform):
    """Declares the intents that only examples have."""

    NAME = "declaring"
    KINDS = ("intent", "intent-example")

    async def transform(self, items: Sequence[TransformItem]) -> AsyncIterator[TransformItem]:
        known = {item.value.name for item in items if item.kind == "intent"}
        for item in items:
            yield item
            if item.kind == "intent-example" and item.value.intent not in known:
                known.add(item.value.intent)
                yield item.derived(Intent(item.value.intent), kind="intent")


class Generated(Transform):
    """Makes synonyms of nothing."""

    NAME = "generated"
    KINDS = ("synonym",)

    def transform(self, items: Sequence[TransformItem]) -> list[TransformItem]:
        return [*items, TransformItem("synonym", (), Synonym("nyc", "New York"))]


def transform_of(
    function: Callable[[Any, Any], Any], *kinds: str, name: str = "mine", method: str = "transform_item"
) -> Transform:
    """Make a transform of one function, which takes the transform and what it is given."""
    made = type("Mine", (Transform,), {"NAME": name, "KINDS": kinds, method: function})
    transform: Transform = made({}, TransformContext(name))
    return transform


def each(change: Callable[[TransformItem], Any], *kinds: str, name: str = "mine") -> Transform:
    """Make a transform that is called for each item."""
    return transform_of(lambda _, item: change(item), *kinds, name=name)


def known(*transforms: type[Transform]) -> dict[str, Registered[type[Transform]]]:
    return {each.NAME: Registered(each.NAME, each, "tests") for each in transforms}


def snapshot_with(
    snapshot: Snapshot,
    made: Callable[[Sequence[TransformItem]], Iterable[Any]],
    *kinds: str,
    rules: ReadingRules = RULES,
) -> Snapshot:
    """Give items of a snapshot to a function, and let its results count."""
    batch = batch_of(snapshot, kinds, rules)
    return with_results(batch, list(made(batch.items)), "mine", rules)


def files_through(
    project: Path, *transforms: Transform, rules: ReadingRules | None = None, whole: bool = True
) -> TransformedImporter:
    """Put transforms around the files of a project."""
    context = ImporterContext(project, rules=rules or ReadingRules())
    importer = CombinedDataImporter([FileImporter({}, context)], context)
    return TransformedImporter(importer, transforms, whole=whole)


def items_of_kind(snapshot: Snapshot, *kinds: str) -> list[tuple[tuple[str, ...], str]]:
    """Paths of items without their section, and the places they stand at."""
    return [(item.path[1:], str(snapshot.table.location(item))) for item in snapshot.table.of_kind(*kinds)]


def options_of(transform: type[Transform], context: TransformContext, **options: Any) -> Mapping[str, Any]:
    """Make a transform and return what is recorded of its options."""
    return transform(options, context).applied.options
