"""What should_retrain decides, and which halves it moves to the train path."""

import logging
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting.archive.pack import create_package_rasa
from tenprint.fingerprinting.archive.reuse import should_retrain
from tenprint.fingerprinting.comparison import FingerprintComparisonResult
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint

FINGERPRINT: Fingerprint = dict.fromkeys(FINGERPRINT_KEYS, "sha256:00")

BOTH = ("core", "nlu")


def make_model(folder: Path, *, halves: tuple[str, ...] = BOTH, fingerprint: Fingerprint | None = FINGERPRINT) -> str:
    training = folder / "training"
    training.mkdir()
    for half in halves:
        (training / half).mkdir()
        (training / half / "weights.json").write_text(half, encoding="utf-8")
    return create_package_rasa(str(training), str(folder / "models" / "old.tar.gz"), fingerprint)


def moved(folder: Path) -> tuple[str, ...]:
    """Halves that lie in the train path, with what the old model held."""
    train_path = folder / "train"
    names = sorted(path.name for path in train_path.iterdir()) if train_path.exists() else []
    assert all((train_path / name / "weights.json").read_text(encoding="utf-8") == name for name in names)
    return tuple(names)


def flags(result: FingerprintComparisonResult) -> tuple[bool, bool, bool]:
    return result.core, result.nlu, result.nlg


def answers(result: FingerprintComparisonResult) -> str:
    """Core, NLU, responses, anything at all: a letter for each that is due."""
    asked = (
        result.should_retrain_core(),
        result.should_retrain_nlu(),
        result.should_retrain_nlg(),
        result.is_training_required(),
    )
    return "".join(letter if due else "-" for letter, due in zip("CNRA", asked, strict=True))


DECISIONS: list[Any] = [
    pytest.param((), {}, (False, False, False), "----", BOTH, id="identical"),
    pytest.param(("nlg",), {}, (False, False, True), "--RA", BOTH, id="replies"),
    pytest.param(("stories",), {}, (True, False, False), "C-RA", ("nlu",), id="stories"),
    pytest.param(("domain",), {}, (True, False, False), "C-RA", ("nlu",), id="domain"),
    pytest.param(("core-config",), {}, (True, False, False), "C-RA", ("nlu",), id="policies"),
    pytest.param(("messages",), {}, (False, True, False), "-N-A", ("core",), id="messages"),
    pytest.param(("nlu-config",), {}, (False, True, False), "-N-A", ("core",), id="pipeline"),
    pytest.param(("messages",), {"has_e2e_examples": True}, (True, True, False), "CNRA", (), id="messages, literal"),
    pytest.param((), {"has_e2e_examples": True}, (False, False, False), "----", BOTH, id="identical, literal"),
    pytest.param(("config",), {}, (True, True, False), "CNRA", (), id="config"),
    pytest.param(("version",), {}, (True, True, False), "CNRA", (), id="version"),
    pytest.param(
        ("trained_at", "project", "nlu_labels", "config-without-epochs"),
        {},
        (False, False, False),
        "----",
        BOTH,
        id="what decides nothing",
    ),
    pytest.param((), {"force_training": True}, (False, False, False), "CNRA", (), id="forced"),
    pytest.param(("nlg",), {"force_training": True}, (False, False, True), "CNRA", (), id="replies, forced"),
]


@pytest.mark.parametrize(("keys", "arguments", "expected_flags", "expected", "halves"), DECISIONS)
def test_a_decision_follows_from_the_keys_that_differ_and_moves_what_stays(
    tmp_path: Path,
    *,
    keys: tuple[str, ...],
    arguments: dict[str, bool],
    expected_flags: tuple[bool, bool, bool],
    expected: str,
    halves: tuple[str, ...],
) -> None:
    model = make_model(tmp_path)
    new = {**FINGERPRINT, **dict.fromkeys(keys, "sha256:01")}
    result = should_retrain(new, model, str(tmp_path / "train"), **arguments)
    assert flags(result) == expected_flags
    assert answers(result) == expected
    assert moved(tmp_path) == halves
    assert result.force_training is arguments.get("force_training", False)
    assert Path(model).is_file()


@pytest.mark.parametrize(
    ("halves", "expected", "kept"), [(("nlu",), "C-RA", ("nlu",)), (("core",), "-N-A", ("core",)), ((), "CNRA", ())]
)
def test_a_half_the_old_model_lacks_is_due(
    tmp_path: Path, halves: tuple[str, ...], expected: str, kept: tuple[str, ...]
) -> None:
    model = make_model(tmp_path, halves=halves)
    assert answers(should_retrain(FINGERPRINT, model, str(tmp_path / "train"))) == expected
    assert moved(tmp_path) == kept


def test_a_missing_nlu_half_ties_core_to_it_when_dialogues_hold_literal_texts(tmp_path: Path) -> None:
    model = make_model(tmp_path, halves=("core",))
    assert answers(should_retrain(FINGERPRINT, model, str(tmp_path / "train"), True)) == "CNRA"
    assert moved(tmp_path) == ()


def test_without_a_stored_fingerprint_everything_is_due(tmp_path: Path) -> None:
    model = make_model(tmp_path, fingerprint=None)
    assert flags(should_retrain(FINGERPRINT, model, str(tmp_path / "train"))) == (True, True, True)
    assert moved(tmp_path) == ()


@pytest.mark.parametrize("old_model", [None, "", "nowhere.tar.gz"])
@pytest.mark.parametrize("force", [False, True])
def test_without_a_model_everything_is_due_and_force_is_remembered(
    tmp_path: Path, old_model: str | None, *, force: bool
) -> None:
    path = old_model and str(tmp_path / old_model)
    result = should_retrain(FINGERPRINT, path, str(tmp_path / "train"), force_training=force)
    assert flags(result) == (True, True, True)
    assert result.force_training is force
    assert moved(tmp_path) == ()


def damage_not_gzip(model: Path) -> None:
    model.write_bytes(b"no archive at all")


def damage_cut_off(model: Path) -> None:
    model.write_bytes(model.read_bytes()[:-40])


def damage_unsafe(model: Path) -> None:
    with tarfile.open(model, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../outside.txt"))


def damage_fingerprint(model: Path) -> None:
    with tarfile.open(model, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("fingerprint.json"))


@pytest.mark.parametrize("damage", [damage_not_gzip, damage_cut_off, damage_unsafe, damage_fingerprint])
def test_a_model_that_cannot_be_read_is_logged_and_everything_is_due(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Any
) -> None:
    model = make_model(tmp_path)
    damage(Path(model))
    with caplog.at_level(logging.ERROR):
        result = should_retrain(FINGERPRINT, model, str(tmp_path / "train"))
    assert flags(result) == (True, True, True)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert model in record.getMessage()
    assert moved(tmp_path) == ()
    assert not (tmp_path / "outside.txt").exists()


def test_a_half_that_cannot_be_moved_is_due(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    (tmp_path / "train").write_text("a file in place of the folder", encoding="utf-8")
    assert flags(should_retrain(FINGERPRINT, model, str(tmp_path / "train"))) == (True, True, False)


def test_what_lies_in_the_train_path_is_replaced_and_not_nested(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    (tmp_path / "train" / "core").mkdir(parents=True)
    (tmp_path / "train" / "core" / "left.txt").write_text("from an earlier run", encoding="utf-8")
    assert answers(should_retrain(FINGERPRINT, model, str(tmp_path / "train"))) == "----"
    assert moved(tmp_path) == BOTH
    assert [path.name for path in (tmp_path / "train" / "core").iterdir()] == ["weights.json"]


def test_neither_fingerprint_is_changed(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    new = {"stories": "sha256:01"}
    should_retrain(new, model, str(tmp_path / "train"))
    assert new == {"stories": "sha256:01"}
