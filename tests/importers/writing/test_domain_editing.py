from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from tests.whole_projects import whole_domains

from tenprint.importers import DocumentId, ReadingRules, SourceFile, items_of, put_together, read_file
from tenprint.importers.data import Action, Domain, Entity, Intent, Response, Slot
from tenprint.importers.itemising import parts_of
from tenprint.importers.kinds import DOMAIN
from tenprint.importers.writing import domain_yaml, updated_domain
from tenprint.importers.writing.meaning import Meaning, meaning_of

RULES = ReadingRules()

ORIGINAL = """\
# The assistant of the shop.
version: "3.1"

intents:
  # first of all
  - greet   # says hello
  - 'bye'
  - order:
      use_entities: [size]

entities: [size, colour]

slots:
  size: &sized
    type: text          # how big
    mappings:
      - type: from_entity
        entity: size
  copy:
    <<: *sized
  other: *sized

responses:
  utter_greet:
    - text: "Hello!"    # warm
    - text: 'Hi'
  # goodbye
  utter_bye:
    - text: >-
        Good
        bye
"""


def read(content: bytes) -> Domain:
    reading = read_file(SourceFile(DocumentId("file", "domain.yml"), "domain", content), 0, RULES)
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    domain: Domain = put_together(DOMAIN, parts_of(reading.document, 0, RULES))
    return domain


def meaning(domain: Domain) -> Meaning:
    return meaning_of(items_of(DOMAIN, domain, RULES), RULES.identities())


def updated(domain: Domain, original: str = ORIGINAL) -> str:
    content = updated_domain(original.encode(), domain)
    assert meaning(read(content)) == meaning(domain)
    return content.decode()


def changed_lines(text: str, original: str = ORIGINAL) -> tuple[list[str], list[str]]:
    """Lines only the original has, and lines only the text has."""
    before, after = original.splitlines(), text.splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


@pytest.fixture
def domain() -> Domain:
    return read(ORIGINAL.encode())


def test_a_file_that_says_the_same_stays_byte_for_byte(domain: Domain) -> None:
    assert updated(domain) == ORIGINAL
    assert updated(replace(domain, intents=domain.intents[::-1])) == ORIGINAL


def test_an_added_intent_is_one_more_line(domain: Domain) -> None:
    text = updated(replace(domain, intents=(*domain.intents, Intent("thank"), Intent("yes"))))
    assert changed_lines(text) == ([], ["  - thank", '  - "yes"'])


def test_a_removed_intent_is_one_line_less(domain: Domain) -> None:
    text = updated(replace(domain, intents=tuple(intent for intent in domain.intents if intent.name != "bye")))
    assert changed_lines(text) == (["  - 'bye'"], [])


def test_a_changed_text_changes_its_line_only(domain: Domain) -> None:
    greet, *others = domain.responses
    text = updated(replace(domain, responses=(Response(greet.name, ({"text": "Hello!"}, {"text": "Hey"})), *others)))
    assert changed_lines(text) == (["    - text: 'Hi'"], ["    - text: 'Hey'"])


def test_sections_are_added_and_removed(domain: Domain) -> None:
    text = updated(replace(domain, entities=(), actions=(Action("action_pay"),)))
    gone, new = changed_lines(text)
    assert gone == ["entities: [size, colour]"]
    assert new == ["actions:", "  - action_pay"]


def test_what_shares_a_changed_anchor_keeps_its_value(domain: Domain) -> None:
    slots = tuple(replace(slot, type="list") if slot.name == "other" else slot for slot in domain.slots)
    text = updated(replace(domain, slots=slots))
    assert "size: &sized" in text
    assert "<<: *sized" in text
    assert "other: *sized" not in text
    first, *others = domain.slots
    text = updated(replace(domain, slots=(replace(first, type="list"), *others)))
    assert "# first of all" in text
    assert "<<: &sized" in text


def test_a_file_that_cannot_be_edited_is_written_anew(domain: Domain) -> None:
    for original in ("", "- a\n", "intents: [a, a]\n", "nlu: []\nintents: [a]\n"):
        assert updated(domain, original).encode() == domain_yaml(domain)


def test_windows_line_ends_stay() -> None:
    original = "intents:\r\n- a  # one\r\n- b\r\n"
    text = updated(Domain(intents=(Intent("a"), Intent("c"))), original)
    assert text == 'version: "3.1"\r\nintents:\r\n- a  # one\r\n- c\r\n'


def test_properties_of_a_plain_name_are_added_in_place() -> None:
    text = updated(Domain(entities=(Entity("a"), Entity("b", roles=("x",)))), "# all\nentities:\n- a\n- b\n")
    assert text == '# all\nversion: "3.1"\nentities:\n- a\n- b:\n    roles:\n    - x\n'


def test_the_version_follows_the_shape() -> None:
    text = updated(Domain(slots=(Slot("a", "text"),)), 'version: "3.1"\nintents: [a]\n')
    assert text.startswith('version: "2.0"\n')


UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]


def check_change(one: Domain, other: Domain) -> None:
    original = domain_yaml(one)
    content = updated_domain(original, other)

    assert meaning(read(content)) == meaning(other)
    assert updated_domain(content, other) == content
    assert updated_domain(original, one) == original


def check_comments(one: Domain, other: Domain) -> None:
    original = b"# from the very beginning\n" + domain_yaml(one)
    content = updated_domain(original, other)

    assert meaning(read(content)) == meaning(other)
    assert content.startswith(b"# from the very beginning\n") or content == domain_yaml(other)


@settings(max_examples=25, suppress_health_check=UNHURRIED)
@given(whole_domains, whole_domains)
def test_any_domain_can_become_any_other(one: Domain, other: Domain) -> None:
    check_change(one, other)


@settings(max_examples=25, suppress_health_check=UNHURRIED)
@given(whole_domains, whole_domains)
def test_an_annotated_file_keeps_its_comments(one: Domain, other: Domain) -> None:
    check_comments(one, other)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=UNHURRIED)
@given(whole_domains, whole_domains)
def test_many_domains_can_become_any_other_and_keep_their_comments(one: Domain, other: Domain) -> None:
    check_change(one, other)
    check_comments(one, other)
