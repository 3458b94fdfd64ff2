"""Properties of what a transform makes of items."""

import re
from typing import Any

import pytest

from tenprint.importers import NotProvided, TransformedImporter
from tenprint.importers.kinds import NLU
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins.testing.pictures import difference, meaning_of
from tenprint.plugins.testing.transform_kit import TransformKit

_VERSION = re.compile(r"\S+")


class Transformation(TransformKit):
    """Properties of what a transform makes of items."""

    def test_the_version_is_a_text(self) -> None:
        """VERSION is a text without blanks: another one says that results are others now."""
        version: Any = type(self.subject()).VERSION
        if not (isinstance(version, str) and _VERSION.fullmatch(version)):
            self.fail(f"VERSION is {version!r}", "write a text, such as '1', and another one when results change")

    def test_the_kinds_exist(self) -> None:
        """KINDS is a tuple of kinds of item that there are."""
        kinds: Any = type(self.subject()).KINDS
        known = self.rules().item_kinds()
        if not (isinstance(kinds, tuple) and kinds and all(kind in known for kind in kinds)):
            self.fail(f"KINDS is {kinds!r}", f"write a tuple of some of these: {', '.join(known)}")

    def test_something_is_transformed(self) -> None:
        """The data of these tests is changed, or all other properties would hold for nothing."""
        if meaning_of(self.before().table.rows) == meaning_of(self.after().table.rows):
            self.fail("the data stays as it is", "let source make data that the transform changes")

    def test_the_order_of_the_source_does_not_matter(self) -> None:
        """The same items in another order are transformed to the same items."""
        self.steady_picture()
        try:
            source = self.reordered(self.source())
        except NotProvided:
            pytest.skip("the source has no NLU data")
        kinds = {kind.name for kind in NLU.item_kinds}
        one, other = (
            meaning_of([row for row in self.run(importer.snapshot).table.rows if row[0] in kinds])
            for importer in (
                TransformedImporter(self.source(), [self.subject()]),
                TransformedImporter(source, [self.subject()]),
            )
        )
        if one != other:
            what = f"in another order the source is transformed differently: {difference(one, other)}"
            self.fail(what, "decide by the item alone; draw from self.random(item)")

    def test_one_transform_may_be_used_twice(self) -> None:
        """A transform that has seen one source makes the same of it again: it keeps nothing between runs."""
        self.steady_picture()
        transform = self.subject()
        one, other = (self.pictured(transform) for _ in range(2))
        if one != other:
            self.fail(f"the second use differs: {difference(one, other)}", "keep no state in self between runs")

    def test_results_say_where_they_come_from(self) -> None:
        """What was changed stands where it was written: items are made by `replaced` and `derived`."""
        before, after = self.before(), self.after()
        if len(before.documents) < len(after.documents) and len(self.given(after)) <= len(self.given(before)):
            self.fail("changed items stand in no source", "return item.replaced(value) or item.derived(value)")

    def test_nothing_is_no_error(self) -> None:
        """A source without any items is transformed without an error."""
        try:
            self.run(lambda: TransformedImporter(MemoryImporter(), [self.subject()]).snapshot())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            self.fail(f"without items it raises {type(error).__name__}: {error}", "expect an empty sequence")

    def test_the_snapshot_says_that_it_was_transformed(self) -> None:
        """The snapshot names the transform with its version, its options and its seed."""
        transform = self.subject()
        applied = [each for each in self.after(transform).transforms if each.name == transform.NAME]
        if not applied:
            self.fail("the snapshot does not name the transform", "leave `applied` as the base class has it")
        if set(applied[0].options) < set(self.options) - set(self._secrets()):
            self.fail("options of the transform are missing in its plan", "give OPTIONS a class with all of them")

    def _secrets(self) -> list[str]:
        return [name for name, value in self.options.items() if isinstance(value, dict)]
