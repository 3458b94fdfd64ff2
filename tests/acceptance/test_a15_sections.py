"""Acceptance cases A15 to A24: which keys decide for which section."""

import pytest

from tenprint.fingerprinting import CORE, FINGERPRINT_KEYS, NLU, Fingerprint, did_section_fingerprint_change

FINGERPRINT: Fingerprint = dict.fromkeys(FINGERPRINT_KEYS, "sha256:00")


def verdicts(*keys: str) -> tuple[bool, bool]:
    """Tell whether Core and NLU changed between two fingerprints that differ in these keys."""
    other = {**FINGERPRINT, **dict.fromkeys(keys, "sha256:01")}
    core, nlu = (did_section_fingerprint_change(FINGERPRINT, other, section) for section in (CORE, NLU))
    assert core is did_section_fingerprint_change(other, FINGERPRINT, CORE)
    assert nlu is did_section_fingerprint_change(other, FINGERPRINT, NLU)
    return core, nlu


def test_a15_config_changes_core() -> None:
    assert verdicts("config") == (True, True)


def test_a16_the_policies_change_core_only() -> None:
    assert verdicts("core-config") == (True, False)


def test_a17_the_domain_changes_core() -> None:
    assert verdicts("domain") == (True, False)


def test_a18_stories_change_core_only() -> None:
    assert verdicts("stories") == (True, False)


def test_a19_the_version_changes_both() -> None:
    assert verdicts("version") == (True, True)


def test_a20_replies_change_neither() -> None:
    assert verdicts("nlg") == (False, False)


def test_a21_messages_change_nlu_only() -> None:
    assert verdicts("messages") == (False, True)


def test_a22_the_pipeline_does_not_change_core() -> None:
    assert verdicts("nlu-config") == (False, True)


def test_a23_the_config_without_epochs_changes_neither() -> None:
    assert verdicts("config-without-epochs") == (False, False)


def test_a24_two_changes_do_not_cancel_out() -> None:
    assert verdicts("config", "version") == (True, True)


@pytest.mark.parametrize("key", ["project", "trained_at", "nlu_labels"])
def test_a24_what_is_no_training_data_changes_neither(key: str) -> None:
    assert verdicts(key) == (False, False)
