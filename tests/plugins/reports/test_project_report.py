"""What a project holds: counts and the configuration."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.plugins import open_project
from tenprint.plugins.reports import config_text, counts_text, project_counts

ProjectWriter = Callable[[Mapping[str, str]], Path]

ASSISTANT = Path(__file__).parents[3] / "docs" / "tutorial" / "assistant"


async def counted(project: Path) -> dict[str, int]:
    async with open_project(project) as opened:
        return project_counts(await opened.snapshot(), await opened.data())


@pytest.mark.anyio
async def test_the_assistant_of_the_tutorial_is_counted() -> None:
    assert await counted(ASSISTANT) == {
        "intents": 21,
        "entities": 6,
        "slots": 10,
        "responses": 32,
        "forms": 1,
        "actions": 1,
        "nlu_examples": 208,
        "nlu_intents": 22,
        "nlu_entities": 6,
        "synonyms": 27,
        "regexes": 1,
        "lookups": 1,
        "nlu_responses": 7,
        "story_steps": 16,
        "rule_steps": 13,
        "stories": 14,
        "rules": 13,
    }


@pytest.mark.anyio
async def test_default_intents_repeated_examples_and_responses_in_data_are_counted_as_the_field_does(
    write_project: ProjectWriter,
) -> None:
    project = write_project(
        {
            "config.yml": "language: en\n",
            "domain.yml": "intents: [greet, faq, restart]\nresponses: {utter_hello: [{text: hello}, {text: hi}]}\n",
            "data/nlu.yml": "nlu:\n"
            "- intent: greet\n  examples: |\n    - hello\n    - hello\n"
            "- intent: faq/hours\n  examples: |\n    - when\n"
            "- synonym: tent\n  examples: |\n    - tents\n    - camp\n",
            "data/answers.yml": "responses: {utter_faq/hours: [{text: from ten on}]}\n",
        }
    )
    counts = await counted(project)
    assert (counts["intents"], counts["responses"], counts["nlu_responses"]) == (2, 1, 1)
    assert (counts["nlu_examples"], counts["nlu_intents"], counts["synonyms"]) == (2, 2, 2)
    assert (counts["stories"], counts["story_steps"]) == (0, 0)


def test_counts_stand_in_a_column_with_words_for_names() -> None:
    assert counts_text({"intents": 3, "nlu_examples": 12345}) == "intents                3\nnlu examples       12345"


def test_a_configuration_is_shown_as_json_that_is_yaml_too() -> None:
    config = {"language": "de", "pipeline": [{"name": "A", "grüße": True}]}
    assert json.loads(config_text(config)) == config
    assert "grüße" in config_text(config)
