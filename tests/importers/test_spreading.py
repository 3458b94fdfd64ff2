"""Files are read to the same readings whoever reads them, and processes that help leave nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Event

import anyio
import pytest
from tests.children import children

from tenprint.importers import (
    DocumentId,
    DocumentReading,
    KnownReadings,
    Namespace,
    ReadingRules,
    SourceFile,
    read_file,
)
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.snapshot import Role
from tenprint.importers.spreading import SPREAD_BYTES, read_files
from tenprint.importers.store import Store

pytestmark = pytest.mark.anyio

RULES = ReadingRules(environment={"LANGUAGE": "de"})
PROGRAM = "worker_process"

ODD: dict[str, tuple[Role, str | bytes]] = {
    "config.yml": ("config", "language: ${LANGUAGE}\npipeline: []\n"),
    "domain/variables.yml": ("domain", "responses:\n  utter_a:\n  - text: ${LANGUAGE}\n"),
    "domain/plain.yml": ("domain", "intents:\n- greet\nslots:\n  a:\n    type: text\n    mappings: []\n"),
    "data/wrong.yml": ("data", "nlu:\n- intent: 3\n  examples: |\n    - a\nstories: {\n"),
    "data/warned.yml": ("data", "nlu:\n- intent: greet\n  examples: |\n    - hi\n    no dash\nnlo: 1\n"),
    "data/latin.yml": ("data", b"nlu:\n- intent: caf\xe9\n"),
    "data/test_greet.yml": ("data", "stories:\n- story: tested\n  steps:\n  - user: hi\n    intent: greet\n"),
    "data/old.json": ("data", '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "greet"}]}}'),
    "data/prose.md": ("data", "# Nothing\n"),
    "data/cities.txt": ("lookup", "paris\nrome\n"),
    "data/refers.yml": ("data", "nlu:\n- lookup: city\n  file: cities.txt\n"),
    "data/empty.yml": ("data", ""),
}


STORIES = 150
"""In each of the ordinary files."""


def ordinary(number: int) -> str:
    """Write stories, which take longest to read."""
    steps = "\n".join(f"  - intent: intent_{step}\n  - action: utter_{number % 7}_{step}" for step in range(5))
    stories = (f"- story: path {number} {story}\n  steps:\n{steps}" for story in range(STORIES))
    return "\n".join(["stories:", *stories, ""])


def source_files(size: int) -> dict[int, SourceFile]:
    """Odd files, then ordinary ones until all have at least so many bytes."""
    contents = [(path, role, text if isinstance(text, bytes) else text.encode()) for path, (role, text) in ODD.items()]
    while sum(len(content) for _, _, content in contents) < size:
        contents.append((f"data/stories_{len(contents)}.yml", "data", ordinary(len(contents)).encode()))
    return {
        number: SourceFile(
            DocumentId("file", path), role, content, tables=("city",) if role == "lookup" else ()
        )
        for number, (path, role, content) in enumerate(contents)
    }  # fmt: skip


def serially(files: Mapping[int, SourceFile], rules: ReadingRules = RULES) -> dict[int, DocumentReading]:
    return {number: read_file(file, number, rules) for number, file in files.items()}


@cache
def expected(rules: str = "plain") -> dict[int, DocumentReading]:
    return serially(LARGE, MANY_RULES[rules])


class CountingReadings(KnownReadings):
    """Counts what others have read; where there are others, this process waits until one of them has answered."""

    def __init__(self, folder: Path, *, has_others: bool = False) -> None:
        super().__init__(lambda: Store(folder / "cache"), folder)
        self.from_elsewhere = 0
        self._heard_of_others = Event()
        if not has_others:
            self._heard_of_others.set()

    def add(
        self, file: SourceFile, reading: DocumentReading, rules: ReadingRules, *, table: bytes | None = None
    ) -> None:
        if table is None:
            assert self._heard_of_others.wait(60)
        else:
            self.from_elsewhere += 1
            self._heard_of_others.set()
        super().add(file, reading, rules, table=table)


LARGE = source_files(2 * SPREAD_BYTES)

MANY_RULES = {
    "plain": RULES,
    "namespace": replace(RULES, namespace=Namespace("other")),
    "overlay": replace(RULES, merge=MergeSettings(files=MergeRules("overlay"))),
}


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("rules", MANY_RULES)
async def test_readings_are_those_of_one_process(tmp_path: Path, workers: int, rules: str) -> None:
    known = CountingReadings(tmp_path, has_others=workers > 1)
    assert await read_files(LARGE, MANY_RULES[rules], known, workers=workers) == expected(rules)
    assert (known.from_elsewhere > 0) == (workers > 1)
    assert children(PROGRAM) == []

    known.save()
    again = CountingReadings(tmp_path)
    assert await read_files(LARGE, MANY_RULES[rules], again, workers=workers) == expected(rules)
    assert again.from_elsewhere == 0


async def test_below_the_threshold_no_process_is_started(tmp_path: Path) -> None:
    files = source_files(SPREAD_BYTES)
    del files[max(files)]
    known = CountingReadings(tmp_path)
    assert await read_files(files, RULES, known, workers=4) == serially(files)
    assert known.from_elsewhere == 0


async def test_code_of_plugins_runs_in_this_process_only(tmp_path: Path) -> None:
    known = CountingReadings(tmp_path)
    rules = replace(RULES, kinds=tuple(replace(kind) for kind in BUILT_IN_KINDS))
    assert await read_files(LARGE, rules, known, workers=2) == serially(LARGE, rules)
    assert known.from_elsewhere == 0


async def its_child() -> int:
    """Wait until there is a process that helps."""
    while not (found := children(PROGRAM)):  # noqa: ASYNC110 - another process decides
        await anyio.sleep(0.001)
    return found[0]


async def test_what_a_killed_process_was_reading_is_read_here() -> None:
    found: list[dict[int, DocumentReading]] = []

    async def read() -> None:
        found.append(await read_files(LARGE, RULES, workers=2))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            os.kill(await its_child(), signal.SIGKILL)
    assert found == [expected()]
    assert children(PROGRAM) == []


async def test_a_cancelled_reading_leaves_no_process() -> None:
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: read_files(LARGE, RULES, workers=3))
            await its_child()
            tasks.cancel_scope.cancel()
    assert children(PROGRAM) == []


SCRIPT = """\
import sys
from pathlib import Path
import anyio
from tenprint.importers import ImporterContext
from tenprint.importers.file import FileImporter

print("started", flush=True)
context = ImporterContext(Path(sys.argv[1]), workers=2)
snapshot = anyio.run(FileImporter({}, context).snapshot)
print(len(snapshot.table.rows))
"""


@pytest.fixture
def large_project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for file in list(LARGE.values())[len(ODD) :]:
        (tmp_path / file.id.path).write_bytes(file.content)
    return tmp_path


def test_a_script_without_a_guard_runs_once(large_project: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    (tmp_path / "yaml.py").write_text("raise SystemExit('a file of the project was imported')\n")
    ran = subprocess.run(
        [sys.executable, "-P" if sys.version_info >= (3, 11) else "-I", str(script), str(large_project)],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert ran.stdout == f"started\n{STORIES * (len(LARGE) - len(ODD))}\n"
    assert ran.stderr == ""


def test_an_interrupted_program_leaves_no_process(large_project: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    program = subprocess.Popen(
        [sys.executable, str(script), str(large_project)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    threads = Path(f"/proc/{program.pid}/task")
    found: list[str] = []
    while program.poll() is None and not found:
        for listed in threads.glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended
                found += listed.read_text().split()
    program.send_signal(signal.SIGINT)
    program.communicate(timeout=60)
    assert found
    assert not [pid for pid in found if Path(f"/proc/{pid}/cmdline").exists()]
