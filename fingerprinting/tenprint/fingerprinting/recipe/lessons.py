"""What a training node is given, put together to what its component is trained on. Pure.

Parameters are facets by their names, `texts` or `messages` for what stands before it in the pipeline, and features by
`features_0`, `features_1` and so on, in the order of the pipeline. Texts and messages are the distinct ones, sorted;
a lesson has a message for each of its examples.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from tenprint.fingerprinting.component import Batch, CoreTrainingData, Features, Message, NluLesson
from tenprint.fingerprinting.nlu_reads import (
    EXAMPLES,
    FEATURES,
    INTENTS,
    RETRIEVAL_RESPONSES,
    STORY_MESSAGES,
    TEXTS,
    TOKENS,
)
from tenprint.fingerprinting.recipe.prepared import Facet, PreparedFeatures, PreparedMessages
from tenprint.importers.data import Domain, Example, Stories

MESSAGES = "messages"

T = TypeVar("T")


def feature_parameter(number: int) -> str:
    """Parameter of the features of a featurizer, counted from 0 among those before a node."""
    return f"features_{number}"


def nlu_lesson(inputs: Mapping[str, Any], reads: Collection[str]) -> NluLesson:
    """Put the lesson of an NLU component together; `reads` is what it says it reads."""
    examples = _examples(inputs, reads)
    return NluLesson(
        examples=examples,
        synonyms=_facet(inputs, "synonyms", ()),
        regexes=_facet(inputs, "regexes", ()),
        lookups=_facet(inputs, "lookups", ()),
        responses=_facet(inputs, RETRIEVAL_RESPONSES, ()),
        messages=_facet(inputs, STORY_MESSAGES, ()),
        further=_facet(inputs, "further", {}),
        batch=_batch_of(examples, inputs, reads),
    )


def prepared_batch(inputs: Mapping[str, Any], *, with_tokens: bool = True) -> Batch:
    """Return the distinct texts as components before a node have prepared them, with the features it is given."""
    given: PreparedMessages | None = inputs.get(MESSAGES)
    texts: Sequence[str] = _facet(inputs, TEXTS, ())
    messages = given.messages if given is not None else tuple(Message(text) for text in texts)
    features: list[Features] = []
    while (parameter := feature_parameter(len(features))) in inputs:
        found: PreparedFeatures = inputs[parameter]
        features.append(found.features if with_tokens else _of_sentences(found.features))
    return Batch(messages, tuple(features))


def core_lesson(inputs: Mapping[str, Any], interpreter: Callable[[str], Message] | None) -> CoreTrainingData:
    """Put the lesson of a policy together; what it does not read is empty."""
    return CoreTrainingData(
        stories=Stories(_facet(inputs, "stories", ()), _facet(inputs, "rules", ())),
        domain=_facet(inputs, "domain", Domain()),
        interpreter=interpreter,
        further=_facet(inputs, "further", {}),
    )


def _facet(inputs: Mapping[str, Any], name: str, nothing: T) -> T:
    facet: Facet | None = inputs.get(name)
    if facet is None:
        return nothing
    value: T = facet.value
    return value


def _examples(inputs: Mapping[str, Any], reads: Collection[str]) -> tuple[Example, ...]:
    if EXAMPLES in reads:
        return _facet(inputs, EXAMPLES, ())
    if INTENTS in reads:
        return _facet(inputs, INTENTS, ())
    return tuple(Example(message.text, "") for message in prepared_batch(inputs, with_tokens=False).messages)


def _batch_of(examples: Sequence[Example], inputs: Mapping[str, Any], reads: Collection[str]) -> Batch:
    """Pick the message of each example, with its features."""
    if not {TOKENS, FEATURES} & set(reads):
        return Batch(tuple(Message(example.text) for example in examples))
    batch = prepared_batch(inputs, with_tokens=TOKENS in reads)
    rows = {message.text: row for row, message in enumerate(batch.messages)}
    return batch_of_rows(batch, [rows[example.text] for example in examples])


def _of_sentences(features: Features) -> Features:
    return Features(features.origin, features.sentence)


def batch_of_rows(batch: Batch, rows: Sequence[int]) -> Batch:
    """Pick messages by their numbers, one of them as often as it is named, with the features of each."""
    if rows == list(range(len(batch))):
        return batch
    return Batch(
        tuple(batch.messages[row] for row in rows),
        tuple(
            Features(
                features.origin,
                None if features.sentence is None else features.sentence[rows],
                None if features.sequence is None else features.sequence[_token_rows(batch, rows)],
            )
            for features in batch.features
        ),
    )


def _token_rows(batch: Batch, rows: Sequence[int]) -> list[int]:
    starts = [0]
    for message in batch.messages:
        starts.append(starts[-1] + len(message.tokens))
    return [token for row in rows for token in range(starts[row], starts[row + 1])]
