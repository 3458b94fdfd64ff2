"""Wrong sources of every kind through the real program, by users and by attackers.

The rules each case checks: exit code 1, a code programs can rely on, file and line where a file is concerned, a hint,
the same answer from every command, no traceback, and nothing written anywhere.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.program import PROJECT, Outcome, run_apart, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = pytest.mark.usefixtures("temporary_files")

COMMANDS = ("validate", "plan", "train", "fingerprint", "show", "export")

HEAD = (
    "from tenprint.importers import ImporterContext, Snapshot, SnapshotImporter, SourceError, TrainingDataImporter\n"
    "from tenprint.importers.data import Domain, Entity, Example, Intent, NluData, Response, Slot, Stories\n"
    "class Own(TrainingDataImporter):\n    NAME = 'own'\n"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Files that make the project wrong, the code and the place this must get, and words the message must hold."""

    files: Mapping[str, str | bytes]
    code: str
    place: str | None = None
    told: tuple[str, ...] = ()
    arguments: tuple[str, ...] = field(default=())


def settings(text: str | bytes, code: str, place: str | None = None, *told: str) -> Wrong:
    return Wrong({"tenprint.yml": text}, code, place, told)


def config(text: str, code: str, place: str | None = None, *told: str) -> Wrong:
    return Wrong({"config.yml": text}, code, place, told)


def own(body: str, code: str, place: str | None = None, *told: str) -> Wrong:
    """Describe a project with an importer of its own, whose class is `Own`."""
    files = {"tenprint.yml": "importers:\n  - name: file\n  - name: peg_own.Own\n", "peg_own.py": HEAD + body}
    return Wrong(files, code, place, told)


def plugin(module: str, code: str, place: str | None, *told: str) -> Wrong:
    return Wrong({"tenprint.yml": "plugins:\n  - peg_plugin\n", "peg_plugin.py": module}, code, place, told)


ENTRY = "tenprint.yml:3:5"

WRONG = {
    # the list of importers
    "no importers": settings("importers:\n", "wrong-type", "tenprint.yml:1:11", "must be a list, not nothing"),
    "importers as text": settings("importers: file\n", "wrong-type", "tenprint.yml:1:12"),
    "importers as a mapping": config("importers:\n  file: {}\n", "wrong-type", "config.yml:2:3"),
    "an importer as text": config("importers:\n  - file\n", "wrong-type", "config.yml:2:5", "- name: file"),
    "an importer as a list": config("importers:\n  - [file]\n", "wrong-type", "config.yml:2:5"),
    "an empty entry": config("importers:\n  -\n", "wrong-type", "config.yml:2:4"),
    "an entry without a name": config(
        "importers:\n  - nmae: file\n", "missing-key", "config.yml:2:5", "`nmae` is an option"
    ),
    "a name that is a number": config("importers:\n  - name: 3\n", "wrong-type", "config.yml:2:11"),
    "a name that is nothing": config("importers:\n  - name:\n", "wrong-type", "config.yml:2:10"),
    "a name of spaces": config("importers:\n  - name: '  '\n", "empty-text", "config.yml:2:11"),
    "a misspelt name": settings(
        "importers:\n  - name: file\n  - name: fiel\n", "unknown-importer", ENTRY, "did you mean file?"
    ),
    "a name of another case": config("importers:\n  - name: File\n", "unknown-importer", "config.yml:2:5", "file?"),
    "an option given twice": config(
        "importers:\n  - name: file\n    data: a\n    data: b\n", "duplicate-key", "config.yml:4:5"
    ),
    "an option that is a number": config(
        "importers:\n  - name: file\n    5: a\n",
        "wrong-type",
        "config.yml:3:5",
        "an option of an importer must be text",
    ),
    "an unknown option": config(
        "importers:\n  - name: file\n    dta: x\n", "option", "config.yml:3:5", "did you mean data?"
    ),
    "a misspelt policy": config(
        "importers:\n  - name: file\n    polcy: optional\n", "option", "config.yml:3:5", "did you mean policy?"
    ),
    "an unknown policy": config(
        "importers:\n  - name: file\n    policy: optinal\n",
        "source-policy",
        "config.yml:3:13",
        "did you mean optional?",
    ),
    "a policy that is a truth": config(
        "importers:\n  - name: file\n    policy: true\n", "source-policy", "config.yml:3:13", "not the boolean true"
    ),
    "two sources of one name": settings(
        "importers:\n  - name: file\n    as: a\n  - name: file\n    as: a\n", "duplicate-name", "tenprint.yml:4:5"
    ),
    "a source named by a list": config("importers:\n  - name: file\n    as: [a]\n", "wrong-type", "config.yml:3:9"),
    # options of files
    "a directory that is nowhere": config(
        "importers:\n  - name: file\n    directory: nope\n", "option", "config.yml:3:5"
    ),
    "a directory that is a file": config(
        "importers:\n  - name: file\n    directory: config.yml\n", "option", "config.yml:3:5"
    ),
    "data that is a number": config("importers:\n  - name: file\n    data: 5\n", "option", "config.yml:3:5"),
    "data that is nowhere in a list": config("importers:\n  - name: file\n    data: []\n", "option", "config.yml:3:5"),
    "a path without a letter": config("importers:\n  - name: file\n    domain: ''\n", "option", "config.yml:3:5"),
    "a list of lists of paths": config("importers:\n  - name: file\n    data: [[a]]\n", "option", "config.yml:3:5"),
    "two domains": config("importers:\n  - name: file\n    domain: [a, b]\n", "option", "config.yml:3:5"),
    # settings
    "settings that are a list": settings("- importers\n", "not-a-mapping", "tenprint.yml:1:1"),
    "settings that are binary": settings(b"importers:\x00\n", "binary-file", "tenprint.yml:1:11"),
    "settings in Latin-1": settings(b"plugins: [caf\xe9]\n", "encoding", "tenprint.yml:1:14"),
    "a misspelt setting": settings("importer: []\n", "unknown-key", "tenprint.yml:1:1", "did you mean importers?"),
    "a namespace for what has no names of its own": settings(
        "merge: {importers: {nlu: namespace}}\n", "unknown-policy", "tenprint.yml:1:26", "domain or stories"
    ),
    "an unknown merge policy": settings("merge: frist\n", "unknown-policy", "tenprint.yml:1:8", "did you mean first"),
    "an unknown level of merging": settings("merge: {file: first}\n", "unknown-key", "tenprint.yml:1:9", "files"),
    "an unknown kind of data to merge": settings(
        "merge:\n  files:\n    respones: error\n", "unknown-kind", "tenprint.yml:3:5", "did you mean response"
    ),
    "merging as a list": settings("merge: [first]\n", "wrong-type", "tenprint.yml:1:8"),
    "merging as nothing": settings("merge:\n", "wrong-type", "tenprint.yml:1:7"),
    # plugins
    "plugins as text": settings("plugins: peg\n", "wrong-type", "tenprint.yml:1:10"),
    "a plugin that is a number": settings("plugins: [3]\n", "wrong-type", "tenprint.yml:1:11"),
    "a plugin that is nowhere": settings(
        "plugins:\n  - no_such_peg\n", "configuration", "tenprint.yml:2:5", "no module named 'no_such_peg'"
    ),
    "a plugin by its path": settings(
        "plugins: [../evil.py]\n", "configuration", "tenprint.yml:1:11", "is no name of Python"
    ),
    "a plugin without hooks": settings("plugins: [json]\n", "configuration", "tenprint.yml:1:11", "has no hooks"),
    "a plugin with a syntax error": plugin("def (:\n", "configuration", "tenprint.yml:2:5", "SyntaxError", "line 1"),
    "a plugin that needs what is missing": plugin(
        "try:\n    import no_such_peg\nexcept ImportError as e:\n    raise RuntimeError('I need it') from e\n",
        "configuration",
        "tenprint.yml:2:5",
        "RuntimeError: I need it; caused by ModuleNotFoundError: No module named 'no_such_peg' (at ",
        "peg_plugin.py:2)",
    ),
    "a plugin that exits with success": plugin(
        "exit(0)\n", "configuration", "tenprint.yml:2:5", "it called sys.exit(0)"
    ),
    "a plugin that interrupts": plugin("raise KeyboardInterrupt\n", "configuration", "tenprint.yml:2:5"),
    "a plugin with an endless message": plugin(
        "raise ValueError('x' * 10**7)\n", "configuration", "tenprint.yml:2:5", "ValueError: xxx"
    ),
    "a plugin that writes to the terminal": plugin(
        "raise ValueError('\\x1b[2J\\udcff\\x00')\n", "configuration", "tenprint.yml:2:5", "ValueError: "
    ),
    "a hook that fails": plugin(
        "from tenprint.plugins import hookimpl\n@hookimpl\ndef tenprint_register_importers():\n    exit(3)\n",
        "plugin-answer",
        None,
        "it called sys.exit(3)",
    ),
    "a hook that does not exist": plugin(
        "from tenprint.plugins import hookimpl\n@hookimpl\ndef tenprint_register_importer():\n    return []\n",
        "configuration",
        None,
        "tenprint_register_importer",
    ),
    "a hook that answers with names": plugin(
        "from tenprint.plugins import hookimpl\n@hookimpl\ndef tenprint_register_importers():\n    return ['file']\n",
        "plugin-answer",
        None,
        "'file'",
    ),
    "an importer whose aliases are text": plugin(
        f"{HEAD}    ALIASES = 'own'\nfrom tenprint.plugins import hookimpl\n"
        "@hookimpl\ndef tenprint_register_importers():\n    return [Own]\n",
        "plugin-name",
        None,
        "ALIASES",
    ),
    # dotted paths
    "a module that is not there": settings(
        "importers:\n  - name: file\n  - name: no_such_peg.Own\n", "configuration", ENTRY, "no_such_peg"
    ),
    "a function of the system": settings("importers: [{name: os.system}]\n", "configuration", "tenprint.yml:1:13"),
    "a relative path of a class": settings("importers: [{name: ..own.Own}]\n", "configuration", "tenprint.yml:1:13"),
    "a base class": settings(
        "importers: [{name: tenprint.importers.SnapshotImporter}]\n", "configuration", "tenprint.yml:1:13", "base class"
    ),
    "a class that combines others": settings(
        "importers: [{name: tenprint.importers.CombinedDataImporter}]\n", "configuration", "tenprint.yml:1:13"
    ),
    "a class that is not in the module": own(
        "\nOwn, Other = None, Own\n", "configuration", ENTRY, "its importers: Other"
    ),
    # importers that fail, in each phase
    "an importer with another constructor": own(
        "    def __init__(self, config_file, domain_path, paths): ...\n", "configuration", ENTRY, "TypeError"
    ),
    "an importer that fails in its constructor": own(
        "    def __init__(self, options, context): raise OSError('no disk')\n",
        "configuration",
        ENTRY,
        "OSError: no disk",
    ),
    "an importer that exits in its constructor": own(
        "    def __init__(self, options, context): raise SystemExit\n",
        "configuration",
        ENTRY,
        "it called sys.exit(None)",
    ),
    "an importer that forgets its base": own(
        "    def __init__(self, options, context): self.mine = options\n", "configuration", ENTRY, "super().__init__"
    ),
    "an importer that becomes another thing": own(
        "    def __new__(cls, options, context): return 5\n", "configuration", ENTRY, "its class made int"
    ),
    "a generator as a getter": own(
        "    def get_stories(self):\n        yield 1\n", "configuration", ENTRY, "is a generator"
    ),
    "a getter that fails": own(
        "    def get_domain(self): raise OSError('no disk')\n", "source", ENTRY, "OSError: no disk"
    ),
    "a getter that exits": own("    async def get_domain(self): exit(0)\n", "source", ENTRY, "called sys.exit(0)"),
    "a getter that interrupts": own("    def get_domain(self): raise KeyboardInterrupt\n", "source", ENTRY),
    "a getter that returns nothing": own(
        "    def get_domain(self): return None\n    def get_config(self): return 5\n",
        "wrong-answer",
        None,
        "get_config",
    ),
    "a getter that returns a name": own(
        "    def get_domain(self): return 'greet'\n", "wrong-answer", None, "not Domain"
    ),
    "a coroutine that nobody awaits": own(
        "    async def later(self): return Domain()\n    def get_domain(self): return [self.later().close()]\n",
        "wrong-answer",
        None,
    ),
    "a snapshot that is none": own("    async def snapshot(self): return None\n", "wrong-answer", None, "not Snapshot"),
    "a domain of unhashable values": own(
        "    def get_domain(self): return Domain((Intent(['greet']),), slots=(Slot('a', {1: set()}),))\n",
        "source",
        ENTRY,
    ),
    "examples of the wrong types": own(
        "    def get_nlu_data(self, language='en'): return NluData((Example(5, None), 'hello'))\n", "source", ENTRY
    ),
    "a configuration with an object inside": own(
        "    def get_config(self): return {'pipeline': [{'name': 'A', 'at': object()}]}\n", "canonical-form", ENTRY
    ),
    "a getter of other arguments": own(
        "    def get_domain(self, path): return Domain()\n", "source", ENTRY, "TypeError"
    ),
    "a message that cannot be made": own(
        "    def get_domain(self):\n        class Mute(Exception):\n            __str__ = None\n        raise Mute\n",
        "source",
        ENTRY,
        "Mute",
    ),
    "errors in a group": own(
        "    async def get_domain(self):\n"
        "        import anyio\n"
        "        async def fail(text): raise OSError(text)\n"
        "        async with anyio.create_task_group() as tasks:\n"
        "            tasks.start_soon(fail, 'one'); tasks.start_soon(fail, 'two')\n",
        "source",
        ENTRY,
        "OSError: one",
    ),
}


@pytest.fixture(autouse=True)
def modules_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget the modules of the project, which keep their names from test to test; they leave no bytecode."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("peg_"):
            del sys.modules[name]
    assert sys.path == path


def run_command(capsys: pytest.CaptureFixture[str], project: Path, command: str, *more: str) -> Outcome:
    arguments = [str(project.parent / "out")] if command == "export" else []
    outcome = run_here(capsys, "-C", str(project), command, *arguments, *more)
    for name in [name for name in sys.modules if name.startswith("peg_")]:
        del sys.modules[name]
    return outcome


def place_of(problem: Mapping[str, Any]) -> str | None:
    place = problem["location"]
    return None if place is None else f"{place['path']}:{place['line']}:{place['column']}"


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_source_gets_the_same_answer_from_every_command_and_nothing_is_written(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], temporary_files: Path, wrong: Wrong
) -> None:
    project = write_project({**PROJECT, **wrong.files})
    before = tree(project)
    answers = {command: run_command(capsys, project, command, "--json") for command in COMMANDS}

    assert {command: outcome.code for command, outcome in answers.items()} == dict.fromkeys(COMMANDS, 1)
    assert {outcome.err for outcome in answers.values()} == {""}
    assert len({json.dumps(outcome.document["problems"]) for outcome in answers.values()}) == 1
    problems = answers["plan"].document["problems"]
    found = [problem for problem in problems if problem["code"] == wrong.code and place_of(problem) == wrong.place]
    assert found, problems
    assert all(problem["hint"] for problem in found)
    assert all(len(problem["message"]) < 3000 for problem in found)
    for words in wrong.told:
        assert any(words in problem["message"] + problem["hint"] for problem in found), problems
    assert tree(project) == before
    assert tree(temporary_files) == {}
    assert not (project.parent / "out").exists()


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_source_is_told_to_people_without_a_traceback(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], wrong: Wrong
) -> None:
    outcome = run_command(capsys, write_project({**PROJECT, **wrong.files}), "train")

    assert outcome.code == 1
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert f"[{wrong.code}]" in outcome.err
    assert (wrong.place or "error: ") in outcome.err
    assert "hint: " in outcome.err
    assert all(character.isprintable() or character == "\n" for character in outcome.err)


def test_all_wrong_entries_and_plugins_are_told_at_once(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = "importers:\n  - name: fiel\n  - name: file\n    dta: x\n  - name: no_such_peg.Own\n"
    project = write_project({**PROJECT, "config.yml": entries})
    problems = run_command(capsys, project, "plan", "--json").document["problems"]
    assert [place_of(problem) for problem in problems] == ["config.yml:2:5", "config.yml:4:5", "config.yml:5:5"]

    write_project({"tenprint.yml": "plugins: [no_such_peg, neither_this, json]\n"})
    problems = run_command(capsys, project, "plan", "--json").document["problems"]
    assert [place_of(problem) for problem in problems] == [f"tenprint.yml:1:{column}" for column in (11, 24, 38)]


def test_folders_in_place_of_files_are_told(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project({**PROJECT, "folder/domain.yml": PROJECT["domain.yml"]})
    for entry in ("config: folder", "data: nowhere", "domain: nowhere.yml"):
        write_project({"tenprint.yml": f"importers:\n  - name: file\n    {entry}\n"})
        outcome = run_command(capsys, project, "plan")
        assert outcome.code == 1
        assert entry.split()[1] in outcome.err


def test_a_folder_in_place_of_the_settings_is_told(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({**PROJECT, "tenprint.yml/readme": "no settings"})
    outcome = run_command(capsys, project, "plan")
    assert outcome.code == 1
    assert "tenprint.yml" in outcome.err


def test_paths_with_bytes_that_are_no_text_are_told_and_not_followed_blindly(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    odd = os.fsencode(project / "data") + b"/caf\xe9.yml"
    with open(odd, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"nlu: text\n")
    outcome = run_command(capsys, project, "validate")

    assert outcome.code == 1
    assert "caf\\udce9.yml:1:6: error: " in outcome.err
    assert run_command(capsys, project, "validate", "--json").document["problems"]


def test_an_importer_that_changes_its_options_and_its_context_changes_nobody_elses(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    greedy = (
        "    def __init__(self, options, context):\n"
        "        super().__init__(options, context)\n"
        "        options['paths'].clear(); options.clear()\n"
        "        try:\n            context.opened.clear()\n        except AttributeError:\n            pass\n"
    )
    entries = "importers:\n  - name: peg_own.Own\n    paths: [a]\n  - name: file\n"
    project = write_project({**PROJECT, "tenprint.yml": entries, "peg_own.py": HEAD + greedy})
    assert run_command(capsys, project, "plan").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("module", ["exit(0)\n", "import os, signal\nraise KeyboardInterrupt\n"])
def test_a_plugin_does_not_choose_the_exit_code_of_a_real_process(write_project: ProjectWriter, module: str) -> None:
    project = write_project({**PROJECT, "tenprint.yml": "plugins: [peg_plugin]\n", "peg_plugin.py": module})
    outcome = run_apart(["-C", str(project), "plan"])
    assert outcome.code == 1
    assert "[configuration]" in outcome.err
