"""Transforms with a defect each; what they share with importers is looked at there."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from tests.plugins.testing.good_transform import Polite

from tenprint.importers import TransformItem
from tenprint.importers.data import Example


class NumberForVersion(Polite):
    """Its version is a number."""

    BREAKS = "test_the_version_is_a_text"
    VERSION = 2  # type: ignore[assignment]  # the defect


class ListOfKinds(Polite):
    """Its kinds are no tuple."""

    BREAKS = "test_the_kinds_exist"
    KINDS: ClassVar[Any] = ["intent-example"]


class Idle(Polite):
    """It changes nothing."""

    BREAKS = "test_something_is_transformed"

    def said(self, example: Example, item: TransformItem) -> str:
        del item
        return example.text


class Counting(Polite):
    """It says how many items there were before this one, in all its runs."""

    BREAKS = "test_one_transform_may_be_used_twice"
    count = 0

    def said(self, example: Example, item: TransformItem) -> str:
        self.count += 1
        return f"{super().said(example, item)} {self.count}"


class Ordering(Polite):
    """It says which example came first where they are written."""

    BREAKS = "test_the_order_of_the_source_does_not_matter"

    def transform(self, items: Sequence[TransformItem]) -> Iterator[TransformItem]:
        first = min((item.origin.place for item in items if item.origin is not None), default=0)
        for item in items:
            place = -1 if item.origin is None else item.origin.place
            text = self.said(item.value, item)
            yield item.replaced(item.value._replace(text=f"{text} first")) if place == first else item


class MadeAnew(Polite):
    """Its items do not say where they come from."""

    BREAKS = "test_results_say_where_they_come_from"

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        return [TransformItem(made.kind, made.path, made.value) for made in super().transform_item(item)]


class NeedsItems(Polite):
    """It cannot do without items."""

    BREAKS = "test_nothing_is_no_error"

    def transform(self, items: Sequence[TransformItem]) -> Any:
        assert items[0].kind == "intent-example"
        return super().transform(items)


class Nameless(Polite):
    """It does not say what its results depend on."""

    BREAKS = "test_the_snapshot_says_that_it_was_transformed"

    @property
    def applied(self) -> Any:
        return replace(super().applied, options={})


class Sleepy(Polite):
    """It sleeps on the event loop; where nobody watches it spares the tests the time."""

    BREAKS = "test_the_event_loop_is_never_blocked"

    async def transform_item(self, item: TransformItem) -> list[TransformItem]:  # type: ignore[override]  # async
        if any(thread.name == "tenprint-stalls" for thread in threading.enumerate()):
            time.sleep(0.1)  # noqa: ASYNC251 - the defect
        return super().transform_item(item)
