"""Acceptance cases A119 to A121: domains that are wrong, and the order of slots."""

from typing import Any

import pytest

from tenprint.importers import DocumentId, ReadingRules, SourceFile, put_together, read_file
from tenprint.importers.data import Domain
from tenprint.importers.itemising import DocumentReading, parts_of
from tenprint.importers.kinds import DOMAIN

RULES = ReadingRules()


def reading(text: str) -> DocumentReading:
    return read_file(SourceFile(DocumentId("file", "domain.yml"), "domain", text.encode()), 0, RULES)


def domain(text: str) -> Domain:
    found = reading(text)
    assert found.problems == ()
    value: Domain = put_together(DOMAIN, parts_of(found.document, 0, RULES))
    return value


def problems(text: str) -> list[str]:
    return [f"{problem.code} {problem.location}" for problem in reading(text).problems]


@pytest.mark.parametrize("section", ["intents", "entities"])
def test_a119_a_name_with_a_colon_and_nothing_behind_it_is_an_error(section: str) -> None:
    assert problems(f"{section}:\n- a\n- b:\n") == ["stray-colon domain.yml:3:3"]


def test_a120_slots_keep_their_order() -> None:
    found = domain("slots:\n  z: {type: text}\n  a: {type: bool}\n  m: {type: any}\n")

    assert [slot.name for slot in found.slots] == ["z", "a", "m"]


@pytest.mark.parametrize("section", ["intents", "entities", "actions"])
def test_a121_names_listed_twice_are_an_error_with_both_places(section: str) -> None:
    found = reading(f"{section}:\n- a\n- b\n- a\n").problems

    assert [(problem.code, str(problem.location)) for problem in found] == [("duplicate-name", "domain.yml:4:3")]
    assert [str(place) for place in found[0].related] == ["domain.yml:2:3"]


@pytest.mark.parametrize("section", ["responses", "slots", "forms"])
def test_a121_keys_given_twice_are_an_error_with_both_places(section: str) -> None:
    found = reading(f"{section}:\n  a: []\n  b: []\n  a: []\n").problems

    assert [(problem.code, str(problem.location)) for problem in found] == [("duplicate-key", "domain.yml:4:3")]
    assert [str(place) for place in found[0].related] == ["domain.yml:2:3"]


ODD: dict[str, tuple[str, list[str]]] = {
    "a section without content, which crashes the field": ("intents:\n", ["empty-section domain.yml:1:1"]),
    "a slot that is no mapping, which crashes the field": ("slots: {a: text}\n", ["wrong-type domain.yml:1:12"]),
    "a slot without a type, which crashes the field": ("slots: {a: {}}\n", ["missing-key domain.yml:1:9"]),
    "an unknown type of slot": ("slots: {a: {type: txt}}\n", ["slot-type domain.yml:1:19"]),
    "an empty range": ("slots: {a: {type: float, min_value: 1}}\n", ["slot-range domain.yml:1:37"]),
    "a form that ignores intents and asks for nothing": (
        "forms: {a: {ignored_intents: [b]}}\n",
        ["missing-key domain.yml:1:9"],
    ),
    "a mapping without what it needs": (
        "forms: {a: {required_slots: {b: [{type: from_entity}]}}}\n",
        ["missing-key domain.yml:1:34"],
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_further_wrong_domains_are_told_at_their_place(case: str) -> None:
    text, expected = ODD[case]

    assert problems(text) == expected


FORMS: dict[str, tuple[str, Any]] = {
    "a list of names, as in 1.x": ("forms: [a, b]", [("a", ()), ("b", ())]),
    "slots directly below, as in early 2.x": ("forms: {a: {s: [{type: from_text}]}}", [("a", ("s",))]),
    "slots with mappings, as in 2.x": ("forms: {a: {required_slots: {s: [{type: from_text}]}}}", [("a", ("s",))]),
    "names of slots, as in 3.x": ("forms: {a: {required_slots: [s]}, b: }", [("a", ("s",)), ("b", ())]),
}


@pytest.mark.parametrize("shape", FORMS)
def test_forms_of_every_age_are_read(shape: str) -> None:
    text, expected = FORMS[shape]

    assert [(form.name, form.required_slots) for form in domain(text).forms] == expected


def test_w_fmt_15_a_file_with_a_version_only_is_no_domain() -> None:
    assert problems("version: '3.1'\n") == ["unused-file domain.yml:1:1"]
