"""What counts as use, so that nothing is called useless that is not."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.importers.checking.deep import CONFIG, deep_problems, dialogues, rule, told

WriteProject = Callable[[Mapping[str, str]], Path]


def with_domain(text: str, *, config: str = "", nlu: str = "") -> dict[str, str]:
    return {**dialogues(), "domain/more.yml": text, "config.yml": CONFIG + config, "data/more.yml": nlu or "nlu: []\n"}


@pytest.mark.parametrize(
    "text",
    [
        "responses: {utter_ask_city: [{text: x}]}",
        "responses: {utter_ask_order_city: [{text: x}]}",
        "responses: {utter_default: [{text: x}], utter_ask_rephrase: [{text: x}], utter_restart: [{text: x}]}",
        "actions: [validate_order, action_ask_city, action_ask_order_city, action_validate_slot_mappings]",
        "actions: [action_restart, action_default_fallback, action_session_start]",
        "intents: [restart, back, session_start, out_of_scope, nlu_fallback]",
        "intents: [z: {triggers: act}]\nresponses: {utter_default: [{text: x, buttons: [{title: z, payload: /z}]}]}",
        "slots: {zap: {type: text}}\nresponses: {utter_default: [{text: 'hello {zap}'}]}",
        "slots: {zap: {type: text}}\nresponses: {utter_default: [{text: x, condition: [{name: zap, value: 1}]}]}",
        "slots: {zap: {type: any, mappings: [{type: custom}]}}",
        "slots: {zap: {type: any, mappings: [{type: from_text}]}}",
        "entities: [zap]\nslots: {zap: {type: text}}",
        "entities: [zap]\nslots: {other: {type: text, mappings: [{type: from_entity, entity: zap}]}}",
        "actions: [fill]\nslots: {zap: {type: text, mappings: [{type: custom, action: fill}]}}",
        """forms: {zap: {}}\nintents: [go: {triggers: zap}]
responses: {utter_default: [{text: x, buttons: [{title: z, payload: '/go{"a": 1}'}]}]}""",
    ],
)
def test_what_the_assistant_uses_by_itself_is_no_problem(write_project: WriteProject, text: str) -> None:
    assert told(deep_problems(write_project(with_domain(text + "\n")))) == []


def test_components_may_name_what_they_use(write_project: WriteProject) -> None:
    config = "pipeline: [{name: Finder, dimensions: [zap]}]\npolicies: [{name: P, fallback: action_zap}]\n"
    files = with_domain("entities: [zap]\nactions: [action_zap]\n", config=config)

    assert deep_problems(write_project(files)) == []


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("intents: [go: {triggers: act}]", "go"),
        ("intents: [go]\nslots: {zap: {type: any, mappings: [{type: from_intent, intent: go, value: 1}]}}", "go"),
        ("intents: [go]\nslots: {zap: {type: any, mappings: [{type: from_text, not_intent: [go]}]}}", "go"),
        ("intents: [go]\nforms: {zap: {required_slots: [city], ignored_intents: [go]}}", "go"),
        ("intents: [go]", "to [Rome](city)"),
    ],
)
def test_an_intent_may_be_heard_without_a_dialogue(write_project: WriteProject, text: str, example: str) -> None:
    nlu = f'nlu: [{{intent: go, examples: "- {example}\\n- {example}!"}}]\n'
    files = with_domain(text + "\n", nlu=nlu)
    codes = [problem.code for problem in deep_problems(write_project(files))]
    assert "unused-intent" not in codes


def test_an_intent_with_examples_that_nobody_hears_is_told(write_project: WriteProject) -> None:
    nlu = 'nlu: [{intent: go, examples: "- go\\n- walk"}]\n'
    files = with_domain("intents: [go]\n", nlu=nlu)
    (problem,) = deep_problems(write_project(files))
    assert told([problem]) == ["unused-intent domain/more.yml:1:11"]
    assert "has examples, but no story, rule, slot mapping or button uses it" in problem.message


@pytest.mark.parametrize("kind", ["regex", "lookup"])
def test_an_entity_may_be_found_by_patterns_of_its_name(write_project: WriteProject, kind: str) -> None:
    files = with_domain("entities: [zap]\n", nlu=f"nlu: [{{{kind}: zap, examples: '- z'}}]\n")

    assert deep_problems(write_project(files)) == []


def test_unused_responses_are_one_problem_where_a_custom_action_may_send_them(write_project: WriteProject) -> None:
    files = with_domain("responses:\n  utter_a: [{text: x}]\n  utter_b: [{text: y}]\n")
    (problem,) = deep_problems(write_project(files))

    assert told([problem]) == ["unused-response domain/more.yml:2:13"]
    assert [str(place) for place in problem.related] == ["domain/more.yml:3:13"]
    assert "'utter_a', 'utter_b'; custom actions may send them" in problem.message


def test_unused_responses_are_told_one_by_one_where_there_is_no_custom_action(write_project: WriteProject) -> None:
    files = {
        "domain.yml": "intents: [hi]\nresponses: {utter_a: [{text: x}], utter_b: [{text: y}], utter_c: [{text: z}]}\n",
        "data/nlu.yml": 'nlu: [{intent: hi, examples: "- hi\\n- ho"}]\n',
        "data/r.yml": "rules:\n" + rule("r", "hi utter_a!"),
    }

    assert told(deep_problems(write_project(files))) == [
        "unused-response domain.yml:2:45",
        "unused-response domain.yml:2:67",
    ]


def test_a_project_without_domain_declares_nothing(write_project: WriteProject) -> None:
    files = {"data/nlu.yml": 'nlu: [{intent: hi, examples: "- hi\\n- [ho](x)"}]\n'}

    assert deep_problems(write_project(files)) == []


def test_a_domain_that_is_not_trained_with_nlu_needs_no_examples(write_project: WriteProject) -> None:
    files = {"domain.yml": "intents: [hi]\nactions: [act]\n", "data/r.yml": "rules:\n" + rule("r", "hi act!")}

    assert deep_problems(write_project(files)) == []
