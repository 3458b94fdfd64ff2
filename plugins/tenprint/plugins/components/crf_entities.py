"""Entities by conditional random fields: what a word is follows from its looks, its neighbours, and what they are.

Up to three taggers learn: one for entities, and where annotations have them, one for roles and one for groups. These
two are told which entity a word belongs to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Answer, Batch, DamagedFile, Json, Message, NluComponent, NluLesson
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.data import EntitySpan
from tenprint.plugins.components.crf_models import Tagger, TaggerOptions, learned, rounded, tagger_of
from tenprint.plugins.components.crf_tags import OUTSIDE, Stretch, label_of_tag, stretches_of, tags_of
from tenprint.plugins.components.crf_words import (
    PATTERN,
    chosen_features,
    described_words,
    found_in_tokens,
    window_objections,
)
from tenprint.plugins.components.json_text import compact
from tenprint.plugins.components.options import at_least_objection, texts_objection, truth_objection

TAGGERS_FILE = "taggers.json"

_ENTITY = "entity"
_LABELS = ("role", "group")
_PATTERNS_OF = "RegexFeaturizer"


@dataclass(frozen=True, slots=True, eq=False)
class CRFEntityExtractor(NluComponent):
    """Finds entities as they are annotated in the examples, with their roles and groups."""

    NAME: ClassVar[str] = "CRFEntityExtractor"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "crf"

    config: Mapping[str, Json]
    widths: Sequence[tuple[str, int]]
    """The features of tokens it was trained with: their origin, and how many columns they have."""
    taggers: Mapping[str, Tagger]
    """By `entity`, `role` and `group`; what no example has is not there."""

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        around = ["low", "title", "upper"]
        itself = ["bias", "low", "prefix5", "prefix2", "suffix5", "suffix3", "suffix2", "upper", "title", "digit"]
        return {
            "BILOU_flag": True,
            "L1_c": 0.1,
            "L2_c": 0.1,
            "features": [around, [*itself, PATTERN], around],
            "featurizers": [],
            "max_iterations": 50,
            "split_entities_by_comma": True,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *truth_objection(config, "BILOU_flag"),
            *_weight_objection(config, "L1_c"),
            *_weight_objection(config, "L2_c"),
            *window_objections(config["features"]),
            *texts_objection(config, "featurizers"),
            *at_least_objection(config, "max_iterations", 1),
            *_comma_objection(config["split_entities_by_comma"]),
        )

    @staticmethod
    def required_packages() -> list[str]:
        return ["pycrfsuite"]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        return frozenset({"examples", "tokens", *(("features",) if _asks_for_patterns(config) else ())})

    @classmethod
    def needs(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Answer]:
        """Learn entities, roles and groups.

        Raises:
            ProblemsError: No featurizer above it has one of the names in `featurizers`.
        """
        if config["featurizers"]:
            _check_featurizers(_featurizers(config), [found.origin for found in nlu.batch.features])
        found = chosen_features(nlu.batch, _featurizers(config))
        messages = [*_described(nlu.batch, config)]
        files: dict[str, Answer] = {}
        entities = _tags_by_message(nlu, config, _ENTITY)
        for label in (_ENTITY, *_LABELS):
            tags = entities if label == _ENTITY else _tags_by_message(nlu, config, label)
            if any(tag != OUTSIDE for row in tags for tag in row):
                words = messages if label == _ENTITY else [*map(_with_entities, messages, entities)]
                # An order of their own, in which equal data give equal bytes.
                rows = sorted((row, tagged) for row, tagged in zip(words, tags, strict=True) if row)
                files[_model_name(label)] = learned(rows, TaggerOptions.of(config))
        features = [[part.origin, int(part.sequence.shape[1])] for part in found]
        return {**files, TAGGERS_FILE: {"features": features, "models": sorted(files)}}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Answer]) -> "CRFEntityExtractor":
        stored = files[TAGGERS_FILE]
        if not _is_list_of_models(stored):
            raise DamagedFile(TAGGERS_FILE, "does not say which taggers there are, and what they learned from")
        for name in stored["models"]:
            if name not in files:
                raise DamagedFile(name, f"is missing, and {TAGGERS_FILE} names it")
        taggers = {name.partition(".")[0]: tagger_of(name, files[name]) for name in stored["models"]}
        return cls(config, tuple((origin, width) for origin, width in stored["features"]), taggers)

    def process_batch(self, batch: Batch) -> Batch:
        """Add entities, in the order of the text.

        Raises:
            ValueError: The features are others than those it was trained with.
        """
        found = chosen_features(batch, _featurizers(self.config))
        widths = tuple((part.origin, int(part.sequence.shape[1])) for part in found)
        if widths != self.widths and len(batch):
            raise ValueError(f"{self.NAME} was trained with the features {self.widths}, and is given {widths}")
        if _ENTITY not in self.taggers:
            return batch
        described = zip(batch.messages, _described(batch, self.config), strict=True)
        return replace(batch, messages=tuple(self._with_entities(message, words) for message, words in described))

    def _with_entities(self, message: Message, words: list[list[str]]) -> Message:
        if not words:
            return message
        tags, shares = self.taggers[_ENTITY].told(words)
        bilou: bool = self.config["BILOU_flag"]
        told = {_ENTITY: (tags, shares)}
        further = _with_entities(words, tags)
        told |= {label: self.taggers[label].told(further) for label in _LABELS if label in self.taggers}
        splits = _splits(self.config["split_entities_by_comma"])
        found = stretches_of(message.text, message.tokens, tags, bilou=bilou, splits=splits)
        entities = tuple(_entity(message, stretch, told, bilou=bilou) for stretch in found)
        return replace(message, entities=(*message.entities, *entities))


_Told = tuple[list[str], list[dict[str, float]]]


def _entity(message: Message, stretch: Stretch, told: Mapping[str, _Told], *, bilou: bool) -> dict[str, Json]:
    start, end = message.tokens[stretch.first].start, message.tokens[stretch.end - 1].end
    places = range(stretch.first, stretch.end)
    entity: dict[str, Json] = {
        "entity": stretch.label,
        "start": start,
        "end": end,
        "value": message.text[start:end],
        "confidence_entity": _confidence(told[_ENTITY][1], places, stretch.label, bilou=bilou),
    }
    for label in _LABELS:
        if label in told:
            tags, shares = told[label]
            votes = [said for place in places if (said := label_of_tag(tags[place], bilou=bilou)) is not None]
            if votes:
                # What most words say, and of equally many the first.
                chosen = max(votes, key=votes.count)
                entity[label] = chosen
                entity[f"confidence_{label}"] = _confidence(shares, places, chosen, bilou=bilou)
    return {**entity, "extractor": CRFEntityExtractor.NAME}


def _confidence(shares: Sequence[Mapping[str, float]], places: Sequence[int], label: str, *, bilou: bool) -> float:
    """How likely the word is that is least likely of this label, whatever its place in the stretch."""
    each = (
        sum(share for tag, share in shares[place].items() if label_of_tag(tag, bilou=bilou) == label)
        for place in places
    )
    return rounded(min(each))


def _described(batch: Batch, config: Mapping[str, Json]) -> Iterator[list[list[str]]]:
    """Describe the tokens of each message."""
    total = sum(len(message.tokens) for message in batch.messages)
    found = found_in_tokens(chosen_features(batch, _featurizers(config)), total)
    start = 0
    for message in batch.messages:
        end = start + len(message.tokens)
        yield described_words(message.tokens, config["features"], found[start:end])
        start = end


def _tags_by_message(nlu: NluLesson, config: Mapping[str, Json], label: str) -> list[list[str]]:
    def label_of(span: EntitySpan) -> str | None:
        return getattr(span, label) or None

    return [
        tags_of(message.tokens, example.entities, label_of, bilou=config["BILOU_flag"])
        for message, example in zip(nlu.batch.messages, nlu.examples, strict=True)
    ]


def _with_entities(words: Sequence[Sequence[str]], tags: Sequence[str]) -> list[list[str]]:
    """Tell of each word, and of those beside it, which entity it belongs to."""
    padded = ["", *tags, ""]
    return [
        [*word, *(f"{place}:entity:{padded[number + 1 + place]}" for place in (-1, 0, 1))]
        for number, word in enumerate(words)
    ]


def _asks_for_patterns(config: Mapping[str, Json]) -> bool:
    return any(PATTERN in names for names in config["features"])


def _featurizers(config: Mapping[str, Json]) -> Sequence[str]:
    if not _asks_for_patterns(config):
        return ()
    return config["featurizers"] or (_PATTERNS_OF,)


def _check_featurizers(names: Sequence[str], known: Sequence[str]) -> None:
    above = f"above it stand {', '.join(f'`{name}`' for name in known)}" if known else "none stands above it"
    problems = [
        Problem(
            "unknown-featurizer", f"option `featurizers` names `{name}`, and nothing above is called so", hint=above
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise ProblemsError(problems)


def _model_name(label: str) -> str:
    return f"{label}.json"


def _is_list_of_models(stored: Json) -> bool:
    if not isinstance(stored, dict) or not isinstance(stored.get("models"), list):
        return False
    features, known = stored.get("features"), [_model_name(label) for label in (_ENTITY, *_LABELS)]
    fits = isinstance(features, list) and all(
        isinstance(part, list) and [type(value) for value in part] == [str, int] for part in features
    )
    return fits and all(name in known for name in stored["models"])


def _splits(value: Json) -> Mapping[str, bool]:
    """Label -> whether a comma divides; under the empty label, for those not named."""
    return {"": value} if isinstance(value, bool) else {"": True, **value}


def _weight_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return () if fits else (f"option `{option}` must be a number from 0 up, not {compact(value)}",)


def _comma_objection(value: Json) -> tuple[str, ...]:
    if isinstance(value, bool) or (
        isinstance(value, dict) and all(isinstance(splits, bool) for splits in value.values())
    ):
        return ()
    wanted = "true, false, or a mapping of entities to true or false"
    return (f"option `split_entities_by_comma` must be {wanted}, not {compact(value)}",)
