"""What the author of a component writes: two small interfaces, and the values they exchange.

The rules a component keeps:

- `train` is given values and answers with files by name: JSON values (`.json`), numpy arrays (`.npy`), or bytes. It
  opens no file but those it declares, and equal data in any order give equal answers.
- `load` rebuilds the component from those and its options alone; nothing else survives a training.
- Nothing here knows an event loop: the caller moves whatever takes time to a worker thread.
- numpy and scipy are named nowhere here: only components that compute with arrays import them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from tenprint.importers import Registered
from tenprint.importers.data import (
    RESPONSE_PREFIX,
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

Answer: TypeAlias = Any
"""What one file of a trained component holds: by the end of its name a JSON value, a numpy array, or bytes."""

PARSE_SCHEMA = "tenprint.parse/1"

NLU_DATA = frozenset({"examples", "synonyms", "regexes", "lookups", "further"})
"""What an NLU component learns from that does not say what it reads."""

CORE_DATA = frozenset({"stories", "rules", "domain", "interpreter", "further"})
"""What a policy learns from that does not say what it reads: everything there is."""


@dataclass(frozen=True, slots=True)
class ParsedIntent:
    """What a component takes a message for; `confidence` lies between 0 and 1."""

    name: str
    confidence: float

    def to_json(self) -> dict[str, Json]:
        return {"name": self.name, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a message, usually a word; offsets count characters of the message, `end` is exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What one response selector says about a message."""

    selector: str
    """The retrieval intent it is for; `default` where it is for all of them."""
    ranking: tuple[ParsedIntent, ...]
    """Retrieval intents with their keys, best first; never empty."""

    def to_json(self) -> dict[str, Json]:
        ranking = [{"intent_response_key": one.name, "confidence": one.confidence} for one in self.ranking]
        best = {**ranking[0], "utter_action": f"{RESPONSE_PREFIX}{self.ranking[0].name}"}
        return {"response": best, "ranking": ranking}


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
    tokens: tuple[Token, ...] = ()
    """In the order of the text; empty until a tokenizer has seen the message."""
    selections: tuple[Selection, ...] = ()
    """Which responses fit, where the intent is a retrieval intent; one for each selector that has an opinion."""

    def to_json(self) -> dict[str, Json]:
        intent = {"name": None, "confidence": 0.0} if self.intent is None else self.intent.to_json()
        selected = {selection.selector: selection.to_json() for selection in self.selections}
        return {
            "schema": PARSE_SCHEMA,
            "text": self.text,
            "intent": intent,
            "intent_ranking": [entry.to_json() for entry in self.ranking],
            "entities": [dict(entity) for entity in self.entities],
            **({"response_selector": selected} if selected else {}),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What one featurizer says about a batch: sparse matrices of scipy, in rows (CSR), with ascending columns."""

    origin: str
    """The featurizer, by its name or by an alias that the author of the config chose."""
    sentence: Any = None
    """One row for each message; None where it says nothing about messages as a whole."""
    sequence: Any = None
    """One row for each token, all messages in order; None where it says nothing about tokens."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that go through the pipeline together, and the features found so far; never changed, only replaced.

    Raises:
        ValueError: Features have more or fewer rows than there are messages, or tokens.
    """

    messages: tuple[Message, ...] = ()
    features: tuple[Features, ...] = ()

    def __post_init__(self) -> None:
        for found in self.features:
            for rows, count, what in (
                (found.sentence, len(self.messages), "messages"),
                (found.sequence, sum(len(message.tokens) for message in self.messages), "tokens"),
            ):
                if rows is not None and rows.shape[0] != count:
                    raise ValueError(f"{found.origin} has features of {rows.shape[0]} {what}, and there are {count}")

    def __len__(self) -> int:
        return len(self.messages)


@dataclass(frozen=True, slots=True)
class NluLesson(NluData):
    """What one NLU component is trained on: the data, and what was prepared by those before it in the pipeline.

    What it does not read is empty. `batch` holds the examples as messages, in the same order, with tokens and features
    where the component reads these.
    """

    batch: Batch = field(default_factory=Batch)
    project: Path = field(default=Path(), compare=False)
    """The folder that declared files are relative to; by default the current one."""


class Component(ABC):
    """What NLU components and policies share: a name, a version of their code, and options."""

    NAME: ClassVar[str]
    VERSION: ClassVar[str | None] = None
    """Version of the code; grows when equal data would train something else. None: that of the distribution counts."""

    CAN_FINETUNE: ClassVar[bool] = False
    """Whether it has `finetune`, which goes on from a former training; all others are trained anew each time."""

    EXTRA: ClassVar[str | None] = None
    """The extra of its distribution that installs what `required_packages` names."""

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

    @staticmethod
    def required_packages() -> list[str]:
        """Names of packages as they are imported; where one is missing, a training is refused before it begins."""
        return []

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Languages it can deal with, such as `en`; None for all."""
        return None

    @staticmethod
    def not_supported_languages() -> list[str] | None:
        """Languages it cannot deal with; None where `supported_languages` says all there is to say."""
        return None


class NluComponent(Component):
    """One entry of `pipeline`: learns from NLU data, then adds to messages what it recognises.

    It has `process`, or `process_batch` where many messages at once are faster than each alone.
    """

    TRAINS: ClassVar[bool] = True
    """Whether it learns anything; where it does not, it needs no `train` and stores nothing."""

    PREPARES: ClassVar[bool] = False
    """Whether later components learn from what it adds to messages, as from tokens and features."""

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        """Name all that is learned from; nothing else is given to `train`, or a reason to train again.

        Of examples `texts` are the texts alone, `intents` also the intents, and `examples` all of them. `synonyms`,
        `regexes`, `lookups`, and `further` for kinds that plugins add, are fields of NLU data. `retrieval-responses`
        fills in `responses`, and `story-messages` fills in `messages` with the literal words of users in dialogues.
        `tokens` and `features` are what earlier components have prepared; both come with the texts.
        """
        del config
        return NLU_DATA if cls.TRAINS else frozenset()

    @classmethod
    def needs(cls, config: Mapping[str, Json]) -> frozenset[str]:
        """Name what must stand before it in the pipeline: what gives `tokens`, `features`, or `intents`.

        By default, of the first two what it learns from.
        """
        return cls.reads(config) & {"tokens", "features"}

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Answer]:
        """Learn; the answer maps names of files (`words.json`) to what they shall hold, and may be empty."""
        del config, nlu
        if cls.TRAINS:
            raise NotImplementedError(f"{cls.__qualname__} has no train; set TRAINS = False where it learns nothing")
        return {}

    @classmethod
    def finetune(cls, config: Mapping[str, Json], nlu: NluLesson, former: Mapping[str, Answer]) -> Mapping[str, Answer]:
        """Learn on from what a former training answered; called in the place of `train` where `CAN_FINETUNE` is set."""
        raise NotImplementedError(f"{cls.__qualname__} has CAN_FINETUNE, and no finetune")

    @classmethod
    @abstractmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Answer]) -> "NluComponent":
        """Rebuild the component from what `train` answered.

        Raises:
            DamagedFile: A file does not hold what `train` answers.
        """

    def process(self, message: Message) -> Message:
        """Answer with the message and what was recognised in it; components run in the order of `pipeline`."""
        raise NotImplementedError(f"{type(self).__qualname__} has neither process nor process_batch")

    def process_batch(self, batch: Batch) -> Batch:
        """Answer with as many messages in the same order; by default, `process` is asked about each alone."""
        found = tuple(_with_tokens(self.process(message), message) for message in batch.messages)
        return replace(batch, messages=found)


def _with_tokens(answer: Message, asked: Message) -> Message:
    """A component that makes its answer anew, knowing nothing of tokens, does not take them away."""
    return answer if answer.tokens or not asked.tokens else replace(answer, tokens=asked.tokens)


class Tokenizer(NluComponent):
    """Divides messages into tokens; it learns nothing unless it says so."""

    TRAINS: ClassVar[bool] = False
    PREPARES: ClassVar[bool] = True

    @abstractmethod
    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Divide a text; tokens stand in its order and do not overlap."""

    def process(self, message: Message) -> Message:
        return replace(message, tokens=self.tokenize(message.text))


class Featurizer(NluComponent):
    """Describes messages and tokens by numbers, for components that learn from these."""

    PREPARES: ClassVar[bool] = True

    @abstractmethod
    def featurize(self, batch: Batch) -> Features:
        """Describe all messages; the width is the same for every batch, empty ones included."""

    def process_batch(self, batch: Batch) -> Batch:
        return replace(batch, features=(*batch.features, self.featurize(batch)))


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
    project: Path = field(default=Path(), compare=False)
    """The folder that declared files are relative to; by default the current one."""


class Policy(Component):
    """One entry of `policies`: learns from stories and rules, then says what the assistant does next."""

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        """Name what is learned from: of `stories`, `rules`, `domain`, `interpreter` and `further`, by default all.

        What is not named is empty in what `train` is given, and no reason to train again.
        """
        del config
        return CORE_DATA

    @classmethod
    @abstractmethod
    def train(cls, config: Mapping[str, Json], request: CoreTrainingData) -> Mapping[str, Answer]:
        """Learn; the answer maps names of files to what they shall hold, and may be empty."""

    @classmethod
    def finetune(
        cls, config: Mapping[str, Json], request: CoreTrainingData, former: Mapping[str, Answer]
    ) -> Mapping[str, Answer]:
        """Learn on from what a former training answered; called in the place of `train` where `CAN_FINETUNE` is set."""
        raise NotImplementedError(f"{cls.__qualname__} has CAN_FINETUNE, and no finetune")

    @classmethod
    @abstractmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Answer]) -> "Policy":
        """Rebuild the policy from what `train` answered."""

    @abstractmethod
    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        """Say what comes next, or None where the policy has no opinion."""


Components: TypeAlias = Mapping[str, Registered[type[Any]]]
"""The known components by name; only the top floor builds such a mapping."""


def component_identity(registered: Registered[type[Any]], version: str | None = None) -> str:
    """Identity that decides, beside the data, whether a section is trained again: `<distribution>:<name>@<version>`.

    `version` is that of its code; None means the one that the component declares, else that of the distribution.
    """
    known = (version, getattr(registered.provided, "VERSION", None), registered.version, "unversioned")
    return f"{registered.distribution}:{registered.name}@{next(each for each in known if each is not None)}"
