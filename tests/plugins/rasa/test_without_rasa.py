"""Where Rasa is not installed, what needs it says so, and nothing else is in the way."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

import tenprint.plugins.rasa
from tenprint.importers import ProblemsError
from tenprint.plugins import open_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = [
    pytest.mark.usefixtures("modules_as_before"),
    pytest.mark.skipif(find_spec("rasa") is not None, reason="Rasa is installed"),
]

MODULE = "from rasa.shared.importers.importer import TrainingDataImporter\n\nclass Shop(TrainingDataImporter): ...\n"


def test_the_importer_for_rasa_says_what_it_needs_when_it_is_asked_for() -> None:
    with pytest.raises(ImportError, match="TenprintImporter is an importer for Rasa, which is not installed") as caught:
        _ = tenprint.plugins.rasa.TenprintImporter
    assert isinstance(caught.value, tenprint.plugins.rasa.RasaMissing)
    assert "pip install rasa==3.6.21" in str(caught.value.hint)
    with pytest.raises(AttributeError):
        _ = tenprint.plugins.rasa.Nothing


@pytest.mark.anyio
async def test_a_class_that_needs_rasa_says_so_at_the_entry_that_names_it(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "language: en\nimporters:\n- name: peg_shop.Shop\n", "peg_shop.py": MODULE})

    with pytest.raises(ProblemsError) as caught:
        async with open_project(project):
            pass

    (problem,) = caught.value.problems
    assert str(problem.location) == "config.yml:3:3"
    assert problem.message.startswith("the importer 'peg_shop.Shop' needs rasa, which is not installed here: ")
    assert problem.message.endswith(f"No module named 'rasa' (at {project / 'peg_shop.py'}:1)")
    assert "pip install rasa==3.6.21" in str(problem.hint)


@pytest.mark.anyio
async def test_a_configuration_that_names_the_importer_for_rasa_needs_sources(write_project: ProjectWriter) -> None:
    project = write_project(
        {"config.yml": "importers:\n- name: tenprint.plugins.rasa.TenprintImporter\n", "data/nlu.yml": "nlu: []\n"}
    )
    with pytest.raises(ProblemsError, match="name the sources under `importers`"):
        async with open_project(project):
            pass

    write_project({"tenprint.yml": "importers: [{name: file}]\n"})
    async with open_project(project) as opened:
        assert (await opened.importer.snapshot()).problems == ()


def test_nothing_of_rasa_is_imported_by_tenprint() -> None:
    code = "import sys, tenprint.plugins.project, tenprint.plugins.rasa; sys.exit('rasa' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
