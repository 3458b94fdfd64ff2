"""Responses that can be sent and chosen, and those that cannot."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.importers.checking.deep import deep_problems, rule, told

WriteProject = Callable[[Mapping[str, str]], Path]

NLU = 'nlu:\n- {intent: faq/a, examples: "- why\\n- how"}\n'
DOMAIN = "intents: [faq]\nresponses:\n  utter_faq/a: [{text: x}]\n"
RULES = "rules:\n" + rule("r", "faq utter_faq!")


@pytest.mark.parametrize(
    "variation",
    ["{text: x}", "{custom: {a: 1}}", "{text: '', image: x.png}", "{text: '', buttons: [{title: a, payload: b}]}"],
)
def test_anything_to_say_is_enough(write_project: WriteProject, variation: str) -> None:
    files = {"domain.yml": f"responses: {{utter_default: [{variation}]}}\n"}

    assert deep_problems(write_project(files)) == []


@pytest.mark.parametrize("variation", ["{text: ''}", "{text: '  '}", "{custom: {}}"])
def test_a_variation_without_content_is_told_at_its_place(write_project: WriteProject, variation: str) -> None:
    files = {"domain.yml": f"responses:\n  utter_default:\n  - text: x\n  - {variation}\n"}

    assert told(deep_problems(write_project(files))) == ["empty-response domain.yml:4:5"]


def test_a_retrieval_intent_with_examples_and_responses_is_sound(write_project: WriteProject) -> None:
    files = {"domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/r.yml": RULES}

    assert deep_problems(write_project(files)) == []


def test_responses_of_a_project_without_nlu_need_no_examples(write_project: WriteProject) -> None:
    assert deep_problems(write_project({"domain.yml": DOMAIN, "data/r.yml": RULES})) == []


def test_a_misspelt_key_is_told_with_the_one_that_was_meant(write_project: WriteProject) -> None:
    nlu = NLU + '- {intent: faq/hours, examples: "- when\\n- until"}\n'
    domain = DOMAIN + "  utter_faq/huors: [{text: x}]\n"
    (problem,) = deep_problems(write_project({"domain.yml": domain, "data/nlu.yml": nlu, "data/r.yml": RULES}))

    assert told([problem]) == ["response-without-examples domain.yml:4:21"]
    assert problem.hint == "did you mean faq/hours?"


def test_without_any_retrieval_examples_the_step_that_needs_them_is_told(write_project: WriteProject) -> None:
    nlu = NLU.replace("faq/a", "faq")

    assert told(deep_problems(write_project({"domain.yml": DOMAIN, "data/nlu.yml": nlu, "data/r.yml": RULES}))) == [
        "retrieval-without-examples data/r.yml:2:45"
    ]
