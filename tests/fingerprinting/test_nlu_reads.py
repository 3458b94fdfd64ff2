"""What components of NLU read beside examples: asked of each, handed out to nobody else."""

from collections.abc import Mapping
from typing import Any

import pytest

from tenprint.fingerprinting.component import Message, NluComponent
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.nlu_reads import READABLE, component_reads, keys_read, lesson_of, narrowed
from tenprint.fingerprinting.sections import CORE, NLG, NLU, SECTIONS
from tenprint.importers import Registered
from tenprint.importers.data import Example, NluData, Response, StoryMessage


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


class Foreign:
    """Has never heard of the question."""


COMPONENTS: dict[str, Registered[type[Any]]] = {
    known.__name__: Registered(known.__name__, known, "tests") for known in (Quiet, Asking, Foreign)
}
FULL = NluData(
    (Example("hi", "greet"),),
    responses=(Response("utter_faq/a", ({"text": "x"},)),),
    messages=(StoryMessage(text="so long"),),
)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("Quiet", {}, frozenset()),
        ("Asking", {}, {"retrieval-responses"}),
        ("Asking", {"keys": ["story-messages"]}, {"story-messages"}),
        ("Foreign", {}, READABLE),
        ("Missing", {}, READABLE),
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


def test_a_lesson_has_nothing_that_is_not_read() -> None:
    assert lesson_of(FULL, READABLE) == FULL
    assert lesson_of(FULL, ()) == NluData(FULL.examples)
    assert lesson_of(FULL, {"story-messages"}).responses == ()
    assert lesson_of(FULL, {"retrieval-responses"}).messages == ()
