"""Acceptance cases A01 to A14: locating, unpacking and packaging models."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import (
    Fingerprint,
    ModelNotFound,
    create_package_rasa,
    fingerprint_from_path,
    get_latest_model,
    get_local_model,
    get_model,
    get_model_subdirectories,
    package_model,
    persist_fingerprint,
    unpack_model,
)
from tenprint.plugins import run_project

FINGERPRINT: Fingerprint = {"config": "sha256:00", "trained_at": 1700000000.5, "version": "1.0", "project": None}


@pytest.fixture
def assistant(tmp_path: Path) -> Path:
    copy_of_assistant(tmp_path / "assistant")
    return tmp_path / "assistant"


@pytest.fixture
def model(assistant: Path) -> str:
    trained: str = run_project(assistant, "train").model
    return trained


def without_models(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("no model", encoding="utf-8")
    return [str(folder / "missing"), str(folder / "empty"), str(folder / "notes.txt"), ""]


def test_a01_the_latest_model_is_the_one_trained_last(assistant: Path, model: str) -> None:
    second = run_project(assistant, "train", force=True).model
    assert second != model
    assert get_latest_model(str(assistant / "models")) == second


def test_a02_the_local_model_of_an_archive_is_the_archive(model: str) -> None:
    assert get_local_model(model) == model


@pytest.mark.parametrize("which", range(4))
def test_a03_where_no_model_is_there_is_no_local_model(tmp_path: Path, which: int) -> None:
    with pytest.raises(ModelNotFound):
        get_local_model(without_models(tmp_path)[which])


@pytest.mark.parametrize("which", range(4))
def test_a04_where_no_model_is_none_is_unpacked(tmp_path: Path, which: int) -> None:
    with pytest.raises(ModelNotFound):
        get_model(without_models(tmp_path)[which])


def test_a05_a_full_model_holds_both_halves(model: str) -> None:
    with get_model(model) as unpacked:
        assert (Path(unpacked) / "core").is_dir()
        assert (Path(unpacked) / "nlu").is_dir()


def test_a06_an_unpacked_model_is_gone_after_the_block(model: str) -> None:
    with unpack_model(model) as unpacked:
        assert Path(unpacked).is_dir()
    assert not Path(unpacked).exists()


def test_a07_both_halves_of_an_unpacked_model_are_found(tmp_path: Path, model: str) -> None:
    with unpack_model(model) as unpacked:
        assert get_model_subdirectories(unpacked) == (f"{unpacked}/core", f"{unpacked}/nlu")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound):
        get_model_subdirectories(str(tmp_path / "empty"))


def test_a08_a_half_that_is_missing_is_none(model: str) -> None:
    with unpack_model(model) as unpacked:
        shutil.rmtree(Path(unpacked) / "core")
        assert get_model_subdirectories(unpacked) == (None, f"{unpacked}/nlu")


def test_a09_a_stored_fingerprint_is_read_back_equal(tmp_path: Path) -> None:
    persist_fingerprint(str(tmp_path), FINGERPRINT)
    assert fingerprint_from_path(str(tmp_path)) == FINGERPRINT


def test_a10_a_model_packaged_again_has_its_halves_and_the_given_fingerprint(tmp_path: Path, model: str) -> None:
    unpacked = unpack_model(model)
    path = create_package_rasa(unpacked, str(tmp_path / "again.tar.gz"), FINGERPRINT)
    assert not Path(unpacked).exists()
    with unpack_model(path) as again:
        assert get_model_subdirectories(again) == (f"{again}/core", f"{again}/nlu")
        assert fingerprint_from_path(again) == FINGERPRINT


def test_a11_a_model_packaged_without_a_fingerprint_has_none(tmp_path: Path) -> None:
    (tmp_path / "trained" / "nlu").mkdir(parents=True)
    path = create_package_rasa(str(tmp_path / "trained"), str(tmp_path / "model.tar.gz"))
    with unpack_model(path) as unpacked:
        assert not (Path(unpacked) / "fingerprint.json").exists()
        assert fingerprint_from_path(unpacked) == {}


def test_a12_a_model_is_called_as_fixed_or_begins_with_its_prefix(tmp_path: Path) -> None:
    names = []
    for arguments in ({"fixed_model_name": "peg"}, {"model_prefix": "core-"}):
        (tmp_path / "trained" / "core").mkdir(parents=True)
        path = package_model(FINGERPRINT, str(tmp_path / "models"), str(tmp_path / "trained"), **arguments)
        names.append(Path(path).name)
    assert names[0] == "peg.tar.gz"
    assert names[1].startswith("core-")
    assert names[1].endswith(".tar.gz")


def test_a13_training_twice_leaves_nothing_temporary(assistant: Path, temporary_files: Path) -> None:
    for written in (True, False):
        assert run_project(assistant, "train").written is written
        assert list(temporary_files.iterdir()) == []


HALVES: dict[str, dict[str, Any]] = {
    "core-": {"domain.yml": "intents: [greet]\nresponses: {utter_hello: [{text: hello}]}\n"}
    | {"data/rules.yml": "rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hello}]}]\n"},
    "nlu-": {"data/nlu.yml": "nlu: [{intent: greet, examples: [{text: hello}]}]\n"},
}


@pytest.mark.parametrize("prefix", HALVES)
def test_a14_training_one_half_leaves_nothing_temporary(write_project: Any, temporary_files: Path, prefix: str) -> None:
    project = write_project({"config.yml": "language: en\n", **HALVES[prefix]})
    for written in (True, False):
        report = run_project(project, "train")
        assert report.written is written
        assert Path(report.model).name.startswith(prefix)
        assert list(temporary_files.iterdir()) == []
