import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting.component import ActionPrediction, Dialogue
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.errors import ModelError, TrainingError, UnknownComponent
from tenprint.fingerprinting.predicting import Interpreter, load_interpreter, load_policies, predict_action
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
    "pipeline": [{"name": "KeywordIntentClassifier"}, {"name": "EntitySynonymMapper"}],
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
