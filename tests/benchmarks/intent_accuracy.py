"""How many intents are recognised: our pipeline beside scikit-learn's own, on the same five folds.

    python tests/benchmarks/intent_accuracy.py [PROJECT ...]

Each project's examples are dealt to five folds, the examples of an intent one after the other, so each fold has its
share of each. An intent counts by its base name. Exit code 1 when we are more than one point behind.
"""

import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tenprint.fingerprinting import ComponentTrainer, TrainingRequest, load_interpreter
from tenprint.importers.data import Domain, Example, NluData, Stories
from tenprint.plugins import create_plugin_manager, open_project, registry_of

ASSISTANT = Path(__file__).parents[2] / "docs" / "tutorial" / "assistant"
FOLDS = 5
SEED = 1
MARGIN = 0.01

PIPELINE = (
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "LogisticRegressionClassifier"},
)

Fold = tuple[Sequence[Example], Sequence[Example]]


def examples_of(project: Path) -> tuple[Example, ...]:
    """Read the examples that have an intent."""

    async def read() -> NluData:
        async with open_project(project) as opened:
            return await opened.importer.get_nlu_data()

    return tuple(example for example in anyio.run(read).examples if example.intent)


def folds(examples: Sequence[Example]) -> Iterator[Fold]:
    """Yield what is trained on and what is tried, five times."""
    shuffled = sorted(examples, key=lambda example: (example.text, example.intent))
    random.Random(SEED).shuffle(shuffled)
    shuffled.sort(key=lambda example: example.base_intent)
    for fold in range(FOLDS):
        tried = shuffled[fold::FOLDS]
        yield [example for place, example in enumerate(shuffled) if place % FOLDS != fold], tried


def ours(trained_on: Sequence[Example], tried: Sequence[Example]) -> list[str | None]:
    """Recognise with a trained and loaded NLU half, as a model would."""
    components = registry_of(create_plugin_manager()).components
    with TemporaryDirectory() as folder:
        config: Mapping[str, Any] = {"pipeline": [dict(entry) for entry in PIPELINE], "language": "en"}
        request = TrainingRequest(
            frozenset({"nlu"}), config, Domain(), Stories(), NluData(tuple(trained_on)), components, Path(folder)
        )
        anyio.run(ComponentTrainer().train, request)
        interpreter = load_interpreter(Path(folder) / "nlu", components)
        parsed = [*interpreter.parse_all(example.text for example in tried)]
    return [None if message.intent is None else message.intent.name for message in parsed]


def theirs(trained_on: Sequence[Example], tried: Sequence[Example]) -> list[str | None]:
    """Recognise with TF-IDF and logistic regression, both as scikit-learn has them."""
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    pipeline.fit([example.text for example in trained_on], [example.base_intent for example in trained_on])
    return [str(name) for name in pipeline.predict([example.text for example in tried])]


Score = tuple[float, float]
"""Shares that were right: ours, theirs."""


def share_right(found: Sequence[str | None], tried: Sequence[Example]) -> float:
    return sum(name == example.base_intent for name, example in zip(found, tried, strict=True)) / len(tried)


def scores(examples: Sequence[Example]) -> Iterator[Score]:
    """Yield the scores of each fold, and print them."""
    print("fold    ours  TF-IDF+LR   seconds, ours and theirs")
    for fold, (trained_on, tried) in enumerate(folds(examples), start=1):
        began = time.perf_counter()
        first = share_right(ours(trained_on, tried), tried)
        between = time.perf_counter()
        second = share_right(theirs(trained_on, tried), tried)
        print(f"{fold:4} {first:7.3f} {second:10.3f} {between - began:10.2f} {time.perf_counter() - between:6.2f}")
        yield first, second


def mean(project: Path) -> Score:
    """Print the table of one project, and return its last row."""
    examples = examples_of(project)
    print(f"{project.name}: {len(examples)} examples, {len({example.base_intent for example in examples})} intents")
    found = [*scores(examples)]
    first, second = (sum(score[side] for score in found) / FOLDS for side in (0, 1))
    print(f"mean {first:7.3f} {second:10.3f}\n")
    return first, second


def main(projects: Sequence[Path]) -> int:
    means = [mean(project) for project in projects]
    return 0 if all(first >= second - MARGIN for first, second in means) else 1


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]] or [ASSISTANT]))
