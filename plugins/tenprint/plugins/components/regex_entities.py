"""Entities by regular expressions and lookup tables that have the name of an entity."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Json, Message, NluComponent, NluLesson
from tenprint.plugins.components.patterns import (
    PATTERNS_FILE,
    NamedPattern,
    facets_read,
    option_objections,
    patterns_of,
    stored_patterns,
)


@dataclass(frozen=True, slots=True)
class RegexEntityExtractor(NluComponent):
    """Finds what matches, wherever it stands; only names that an example is annotated with are entities."""

    NAME: ClassVar[str] = "RegexEntityExtractor"
    VERSION: ClassVar[str | None] = "1"

    patterns: tuple[NamedPattern, ...]

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "case_sensitive": False,
            "use_lookup_tables": True,
            "use_regexes": True,
            "use_word_boundaries": True,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return option_objections(config)

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        return facets_read(config) | {"examples"}

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Json]:
        """Take the patterns of entities.

        Raises:
            ProblemsError: Regular expressions that are none.
        """
        return {PATTERNS_FILE: stored_patterns(nlu, config, names=nlu.entities)}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "RegexEntityExtractor":
        return cls(patterns_of(files[PATTERNS_FILE], config))

    def process(self, message: Message) -> Message:
        """Add what is found, by its place in the message; what two patterns of an entity find alike is there once."""
        found = {
            (start, end, pattern.name) for pattern in self.patterns for start, end in pattern.finder.find(message.text)
        }
        entities = tuple(
            {"entity": name, "start": start, "end": end, "value": message.text[start:end], "extractor": self.NAME}
            for start, end, name in sorted(found)
        )
        return replace(message, entities=(*message.entities, *entities))
