"""Amends an answer that nothing is to do, where since then nothing has changed but examples in a few files.

The memo has compared everything else. Of each edited file the rows from before lie in the cache, and those from now are
read; `edited_changes` names what differs, or says that it cannot. The answer is the one of the full way, to the letter:
what it tells beside the changes was written down when nothing was to do.

Rules:
- Any doubt means the full way: a file that holds more than examples and their like, a warning about it, a file that
  names other files, a table or a baseline that is not what was written down.
- Only text is amended: other formats tell what the nodes will do.
- Only what is needed is imported: this module decides how long one edit takes on a project of any size. So files of the
  plainest layout are read without the YAML parser, and no plan is made.
"""

import os
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from tenprint.fingerprinting import Block, Change, Edit, edited_changes, read_baseline
from tenprint.importers import DocumentId, Row, TenprintError, head_of_table, plain_nlu_rows, rows_of_table
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.memo import DAMAGES, Differs, Looked
from tenprint.plugins.cli.printing import printable
from tenprint.plugins.reports.change_wording import change_lines

EDITED_KINDS = ("nlu",)
"""Kinds of data of documents that may be edited."""

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Amendment(NamedTuple):
    """What differs after edits, and what the run before them has left beside its baseline."""

    changes: tuple[Change, ...]
    beside: Any


def amended(looked: Looked, environment: Mapping[str, str] = os.environ) -> Looked:
    """Find out what the full way would print after the edits of some files; returned as it is where it has to be gone.

    Args:
        looked: What a look has found: a memo that holds but for the edited files.
        environment: Variables of this run.
    """
    found = amendment(looked, environment)
    if found is None:
        return looked
    if not found.changes:
        return looked._replace(text=looked.memo["output"])
    try:
        return _told(looked, found)
    except DAMAGES:
        return looked


def _told(looked: Looked, found: Amendment) -> Looked:
    kept, told = looked.memo["baseline"], found.beside["told"]
    lines = [*told["before"], *change_lines(found.changes), *told["after"]]
    text = printable("\n".join(lines)) + "\n" if kept["shown"] else ""
    return looked._replace(text=text, code=SOMETHING_DUE if kept["exit_code"] and told["due"] else 0)


def amendment(looked: Looked, environment: Mapping[str, str] = os.environ) -> Amendment | None:
    """Tell what differs after the edits a look has found, or after none; None where only the full way can tell."""
    if looked.memo is None or looked.memo["baseline"] is None:
        return None
    try:
        return _amendment(looked, environment)
    except (*DAMAGES, TenprintError, struct.error):
        return None


def _amendment(looked: Looked, environment: Mapping[str, str]) -> Amendment | None:
    kept = looked.memo["baseline"]
    file = kept["path"]
    baseline, beside = read_baseline(_part(file, 0, kept["size"], kept["digest"]))
    edits = [
        _edit(beside, path, DocumentId(beside["source"], shown), looked.contents[path], environment)
        for path, shown in beside["documents"]
        if path in looked.edited
    ]

    def read(block: Block) -> bytes:
        return _part(file, *block)

    changes = edited_changes(baseline, edits, read) if len(edits) == len(looked.edited) else None
    return None if changes is None else Amendment(changes, beside)


def _edit(beside: Any, path: str, document: DocumentId, content: bytes, environment: Mapping[str, str]) -> Edit:
    """Find the rows of a document before and after its edit."""
    place, *part = beside["tables"][path]
    head, digests = head_of_table(_part(beside["packs"][place], *part))
    if (head["role"], head["kinds"], head["problems"], head["references"]) != ("data", list(EDITED_KINDS), [], []):
        raise Differs(path)
    after = plain_nlu_rows(content, document)
    return Edit(
        document,
        rows_of_table(head, digests, 0),
        _parsed_rows(content, document, environment) if after is None else after,
    )


def _parsed_rows(content: bytes, document: DocumentId, environment: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the rows of a document of any layout."""
    from tenprint.importers import ReadingRules, SourceFile, read_file  # noqa: PLC0415 - load what reads all data

    reading = read_file(SourceFile(document, "data", content), 0, ReadingRules(environment=environment))
    found = reading.document
    if (found.role, found.kinds, reading.problems, reading.references) != ("data", EDITED_KINDS, (), ()):
        raise Differs(document.path)
    return reading.rows


def _part(path: str, start: int, size: int, digest: str) -> bytes:
    """Read a part of a file that has this digest."""
    descriptor = os.open(path, _FLAGS)
    try:
        content = os.pread(descriptor, size, start)
    finally:
        os.close(descriptor)
    if sha256(content).hexdigest() != digest:
        raise Differs(path)
    return content
