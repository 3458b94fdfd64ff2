"""Which response answers a message of a retrieval intent: the one whose examples are most like it.

Nothing is computed when it is trained: the examples are stored as they are, and compared with when a message comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from tenprint.fingerprinting import DamagedFile, Json, Message, NluComponent, NluLesson, ParsedIntent, Selection
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.data import RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.plugins.components.json_text import compact
from tenprint.plugins.components.likeness import Likeness
from tenprint.plugins.components.options import (
    at_least_objection,
    count_objection,
    name_objection,
    truth_objection,
    whole_number_objection,
)

EXAMPLES_FILE = "examples.json"

DEFAULT_SELECTOR = "default"
"""Name of a selector that is for all retrieval intents."""

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Intent:
    """The responses of one retrieval intent."""

    keys: Sequence[str]
    """For each text, the full name it stands for."""
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class ResponseSelector(NluComponent):
    """Ranks the responses to messages whose intent is a retrieval intent."""

    NAME: ClassVar[str] = "ResponseSelector"
    VERSION: ClassVar[str | None] = "1"

    selector: str
    intents: Mapping[str, _Intent]
    ranking_length: int

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "constrain_similarities": False,
            "epochs": 300,
            "random_seed": None,
            "ranking_length": 10,
            "retrieval_intent": None,
            "use_text_as_label": False,
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *truth_objection(config, "constrain_similarities"),
            *count_objection(config, "epochs"),
            *(() if config["random_seed"] is None else whole_number_objection(config, "random_seed")),
            *at_least_objection(config, "ranking_length", 0),
            *_intent_objection(config),
            *truth_objection(config, "use_text_as_label"),
        )

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        return frozenset({"intents", *(("retrieval-responses",) if config["use_text_as_label"] else ())})

    @classmethod
    def needs(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"intents"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Json]:
        """Take the examples of retrieval intents; with `use_text_as_label` also what the responses say.

        Raises:
            ProblemsError: There are no examples of the retrieval intent it is for.
        """
        only = config["retrieval_intent"]
        found: dict[str, set[str]] = {}
        for example in nlu.examples:
            if RETRIEVAL_SEPARATOR in example.intent and only in (None, example.base_intent):
                found.setdefault(example.intent, set()).add(example.text)
        if only is not None and not found:
            hint = f"write examples of an intent such as `{only}/something`, or leave the option out"
            raise ProblemsError(
                [Problem("no-retrieval-intent", f"no example has the retrieval intent `{only}`", hint=hint)]
            )
        for response in nlu.responses if config["use_text_as_label"] else ():
            name = response.name.removeprefix(RESPONSE_PREFIX)
            if name in found:
                found[name].update(said for one in response.variations if isinstance(said := one.get("text"), str))
        return {EXAMPLES_FILE: {name: sorted(texts) for name, texts in found.items()}}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "ResponseSelector":
        stored = files[EXAMPLES_FILE]
        if not _is_examples(stored):
            raise DamagedFile(EXAMPLES_FILE, "is no mapping of retrieval intents to lists of texts")
        rows: dict[str, list[tuple[str, str]]] = {}
        for name, texts in sorted(stored.items()):
            rows.setdefault(base_intent(name), []).extend((name, text) for text in texts)
        intents = {
            base: _Intent([name for name, _ in found], Likeness.of([text for _, text in found]))
            for base, found in rows.items()
        }
        return cls(config["retrieval_intent"] or DEFAULT_SELECTOR, intents, config["ranking_length"])

    def process(self, message: Message) -> Message:
        """Add a selection where the intent is one it knows; a selection of the same name gives way."""
        intent = None if message.intent is None else self.intents.get(message.intent.name)
        if intent is None:
            return message
        best: dict[str, float] = {}
        for name, alike in zip(intent.keys, intent.likeness.compared(message.text), strict=True):
            best[name] = max(best.get(name, 0.0), round(alike, _DIGITS))
        order = sorted(best, key=lambda name: (-best[name], name))[: self.ranking_length or None]
        selection = Selection(self.selector, tuple(ParsedIntent(name, best[name]) for name in order))
        others = tuple(other for other in message.selections if other.selector != self.selector)
        return replace(message, selections=(*others, selection))


def _is_examples(stored: Json) -> bool:
    return isinstance(stored, dict) and all(
        RETRIEVAL_SEPARATOR in name and isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        for name, texts in stored.items()
    )


def _intent_objection(config: Mapping[str, Json]) -> tuple[str, ...]:
    value = config["retrieval_intent"]
    if value is None:
        return ()
    if isinstance(value, str) and RETRIEVAL_SEPARATOR in value:
        wanted = f"the name of an intent without its key, such as {compact(base_intent(value))}"
        return (f"option `retrieval_intent` must be {wanted}, not {compact(value)}",)
    return name_objection(config, "retrieval_intent")
