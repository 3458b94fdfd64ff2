"""Features of regular expressions and lookup tables: which of them are found in a message, and in which tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import Batch, Features, Featurizer, Json, Message, NluLesson
from tenprint.plugins.components.options import alias_objection, unused_objection
from tenprint.plugins.components.patterns import (
    PATTERNS_FILE,
    NamedPattern,
    facets_read,
    option_objections,
    patterns_of,
    stored_patterns,
)
from tenprint.plugins.components.sparse_rows import sparse_rows


@dataclass(frozen=True, slots=True)
class RegexFeaturizer(Featurizer):
    """One column for each regular expression and each lookup table: 1 where it is found, for messages and tokens."""

    NAME: ClassVar[str] = "RegexFeaturizer"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "sklearn"

    origin: str
    patterns: tuple[NamedPattern, ...]

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "alias": None,
            "case_sensitive": True,
            "number_additional_patterns": None,
            "use_lookup_tables": True,
            "use_regexes": True,
            "use_word_boundaries": True,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *alias_objection(config),
            *option_objections(config),
            *unused_objection(
                config, "number_additional_patterns", "it learns all patterns anew, so none are kept free"
            ),
        )

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy"]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        return facets_read(config)

    @classmethod
    def needs(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Json]:
        """Take the patterns.

        Raises:
            ProblemsError: Regular expressions that are none.
        """
        return {PATTERNS_FILE: stored_patterns(nlu, config)}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "RegexFeaturizer":
        return cls(config["alias"] or cls.NAME, patterns_of(files[PATTERNS_FILE], config))

    def featurize(self, batch: Batch) -> Features:
        sentences: list[dict[int, float]] = []
        tokens: list[dict[int, float]] = []
        for message in batch.messages:
            found = [[*pattern.finder.find(message.text)] for pattern in self.patterns]
            sentences.append({column: 1.0 for column, spans in enumerate(found) if spans})
            tokens += _token_rows(message, found)
        width = len(self.patterns)
        return Features(self.origin, sparse_rows(sentences, width), sparse_rows(tokens, width))


def _token_rows(message: Message, found: list[list[tuple[int, int]]]) -> list[dict[int, float]]:
    """A token has a pattern in part or as a whole."""
    rows: list[dict[int, float]] = [{} for _ in message.tokens]
    for column, spans in enumerate(found):
        for start, end in spans:
            for token, row in zip(message.tokens, rows, strict=True):
                if token.start < end and start < token.end:
                    row[column] = 1.0
    return rows
