"""Properties of what getters and snapshots answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers import Snapshot, gather, items_of
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.plugins.testing.importer_kit import GETTERS, ImporterKit
from tenprint.plugins.testing.pictures import Picture, changeable_part, difference, meaning_of, picture_of

_TYPES: Mapping[str, type] = {
    "get_config": Mapping,
    "get_domain": Domain,
    "get_stories": Stories,
    "get_nlu_data": NluData,
    "get_conversation_tests": Stories,
}


class Answers(ImporterKit):
    """Properties of what getters and snapshots answer."""

    def test_the_source_has_data(self) -> None:
        """Something is read from the source of these tests, or all other properties would hold for nothing."""
        if not len(self.snapshot(self.importer()).table):
            self.fail("the snapshot has no items", "let write_source write data that the importer reads")

    def test_getters_answer_with_values_of_their_kind(self) -> None:
        """Each getter returns the value of its kind, or raises NotProvided."""
        answers = self.run(lambda: self.in_turn(self.importer()))
        for getter, answer in answers.items():
            if answer is not None and not isinstance(answer, _TYPES[getter]):
                advice = f"return {_TYPES[getter].__name__}, or leave the getter out"
                self.fail(f"{getter} returned {type(answer).__name__}", advice)

    def test_the_file_for_completion_is_a_path_or_none(self) -> None:
        """`get_config_file_for_auto_config` returns a path, or None where there is no such file."""
        answer = self.run(self.importer().get_config_file_for_auto_config)
        if not (answer is None or isinstance(answer, Path)):
            told = f"get_config_file_for_auto_config returned {type(answer).__name__}"
            self.fail(told, "return a pathlib.Path or None, or leave it out")

    def test_a_snapshot_is_a_snapshot_with_its_source(self) -> None:
        """`snapshot` returns a Snapshot that says from how many sources it is: this one."""
        found: Any = self.snapshot(self.importer())
        if not isinstance(found, Snapshot):
            self.fail(f"snapshot returned {type(found).__name__}", "return what tenprint.importers.snapshot_of makes")
        if len(found.sources) != 1:
            self.fail(f"the snapshot has {len(found.sources)} sources", "make it with snapshot_of and one SourceState")

    def test_the_snapshot_holds_what_the_getters_tell(self) -> None:
        """Items of the values of the getters are the items of the snapshot: both ways lead to the same data."""
        importer = self.importer()

        async def both() -> tuple[dict[str, Any], Snapshot]:
            return await self.in_turn(importer), await importer.snapshot()

        answers, snapshot = self.run(both)
        rules = importer.context.rules
        rows = [
            row
            for getter, kind in GETTERS.items()
            if kind is not None and isinstance(answers[getter], _TYPES[getter])
            for row in items_of(kind, answers[getter], rules)
        ]
        told = meaning_of(rows)
        answered = {row[0] for row in rows}
        expected = meaning_of([row for row in snapshot.table.rows if row[0] in answered])
        if told != expected:
            what = f"getters and snapshot tell different data: {difference(told, expected)}"
            self.fail(what, "let one of them be computed from the other, as SnapshotImporter does")

    def test_getters_answer_the_same_again(self) -> None:
        """Asked twice, a getter gives equal values."""
        importer = self.importer()

        async def twice() -> list[dict[str, Any]]:
            return [await self.in_turn(importer), await self.in_turn(importer)]

        first, second = self.run(twice)
        for getter, answer in first.items():
            if answer != second[getter]:
                self.fail(f"{getter} answers differently when it is asked again", "keep no state between calls")

    def test_all_getters_may_be_asked_at_once(self) -> None:
        """Getters that run at the same time give what they give one after the other."""
        self.steady_picture()
        alone = self.run(lambda: self.in_turn(self.importer()))
        together = self.run(lambda: self.all_asked(self.importer()))
        for getter, answer in alone.items():
            if together[getter] != answer:
                advice = "share no cursor or buffer between getters, or guard it with a lock"
                self.fail(f"{getter} answers differently while the others run", advice)

    def test_ten_snapshots_at_once_are_the_same(self) -> None:
        """Ten callers who ask for the snapshot at the same time get the same one."""
        importer = self.importer()
        taken = self.run(lambda: gather([importer.snapshot] * 10))
        pictures = {picture_of(snapshot) for snapshot in taken}
        if len(pictures) > 1:
            advice = "take it once: derive from SnapshotImporter, or leave `snapshot` to the base class"
            self.fail(f"ten callers at once got {len(pictures)} different snapshots", advice)

    def test_a_snapshot_is_taken_once(self) -> None:
        """A run sees one state of the source: what changes meanwhile is in the next importer, not in this one."""
        importer = self.importer()

        async def before_and_after() -> list[Picture]:
            before = await importer.snapshot()
            self.change()
            return [picture_of(before), picture_of(await importer.snapshot())]

        first, second = self.run(before_and_after)
        if first != second:
            what = f"the second snapshot of one importer differs: {difference(first, second)}"
            self.fail(what, "derive from SnapshotImporter, or leave `snapshot` to the base class")

    def test_answers_are_frozen(self) -> None:
        """Values hold tuples, never lists, so that nobody can change what others have been given."""
        answers = self.run(lambda: self.in_turn(self.importer()))
        for getter, answer in answers.items():
            told = None if isinstance(answer, Mapping) else changeable_part(answer, getter)
            if told is not None:
                self.fail(f"{told}, which can be changed", "build the values of tenprint.importers.data with tuples")

    def test_changing_an_answer_changes_no_other(self) -> None:
        """A caller who changes the configuration it was given changes nobody else's."""
        importer = self.importer()

        async def changed() -> Any:
            first = await self.asked(importer, "get_config")
            if not isinstance(first, dict) or not first:
                pytest.skip("the importer has no configuration that could be changed")
            first.clear()
            return await self.asked(importer, "get_config")

        if not self.run(changed):
            self.fail("a changed answer of get_config is given to the next caller", "return a new mapping each time")
