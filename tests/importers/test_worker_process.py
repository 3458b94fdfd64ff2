"""A further process reads as this one does, or not at all."""

import os
import pickle
import signal
from collections.abc import Iterator, Sequence

import pytest
from tests.children import children

from tenprint.importers import DocumentId, ReadingRules, SourceFile, read_file
from tenprint.importers.item_tables import reading_of, table_of
from tenprint.importers.worker_process import WorkerProcess, may_be_sent, written_rules

RULES = ReadingRules(environment={"SECRET": "wonderland"})
GOOD = b"nlu:\n- intent: greet\n  examples: |\n    - hello\n"


def data(content: bytes) -> SourceFile:
    return SourceFile(DocumentId("file", "data/nlu.yml"), "data", content)


def rules() -> bytes:
    written = written_rules(RULES)
    assert written is not None
    return written


@pytest.fixture
def process() -> Iterator[WorkerProcess]:
    started = WorkerProcess(rules())
    yield started
    started.end()
    assert started.pid not in children("worker_process")


def tables_of(process: WorkerProcess, files: Sequence[SourceFile]) -> list[bytes | None] | None:
    return process.receive(len(files)) if process.send(files) else None


def test_it_answers_with_a_table_for_each_file(process: WorkerProcess) -> None:
    for _ in range(2):
        tables = tables_of(process, [data(GOOD), data(b"nlu: ["), data(b"")])
        assert tables is not None
        good, wrong, empty = tables
        assert good == table_of(read_file(data(GOOD), 0, RULES), RULES)
        assert wrong is None
        assert empty is not None
        assert reading_of(empty, data(b""), 7, RULES) == read_file(data(b""), 7, RULES)


def test_messages_may_be_larger_than_a_pipe(process: WorkerProcess) -> None:
    lines = b"".join(b"    - hello %d\n" % number for number in range(100_000))
    large = data(b"nlu:\n- intent: greet\n  examples: |\n" + lines)
    assert tables_of(process, [large]) == [table_of(read_file(large, 0, RULES), RULES)]


def test_orders_may_be_sent_ahead_and_are_answered_one_by_one(process: WorkerProcess) -> None:
    first, second = data(GOOD), data(GOOD + b"    - good day\n")
    assert process.takes_ahead(len(second.content))
    assert process.send([first])
    assert process.send([second])
    assert [process.receive(1), process.receive(1)] == [
        [table_of(read_file(file, 0, RULES), RULES)] for file in (first, second)
    ]


def test_a_large_order_waits_for_the_answer_to_the_last_one(process: WorkerProcess) -> None:
    assert not process.takes_ahead(2**20)


def test_there_is_no_answer_from_one_that_was_killed(process: WorkerProcess) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert tables_of(process, [data(GOOD)]) is None
    assert tables_of(process, [data(GOOD)]) is None


def test_there_is_no_answer_from_another_tenprint() -> None:
    _, *others = pickle.loads(rules())  # noqa: S301 - written here
    process = WorkerProcess(pickle.dumps(("/elsewhere/worker_process.py", *others)))
    try:
        assert tables_of(process, [data(GOOD)]) is None
    finally:
        process.end()


def test_values_of_the_environment_are_not_sent() -> None:
    assert b"wonderland" not in rules()
    assert not may_be_sent(data(b"responses: ${SECRET}"))
    assert may_be_sent(data(GOOD))
