"""Values of Rasa to sections: what they say is kept, and what their public forms do not say is told."""

from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.data import DEFAULT_ACTIONS
from tenprint.plugins.rasa_classes.converting import Converted, domain_sections, nlu_sections, plain, story_sections


class Word(str):
    """Text as libraries have it."""

    __slots__ = ()


@dataclass
class Slot:
    name: str


@dataclass
class KnownDomain:
    """A domain with the public names of Rasa's; it may know more than its dictionary says."""

    content: dict[str, Any]
    intents: list[str] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    responses: dict[str, Any] = field(default_factory=dict)
    form_names: list[str] = field(default_factory=list)
    user_actions: list[str] = field(default_factory=list)
    action_texts: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return self.content

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "KnownDomain":
        # Rasa takes its argument apart, too.
        return cls({}, data.pop("intents", []), responses=data.pop("responses", {}))


@dataclass
class Message:
    content: dict[str, Any]

    def as_dict_nlu(self) -> dict[str, Any]:
        return self.content


@dataclass
class TrainingData:
    training_examples: list[Message] = field(default_factory=list)
    entity_synonyms: dict[str, str] = field(default_factory=dict)
    regex_features: list[dict[str, Any]] = field(default_factory=list)
    lookup_tables: list[dict[str, Any]] = field(default_factory=list)
    responses: dict[str, Any] = field(default_factory=dict)


@dataclass
class Step:
    block_name: str
    events: list[Any]


class UserUttered:
    pass


class FollowupAction:
    pass


def test_values_of_libraries_become_those_of_python() -> None:
    content = plain({Word("a"): (Word("b"), {"c": [1, True, None, 1.5]})})

    assert content == {"a": ["b", {"c": [1, True, None, 1.5]}]}
    assert type(next(iter(content))) is str
    assert type(content["a"][1]["c"][1]) is bool


def test_the_session_settings_rasa_always_writes_are_left_out_and_others_kept() -> None:
    usual = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}

    assert domain_sections(KnownDomain({"session_config": usual})).sections == {}
    assert domain_sections(KnownDomain({"session_config": {**usual, "session_expiration_time": 5}})).sections == {
        "session_config": {"session_expiration_time": 5}
    }


def test_actions_that_a_merge_of_domains_lists_are_left_out() -> None:
    merged = {
        "actions": [*DEFAULT_ACTIONS, "act", "utter_a", "form"],
        "responses": {"utter_a": []},
        "forms": {"form": {}},
    }
    written = {"actions": ["act", "utter_a", "action_restart"], "responses": {"utter_a": []}}

    assert domain_sections(KnownDomain(merged)).sections["actions"] == ["act"]
    assert domain_sections(KnownDomain(written)).sections["actions"] == ["act", "utter_a", "action_restart"]


def test_what_a_domain_knows_and_its_dictionary_does_not_say_is_told() -> None:
    domain = KnownDomain({"intents": ["a"]}, ["a", "b"], slots=[Slot("s")], responses={"utter_a": []})

    assert domain_sections(domain).losses == (
        "as_dict() of the domain leaves out its intents 'b'",
        "as_dict() of the domain leaves out its slots 's'",
        "as_dict() of the domain leaves out its responses 'utter_a'",
    )
    assert domain.content == {"intents": ["a"]}
    assert domain_sections(KnownDomain({"intents": ["a"]}, ["a"])).losses == ()


def test_nlu_data_become_the_lists_of_a_json_file() -> None:
    nlu = TrainingData(
        [Message({"text": "a [b](c)", "intent": "faq/ask", "metadata": {"example": 1}})],
        {"Bob": "Robert", "Rob": "Robert"},
        [{"name": "zip", "pattern": "[0-9]+"}],
        [{"name": "city", "elements": ["Rome"]}],
        {"utter_faq/ask": [{"text": "because"}]},
    )

    assert nlu_sections(nlu) == Converted(
        {
            "rasa_nlu_data": {
                "common_examples": [{"text": "a [b](c)", "intent": "faq/ask", "metadata": {"example": 1}}],
                "regex_features": [{"name": "zip", "pattern": "[0-9]+"}],
                "lookup_tables": [{"name": "city", "elements": ["Rome"]}],
                "entity_synonyms": [{"value": "Robert", "synonyms": ["Bob", "Rob"]}],
            },
            "responses": {"utter_faq/ask": [{"text": "because"}]},
        }
    )
    assert nlu_sections(TrainingData()) == Converted({})


def test_what_no_training_file_can_say_of_a_message_is_told_once() -> None:
    entity = {"start": 0, "end": 1, "entity": "e", "value": "a", "extractor": "duck"}
    nlu = TrainingData(
        [
            Message({"text": "a", "intent": "x", "entities": [entity, entity]}),
            Message({"text": "b", "intent": "x", "weight": 2}),
            Message({"text": "no intent"}),
            Message({"action_name": "act"}),
        ]
    )

    converted = nlu_sections(nlu)

    assert [example["text"] for example in converted.sections["rasa_nlu_data"]["common_examples"]] == ["a", "b"]
    assert converted.losses == (
        "the key 'extractor' of an entity is left out (2 times)",
        "the key 'weight' of an example is left out",
        "a message without intent is left out",
        "the key 'action_name' of an example is left out",
        "a message without text and intent is left out",
    )


def test_checkpoints_rasa_makes_up_are_named_after_their_story() -> None:
    def written(*names: str) -> dict[str, Any]:
        one, two, other = names
        return {
            "version": "3.1",
            "stories": [
                {"story": "a", "steps": [{"intent": "x"}, {"checkpoint": one}]},
                {"story": "a", "steps": [{"checkpoint": one}, {"checkpoint": two}]},
                {"story": "b", "steps": [{"checkpoint": other}, {"checkpoint": "mine"}]},
            ],
        }

    converted = story_sections([], written("GENR_OR_1f", "GENR_OR_2e", "GENR_OR_3d"))

    assert converted == story_sections([], written("GENR_OR_9", "GENR_OR_8", "GENR_OR_7"))
    assert [story["steps"] for story in converted.sections["stories"]] == [
        [{"intent": "x"}, {"checkpoint": "GENR_a 1"}],
        [{"checkpoint": "GENR_a 1"}, {"checkpoint": "GENR_a 2"}],
        [{"checkpoint": "GENR_b 1"}, {"checkpoint": "mine"}],
    ]


def test_events_that_are_no_steps_of_a_story_are_told() -> None:
    steps = [Step("a", [UserUttered(), FollowupAction()]), Step("a", [[UserUttered(), FollowupAction()]])]
    assert story_sections(steps, {}) == Converted({}, ("the event FollowupAction in 'a' is left out (2 times)",))
