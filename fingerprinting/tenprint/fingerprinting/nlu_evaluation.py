"""What an NLU model makes of annotated examples, compared with what they say. Pure.

An intent is right by its base name; which response of a retrieval intent was chosen is looked at separately. An entity
is right when its name, its place, its role and its group are; values are not compared, as synonyms replace them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.component import Message
from tenprint.fingerprinting.evaluation_scores import Scores, counted, rounded, scores
from tenprint.importers.data import RETRIEVAL_SEPARATOR, Example

TEST_SCHEMA = "tenprint.test/1"

Entity = tuple[str, int, int, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Answered:
    """An example, and what was recognised in its text."""

    example: Example
    message: Message

    @property
    def intent(self) -> str | None:
        return None if self.message.intent is None else self.message.intent.name

    @property
    def is_right(self) -> bool:
        return self.intent == self.example.base_intent

    @property
    def response(self) -> str | None:
        """What a selector chose for the intent that was recognised."""
        return next((selection.ranking[0].name for selection in self.message.selections if selection.ranking), None)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Examples of one intent that were taken for another; None is no intent at all."""

    expected: str
    predicted: str | None
    texts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "expected": self.expected,
            "predicted": self.predicted,
            "count": len(self.texts),
            "texts": list(self.texts),
        }


@dataclass(frozen=True, slots=True)
class NluEvaluation:
    """How well the intents and entities of examples were recognised."""

    answers: tuple[Answered, ...]
    model: str | None = None
    """The model that was asked; None where each example was asked of a model that had not seen it."""
    folds: int | None = None
    fold_accuracies: tuple[float, ...] = ()
    """Accuracy of each fold by itself."""

    @property
    def labelled(self) -> tuple[Answered, ...]:
        """Answers about examples that have an intent."""
        return tuple(answer for answer in self.answers if answer.example.intent)

    @property
    def accuracy(self) -> float:
        """Share of examples whose intent was recognised."""
        return share_of_right(self.labelled)

    @property
    def intents(self) -> Scores:
        return scores((answer.example.base_intent, answer.intent) for answer in self.labelled)

    @property
    def responses(self) -> Scores | None:
        """Of retrieval intents with their keys; None where no selector has said anything."""
        if not any(answer.message.selections for answer in self.answers):
            return None
        asked = [answer for answer in self.labelled if RETRIEVAL_SEPARATOR in answer.example.intent]
        return scores((answer.example.intent, answer.response) for answer in asked)

    @property
    def entities(self) -> Scores:
        right: Counter[str] = Counter()
        expected: Counter[str] = Counter()
        said: Counter[str] = Counter()
        for answer in self.answers:
            wanted, found = _annotated(answer.example), _recognised(answer.message)
            right.update(entity[0] for entity in wanted & found)
            expected.update(entity[0] for entity in wanted)
            said.update(entity[0] for entity in found)
        return counted(right, expected, said)

    @property
    def confusions(self) -> tuple[Confusion, ...]:
        """What was taken for what, the commonest first."""
        found: dict[tuple[str, str | None], list[str]] = {}
        for answer in self.labelled:
            if not answer.is_right:
                found.setdefault((answer.example.base_intent, answer.intent), []).append(answer.example.text)
        rows = [Confusion(*pair, tuple(sorted(texts))) for pair, texts in found.items()]
        return tuple(sorted(rows, key=lambda row: (-len(row.texts), row.expected, row.predicted or "")))

    def to_json(self) -> dict[str, Any]:
        responses = self.responses
        return {
            "schema": TEST_SCHEMA,
            "tested": "nlu",
            "model": self.model,
            "folds": None if self.folds is None else {"count": self.folds, "accuracies": _all(self.fold_accuracies)},
            "examples": len(self.answers),
            "intents": {
                "accuracy": rounded(self.accuracy),
                "f1": _means(self.intents),
                "labels": [score.to_json() for score in self.intents.labels],
            },
            "confusions": [confusion.to_json() for confusion in self.confusions],
            "entities": {
                **self.entities.together.figures(),
                "labels": [score.to_json() for score in self.entities.labels],
            },
            "responses": None
            if responses is None
            else {**responses.together.figures(), "labels": [score.to_json() for score in responses.labels]},
        }


def share_of_right(answers: Sequence[Answered]) -> float:
    """Share of examples whose intent was recognised; 0 of none."""
    return sum(answer.is_right for answer in answers) / len(answers) if answers else 0.0


def _means(found: Scores) -> dict[str, float]:
    return {"mean": rounded(found.mean_f1), "weighted": rounded(found.weighted_f1)}


def _all(shares: Sequence[float]) -> list[float]:
    return [rounded(share) for share in shares]


def _annotated(example: Example) -> set[Entity]:
    return {(span.entity, span.start, span.end, span.role, span.group) for span in example.entities}


def _recognised(message: Message) -> set[Entity]:
    """Entities, each once however many components have found it; what has no place cannot be right."""
    return {found for entity in message.entities if (found := _entity(entity)) is not None}


def _entity(entity: Mapping[str, Any]) -> Entity | None:
    name, start, end = (entity.get(key) for key in ("entity", "start", "end"))
    if not (isinstance(name, str) and isinstance(start, int) and isinstance(end, int)):
        return None
    return name, start, end, entity.get("role"), entity.get("group")
