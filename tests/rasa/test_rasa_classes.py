"""Importer classes for Rasa, with Rasa: they run unmodified, and say what the files say that they read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.rasa.conftest import RICH, Programs, ProjectWriter

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]

FILES = "from rasa.shared.importers.rasa import RasaFileImporter\n"
CLASSES = f"""{FILES}
from rasa.shared.importers.importer import TrainingDataImporter


class New(RasaFileImporter):
    def get_nlu_data(self, language="en"):
        return super().get_nlu_data(language)


class Old(RasaFileImporter):
    async def get_domain(self):
        domain = await super().get_domain()
        return domain

    async def get_stories(self, template_variables=None, use_e2e=False, exclusion_percentage=None):
        return await super().get_stories()

    async def get_nlu_data(self, language="en"):
        return await super().get_nlu_data(language)


class Oldest(TrainingDataImporter):
    def __init__(self, config_file=None, domain_path=None, training_data_paths=None, training_type=None):
        self.files = RasaFileImporter(config_file, domain_path, training_data_paths)

    async def get_domain(self):
        return self.files.get_domain()

    async def get_stories(self, template_variables=None, use_e2e=False, exclusion_percentage=None):
        return self.files.get_stories()

    async def get_nlu_data(self, language="en"):
        return self.files.get_nlu_data(language)

    async def get_config(self):
        return self.files.get_config()
"""


@pytest.fixture
def fingerprint(program: Programs, write_project: ProjectWriter) -> Callable[[str], dict[str, Any]]:
    """Return the fingerprint of the project with some of everything, read by an importer."""

    def ask(importer: str) -> dict[str, Any]:
        project = write_project({**RICH, "classes.py": CLASSES, "tenprint.yml": f"importers: [{{name: {importer}}}]\n"})
        document = json.loads(program(project, "tenprint", "fingerprint", "--json").partition("\n{")[2].join(("{", "")))
        found: dict[str, Any] = document["fingerprint"]
        return found

    return ask


@pytest.mark.parametrize("name", ["New", "Old", "Oldest"])
def test_a_class_of_either_age_says_what_its_files_say(
    program: Programs, write_project: ProjectWriter, name: str
) -> None:
    project = write_project({**RICH, "classes.py": CLASSES, "tenprint.yml": f"importers: [{{name: classes.{name}}}]\n"})

    plan = program(project, "tenprint", "plan")
    shown = program(project, "tenprint", "show", "response", "utter_faq/hours")

    assert "train NLU and Core" in plan
    assert "rasa-conversion" not in plan
    assert f"<classes.{name} nlu>" in shown
    assert "from nine to five" in shown


def test_nothing_is_due_when_the_same_is_read_once_more(program: Programs, write_project: ProjectWriter) -> None:
    # Of an `or`, Rasa makes checkpoints with names that are others in every process.
    project = write_project({**RICH, "classes.py": CLASSES, "tenprint.yml": "importers: [{name: classes.New}]\n"})
    first, second = (program(project, "tenprint", "fingerprint") for _ in range(2))
    assert first == second


def test_all_ages_have_the_fingerprint_of_the_same_data(program: Programs, write_project: ProjectWriter) -> None:
    project = write_project({**RICH, "classes.py": CLASSES})
    found = []
    for name in ("New", "Old", "Oldest"):
        (project / "tenprint.yml").write_text(f"importers: [{{name: classes.{name}, as: shop}}]\n")
        found.append(program(project, "tenprint", "fingerprint"))
    assert len(set(found)) == 1


def test_a_domain_that_is_not_said_by_its_dictionary_is_an_error(
    program: Programs, write_project: ProjectWriter
) -> None:
    module = f"""{FILES}
from rasa.shared.core.domain import Domain


class Shop(RasaFileImporter):
    def get_domain(self):
        return Domain(["greet"], [], [], {{}}, ["action_book"], {{}}, {{}})
"""
    project = write_project({**RICH, "shop.py": module, "tenprint.yml": "importers: [{name: shop.Shop}]\n"})

    printed = program(project, "tenprint", "plan", code=1)

    assert "<shop.Shop domain>: error: as_dict() of the domain leaves out its intents 'greet'" in printed
    assert "actions 'action_book'" in printed
