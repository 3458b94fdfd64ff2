from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.training_requests import SilentComponent, content, provided, train_components, training_request, written

from tenprint.fingerprinting.component import (
    ActionPrediction,
    CoreTrainingData,
    Dialogue,
    Message,
    NluComponent,
    ParsedIntent,
    Policy,
    component_identity,
)
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.errors import ModelError, TrainingError
from tenprint.fingerprinting.trainer import component_entries, unknown_components
from tenprint.importers.data import Example, NluData, Stories
from tenprint.importers.errors import ProblemsError
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.registered import Registered

pytestmark = pytest.mark.anyio


class CountingClassifier(NluComponent):
    """Takes every message for the intent that has the most examples."""

    NAME = "CountingClassifier"
    VERSION = "7"

    def __init__(self, intent: str) -> None:
        self.intent = intent

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"least": 1, "language": "en"}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return () if isinstance(config["least"], int) else ("option `least` must be a whole number",)

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        counts: dict[str, int] = {}
        for example in nlu.examples:
            counts[example.intent] = counts.get(example.intent, 0) + 1
        kept = {intent: count for intent, count in counts.items() if count >= config["least"]}
        return {"counts.json": kept, "texts.json": [example.text for example in nlu.examples]}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "CountingClassifier":
        del config
        return cls(max(files["counts.json"], key=lambda intent: files["counts.json"][intent]))

    def process(self, message: Message) -> Message:
        return Message(message.text, ParsedIntent(self.intent, 0.5))


class FailingComponent(SilentComponent):
    NAME = "FailingComponent"
    raised: ClassVar[Exception] = RuntimeError("the lake is empty")

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        raise cls.raised


class RefusingComponent(FailingComponent):
    NAME = "RefusingComponent"
    raised = ProblemsError([Problem("odd-example", "this is odd"), Problem("odd-example", "and this")])


class LitteringComponent(SilentComponent):
    NAME = "LitteringComponent"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        return {"../outside.json": 1}


class ListeningPolicy(Policy):
    """Stores what the interpreter says to one message."""

    NAME = "ListeningPolicy"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        heard = None if request.interpreter is None else request.interpreter("hello").to_json()["intent"]["name"]
        return {"heard.json": heard}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "ListeningPolicy":
        raise NotImplementedError

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        raise NotImplementedError


COMPONENTS = provided(
    CountingClassifier,
    SilentComponent,
    FailingComponent,
    RefusingComponent,
    LitteringComponent,
    ListeningPolicy,
)
request = partial(training_request, COMPONENTS)
train = partial(train_components, COMPONENTS)


async def test_each_component_has_a_folder_with_its_files_and_its_description(tmp_path: Path) -> None:
    report = await train(tmp_path, {"name": "CountingClassifier", "least": 2}, "SilentComponent")

    assert written(tmp_path) == {
        "nlu/0-CountingClassifier/component.json",
        "nlu/0-CountingClassifier/counts.json",
        "nlu/0-CountingClassifier/texts.json",
        "nlu/1-SilentComponent/component.json",
    }
    assert content(tmp_path / "nlu/0-CountingClassifier/component.json") == {
        "name": "CountingClassifier",
        "options": {"language": "en", "least": 2},
        "identity": "sample-plugin:CountingClassifier@7",
        "files": ["counts.json", "texts.json"],
    }
    assert list(report.seconds) == ["nlu/0-CountingClassifier", "nlu/1-SilentComponent"]
    assert all(seconds >= 0 for seconds in report.seconds.values())


async def test_files_are_readable_text(tmp_path: Path) -> None:
    await train(tmp_path, "CountingClassifier")

    folder = tmp_path / "nlu/0-CountingClassifier"
    assert (folder / "counts.json").read_bytes() == b'{\n  "faq/hours": 1,\n  "greet": 2\n}\n'
    assert "grüß dich" in (folder / "texts.json").read_text(encoding="utf-8")


async def test_core_hears_the_nlu_half_of_the_same_run(tmp_path: Path) -> None:
    both = frozenset({"core", "nlu"})
    report = await train(tmp_path, "CountingClassifier", policies=["ListeningPolicy"], sections=both)

    assert content(tmp_path / "core/0-ListeningPolicy/heard.json") == "greet"
    assert list(report.seconds) == ["nlu/0-CountingClassifier", "core/0-ListeningPolicy"]


async def test_core_alone_hears_the_previous_nlu_half(tmp_path: Path) -> None:
    only_faq = NluData((Example("when", "faq"),))
    await train(tmp_path / "old", "CountingClassifier", nlu=only_faq)
    await train(
        tmp_path / "new",
        policies=["ListeningPolicy"],
        sections=frozenset({"core"}),
        previous_nlu=tmp_path / "old" / "nlu",
    )

    assert written(tmp_path / "new") == {
        "core/0-ListeningPolicy/component.json",
        "core/0-ListeningPolicy/heard.json",
    }
    assert content(tmp_path / "new/core/0-ListeningPolicy/heard.json") == "faq"


async def test_core_without_any_nlu_half_hears_nothing(tmp_path: Path) -> None:
    await train(tmp_path, policies=["ListeningPolicy"], sections=frozenset({"core"}))

    assert content(tmp_path / "core/0-ListeningPolicy/heard.json") is None


async def test_a_previous_nlu_half_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        await train(
            tmp_path, policies=["ListeningPolicy"], sections=frozenset({"core"}), previous_nlu=tmp_path / "missing"
        )


async def test_the_other_half_is_not_touched_and_the_asked_one_is_replaced(tmp_path: Path) -> None:
    both = frozenset({"core", "nlu"})
    await train(tmp_path, "CountingClassifier", "SilentComponent", policies=["ListeningPolicy"], sections=both)
    (tmp_path / "core/domain.yml").write_text("intents: []\n")
    core = {path: path.stat().st_mtime_ns for path in (tmp_path / "core").rglob("*")}

    await train(tmp_path, "SilentComponent")

    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "core").rglob("*")} == core
    assert {name for name in written(tmp_path) if name.startswith("nlu/")} == {"nlu/0-SilentComponent/component.json"}

    await train(tmp_path, policies=["ListeningPolicy"], sections=frozenset({"core"}))
    assert (tmp_path / "core/domain.yml").is_file()


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"nlu": NluData()}, "no NLU data was found", "verify the data format"),
        ({"stories": Stories(), "sections": frozenset({"core"})}, "no stories or rules were found", "`stories:`"),
        ({"sections": frozenset({"core"})}, "`policies` names no component", "list at least one"),
    ],
)
async def test_nothing_to_train_on_is_an_error(tmp_path: Path, changes: Any, message: str, hint: str) -> None:
    with pytest.raises(TrainingError, match=message) as caught:
        await train(tmp_path, "FailingComponent", **changes)

    assert hint in (caught.value.hint or "")
    assert written(tmp_path) == set()


async def test_all_unknown_components_are_listed_before_anything_is_trained(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        await ComponentTrainer().train(
            request(
                tmp_path,
                "CountingClasifier",
                "FailingComponent",
                policies=["Xyzzy", "SilentComponent"],
                sections=frozenset({"core", "nlu"}),
                location_of=lambda key, position: Location("files", f"{key}.yml", position + 1),
            )
        )

    assert isinstance(caught.value, TrainingError)
    first, second, third = caught.value.problems
    assert {problem.code for problem in caught.value.problems} == {"unknown-component"}
    assert first.message == "no plugin provides `CountingClasifier`, entry 1 of `pipeline`"
    assert str(first.location) == "pipeline.yml:1"
    assert (first.hint or "").startswith("did you mean `CountingClassifier`? Otherwise install the plugin")
    assert "--config FILE" in (first.hint or "")
    assert second.message == "no plugin provides `Xyzzy`, entry 1 of `policies`"
    assert (second.hint or "").startswith("known are `ListeningPolicy`.")
    assert third.message == "`SilentComponent`, entry 2 of `policies`, is no policy"
    assert written(tmp_path) == set()


async def test_all_bad_options_are_listed_before_anything_is_trained(tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        await train(
            tmp_path,
            "FailingComponent",
            {"name": "CountingClassifier", "leest": 1, "least": "two", "language": {1: "en"}},
            {"name": "CountingClassifier", "least": "two"},
            {"name": "SilentComponent", "colour": "red"},
        )

    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("`CountingClassifier`, entry 2 of `pipeline`: unknown option `leest`", "known options: least"),
        (
            (
                "`CountingClassifier`, entry 2 of `pipeline`: option `language` is no text, number, boolean, list or"
                " mapping of these"
            ),
            "quote it to make it a text",
        ),
        ("`CountingClassifier`, entry 3 of `pipeline`: option `least` must be a whole number", None),
        ("`SilentComponent`, entry 4 of `pipeline`: unknown option `colour`", "it has no options"),
    ]
    assert written(tmp_path) == set()


async def test_a_component_that_fails_is_named_with_the_line_and_its_error_chained(tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        await train(tmp_path, "FailingComponent")

    told = f"`FailingComponent`, entry 1 of `pipeline` failed: RuntimeError: the lake is empty (at {__file__}:"
    assert str(caught.value).startswith(told)
    assert caught.value.__cause__ is FailingComponent.raised


async def test_a_component_keeps_all_its_problems(tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        await train(tmp_path, "RefusingComponent")

    assert [problem.message for problem in caught.value.problems] == [
        "`RefusingComponent`, entry 1 of `pipeline`: this is odd",
        "`RefusingComponent`, entry 1 of `pipeline`: and this",
    ]


async def test_a_component_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot store a file named"):
        await train(tmp_path, "LitteringComponent")

    assert written(tmp_path) == set()


async def test_retrieval_examples_without_a_response_are_warned_about(tmp_path: Path) -> None:
    report = await train(tmp_path, "SilentComponent")
    answered = await train(tmp_path, "SilentComponent", responses=frozenset({"utter_faq/hours"}))

    (problem,) = report.problems
    assert (problem.code, problem.severity) == ("missing-response", "warning")
    assert "`faq/hours`" in problem.message
    assert problem.hint == "add a response phrase under `utter_faq/hours` to the responses"
    assert answered.problems == ()


def test_identity_names_distribution_component_and_version() -> None:
    assert component_identity(COMPONENTS["CountingClassifier"]) == "sample-plugin:CountingClassifier@7"
    assert component_identity(COMPONENTS["SilentComponent"]) == "sample-plugin:SilentComponent@2.0"
    loose: Registered[type[Any]] = Registered("SilentComponent", SilentComponent, "notebook")
    assert component_identity(loose) == "notebook:SilentComponent@unversioned"


def test_entries_keep_their_positions_and_options() -> None:
    config: dict[str, Any] = {"pipeline": [{"name": "A"}, {"name": "B", "x": 1}], "policies": None}

    assert component_entries(config, "nlu") == ((0, "A", {}), (1, "B", {"x": 1}))
    assert component_entries(config, "core") == ()
    assert config["pipeline"][1] == {"name": "B", "x": 1}


@pytest.mark.parametrize(
    ("listed", "count"), [("A", 1), ({"name": "A"}, 1), ([{"name": "A"}, "B", {"nam": "C"}, {"name": 3}], 3)]
)
def test_entries_without_a_name_are_all_listed(listed: Any, count: Any) -> None:
    with pytest.raises(ProblemsError) as caught:
        component_entries({"pipeline": listed}, "nlu")

    assert len(caught.value.problems) == count


def test_a_name_with_its_old_path_is_recognised() -> None:
    config = {"pipeline": [{"name": "rasa.nlu.classifiers.counting.CountingClassifier"}]}

    (problem,) = unknown_components(config, COMPONENTS, {"nlu"})

    assert "did you mean `CountingClassifier`?" in (problem.hint or "")


def test_without_any_component_the_hint_says_so() -> None:
    (problem,) = unknown_components({"policies": [{"name": "A"}]}, {}, {"core"})

    assert (problem.hint or "").startswith("no installed plugin provides any policy")
