"""Importers with a defect each in where they say that things stand."""

from collections.abc import Mapping
from dataclasses import replace

from tests.plugins.testing.good import Good

from tenprint.importers import DocumentId, ItemTable, Row, Snapshot


class Moved(Good):
    """Base of those whose items stand elsewhere."""

    def moved(self, row: Row) -> Row:
        return row

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        rows = tuple(self.moved(row) for row in snapshot.table.rows)
        return replace(snapshot, table=ItemTable(snapshot.table.documents, rows))


class OtherDocument(Moved):
    """Its items stand in documents that there are not."""

    BREAKS = "test_every_item_stands_in_a_document"

    def moved(self, row: Row) -> Row:
        return (*row[:4], row[4] + 7, *row[5:])


class NoLine(Moved):
    """It does not say on which line a thing is written."""

    BREAKS = "test_items_of_text_have_a_line"

    def moved(self, row: Row) -> Row:
        return (*row[:5], 0, 0)


class BehindTheEnd(Moved):
    """Its lines are behind the end of the document."""

    BREAKS = "test_lines_lie_within_their_document"

    def moved(self, row: Row) -> Row:
        return (*row[:5], row[5] + 1000, row[6])


class OtherList(Good):
    """Its table lists a document that the snapshot has not."""

    BREAKS = "test_tables_list_the_documents_of_the_snapshot"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        documents = (*snapshot.table.documents, DocumentId(self.label(), "more.yml"))
        return replace(snapshot, table=ItemTable(documents, snapshot.table.rows))


class OneNameForAll(Good):
    """All its documents have one name."""

    BREAKS = "test_no_two_documents_have_the_same_name"

    def shown(self, name: str) -> str:
        del name
        return "faq"


class OtherSource(Good):
    """Its locations name the importer and not the source."""

    BREAKS = "test_locations_name_the_source"

    def label(self) -> str:
        return self.NAME


class AbsolutePaths(Good):
    """Its documents are named by where they lie on this machine."""

    BREAKS = "test_documents_are_named_relative_to_the_source"

    def shown(self, name: str) -> str:
        return str(self.folder().absolute() / name)
