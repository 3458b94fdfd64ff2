import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenprint.fingerprinting.component import (
    ActionPrediction,
    Batch,
    Dialogue,
    Message,
    NluComponent,
    Token,
    Tokenizer,
)
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.errors import DamagedFile, ModelError, TrainingError, UnknownComponent
from tenprint.fingerprinting.npy_files import npy_bytes
from tenprint.fingerprinting.predicting import (
    BATCH_SIZE,
    Interpreter,
    load_interpreter,
    load_nlu_component,
    load_policies,
    predict_action,
)
from tenprint.fingerprinting.trainer import SectionName, TrainingRequest
from tenprint.importers.data import (
    ActionStep,
    Domain,
    EntitySpan,
    Example,
    IntentStep,
    NluData,
    Rule,
    Stories,
    Story,
    Synonym,
)
from tenprint.importers.registered import Registered
from tenprint.plugins.components.keywords import KeywordIntentClassifier
from tenprint.plugins.components.memoization import MemoizationPolicy
from tenprint.plugins.components.rules import RulePolicy
from tenprint.plugins.components.synonyms import EntitySynonymMapper

pytestmark = pytest.mark.anyio

KINDS: tuple[type[Any], ...] = (KeywordIntentClassifier, EntitySynonymMapper, MemoizationPolicy, RulePolicy)
COMPONENTS: dict[str, Registered[type[Any]]] = {
    kind.NAME: Registered(kind.NAME, kind, "tenprint", "1.0") for kind in KINDS
}
NLU = NluData(
    (Example("hi", "greet"), Example("fly to nyc", "book/flight", (EntitySpan(7, 10, "city", "nyc"),))),
    (Synonym("NYC", "New York"),),
)
GREET, BYE, HELLO, CIAO = IntentStep("greet"), IntentStep("bye"), ActionStep("utter_hello"), ActionStep("utter_ciao")
STORIES = Stories((Story("", (GREET, CIAO)),), (Rule("", (GREET, HELLO)), Rule("", (BYE, CIAO))))
CONFIG = {
    "pipeline": [{"name": "KeywordIntentClassifier", "case_sensitive": False}, {"name": "EntitySynonymMapper"}],
    "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
}


async def trained(folder: Path, *, config: dict[str, Any] = CONFIG, stories: Stories = STORIES) -> Path:
    sections: frozenset[SectionName] = frozenset({"core", "nlu"})
    await ComponentTrainer().train(
        TrainingRequest(sections, config, Domain(), stories, NLU, components=COMPONENTS, folder=folder)
    )
    return folder


async def test_a_message_goes_through_the_pipeline(tmp_path: Path) -> None:
    interpreter = load_interpreter(await trained(tmp_path) / "nlu", COMPONENTS)

    assert interpreter.parse("Fly to NYC").to_json() == {
        "schema": "tenprint.parse/1",
        "text": "Fly to NYC",
        "intent": {"name": "book", "confidence": 1.0},
        "intent_ranking": [{"name": "book/flight", "confidence": 1.0}],
        "entities": [
            {"entity": "city", "value": "New York", "start": 7, "end": 10, "extractor": "KeywordIntentClassifier"}
        ],
    }


async def test_a_message_nobody_recognises_has_an_intent_without_name(tmp_path: Path) -> None:
    parsed = load_interpreter(await trained(tmp_path) / "nlu", COMPONENTS).parse("qwertz").to_json()

    assert parsed["intent"] == {"name": None, "confidence": 0.0}
    assert (parsed["intent_ranking"], parsed["entities"]) == ([], [])
    assert json.loads(json.dumps(parsed)) == parsed


def test_an_interpreter_without_components_finds_nothing() -> None:
    assert Interpreter(()).parse("hi").intent is None


async def test_policies_stand_by_priority_and_the_first_of_equally_sure_ones_wins(tmp_path: Path) -> None:
    policies = load_policies(await trained(tmp_path) / "core", COMPONENTS)

    assert [type(policy) for policy in policies] == [RulePolicy, MemoizationPolicy]
    assert predict_action(policies, Dialogue((GREET,))) == ActionPrediction("utter_hello", 1.0)
    assert predict_action(policies, Dialogue((GREET, CIAO))) == ActionPrediction("action_listen", 1.0)
    assert predict_action(policies, Dialogue()) is None


async def test_components_are_taken_in_the_order_of_their_positions(tmp_path: Path) -> None:
    config = {**CONFIG, "pipeline": [{"name": "EntitySynonymMapper"}] * 10 + [{"name": "KeywordIntentClassifier"}]}

    interpreter = load_interpreter(await trained(tmp_path, config=config) / "nlu", COMPONENTS)

    assert isinstance(interpreter.components[10], KeywordIntentClassifier)


async def test_the_order_of_the_lists_in_a_half_folder_does_not_matter_to_other_files(tmp_path: Path) -> None:
    half = await trained(tmp_path) / "core"
    (half / "domain.yml").write_text("intents: []\n")
    (half / "notes").mkdir()

    assert len(load_policies(half, COMPONENTS)) == 2


@pytest.mark.parametrize("name", ["component.json", "keywords.json"])
@pytest.mark.parametrize("damage", ["", "{", "[1]", '"\ud800"', "[" * 100_000, None])
async def test_a_damaged_or_missing_file_is_named(tmp_path: Path, name: Any, damage: Any) -> None:
    path = await trained(tmp_path) / "nlu/0-KeywordIntentClassifier" / name
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage.encode(errors="surrogatepass"))

    with pytest.raises(ModelError) as caught:
        load_interpreter(tmp_path / "nlu", COMPONENTS)

    assert str(path) in caught.value.message
    assert "tenprint train" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "change", [{"files": ["../../../secret.json"]}, {"files": "x"}, {"options": None}, {"name": 1}]
)
async def test_a_description_that_describes_nothing_is_refused(tmp_path: Path, change: Any) -> None:
    path = await trained(tmp_path) / "nlu/0-KeywordIntentClassifier/component.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(ModelError, match="does not describe a component"):
        load_interpreter(tmp_path / "nlu", COMPONENTS)


async def test_missing_and_foreign_halves_are_refused(tmp_path: Path) -> None:
    await trained(tmp_path)
    shutil.rmtree(tmp_path / "nlu")
    with pytest.raises(ModelError, match="cannot be read"):
        load_interpreter(tmp_path / "nlu", COMPONENTS)

    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu/weights.h5").write_bytes(b"")
    with pytest.raises(ModelError, match="holds no component that tenprint trained"):
        load_interpreter(tmp_path / "nlu", COMPONENTS)


async def test_a_component_nobody_provides_is_named(tmp_path: Path) -> None:
    half = await trained(tmp_path) / "nlu"
    without = {name: registered for name, registered in COMPONENTS.items() if name != "EntitySynonymMapper"}

    with pytest.raises(UnknownComponent, match="`EntitySynonymMapper`, which no plugin provides") as caught:
        load_interpreter(half, without)

    assert "install the plugin that provides `EntitySynonymMapper`" in (caught.value.hint or "")


@pytest.mark.parametrize("value", [-1, "two"])
async def test_a_bad_option_is_named_with_its_component(tmp_path: Path, value: Any) -> None:
    config = {**CONFIG, "policies": [{"name": "MemoizationPolicy", "max_history": value}]}

    with pytest.raises(TrainingError) as caught:
        await trained(tmp_path, config=config)

    assert "`MemoizationPolicy`, entry 1 of `policies`: option `max_history` must be" in str(caught.value)


async def test_an_unknown_option_is_named_with_the_nearest_ones(tmp_path: Path) -> None:
    config = {**CONFIG, "policies": [{"name": "MemoizationPolicy", "max_histroy": 3}]}

    with pytest.raises(TrainingError) as caught:
        await trained(tmp_path, config=config)

    (problem,) = caught.value.problems
    assert "unknown option `max_histroy`" in problem.message
    assert problem.hint == "known options: max_history"


async def test_contradicting_rules_end_the_training_with_both_named(tmp_path: Path) -> None:
    stories = Stories(rules=(Rule("one", (GREET, HELLO)), Rule("two", (GREET, CIAO))))

    with pytest.raises(TrainingError) as caught:
        await trained(tmp_path, stories=stories)

    (problem,) = caught.value.problems
    assert problem.code == "contradicting-rules"
    assert problem.message.startswith("`RulePolicy`, entry 2 of `policies`: ")
    assert '"one"' in problem.message
    assert '"two"' in problem.message


class Turning(EntitySynonymMapper):
    """Answers in another order than it is asked."""

    NAME = "Turning"

    def process_batch(self, batch: Batch) -> Batch:
        return Batch(batch.messages[::-1])


class Losing(EntitySynonymMapper):
    NAME = "Losing"

    def process_batch(self, batch: Batch) -> Batch:
        return Batch(batch.messages[:-1])


class Idle(NluComponent):
    """Has neither of the two ways to see a message."""

    NAME = "Idle"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Idle":
        del config, files
        return cls()


class Forgetful(Idle):
    """Makes its answers anew, and knows nothing of tokens."""

    NAME = "Forgetful"

    def process(self, message: Message) -> Message:
        return Message(message.text)


class Letters(Tokenizer):
    NAME = "Letters"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Letters":
        del config, files
        return cls()

    def tokenize(self, text: str) -> tuple[Token, ...]:
        return tuple(Token(letter, place, place + 1) for place, letter in enumerate(text))


@pytest.mark.parametrize("component", [Turning({}, {}), Losing({}, {})])
def test_a_component_that_mixes_up_messages_is_named(component: NluComponent) -> None:
    parsed = Interpreter((component,)).parse_all(["a", "b"])
    with pytest.raises(ValueError, match=f"{type(component).__name__} answers with other messages"):
        next(parsed)


def test_a_component_that_does_nothing_is_named() -> None:
    with pytest.raises(NotImplementedError, match="Idle has neither process nor process_batch"):
        Interpreter((Idle(),)).parse("a")


def test_tokens_are_not_lost_by_components_that_know_nothing_of_them() -> None:
    message = Interpreter((Letters(), Forgetful())).parse("hi")
    assert message.tokens == (Token("h", 0, 1), Token("i", 1, 2))
    assert "tokens" not in message.to_json()


async def test_many_texts_are_parsed_in_batches_as_each_alone(tmp_path: Path) -> None:
    interpreter = load_interpreter(await trained(tmp_path) / "nlu", COMPONENTS)
    texts = ["hi", "fly to nyc", "qwertz"] * (BATCH_SIZE // 2)

    parsed = interpreter.parse_all(iter(texts))

    assert [message.to_json() for message in parsed] == [interpreter.parse(text).to_json() for text in texts]


class Numbers(Idle):
    """Stores an array, and bytes of its own."""

    NAME = "Numbers"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        return {"weights.npy": np.eye(2), "own.bin": b"\0\1"}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Numbers":
        del config
        if files["weights.npy"].shape != (2, 2):
            raise DamagedFile("weights.npy", "is not square")
        assert files["own.bin"] == b"\0\1"
        return cls()


async def test_arrays_and_bytes_are_stored_and_what_does_not_fit_is_named_with_its_path(tmp_path: Path) -> None:
    components = {"Numbers": Registered("Numbers", Numbers, "tests")}
    sections: frozenset[SectionName] = frozenset({"nlu"})
    config = {"pipeline": [{"name": "Numbers"}]}
    await ComponentTrainer().train(
        TrainingRequest(sections, config, Domain(), Stories(), NLU, components=components, folder=tmp_path)
    )
    folder = tmp_path / "nlu/0-Numbers"

    assert isinstance(load_interpreter(tmp_path / "nlu", components).components[0], Numbers)
    assert isinstance(load_nlu_component(folder, components), Numbers)
    assert np.load(folder / "weights.npy", allow_pickle=False).tolist() == [[1, 0], [0, 1]]

    np.save(folder / "weights.npy", np.eye(3))
    with pytest.raises(DamagedFile) as caught:
        load_interpreter(tmp_path / "nlu", components)
    assert caught.value.message.startswith(f"{folder / 'weights.npy'} ")
    assert "train the model again" in (caught.value.hint or "")

    (folder / "weights.npy").write_bytes(npy_bytes(np.eye(3)))
    with pytest.raises(DamagedFile, match="is not square") as caught:
        load_interpreter(tmp_path / "nlu", components)
    assert caught.value.file == str(folder / "weights.npy")
