"""The fingerprint as a pure function of items: what each key reads, and what it does not."""

from dataclasses import replace
from typing import Any

import pytest

from tenprint.fingerprinting.fingerprint import fingerprint_of, further_keys, root_of
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint
from tenprint.importers import DocumentId, ItemTable, ReadingRules, items_of
from tenprint.importers.data import (
    Action,
    ActionStep,
    BotStep,
    Domain,
    Entity,
    EntitySpan,
    Example,
    Form,
    Intent,
    IntentStep,
    LookupEntry,
    NluData,
    OrStep,
    ProjectData,
    RegexFeature,
    Response,
    Slot,
    SlotMapping,
    SlotStep,
    StepEntity,
    Stories,
    Story,
    Synonym,
    UserStep,
)
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES

RULES = ReadingRules()

PROJECT = ProjectData(
    config={
        "language": "en",
        "recipe": "default",
        "version": "3.1",
        "pipeline": [{"name": "A", "epochs": 1}, {"name": "B", "nested": {"epochs": 1}}],
        "policies": [{"name": "C"}],
    },
    domain=Domain(
        intents=(Intent("greet"), Intent("book")),
        entities=(Entity("city", roles=("from", "to")),),
        slots=(Slot("city", "text", mappings=(SlotMapping({"type": "from_entity", "entity": "city"}),)),),
        forms=(Form("trip", ("city",)),),
        actions=(Action("action_look"),),
        responses=(
            Response("utter_hello", ({"text": "hello"}, {"text": "hi"})),
            Response("utter_faq/hours", ({"text": "from ten on"},)),
        ),
        session={"session_expiration_time": 60},
        settings={"store_entities_as_slots": True},
    ),
    stories=Stories(
        (
            Story("first", (IntentStep("greet"), ActionStep("utter_hello"))),
            Story("second", (IntentStep("book", (StepEntity("city", "Rome", "to"),)), SlotStep("city", "Rome"))),
        )
    ),
    nlu=NluData(
        (
            Example("hello", "greet"),
            Example("to Rome", "book", (EntitySpan(3, 7, "city", "Rome", "to"),)),
            Example("when?", "faq/hours"),
        ),
        (Synonym("Roma", "Rome"),),
        (RegexFeature("zip", r"\d{5}"),),
        (LookupEntry("city", "Paris"),),
    ),
)


def fingerprint(project: ProjectData) -> Fingerprint:
    parts = ((CONFIG, project.config), (DOMAIN, project.domain), (STORIES, project.stories), (NLU, project.nlu))
    rows = tuple(row for kind, value in parts for row in items_of(kind, value, RULES))
    return fingerprint_of(ItemTable((DocumentId("memory", "x"),), rows), RULES.item_kinds())


def differing(**edits: Any) -> set[str]:
    """Keys that differ once parts of the project are replaced: those named `config` and so on, as a whole."""
    old, new = fingerprint(PROJECT), fingerprint(replace(PROJECT, **edits))
    return {key for key in new if old[key] != new[key]}


def config(**edits: Any) -> set[str]:
    return differing(config={**PROJECT.config, **edits})


def domain(**edits: Any) -> set[str]:
    return differing(domain=replace(PROJECT.domain, **edits))


def nlu(**edits: Any) -> set[str]:
    return differing(nlu=replace(PROJECT.nlu, **edits))


def steps(*new: Any) -> set[str]:
    """Keys that differ when the first story has other steps."""
    first, *others = PROJECT.stories.stories
    return differing(stories=Stories((replace(first, steps=new), *others)))


def test_nothing_but_digests_and_the_version_is_in_a_fingerprint() -> None:
    taken = fingerprint(PROJECT)
    assert set(taken) == {*FINGERPRINT_KEYS, *further_keys(RULES.item_kinds())}
    assert (taken["project"], taken["trained_at"], taken["version"]) == (None, None, "1.0")
    digests = [value for key, value in taken.items() if key not in ("project", "trained_at", "version")]
    assert all(digest.startswith("sha256:") and len(digest) == 71 for digest in digests)


def test_keys_of_equal_content_are_different_digests() -> None:
    empty = fingerprint(ProjectData())
    digests = [value for key, value in empty.items() if key not in ("project", "trained_at", "version")]
    assert len(set(digests)) == len(digests)


CONFIG_EDITS: list[Any] = [
    pytest.param({"language": "de"}, {"nlu-config"}, id="language"),
    pytest.param({"recipe": "other"}, {"config", "config-without-epochs"}, id="a key that training reads"),
    pytest.param(
        {"version": "3.0", "importers": [], "assistant_id": "x"}, set(), id="keys that training does not read"
    ),
    pytest.param({"policies": [{"name": "D"}]}, {"core-config", "config-without-epochs"}, id="a policy"),
    pytest.param({"policies": [{"name": "C", "epochs": 5}]}, {"core-config"}, id="epochs of a policy"),
    pytest.param(
        {"pipeline": [{"name": "A", "epochs": 2}, PROJECT.config["pipeline"][1]]}, {"nlu-config"}, id="epochs"
    ),
    pytest.param(
        {"pipeline": [PROJECT.config["pipeline"][0], {"name": "B", "nested": {"epochs": 2}}]},
        {"nlu-config", "config-without-epochs"},
        id="epochs deeper inside",
    ),
    pytest.param(
        {"pipeline": PROJECT.config["pipeline"][::-1]},
        {"nlu-config", "config-without-epochs"},
        id="order of components",
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CONFIG_EDITS)
def test_what_of_the_config_enters_which_key(edits: dict[str, Any], expected: set[str]) -> None:
    assert config(**edits) == expected


def test_values_of_other_types_are_other_values() -> None:
    digests = {fingerprint(replace(PROJECT, config={"recipe": value}))["config"] for value in (1, "1", True, 1.0, None)}
    assert len(digests) == 5


DOMAIN_EDITS: list[Any] = [
    pytest.param({"intents": (Intent("book"), Intent("greet"))}, set(), id="order of intents"),
    pytest.param({"intents": (Intent("greet", use_entities=()), Intent("book"))}, {"domain"}, id="used entities"),
    pytest.param({"entities": (Entity("city", roles=("to", "from")),)}, set(), id="order of roles"),
    pytest.param({"entities": (Entity("city", roles=("to",)),)}, {"domain"}, id="a role less"),
    pytest.param({"entities": (Entity("city", ("from", "to"), (), False),)}, {"domain"}, id="influence"),
    pytest.param({"slots": (Slot("city", "text"),)}, {"form-definitions"}, id="slot mappings"),
    pytest.param({"slots": (replace(PROJECT.domain.slots[0], initial_value=""),)}, {"domain"}, id="initial value"),
    pytest.param({"forms": (Form("trip", ()),)}, {"form-definitions"}, id="the body of a form"),
    pytest.param({"forms": (Form("tour", ("city",)),)}, {"domain", "form-definitions"}, id="the name of a form"),
    pytest.param({"actions": (Action("action_look", {"x": 1}),)}, {"domain-unread"}, id="properties of an action"),
    pytest.param({"actions": ()}, {"domain", "domain-unread"}, id="an action less"),
    pytest.param({"session": {}}, {"session-settings"}, id="session settings"),
    pytest.param({"settings": {}}, {"domain-unread"}, id="domain settings"),
    pytest.param(
        {"responses": (Response("utter_hello", ({"text": "hi"}, {"text": "hello"})), PROJECT.domain.responses[1])},
        {"nlg"},
        id="order of variations",
    ),
    pytest.param(
        {"responses": (PROJECT.domain.responses[1], PROJECT.domain.responses[0])}, set(), id="order of responses"
    ),
    pytest.param(
        {"responses": (PROJECT.domain.responses[0], Response("utter_faq/hours", ({"text": "from nine on"},)))},
        {"nlg", "retrieval-responses"},
        id="a retrieval response",
    ),
    pytest.param(
        {"responses": PROJECT.domain.responses[1:]}, {"domain", "nlg"}, id="a response less"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), DOMAIN_EDITS)
def test_what_of_the_domain_enters_which_key(edits: dict[str, Any], expected: set[str]) -> None:
    assert domain(**edits) == expected


HELLO, ROME, WHEN = PROJECT.nlu.examples

NLU_EDITS: list[Any] = [
    pytest.param({"examples": (WHEN, ROME, HELLO)}, set(), id="order of examples"),
    pytest.param({"examples": (HELLO, ROME, WHEN, Example("hi", "greet"))}, {"messages"}, id="an example more"),
    pytest.param({"examples": (HELLO, ROME, WHEN, Example("bye", "part"))}, {"messages", "nlu_labels"}, id="intent"),
    pytest.param(
        {"examples": (HELLO, ROME, WHEN, Example("where?", "faq/place"))}, {"messages", "nlu_labels"}, id="an answer"
    ),
    pytest.param(
        {"examples": (HELLO, ROME, Example("when?", "faqs/hours"))}, {"messages", "nlu_labels", "domain"},
        id="a retrieval intent, which brings an action",
    ),
    pytest.param(
        {"examples": (HELLO, Example(ROME.text, ROME.intent, (EntitySpan(3, 7, "city", "Rome"),)), WHEN)},
        {"messages", "nlu_labels"},
        id="the only role",
    ),
    pytest.param(
        {"examples": (HELLO, Example(ROME.text, ROME.intent, (EntitySpan(3, 7, "city", "Roma", "to"),)), WHEN)},
        {"messages"},
        id="the value of an entity",
    ),
    pytest.param({"synonyms": ()}, {"messages"}, id="a synonym less"),
    pytest.param({"regexes": (RegexFeature("zip", r"\d{4}"),)}, {"messages"}, id="a regular expression"),
    pytest.param({"lookups": ()}, {"messages"}, id="an entry less"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), NLU_EDITS)
def test_what_of_nlu_data_enters_which_key(edits: dict[str, Any], expected: set[str]) -> None:
    assert nlu(**edits) == expected


GREET, HELLO_ACTION = IntentStep("greet"), ActionStep("utter_hello")

STEP_EDITS: list[Any] = [
    pytest.param((GREET,), {"stories", "nlu_labels"}, id="the only step with an action less"),
    pytest.param((HELLO_ACTION, GREET), {"stories"}, id="order of steps"),
    pytest.param((replace(GREET, entities=(StepEntity("city", "Rome"),)), HELLO_ACTION), {"stories"}, id="an entity"),
    pytest.param((replace(GREET, text="hello"), HELLO_ACTION), {"stories"}, id="the text of an intent step"),
    pytest.param((UserStep("hello"), HELLO_ACTION), {"stories", "story-messages"}, id="a literal text"),
    pytest.param((GREET, BotStep("hello"), HELLO_ACTION), {"stories"}, id="literal words of the assistant"),
]


@pytest.mark.parametrize(("new", "expected"), STEP_EDITS)
def test_what_of_a_story_enters_which_key(new: tuple[Any, ...], expected: set[str]) -> None:
    assert steps(*new) == expected


def test_names_and_order_of_stories_enter_no_key() -> None:
    first, second = PROJECT.stories.stories
    assert differing(stories=Stories((replace(second, name="other"), first))) == set()


def test_a_story_told_twice_weighs_more() -> None:
    first, second = PROJECT.stories.stories
    assert differing(stories=Stories((first, first, second))) == {"stories"}


def test_alternatives_have_no_order() -> None:
    one, other = IntentStep("greet"), IntentStep("book")
    stories = [Stories((Story("x", (OrStep(order),)),)) for order in ((one, other), (other, one))]
    digests = {fingerprint(replace(PROJECT, stories=told))["stories"] for told in stories}
    assert len(digests) == 1


def test_the_root_covers_the_data_and_neither_time_nor_project() -> None:
    taken = fingerprint(PROJECT)
    assert root_of({**taken, "trained_at": 5.0, "project": "sha256:00"}) == root_of(taken)
    assert root_of({**taken, "nlg": "sha256:00"}) != root_of(taken)
