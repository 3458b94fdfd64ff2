"""Files that hold NLU data in the plainest layout: their rows, without what reads all other data. Pure.

`read_file` says the same of such a file, and more of any other. Loading all it needs takes longer than reading one file
does, so a run that reads nothing else asks here first; where there is no answer here, it asks there.
"""

from tenprint.importers.items import Path, Row
from tenprint.importers.kinds import NLU
from tenprint.importers.kinds.nlu import example_rows
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import (
    NOWHERE,
    YAML_SUFFIXES,
    Document,
    ExampleLines,
    MappingNode,
    Place,
    Reader,
    cut_nlu,
    read_plain_entry,
)


def plain_nlu_rows(content: bytes, document: DocumentId) -> tuple[Row, ...] | None:
    """Read a file as training data by the usual rules; None where `read_file` is to be asked.

    That is where it is not of this layout, or there is anything to say about it.

    Raises:
        CanonicalFormError: An annotation has a value without canonical form.
    """
    entries = cut_nlu(content, Limits()) if document.path.endswith(YAML_SUFFIXES) else None
    if entries is None:
        return None
    itemisers = {kind.name: kind.itemise for kind in NLU.item_kinds}
    rows: list[Row] = []

    def add(kind: str, path: Path, value: object, place: Place) -> None:
        digest, facets = itemisers[kind](kind, path, value)
        rows.append((kind, path, digest, facets, 0, *place))

    def add_lines(lines: ExampleLines) -> None:
        rows.extend(example_rows(lines, 0))

    reader = Reader(Document(document, MappingNode(NOWHERE)), add, add_lines)
    for entry in entries:
        read_plain_entry(reader, entry)
    return None if reader.problems else tuple(rows)
