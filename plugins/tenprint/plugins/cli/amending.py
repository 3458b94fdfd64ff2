"""Amends an answer that nothing is to do, where since then nothing has changed but examples in a few files.

The memo has compared everything else. Of each edited file the rows from before lie in the cache, and those from now are
read; `edited_plan` says when they are enough. The answer is the one of the full way, to the letter.

Rules:
- Any doubt means the full way: a file that holds more than examples and their like, a warning about it, a file that
  names other files, a table that is not what was written down.
- Only text is amended: other formats tell what the nodes will do.
- Only what is needed is imported: this module decides how long one edit takes on a project of any size.
"""

import os
import struct
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tenprint.fingerprinting import Edit, TrainingPlan, edited_plan, read_baseline
from tenprint.importers import (
    DocumentId,
    DocumentReading,
    ReadingRules,
    SourceFile,
    TenprintError,
    read_file,
    reading_of,
    revision_of_digests,
)
from tenprint.plugins.cli.exit_codes import SOMETHING_DUE
from tenprint.plugins.cli.memo import DAMAGES, Differs, Looked
from tenprint.plugins.cli.printing import printable
from tenprint.plugins.report import Findings
from tenprint.plugins.reports.text import TextReport

EDITED_KINDS = ("nlu",)
"""Kinds of data of documents that may be edited."""

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def amended(looked: Looked, environment: Mapping[str, str] = os.environ) -> Looked:
    """Find out what the full way would print after the edits of some files; returned as it is where it has to be gone.

    Args:
        looked: What a look has found: a memo that holds but for the edited files.
        environment: Variables of this run.
    """
    plan = amended_plan(looked, environment)
    if plan is None:
        return looked
    kept = looked.memo["baseline"]
    text = printable(TextReport().render(Findings(plan, now=time.time()))) + "\n" if kept["shown"] else ""
    code = SOMETHING_DUE if kept["exit_code"] and plan.action != "none" else 0
    return looked._replace(text=text, code=code)


def amended_plan(looked: Looked, environment: Mapping[str, str] = os.environ) -> TrainingPlan | None:
    """Plan after the edits a look has found, or after none, without nodes; None where only the full way can tell."""
    if looked.memo is None or looked.memo["baseline"] is None:
        return None
    try:
        return _plan(looked.memo, {path: looked.contents[path] for path in looked.edited}, environment)
    except (*DAMAGES, TenprintError, struct.error):
        return None


def _plan(memo: Any, changed: Mapping[str, bytes], environment: Mapping[str, str]) -> TrainingPlan | None:
    baseline, beside = read_baseline(_content(memo["baseline"]["path"], memo["baseline"]["digest"]))
    rules = ReadingRules(environment=environment)
    order = {path: place for place, (path, _) in enumerate(beside["documents"])}
    edits = [
        _edit(beside, path, changed[path], DocumentId(baseline.source, beside["documents"][order[path]][1]), rules)
        for path in sorted(changed, key=order.__getitem__)
    ]
    digests = {path: digest for path, (digest, *_) in memo["files"].items()}
    digests |= {path: sha256(content).hexdigest() for path, content in changed.items()}
    revision = revision_of_digests((digests[path], shown) for path, shown in beside["documents"])
    return edited_plan(baseline, edits, revision)


def _edit(beside: Any, path: str, content: bytes, document: DocumentId, rules: ReadingRules) -> Edit:
    """Find the rows of a document before and after its edit."""
    place, start, size, digest = beside["tables"][path]
    table = _part(beside["packs"][place], start, size)
    if sha256(table).hexdigest() != digest:
        raise Differs(path)
    before = reading_of(table, SourceFile(document, "data", b""), 0, rules)
    after = read_file(SourceFile(document, "data", content), 0, rules)
    if before is None or not (_is_plain(before) and _is_plain(after)):
        raise Differs(path)
    return Edit(document, before.rows, after.rows)


def _is_plain(reading: DocumentReading) -> bool:
    document = reading.document
    return (document.role, document.kinds, reading.problems, reading.references) == ("data", EDITED_KINDS, (), ())


def _content(path: str, digest: str) -> bytes:
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read()
    if sha256(content).hexdigest() != digest:
        raise Differs(path)
    return content


def _part(path: str, start: int, size: int) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        return os.pread(descriptor, size, start)
    finally:
        os.close(descriptor)
