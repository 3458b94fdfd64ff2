"""Components as authors elsewhere would write them, with all that the documentation says, are tried by the kit."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.plugins.testing.authors.back_off import BackOffPolicy
from tests.plugins.testing.authors.byte_pairs import BytePairTokenizer
from tests.plugins.testing.authors.word_vectors import WordVectors
from tests.program import run_apart

from tenprint.plugins.testing import NluComponentConformance, PolicyConformance

ProjectWriter = Callable[[Mapping[str, str]], Path]

AUTHORS = Path(__file__).with_name("authors")

VECTORS = "hello 1 0 0.5\nroom 0 1 0\nk\u00f6ln 0 0.5 1\nthere 0.25 0 0\n"


class TestBytePairTokenizer(NluComponentConformance):
    COMPONENT = BytePairTokenizer
    CONFIG: ClassVar[dict[str, Any]] = {"whole": ["hello"]}


class TestWordVectors(NluComponentConformance):
    COMPONENT = WordVectors
    CONFIG: ClassVar[dict[str, Any]] = {"path": "vectors.txt"}

    def write_inputs(self, project: Path) -> None:
        (project / "vectors.txt").write_text(VECTORS, encoding="utf-8")


class TestBackOffPolicy(PolicyConformance):
    COMPONENT = BackOffPolicy
    CONFIG: ClassVar[dict[str, Any]] = {"max_history": 2}


CONFIG = """\
language: en
pipeline:
- name: BytePairTokenizer
- name: WordVectors
  path: words/vectors.txt
- name: LogisticRegressionClassifier
policies:
- name: BackOffPolicy
"""
FILES = {
    "config.yml": CONFIG,
    "tenprint.yml": "plugins: [authors_plugin]\n",
    "authors_plugin.py": "from back_off import BackOffPolicy\nfrom byte_pairs import BytePairTokenizer\n"
    "from word_vectors import WordVectors\n\nfrom tenprint.plugins import hookimpl\n\n\n@hookimpl\n"
    "def tenprint_register_components():\n    return [BytePairTokenizer, WordVectors, BackOffPolicy]\n",
    "words/vectors.txt": VECTORS,
    "domain.yml": "intents: [greet, book]\nactions: [action_look_up]\nresponses:\n  utter_greet:\n  - text: Hi.\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hello there\n"
    "- intent: book\n  examples: |\n    - a room\n    - a room in k\u00f6ln\n",
    "data/stories.yml": "stories:\n- story: hello\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
    "- story: room\n  steps:\n  - intent: book\n  - action: action_look_up\n",
}


@pytest.fixture
def project(write_project: ProjectWriter) -> Path:
    """Return a project that uses all three, with their modules in its folder."""
    project = write_project(FILES)
    for module in AUTHORS.glob("*.py"):
        shutil.copy(module, project)
    return project


def test_a_project_is_trained_with_them_from_wherever_the_program_is_started(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"TENPRINT_CACHE_DIR": str(tmp_path / "cache"), "TENPRINT_AUDIT": "1", "PYTHONPATH": str(project)}
    for directory in (str(project), "../project"):
        ran = run_apart(["-C", directory, "train", "--force"], cwd=elsewhere, environment=environment)
        assert (ran.code, ran.err) == (0, "")
        parsed = run_apart(["-C", directory, "parse", "hello", "--json"], cwd=elsewhere, environment=environment)
        assert (parsed.err, parsed.document["intent"]["name"]) == ("", "greet")

    (project / "words/vectors.txt").write_text(VECTORS.replace("room 0 1 0", "room 0 1 1"), encoding="utf-8")
    planned = run_apart(["-C", str(project), "plan", "--json"], cwd=elsewhere, environment=environment).document
    due = {node["name"] for node in planned["nodes"] if node["verdict"] == "run"}
    assert "nlu/1-WordVectors" in due
    assert not any("BytePair" in name or "BackOff" in name for name in due)
