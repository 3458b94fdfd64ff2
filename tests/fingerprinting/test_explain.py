import pytest

from tenprint.fingerprinting.explain import Reason, key_reasons
from tenprint.fingerprinting.sections import SECTIONS


def test_each_key_that_differs_is_a_reason_with_the_key() -> None:
    reasons = key_reasons(["stories", "domain"])
    assert [reason.key for reason in reasons] == ["stories", "domain"]
    assert {reason.code for reason in reasons} == {"changed"}


@pytest.mark.parametrize("key", sorted({key for section in SECTIONS for key in section.relevant_keys}))
def test_every_key_that_decides_is_explained_in_words(key: str) -> None:
    (reason,) = key_reasons([key])
    assert reason.message != f"the key {key} differs"


def test_a_key_of_a_plugin_is_explained_by_its_name() -> None:
    (reason,) = key_reasons(["knowledge"])
    assert "knowledge" in reason.message


def test_a_reason_as_json_has_code_message_and_key() -> None:
    assert Reason("forced", "training is forced").to_json() == {
        "code": "forced",
        "message": "training is forced",
        "key": None,
    }
