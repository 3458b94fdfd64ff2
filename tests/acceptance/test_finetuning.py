"""Finetuning: whether it can go on, what is in the way by name, and what then happens (users' cases A27 to A35)."""

import io
import json
import os
import stat
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.foreign import MAKER, RASA_3
from tests.program import PROJECT, run_here

from tenprint.fingerprinting import (
    CoreTrainingData,
    Message,
    NluComponent,
    Policy,
    RunReport,
    TrainingError,
    TrainingPlan,
    read_archive_head,
)
from tenprint.importers import Registered, run_to_end
from tenprint.importers.data import NluData
from tenprint.plugins import Registry, create_plugin_manager, open_project, registry_of

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

BOT = {
    "config.yml": "language: en\npipeline:\n- name: Growing\n  epochs: 2\n- name: KeywordIntentClassifier\n"
    "policies:\n- name: Deepening\n  epochs: 3\n- name: MemoizationPolicy\n",
    "domain.yml": "intents: [greet, bye]\nentities: [city]\nslots:\n  city: {type: text, mappings: []}\n"
    "responses:\n  utter_hello: [{text: hello}]\n  utter_bye: [{text: bye}]\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hello [Berlin](city)\n"
    "- intent: bye\n  examples: |\n    - goodbye\n",
    "data/stories.yml": "stories:\n- story: greet\n  steps: [{intent: greet}, {action: utter_hello}]\n"
    "- story: leave\n  steps: [{intent: bye}, {action: utter_bye}]\n",
}


class Growing(NluComponent):
    """Counts the epochs of its life, and keeps all texts it ever saw."""

    NAME = "Growing"
    VERSION = "1"
    CAN_FINETUNE = True

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"epochs": 1, "width": 8}

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        return {"state.json": {"epochs": config["epochs"], "texts": sorted(example.text for example in nlu.examples)}}

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluData, former: Mapping[str, Any]) -> Mapping[str, Any]:
        known, new = former["state.json"], cls.train(config, nlu)["state.json"]
        texts = sorted({*known["texts"], *new["texts"]})
        return {"state.json": {"epochs": known["epochs"] + new["epochs"], "texts": texts}}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Growing":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


class Deepening(Policy):
    NAME = "Deepening"
    VERSION = "1"
    CAN_FINETUNE = True

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"epochs": 1}

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del request
        return {"state.json": {"epochs": config["epochs"]}}

    @classmethod
    def finetune(
        cls, config: Mapping[str, Any], request: CoreTrainingData, former: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        del request
        return {"state.json": {"epochs": former["state.json"]["epochs"] + config["epochs"]}}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Deepening":
        del config, files
        return cls()

    def predict(self, dialogue: Any) -> None:
        del dialogue


class Grown(Growing):
    """The same under the same name, with other code."""

    VERSION = "2"


class Boastful(Growing):
    """Says that it can, and cannot."""

    VERSION = "1"
    finetune: Any = classmethod(vars(NluComponent)["finetune"].__func__)  # as if Growing had none


class Unfit(Growing):
    """Finds that the vocabulary does not fit, and says so."""

    VERSION = "1"

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluData, former: Mapping[str, Any]) -> Mapping[str, Any]:
        del config, nlu, former
        raise TrainingError("the vocabulary has 12 words, the model knows 10", hint="train anew")


class Lazy(Growing):
    VERSION = "1"
    CAN_FINETUNE: ClassVar[bool] = False


def registry(*components: type[Any]) -> Registry:
    ours = registry_of(create_plugin_manager())
    every: tuple[Any, ...] = (Growing, Deepening, *components)
    added = {one.NAME: Registered(one.NAME, one, "some-tests", "1") for one in every}
    return changed(ours, components={**dict(ours.components.items()), **added})


def operate(project: Path, operation: str, *components: type[Any], **arguments: Any) -> Any:
    async def call() -> Any:
        async with open_project(project, registry=registry(*components)) as opened:
            return await getattr(opened, operation)(**arguments)

    return run_to_end(call)


def train(project: Path, *components: type[Any], **arguments: Any) -> RunReport:
    report = operate(project, "train", *components, **arguments)
    assert isinstance(report, RunReport)
    return report


def plan(project: Path, *components: type[Any], **arguments: Any) -> TrainingPlan:
    found = operate(project, "plan", *components, finetune=True, **arguments)
    assert isinstance(found, TrainingPlan)
    return found


def stored(model: str | None, resource: str) -> Any:
    assert model is not None
    with tarfile.open(model) as archive:
        stream = archive.extractfile(f"{resource}/state.json")
        assert stream is not None
        return json.load(stream)


def in_the_way(found: TrainingPlan) -> list[str]:
    assert found.finetune is not None
    return [
        obstacle.message + (f" at {obstacle.location}" if obstacle.location else "")
        for obstacle in found.finetune.obstacles
    ]


@pytest.fixture
def bot(write_project: ProjectWriter) -> Path:
    """Return a trained project."""
    project = write_project(BOT)
    train(project)
    return project


def edit(project: Path, name: str, old: str, new: str) -> None:
    text = (project / name).read_text(encoding="utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new), encoding="utf-8")


def test_new_examples_and_stories_are_learned_on_top_of_the_old(bot: Path) -> None:
    edit(bot, "data/nlu.yml", "- goodbye", "- farewell")
    found = plan(bot)
    assert found.finetune is not None
    assert found.finetune.to_json()["components"] == [
        {"name": "nlu/0-Growing", "verdict": "finetune"},
        {"name": "nlu/1-KeywordIntentClassifier", "verdict": "train"},
        {"name": "core/0-Deepening", "verdict": "skipped"},
        {"name": "core/1-MemoizationPolicy", "verdict": "skipped"},
    ]
    report = train(bot, finetune=True)
    assert stored(report.model, "nlu/0-Growing") == {
        "epochs": 4,
        "texts": ["farewell", "goodbye", "hello", "hello Berlin"],
    }
    assert stored(report.model, "core/0-Deepening") == {"epochs": 3}
    assert plan(bot).action == "none"


def test_without_the_word_everything_due_is_trained_anew(bot: Path) -> None:
    edit(bot, "data/nlu.yml", "- goodbye", "- farewell")
    assert stored(train(bot).model, "nlu/0-Growing")["epochs"] == 2


def test_a34_finetuning_twice_in_a_row_works_and_the_lineage_is_recorded(bot: Path) -> None:
    first = read_archive_head(str(next((bot / "models").iterdir())))
    assert "finetuned" not in first.metadata
    bases = []
    for number, text in enumerate(("farewell", "so long"), start=1):
        edit(bot, "data/nlu.yml", "- goodbye", f"- goodbye\n    - {text}")
        report = train(bot, finetune=True)
        assert stored(report.model, "nlu/0-Growing")["epochs"] == 2 * (number + 1)
        assert report.model is not None
        lineage = read_archive_head(report.model).metadata["finetuned"]
        assert (list(lineage), lineage["nlu"]["generation"]) == (["nlu"], number)
        bases.append(lineage["nlu"]["base"])
    assert len(set(bases)) == 2
    # What is taken over from a finetuned model stays finetuned, what is trained anew is not.
    edit(bot, "data/stories.yml", "- story: leave", "- story: again\n  steps: [{intent: bye}]\n- story: leave")
    core = train(bot)
    assert core.model is not None
    assert read_archive_head(core.model).metadata["finetuned"]["nlu"]["generation"] == 2
    edit(bot, "data/nlu.yml", "- goodbye", "- adieu")
    anew = train(bot)
    assert anew.model is not None
    assert "finetuned" not in read_archive_head(anew.model).metadata


def test_only_epochs_may_differ_in_the_configuration(bot: Path) -> None:
    edit(bot, "config.yml", "epochs: 2", "epochs: 5")
    found = plan(bot)
    assert (found.retrains("nlu"), in_the_way(found)) == (True, [])
    assert stored(train(bot, finetune=True).model, "nlu/0-Growing")["epochs"] == 7


OBSTACLES: Mapping[str, tuple[str, str, str, list[str]]] = {
    "a27-a29-a-new-intent-with-examples": (
        "data/nlu.yml",
        "- intent: bye",
        "- intent: thank\n  examples: |\n    - thanks\n- intent: bye",
        ["intent `thank` is new at data/nlu.yml:8:5"],
    ),
    "a28-a32-a-label-less": (
        "data/nlu.yml",
        "- intent: bye\n  examples: |\n    - goodbye\n",
        "",
        ["intent `bye` is gone"],
    ),
    "a28-a-new-entity": (
        "data/nlu.yml",
        "- goodbye",
        "- goodbye [Anna](person)",
        ["entity `person` is new at data/nlu.yml:8:5"],
    ),
    "a28-a-new-role": (
        "data/nlu.yml",
        "[Berlin](city)",
        '[Berlin]{"entity": "city", "role": "from"}',
        ["role `from` of `city` is new at data/nlu.yml:5:5"],
    ),
    "a28-an-entity-less": ("data/nlu.yml", "[Berlin](city)", "Berlin", ["entity `city` is gone"]),
    "a29-an-intent-in-the-domain": (
        "domain.yml",
        "[greet, bye]",
        "[greet, bye, thank]",
        ["intent `thank` is new at domain.yml:1:23"],
    ),
    "a27-an-action": (
        "domain.yml",
        "entities:",
        "actions: [action_x]\nentities:",
        ["action `action_x` is new at domain.yml:2:11"],
    ),
    "a27-a-response": (
        "domain.yml",
        "  utter_bye:",
        "  utter_thanks: [{text: thanks}]\n  utter_bye:",
        ["action `utter_thanks` is new at domain.yml:7:18"],
    ),
    "a27-a-slot-changed": ("domain.yml", "type: text", "type: any", ["slot `city` changed at domain.yml:4:3"]),
    "a27-an-entity-of-the-domain-less": ("domain.yml", "entities: [city]\n", "", ["entity `city` is gone"]),
    "a27-an-option": (
        "config.yml",
        "  epochs: 2",
        "  epochs: 2\n  width: 16",
        ["pipeline entry 1 `Growing` changed other keys than `epochs` at config.yml:3:3"],
    ),
    "a27-an-entry-more": (
        "config.yml",
        "- name: MemoizationPolicy",
        "- name: RulePolicy\n- name: MemoizationPolicy",
        ["policies entry 2 `RulePolicy` is new at config.yml:9:3"],
    ),
    "a27-an-entry-less": (
        "config.yml",
        "- name: KeywordIntentClassifier\n",
        "",
        ["pipeline entry 2 `KeywordIntentClassifier` of the model is gone"],
    ),
    "a27-a-key": (
        "config.yml",
        "language",
        "recipe: default.v1\nlanguage",
        ["the key `recipe` of the configuration is new at config.yml:1:1"],
    ),
    "the-language": ("config.yml", "language: en", "language: de", ["the language is another one at config.yml:1:1"]),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_is_in_the_way_is_named_with_its_place(bot: Path, case: str) -> None:
    name, old, new, expected = OBSTACLES[case]
    edit(bot, name, old, new)
    found = plan(bot)
    assert in_the_way(found) == expected
    assert found.finetune is not None
    assert (found.finetune.possible, found.action) == (False, "train")
    models = sorted((bot / "models").iterdir())
    with pytest.raises(TrainingError) as refused:
        train(bot, finetune=True)
    assert [problem.code for problem in refused.value.problems] == ["finetune"] * len(expected)
    assert sorted((bot / "models").iterdir()) == models


def test_all_obstacles_are_told_at_once(bot: Path) -> None:
    edit(bot, "domain.yml", "[greet, bye]", "[greet, bye, thank]")
    edit(bot, "config.yml", "epochs: 2", "width: 16")
    edit(bot, "data/nlu.yml", "- goodbye", "- goodbye [Anna](person)")
    assert len(in_the_way(plan(bot))) == 3


def test_labels_are_in_the_way_of_nlu_only_and_the_domain_of_core_only(bot: Path) -> None:
    edit(bot, "data/stories.yml", "{action: utter_bye}", "{action: utter_hello}")
    assert in_the_way(plan(bot)) == []
    edit(bot, "data/stories.yml", "- story: leave\n  steps: [{intent: bye}, {action: utter_hello}]\n", "")
    assert plan(bot).retrains("core")
    assert not plan(bot).retrains("nlu")
    assert in_the_way(plan(bot)) == []


def test_nothing_is_in_the_way_of_what_is_not_due(bot: Path) -> None:
    found = plan(bot)
    assert found.finetune is not None
    assert (found.action, found.finetune.possible) == ("none", True)
    assert {each.verdict for each in found.finetune.resources} == {"skipped"}
    assert not train(bot, finetune=True).written
    edit(bot, "domain.yml", "text: hello", "text: good day")
    assert train(bot, finetune=True).plan.action == "update-domain"


def test_there_must_be_a_model_to_go_on_from(write_project: ProjectWriter) -> None:
    project = write_project(BOT)
    assert in_the_way(plan(project)) == ["there is no model yet"]
    with pytest.raises(TrainingError, match="cannot be finetuned: there is no model yet"):
        train(project, finetune=True)


def test_a_component_with_other_code_cannot_take_over_what_it_did_not_learn(bot: Path) -> None:
    (message,) = in_the_way(plan(bot, Grown))
    assert message == "nlu/0-Growing was trained by some-tests:Growing@1, now it is some-tests:Growing@2"


def test_each_component_that_cannot_is_named_where_none_can(bot: Path) -> None:
    edit(bot, "data/nlu.yml", "- goodbye", "- farewell")
    assert in_the_way(plan(bot, Lazy)) == [
        "`nlu/0-Growing` cannot go on from a former training: it is trained anew each time",
        "`nlu/1-KeywordIntentClassifier` cannot go on from a former training: it is trained anew each time",
    ]


def test_none_of_ours_can(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    assert run_here(capsys, "-C", str(project), "train").code == 0
    write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
    refused = run_here(capsys, "-C", str(project), "train", "--finetune")
    assert (refused.code, refused.out) == (1, "")
    assert "`nlu/0-KeywordIntentClassifier` cannot go on from a former training" in refused.err
    assert "hint: train without --finetune" in refused.err
    shown = run_here(capsys, "-C", str(project), "plan", "--finetune")
    assert (shown.code, "cannot be finetuned:" in shown.out) == (0, True)
    document = run_here(capsys, "-C", str(project), "plan", "--finetune", "--json").document["finetune"]
    assert (document["possible"], [reason["code"] for reason in document["reasons"]]) == (False, ["component"])
    assert run_here(capsys, "-C", str(project), "plan", "--json").document["finetune"] is None


def test_a33_a_component_that_finds_a_mismatch_ends_the_run_with_its_own_words(bot: Path) -> None:
    edit(bot, "data/nlu.yml", "- goodbye", "- farewell")
    models = sorted((bot / "models").iterdir())
    with pytest.raises(TrainingError, match="the vocabulary has 12 words, the model knows 10"):
        train(bot, Unfit, finetune=True)
    with pytest.raises(TrainingError, match="Boastful has CAN_FINETUNE, and no finetune"):
        train(bot, Boastful, finetune=True)
    assert sorted((bot / "models").iterdir()) == models


def test_a35_a_completed_configuration_is_compared_as_it_is_used(write_project: ProjectWriter) -> None:
    project = write_project({**BOT, "config.yml": BOT["config.yml"].partition("policies")[0]})
    train(project)
    edit(project, "data/nlu.yml", "- goodbye", "- farewell")
    assert in_the_way(plan(project)) == []
    train(project, finetune=True)


def test_a_model_that_does_not_list_its_labels_tells_what_it_knows(bot: Path) -> None:
    edit(bot, "data/nlu.yml", "- goodbye", "- goodbye [Anna](person)")
    forget(bot, "labels")
    # Entities of examples stand nowhere in an old model, so the kind of difference is all that can be said.
    assert in_the_way(plan(bot)) == ["the intents, entities, roles or groups of the NLU data differ"]
    edit(bot, "data/nlu.yml", "- intent: bye", "- intent: thank")
    assert in_the_way(plan(bot)) == ["intent `thank` is new at data/nlu.yml:8:5", "intent `bye` is gone"]


def forget(project: Path, key: str) -> None:
    """Write the model again without a key of its metadata."""
    (path,) = (project / "models").iterdir()
    with tarfile.open(path) as archive:
        members = [(member, archive.extractfile(member)) for member in archive.getmembers()]
        contents = [(member, b"" if stream is None else stream.read()) for member, stream in members]
    with tarfile.open(path, "w:gz") as archive:
        for member, content in contents:
            text = content
            if member.name == "metadata.json":
                document = json.loads(content)
                del document[key]
                text = json.dumps(document).encode()
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))


# Words of the program


def test_the_option_takes_a_model_or_none(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin = bot / "growing_plugin.py"
    plugin.write_text(
        "from tenprint.plugins import hookimpl\nfrom tests.acceptance.test_finetuning import Deepening, Growing\n\n\n"
        "@hookimpl\ndef tenprint_register_components():\n    return [Growing, Deepening]\n"
    )
    for model in (bot / "models").iterdir():
        model.unlink()
    program = ["-p", "growing_plugin", "-C", str(bot)]
    assert run_here(capsys, *program, "train", "--fixed-model-name", "first").code == 0
    edit(bot, "data/nlu.yml", "- goodbye", "- farewell")
    shown = run_here(capsys, *program, "plan", "--finetune")
    assert "nlu/0-Growing goes on from its former training" in shown.out
    named = run_here(capsys, *program, "train", "--finetune", "models/first.tar.gz", "--fixed-model-name", "second")
    assert (named.code, named.err) == (0, "")
    assert stored(str(bot / "models/second.tar.gz"), "nlu/0-Growing")["epochs"] == 4
    assert run_here(capsys, *program, "train", "--finetune").out.startswith("nothing to do")


@pytest.mark.parametrize("command", ["plan", "train"])
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--finetune", "--force"], "--force takes nothing from any"),
        (["--finetune", "one.tar.gz", "--model", "two.tar.gz"], "leave out --model"),
    ],
    ids=["force", "two-models"],
)
def test_contradictions_are_wrong_usage(
    bot: Path, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str], told: str
) -> None:
    outcome = run_here(capsys, "-C", str(bot), command, *arguments)
    assert (outcome.code, told in outcome.err) == (2, True)


def test_a_model_that_is_not_there_is_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", str(bot), "train", "--finetune", "nowhere.tar.gz")
    assert (outcome.code, "no model here" in outcome.err) == (1, True)


# A command that trains


def command_project(write_project: ProjectWriter, folder: Path, *words: str) -> Path:
    path = folder / "maker.py"
    body = RASA_3.replace('print("training", name)', 'print("training", name, *sys.argv[3:])')
    path.write_text(MAKER + body, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    command = [sys.executable, str(path), "{out}", "{name}", *words]
    return write_project(
        {**PROJECT, "tenprint.yml": json.dumps({"trainer": {"name": "command", "command": command}}) + "\n"}
    )


def test_a_command_is_told_the_model_in_the_word_that_asks_for_it(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = command_project(write_project, tmp_path, "--finetune={finetune}", "--always")
    first = run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "first")
    assert (first.code, "training first --always\n" in first.err) == (0, True)
    write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
    again = run_here(capsys, "-C", str(project), "train", "--finetune", "--fixed-model-name", "second")
    base = os.path.realpath(project / "models/first.tar.gz")
    assert (again.code, f"training second --finetune={base} --always\n" in again.err) == (0, True)
    metadata = read_archive_head(str(project / "models/second.tar.gz")).metadata
    assert metadata["finetuned"]["nlu"]["generation"] == 1
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code").code == 0


def test_a_command_without_the_word_is_refused_before_it_runs(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = command_project(write_project, tmp_path)
    assert run_here(capsys, "-C", str(project), "train").code == 0
    write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
    outcome = run_here(capsys, "-C", str(project), "train", "--finetune")
    assert (outcome.code, "training " in outcome.err) == (1, False)
    assert "the command of the trainer has no word with {finetune}" in outcome.err
