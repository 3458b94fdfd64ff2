"""The lower bounds of the dependencies are true: with exactly these versions the program works."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.assistant import copy_of_assistant
from tests.packaging.environments import Environment, built, fresh_environment
from tests.packaging.test_metadata import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.version_info >= (3, 11), reason="old versions have no wheels for newer interpreters"),
]


def lowest(requirements: Iterable[str] = PROJECT["dependencies"]) -> list[str]:
    """Pin every dependency of this interpreter to its lower bound."""
    pins = []
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            (bound,) = (one.version for one in requirement.specifier if one.operator == ">=")
            pins.append(f"{requirement.name}=={bound}")
    return pins


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = fresh_environment(tmp_path_factory.mktemp("lowest"))
    environment.install(str(built("wheel", tmp_path_factory.mktemp("wheel"))), *lowest())
    return environment


def test_a_model_is_trained_and_asked(environment: Environment, tmp_path: Path) -> None:
    project = str(copy_of_assistant(tmp_path / "assistant"))
    assert "train NLU and Core" in environment.run("tenprint", "-C", project, "train")
    assert "nothing to do" in environment.run("tenprint", "-C", project, "plan")
    assert "intent" in environment.run("tenprint", "-C", project, "parse", "hello")
    assert environment.run("tenprint", "-C", project, "validate", "--quiet") == ""
    environment.run("tenprint", "-C", project, "export", "out")


def test_the_doctor_finds_every_bound_kept(environment: Environment) -> None:
    told = environment.run("tenprint", "doctor")
    assert "error" not in told
    for pin in lowest():
        assert pin.partition("==")[2] in told


def test_plugins_are_found(environment: Environment) -> None:
    assert "tenprint-defaults" in environment.run("tenprint", "plugins")


PIPELINE = """
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
    stop_words: english
  - name: LogisticRegressionClassifier
  - name: FallbackClassifier
policies:
  - name: RulePolicy
"""


def test_components_say_what_they_need_and_learn_with_the_oldest_of_it(
    environment: Environment, tmp_path: Path
) -> None:
    project = copy_of_assistant(tmp_path / "assistant")
    (project / "config.yml").write_text(PIPELINE)
    code, refused = environment.attempt("tenprint", "-C", str(project), "train")
    assert code == 1
    assert "pip install 'tenprint[sklearn]'" in refused
    environment.install(*lowest(PROJECT["optional-dependencies"]["sklearn"]))
    assert "train NLU and Core" in environment.run("tenprint", "-C", str(project), "train")
    assert "intent" in environment.run("tenprint", "-C", str(project), "parse", "hello")
