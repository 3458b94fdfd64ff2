"""Synonyms: what was found in a message, replaced by what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import Json, Message, NluComponent
from tenprint.importers.data import Example, NluData
from tenprint.plugins.components.json_text import compact

SYNONYMS_FILE = "synonyms.json"


@dataclass(frozen=True, slots=True)
class EntitySynonymMapper(NluComponent):
    """Replaces values of entities by their meaning; a text in the very same case goes before one in another."""

    NAME: ClassVar[str] = "EntitySynonymMapper"
    VERSION: ClassVar[str | None] = "1"

    meanings: Mapping[str, str]
    folded_meanings: Mapping[str, str]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"examples", "synonyms"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluData) -> Mapping[str, Json]:
        del config
        # Of two meanings for one text the first counts, so the data need an order of their own.
        ordered = NluData(
            examples=tuple(sorted((example for example in nlu.examples if example.entities), key=_example_order)),
            synonyms=tuple(sorted(nlu.synonyms, key=lambda synonym: (synonym.text, synonym.value))),
        )
        return {SYNONYMS_FILE: ordered.synonym_values()}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "EntitySynonymMapper":
        del config
        meanings: dict[str, str] = dict(files[SYNONYMS_FILE])
        folded: dict[str, str] = {}
        for text in sorted(meanings):
            folded.setdefault(text.casefold(), meanings[text])
        return cls(meanings, folded)

    def process(self, message: Message) -> Message:
        return replace(message, entities=tuple(self._mapped(entity) for entity in message.entities))

    def _mapped(self, entity: Mapping[str, Json]) -> Mapping[str, Json]:
        value = entity.get("value")
        if not isinstance(value, str):
            return entity
        meaning = self.meanings.get(value, self.folded_meanings.get(value.casefold()))
        return entity if meaning is None else {**entity, "value": meaning}


def _example_order(example: Example) -> str:
    spans = [[span.start, span.end, span.entity, span.value] for span in example.entities]
    return compact([example.text, example.intent, spans])
