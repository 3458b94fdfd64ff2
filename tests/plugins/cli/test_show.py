import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

COUNTS = {
    "intents": 1,
    "entities": 0,
    "slots": 0,
    "responses": 1,
    "forms": 0,
    "actions": 0,
    "nlu_examples": 2,
    "nlu_intents": 1,
    "nlu_entities": 0,
    "synonyms": 0,
    "regexes": 0,
    "lookups": 0,
    "nlu_responses": 0,
    "story_steps": 1,
    "rule_steps": 0,
    "stories": 1,
    "rules": 0,
}


def test_the_counts_are_the_default(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "show")
    assert (outcome.code, outcome.err) == (0, "")
    assert "nlu examples           2\n" in outcome.out
    assert run_here(capsys, "-C", str(project), "show", "counts").out == outcome.out
    assert set(tree(project)) == {*PROJECT, "data"}


def test_the_document_has_the_keys_of_the_schema(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "show", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    shown = outcome.document
    assert set(shown) == {"schema", "counts", "sources", "config"}
    assert shown["schema"] == "tenprint.project/1"
    assert shown["counts"] == COUNTS
    assert [set(source) for source in shown["sources"]] == [{"name", "revision"}]
    assert shown["config"]["pipeline"] == [{"name": "KeywordIntentClassifier"}]


def test_a_configuration_without_a_pipeline_is_shown_with_the_default_one(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({**PROJECT, "config.yml": "language: de\n"}))
    config = json.loads(run_here(capsys, "-C", project, "show", "config").out)
    assert config["language"] == "de"
    assert [entry["name"] for entry in config["pipeline"]][:1] == ["KeywordIntentClassifier"]
    assert config["policies"]
    assert config == run_here(capsys, "-C", project, "show", "--json").document["config"]


def test_what_cannot_be_read_cannot_be_shown(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n"}))
    for arguments in (("show",), ("show", "config"), ("fingerprint",)):
        outcome = run_here(capsys, "-C", project, *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert "data/nlu.yml:1:6" in outcome.err
