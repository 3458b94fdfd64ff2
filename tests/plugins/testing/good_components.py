"""Good components: an NLU component, a tokenizer, a featurizer and a policy; and the kits for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from tenprint.fingerprinting import (
    ActionPrediction,
    Batch,
    CoreTrainingData,
    DamagedFile,
    Dialogue,
    Features,
    Featurizer,
    Message,
    NluComponent,
    NluLesson,
    ParsedIntent,
    Policy,
    Token,
    Tokenizer,
)
from tenprint.importers.data import ActionStep, IntentStep, Rule, Story
from tenprint.plugins.testing import NluComponentConformance, PolicyConformance


class Telltale(NluComponent):
    """Knows intents by words that no other intent uses, and entities by their texts."""

    NAME = "Telltale"
    VERSION = "1"
    CAN_FINETUNE = True

    def __init__(self, intents: Mapping[str, str], entities: Mapping[str, str]) -> None:
        self.intents, self.entities = intents, entities

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"shortest": 3}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return () if isinstance(config["shortest"], int) else ("option `shortest` must be a whole number",)

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"examples"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {"words.json": cls.words(config, nlu), "entities.json": cls.texts(nlu)}

    @classmethod
    def words(cls, config: Mapping[str, Any], nlu: NluLesson) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for example in nlu.examples:
            for word in example.text.lower().split():
                if len(word) >= config["shortest"]:
                    found.setdefault(word, set()).add(example.base_intent)
        return {word: min(intents) for word, intents in found.items() if len(intents) == 1}

    @classmethod
    def texts(cls, nlu: NluLesson) -> dict[str, str]:
        found = {e.text[span.start : span.end]: span.entity for e in nlu.examples for span in e.entities}
        return {text: found[text] for text in sorted(found) if text}

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluLesson, former: Mapping[str, Any]) -> Mapping[str, Any]:
        learned = cls.train(config, nlu)
        return {name: {**former[name], **learned[name]} for name in learned}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Telltale":
        del config
        for name in ("words.json", "entities.json"):
            told = files.get(name)
            if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
                raise DamagedFile(name, "is no mapping of texts")
        return cls(files["words.json"], files["entities.json"])

    def process(self, message: Message) -> Message:
        entities = (*message.entities, *self.found(message.text))
        known = [self.intents[word] for word in message.text.lower().split() if word in self.intents]
        if not known:
            return replace(message, entities=entities)
        ranking = (ParsedIntent(known[0], 0.75), ParsedIntent("other", 0.25))
        return replace(message, intent=ranking[0], ranking=ranking, entities=entities)

    def found(self, text: str) -> list[dict[str, Any]]:
        places = {word: text.find(word) for word in self.entities}
        return [
            {"entity": self.entities[word], "value": word.lower(), "start": at, "end": at + len(word)}
            for word, at in places.items()
            if at >= 0
        ]


class Untaught(NluComponent):
    """Learns nothing: every question is one."""

    NAME = "Untaught"
    VERSION = "1"
    TRAINS: ClassVar[bool] = False

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Untaught":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        asks = ParsedIntent("question", 1.0)
        return replace(message, intent=asks, ranking=(asks,)) if message.text.endswith("?") else message


class Blanks(Tokenizer):
    """Divides at blanks."""

    NAME = "Blanks"
    VERSION = "1"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Blanks":
        del config, files
        return cls()

    def tokenize(self, text: str) -> tuple[Token, ...]:
        tokens, start = [], 0
        for word in text.split(" "):
            if word:
                tokens.append(Token(word, start, start + len(word)))
            start += len(word) + 1
        return tuple(tokens)


class Lengths(Featurizer):
    """Counts how many tokens have which length, up to the longest of the examples."""

    NAME = "Lengths"
    VERSION = "1"

    def __init__(self, longest: int) -> None:
        self.longest = longest

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        del config
        tokens = [token for message in nlu.batch.messages for token in message.tokens]
        return {"longest.json": max((len(token.text) for token in tokens), default=0)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Lengths":
        del config
        if not isinstance(files["longest.json"], int):
            raise DamagedFile("longest.json", "is no number")
        return cls(files["longest.json"])

    def featurize(self, batch: Batch) -> Features:
        counted = np.zeros((len(batch), self.longest + 1))
        rows = [[len(token.text) for token in message.tokens] for message in batch.messages]
        for row, lengths in enumerate(rows):
            for length in lengths:
                counted[row, min(length, self.longest)] += 1
        each = [float(length) for row in rows for length in row]
        return Features(self.NAME, csr_matrix(counted), csr_matrix(np.array(each).reshape(len(each), 1)))


class Parrot(Policy):
    """Does after each intent what stories and rules have done first."""

    NAME = "Parrot"
    VERSION = "1"
    CAN_FINETUNE = True

    def __init__(self, actions: Mapping[str, str]) -> None:
        self.actions = actions

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"priority": 1}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return () if isinstance(config["priority"], int) else ("option `priority` must be a whole number",)

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"stories", "rules"})

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config
        found: dict[str, set[str]] = {}
        dialogues: tuple[Story | Rule, ...] = (*request.stories.stories, *request.stories.rules)
        for dialogue in dialogues:
            for said, done in zip(dialogue.steps, dialogue.steps[1:], strict=False):
                if isinstance(said, IntentStep) and isinstance(done, ActionStep):
                    found.setdefault(said.intent, set()).add(done.action)
        return {"actions.json": {intent: min(actions) for intent, actions in found.items()}}

    @classmethod
    def finetune(
        cls, config: Mapping[str, Any], request: CoreTrainingData, former: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        return {"actions.json": {**former["actions.json"], **cls.train(config, request)["actions.json"]}}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Parrot":
        del config
        told = files["actions.json"]
        if not isinstance(told, dict) or not all(isinstance(action, str) for action in told.values()):
            raise DamagedFile("actions.json", "is no mapping of texts")
        return cls(told)

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        said = [event.intent for event in dialogue.events if isinstance(event, IntentStep)]
        action = self.actions.get(said[-1]) if said else None
        return None if action is None else ActionPrediction(action, 0.5)


class TelltaleKit(NluComponentConformance):
    COMPONENT = Telltale


class UntaughtKit(NluComponentConformance):
    COMPONENT = Untaught


class BlanksKit(NluComponentConformance):
    COMPONENT = Blanks


class LengthsKit(NluComponentConformance):
    COMPONENT = Lengths


class ParrotKit(PolicyConformance):
    COMPONENT = Parrot
