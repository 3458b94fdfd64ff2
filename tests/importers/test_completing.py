from dataclasses import replace

import anyio
import pytest

from tenprint.importers.assembling import project_data
from tenprint.importers.completing import DEFAULT_NAME, completed, default_config
from tenprint.importers.data import Domain, Example, Intent, IntentStep, LookupEntry, NluData, Rule, Stories, Story
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot

RULES = ReadingRules()
NLU = NluData((Example("hi", "greet"),))
STORIES = Stories((Story("s", (IntentStep("greet"),)),))
PIPELINE = {"pipeline": [{"name": "own"}]}
POLICIES = {"policies": [{"name": "own"}]}
PROBLEMS = (Problem("odd", "it is odd", severity="warning"),)


def snapshot(importer: MemoryImporter) -> Snapshot:
    return anyio.run(importer.snapshot)


@pytest.mark.parametrize(
    ("importer", "keys"),
    [
        (MemoryImporter(), []),
        (MemoryImporter(domain=Domain((Intent("a"),))), []),
        (MemoryImporter(nlu=NLU), ["pipeline"]),
        (MemoryImporter(nlu=NluData(lookups=(LookupEntry("a", "b"),))), ["pipeline"]),
        (MemoryImporter(stories=STORIES), ["policies"]),
        (MemoryImporter(stories=Stories(rules=(Rule("r", (IntentStep("a"),)),))), ["policies"]),
        (MemoryImporter(nlu=NLU, stories=STORIES), ["pipeline", "policies"]),
        (MemoryImporter(nlu=NLU, stories=STORIES, config=PIPELINE), ["policies"]),
        (MemoryImporter(nlu=NLU, stories=STORIES, config=POLICIES), ["pipeline"]),
        (MemoryImporter(nlu=NLU, stories=STORIES, config={**PIPELINE, **POLICIES}), []),
        (MemoryImporter(nlu=NLU, config={"pipeline": []}), ["pipeline"]),
        (MemoryImporter(tests=STORIES), []),
    ],
)
def test_only_what_is_missing_and_needed_is_added(importer: MemoryImporter, keys: list[str]) -> None:
    before = snapshot(importer)
    after = completed(before, RULES)
    added = {key: value for key, value in default_config().items() if key in keys}

    assert project_data(after, RULES).config == {**project_data(before, RULES).config, **added}
    assert set(before.table.rows) <= set(after.table.rows)


def test_completing_twice_changes_nothing() -> None:
    once = completed(snapshot(MemoryImporter(nlu=NLU, stories=STORIES)), RULES)

    assert completed(once, RULES) is once


def test_nothing_missing_is_the_same_snapshot() -> None:
    before = snapshot(MemoryImporter())

    assert completed(before, RULES) is before


def test_defaults_are_a_document_of_their_own_but_no_source() -> None:
    before = snapshot(MemoryImporter(nlu=NLU))
    after = completed(before, RULES)

    assert after.sources == before.sources
    assert after.documents[:-1] == before.documents
    assert after.documents[-1].role == "default"
    assert DEFAULT_NAME in after.documents[-1].id.path
    added = [item for item in after.table if item.kind == "pipeline-component"]
    assert all(after.in_role(item, "default") for item in added)
    assert not any(after.in_role(item, "default") for item in after.table if item.kind == "intent-example")


def test_problems_stay() -> None:
    before = snapshot(MemoryImporter(nlu=NLU))
    with_problem = replace(before, problems=PROBLEMS)

    assert completed(with_problem, RULES).problems == PROBLEMS


def test_the_defaults_of_this_name_are_never_changed() -> None:
    assert DEFAULT_NAME == "tenprint-1"
    assert default_config() == {
        "pipeline": [{"name": "KeywordIntentClassifier", "case_sensitive": False}, {"name": "EntitySynonymMapper"}],
        "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
    }
    assert default_config() is not default_config()
