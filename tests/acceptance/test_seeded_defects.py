"""One defect of each kind, planted into a sound project: it is told at its line, and nothing else is.

`rasa2.md` 6.5 and `users.md` A-xi: the field tells some of these without a place, and others while the assistant runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.assistant import copy_of_assistant

from tenprint.importers import Location
from tenprint.plugins import run_project

NLU, RETRIEVAL = "data/nlu/everyday.yml", "data/nlu/questions.yml"
LENDING = "data/nlu/lending.yml"
STORIES, RULES = "data/stories.yml", "data/rules.yml"
INTENTS, SLOTS, REPLIES = "domain/intents.yml", "domain/slots_and_forms.yml", "domain/responses.yml"
ACTIONS, ANSWERS = "domain/actions_and_session.yml", "data/responses.yml"

WAITING_LIST = '    - text: "Done. You will hear from me the moment it comes home."\n'
NOTED = "      - action: utter_member_noted\n"


@dataclass(frozen=True, slots=True)
class Defect:
    """`old` becomes `new` in a file (no `old`: `new` is added); the problem is on the first line with `at`.

    `related` is a file and what stands on a line of it that the problem must point to as well; `further` are files, old
    texts and new texts that keep the project sound otherwise.
    """

    code: str
    path: str
    new: str
    at: str
    old: str = ""
    found_in: str = ""
    related: tuple[str, str] | None = None
    severity: str = "warning"
    further: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


def story(name: str, *steps: str) -> str:
    return f"\n  - story: {name}\n    steps:\n" + "".join(f"      - {step}\n" for step in steps)


def rule(name: str, *steps: str) -> str:
    return story(name, *steps).replace("story:", "rule:")


DEFECTS = {
    # what is not declared
    "an intent in a story": Defect(
        "undeclared-intent", STORIES, story("a", "intent: zap", "action: utter_greet"), "intent: zap", severity="error"
    ),
    "an intent in an alternative": Defect(
        "undeclared-intent",
        STORIES,
        "          - intent: zap\n          - intent: inform\n            entities:\n              - date: Sunday\n",
        "intent: zap",
        old="          - intent: inform\n            entities:\n              - date: Sunday\n",
        severity="error",
    ),
    "an intent of examples": Defect(
        "undeclared-intent", NLU, "\n  - intent: zap\n    examples: |\n      - zap!\n      - zap it\n", "- zap!"
    ),
    "an intent of a slot mapping": Defect(
        "undeclared-intent", SLOTS, "          - borrow\n          - zap\n", "- zap", old="          - borrow\n"
    ),
    "an intent a form ignores": Defect(
        "undeclared-intent", SLOTS, "      - hold_on\n      - zap\n", "- zap", old="      - hold_on\n"
    ),
    "an intent a button sends": Defect(
        "undeclared-intent",
        REPLIES,
        WAITING_LIST + "      buttons:\n        - title: Zap\n          payload: /zap\n",
        "payload: /zap",
        old=WAITING_LIST,
    ),
    "an action in a rule": Defect("undeclared-action", RULES, rule("a", "action: utter_zap"), "action: utter_zap"),
    "an action that an intent triggers": Defect(
        "undeclared-action",
        INTENTS,
        "  - hold_on:\n      triggers: action_zap\n",
        "triggers: action_zap",
        old="  - hold_on\n",
    ),
    "an action of a slot mapping": Defect(
        "undeclared-action",
        SLOTS,
        "      - type: custom\n        action: action_zap\n",
        "action: action_zap",
        old="      - type: custom\n",
    ),
    "a form in a story": Defect(
        "undeclared-form",
        STORIES,
        story("a", "intent: hold_on", "action: utter_ask_continue", "active_loop: zap_form"),
        "active_loop: zap_form",
    ),
    "a form in a condition of a rule": Defect(
        "undeclared-form",
        RULES,
        rule("a", "intent: hold_on", "action: utter_ask_continue").replace(
            "    steps", "    condition:\n      - active_loop: zap_form\n    steps"
        ),
        "active_loop: zap_form",
    ),
    "a form in a condition of a mapping": Defect(
        "undeclared-form",
        SLOTS,
        "          - active_loop: zap_form\n",
        "active_loop: zap_form",
        old="          - active_loop: loan_form\n",
    ),
    "a slot in a story": Defect(
        "undeclared-slot",
        STORIES,
        "      - slot_was_set:\n          - zap: 1\n      - action: utter_donation_thanks\n",
        "- zap: 1",
        old="      - action: utter_donation_thanks\n",
    ),
    "a slot in a condition of a checkpoint": Defect(
        "undeclared-slot",
        STORIES,
        "      - checkpoint: damage_noted\n        slot_was_set:\n          - zap: 1\n      - intent: affirm\n",
        "- zap: 1",
        old="      - checkpoint: damage_noted\n      - intent: affirm\n",
    ),
    "a slot in a condition of a rule": Defect(
        "undeclared-slot",
        RULES,
        "    condition:\n      - active_loop: loan_form\n      - slot_was_set:\n          - zap: null\n",
        "- zap: null",
        old="    condition:\n      - active_loop: loan_form\n",
    ),
    "a slot a form requires": Defect(
        "undeclared-slot", SLOTS, "      - purpose\n      - zap\n", "      - zap", old="      - purpose\n"
    ),
    "a slot in a condition of a response": Defect(
        "undeclared-slot", REPLIES, "          name: zap\n", "name: zap", old="          name: is_member\n"
    ),
    "a slot in a condition of a mapping": Defect(
        "undeclared-slot",
        SLOTS,
        "            requested_slot: zap\n",
        "requested_slot: zap",
        old="            requested_slot: purpose\n",
    ),
    "an entity of an example": Defect(
        "undeclared-entity", LENDING, "      - a [zap](zap) plus [pegs]{", "[zap](zap)",
        old="      - a [tent](thing) plus [pegs]{",
    ),
    "an entity of a story": Defect(
        "undeclared-entity", STORIES, "          - zap: telescope\n", "- zap: telescope",
        old="          - thing: telescope\n",
    ),
    "an entity of a slot mapping": Defect(
        "undeclared-entity",
        SLOTS,
        "        entity: zap\n",
        "entity: zap",
        old="        entity: pickup\n",
    ),
    "an entity an intent uses": Defect(
        "undeclared-entity", INTENTS, "        - pickup\n        - zap\n", "- zap", old="        - pickup\n"
    ),
    "a role of an example": Defect(
        "undeclared-role",
        LENDING,
        '      - back by [Tuesday]{"entity": "date", "role": "zap"}\n',
        '"role": "zap"',
        old='      - back by [Tuesday]{"entity": "date", "role": "to"}\n',
    ),
    "a role of a story": Defect(
        "undeclared-role",
        STORIES,
        "          - date: Friday\n            role: zap\n",
        "role: zap",
        old="          - date: Friday\n            role: from\n",
    ),
    "a role of a slot mapping": Defect(
        "undeclared-role", SLOTS, "        role: zap\n", "role: zap", old="        role: from\n"
    ),
    "a group of an example": Defect(
        "undeclared-group",
        LENDING,
        '      - the [battery]{"entity": "accessory", "group": "zap"} won\'t charge\n',
        '"group": "zap"',
        old='      - the [battery]{"entity": "accessory", "group": "kit"} won\'t charge\n',
    ),
    # what is of no use
    "an intent nobody uses": Defect("unused-intent", INTENTS, "  - find_us\n  - zap\n", "- zap", old="  - find_us\n"),
    "an intent no dialogue uses": Defect(
        "unused-intent",
        INTENTS,
        "  - find_us\n  - zap\n",
        "- zap",
        old="  - find_us\n",
        further=((NLU, "nlu:\n", "nlu:\n  - intent: zap\n    examples: |\n      - zap!\n      - zap it\n\n"),),
    ),
    "an intent without examples": Defect(
        "intent-without-examples",
        RULES,
        rule("a", "intent: zap", "action: utter_help"),
        "intent: zap",
        further=((INTENTS, "  - find_us\n", "  - find_us\n  - zap\n"),),
    ),
    "an entity nobody uses": Defect("unused-entity", INTENTS, "  - quantity\n  - zap\n", "- zap", old="  - quantity\n"),
    "a slot nobody uses": Defect(
        "unused-slot", SLOTS, "  zap:\n    type: bool\n\nforms:\n", "  zap:", old="\nforms:\n"
    ),
    "a form nobody activates": Defect(
        "unused-form", SLOTS, "\n  zap_form:\n    required_slots:\n      - pickup\n", "zap_form:"
    ),
    "an action nobody uses": Defect(
        "unused-action", ACTIONS, "actions:\n  - action_zap\n", "action_zap", old="actions:\n"
    ),
    "the validation of no form": Defect(
        "unused-action", ACTIONS, "actions:\n  - validate_lone_form\n", "validate_lone_form", old="actions:\n"
    ),
    "a response nobody sends": Defect(
        "unused-response", REPLIES, '\n  utter_zap:\n    - text: "Zap!"\n', '- text: "Zap!"'
    ),
    # what contradicts itself
    "two stories": Defect(
        "contradicting-stories",
        "data/more.yml",
        "stories:"
        + story("a", "intent: say_newcomer", "slot_was_set:\n          - is_member: false", "action: utter_help"),
        "action: utter_help",
        related=(STORIES, "action: utter_explain_membership"),
    ),
    "two stories beyond a checkpoint": Defect(
        "contradicting-stories",
        STORIES,
        story("a", "checkpoint: damage_noted", "intent: deny", "action: utter_help"),
        "action: utter_repair_evening",
    ),
    "an alternative of a story": Defect(
        "contradicting-stories",
        STORIES,
        story(
            "a",
            "intent: extend_loan\n        entities:\n          - thing: tent",
            "action: utter_ask_extend",
            "or:\n          - intent: affirm\n          - intent: deny",
            "action: utter_help",
        ),
        "action: utter_loan_extended",
    ),
    "a story that goes on where another waits": Defect(
        "contradicting-stories",
        STORIES,
        story(
            "a",
            "intent: return_thing\n        entities:\n          - thing: tent",
            "action: utter_ask_condition",
            "action: utter_any_time  # too",
        ),
        "- intent: affirm\n      - action: utter_return_noted",
        related=(STORIES, "action: utter_any_time  # too"),
    ),
    "a story and a rule": Defect(
        "story-against-rule",
        STORIES,
        story("a", "intent: find_us", "action: utter_any_time  # wrong"),
        "action: utter_any_time  # wrong",
        related=(RULES, "action: utter_find_us"),
    ),
    "a story that goes on where a rule ends": Defect(
        "story-against-rule",
        STORIES,
        story("a", "intent: find_us", "action: utter_find_us", "action: utter_any_time  # wrong"),
        "action: utter_any_time  # wrong",
    ),
    "two rules": Defect(
        "contradicting-rules",
        "data/a_rules.yml",
        "rules:" + rule("a", "intent: find_us", "action: utter_help"),
        "action: utter_help",
        related=(RULES, "action: utter_find_us"),
        severity="error",
    ),
    "a story written twice": Defect(
        "duplicate-story",
        "data/twice.yml",
        "stories:" + story("a", "intent: offer_thing\n        entities:\n          - thing: telescope",
            "action: utter_donation_thanks", "action: utter_donation_hours"),
        "- story: a",
        related=(STORIES, "- story: A gift for the shelves"),
    ),
    "a rule written twice": Defect(
        "duplicate-rule", RULES, rule("again", "intent: find_us", "action: utter_find_us"), "- rule: again",
        related=(RULES, "- rule: Give directions"),
    ),
    # examples
    "an example under two intents": Defect(
        "ambiguous-example", LENDING, "      - hold on\n      - howdy\n", "- howdy", old="      - hold on\n",
        found_in=NLU, related=(LENDING, "- howdy"),
    ),
    "an example that differs in case": Defect(
        "ambiguous-example", LENDING, "      - hold on\n      - HOWDY\n", "- howdy", old="      - hold on\n",
        found_in=NLU, related=(LENDING, "- HOWDY"),
    ),
    "an example under two keys of one intent": Defect(
        "ambiguous-example", RETRIEVAL, "      - make me laugh\n      - who are you?\n", "who are you?",
        old="      - make me laugh\n",
    ),
    "an example annotated in two ways": Defect(
        "differing-annotations",
        "data/more.yml",
        "nlu:\n  - intent: extend_loan\n    examples: |\n      - renew the sewing machine please\n",
        "renew the sewing machine please",
        related=(LENDING, "renew the [sewing machine](thing) please"),
    ),
    "an intent with one example": Defect(
        "few-examples",
        "data/more.yml",
        "nlu:\n  - intent: zap\n    examples: |\n      - zap!\n",
        "- zap!",
        further=((INTENTS, "  - find_us\n", "  - find_us\n  - zap\n"), (RULES, "", rule("a", "intent: zap"))),
    ),
    # responses
    "a response that says nothing": Defect(
        "empty-response", REPLIES, '    - text: ""  # nothing\n', "# nothing", old=WAITING_LIST
    ),
    "a response without variations": Defect(
        "empty-response", REPLIES, "  utter_waiting_list: []\n", "utter_waiting_list",
        old="  utter_waiting_list:\n" + WAITING_LIST,
    ),
    "an action without its response": Defect(
        "missing-response", ACTIONS, "actions:\n  - utter_zap\n", "- utter_zap", old="actions:\n",
        further=((RULES, NOTED, NOTED + "      - action: utter_zap\n"),),
    ),
    "retrieval examples without a response": Defect(
        "missing-response", RETRIEVAL, "\n  - intent: faq/zap\n    examples: |\n      - zap?\n      - it?\n", "- zap?"
    ),
    "a response of no retrieval examples": Defect(
        "response-without-examples", ANSWERS, '\n  utter_faq/zap:\n    - text: "Zap!"\n', '- text: "Zap!"'
    ),
    "a retrieval response of no intent": Defect(
        "undeclared-intent", ANSWERS, '\n  utter_zap/now:\n    - text: "Zap!"\n', '- text: "Zap!"'
    ),
    "an answer without retrieval examples": Defect(
        "retrieval-without-examples",
        RULES,
        rule("a", "intent: zap", "action: utter_zap"),
        "action: utter_zap",
        further=(
            (INTENTS, "  - find_us\n", "  - find_us\n  - zap\n"),
            (NLU, "nlu:\n", "nlu:\n  - intent: zap\n    examples: |\n      - zap!\n      - zap it\n\n"),
            (ANSWERS, "  utter_chitchat/name:\n", '  utter_zap/now:\n    - text: "Zap!"\n  utter_chitchat/name:\n'),
        ),
    ),
    "a plain example of a retrieval intent": Defect(
        "mixed-retrieval-intent", RETRIEVAL, "\n  - intent: faq\n    examples: |\n      - a question\n", "- a question"
    ),
}  # fmt: skip


def plant(project: Path, path: str, old: str, new: str) -> None:
    file = project / path
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if old:
        assert old in text, old
        text = text.replace(old, new, 1)
    else:
        text += new
    file.write_text(text, encoding="utf-8")


def line_of(project: Path, path: str, at: str) -> str:
    text = (project / path).read_text(encoding="utf-8")
    assert at in text, at
    return f"{path}:{text[: text.index(at)].count(chr(10)) + 1}"


def placed(location: Location | None) -> str:
    assert location is not None
    return f"{location.path}:{location.line}"


@pytest.fixture
def assistant(tmp_path: Path) -> Path:
    return copy_of_assistant(tmp_path / "assistant")


def test_the_sound_project_has_no_problem(assistant: Path) -> None:
    assert run_project(assistant, "problems") == ()


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_told_at_its_line_and_nothing_else_is(assistant: Path, name: str) -> None:
    defect = DEFECTS[name]
    plant(assistant, defect.path, defect.old, defect.new)
    for path, old, new in defect.further:
        plant(assistant, path, old, new)
    problems = run_project(assistant, "problems")
    assert [(problem.code, problem.severity, placed(problem.location)) for problem in problems] == [
        (defect.code, defect.severity, line_of(assistant, defect.found_in or defect.path, defect.at))
    ]
    assert all(problem.hint for problem in problems)
    if defect.related is not None:
        assert line_of(assistant, *defect.related) in [placed(place) for place in problems[0].related]
