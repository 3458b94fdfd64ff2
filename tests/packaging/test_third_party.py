"""A package of somebody else, as a wheel beside that of tenprint: installed, used, uninstalled, installed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.packaging.environments import ROOT, Environment, built, fresh_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

CONFIG = "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: FlowPolicy\n"
SETTINGS = "importers:\n- name: file\n- name: phrase-folder\n  directory: phrases\ntransforms:\n- without-drafts\n"
PROJECT: Mapping[str, str] = {
    "config.yml": CONFIG,
    "tenprint.yml": SETTINGS,
    "domain.yml": (
        "intents: [greet, lend]\nactions: [action_check_shelf]\nslots:\n  thing: {type: text}\n"
        "responses:\n  utter_hello:\n  - text: hello\n  utter_ask_thing:\n  - text: which?\n"
    ),
    "data/stories.yml": "stories:\n- story: greet\n  steps:\n  - intent: greet\n  - action: utter_hello\n",
    "data/flows.yml": (
        "flows:\n  lend:\n    steps:\n    - collect: thing\n    - action: action_check_shelf\n"
        "  sell:\n    description: DRAFT of what we may do one day\n    steps:\n    - action: utter_hello\n"
    ),
    "phrases/greet.txt": "hello\nhi\n",
    "phrases/lend.txt": "lend me a tent\nmay I have a yurt\n",
}
FLOWS = "lend  (data/flows.yml:2:3)  actions: action_check_shelf  slots: thing\n1 flow\n"


@dataclass(frozen=True, slots=True)
class Guest:
    """An environment, the wheel of the example plugin, and a project that uses all of it."""

    environment: Environment
    wheel: Path

    @property
    def project(self) -> Path:
        return self.environment.elsewhere / "project"

    def write(self, files: Mapping[str, str]) -> None:
        for path, content in files.items():
            (self.project / path).parent.mkdir(parents=True, exist_ok=True)
            (self.project / path).write_text(content, encoding="utf-8")

    def run(self, *arguments: str) -> str:
        return self.environment.run("tenprint", "-C", "project", *arguments)

    def refused(self, code: int, *arguments: str) -> str:
        """Run a command that fails, and return what it prints, which is no traceback."""
        found, printed = self.environment.attempt("tenprint", "-C", "project", *arguments)
        assert (found, "Traceback" in printed) == (code, False), printed
        return printed


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Guest:
    folder = tmp_path_factory.mktemp("third-party")
    for name in ("ours", "theirs"):
        (folder / name).mkdir()
    environment = fresh_environment(folder)
    environment.install(str(built("wheel", folder / "ours")))
    guest = Guest(environment, built("wheel", folder / "theirs", package=ROOT / "tests/example_plugin"))
    guest.write(PROJECT)
    return guest


def test_a_plugin_comes_goes_and_comes_again(guest: Guest) -> None:
    guest.environment.install(str(guest.wheel))
    everything_works(guest)
    guest.environment.run("python", "-m", "pip", "uninstall", "--yes", "tenprint-example")
    settings_that_name_it_are_refused_at_their_lines(guest)
    a_configuration_that_names_it_is_refused_at_its_line(guest)
    its_command_is_not_there(guest)
    its_data_are_not_forgotten_without_a_word(guest)
    guest.write(PROJECT)
    guest.environment.install(str(guest.wheel))
    assert guest.run("flows") == FLOWS
    assert guest.run("plan", "--exit-code").startswith("nothing to do")


def everything_works(guest: Guest) -> None:
    listed = guest.run("plugins")
    assert "tenprint-example  (tenprint-example 1.0)\n" in listed
    for line in ("importers  phrase-folder", "transforms without-drafts", "kinds      flows", "commands   flows"):
        assert f"  {line}\n" in listed
    assert guest.run("plan").startswith("train NLU and Core\n")
    assert "project/models/first.tar.gz" in guest.run("train", "--fixed-model-name", "first")
    assert "  hi  phrases/greet.txt:2:1  [phrase-folder " in guest.run("show", "intent", "greet")
    assert "sell" not in guest.run("show", "flow")
    assert "through without-drafts 1, seed 0" in guest.run("show", "sources")
    assert guest.run("flows") == FLOWS
    assert "flows        List the flows of a project." in guest.environment.run("tenprint", "--help")
    assert guest.run("parse", "lend me a tent").startswith("intent    lend")
    guest.write({"data/flows.yml": PROJECT["data/flows.yml"].replace("thing", "other")})
    assert "~ flow: lend  (data/flows.yml:2:3)  [Core]" in guest.run("plan")
    guest.write(PROJECT)
    assert guest.run("plan", "--exit-code").startswith("nothing to do")


def settings_that_name_it_are_refused_at_their_lines(guest: Guest) -> None:
    for command in ("plan", "train", "validate", "show"):
        told = guest.refused(1, command)
        assert "tenprint.yml:3:3: error: there is no importer 'phrase-folder' [unknown-importer]" in told
        assert "tenprint.yml:6:3: error: there is no transform 'without-drafts' [unknown-transform]" in told
        assert told.count("hint: install the plugin that provides it") == 2
    guest.write({"tenprint.yml": SETTINGS.replace("- name: phrase-folder\n  directory: phrases\n", "")})
    assert guest.refused(1, "plan").startswith("tenprint.yml:4:3: error: there is no transform 'without-drafts'")
    (guest.project / "tenprint.yml").unlink()


def a_configuration_that_names_it_is_refused_at_its_line(guest: Guest) -> None:
    guest.write({"config.yml": f"{CONFIG}importers:\n- name: phrase-folder\n  directory: phrases\n"})
    told = guest.refused(1, "train")
    assert told.startswith("config.yml:6:3: error: there is no importer 'phrase-folder' [unknown-importer]\n  hint: ")
    guest.write({"config.yml": CONFIG, "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n"})
    told = guest.refused(1, "train", "--force")
    assert "config.yml:4:3: error: no plugin provides `FlowPolicy`" in told
    guest.write({"config.yml": CONFIG.replace("FlowPolicy", "MemoizationPolicy")})


def its_command_is_not_there(guest: Guest) -> None:
    told = guest.refused(2, "flows")
    assert "no such command 'flows': install the plugin that provides it" in told
    assert "flows" not in guest.environment.run("tenprint", "--help")
    assert "tenprint-example" not in guest.run("plugins")


def its_data_are_not_forgotten_without_a_word(guest: Guest) -> None:
    told = guest.run("validate")
    assert "data/flows.yml:1:1: warning: no training data here: none of the top-level keys is known" in told
    assert "install the plugin that adds this kind of data" in told
    told = guest.refused(1, "train")
    assert told.startswith("data/flows.yml:1:1: error: project/models/first.tar.gz was trained on data of the kind")
    assert "hint: install tenprint-example, or train without these data by `--force`" in told
    assert "data/flows.yml:1:1: warning: project/models/first.tar.gz was trained on" in guest.run("plan")
    (guest.project / "data/nlu.yml").unlink()
