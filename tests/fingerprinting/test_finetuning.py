import pytest

from tenprint.fingerprinting.finetuning import can_finetune, finetuning_obstacles
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, MINIMUM_COMPATIBLE_VERSION, Fingerprint

FINGERPRINT: Fingerprint = {**dict.fromkeys(FINGERPRINT_KEYS, "sha256:00"), "version": MINIMUM_COMPATIBLE_VERSION}


def other(*keys: str) -> Fingerprint:
    return {**FINGERPRINT, **dict.fromkeys(keys, "sha256:01")}


def test_an_equal_fingerprint_can_be_finetuned() -> None:
    assert can_finetune(FINGERPRINT, FINGERPRINT)
    assert can_finetune(FINGERPRINT, FINGERPRINT, core=True, nlu=True)


@pytest.mark.parametrize("key", ["stories", "messages", "nlg", "core-config", "nlu-config", "project", "trained_at"])
def test_what_only_adds_data_or_epochs_can_be_finetuned(key: str) -> None:
    assert can_finetune(FINGERPRINT, other(key), core=True, nlu=True)


def test_another_config_can_not_be_finetuned() -> None:
    assert finetuning_obstacles(FINGERPRINT, other("config-without-epochs"), core=False, nlu=False) == (
        "the configuration differs in more than epochs",
    )


def test_another_domain_is_in_the_way_of_core_only() -> None:
    assert not can_finetune(FINGERPRINT, other("domain"), core=True)
    assert can_finetune(FINGERPRINT, other("domain"), nlu=True)


def test_other_labels_are_in_the_way_of_nlu_only() -> None:
    assert not can_finetune(FINGERPRINT, other("nlu_labels"), nlu=True)
    assert can_finetune(FINGERPRINT, other("nlu_labels"), core=True)


def test_all_obstacles_are_named_at_once() -> None:
    new = other("config-without-epochs", "domain", "nlu_labels")
    assert len(finetuning_obstacles(FINGERPRINT, new, core=True, nlu=True)) == 3


@pytest.mark.parametrize("version", [None, 2, "", "latest", "0.9", "99.0"])
def test_a_model_of_an_unknown_older_or_newer_version_can_not_be_finetuned(version: object) -> None:
    (obstacle,) = finetuning_obstacles({**FINGERPRINT, "version": version}, FINGERPRINT, core=True, nlu=True)
    assert "version" in obstacle
    if version:
        assert str(version) in obstacle or not isinstance(version, str)


def test_a_model_without_a_fingerprint_can_not_be_finetuned() -> None:
    assert not can_finetune({}, FINGERPRINT)


def test_versions_are_ordered_as_versions_and_not_as_text() -> None:
    assert finetuning_obstacles(FINGERPRINT, FINGERPRINT, core=True, nlu=True, minimum_version="1.0.0") == ()
    newer = {**FINGERPRINT, "version": "1.10"}
    assert finetuning_obstacles(newer, newer, core=False, nlu=False, minimum_version="1.9") != ()
