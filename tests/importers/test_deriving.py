"""What is derived has labels of its own, and never more in it than its sources say."""

from dataclasses import replace

import pytest
from hypothesis import given
from tests.strategies import projects

from tenprint.importers.assembling import items_of
from tenprint.importers.data import (
    DEFAULT_ACTIONS,
    IS_RETRIEVAL_INTENT,
    Action,
    ActionStep,
    BotStep,
    CheckpointStep,
    Domain,
    Entity,
    EntitySpan,
    Example,
    Form,
    Intent,
    IntentStep,
    NluData,
    OrStep,
    ProjectData,
    Response,
    Rule,
    SlotStep,
    StepEntity,
    Stories,
    Story,
    StoryMessage,
    UserStep,
)
from tenprint.importers.deriving import (
    Derived,
    derived_from,
    effective_domain,
    messages_of,
    synchronised,
    used_entities,
    with_bot_texts,
    with_messages,
    with_responses,
)
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import ItemTable
from tenprint.importers.kinds import NLU, STORIES
from tenprint.importers.location import DocumentId

NLU_DATA = NluData((Example("when", "faq/hours"), Example("where", "faq/place"), Example("hi", "greet")))
STORY = Story("s", (UserStep("hello you"), BotStep("hello"), IntentStep("greet"), ActionStep("utter_hi")))
RULE = Rule("r", (IntentStep("greet"), BotStep("again")))
MARK = {IS_RETRIEVAL_INTENT: True}


def table_of(nlu: NluData, stories: Stories) -> ItemTable:
    rules = ReadingRules()
    return ItemTable((DocumentId("memory", "all"),), (*items_of(NLU, nlu, rules), *items_of(STORIES, stories, rules)))


DERIVED = derived_from(table_of(NLU_DATA, Stories((STORY,), (RULE,))))


def test_names_are_derived_from_items_sorted() -> None:
    assert Derived(("faq",), ("again", "hello"), ("hello you",)) == DERIVED
    assert DERIVED.actions == ("utter_faq",)


def test_everything_derived_has_a_label_of_its_own() -> None:
    assert list(DERIVED.paths()) == [
        ("derived", "retrieval-intent", "faq"),
        ("derived", "action", "utter_faq"),
        ("derived", "bot-text", "again"),
        ("derived", "bot-text", "hello"),
        ("derived", "user-text", "hello you"),
    ]


def test_retrieval_intents_are_marked_where_they_are_declared_and_added_where_not() -> None:
    domain = Domain((Intent("faq", (), properties={"x": 1}), Intent("greet")))
    found = synchronised(domain, Derived(("chitchat", "faq")))

    assert found.intents == (
        Intent("faq", (), properties={"x": 1, **MARK}),
        Intent("greet"),
        Intent("chitchat", properties=MARK),
    )
    assert found.retrieval_intents == ("faq", "chitchat")
    assert domain.intents[0].properties == {"x": 1}


@pytest.mark.parametrize(
    "domain",
    [
        Domain(actions=(Action("utter_faq"),)),
        Domain(responses=(Response("utter_faq", ({"text": "ask"},)),)),
        Domain(forms=(Form("utter_faq"),)),
    ],
)
def test_the_action_of_a_retrieval_intent_is_added_unless_something_has_its_name(domain: Domain) -> None:
    assert synchronised(Domain(), DERIVED).actions == (Action("utter_faq"),)
    assert synchronised(domain, DERIVED).actions == domain.actions


def test_texts_of_the_assistant_become_actions_once_after_those_that_are_declared() -> None:
    domain = Domain(end_to_end_actions=("z", "hello"))

    assert with_bot_texts(domain, DERIVED).end_to_end_actions == ("z", "hello", "again")
    assert with_bot_texts(with_bot_texts(domain, DERIVED), DERIVED) == with_bot_texts(domain, DERIVED)


def test_a_domain_that_nothing_is_derived_for_stays_the_same_object() -> None:
    domain = Domain((Intent("greet"),))
    assert effective_domain(domain, ItemTable((), ())) is domain


def test_deriving_twice_changes_nothing() -> None:
    table = table_of(NLU_DATA, Stories((STORY,)))
    domain = effective_domain(Domain((Intent("faq"),)), table)
    assert effective_domain(domain, table) == domain


def test_only_responses_of_retrieval_intents_come_to_nlu() -> None:
    responses = (Response("utter_faq/hours", ({"text": "at ten"},)), Response("utter_hi", ({"text": "hi"},)))
    found = with_responses(NLU_DATA, Domain(responses=responses))

    assert found.responses == responses[:1]
    assert found.examples == NLU_DATA.examples


def test_messages_come_in_order_each_once() -> None:
    alternatives = OrStep((IntentStep("b"), SlotStep("x", 1)))
    story = Story("t", (*STORY.steps, alternatives, CheckpointStep("c"), ActionStep("action_listen")))
    found = messages_of(Stories((STORY, story), (RULE,)))

    assert found[: len(DEFAULT_ACTIONS)] == tuple(StoryMessage(action=name) for name in DEFAULT_ACTIONS)
    assert found[len(DEFAULT_ACTIONS) :] == (
        StoryMessage(action_text="again"),
        StoryMessage(action_text="hello"),
        StoryMessage(action="utter_hi"),
        StoryMessage(intent="b"),
        StoryMessage(intent="greet"),
        StoryMessage(text="hello you"),
    )


def test_turns_with_other_entities_are_other_messages() -> None:
    city = StepEntity("city", ["Bern"])
    steps = (IntentStep("go"), IntentStep("go", (city,)), IntentStep("go", (StepEntity("city", ["Bern"]),)))
    found = messages_of(Stories((Story("s", steps),)))[len(DEFAULT_ACTIONS) :]

    assert {message.entities for message in found if not message.entities} == {()}
    assert [message.entities for message in found if message.entities] == [(city,)]


def test_the_text_beside_an_intent_is_not_in_its_message_but_its_annotations_are() -> None:
    step = IntentStep("go", text="to Bern", spans=(EntitySpan(3, 7, "city", "Bern", "to"),))
    *_, message = messages_of(Stories((Story("s", (step,)),)))

    assert message == StoryMessage(intent="go", entities=(StepEntity("city", "Bern", "to"),))


def test_messages_are_no_examples_and_no_items() -> None:
    found = with_messages(with_responses(NLU_DATA, Domain(responses=(Response("utter_faq/hours"),))), Stories((STORY,)))
    rules = ReadingRules()

    assert found.examples == NLU_DATA.examples
    assert items_of(NLU, found, rules) == items_of(NLU, NLU_DATA, rules)
    assert not replace(found, examples=())


def test_all_entities_means_those_of_the_whole_domain() -> None:
    domain = Domain(entities=(Entity("b"), Entity("a"), Entity("quiet", influence_conversation=False)))

    assert used_entities(domain, Intent("x")) == ("a", "b")
    assert used_entities(domain, Intent("x", ignore_entities=("a",))) == ("b",)
    assert used_entities(domain, Intent("x", ("quiet", "gone"))) == ("gone", "quiet")
    assert used_entities(domain, Intent("x", ())) == ()


@given(projects)
def test_for_any_project_deriving_is_idempotent_and_adds_no_item(project: ProjectData) -> None:
    rules = ReadingRules()
    table = table_of(project.nlu, project.stories)
    domain = effective_domain(project.domain, table)
    nlu = with_messages(with_responses(project.nlu, project.domain), project.stories)

    assert effective_domain(domain, table) == domain
    assert set(domain.end_to_end_actions) >= set(project.domain.end_to_end_actions)
    assert items_of(NLU, nlu, rules) == items_of(NLU, project.nlu, rules)
    assert len(set(map(repr, nlu.messages))) == len(nlu.messages)
