"""Intents by logistic regression over the features of messages; scikit-learn learns, and is not needed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Answer, Batch, DamagedFile, Json, Message, NluComponent, NluLesson, ParsedIntent
from tenprint.importers import Problem, ProblemsError
from tenprint.plugins.components.json_text import compact
from tenprint.plugins.components.options import at_least_objection, choice_objection
from tenprint.plugins.components.regression import SCHEMES, Regression, learned
from tenprint.plugins.components.sparse_rows import side_by_side

INTENTS_FILE = "intents.json"
WEIGHTS_FILE = "weights.npy"
INTERCEPTS_FILE = "intercepts.npy"

_SOLVERS = ("lbfgs", "liblinear", "newton-cg", "sag", "saga")
_DIGITS = 6
"""Of a confidence; the last ones of a float differ between machines."""


@dataclass(frozen=True, slots=True, eq=False)
class LogisticRegressionClassifier(NluComponent):
    """Recognises the intent of every message that is not empty, and ranks the others."""

    NAME: ClassVar[str] = "LogisticRegressionClassifier"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "sklearn"

    intents: Sequence[str]
    widths: Sequence[tuple[str, int]]
    """The features it was trained with: their origin, and how many columns they have."""
    regression: Regression
    ranking_length: int

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "class_weight": "balanced",
            "max_iter": 100,
            "random_state": 42,
            "ranking_length": 10,
            "solver": "lbfgs",
            "tol": 0.0001,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *_weight_objection(config),
            *at_least_objection(config, "max_iter", 1, 2**31 - 1),
            *at_least_objection(config, "random_state", 0, 2**32 - 1),
            *at_least_objection(config, "ranking_length", 0),
            *choice_objection(config, "solver", _SOLVERS),
            *_tolerance_objection(config),
        )

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy", "sklearn", "threadpoolctl"]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"intents", "features"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Answer]:
        """Learn; retrieval intents by their base names.

        Raises:
            ProblemsError: There is no intent, or nothing is said about messages as a whole.
        """
        labelled = [place for place, example in enumerate(nlu.examples) if example.intent]
        if not labelled:
            raise ProblemsError(
                [Problem("no-intents", "no example has an intent", hint="write examples below intents")]
            )
        described = [found for found in nlu.batch.features if found.sentence is not None]
        if not described:
            hint = "write a featurizer such as `CountVectorsFeaturizer` above it"
            raise ProblemsError([Problem("no-features", "no featurizer before it describes whole messages", hint=hint)])
        matrix = side_by_side(found.sentence for found in described)
        names = [nlu.examples[place].base_intent for place in labelled]
        labels = {name: label for label, name in enumerate(sorted(set(names)))}
        result = learned(matrix[labelled], [labels[name] for name in names], len(labels), _options(config, labels))
        return {
            INTENTS_FILE: {
                "converged": result.converged,
                "features": [[found.origin, int(found.sentence.shape[1])] for found in described],
                "intents": [*labels],
                "iterations": result.iterations,
                "scheme": result.regression.scheme,
            },
            WEIGHTS_FILE: result.regression.weights,
            INTERCEPTS_FILE: result.regression.intercepts,
        }

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Answer]) -> "LogisticRegressionClassifier":
        stored, weights, intercepts = (files[name] for name in (INTENTS_FILE, WEIGHTS_FILE, INTERCEPTS_FILE))
        if not _is_description(stored):
            raise DamagedFile(INTENTS_FILE, "does not say which intents there are, and how they are told apart")
        intents, widths = stored["intents"], tuple((origin, width) for origin, width in stored["features"])
        shape = (len(intents), sum(width for _, width in widths))
        for name, array, expected in ((WEIGHTS_FILE, weights, shape), (INTERCEPTS_FILE, intercepts, shape[:1])):
            if array.shape != expected or array.dtype.str != "<f4":
                found = f"holds {array.dtype} of the shape {array.shape}"
                raise DamagedFile(name, f"{found}, and {INTENTS_FILE} asks for float32 of {expected}")
        return cls(intents, widths, Regression(stored["scheme"], weights, intercepts), config["ranking_length"])

    def process_batch(self, batch: Batch) -> Batch:
        """Set intent and ranking.

        Raises:
            ValueError: The features are others than those it was trained with.
        """
        described = [found for found in batch.features if found.sentence is not None]
        widths = tuple((found.origin, int(found.sentence.shape[1])) for found in described)
        if widths != self.widths:
            raise ValueError(f"{self.NAME} was trained with the features {self.widths}, and is given {widths}")
        if not batch.messages:
            return batch
        sure = self.regression.probabilities(side_by_side(found.sentence for found in described)).tolist()
        messages = zip(batch.messages, sure, strict=True)
        return replace(batch, messages=tuple(self._recognised(message, shares) for message, shares in messages))

    def _recognised(self, message: Message, shares: Sequence[float]) -> Message:
        if not message.text.strip():
            return message
        order = sorted(range(len(shares)), key=lambda label: (-shares[label], label))[: self.ranking_length or None]
        ranking = tuple(ParsedIntent(self.intents[label], round(shares[label], _DIGITS)) for label in order)
        return replace(message, intent=ranking[0], ranking=ranking)


def _options(config: Mapping[str, Json], labels: Mapping[str, int]) -> dict[str, Json]:
    """Arguments of scikit-learn, with weights by label; an intent that is not named weighs 1."""
    weights = config["class_weight"]
    if isinstance(weights, dict):
        weights = {label: float(weights.get(name, 1.0)) for name, label in labels.items()}
    asked = {option: config[option] for option in ("max_iter", "random_state", "solver", "tol")}
    return {**asked, "class_weight": weights}


def _is_description(stored: Json) -> bool:
    if not isinstance(stored, dict) or stored.get("scheme") not in SCHEMES:
        return False
    intents, features = stored.get("intents"), stored.get("features")
    if not isinstance(intents, list) or not isinstance(features, list) or not intents:
        return False
    return all(isinstance(name, str) for name in intents) and all(
        isinstance(found, list)
        and len(found) == 2  # noqa: PLR2004 - origin and width
        and isinstance(found[0], str)
        and type(found[1]) is int
        and found[1] >= 0
        for found in features
    )


def _weight_objection(config: Mapping[str, Json]) -> tuple[str, ...]:
    value = config["class_weight"]
    if value is None or value == "balanced":
        return ()
    if isinstance(value, dict) and all(_is_positive(weight) for weight in value.values()):
        return ()
    wanted = "balanced, null, or a mapping of intents to numbers above 0"
    return (f"option `class_weight` must be {wanted}, not {compact(value)}",)


def _tolerance_objection(config: Mapping[str, Json]) -> tuple[str, ...]:
    value = config["tol"]
    return () if _is_positive(value) else (f"option `tol` must be a number above 0, not {compact(value)}",)


def _is_positive(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
