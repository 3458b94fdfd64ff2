"""Features that count words or parts of words in a message."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import Batch, DamagedFile, Features, Featurizer, Json, Message, NluLesson
from tenprint.plugins.components.json_text import compact
from tenprint.plugins.components.options import (
    alias_objection,
    at_least_objection,
    choice_objection,
    count_objection,
    expression_objection,
    name_objection,
    texts_objection,
    truth_objection,
    unused_objection,
)
from tenprint.plugins.components.sparse_rows import sparse_rows
from tenprint.plugins.components.terms import TermLimits, TermOptions, chosen_terms

VOCABULARY_FILE = "vocabulary.json"

_ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class CountVectorsFeaturizer(Featurizer):
    """One column for each term of the examples; it says nothing about single tokens."""

    NAME: ClassVar[str] = "CountVectorsFeaturizer"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "sklearn"

    origin: str
    options: TermOptions
    columns: Mapping[str, int]
    replaces_unknown: bool
    """Whether words that were never seen count as the one that stands for them."""

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "OOV_token": None,
            "OOV_words": [],
            "additional_vocabulary_size": None,
            "alias": None,
            "analyzer": "word",
            "lowercase": True,
            "max_df": 1.0,
            "max_features": None,
            "max_ngram": 1,
            "min_df": 1,
            "min_ngram": 1,
            "stop_words": None,
            "strip_accents": None,
            "token_pattern": None,
            "use_lemma": True,
            "use_shared_vocab": False,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        why = "it learns its words anew each time, so none are kept free"
        return (
            *_range_objections(config),
            *_unknown_word_objections(config),
            *unused_objection(config, "additional_vocabulary_size", why),
            *alias_objection(config),
            *choice_objection(config, "analyzer", ("word", "char", "char_wb")),
            *truth_objection(config, "lowercase"),
            *(sentence for option in ("max_df", "min_df") for sentence in _frequency_objection(config, option)),
            *count_objection(config, "max_features"),
            *_stop_word_objection(config),
            *choice_objection(config, "strip_accents", (None, "ascii", "unicode")),
            *expression_objection(config, "token_pattern"),
            *truth_objection(config, "use_lemma"),
            *truth_objection(config, "use_shared_vocab"),
        )

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy", "sklearn"]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Json]:
        stop_words = _stop_words(config)
        options = TermOptions.of(config, stop_words)
        limits = TermLimits(config["min_df"], config["max_df"], config["max_features"])
        terms = chosen_terms((options.terms(options.words(message)) for message in nlu.batch.messages), limits)
        return {VOCABULARY_FILE: {"stop_words": stop_words, "terms": terms}}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "CountVectorsFeaturizer":
        stored = files[VOCABULARY_FILE]
        if not _is_vocabulary(stored):
            raise DamagedFile(VOCABULARY_FILE, "is no sorted list of terms with a list of stop words")
        options = TermOptions.of(config, stored["stop_words"])
        columns = {term: column for column, term in enumerate(stored["terms"])}
        return cls(config["alias"] or cls.NAME, options, columns, options.oov_token in columns)

    def featurize(self, batch: Batch) -> Features:
        rows = self._rows_within_words if self.options.analyzer == "char_wb" else self._rows
        return Features(self.origin, sparse_rows(rows(batch.messages), len(self.columns)))

    def _rows(self, messages: Iterable[Message]) -> Iterator[dict[int, int]]:
        for message in messages:
            words = self.options.words(message)
            if self.replaces_unknown and self.options.oov_token is not None:
                unknown = self.options.oov_token
                words = tuple(word if word in self.columns else unknown for word in words)
            yield _counted(self.columns, self.options.terms(words))

    def _rows_within_words(self, messages: Iterable[Message]) -> Iterator[dict[int, int]]:
        """The same in a third of the time: words come again and again, and their letters are counted once."""
        known: dict[str, dict[int, int]] = {}
        for message in messages:
            row: dict[int, int] = {}
            for word in self.options.words(message):
                counts = known.get(word)
                if counts is None:
                    counts = known[word] = _counted(self.columns, self.options.within_word(word))
                for column, count in counts.items():
                    row[column] = row.get(column, 0) + count
            yield row


def _counted(columns: Mapping[str, int], terms: Iterable[str]) -> dict[int, int]:
    row: dict[int, int] = {}
    for term in terms:
        column = columns.get(term)
        if column is not None:
            row[column] = row.get(column, 0) + 1
    return row


def _stop_words(config: Mapping[str, Json]) -> list[str]:
    if config["stop_words"] != _ENGLISH:
        return sorted({*(config["stop_words"] or ())})
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415 - a second, and seldom asked for

    return sorted(ENGLISH_STOP_WORDS)


def _is_vocabulary(stored: Json) -> bool:
    if not isinstance(stored, dict) or stored.keys() != {"stop_words", "terms"}:
        return False
    lists = all(isinstance(found, list) and all(isinstance(term, str) for term in found) for found in stored.values())
    return lists and stored["terms"] == sorted(set(stored["terms"]))


def _range_objections(config: Mapping[str, Json]) -> tuple[str, ...]:
    objections = (*at_least_objection(config, "min_ngram", 1), *at_least_objection(config, "max_ngram", 1))
    if not objections and config["min_ngram"] > config["max_ngram"]:
        return (f"option `min_ngram` must not be more than `max_ngram`, which is {config['max_ngram']}",)
    return objections


def _unknown_word_objections(config: Mapping[str, Json]) -> tuple[str, ...]:
    objections = texts_objection(config, "OOV_words")
    if config["OOV_token"] is None:
        return (*objections, *unused_objection(config, "OOV_words", "there is no `OOV_token` to stand for them"))
    if config["analyzer"] != "word" or config["min_ngram"] != 1:
        why = "it stands for single words, and needs `analyzer: word` and `min_ngram: 1`"
        return (*objections, *unused_objection(config, "OOV_token", why))
    return (*objections, *name_objection(config, "OOV_token"))


def _frequency_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    """Accept a share of messages as a number with a point, or a whole number of messages."""
    value = config[option]
    is_share = isinstance(value, float) and 0 <= value <= 1
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if is_share or is_count:
        return ()
    wanted = "a share from 0.0 to 1.0, or a whole number of messages from 1 up"
    return (f"option `{option}` must be {wanted}, not {compact(value)}",)


def _stop_word_objection(config: Mapping[str, Json]) -> tuple[str, ...]:
    value = config["stop_words"]
    if value is None or value == _ENGLISH or not texts_objection(config, "stop_words"):
        return ()
    return (f"option `stop_words` must be null, english, or a list of texts, not {compact(value)}",)
