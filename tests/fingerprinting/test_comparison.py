from itertools import product

import pytest

from tenprint.fingerprinting.comparison import (
    FingerprintComparisonResult,
    compare,
    did_section_fingerprint_change,
    differing_keys,
)
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint, Section

FINGERPRINT: Fingerprint = dict.fromkeys(FINGERPRINT_KEYS, "sha256:00")


def test_without_information_everything_is_due() -> None:
    result = FingerprintComparisonResult()
    assert (result.nlu, result.core, result.nlg, result.force_training) == (True, True, True, False)


@pytest.mark.parametrize(("nlu", "core", "nlg", "force"), list(product([False, True], repeat=4)))
def test_every_combination_of_flags_gives_the_derived_answers(*, nlu: bool, core: bool, nlg: bool, force: bool) -> None:
    result = FingerprintComparisonResult(nlu, core, nlg, force)
    assert result.is_training_required() is (nlu or core or nlg or force)
    assert result.should_retrain_core() is (core or force)
    assert result.should_retrain_nlg() is (nlg or core or force)
    assert result.should_retrain_nlu() is (nlu or force)


def test_results_with_the_same_flags_are_equal_and_show_them() -> None:
    result = FingerprintComparisonResult(nlu=False)
    assert result == FingerprintComparisonResult(False, True, True, False)
    assert result != FingerprintComparisonResult()
    assert result != "nlu"
    assert repr(result) == "FingerprintComparisonResult(nlu=False, core=True, nlg=True, force_training=False)"


def test_keys_differ_in_the_order_they_are_asked_for() -> None:
    old, new = {"a": 1, "b": 2, "c": 3}, {"a": 0, "b": 2, "c": 0}
    assert differing_keys(old, new, ["c", "b", "a"]) == ("c", "a")


def test_a_key_that_is_missing_differs_from_one_that_is_there_and_not_from_none() -> None:
    section = Section("mine", ("a",))
    assert did_section_fingerprint_change({}, {"a": "sha256:00"}, section)
    assert did_section_fingerprint_change({"a": "sha256:00"}, {}, section)
    assert not did_section_fingerprint_change({}, {}, section)
    assert not did_section_fingerprint_change({"a": None}, {}, section)


def test_a_section_looks_at_its_own_keys_only() -> None:
    assert not did_section_fingerprint_change({"a": 1, "b": 1}, {"a": 1, "b": 2}, Section("mine", ("a",)))
    assert not did_section_fingerprint_change({"a": 1}, {"a": 2}, Section("empty", ()))


def test_literal_texts_tie_core_to_nlu() -> None:
    messages = {**FINGERPRINT, "messages": "sha256:01"}
    assert not compare(FINGERPRINT, messages).core
    assert compare(FINGERPRINT, messages, has_e2e_examples=True).core
    assert not compare(FINGERPRINT, FINGERPRINT, has_e2e_examples=True).core
    assert compare(FINGERPRINT, FINGERPRINT, has_e2e_examples=True, force_training=True).core
