"""What the author of a component writes: two small interfaces, and the values they exchange.

The rules a component keeps:

- `train` is given values and answers with JSON; it opens no file, and equal data in any order give equal JSON.
- `load` rebuilds the component from that JSON and its options alone; nothing else survives a training.
- Nothing here knows an event loop: the caller moves whatever takes time to a worker thread.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from tenprint.importers import Registered
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    Domain,
    IntentStep,
    LoopStep,
    NluData,
    SlotStep,
    Stories,
    UserStep,
)
from tenprint.importers.inputs import Inputs

Json: TypeAlias = Any
"""A JSON value: None, a boolean, a number, text, a list of these, or a dictionary from text to these."""

PARSE_SCHEMA = "tenprint.parse/1"


@dataclass(frozen=True, slots=True)
class ParsedIntent:
    """What a component takes a message for; `confidence` lies between 0 and 1."""

    name: str
    confidence: float

    def to_json(self) -> dict[str, Json]:
        return {"name": self.name, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class Message:
    """A user's message and what the components have found in it so far."""

    text: str
    intent: ParsedIntent | None = None
    """By its base name: `faq` for `faq/opening_hours`."""
    ranking: tuple[ParsedIntent, ...] = ()
    """Best first; retrieval intents stand here with their key."""
    entities: tuple[Mapping[str, Json], ...] = ()
    """Each with `entity`, `value`, `start`, `end`, and `role` or `group` where it has one."""

    def to_json(self) -> dict[str, Json]:
        intent = {"name": None, "confidence": 0.0} if self.intent is None else self.intent.to_json()
        return {
            "schema": PARSE_SCHEMA,
            "text": self.text,
            "intent": intent,
            "intent_ranking": [entry.to_json() for entry in self.ranking],
            "entities": [dict(entity) for entity in self.entities],
        }


class Component(ABC):
    """What NLU components and policies share: a name, a version of their code, and options."""

    NAME: ClassVar[str]
    VERSION: ClassVar[str | None] = None
    """Version of the code; grows when equal data would train something else. None: that of the distribution counts."""

    CAN_FINETUNE: ClassVar[bool] = False
    """Whether it has `finetune`, which goes on from a former training; all others are trained anew each time."""

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        """Every option the component knows, with its default; any other option is an error."""
        return {}

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        """Say what is wrong with the options, one sentence each, naming the option; empty when all is well."""
        del config
        return ()

    @classmethod
    def declared_inputs(cls, config: Mapping[str, Json]) -> Inputs:
        """Return what is read beside the data: files, environment variables, versions; another one trains again."""
        del config
        return Inputs()


class NluComponent(Component):
    """One entry of `pipeline`: learns from NLU data, then adds to messages what it recognises."""

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        """Name what is learned from beside examples, synonyms, regular expressions and lookup tables.

        `retrieval-responses` fills in `nlu.responses`, and `story-messages` fills in `nlu.messages` with the literal
        words of users in dialogues. What is not named is neither given to `train` nor a reason to train again.
        """
        del config
        return frozenset()

    @classmethod
    @abstractmethod
    def train(cls, config: Mapping[str, Json], nlu: NluData) -> Mapping[str, Json]:
        """Learn; the answer maps names of files (`words.json`) to what they shall hold, and may be empty."""

    @classmethod
    def finetune(cls, config: Mapping[str, Json], nlu: NluData, former: Mapping[str, Json]) -> Mapping[str, Json]:
        """Learn on from what a former training answered; called in the place of `train` where `CAN_FINETUNE` is set."""
        raise NotImplementedError(f"{cls.__qualname__} has CAN_FINETUNE, and no finetune")

    @classmethod
    @abstractmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "NluComponent":
        """Rebuild the component from what `train` answered."""

    @abstractmethod
    def process(self, message: Message) -> Message:
        """Answer with the message and what was recognised in it; components run in the order of `pipeline`."""


Event: TypeAlias = IntentStep | UserStep | ActionStep | BotStep | SlotStep | LoopStep
"""What can happen in a dialogue, in the words of stories; joints and alternatives are no events."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What has happened so far, oldest first."""

    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionPrediction:
    """The next action by its name (or, end to end, its text); `confidence` lies between 0 and 1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CoreTrainingData:
    """Everything a policy may learn from."""

    stories: Stories
    domain: Domain
    interpreter: Callable[[str], Message] | None = None
    """The NLU half that goes into the same archive, for the literal words in stories; None where there is none."""
    further: Mapping[str, Any] = field(default_factory=dict)
    """Values of the kinds that plugins add, as far as Core is trained on them, by the name of the kind."""


class Policy(Component):
    """One entry of `policies`: learns from stories and rules, then says what the assistant does next."""

    @classmethod
    @abstractmethod
    def train(cls, config: Mapping[str, Json], request: CoreTrainingData) -> Mapping[str, Json]:
        """Learn; the answer maps names of files to what they shall hold, and may be empty."""

    @classmethod
    def finetune(
        cls, config: Mapping[str, Json], request: CoreTrainingData, former: Mapping[str, Json]
    ) -> Mapping[str, Json]:
        """Learn on from what a former training answered; called in the place of `train` where `CAN_FINETUNE` is set."""
        raise NotImplementedError(f"{cls.__qualname__} has CAN_FINETUNE, and no finetune")

    @classmethod
    @abstractmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "Policy":
        """Rebuild the policy from what `train` answered."""

    @abstractmethod
    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        """Say what comes next, or None where the policy has no opinion."""


Components: TypeAlias = Mapping[str, Registered[type[Any]]]
"""The known components by name; only the top floor builds such a mapping."""


def component_identity(registered: Registered[type[Any]]) -> str:
    """Identity that decides, beside the data, whether a section is trained again: `<distribution>:<name>@<version>`."""
    declared: str | None = getattr(registered.provided, "VERSION", None)
    version = declared if declared is not None else registered.version
    return f"{registered.distribution}:{registered.name}@{'unversioned' if version is None else version}"
