"""A pipeline in training: what stands before a component prepares the examples, and what is refused beforehand."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.training_requests import NLU, SilentComponent, content, provided, train_components, training_request, written

from tenprint.fingerprinting.component import (
    ActionPrediction,
    Batch,
    CoreTrainingData,
    Dialogue,
    Features,
    Featurizer,
    NluComponent,
    NluLesson,
    Policy,
    Token,
    Tokenizer,
)
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.errors import TrainingError
from tenprint.importers.data import NluData
from tenprint.plugins.components.sparse_rows import sparse_rows

pytestmark = pytest.mark.anyio


class Halves(Tokenizer):
    """Divides a text in the middle; counts how often it is asked."""

    NAME = "Halves"
    asked: ClassVar[list[str]] = []

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Halves":
        del config, files
        return cls()

    def tokenize(self, text: str) -> tuple[Token, ...]:
        self.asked.append(text)
        middle = len(text) // 2
        return Token(text[:middle], 0, middle), Token(text[middle:], middle, len(text))


class Lengths(Featurizer):
    """Says how long the tokens are, once it has learned how long a token may be."""

    NAME = "Lengths"

    def __init__(self, width: int) -> None:
        self.width = width

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        del config
        assert all(example.intent == "" for example in nlu.examples)
        return {"width.json": 1 + max(len(token.text) for message in nlu.batch.messages for token in message.tokens)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Lengths":
        del config
        return cls(files["width.json"])

    def featurize(self, batch: Batch) -> Features:
        rows = [{len(token.text): 1.0} for message in batch.messages for token in message.tokens]
        return Features(self.NAME, sequence=sparse_rows(rows, self.width))


class Learner(SilentComponent):
    """Stores what it was given."""

    NAME = "Learner"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"reads": ["examples", "tokens", "features"]}

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(config["reads"])

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config
        assert isinstance(nlu, NluLesson)
        return {
            "given.json": {
                "intents": [example.intent for example in nlu.examples],
                "texts": [message.text for message in nlu.batch.messages],
                "tokens": [[token.text for token in message.tokens] for message in nlu.batch.messages],
                "features": [
                    [f.origin, None if f.sequence is None else [*f.sequence.shape]] for f in nlu.batch.features
                ],
            }
        }


class Miscounting(Lengths):
    NAME = "Miscounting"

    def featurize(self, batch: Batch) -> Features:
        return Features(self.NAME, sentence=sparse_rows([{}] * (len(batch) + 1), 1))


class Untaught(SilentComponent):
    """Says that it learns, and has forgotten how."""

    NAME = "Untaught"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        return NluComponent.train.__func__(cls, config, nlu)  # type: ignore[attr-defined,no-any-return]


class Needy(SilentComponent):
    NAME = "Needy"
    EXTRA: ClassVar[str | None] = "more"

    @staticmethod
    def required_packages() -> list[str]:
        return ["json", "no_such_package", "no.such.package"]

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["de", "en"]


class Needier(Needy):
    NAME = "Needier"
    EXTRA = None

    @staticmethod
    def supported_languages() -> list[str] | None:
        return None

    @staticmethod
    def not_supported_languages() -> list[str] | None:
        return ["fr"]


class Asker(SilentComponent):
    """Fails when it is asked about itself."""

    NAME = "Asker"

    @staticmethod
    def required_packages() -> list[str]:
        raise RuntimeError("who asks?")


class Fallback(SilentComponent):
    NAME = "Fallback"
    TRAINS = False

    @classmethod
    def needs(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"intents"})


class Bystander(Policy):
    """Stores what it was given; whether it listens to the NLU half is an option."""

    NAME = "Bystander"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"reads": ["stories"]}

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset(config["reads"])

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        return {"given.json": [len(request.stories.stories), request.interpreter is not None]}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Bystander":
        raise NotImplementedError

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        raise NotImplementedError


COMPONENTS = provided(
    SilentComponent,
    Halves,
    Lengths,
    Learner,
    Miscounting,
    Untaught,
    Needy,
    Needier,
    Asker,
    Fallback,
    Bystander,
)
request = partial(training_request, COMPONENTS)
train = partial(train_components, COMPONENTS)


async def test_what_stands_before_a_component_has_prepared_the_examples(tmp_path: Path) -> None:
    await train(tmp_path, "Halves", "Lengths", "Learner", "Lengths")

    assert content(tmp_path / "nlu/2-Learner/given.json") == {
        "intents": ["greet", "faq/hours", "greet"],
        "texts": ["hi", "when do you open", "grüß dich"],
        "tokens": [["h", "i"], ["when do ", "you open"], ["grüß", " dich"]],
        "features": [["Lengths", [6, 9]]],
    }
    assert written(tmp_path / "nlu/0-Halves") == {"component.json"}


@pytest.mark.parametrize(
    ("reads", "given"),
    [
        (
            ["intents"],
            {"intents": ["greet", "faq/hours", "greet"], "texts": ["hi", "when do you open", "grüß dich"]},
        ),
        (["synonyms"], {"intents": [], "texts": [], "tokens": []}),
        (["features"], {"intents": ["", "", ""], "tokens": [[], [], []], "features": [["Lengths", None]]}),
    ],
)
async def test_a_component_is_given_what_it_reads(tmp_path: Path, reads: list[str], given: Any) -> None:
    await train(tmp_path, "Halves", "Lengths", {"name": "Learner", "reads": reads})

    found = content(tmp_path / "nlu/2-Learner/given.json")
    assert {name: found[name] for name in given} == given


async def test_examples_are_prepared_only_for_those_who_read_it(tmp_path: Path) -> None:
    Halves.asked.clear()
    await train(tmp_path / "one", "Halves", "SilentComponent")
    assert Halves.asked == []
    await train(tmp_path / "two", "Halves", {"name": "Learner", "reads": ["tokens"]}, "SilentComponent")
    assert sorted(Halves.asked) == sorted(example.text for example in NLU.examples)


async def test_features_that_do_not_fit_the_examples_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        TrainingError, match=r"`Miscounting`, entry 2 of `pipeline` failed: ValueError: Miscounting has"
    ):
        await train(tmp_path, "Halves", "Miscounting", "Learner")


async def test_a_component_without_train_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"`Untaught`, entry 1 .* has no train; set TRAINS = False"):
        await train(tmp_path, "Untaught")


async def refused(folder: Path, *pipeline: Any, language: str | None = None) -> list[tuple[str, str, str | None]]:
    asked = request(folder, *pipeline)
    with pytest.raises(TrainingError) as caught:
        await ComponentTrainer().train(replace(asked, config={**asked.config, "language": language}))
    assert written(folder) == set()
    return [(problem.code, problem.message, problem.hint) for problem in caught.value.problems]


async def test_what_a_component_needs_must_stand_before_it(tmp_path: Path) -> None:
    assert await refused(tmp_path, "Lengths", "Halves", "Fallback") == [
        (
            "component-order",
            "`Lengths`, entry 1 of `pipeline`: a tokenizer must stand before it",
            "write `- name: WhitespaceTokenizer` above it",
        ),
        (
            "component-order",
            "`Fallback`, entry 3 of `pipeline`: a component that recognises intents must stand before it",
            "write one such as `LogisticRegressionClassifier` above it",
        ),
    ]
    assert [message for _, message, _ in await refused(tmp_path, "Halves", "Learner")] == [
        "`Learner`, entry 2 of `pipeline`: a featurizer must stand before it"
    ]
    (told,) = await refused(tmp_path, "Halves", "Lengths", "Halves")
    assert told[1].startswith("`Halves`, entry 3 of `pipeline` is a second tokenizer")


async def test_a_missing_package_is_named_with_what_to_install(tmp_path: Path) -> None:
    assert await refused(tmp_path, "Needy", "Needier") == [
        (
            "missing-package",
            "`Needy`, entry 1 of `pipeline` needs no_such_package, no.such.package, which cannot be found",
            "pip install 'sample-plugin[more]'",
        ),
        (
            "missing-package",
            "`Needier`, entry 2 of `pipeline` needs no_such_package, no.such.package, which cannot be found",
            "pip install no_such_package no.such.package",
        ),
    ]


@pytest.mark.parametrize("language", ["fr", "fr-CH", "FR_ch"])
async def test_a_language_a_component_cannot_deal_with_is_named(tmp_path: Path, language: str) -> None:
    told = await refused(tmp_path, "Needy", "Needier", language=language)
    assert [(message, hint) for code, message, hint in told if code == "component-language"] == [
        (
            f"`Needy`, entry 1 of `pipeline` cannot deal with the language {language!r}",
            "it can deal with de, en; use another component",
        ),
        (
            f"`Needier`, entry 2 of `pipeline` cannot deal with the language {language!r}",
            "it cannot deal with fr; use another component",
        ),
    ]


async def test_other_languages_and_none_are_fine(tmp_path: Path) -> None:
    for language in ("en", "de-AT", "", None):
        codes = {code for code, _, _ in await refused(tmp_path, "Needy", "Needier", language=language)}
        assert codes == {"missing-package"}


async def test_a_component_that_fails_to_tell_about_itself_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="`Asker`, entry 1 of `pipeline` failed to tell its packages: RuntimeError"):
        await train(tmp_path, "Asker")


async def test_only_policies_that_say_so_listen_to_the_nlu_half(tmp_path: Path) -> None:
    both: frozenset[Any] = frozenset({"core", "nlu"})
    listening = {"name": "Bystander", "reads": ["interpreter"]}
    await train(tmp_path, "SilentComponent", policies=["Bystander", listening], sections=both)

    assert content(tmp_path / "core/0-Bystander/given.json") == [1, False]
    assert content(tmp_path / "core/1-Bystander/given.json") == [0, True]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("DIETClassifier", "`LogisticRegressionClassifier` recognises intents, and `CRFEntityExtractor` recognises"),
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", "`LogisticRegressionClassifier` recognises intents"),
        ("DucklingEntityExtractor", "`RegexEntityExtractor` finds entities by regular expressions"),
        ("SpacyNLP", "no component here needs it"),
    ],
)
async def test_for_a_component_of_the_field_there_is_advice(tmp_path: Path, name: str, advice: str) -> None:
    ((code, message, hint),) = await refused(tmp_path, name)
    assert code == "unknown-component"
    assert f"`{name}`" in message
    assert (hint or "").startswith(advice)
    assert "let Rasa train the project" in (hint or "")
