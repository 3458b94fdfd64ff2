"""Checks across files: what dialogues mention must exist, and the step that mentions it is named."""

from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest

from tenprint.importers.checking import check_items
from tenprint.importers.data import ActionStep, Domain, Example, Intent, IntentStep, NluData, Stories, Story
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.problem import Problem

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

DOMAIN = """
intents: [greet, faq]
actions: [act]
forms: {my_form: {}}
responses: {utter_greet: [{text: x}], utter_faq/a: [{text: y}]}
"""


def problems(project: Path) -> list[Problem]:
    snapshot = anyio.run(FileImporter({}, ImporterContext(project)).snapshot)
    assert snapshot.problems == ()
    return check_items(snapshot)


def told(found: list[Problem]) -> list[str]:
    return [f"{'?' if problem.severity == 'warning' else ''}{problem.code} {problem.location}" for problem in found]


def dialogue(*steps: str) -> dict[str, str]:
    listed = "".join(f"  - {step}\n" for step in steps)
    return {"domain.yml": DOMAIN, "data/s.yml": f"stories:\n- story: s\n  steps:\n{listed}"}


@pytest.mark.parametrize(
    "step",
    [
        "intent: greet",
        "intent: faq",
        "intent: faq/a",
        "intent: restart",
        "intent: nlu_fallback",
        "action: act",
        "action: utter_greet",
        "action: utter_faq",
        "action: utter_faq/a",
        "action: my_form",
        "action: action_listen",
        "action: action_unlikely_intent",
        "active_loop: my_form",
        "active_loop: null",
        "user: anything",
        "bot: anything",
        "or: [{intent: greet}, {intent: faq}]",
    ],
)
def test_what_exists_is_no_problem(write_project: WriteProject, step: str) -> None:
    assert problems(write_project(dialogue(step))) == []


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("intent: geet", "undeclared-intent data/s.yml:5:13"),
        ("{intent: geet, entities: []}", "undeclared-intent data/s.yml:5:14"),
        ("intent: geet/a", "undeclared-intent data/s.yml:5:13"),
        ("or: [{intent: greet}, {intent: geet}]", "undeclared-intent data/s.yml:5:36"),
        ("action: utter_geet", "?undeclared-action data/s.yml:5:13"),
        ("active_loop: form", "?undeclared-form data/s.yml:5:18"),
    ],
)
def test_what_does_not_exist_is_told_at_its_step(write_project: WriteProject, step: str, problem: str) -> None:
    assert told(problems(write_project(dialogue("intent: greet", step, "action: act")))) == [problem]


def test_the_nearest_names_come_as_advice(write_project: WriteProject) -> None:
    (problem,) = problems(write_project(dialogue("action: uter_greet")))

    assert problem.hint is not None
    assert "utter_greet" in problem.hint
    assert "story 's'" in problem.message


def test_rules_are_checked_as_stories_are(write_project: WriteProject) -> None:
    rules = "rules:\n- rule: r\n  steps:\n  - intent: greet\n  - action: nope\n"

    assert told(problems(write_project({"domain.yml": DOMAIN, "data/r.yml": rules}))) == [
        "?undeclared-action data/r.yml:5:13"
    ]


def test_an_unknown_name_is_told_once_with_its_other_uses(write_project: WriteProject) -> None:
    files = {
        "domain.yml": DOMAIN,
        "data/a.yml": "stories:\n- {story: a, steps: [{intent: x}]}\n- {story: b, steps: [{intent: x}]}\n",
        "data/b.yml": "stories:\n- {story: c, steps: [{intent: y}, {action: z}, {intent: x}]}\n",
    }
    found = problems(write_project(files))

    assert told(found) == [
        "undeclared-intent data/a.yml:2:31",
        "undeclared-intent data/b.yml:2:31",
        "?undeclared-action data/b.yml:2:44",
    ]
    assert [str(place) for place in found[0].related] == ["data/a.yml:3:31", "data/b.yml:2:57"]
    assert "story 'a' and 2 more use the intent 'x'" in found[0].message


def test_a_name_in_very_many_stories_lists_some_of_its_uses(write_project: WriteProject) -> None:
    stories = "".join(f"- {{story: s{number}, steps: [{{intent: x}}]}}\n" for number in range(100))
    (problem,) = problems(write_project({"domain.yml": DOMAIN, "data/a.yml": f"stories:\n{stories}"}))

    assert len(problem.related) < 20
    assert "and 99 more" in problem.message


def test_conversation_tests_are_not_checked(write_project: WriteProject) -> None:
    files = dialogue("intent: greet")
    files["data/test_s.yml"] = files["data/s.yml"].replace("greet", "unknown")

    assert problems(write_project(files)) == []


def test_dialogues_without_a_domain_are_told_once(write_project: WriteProject) -> None:
    files = dialogue("intent: greet", "action: act")
    del files["domain.yml"]
    (problem,) = problems(write_project(files))

    assert told([problem]) == ["missing-domain data/s.yml:2:3"]
    assert problem.hint is not None


def test_retrieval_examples_without_a_response_are_told(write_project: WriteProject) -> None:
    nlu = "nlu:\n- intent: faq/a\n  examples: '- x'\n- intent: faq/b\n  examples: |\n    - y\n    - z\n"
    found = problems(write_project({"domain.yml": DOMAIN, "data/nlu.yml": nlu}))

    assert told(found) == ["?missing-response data/nlu.yml:6:5"]
    assert "utter_faq/b" in found[0].message


def test_an_intent_with_retrieval_examples_brings_its_action(write_project: WriteProject) -> None:
    files = dialogue("action: utter_ask")
    files["data/nlu.yml"] = "nlu:\n- intent: ask/a\n  examples: '- x'\nresponses: {utter_ask/a: [{text: x}]}\n"

    assert problems(write_project(files)) == []


def test_values_without_text_are_checked_too() -> None:
    snapshot = anyio.run(
        MemoryImporter(
            domain=Domain((Intent("greet"),)),
            stories=Stories((Story("s", (IntentStep("geet"), ActionStep("act"))),)),
            nlu=NluData((Example("x", "faq/a"),)),
        ).snapshot
    )

    assert told(check_items(snapshot)) == [
        "undeclared-intent <memory stories>",
        "?undeclared-action <memory stories>",
        "?missing-response <memory nlu>",
    ]


def test_nothing_is_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
