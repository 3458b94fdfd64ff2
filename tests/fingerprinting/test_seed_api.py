"""The published API, name by name: parameters, defaults, and what must be awaited."""

import inspect
from pathlib import Path
from typing import Any

import pytest

import tenprint.fingerprinting
from tenprint.fingerprinting import (
    CORE,
    DEFAULT_MODELS_PATH,
    NLG,
    NLU,
    FingerprintComparisonResult,
    ModelNotFound,
    Section,
    TempDirectoryPath,
)

NEEDED = inspect.Parameter.empty

FUNCTIONS: dict[str, dict[str, Any]] = {
    "get_local_model": {"model_path": "models"},
    "get_model": {"model_path": "models"},
    "get_latest_model": {"model_path": "models"},
    "unpack_model": {"model_file": NEEDED, "working_directory": None},
    "get_model_subdirectories": {"unpacked_model_path": NEEDED},
    "create_package_rasa": {"training_directory": NEEDED, "output_filename": NEEDED, "fingerprint": None},
    "project_fingerprint": {},
    "model_fingerprint": {"file_importer": NEEDED},
    "fingerprint_from_path": {"model_path": NEEDED},
    "persist_fingerprint": {"output_path": NEEDED, "fingerprint": NEEDED},
    "did_section_fingerprint_change": {"fingerprint1": NEEDED, "fingerprint2": NEEDED, "section": NEEDED},
    "move_model": {"source": NEEDED, "target": NEEDED},
    "should_retrain": {
        "new_fingerprint": NEEDED,
        "old_model": NEEDED,
        "train_path": NEEDED,
        "has_e2e_examples": False,
        "force_training": False,
    },
    "can_finetune": {"last_fingerprint": NEEDED, "new_fingerprint": NEEDED, "core": False, "nlu": False},
    "package_model": {
        "fingerprint": NEEDED,
        "output_directory": NEEDED,
        "train_path": NEEDED,
        "fixed_model_name": None,
        "model_prefix": "",
    },
    "update_model_with_new_domain": {"importer": NEEDED, "unpacked_model_path": NEEDED},
    "get_model_for_finetuning": {"previous_model_file": NEEDED},
}

AWAITED = {"model_fingerprint", "update_model_with_new_domain"}

# What ours take beyond the published parameters; by keyword only, so no published call means anything else.
FURTHER = {"unpack_model": {"limits"}, "persist_fingerprint": {"root", "items"}}

METHODS = ("is_training_required", "should_retrain_core", "should_retrain_nlg", "should_retrain_nlu")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_published_function_has_its_published_parameters_and_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(tenprint.fingerprinting, name)).parameters.values()
    published = [parameter for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    assert {parameter.name: parameter.default for parameter in published} == FUNCTIONS[name]
    assert [parameter.name for parameter in published] == list(FUNCTIONS[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whatever_a_published_function_takes_beyond_is_optional_and_by_keyword(name: str) -> None:
    parameters = inspect.signature(getattr(tenprint.fingerprinting, name)).parameters.values()
    further = [parameter for parameter in parameters if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD]
    assert {parameter.name for parameter in further} == FURTHER.get(name, set())
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in further)
    assert all(parameter.default is not NEEDED for parameter in further)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_just_the_published_coroutines_are_awaited(name: str) -> None:
    function = getattr(tenprint.fingerprinting, name)
    assert inspect.iscoroutinefunction(function) is (name in AWAITED)


def test_a_section_is_a_named_tuple_of_its_name_and_keys() -> None:
    assert Section._fields == ("name", "relevant_keys")
    assert Section("mine", ("config",)) == ("mine", ("config",))
    assert all(isinstance(section, Section) for section in (CORE, NLU, NLG))


def test_a_comparison_result_is_made_of_four_flags() -> None:
    parameters = inspect.signature(FingerprintComparisonResult).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == {
        "nlu": True,
        "core": True,
        "nlg": True,
        "force_training": False,
    }
    assert list(parameters) == ["nlu", "core", "nlg", "force_training"]
    assert all(parameter.kind is parameter.POSITIONAL_OR_KEYWORD for parameter in parameters.values())


@pytest.mark.parametrize("name", METHODS)
def test_a_comparison_result_answers_questions_without_arguments(name: str) -> None:
    method = getattr(FingerprintComparisonResult, name)
    assert list(inspect.signature(method).parameters) == ["self"]
    assert getattr(FingerprintComparisonResult(), name)() is True


def test_the_default_models_path_is_the_folder_models() -> None:
    assert DEFAULT_MODELS_PATH == "models"


def test_a_missing_model_is_an_error_of_its_own_and_a_missing_file() -> None:
    assert issubclass(ModelNotFound, FileNotFoundError)


def test_the_path_of_an_unpacked_model_is_text_and_a_context_manager(tmp_path: Path) -> None:
    (tmp_path / "unpacked").mkdir()
    with TempDirectoryPath(tmp_path / "unpacked") as path:
        assert isinstance(path, str)
        assert Path(path).is_dir()
    assert not Path(path).exists()


def test_every_name_of_the_door_leads_somewhere() -> None:
    assert len(set(tenprint.fingerprinting.__all__)) == len(tenprint.fingerprinting.__all__)
    for name in tenprint.fingerprinting.__all__:
        assert getattr(tenprint.fingerprinting, name) is not None
