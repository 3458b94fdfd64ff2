"""What declared inputs are worth: one value for what is there, another one for whatever else is."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.importers import ProblemsError, SourceError
from tenprint.importers.inputs import (
    Inputs,
    InputState,
    are_unchanged,
    checked_inputs,
    input_states,
    inputs_digest,
)

FILES = {"words.txt": "one\n", "lists/a.txt": "a\n", "lists/deep/b.txt": "b\n"}
INPUTS = Inputs(("words.txt", "lists"), ("LOCALE",), {"faq-api": "v1"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def look(
    project: Path, inputs: Inputs = INPUTS, environment: Mapping[str, str] | None = None
) -> tuple[InputState, ...]:
    return input_states(inputs, owner="importer faq", project=project, environment=environment or {"LOCALE": "de"})


def test_each_input_is_looked_at_and_sorted(project: Path) -> None:
    assert [(state.sort, state.name) for state in look(project)] == [
        ("environment", "LOCALE"),
        ("file", "lists"),
        ("file", "words.txt"),
        ("version", "faq-api"),
    ]
    assert all(state.digest is not None for state in look(project))


def write(path: str, content: str) -> Callable[[Path], object]:
    return lambda project: (project / path).write_text(content, encoding="utf-8")


EDITS: Mapping[str, Callable[[Path], object]] = {
    "another content": write("words.txt", "two\n"),
    "a file is gone": lambda project: (project / "words.txt").unlink(),
    "another content in a folder": write("lists/deep/b.txt", "c\n"),
    "a new file in a folder": write("lists/c.txt", ""),
    "another name in a folder": lambda project: (project / "lists/a.txt").rename(project / "lists/z.txt"),
    "another folder of a file": lambda project: (project / "lists/deep").rename(project / "lists/other"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_a_file_is_another_state(project: Path, edit: str) -> None:
    inputs = Inputs(INPUTS.files)
    before = look(project, inputs)
    assert are_unchanged(before, project=project, environment={})
    EDITS[edit](project)
    assert not are_unchanged(before, project=project, environment={})
    assert inputs_digest(look(project, inputs)) != inputs_digest(before)


@pytest.mark.parametrize("environment", [{}, {"LOCALE": ""}, {"LOCALE": "en"}, {"locale": "de"}])
def test_another_value_of_a_variable_is_another_state(project: Path, environment: Mapping[str, str]) -> None:
    before = look(project, Inputs(environment=("LOCALE",)))
    assert are_unchanged(before, project=project, environment={"LOCALE": "de", "OTHER": "1"})
    assert not are_unchanged(before, project=project, environment=environment)


def test_a_version_is_never_known_to_be_unchanged(project: Path) -> None:
    assert not are_unchanged(look(project, Inputs(versions={"faq-api": "v1"})), project=project, environment={})


def test_order_and_owner_do_not_count_for_the_digest(project: Path) -> None:
    forth, back = Inputs(("words.txt", "lists")), Inputs(("lists", "words.txt", "lists"))
    assert inputs_digest(look(project, forth)) == inputs_digest(look(project, back))
    theirs = input_states(forth, owner="transform x", project=project, environment={})
    assert inputs_digest(theirs) == inputs_digest(look(project, forth))


def test_what_is_missing_is_a_state_of_its_own(project: Path) -> None:
    (state,) = look(project, Inputs(("nothing.txt",)))
    assert state.digest is None
    assert state.to_json() == {"owner": "importer faq", "sort": "file", "name": "nothing.txt", "digest": None}
    (project / "nothing.txt").write_text("")
    assert not are_unchanged((state,), project=project, environment={})


def test_a_pipe_is_an_error_and_never_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe")
    with pytest.raises(SourceError, match="pipe cannot be read: it is no regular file"):
        look(project, Inputs(("pipe",)))


def test_a_link_to_nothing_in_a_folder_has_nothing_to_read(project: Path) -> None:
    before = look(project, Inputs(("lists",)))
    (project / "lists/dangling").symlink_to(project / "nowhere")
    assert look(project, Inputs(("lists",))) == before


def test_values_are_nowhere_in_what_is_kept(project: Path) -> None:
    states = look(project, Inputs(environment=("TOKEN",)), {"TOKEN": "hush-hush"})
    assert "hush" not in repr(states)
    assert "hush" not in str([state.to_json() for state in states])


@pytest.mark.parametrize(
    "answer",
    [None, [], Inputs("words.txt"), Inputs(("",)), Inputs(environment=(1,)), Inputs(versions={"a": 1})],  # type: ignore[arg-type,dict-item]  # what plugins may return
)
def test_an_answer_that_is_no_declaration_is_refused(answer: object) -> None:
    with pytest.raises(ProblemsError, match="declared_inputs of the importer faq returned") as caught:
        checked_inputs(answer, "importer faq")
    assert caught.value.problems[0].code == "wrong-answer"


def test_nothing_declared_is_false() -> None:
    assert not Inputs()
    assert Inputs(versions={"a": "1"})
