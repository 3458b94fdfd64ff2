"""Properties of where things are said to stand."""

from dataclasses import replace
from pathlib import PurePath

from tenprint.importers import Namespace, Snapshot, TrainingDataImporter
from tenprint.plugins.testing.importer_kit import SOURCE, ImporterKit
from tenprint.plugins.testing.kit import skip_after

_PREFIX = "prefix-of-the-kit"
_NAMED = frozenset({"intent", "intent-example", "response", "story", "rule"})
"""Kinds of items whose names a prefix is for."""


class Provenance(ImporterKit):
    """Properties of where things are said to stand."""

    def test_the_constructor_keeps_the_context(self) -> None:
        """The constructor takes options and context, and an importer has the context it was given."""
        importer, context = self.importer(), self.context()
        if not isinstance(importer, TrainingDataImporter):
            self.fail(f"make returned {type(importer).__name__}", "return an importer")
        if getattr(importer, "context", None) != context:
            self.fail("the importer has lost its context", "call `super().__init__(options, context)` first")

    def test_the_source_has_the_name_the_project_gives_it(self) -> None:
        """`source_name` is the name of the entry in the project, which may differ from NAME."""
        name = self.importer().source_name
        if name != SOURCE:
            self.fail(f"source_name is {name!r}, not {SOURCE!r}", "leave source_name as the base class has it")

    def test_every_item_stands_in_a_document(self) -> None:
        """The number of the document of an item is that of one of the documents of the snapshot."""
        snapshot = self.taken()
        for item in snapshot.table:
            if not 0 <= item.document < len(snapshot.documents):
                advice = "number readings from 0, in the order in which they are given to snapshot_of"
                self.fail(f"{item.kind} {item.path} stands in document {item.document}, which there is not", advice)

    def test_tables_list_the_documents_of_the_snapshot(self) -> None:
        """The documents of the tables are those of the snapshot, number by number."""
        snapshot = self.taken()
        ids = tuple(document.id for document in snapshot.documents)
        if ids not in (snapshot.table.documents, snapshot.unmerged.documents) or (
            snapshot.table.documents != snapshot.unmerged.documents
        ):
            self.fail("the tables list other documents than the snapshot has", "make snapshots with snapshot_of")

    def test_no_two_documents_have_the_same_name(self) -> None:
        """Each document has a path of its own, so that a location leads to one place."""
        ids = [document.id for document in self.taken().documents]
        twice = next((each for each in ids if ids.count(each) > 1), None)
        if twice is not None:
            self.fail(f"two documents are called {twice.path!r}", "give each a path of its own")

    def test_items_of_text_have_a_line(self) -> None:
        """What was read from the bytes of a document has a line and a column."""
        snapshot = self.taken()
        for item in snapshot.table:
            if self._text(snapshot, item.document) is not None and not (item.line and item.column):
                self.fail(f"{item.kind} {item.path} has no line", "read documents with tenprint.importers.read_file")

    def test_lines_lie_within_their_document(self) -> None:
        """A line and a column lead to a place that is there, counted from 1."""
        snapshot = self.taken()
        for item in snapshot.table:
            text = self._text(snapshot, item.document)
            lines = None if text is None else text.split("\n")
            if lines is None or not item.line:
                continue
            if item.line > len(lines) or item.column > len(lines[item.line - 1]) + 1:
                where = f"line {item.line}, column {item.column} of {len(lines)} lines"
                self.fail(f"{item.kind} {item.path} stands at {where}", "count both from 1, in the text as it was read")

    def test_locations_name_the_source(self) -> None:
        """Documents and the state of the source bear the name that the project gives the source."""
        snapshot = self.taken()
        names = [*(document.id.source for document in snapshot.documents), *(state.name for state in snapshot.sources)]
        other = next((name for name in names if name != SOURCE), None)
        if other is not None:
            self.fail(f"a location names the source {other!r}, not {SOURCE!r}", "use self.source_name")

    def test_documents_are_named_relative_to_the_source(self) -> None:
        """No path of a document is absolute: reports look the same on every machine."""
        for document in self.taken().documents:
            if PurePath(document.id.path).is_absolute():
                self.fail(f"a document is called {document.id.path}", "name it relative to the project or the source")

    def test_the_rules_of_the_project_are_used(self) -> None:
        """Data is read by the rules of the context: where the project gives the source a prefix, names have it."""
        context = self.context()
        rules = replace(context.rules, namespace=Namespace(_PREFIX))
        prefixed = self.snapshot(self.make(dict(self.options), replace(context, rules=rules)))
        named = any(f"{_PREFIX}." in part for item in prefixed.table for part in item.path)
        if not named and prefixed.table.kinds() & _NAMED:
            self.fail("the prefix of the source is ignored", "give self.context.rules to read_file and snapshot_of")

    def _text(self, snapshot: Snapshot, number: int) -> str | None:
        if not 0 <= number < len(snapshot.documents):
            skip_after("test_every_item_stands_in_a_document")
        content = snapshot.documents[number].content
        return content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else None
