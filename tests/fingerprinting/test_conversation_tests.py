"""Conversation tests as they are written."""

import pytest

from tenprint.fingerprinting.conversation_tests import ConversationTest, read_tests
from tenprint.importers import DocumentId, Limits, ProblemsError, SourceDocument
from tenprint.importers.data import ActionStep, IntentStep, SlotStep

TEXT = """\
stories:
- story: hello
  steps:
  - user: |
      hi [Ann](name)
    intent: greet
  - slot_was_set:
    - one: 1
    - two
    - three: 3
      four: 4
  - action: utter_hello
- story: nothing
  steps:
  - intent: bye
"""


def document(text: str, path: str = "tests/test_a.yml") -> SourceDocument:
    return SourceDocument(DocumentId("file", path), "tests", ("stories",), text.encode())


def read(text: str) -> tuple[ConversationTest, ...]:
    return read_tests([document(text)], Limits())


def test_every_step_knows_its_line() -> None:
    first, second = read(TEXT)
    assert [(type(one.step), one.location.line) for one in first.steps] == [
        (IntentStep, 4),
        (SlotStep, 7),
        (SlotStep, 7),
        (SlotStep, 7),
        (SlotStep, 7),
        (ActionStep, 12),
    ]
    assert (first.name, str(first.location)) == ("hello", "tests/test_a.yml:2:3")
    assert (second.name, second.steps[0].location.line) == ("nothing", 15)


def test_documents_are_read_in_their_order_and_values_are_none() -> None:
    found = read_tests([document(TEXT, "b.yml"), document(TEXT, "a.yml")], Limits())
    assert [test.location.path for test in found] == ["b.yml", "b.yml", "a.yml", "a.yml"]
    assert read_tests([SourceDocument(DocumentId("db", "x"), "tests", ("stories",), ())], Limits()) == ()


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("- checkpoint: here", "has a checkpoint"),
        ("- or:\n    - intent: a\n    - intent: b", "has an `or`"),
    ],
)
def test_what_has_no_one_course_is_told_with_its_line(step: str, told: str) -> None:
    with pytest.raises(ProblemsError, match=told) as refused:
        read(f"stories:\n- story: s\n  steps:\n  - intent: a\n  {step}\n")
    (problem,) = refused.value.problems
    assert problem.code == "test-course"
    assert problem.location is not None
    assert problem.location.line == 5


def test_all_that_cannot_be_read_is_told_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        read("stories:\n- story: s\n  steps:\n  - intnt: a\n  - acton: b\n")
    assert [problem.location.line for problem in refused.value.problems if problem.location] == [4, 5]


def test_a_rule_is_no_conversation() -> None:
    with pytest.raises(ProblemsError, match='the rule "r" is no conversation') as refused:
        read("rules:\n- rule: r\n  steps:\n  - intent: a\n  - action: b\n")
    assert [problem.location.line for problem in refused.value.problems if problem.location] == [2]
