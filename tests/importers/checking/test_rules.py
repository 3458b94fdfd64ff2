"""Rules against rules, and stories against rules."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.importers.checking.deep import CONFIG, deep_problems, dialogues, rule, told

WriteProject = Callable[[Mapping[str, str]], Path]

ACT = rule("r", "hi act!")


@pytest.mark.parametrize(
    ("story", "rules"),
    [
        ("hi b!", ACT),
        ("yes d! hi b!", ACT),
        ("hi act! b!", ACT),
        ("yes/hi b!", ACT),
        ("hi:Rome b!", ACT),
        ("hi b!", rule("r", "hi act!", "conversation_start: true, ")),
        ("hi b!", rule("r", "hi/yes act!")),
        ("hi b!", rule("r", "hi act!", "condition: [{active_loop: null}], ")),
        ("hi order! @order ask b!", rule("r", "ask act!", "condition: [{active_loop: order}], ")),
        ("hi order! @order @ b!", rule("r", "order! @ act!", "condition: [{active_loop: order}], ")),
        ("yes seen=true hi b!", rule("r", "hi act!", "condition: [{slot_was_set: [seen: true]}], ")),
    ],
)
def test_a_story_that_says_other_than_a_rule_is_told(write_project: WriteProject, story: str, rules: str) -> None:
    (problem,) = deep_problems(write_project(dialogues(story, rules=rules)))

    assert problem.code == "story-against-rule"
    assert str(problem.location).startswith("data/s.yml:2:")
    assert [place.path for place in problem.related] == ["data/r.yml"]
    assert "rules win" in problem.message


@pytest.mark.parametrize(
    ("story", "rules"),
    [
        ("hi act!", ACT),
        ("hi act! yes b!", ACT),
        ("hi", ACT),
        ("hi >nowhere", ACT),
        ("hi act! b!", rule("r", "hi act!", "wait_for_user_input: false, ")),
        ("yes d! hi b!", rule("r", "hi act!", "conversation_start: true, ")),
        ("hi order! @order ask b!", rule("r", "ask act!", "condition: [{active_loop: null}], ")),
        ("hi b!", rule("r", "hi act!", "condition: [{active_loop: order}], ")),
        ("hi b!", rule("r", "hi act!", "condition: [{slot_was_set: [seen: true]}], ")),
        (">joint hi b!", rule("r", "hi act!", "condition: [{active_loop: null}], ")),
        ("hi order! @order ask order!", rule("r", "ask act!")),
        ("hi order! @order ask act! order!", rule("r", "ask act!")),
        ("b! yes c!", rule("r", "b! hi act!")),
        ("hi seen=true/seen=false b!", rule("r", "hi act!")),
    ],
)
def test_a_story_that_goes_as_its_rules_say_or_is_none_of_their_business_is_no_problem(
    write_project: WriteProject, story: str, rules: str
) -> None:
    assert deep_problems(write_project(dialogues(story, rules=rules))) == []


def test_the_most_demanding_rule_decides(write_project: WriteProject) -> None:
    rules = ACT + rule("special", "hi b!", "condition: [{slot_was_set: [seen: true]}], ")

    assert deep_problems(write_project(dialogues("yes seen=true hi b!", rules=rules))) == []
    found = deep_problems(write_project(dialogues("yes seen=true hi act!", rules=rules)))
    assert told(found) == ["story-against-rule data/s.yml:2:82"]
    assert "rule 'special' goes on with 'b'" in found[0].message


def test_many_stories_against_one_rule_are_one_problem(write_project: WriteProject) -> None:
    (problem,) = deep_problems(write_project(dialogues("hi b! yes", "hi b! no", "hi b! ask", rules=ACT)))

    assert problem.code == "story-against-rule"
    assert "story 's1' goes on with 'b'" in problem.message
    assert problem.message.endswith("so it is with 2 more")
    assert [f"{place.path}:{place.line}" for place in problem.related] == [
        "data/r.yml:2",
        "data/s.yml:3",
        "data/s.yml:4",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hi act!", "hi b!"),
        ("hi act!", "hi act! b!"),
        ("hi/yes act!", "yes/no b!"),
        ("b! hi act!", "b! hi c!"),
    ],
)
def test_rules_that_say_different_things_about_the_same_moments_are_told(
    write_project: WriteProject, one: str, other: str
) -> None:
    rules = rule("one", one) + rule("other", other)
    (problem,) = deep_problems(write_project(dialogues(rules=rules)))

    assert (problem.code, problem.severity) == ("contradicting-rules", "error")
    assert (str(problem.location)[:12], [place.line for place in problem.related]) == ("data/r.yml:2", [3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ACT, rule("other", "yes b!")),
        (ACT, rule("other", "hi b!", "condition: [{active_loop: order}], ")),
        (ACT, rule("other", "hi b!", "conversation_start: true, ")),
        (ACT, rule("other", "yes act! b!")),
        (rule("one", "act! hi b!"), rule("other", "b! hi act!")),
    ],
)
def test_rules_that_can_be_told_apart_are_no_problem(write_project: WriteProject, one: str, other: str) -> None:
    assert deep_problems(write_project(dialogues(rules=one + other))) == []


@pytest.mark.parametrize(
    ("policies", "severity"),
    [
        ("[{name: RulePolicy}]", "error"),
        ("[{name: RulePolicy, check_for_contradictions: false}]", "warning"),
        ("[{name: MemoizationPolicy}]", "warning"),
    ],
)
def test_contradicting_rules_are_an_error_where_they_cannot_be_trained(
    write_project: WriteProject, policies: str, severity: str
) -> None:
    files = {**dialogues(rules=ACT + rule("other", "hi b!")), "config.yml": CONFIG + f"policies: {policies}\n"}

    assert [problem.severity for problem in deep_problems(write_project(files))] == [severity]
