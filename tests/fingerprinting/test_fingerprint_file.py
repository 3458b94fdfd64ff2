import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.errors import FingerprintError
from tenprint.fingerprinting.fingerprint_file import (
    FINGERPRINT_FILE,
    StoredFingerprint,
    content_root,
    fingerprint_document,
    fingerprint_from_path,
    fingerprint_text,
    persist_fingerprint,
    read_fingerprint_document,
)
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint

ROOT = "sha256:" + "0" * 64

FULL: Fingerprint = {
    "config": "sha256:01",
    "core-config": "",
    "nlu-config": "sha256:02",
    "config-without-epochs": "sha256:03",
    "domain": "sha256:04",
    "nlg": "sha256:05",
    "project": None,
    "messages": "sha256:06",
    "nlu_labels": "sha256:07",
    "stories": "sha256:08",
    "trained_at": 1700000000.25,
    "version": "1.0",
    "retrieval-responses": "sha256:09",
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
odd_keys = st.text() | st.sampled_from([*FINGERPRINT_KEYS, "schema", "keys", "further", "items", "root", "scheme"])
fingerprints = st.dictionaries(odd_keys, json_values, max_size=8)


@given(fingerprints)
def test_any_fingerprint_of_json_values_comes_back_equal(fingerprint: Fingerprint) -> None:
    text = fingerprint_text(fingerprint_document(fingerprint, root=ROOT))
    assert read_fingerprint_document(text) == StoredFingerprint(fingerprint, scheme=1)


@given(fingerprints, json_values)
def test_items_travel_beside_the_fingerprint(fingerprint: Fingerprint, items: Any) -> None:
    text = fingerprint_text(fingerprint_document(fingerprint, root=ROOT, items=items))
    assert read_fingerprint_document(text) == StoredFingerprint(fingerprint, items, 1)


@given(fingerprints)
def test_what_is_persisted_is_loaded_again(fingerprint: Fingerprint) -> None:
    with tempfile.TemporaryDirectory() as folder:
        persist_fingerprint(folder, fingerprint)
        assert fingerprint_from_path(folder) == fingerprint


@given(fingerprints)
def test_the_order_of_keys_does_not_show_in_the_text(fingerprint: Fingerprint) -> None:
    backwards = dict(reversed(fingerprint.items()))
    texts = {fingerprint_text(fingerprint_document(one, root=ROOT)) for one in (fingerprint, backwards)}
    assert len(texts) == 1


def test_a09_a_persisted_fingerprint_is_loaded_equal(tmp_path: Path) -> None:
    persist_fingerprint(str(tmp_path), FULL)
    assert fingerprint_from_path(str(tmp_path)) == FULL


def test_the_file_has_the_documented_form(tmp_path: Path) -> None:
    persist_fingerprint(str(tmp_path), {"zebra": 1, "domain": "sha256:ä", "alpha": None}, root=ROOT, items=[1, ["a"]])
    assert (tmp_path / FINGERPRINT_FILE).read_text(encoding="utf-8") == (
        "{\n"
        '  "schema": "tenprint.fingerprint/1",\n'
        '  "keys": {\n'
        '    "domain": "sha256:ä"\n'
        "  },\n"
        '  "further": {\n'
        '    "alpha": null,\n'
        '    "zebra": 1\n'
        "  },\n"
        f'  "root": "{ROOT}",\n'
        '  "scheme": 1,\n'
        '  "items": [1,["a"]]\n'
        "}\n"
    )


def test_without_a_root_the_file_holds_one_that_ignores_when_training_ended(tmp_path: Path) -> None:
    persist_fingerprint(str(tmp_path), FULL)
    root = json.loads((tmp_path / FINGERPRINT_FILE).read_text(encoding="utf-8"))["root"]
    assert root == content_root({**FULL, "trained_at": 2.0})
    assert root != content_root({**FULL, "domain": "sha256:other"})


def test_building_a_document_leaves_the_fingerprint_alone() -> None:
    nested: Fingerprint = {"further-key": {"inner": [1]}}
    document = fingerprint_document(nested, root=ROOT)
    document["further"]["further-key"]["inner"].append(2)
    assert nested == {"further-key": {"inner": [1]}}


def test_a_flat_dictionary_of_rasa_2_is_read_as_it_is(tmp_path: Path) -> None:
    flat = {"config": "99914b932bd37a50b983c5e7c90ae93b", "trained_at": 1.5, "version": "2.8.34", "keys": 1}
    (tmp_path / FINGERPRINT_FILE).write_text(json.dumps(flat), encoding="utf-8")
    assert fingerprint_from_path(str(tmp_path)) == flat
    assert read_fingerprint_document(json.dumps(flat)).scheme is None


@pytest.mark.parametrize("path", ["", "missing", "a-file"])
def test_where_there_is_no_fingerprint_an_empty_one_is_loaded(tmp_path: Path, path: str) -> None:
    (tmp_path / "a-file").write_text("no directory", encoding="utf-8")
    assert fingerprint_from_path(path and str(tmp_path / path)) == {}
    assert fingerprint_from_path(str(tmp_path)) == {}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"config": ', r":1:12: malformed JSON"),
        (b"", r":1:1: malformed JSON"),
        (b'{"config": NaN}', "NaN is not a JSON number"),
        (b"[" * 200_000, "malformed JSON"),
        (b'{"config": "\xff"}', r"not UTF-8 \(byte 12\)"),
        (b"[]", "a JSON object, not a list"),
        (b"null", "not a null"),
        (b'{"schema": "tenprint.fingerprint/9"}', "unknown schema 'tenprint.fingerprint/9'"),
        (b'{"schema": null}', "unknown schema None"),
        (b'{"schema": "tenprint.fingerprint/1", "keys": {}}', "`keys` and `further`"),
        (b'{"schema": "tenprint.fingerprint/1", "keys": {}, "further": {}, "scheme": true}', "`scheme`"),
    ],
)
def test_a_damaged_file_is_an_error_that_names_it_and_the_next_step(tmp_path: Path, raw: bytes, reason: str) -> None:
    (tmp_path / FINGERPRINT_FILE).write_bytes(raw)
    with pytest.raises(FingerprintError, match=reason) as caught:
        fingerprint_from_path(str(tmp_path))
    assert str(tmp_path / FINGERPRINT_FILE) in str(caught.value)
    assert caught.value.hint


def test_malformed_json_is_located() -> None:
    with pytest.raises(FingerprintError) as caught:
        read_fingerprint_document('{\n  "config": oops\n}', name="models/fingerprint.json")
    assert str(caught.value.location) == "models/fingerprint.json:2:13"


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FINGERPRINT_FILE).mkdir()
    with pytest.raises(FingerprintError, match="cannot be read"):
        fingerprint_from_path(str(tmp_path))


@pytest.mark.parametrize(
    "value", [("a", "tuple"), {1: "number as key"}, float("nan"), float("inf"), {"a", "set"}, b"bytes", "\ud800"]
)
def test_a_value_that_json_cannot_give_back_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(FingerprintError):
        persist_fingerprint(str(tmp_path), {"odd": value})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("items", [{1, 2}, float("nan"), "\ud800"])
def test_items_that_are_not_json_are_refused(tmp_path: Path, items: Any) -> None:
    with pytest.raises(FingerprintError, match="items"):
        persist_fingerprint(str(tmp_path), {}, items=items)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FingerprintError, match="missing"):
        persist_fingerprint(str(tmp_path / "missing"), FULL)
