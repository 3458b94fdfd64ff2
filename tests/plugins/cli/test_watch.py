"""`tenprint watch`: real edits, and what is printed after each of them. Nobody sleeps: output is awaited."""

import json
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.children import children
from tests.program import PROJECT, run_code, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

PATIENCE = 60.0
"""Seconds until a test gives up; an answer takes a fraction of one."""


class Watch:
    """A running `tenprint watch`, whose lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def line(self) -> str:
        line = self._lines.get(timeout=PATIENCE)
        assert line is not None, "the watch has ended"
        return line

    def document(self) -> Any:
        return json.loads(self.line())

    def until(self, text: str) -> list[str]:
        lines = [self.line()]
        while text not in lines[-1]:
            lines.append(self.line())
        return lines

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        assert self.process.stderr is not None
        return code, self.process.stderr.read()


@contextmanager
def watching(project: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Watch]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tenprint", "-C", str(project), "watch", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
    )
    try:
        yield Watch(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def write_project(write_project: ProjectWriter) -> ProjectWriter:
    """Write files while watches stand still: it takes several steps, and must be one change on a busy machine too."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        watches = children("watch")
        for pid in watches:
            os.kill(pid, signal.SIGSTOP)
            os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        try:
            return write_project(files)
        finally:
            for pid in watches:
                os.kill(pid, signal.SIGCONT)

    return write


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a trained project."""
    project = write_project(PROJECT)
    assert run_here(capsys, "-C", str(project), "train").code == 0
    return project


def replace(path: Path, content: str) -> None:
    """Write a file as editors do: a new one takes its place."""
    written = path.with_name(f".{path.name}.swp")
    written.write_text(content, encoding="utf-8")
    written.replace(path)


def changes(document: Any) -> list[list[str]]:
    return [change["path"] for change in document["changes"]]


def test_each_edit_is_answered_by_a_plan(project: Path, write_project: ProjectWriter) -> None:
    with watching(project, "--json") as watch:
        assert watch.document()["action"] == "none"
        write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
        first = watch.document()
        assert (first["schema"], first["action"]) == ("tenprint.plan/1", "train")
        assert changes(first) == [["nlu", "greet", "hi there"]]
        replace(project / "domain.yml", PROJECT["domain.yml"].replace("text: hello", "text: hi"))
        assert len(changes(watch.document())) == 2
        # A second edit of a file that was replaced is seen as well.
        replace(project / "domain.yml", PROJECT["domain.yml"])
        assert len(changes(watch.document())) == 1
        write_project({"data/nlu.yml": PROJECT["data/nlu.yml"]})
        assert watch.document()["action"] == "none"


def test_files_and_folders_that_come_and_go_are_noticed(project: Path, write_project: ProjectWriter) -> None:
    with watching(project, "--json") as watch:
        watch.document()
        write_project({"data/more.yml": "nlu:\n- intent: greet\n  examples: '- one more'\n"})
        assert changes(watch.document()) == [["nlu", "greet", "one more"]]
        (project / "data/more.yml").unlink()
        assert changes(watch.document()) == []
        outside = project.parent / "deep"
        (outside / "er").mkdir(parents=True)
        (outside / "er/nlu.yml").write_text("nlu:\n- intent: greet\n  examples: '- from the deep'\n")
        outside.rename(project / "data/deep")
        assert changes(watch.document()) == [["nlu", "greet", "from the deep"]]
        # A second usual place, which was not there when the watch began.
        write_project({"domain/more.yml": "actions: [action_more]\n"})
        while ["domain", "actions", "action_more"] not in changes(document := watch.document()):
            assert document["schema"] == "tenprint.plan/1"


def test_wrong_data_is_told_and_the_watch_goes_on(project: Path, write_project: ProjectWriter) -> None:
    with watching(project, "--json") as watch:
        watch.document()
        write_project({"data/stories.yml": "stories: [\n"})
        document = watch.document()
        assert document["schema"] == "tenprint.diagnostics/1"
        assert document["problems"][0]["location"]["path"] == "data/stories.yml"
        write_project({"tenprint.yml": "nonsense: 1\n", "data/stories.yml": PROJECT["data/stories.yml"]})
        while "nonsense" not in json.dumps(document := watch.document()):
            assert document["schema"] in ("tenprint.plan/1", "tenprint.diagnostics/1")
        (project / "tenprint.yml").unlink()
        while (document := watch.document())["schema"] == "tenprint.diagnostics/1":
            assert "nonsense" in json.dumps(document)
        assert document["action"] == "none"


def test_a_project_that_is_wrong_from_the_beginning_can_be_mended(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "pipeline: [\n"})
    with watching(project, "--json") as watch:
        assert watch.document()["schema"] == "tenprint.diagnostics/1"
        write_project({"config.yml": PROJECT["config.yml"], "domain.yml": PROJECT["domain.yml"]})
        while "no-training-data" not in json.dumps(watch.document()):
            pass
        write_project(PROJECT)
        while watch.document()["schema"] != "tenprint.plan/1":
            pass


def test_only_what_belongs_to_the_project_counts(project: Path, write_project: ProjectWriter) -> None:
    with watching(project, "--json") as watch:
        watch.document()
        write_project({"notes.yml": "a: 1\n", "models/x.yml": "a: 1\n", ".hidden/nlu.yml": "nlu: []\n"})
        write_project({"data/.nlu.yml.swp": "x", "data/readme.md": "x", "actions/actions.py": "x = 1\n"})
        write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
        # The first answer is that to the last edit: nobody has answered the others.
        assert len(changes(watch.document())) == 1
        assert watch._lines.empty()


def test_each_answer_is_that_of_a_fresh_run(
    project: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    nlu, more = PROJECT["data/nlu.yml"], "nlu:\n  - intent: bye\n    examples: |\n      - see you\n"
    stories = PROJECT["data/stories.yml"]
    write_project({"data/more.yml": more})
    assert run_here(capsys, "-C", str(project), "train").code == 0
    edits = {
        "data/nlu.yml": [
            nlu + "      - howdy\n",
            nlu.replace("hello", "[hello](city)"),
            nlu,
            "nlu: []\n",
            "nlu: [",
            nlu,
        ],
        "data/more.yml": [more + "      - hello\n", more.replace("bye", "greet"), more + "      - see you\n", "", more],
        "data/stories.yml": [stories.replace("story: greet", "story: hi"), stories],
    }
    steps = [(path, content) for path, contents in edits.items() for content in contents]
    chance = random.Random(11)  # noqa: S311 - a seed for the test
    steps += [chance.choice(steps) for _ in range(12)]
    with watching(project, "--json") as machine, watching(project) as people:
        assert machine.document()["action"] == "none"
        people.until("responses")
        for path, content in steps:
            write_project({path: content})
            assert machine.document() == run_here(capsys, "-C", str(project), "plan", "--json").document
            text = run_here(capsys, "-C", str(project), "plan", "--no-cache").out.splitlines(keepends=True)
            told = people.until(f"  {path}\n")
            assert told[0] == "\n"
            assert [people.line() for _ in text] == text


def test_people_are_told_what_changed(project: Path, write_project: ProjectWriter) -> None:
    with watching(project) as watch:
        watch.until("nothing to do")
        write_project({"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: hi")})
        watch.until("  domain.yml\n")
        assert watch.line().startswith("update the domain of ")
        watch.until("~ response: responses > utter_hello")
        code, told = watch.end()
    assert (code, "interrupted" in told, "Traceback" in told) == (130, True, False)


IMPORTING = {
    "config.yml": "importers: [{name: MultiProjectImporter}]\nimports: [../shared]\n" + PROJECT["config.yml"],
    "../shared/config.yml": "language: en\n",
    "../shared/data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - from afar\n",
}


def test_what_was_told_is_not_told_again_because_a_folder_is_gone(project: Path, write_project: ProjectWriter) -> None:
    def another_program() -> None:
        # Meanwhile the other folders are watched anew, and looked at once more.
        assert run_code("import tenprint.plugins.project, tenprint.fingerprinting.plan").code == 0

    with watching(project) as watch:
        told = watch.until("responses up to date")
        write_project({"domain/more.yml": "responses: {utter_more: [{text: more}]}"})
        told += watch.until("1 change")
        another_program()
        shutil.rmtree(project / "domain")
        told += watch.until("nothing to do")
        another_program()
        write_project({"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: hi")})
        told += watch.until("1 change")
    first_lines = [line for line in told if re.match(r"\d\d:\d\d:\d\d  |nothing to do|train|update", line)]
    assert all(line != following for line, following in pairwise(first_lines))


def test_imported_projects_belong_to_it(write_project: ProjectWriter) -> None:
    project = write_project({**PROJECT, **IMPORTING})
    with watching(project, "--json") as watch:
        assert watch.document()["problems"] == []
        write_project({"../shared/data/nlu.yml": "nlu: [\n"})
        document = watch.document()
        assert document["problems"][0]["location"]["path"].endswith("shared/data/nlu.yml")
        write_project({"../shared/data/nlu.yml": IMPORTING["../shared/data/nlu.yml"]})
        assert watch.document()["schema"] == "tenprint.plan/1"


PLUGIN = """
from tenprint.importers import TrainingDataImporter
from tenprint.importers.data import Example, NluData
from tenprint.importers.inputs import Inputs
from tenprint.plugins import hookimpl


class ListImporter(TrainingDataImporter):
    NAME = "list"

    def declared_inputs(self):
        return Inputs(("phrases.txt",))

    def get_nlu_data(self, language="en"):
        lines = (self.context.project / "phrases.txt").read_text().splitlines()
        return NluData(tuple(Example(PREFIX + line, "greet") for line in lines))


PREFIX = ""


@hookimpl
def tenprint_register_importers():
    return [ListImporter]
"""


def test_plugins_of_the_project_and_what_they_declare_belong_to_it(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(
        {
            **PROJECT,
            "watched_list_plugin.py": PLUGIN,
            "phrases.txt": "one\n",
            "tenprint.yml": "plugins: [watched_list_plugin]\nimporters: [{name: file}, {name: list}]\n",
        }
    )
    assert run_here(capsys, "-C", str(project), "train").code == 0
    with watching(project, "--json") as watch:
        assert watch.document()["action"] == "none"
        write_project({"phrases.txt": "two\n"})
        assert changes(watch.document()) == [["nlu", "greet", "two"]]
        write_project({"watched_list_plugin.py": PLUGIN.replace('PREFIX = ""', 'PREFIX = "x"')})
        assert changes(watch.document()) == [["nlu", "greet", "xtwo"]]
        write_project({"watched_list_plugin.py": PLUGIN.replace('PREFIX = ""', "PREFIX = y")})
        assert watch.document()["schema"] == "tenprint.diagnostics/1"
        write_project({"watched_list_plugin.py": PLUGIN, "phrases.txt": "one\n"})
        while watch.document().get("action") != "none":
            pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_is_130_and_leaves_nothing(
    project: Path, number: signal.Signals, tmp_path: Path, temporary_files: Path
) -> None:
    before = tree(project)
    with watching(project, "--json", environment={"TMPDIR": str(temporary_files)}) as watch:
        watch.document()
        code, told = watch.end(number)
    assert (code, "Traceback" in told) == (130, False)
    assert tree(project) == before
    assert list(temporary_files.iterdir()) == []
    assert list(tmp_path.rglob("__pycache__")) == []


def test_the_watch_ends_when_nobody_reads_any_more(project: Path, write_project: ProjectWriter) -> None:
    arguments = [sys.executable, "-m", "tenprint", "-C", str(project), "watch", "--json"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"tenprint.plan/1" in process.stdout.readline()
        process.stdout.close()
        write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


def test_without_the_package_the_error_says_how_to_get_it(project: Path) -> None:
    code = (
        "import sys\nsys.modules['watchfiles'] = None\n"
        "from tenprint.plugins.cli.main import main\nmain(['-C', sys.argv[1], 'watch'])\n"
    )
    outcome = run_code(code, str(project))
    assert (outcome.code, "Traceback" in outcome.err) == (1, False)
    assert "watching files needs the package watchfiles" in outcome.err
    assert "pip install 'tenprint[watch]'" in outcome.err


def test_a_folder_that_is_no_project_is_told_at_once(tmp_path: Path) -> None:
    outcome = run_code(
        "import sys\nfrom tenprint.plugins.cli.main import main\nmain(['-C', sys.argv[1], 'watch'])\n",
        str(tmp_path / "nowhere"),
    )
    assert (outcome.code, "there is no project directory" in outcome.err) == (1, True)
