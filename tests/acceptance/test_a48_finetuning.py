"""Acceptance cases A48 to A53, and K04, K16 and J14 of the engine notes: trainings that go on from a model."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.test_finetuning import BOT, Lazy, command_project, edit, in_the_way, plan, stored, train
from tests.program import PROJECT, run_here

from tenprint.fingerprinting import TrainingError, TrainingPlan

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

NEW_TEXT = ("data/nlu.yml", "- goodbye", "- farewell")
NEW_STORY = ("data/stories.yml", "- story: leave", "- story: again\n  steps: [{intent: bye}]\n- story: leave")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def bot(write_project: ProjectWriter) -> Path:
    """Return a trained project, whose model is `first`."""
    project = write_project(BOT)
    train(project, fixed_model_name="first")
    return project


def epochs(model: str | None) -> tuple[int, int]:
    """Return the epochs both halves of a model have seen: a training sees 2 and 3."""
    return stored(model, "nlu/0-Growing")["epochs"], stored(model, "core/0-Deepening")["epochs"]


def refused(project: Path, **arguments: Any) -> list[str]:
    before = sorted((project / "models").iterdir())
    with pytest.raises(TrainingError) as caught:
        train(project, finetune=True, **arguments)
    assert sorted((project / "models").iterdir()) == before
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize("named", [None, "models/first.tar.gz", "models"], ids=["newest", "file", "folder"])
def test_a48_both_halves_go_on_from_what_they_stored(bot: Path, named: str | None) -> None:
    edit(bot, *NEW_TEXT)
    edit(bot, *NEW_STORY)
    report = train(bot, finetune=True, model=None if named is None else str(bot / named))
    assert epochs(report.model) == (4, 6)


A49 = {
    "no-fraction": ("  epochs: 10\n", None, 12),
    "a-fifth": ("  epochs: 10\n", 0.2, 4),
    "twice": ("  epochs: 10\n", 2, 22),
    "rounded-up": ("  epochs: 3\n", 0.5, 4),
    "a-tenth-of-thirty": ("  epochs: 30\n", 0.1, 5),
    "of-the-default": ("", 3.0, 5),
}


@pytest.mark.parametrize("case", A49)
def test_a49_k04_components_go_on_for_a_fraction_of_their_epochs(bot: Path, case: str) -> None:
    option, fraction, expected = A49[case]
    edit(bot, "config.yml", "  epochs: 2\n", option)
    edit(bot, *NEW_TEXT)
    asked = {} if fraction is None else {"epoch_fraction": fraction}
    planned = plan(bot, **asked)
    report = train(bot, finetune=True, **asked)
    assert stored(report.model, "nlu/0-Growing")["epochs"] == expected
    verdicts = {node.name: node.verdict for node in planned.nodes if node.verdict != "depends"}
    assert verdicts.items() <= {node.name: node.verdict for node in report.plan.nodes}.items()
    # The configuration keeps its epochs, so there is nothing left to do.
    assert plan(bot).action == "none"


def test_k04_what_is_trained_anew_keeps_its_epochs(bot: Path) -> None:
    edit(bot, *NEW_TEXT)
    edit(bot, *NEW_STORY)
    assert epochs(train(bot, Lazy, finetune=True, epoch_fraction=0.5).model) == (2, 5)


@pytest.mark.parametrize("fraction", [0, -1, float("nan"), float("inf")])
def test_k04_no_fraction_is_refused(bot: Path, fraction: float) -> None:
    edit(bot, *NEW_TEXT)
    assert refused(bot, epoch_fraction=fraction) == [f"{fraction} is no fraction of epochs"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--epoch-fraction", "0.5"], "add --finetune"),
        (["--finetune", "--epoch-fraction", "0"], "a number above 0"),
        (["--finetune", "--epoch-fraction", "nan"], "a number above 0"),
        (["--finetune", "--epoch-fraction", "half"], "not a valid float"),
    ],
    ids=["without-finetune", "zero", "nan", "a-word"],
)
def test_k04_a_fraction_of_nothing_is_wrong_usage(
    bot: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    for command in ("plan", "train"):
        outcome = run_here(capsys, "-C", str(bot), command, *arguments)
        assert (outcome.code, told in outcome.err) == (2, True)


def test_k04_a_command_that_trains_is_not_told_of_a_fraction(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = command_project(write_project, tmp_path, "--finetune={finetune}")
    assert run_here(capsys, "-C", str(project), "train").code == 0
    write_project({"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"})
    outcome = run_here(capsys, "-C", str(project), "train", "--finetune", "--epoch-fraction", "0.5")
    assert (outcome.code, "the command of the trainer is not told of a fraction" in outcome.err) == (1, True)
    assert run_here(capsys, "-C", str(project), "train", "--finetune", "--epoch-fraction", "1").code == 0


def test_k04_the_program_takes_the_fraction(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "k04_plugin.py").write_text(
        "from tenprint.plugins import hookimpl\nfrom tests.acceptance.test_finetuning import Deepening, Growing\n\n\n"
        "@hookimpl\ndef tenprint_register_components():\n    return [Growing, Deepening]\n"
    )
    program = ("-p", "k04_plugin", "-C", str(bot))
    assert run_here(capsys, *program, "train", "--force").code == 0
    edit(bot, *NEW_TEXT)
    asked = ("--finetune", "--epoch-fraction", "0.5")
    document = run_here(capsys, *program, "plan", *asked, "--json").document["finetune"]
    assert (document["possible"], document["epoch_fraction"]) == (True, 0.5)
    assert ", for 0.5 of the epochs:\n" in run_here(capsys, *program, "plan", *asked).out
    assert run_here(capsys, *program, "train", *asked, "--fixed-model-name", "second").code == 0
    assert stored(str(bot / "models/second.tar.gz"), "nlu/0-Growing")["epochs"] == 3


def test_a50_k16_a_new_intent_in_the_domain_ends_a_run_before_either_half(bot: Path) -> None:
    edit(bot, *NEW_TEXT)
    edit(bot, "domain.yml", "[greet, bye]", "[greet, bye, thank]")
    assert refused(bot) == ["the model cannot be finetuned: intent `thank` is new"]


A51 = {
    "a-new-intent": (
        "- intent: bye",
        "- intent: thank\n  examples: |\n    - thanks\n- intent: bye",
        "intent `thank` is new",
    ),
    "a-new-entity": ("- goodbye", "- goodbye [Anna](person)", "entity `person` is new"),
}


@pytest.mark.parametrize("case", A51)
def test_a51_k16_a_new_label_of_nlu_data_is_refused(bot: Path, case: str) -> None:
    old, new, told = A51[case]
    edit(bot, "data/nlu.yml", old, new)
    assert refused(bot) == [f"the model cannot be finetuned: {told}"]


def test_a51_k16_an_intent_that_only_the_domain_knew_is_refused(write_project: ProjectWriter) -> None:
    project = write_project({**BOT, "domain.yml": BOT["domain.yml"].replace("[greet, bye]", "[greet, bye, thank]")})
    train(project)
    edit(project, "data/nlu.yml", "- intent: bye", "- intent: thank\n  examples: |\n    - thanks\n- intent: bye")
    assert refused(project) == ["the model cannot be finetuned: intent `thank` is new"]


def test_a52_k16_where_nlu_alone_is_trained_an_intent_of_the_domain_is_in_nobodys_way(
    write_project: ProjectWriter,
) -> None:
    project = write_project({path: text for path, text in BOT.items() if path != "data/stories.yml"})
    train(project)
    edit(project, "domain.yml", "[greet, bye]", "[greet, bye, thank]")
    edit(project, *NEW_TEXT)
    assert in_the_way(plan(project)) == []
    assert stored(train(project, finetune=True).model, "nlu/0-Growing")["epochs"] == 4


@pytest.mark.parametrize("edits", [(NEW_TEXT, NEW_STORY), (NEW_TEXT,), (NEW_STORY,)], ids=["both", "nlu", "core"])
@pytest.mark.parametrize("named", ["nowhere.tar.gz", "empty"])
def test_a53_a_model_that_is_not_there_ends_the_run_with_its_path(bot: Path, edits: Any, named: str) -> None:
    (bot / "empty").mkdir()
    for each in edits:
        edit(bot, *each)
    (message,) = refused_model(bot, str(bot / named))
    assert named in message


def refused_model(project: Path, model: str) -> list[str]:
    before = sorted((project / "models").iterdir())
    with pytest.raises(Exception, match="no model") as caught:
        train(project, finetune=True, model=model)
    assert sorted((project / "models").iterdir()) == before
    return [str(caught.value).splitlines()[0]]


# What was finetuned is no result of an ordinary training, and the other way round


def verdict(found: TrainingPlan, name: str) -> str:
    return {node.name: node.verdict for node in found.nodes}[name]


def test_j14_a_training_is_never_served_what_a_finetuning_stored(bot: Path) -> None:
    edit(bot, *NEW_TEXT)
    assert epochs(train(bot, finetune=True).model)[0] == 4
    # The same configuration and data, compared with the first model and with none: the cache knows the finetuning.
    again = train(bot, model=str(bot / "models/first.tar.gz"))
    assert verdict(again.plan, "nlu/0-Growing") == "run"
    assert epochs(again.model)[0] == 2
    for model in (bot / "models").iterdir():
        model.unlink()
    anew = train(bot)
    assert verdict(anew.plan, "nlu/0-Growing") == "restored"
    assert epochs(anew.model)[0] == 2


def test_j14_a_finetuning_is_never_served_what_a_training_stored(bot: Path) -> None:
    edit(bot, *NEW_TEXT)
    assert epochs(train(bot).model)[0] == 2
    tuned = train(bot, finetune=True, model=str(bot / "models/first.tar.gz"))
    assert verdict(tuned.plan, "nlu/0-Growing") == "run"
    assert epochs(tuned.model)[0] == 4


def test_j14_the_model_that_is_gone_on_from_is_an_input_of_its_own(bot: Path) -> None:
    edit(bot, *NEW_TEXT)
    second = train(bot, finetune=True, fixed_model_name="second")
    edit(bot, "data/nlu.yml", "- farewell", "- so long")
    from_second = train(bot, finetune=True, model=second.model)
    assert epochs(from_second.model)[0] == 6
    from_first = train(bot, finetune=True, model=str(bot / "models/first.tar.gz"))
    assert (verdict(from_first.plan, "nlu/0-Growing"), epochs(from_first.model)[0]) == ("run", 4)
    repeated = train(bot, finetune=True, model=second.model)
    assert (verdict(repeated.plan, "nlu/0-Growing"), epochs(repeated.model)[0]) == ("restored", 6)
