from dataclasses import replace

import pytest
from hypothesis import given
from tests import strategies

from tenprint.importers.assembling import items_of, put_together
from tenprint.importers.data import Domain, Form, Intent, Response, Slot
from tenprint.importers.itemising import ReadingRules, SourceFile, parts_of, read_file
from tenprint.importers.kinds import DOMAIN
from tenprint.importers.location import DocumentId
from tenprint.importers.writing import domain_mapping, domain_yaml

RULES = ReadingRules()


def with_mapped_slots_only(form: Form) -> Form:
    """Files cannot map a slot that the form does not ask for."""
    known = {slot: mappings for slot, mappings in form.slot_mappings.items() if slot in form.required_slots}
    return replace(form, slot_mappings=known)


domains = strategies.domains.map(
    lambda domain: replace(domain, forms=tuple(with_mapped_slots_only(form) for form in domain.forms))
)


def read(content: bytes) -> Domain:
    reading = read_file(SourceFile(DocumentId("file", "domain.yml"), "domain", content), 0, RULES)
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    domain: Domain = put_together(DOMAIN, parts_of(reading.document, 0, RULES))
    return domain


@given(domains)
def test_what_is_written_is_read(domain: Domain) -> None:
    again = read(domain_yaml(domain))

    # Items and not values, because a response without variations changes its place.
    assert sorted(row[:4] for row in items_of(DOMAIN, again, RULES)) == sorted(
        row[:4] for row in items_of(DOMAIN, domain, RULES)
    )


@given(domains)
def test_writing_twice_gives_the_same_bytes(domain: Domain) -> None:
    assert domain_yaml(read(domain_yaml(domain))) == domain_yaml(read(domain_yaml(domain)))


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "no", "on", "null", "~", "True", "1", "010", "0o10", "0x1F", "0b11", "1_000", "1e3", ".5", ".inf"),
        *("2020-01-01", "=", "<<", "a: b", "- a", "# a", "'", '"', "${HOME}", "[a]", "{a}", "&a", "*a", "!a", "%a"),
        *("", " ", " a ", "a\nb", "a\n", "\ta", "\u00fc \U0001f600", "x" * 5000, "\u2028", "\u0085", "\\u0041"),
    ],
)
def test_texts_stay_what_they_are(text: str) -> None:
    domain = Domain(
        responses=(Response("utter_a", ({"text": text, "metadata": [text]},)),),
        slots=(Slot("s", "text", initial_value=text),),
    )

    assert read(domain_yaml(domain)) == domain


def test_sections_without_content_are_left_out() -> None:
    assert domain_mapping(Domain()) == {"version": "3.1"}
    assert list(domain_mapping(Domain(intents=(Intent("a"),)))) == ["version", "intents"]
