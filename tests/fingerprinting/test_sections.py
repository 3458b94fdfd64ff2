from tenprint.fingerprinting.sections import CORE, FINGERPRINT_KEYS, NLG, NLU, SECTIONS
from tenprint.importers import ReadingRules


def test_the_twelve_keys_are_those_of_the_field_in_their_order() -> None:
    assert FINGERPRINT_KEYS == (
        "config",
        "core-config",
        "nlu-config",
        "config-without-epochs",
        "domain",
        "nlg",
        "project",
        "messages",
        "nlu_labels",
        "stories",
        "trained_at",
        "version",
    )


def test_core_and_nlu_read_the_keys_of_the_field_and_finer_ones_of_ours() -> None:
    assert CORE.relevant_keys == ("config", "core-config", "domain", "stories", "version")
    assert [key for key in NLU.relevant_keys if key in FINGERPRINT_KEYS] == [
        "config",
        "nlu-config",
        "messages",
        "version",
    ]
    assert [key for key in NLG.relevant_keys if key in FINGERPRINT_KEYS] == ["nlg"]


def test_every_key_of_a_section_is_digested_from_some_item_or_is_the_version() -> None:
    digested = {key for kind in ReadingRules().item_kinds().values() for key in kind.read_by}
    for section in SECTIONS:
        assert set(section.relevant_keys) <= digested | {"version"}


def test_what_an_item_is_read_by_decides_something() -> None:
    deciding = {key for section in SECTIONS for key in section.relevant_keys}
    for kind in ReadingRules().item_kinds().values():
        assert set(kind.read_by) & deciding, kind.name
