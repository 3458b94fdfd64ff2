"""Sides of a comparison: the verdict between two of them is that of a plan, and neither is changed."""

from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from tests.program import PROJECT
from tests.projects_in_git import write_files

from tenprint.fingerprinting import Side, compare_sides, model_side, project_side
from tenprint.importers import ReadingRules
from tenprint.plugins import open_project


def sides_of(folder: Path, **changed: str) -> tuple[Side, Side]:
    """Write a project and train it; the project as a side, and the model as one."""
    write_files(folder, {**PROJECT, **{path.replace("__", "."): text for path, text in changed.items()}})

    async def read() -> tuple[Side, Side]:
        async with open_project(folder) as project:
            report = await project.train()
            assert report.model is not None
            return await project_side(project.setup, revision="r1"), model_side(report.model, project.rules)

    return anyio.run(read)


def test_a_project_and_its_model_are_equal_sides(tmp_path: Path) -> None:
    project, model = sides_of(tmp_path / "a")
    for old, new in ((project, project), (project, model), (model, project), (model, model)):
        plan = compare_sides(old, new, ReadingRules())
        assert (plan.action, plan.changes) == ("none", ())
        assert plan.model == old.model
    assert project.items is not None
    assert {item.location.revision for item in project.items if item.location} == {"r1"}


@pytest.mark.parametrize(
    ("path", "old", "new", "due"),
    [
        ("data/nlu.yml", "good day", "good morning", ["nlu"]),
        ("domain.yml", "text: hello", "text: hi", ["nlg"]),
        ("data/stories.yml", "story: greet", "story: welcome", []),
        ("data/stories.yml", "- action: utter_hello", "- action: action_listen", ["core", "nlg"]),
    ],
)
def test_the_same_is_due_whatever_the_kinds_of_the_sides_are(
    tmp_path: Path, path: str, old: str, new: str, due: list[str]
) -> None:
    before = sides_of(tmp_path / "a")
    write_files(tmp_path / "b", {path: PROJECT[path].replace(old, new)})
    written = {key: value for key, value in PROJECT.items() if key != path}
    write_files(tmp_path / "b", written)

    async def read() -> tuple[Side, Side]:
        async with open_project(tmp_path / "b") as project:
            report = await project.train()
            return await project_side(project.setup), model_side(str(report.model), project.rules)

    after = anyio.run(read)
    plans = [compare_sides(one, other, ReadingRules()) for one in before for other in after]
    assert [[name for name, section in plan.sections.items() if section.retrain] for plan in plans] == [due] * 4
    assert {(change.change, change.kind, change.path) for change in plans[0].changes} == {
        (change.change, change.kind, change.path) for plan in plans for change in plan.changes
    }


def test_two_models_without_items_are_compared_by_their_sections(tmp_path: Path) -> None:
    _, model = sides_of(tmp_path / "a")
    silent = replace(model, items=None, fingerprint={**model.fingerprint, "messages": "other"})
    plan = compare_sides(silent, model, ReadingRules())
    assert (plan.action, plan.changes) == ("train", ())
    assert [problem.code for problem in plan.problems] == ["no-items"]
    both = compare_sides(silent, replace(model, items=None), ReadingRules())
    assert [problem.code for problem in both.problems] == ["no-items", "no-items"]


def test_models_of_two_trainers_are_due_and_projects_have_none(tmp_path: Path) -> None:
    project, model = sides_of(tmp_path / "a")
    other = replace(model, trainer="command")
    assert compare_sides(other, model, ReadingRules()).sections["nlu"].reasons[0].code == "trainer"
    assert compare_sides(other, project, ReadingRules()).action == "none"
    assert compare_sides(project, other, ReadingRules()).action == "none"
