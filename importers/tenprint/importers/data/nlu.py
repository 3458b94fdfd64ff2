"""NLU training data: annotated examples, synonyms, regular expressions and lookup tables.

Examples and their entities are named tuples rather than dataclasses: a project has 100,000 of them, and a tuple is made
in a third of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tenprint.importers.data.responses import RETRIEVAL_SEPARATOR, Response, base_intent

LABEL_SEPARATOR = "#"
"""Between an entity and its role or group, as facets and `use_entities` write it."""


def base_entity(label: str) -> str:
    """Return the name of an entity without its role or group."""
    return label.split(LABEL_SEPARATOR, 1)[0]


class EntitySpan(NamedTuple):
    """An annotated stretch of an example; offsets count characters of the plain text, `end` is exclusive."""

    start: int
    end: int
    entity: str
    value: str | int | float
    role: str | None = None
    group: str | None = None


class Example(NamedTuple):
    """One message a user might write; `intent` is the full name, with the key of a retrieval intent."""

    text: str
    intent: str
    entities: tuple[EntitySpan, ...] = ()
    metadata: Mapping[str, Any] | None = None
    """What the author noted: `intent` for the whole block, `example` for this message."""

    @property
    def base_intent(self) -> str:
        return base_intent(self.intent)


@dataclass(frozen=True, slots=True)
class StepEntity:
    """An entity of an intent step; `value` is None for `city: null`, the empty text for a bare name."""

    entity: str
    value: Any = ""
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class StoryMessage:
    """One turn of dialogues as end-to-end training sees it; one of the four says whose turn it is.

    It is no example: the text a dialogue notes beside an intent is not in it.
    """

    action: str | None = None
    action_text: str | None = None
    intent: str | None = None
    text: str | None = None
    entities: tuple[StepEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Synonym:
    """`text` in a message means `value`."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class RegexFeature:
    """One pattern of a named regular expression feature; a name may have several."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """One element of a named lookup table."""

    name: str
    element: str


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class NluData:
    """Everything the NLU half is trained on; no example stands in it twice.

    `responses` and `messages` are derived: the importers of a project fill them in from the domain and the stories.
    They belong to no source, so they are no items and enter no fingerprint a second time.
    """

    examples: tuple[Example, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    regexes: tuple[RegexFeature, ...] = ()
    lookups: tuple[LookupEntry, ...] = ()
    responses: tuple[Response, ...] = ()
    """The responses of retrieval intents."""
    messages: tuple[StoryMessage, ...] = ()
    """The turns of stories and rules, and the default actions."""
    further: Mapping[str, Any] = field(default_factory=_nothing)
    """Values of kinds that plugins add, by the name of the kind, as far as NLU is trained on them; only a training
    fills them in."""

    def __bool__(self) -> bool:
        return bool(self.examples or self.synonyms or self.regexes or self.lookups)

    @property
    def intents(self) -> frozenset[str]:
        """Names of intents, retrieval intents by their base name."""
        return frozenset(example.base_intent for example in self.examples)

    @property
    def entities(self) -> frozenset[str]:
        return frozenset(span.entity for example in self.examples for span in example.entities)

    @property
    def retrieval_intents(self) -> frozenset[str]:
        """Full names such as `faq/opening_hours`."""
        return frozenset(example.intent for example in self.examples if RETRIEVAL_SEPARATOR in example.intent)

    def synonym_values(self) -> dict[str, str]:
        """Text -> meaning: written synonyms first, then annotations whose value differs from their text."""
        values = {synonym.text: synonym.value for synonym in self.synonyms}
        for example in self.examples:
            for span in example.entities:
                text = example.text[span.start : span.end]
                if str(span.value) != text:
                    values.setdefault(text, str(span.value))
        return values
