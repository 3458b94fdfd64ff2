"""The kit as authors meet it: run by pytest, with what they leave out, switch off or get wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """
from tenprint.importers import TrainingDataImporter
from tenprint.importers.data import Example, NluData
from tenprint.importers.inputs import Inputs
from tenprint.plugins.testing import ImporterConformance


class Words(TrainingDataImporter):
    NAME = "words"

    def declared_inputs(self):
        return Inputs(("words.txt",))

    def get_nlu_data(self, language="en"):
        text = (self.context.project / "words.txt").read_text(encoding="utf-8")
        return NluData(tuple(Example(word, "word") for word in text.split()))


class TestWords(ImporterConformance):
    IMPORTER = Words
    UNFIT = {
        "test_unknown_options_are_refused": "a sketch",
        "test_the_class_says_what_it_is": "a sketch",
    }

    def write_source(self, project):
        (project / "words.txt").write_text("one two", encoding="utf-8")
        return {}

    def change_source(self, project):
        (project / "words.txt").write_text("three", encoding="utf-8")
"""


def run_pytest(folder: Path, source: str, *arguments: str) -> tuple[int, str]:
    """Run the tests of one module in a process of its own, without any plugin of pytest."""
    (folder / "test_it.py").write_text(source, encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *arguments, "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    return finished.returncode, finished.stdout


def test_what_is_left_out_or_unfit_is_skipped_with_the_reason(tmp_path: Path) -> None:
    code, printed = run_pytest(tmp_path, GOOD)
    assert code == 0, printed
    assert re.search(r"\d\d passed, \d+ skipped", printed)
    for told in ("a sketch", "override break_source", "override remove_source", "set SECRETS"):
        assert told in printed


def test_without_a_factory_or_a_source_it_says_what_to_write(tmp_path: Path) -> None:
    nothing = "from tenprint.plugins.testing import ImporterConformance as Kit\n\nclass TestIt(Kit):\n    pass\n"
    code, printed = run_pytest(tmp_path, nothing, "-k", "source_has_data")
    assert code == 1
    assert "override write_source of TestIt" in printed
    sourced = nothing.replace("    pass", "    def write_source(self, project):\n        return {}")
    assert "set IMPORTER of TestIt, or override make" in run_pytest(tmp_path, sourced, "-k", "source_has_data")[1]
    empty = sourced.replace("return {}", "pass")
    assert "return the options of the importer" in run_pytest(tmp_path, empty, "-k", "source_has_data")[1]


def test_a_property_that_does_not_exist_cannot_be_unfit(tmp_path: Path) -> None:
    misspelt = GOOD.replace("test_the_class_says_what_it_is", "test_the_class_says_nothing")
    code, printed = run_pytest(tmp_path, misspelt, "-k", "source_has_data")
    assert code == 1
    assert "there is no property 'test_the_class_says_nothing'" in printed


def test_a_class_inside_a_function_cannot_be_looked_at_from_elsewhere(tmp_path: Path) -> None:
    nested = (
        f"{GOOD}\n\ndef made():\n    class Inside(TestWords):\n        pass\n    return Inside\n\nTestIn = made()\n"
    )
    code, printed = run_pytest(tmp_path, nested, "-k", "TestIn and every_process")
    assert code == 1
    assert "define it at the top of its module" in printed


def test_an_importer_that_hangs_is_told(tmp_path: Path) -> None:
    hanging = GOOD.replace("    def get_nlu_data", "    async def get_nlu_data").replace(
        "        text =", "        await anyio.sleep_forever()\n        text ="
    )
    source = f"import anyio\n{hanging}\n    SECONDS = 0.2\n"
    code, printed = run_pytest(tmp_path, source, "-k", "source_has_data")
    assert code == 1
    assert "it hangs: no answer within 0.2 s" in printed


def test_a_project_can_be_written_and_asked(tmp_path: Path) -> None:
    source = """
pytest_plugins = ["tenprint.plugins.testing.fixtures"]

def test_it(tenprint_project):
    nlu = b"nlu:\\n- intent: a\\n  examples: '- b'\\n"
    tenprint_project.write({"config.yml": "language: en\\n", "data/nlu.yml": nlu})
    outcome = tenprint_project.run("show", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.document["schema"] == "tenprint.project/1"
    assert tenprint_project.run("pln").code == 2
"""
    code, printed = run_pytest(tmp_path, source)
    assert code == 0, printed


def test_without_pytest_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pytest.py").write_text("raise ModuleNotFoundError(name='pytest')", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-c", "import tenprint.plugins.testing"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert finished.returncode == 1
    assert "tenprint.plugins.testing needs pytest" in finished.stderr
    assert "pip install pytest" in finished.stderr


@pytest.mark.parametrize("module", ["plugins", "importers", "fingerprinting"])
def test_nothing_else_of_tenprint_needs_pytest(module: str) -> None:
    code = f"import sys, tenprint.{module}; from tenprint.{module} import *; assert 'pytest' not in sys.modules"
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert finished.returncode == 0, finished.stderr
