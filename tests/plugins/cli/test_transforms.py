"""Transforms of a project as its user sees them: settings, plans, where things come from, and what goes wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.program import PROJECT, run_here

from tenprint.importers import ProblemsError, Transform, TransformItem
from tenprint.plugins import create_plugin_manager, hookimpl, registry_of
from tenprint.plugins.settings import read_settings

ProjectWriter = Callable[[Mapping[str, str]], Path]
Capture = pytest.CaptureFixture[str]

MODULE = """
from dataclasses import dataclass

from tenprint.importers import Secret, TenprintError, Transform
from tenprint.plugins import hookimpl


class Louder(Transform):
    NAME = "louder"
    KINDS = ("intent-example",)

    def transform_item(self, item):
        yield item
        yield item.derived(item.value._replace(text=item.value.text.upper()))


@dataclass(frozen=True)
class Options:
    end: str = "!"
    token: Secret | None = None


class Ending(Transform):
    NAME = "ending"
    KINDS = ("intent-example", "response")
    OPTIONS = Options

    async def transform_item(self, item):
        if item.kind == "response":
            return [item.replaced({**item.value, "text": item.value["text"] + self.options.end})]
        if self.random(item).random() < self.context.seed / 10:
            return [item.replaced(item.value._replace(text=item.value.text + self.options.end))]
        return [item]


class Broken(Transform):
    NAME = "broken"
    KINDS = ("story",)

    def transform_item(self, item):
        if item.value.name == "greet":
            raise TenprintError("I know no story of this name", hint="give it another one")
        raise KeyError("x")


class Same(Transform):
    NAME = "same"
    KINDS = ("config-key", "intent", "intent-example", "response", "story")

    def transform(self, items):
        return reversed([item.replaced(item.value) for item in items])


@hookimpl
def tenprint_register_transforms():
    return [Louder, Ending, Broken, Same]
"""


@pytest.fixture
def project(write_project: ProjectWriter, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return the writer of a project with transforms; each test has a module of its own, for Python keeps modules."""
    module = f"transforms_of_{abs(hash(request.node.nodeid))}"

    def write(transforms: str, **files: str) -> str:
        text = f"plugins: [{module}]\n{transforms}"
        named = {path.replace("__", "/").replace("_yml", ".yml"): content for path, content in files.items()}
        return str(write_project({**PROJECT, f"{module}.py": MODULE, "tenprint.yml": text, **named}))

    return write


ProjectWith = Callable[..., str]


def changes(capsys: Capture, folder: str) -> list[tuple[str, str, tuple[str, ...], list[str]]]:
    outcome = run_here(capsys, "-C", folder, "plan", "--json")
    return [
        (each["change"], each["kind"], tuple(each["path"]), each["sections"])
        for each in outcome.document["changes"]
    ]  # fmt: skip


def test_results_are_shown_with_the_place_and_the_transforms_they_come_from(
    project: ProjectWith, capsys: Capture
) -> None:
    folder = project("transforms: [louder, {name: ending, seed: 10, end: '?'}]\n")
    shown = run_here(capsys, "-C", folder, "show", "intent", "greet").out
    assert "hello?  data/nlu.yml:4:7" in shown
    assert "HELLO?  data/nlu.yml:4:7  [file" in shown
    document = run_here(capsys, "-C", folder, "show", "intent-example", "--json").document
    assert [(item["path"][2], item["transforms"], item["location"]["line"]) for item in document["items"]] == [
        ("hello?", ["ending"], 4),
        ("HELLO?", ["louder", "ending"], 4),
        ("good day?", ["ending"], 5),
        ("GOOD DAY?", ["louder", "ending"], 5),
    ]
    text = run_here(capsys, "-C", folder, "show", "response", "--blame").out
    assert '{"text": "hello?"}  domain.yml:5:7' in text
    assert "  by ending\n" in text


def test_sources_tell_what_the_data_went_through(project: ProjectWith, capsys: Capture) -> None:
    config = "language: en\nimporters:\n- name: file\n  as: own\n  transforms: [louder]\n"
    folder = project("transforms: [{name: ending, seed: 3, token: {env: TOKEN}}]\n", config_yml=config)
    shown = run_here(capsys, "-C", folder, "show", "sources").out
    assert "  through louder 1, seed 0  config.yml:5\n" in shown
    assert 'the whole project\n  through ending 1, seed 3, {"end": "!"}  tenprint.yml:2' in shown
    document = run_here(capsys, "-C", folder, "show", "sources", "--json").document
    assert [(each["name"], each["source"], each["options"]) for each in document["transforms"]] == [
        ("louder", "own", {}),
        ("ending", None, {"end": "!"}),
    ]


def test_a_plan_tells_what_differs_of_transforms_and_trains_what_differs_of_their_results(
    project: ProjectWith, capsys: Capture
) -> None:
    folder = project("transforms: [louder, ending]\n")
    assert run_here(capsys, "-C", folder, "train").code == 0
    assert changes(capsys, folder) == []

    project("transforms: [louder, {name: ending, token: {env: OTHER}}]\n")
    assert changes(capsys, folder) == []

    project("transforms: [ending, louder]\n")
    assert changes(capsys, folder) == [("modified", "transform", ("transforms",), [])]
    outcome = run_here(capsys, "-C", folder, "plan")
    assert "nothing to do" in outcome.out

    project("transforms: [louder, {name: ending, seed: 9}]\n")
    assert ("modified", "transform", ("transforms", "ending"), []) in changes(capsys, folder)
    assert run_here(capsys, "-C", folder, "plan", "--json").document["sections"]["nlu"]["retrain"]
    text = run_here(capsys, "-C", folder, "plan").out
    assert "~ transform: ending  (tenprint.yml:2:22)  [nothing is trained for it]" in text

    project("")
    found = changes(capsys, folder)
    assert ("removed", "transform", ("transforms", "louder"), []) in found
    assert ("removed", "intent-example", ("nlu", "greet", "HELLO"), ["nlu"]) in found


def test_a_transform_that_changes_nothing_makes_nothing_due(project: ProjectWith, capsys: Capture) -> None:
    folder = project("")
    assert run_here(capsys, "-C", folder, "train").code == 0
    before = run_here(capsys, "-C", folder, "fingerprint", "--json").document
    project("transforms: [same]\n")
    after = run_here(capsys, "-C", folder, "fingerprint", "--json").document
    assert changes(capsys, folder) == [("added", "transform", ("transforms", "same"), [])]
    assert after["further"].pop("transforms").startswith("sha256:")
    assert after == before
    assert "nothing to do" in run_here(capsys, "-C", folder, "train").out


def test_values_are_trained_exported_and_counted_as_transforms_left_them(
    project: ProjectWith, capsys: Capture, tmp_path: Path
) -> None:
    folder = project("transforms: [louder, ending]\n")
    assert run_here(capsys, "-C", folder, "train").code == 0
    assert run_here(capsys, "-C", folder, "export", str(tmp_path / "out")).code == 0
    exported = (tmp_path / "out/data/nlu.yml").read_text(encoding="utf-8")
    assert "HELLO" in exported
    assert "hello!" in (tmp_path / "out/domain.yml").read_text(encoding="utf-8")
    assert 4 in run_here(capsys, "-C", folder, "show", "--json").document["counts"].values()
    assert run_here(capsys, "-C", folder, "parse", "HELLO", "--json").document["intent"]["name"] == "greet"
    assert run_here(capsys, "-C", folder, "validate").code == 0


def test_what_a_transform_refuses_is_told_with_the_place_of_the_item(project: ProjectWith, capsys: Capture) -> None:
    folder = project("transforms: [broken]\n")
    for command in ("plan", "validate", "fingerprint", "train"):
        outcome = run_here(capsys, "-C", folder, command)
        told = outcome.out + outcome.err
        assert outcome.code == 1, command
        assert "data/stories.yml:2:5: error: the transform 'broken': I know no story of this name [transform]" in told
        assert "hint: give it another one" in told


def test_what_fails_in_a_transform_is_told_with_its_own_line(project: ProjectWith, capsys: Capture) -> None:
    stories = PROJECT["data/stories.yml"].replace("story: greet", "story: other")
    folder = project("transforms: [broken]\n", data__stories_yml=stories)
    told = run_here(capsys, "-C", folder, "plan").err
    assert "data/stories.yml:2:5: error: the transform 'broken' failed for story 'other': KeyError: 'x' (at " in told


def test_wrong_entries_are_told_with_their_lines(project: ProjectWith, capsys: Capture) -> None:
    folder = project("transforms:\n  - loudr\n  - name: ending\n    ned: x\n")
    told = run_here(capsys, "-C", folder, "plan").err
    assert (
        "tenprint.yml:3:5: error: there is no transform 'loudr' [unknown-transform]\n  hint: did you mean louder?"
        in told
    )
    assert "tenprint.yml:5:5: error: the transform 'ending' has no option 'ned' [option]" in told


def test_settings_read_transforms_and_tell_all_that_is_wrong() -> None:
    assert [spec.name for spec in read_settings(b"transforms: [a, {name: b}]\n").transforms] == ["a", "b"]
    with pytest.raises(ProblemsError) as caught:
        read_settings(b"transforms: [{seed: 1}]\nmerge: 7\n")
    assert len(caught.value.problems) == 2


class Quiet(Transform):
    NAME = "quiet"
    ALIASES = ("silent",)
    KINDS = ("story",)

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        return [item]


class Providing:
    """A plugin that provides what it is given."""

    def __init__(self, provided: Any) -> None:
        self._provided = provided

    @hookimpl
    def tenprint_register_transforms(self) -> Any:
        return self._provided


def registered(*provided: Any) -> Any:
    return registry_of(create_plugin_manager(plugins=[Providing(each) for each in provided], discover=False))


def test_transforms_are_registered_under_their_names_and_aliases() -> None:
    transforms = registered([Quiet]).transforms
    assert {name: transforms[name].provided for name in transforms} == {"quiet": Quiet, "silent": Quiet}


def test_wrong_answers_and_clashes_are_problems() -> None:
    class Other(Quiet):
        NAME = "silent"
        ALIASES: ClassVar[tuple[str, ...]] = ()  # type: ignore[assignment]  # fewer than its base

    with pytest.raises(ProblemsError) as caught:
        registered([Quiet], [Other], [Transform], [int], 7)
    codes = [problem.code for problem in caught.value.problems]
    assert sorted(codes) == ["plugin-answer", "plugin-answer", "plugin-clash", "plugin-name"]
