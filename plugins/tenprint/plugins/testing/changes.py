"""Properties of a source that changes, of two sources, and of where they lie."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tenprint.fingerprinting import fingerprint_of
from tenprint.importers import Snapshot, gather
from tenprint.plugins.testing.importer_kit import ImporterKit
from tenprint.plugins.testing.kit import skip_after
from tenprint.plugins.testing.pictures import difference, meaning_of


class Changes(ImporterKit):
    """Properties of a source that changes, of two sources, and of where they lie."""

    def test_the_fingerprint_of_equal_data_is_equal(self) -> None:
        """An unchanged source has an unchanged fingerprint, in another folder too."""
        self.steady_picture()
        other = self.folder / "another" / "project"
        other.parent.mkdir()
        first, second = (self.taken(project) for project in (self.project, other))
        one, two = (meaning_of(snapshot.table.rows) for snapshot in (first, second))
        if one != two:
            what = f"equal sources of two projects are read differently: {difference(one, two)}"
            self.fail(what, "let no path of this machine into the data")
        if self._fingerprint(first) != self._fingerprint(second):
            self.fail("equal sources of two projects have different fingerprints", "make snapshots with snapshot_of")

    def test_a_change_changes_the_fingerprint(self) -> None:
        """A change of the source is in the fingerprint of the next importer."""
        before = self.taken()
        if not len(before.table):
            skip_after("test_the_source_has_data")
        self.change()
        if self._fingerprint(before) == self._fingerprint(self.taken()):
            self.fail("a change of the source goes unnoticed", "keep nothing of the source beyond one importer")

    def test_a_change_changes_the_revision(self) -> None:
        """A revision is a token that differs when the data differs; without such a token it is None."""
        before = self.taken()
        self.change()
        after = self.taken()
        if self._fingerprint(before) == self._fingerprint(after):
            skip_after("test_a_change_changes_the_fingerprint")
        revision = before.sources[0].revision
        if revision is not None and revision == after.sources[0].revision:
            advice = "compute the revision from what changes with the data, or leave it None"
            self.fail(f"the data changed, and the revision is still {revision!r}", advice)

    def test_an_unchanged_source_keeps_its_revision(self) -> None:
        """The revision of an unchanged source is the same in every run."""
        self.steady_picture()
        first, second = (self.taken().sources[0].revision for _ in range(2))
        if first != second:
            self.fail(f"one source has the revisions {first!r} and {second!r}", "no times and counters in a revision")

    def test_two_projects_do_not_mix(self) -> None:
        """Two importers with different sources in one process read each their own."""
        other = self.folder / "other"
        self.options_of(other)
        self.change(other)
        self.steady_picture()
        alone = [meaning_of(self.taken(project).table.rows) for project in (self.project, other)]
        importers = [self.importer(project) for project in (self.project, other)]
        taken = self.run(lambda: gather([importer.snapshot for importer in importers]))
        for expected, snapshot in zip(alone, taken, strict=True):
            found = meaning_of(snapshot.table.rows)
            if expected != found:
                what = f"beside another one an importer reads other data: {difference(expected, found)}"
                self.fail(what, "keep state in self, never in the class")

    def test_a_relative_project_is_found(self) -> None:
        """The folder of the project may be relative to the current directory, as users write it."""
        expected = len(self.taken().table)
        relative = replace(self.context(), project=Path(self.project.name))
        found = self.in_directory(self.project.parent, lambda: self.snapshot(self.make(dict(self.options), relative)))
        if len(found.table) != expected:
            self.fail("a relative project folder is not found", "join paths with self.context.project")

    def _fingerprint(self, snapshot: Snapshot) -> Any:
        # Keys of the fingerprint are those a training reads; the items are all there is.
        kinds = self.context().rules.item_kinds()
        return fingerprint_of(snapshot.table, kinds), meaning_of(snapshot.table.rows)
