"""Importer classes written for Rasa, named by their paths: they run as they are, and what they answer is read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers import ProblemsError, Snapshot
from tenprint.plugins import open_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("little_rasa")]

FILES = "from rasa.shared.importers.rasa import RasaFileImporter\n"
INTERFACE = "from rasa.shared.importers.importer import TrainingDataImporter\n"
VALUES = "from rasa.values import Domain, StoryGraph, TrainingData\n"

NEW = f"{FILES}\nclass Shop(RasaFileImporter):\n    pass\n"

OLD = f"""{FILES}
class Shop(RasaFileImporter):
    async def get_domain(self):
        domain = await super().get_domain()
        self.seen = True
        return domain

    async def get_stories(self, template_variables=None, use_e2e=False, exclusion_percentage=None):
        graph = await super().get_stories()
        assert self.seen
        return graph

    async def get_nlu_data(self, language="en"):
        return await super().get_nlu_data(language)
"""

OLDEST = f"""{FILES}{VALUES}{INTERFACE}
class Shop(TrainingDataImporter):
    def __init__(self, config_file, domain_path, training_data_paths, training_type):
        assert training_type == "both"
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
def shop(write_project: ProjectWriter) -> Callable[..., Path]:
    """Write a project whose only importer is the class `Shop` of a module."""

    def write(module: str, options: str = "", name: str = "peg_shop.Shop") -> Path:
        return write_project(
            {"config.yml": f"language: en\nimporters:\n- name: {name}\n{options}", "peg_shop.py": module}
        )

    return write


async def snapshot_of(project: Path) -> Snapshot:
    async with open_project(project) as opened:
        return await opened.importer.snapshot()


def paths(snapshot: Snapshot) -> list[tuple[str, ...]]:
    return sorted(item.path for item in snapshot.table if item.kind not in ("pipeline-component", "policy"))


@pytest.mark.parametrize("module", [NEW, OLD, OLDEST], ids=["3.x", "2.x on the files", "2.x alone"])
async def test_a_class_of_either_age_runs_as_it_is(shop: Callable[..., Path], module: str) -> None:
    snapshot = await snapshot_of(shop(module))

    assert snapshot.problems == ()
    found = paths(snapshot)
    assert ("nlu", "bye", "off to Rome") in found
    assert ("domain", "slots", "city") in found
    assert ("domain", "responses", "utter_greet") in found
    assert [document.id.path for document in snapshot.documents if document.role != "default"] == [
        "<peg_shop.Shop config>",
        "<peg_shop.Shop domain>",
        "<peg_shop.Shop stories>",
        "<peg_shop.Shop nlu>",
    ]


async def test_the_same_class_in_either_colour_has_the_same_fingerprint(shop: Callable[..., Path]) -> None:
    async def fingerprint(name: str, module: str) -> dict[str, Any]:
        project = shop("", name=f"{name}.Shop")
        (project / f"{name}.py").write_text(module)
        async with open_project(project) as opened:
            return dict(await opened.fingerprint())

    assert await fingerprint("peg_new", NEW) == await fingerprint("peg_old", OLD)


async def test_paths_and_options_are_passed_as_rasa_passes_them(shop: Callable[..., Path]) -> None:
    module = f"""{FILES}
class Shop(RasaFileImporter):
    def __init__(self, config_file=None, domain_path=None, training_data_paths=None, table="x", **kwargs):
        super().__init__(config_file, domain_path, training_data_paths)
        self.table, self.kwargs = table, kwargs

    def get_config(self):
        return {{"language": "de", "given": [*map(str, self.paths[:2]), *self.paths[2], self.table, *self.kwargs]}}

    def get_nlu_data(self, language="en"):
        assert language == "de"
        return super().get_nlu_data(language)
"""
    project = shop(module, "  table: shop\n  depth: 3\n")
    async with open_project(project) as opened:
        data = await opened.data()
        warnings = [str(problem) for problem in (await opened.importer.snapshot()).problems]

    places = [str(project / name) for name in ("config.yml", "domain.yml", "data")]
    assert data.config["given"] == [*places, "shop"]
    assert len(warnings) == 1
    assert warnings[0].startswith("config.yml:5:3: warning: the constructor of Shop takes no 'depth'")


async def test_a_domain_that_stands_in_the_project_already_does_not_disagree(
    shop: Callable[..., Path], write_project: ProjectWriter
) -> None:
    project = shop(NEW)
    write_project(
        {
            "tenprint.yml": "importers: [{name: file}, {name: peg_shop.Shop}]\n",
            "domain.yml": "intents: [greet]\nsession_config: {session_expiration_time: 5}\n",
        }
    )

    snapshot = await snapshot_of(project)

    assert snapshot.conflicts == ()
    assert ("domain", "intents", "bye") in paths(snapshot)


async def test_what_gets_lost_is_told(shop: Callable[..., Path]) -> None:
    module = f"""{FILES}{VALUES}
class Shop(RasaFileImporter):
    def get_nlu_data(self, language="en"):
        return TrainingData([{{"text": "a", "intent": "greet", "weight": 2}}])
"""
    snapshot = await snapshot_of(shop(module))

    assert [(problem.code, problem.severity, str(problem.location)) for problem in snapshot.problems] == [
        ("rasa-conversion", "warning", "<peg_shop.Shop nlu>")
    ]
    assert "the key 'weight' of an example is left out" in snapshot.problems[0].message


async def test_what_is_wrong_with_a_story_is_told_with_its_name(shop: Callable[..., Path]) -> None:
    module = f"""{FILES}{VALUES}
class Shop(RasaFileImporter):
    def get_stories(self, exclusion_percentage=None):
        return StoryGraph([{{"story": "odd", "steps": [{{"intent": ""}}]}}])
"""
    snapshot = await snapshot_of(shop(module))
    assert any(problem.message.endswith(", in the story 'odd'") for problem in snapshot.problems)


async def test_lookup_tables_in_files_are_read_or_told(shop: Callable[..., Path], write_project: ProjectWriter) -> None:
    module = f"""{FILES}{VALUES}
class Shop(RasaFileImporter):
    def get_nlu_data(self, language="en"):
        return TrainingData(lookup_tables=[{{"name": name, "elements": f"{{name}}.txt"}} for name in ("city", "none")])
"""
    project = shop(module)
    write_project({"city.txt": "Rome\nParis\n"})

    snapshot = await snapshot_of(project)

    assert [item.path for item in snapshot.table if item.kind == "lookup-entry"] == [("nlu", "lookups", "city")] * 2
    assert [problem.code for problem in snapshot.problems] == ["lookup-file"]
    assert "'none.txt' of lookup table 'none' cannot be read" in snapshot.problems[0].message


async def test_responses_beside_examples_are_read_with_them(shop: Callable[..., Path]) -> None:
    module = f"""{FILES}{VALUES}
class Shop(RasaFileImporter):
    def get_nlu_data(self, language="en"):
        return TrainingData([{{"text": "why", "intent": "faq/ask"}}], responses={{"utter_faq/ask": [{{"text": "so"}}]}})
"""
    assert ("domain", "responses", "utter_faq/ask") in paths(await snapshot_of(shop(module)))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "def get_domain(self): return {}",
            "get_domain of the importer peg_shop.Shop returned dict, not a value of Rasa",
        ),
        ("def get_config(self): return []", "get_config of the importer peg_shop.Shop returned list, not a dictionary"),
        ("async def get_stories(self): return 3", "get_stories of the importer peg_shop.Shop returned int"),
        ("def get_nlu_data(self): raise OSError('no glue')", "failed: OSError: no glue (at "),
        ("def __init__(self, table): pass", "cannot be made: TypeError: "),
    ],
)
async def test_what_goes_wrong_is_told_at_the_entry(shop: Callable[..., Path], body: str, told: str) -> None:
    project = shop(f"{FILES}\nclass Shop(RasaFileImporter):\n    {body}\n")
    with pytest.raises(Exception, match="Shop") as caught:
        await snapshot_of(project)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (
            f"{INTERFACE}\nclass Shop(TrainingDataImporter):\n    def get_domain(self): ...\n",
            "is a base class, which lacks __init__, get_config, get_config_file_for_auto_config, get_nlu_data, get_",
        ),
        ("from rasa.shared.importers.rasa import RasaFileImporter as Ship\n", "has no importer 'Shop'"),
        ("from rasa.gone import Importer\n", "No module named 'rasa.gone'"),
    ],
)
async def test_what_cannot_be_an_importer_is_refused(shop: Callable[..., Path], module: str, told: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        await snapshot_of(shop(module))
    assert "config.yml:3:3" in str(caught.value)
    assert told in str(caught.value)
