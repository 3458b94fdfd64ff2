"""Acceptance cases A81 and A82: what loading refuses, and what it must not stumble over."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.importers import ImporterContext, ProblemsError
from tenprint.importers.file import FileImporter

pytestmark = pytest.mark.anyio

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]


async def test_a81_policies_must_be_mappings_with_a_name(write_project: WriteProject) -> None:
    project = write_project({"config.yml": "policies:\n- MemoizationPolicy\n- RulePolicy\n"})

    with pytest.raises(ProblemsError) as caught:
        await FileImporter({}, ImporterContext(project)).get_config()
    assert [(problem.code, str(problem.location)) for problem in caught.value.problems] == [
        ("wrong-type", "config.yml:2:3"),
        ("wrong-type", "config.yml:3:3"),
    ]


async def test_a82_text_of_every_language_loads(write_project: WriteProject) -> None:
    words = "Gr\u00fc\u00df Gott \u4f60\u597d \U0001f600 \u0645\u0631\u062d\u0628\u0627"
    project = write_project(
        {
            "domain.yml": f"intents: [gr\u00fc\u00dfen]\nresponses:\n  utter_x:\n  - text: {words}\n",
            "data/nlu.yml": f"nlu:\n- intent: gr\u00fc\u00dfen\n  examples: |\n    - {words}\n",
            "data/stories.yml": f"stories:\n- story: {words}\n  steps:\n  - bot: {words}\n",
        }
    )
    own = FileImporter({}, ImporterContext(project))

    assert (await own.get_nlu_data()).examples[0].text == words
    assert (await own.get_stories()).stories[0].name == words
    assert (await own.get_domain()).responses[0].variations == ({"text": words},)
