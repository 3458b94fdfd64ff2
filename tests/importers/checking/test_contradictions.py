"""Stories that part: what is a contradiction, what is none, and where it is told."""

from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.importers.checking.deep import DOMAIN, deep_problems, dialogues, told

from tenprint.importers import ImporterContext, ReadingRules
from tenprint.importers.checking.checked import checked_project
from tenprint.importers.checking.contradictions import contradicting_stories
from tenprint.importers.file import FileImporter

WriteProject = Callable[[Mapping[str, str]], Path]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hi act!", "hi b!"),
        ("hi act! yes b!", "hi act! yes c!"),
        ("hi act! b!", "hi act! c!"),
        ("hi act! b!", "hi act! yes b!"),
        ("hi act! b!", "hi act!"),
        ("hi seen=true act!", "hi seen=true b!"),
        ("hi note=x act!", "hi b!"),
        ("hi city=Rome act!", "hi city=Oslo b!"),
        ("hi seen=true city=Rome act!", "hi city=Rome seen=true b!"),
        ("hi act! yes/no b!", "hi act! no c!"),
        ("hi >joint act!", "hi b!"),
        ("act! yes b!", "act! yes c!"),
        ("hi order! @order @ act!", "hi order! @order @ b!"),
        ("hi order! @order ask act! b!", "hi order! @order ask act! c!"),
        ("hi order! @order ask act!", "hi order! @order ask b!"),
        ("hi order! @order hi order! ask act!", "hi order! @order ask b!"),
        ("hi action_listen! act!", "hi b!"),
    ],
)
def test_the_same_dialogue_with_different_next_actions_is_a_contradiction(
    write_project: WriteProject, one: str, other: str
) -> None:
    found = deep_problems(write_project(dialogues(one, other)))

    assert [problem.code for problem in found] == ["contradicting-stories"]
    places = [found[0].location, *found[0].related]
    assert [place.line for place in places if place is not None] == [2, 3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hi act!", "yes b!"),
        ("hi act! yes b!", "hi act! no c!"),
        ("hi seen=true act!", "hi seen=false b!"),
        ("hi seen=true act!", "hi b!"),
        ("hi act! yes", "hi act! yes b!"),
        ("hi:Rome act!", "hi b!"),
        ("act! yes b!", "b! yes c!"),
        ("hi order! @order @ act!", "hi order! @order ask b!"),
        ("hi order! @order hi order! @ act!", "hi order! @order no order! hi order! @ act!"),
        ("hi order! @order ask act! order!", "hi order! @order ask act! yes b!"),
        ("hi order! @order hi city=Rome order! @ act!", "hi order! @order @ b!"),
        ("hi >nowhere", "hi act!"),
        ("hi act!", "hi act!  no c!"),
    ],
)
def test_what_a_policy_can_tell_apart_is_no_contradiction(write_project: WriteProject, one: str, other: str) -> None:
    assert deep_problems(write_project(dialogues(one, other))) == []


def test_the_steps_that_part_are_told_with_the_dialogue_so_far(write_project: WriteProject) -> None:
    (problem,) = deep_problems(write_project(dialogues("hi act! yes b!", "hi act! yes c!", "hi act! yes")))

    assert told([problem]) == ["contradicting-stories data/s.yml:2:67"]
    assert [str(place) for place in problem.related] == ["data/s.yml:3:67"]
    assert problem.message == (
        "stories contradict each other after hi > act > yes: story 's1' goes on with 'b'; story 's2' goes on with 'c'"
    )
    assert problem.hint is not None


def test_stories_meet_through_checkpoints(write_project: WriteProject) -> None:
    found = deep_problems(write_project(dialogues("hi act! >joint", ">joint yes b!", "hi act! yes c!", ">joint no d!")))

    assert told(found) == ["contradicting-stories data/s.yml:3:59"]
    assert [place.line for place in found[0].related] == [4]


def test_checkpoints_with_different_conditions_are_told_apart(write_project: WriteProject) -> None:
    condition = "{checkpoint: joint, slot_was_set: [seen: %s]}"
    stories = dialogues("hi act! >joint", ">joint yes b!", ">joint yes c!")["data/s.yml"]
    for value in ("true", "false"):
        stories = stories.replace("[{checkpoint: joint}", "[" + condition % value, 1)

    assert deep_problems(write_project({**dialogues(), "data/s.yml": stories})) == []


def test_an_entity_the_intent_ignores_tells_nothing_apart(write_project: WriteProject) -> None:
    domain = DOMAIN.replace("[hi, yes", "[hi: {use_entities: []}, yes")
    found = deep_problems(write_project(dialogues("hi:Rome act!", "hi b!", domain=domain)))

    assert told(found) == ["contradicting-stories data/s.yml:2:63"]


def test_a_circle_of_checkpoints_ends(write_project: WriteProject) -> None:
    found = deep_problems(write_project(dialogues(">round yes act! >round", "hi act! >round", ">round yes b! >round")))

    assert [problem.code for problem in found] == ["contradicting-stories"]


def test_many_alternatives_cost_nothing(write_project: WriteProject) -> None:
    steps = " ".join(["yes/no/ask act!"] * 40)

    assert deep_problems(write_project(dialogues(f"hi {steps}", f"hi {steps} b!"))) != []


def test_what_was_too_much_to_look_at_is_said(write_project: WriteProject) -> None:
    project = write_project(dialogues("hi act! yes b!", "hi act! yes c!"))
    snapshot = anyio.run(FileImporter({}, ImporterContext(project)).snapshot)
    (problem,) = contradicting_stories(checked_project(snapshot, ReadingRules()), most_groups=2)

    assert problem.code == "unchecked-stories"
    assert "more than 2" in problem.message
    assert problem.hint is not None
