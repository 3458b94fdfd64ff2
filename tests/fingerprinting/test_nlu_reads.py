"""What components read: asked of each, handed out to nobody else."""

from collections.abc import Mapping
from typing import Any

import pytest

from tenprint.fingerprinting.component import (
    CORE_DATA,
    NLU_DATA,
    CoreTrainingData,
    Dialogue,
    Message,
    NluComponent,
    Policy,
)
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.nlu_reads import (
    NLU_READABLE,
    READABLE,
    component_reads,
    keys_read,
    narrowed,
    policy_reads,
    with_readable,
)
from tenprint.fingerprinting.sections import CORE, NLG, NLU, SECTIONS
from tenprint.importers import Registered
from tenprint.importers.data import (
    EntitySpan,
    Example,
    LookupEntry,
    NluData,
    RegexFeature,
    Response,
    StoryMessage,
    Synonym,
)


class Quiet(NluComponent):
    """Reads nothing more than any component does."""

    NAME = "Quiet"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        raise NotImplementedError

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Quiet":
        raise NotImplementedError

    def process(self, message: Message) -> Message:
        return message


class Asking(Quiet):
    """Reads what its option names."""

    NAME = "Asking"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"keys": ["retrieval-responses"]}

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(config["keys"])


class Deciding(Policy):
    """A policy that reads what its option names."""

    NAME = "Deciding"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"keys": ["rules"]}

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(config["keys"])

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        raise NotImplementedError

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Deciding":
        raise NotImplementedError

    def predict(self, dialogue: Dialogue) -> None:
        raise NotImplementedError


class Silent(Quiet):
    """Learns nothing."""

    NAME = "Silent"
    TRAINS = False


class Foreign:
    """Has never heard of the question."""


COMPONENTS: dict[str, Registered[type[Any]]] = {
    known.__name__: Registered(known.__name__, known, "tests") for known in (Quiet, Asking, Silent, Deciding, Foreign)
}
EXAMPLE = Example("hi Ada", "greet", (EntitySpan(3, 6, "name", "Ada"),), {"intent": "a note"})
FULL = NluData(
    (EXAMPLE,),
    (Synonym("nyc", "New York"),),
    (RegexFeature("zip", "[0-9]+"),),
    (LookupEntry("city", "Rome"),),
    responses=(Response("utter_faq/a", ({"text": "x"},)),),
    messages=(StoryMessage(text="so long"),),
    further={"tags": 1},
)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("Quiet", {}, NLU_DATA),
        ("Silent", {}, frozenset()),
        ("Asking", {}, {"retrieval-responses"}),
        ("Asking", {"keys": ["story-messages"]}, {"story-messages"}),
        ("Foreign", {}, NLU_READABLE),
        ("Missing", {}, NLU_READABLE),
    ],
)
def test_a_component_says_what_it_reads_and_others_may_read_everything(
    name: str, options: Mapping[str, Any], expected: set[str]
) -> None:
    assert component_reads(name, options, COMPONENTS) == expected


def test_a_pipeline_reads_what_any_of_its_components_does() -> None:
    quiet = {"pipeline": [{"name": "Quiet"}]}
    assert keys_read({}, COMPONENTS) == frozenset()
    assert keys_read(quiet, COMPONENTS) == frozenset()
    both = [{"name": "Asking"}, {"name": "Asking", "keys": ["story-messages"]}]
    assert keys_read({"pipeline": both}, COMPONENTS) == READABLE


@pytest.mark.parametrize(
    ("keys", "message"), [(["stories"], "says that it reads 'stories'"), (7, "failed to say what it reads: TypeError")]
)
def test_an_answer_that_is_none_is_an_error(keys: Any, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        component_reads("Asking", {"keys": keys}, COMPONENTS)


def test_only_the_section_of_nlu_gets_narrower() -> None:
    core, nlu, nlg = narrowed(SECTIONS, {"story-messages"})
    assert (core, nlg) == (CORE, NLG)
    assert set(NLU.relevant_keys) - set(nlu.relevant_keys) == {"retrieval-responses"}
    assert narrowed(SECTIONS, READABLE) == SECTIONS


def test_a_policy_says_what_it_reads_and_others_may_read_everything() -> None:
    assert policy_reads("Deciding", {}, COMPONENTS) == {"rules"}
    assert policy_reads("Missing", {}, COMPONENTS) == CORE_DATA
    with pytest.raises(TrainingError, match="says that it reads 'regexes'"):
        policy_reads("Deciding", {"keys": ["regexes", "rules"]}, COMPONENTS)


def test_only_what_has_a_key_of_its_own_is_left_out_of_a_whole_training() -> None:
    assert with_readable(FULL, READABLE) == FULL
    assert not with_readable(FULL, ()).responses
    assert not with_readable(FULL, ()).messages
    assert with_readable(FULL, ()).synonyms == FULL.synonyms
