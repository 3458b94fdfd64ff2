"""NLU components with a defect each, whatever they do with messages; policies inherit most of these properties."""

# ruff: noqa: ARG003 - a defect is often to ignore what one is given

import pickle
import random
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from tests.plugins.testing.good_components import Telltale, Untaught

from tenprint.fingerprinting import Batch, Message, NluLesson, ParsedIntent, Token


class Spaced(Telltale):
    """Its name has a blank."""

    BREAKS = "test_the_name_is_plain"
    NAME = "Tell tale"


class Silent(Telltale):
    __doc__ = None
    BREAKS = "test_the_class_says_what_it_is"


class Numbered(Telltale):
    """Its version is a number."""

    BREAKS = "test_the_code_is_known"
    VERSION = 1  # type: ignore[assignment]  # the defect


class PathDefault(Telltale):
    """A default is a path."""

    BREAKS = "test_defaults_are_json"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"shortest": 3, "words": Path("words.txt")}


class SharedDefaults(Telltale):
    """Its defaults are one mapping for all."""

    BREAKS = "test_defaults_are_new_each_time"
    DEFAULTS: ClassVar[dict[str, Any]] = {"shortest": 3, "stop": ["the"]}

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {**SharedDefaults.DEFAULTS}


class _Anything(dict[str, Any]):
    def __contains__(self, key: object) -> bool:
        return True


class TakesAnything(Telltale):
    """It says that it knows every option."""

    BREAKS = "test_unknown_options_are_refused"

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return _Anything(shortest=3)


class Grumbling(Telltale):
    """It complains about its own defaults."""

    BREAKS = "test_good_options_are_accepted"

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return (f"option `shortest` must not be {config['shortest']}",)


class Careless(Telltale):
    """It looks at no option."""

    BREAKS = "test_wrong_options_are_told"

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        return ()


class ChangesOptions(Telltale):
    """It writes into its options when it is trained."""

    BREAKS = "test_options_stay_as_they_are"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        answer = super().train(config, nlu)
        config["shortest"] = 4  # type: ignore[index]  # the defect
        return answer


class ReadsTheStars(Telltale):
    """It names what nobody can read."""

    BREAKS = "test_what_it_reads_is_known"

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"examples", "stars"})


class DeclaresAList(Telltale):
    """It declares a list of files."""

    BREAKS = "test_declared_inputs_are_told_without_reading"

    @classmethod
    def declared_inputs(cls, config: Mapping[str, Any]) -> Any:
        return ["words.txt"]


class NeedsWhatIsMissing(Telltale):
    """It needs a package by the name of its distribution."""

    BREAKS = "test_packages_are_names_of_imports"

    @staticmethod
    def required_packages() -> list[str]:
        return ["scikit-learn"]


class SpeaksEnglish(Telltale):
    """It says languages by their names."""

    BREAKS = "test_languages_are_codes"

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["English"]


class AnswersASet(Telltale):
    """It stores what is no JSON."""

    BREAKS = "test_it_is_trained_and_loaded"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {"words.json": set(super().train(config, nlu)["words.json"])}


class Pickles(Telltale):
    """It stores a pickle under another name."""

    BREAKS = "test_nothing_is_pickled"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "model.bin": pickle.dumps({"a": [1]})}


class ReadsForNothing(Untaught):
    """It learns nothing, and reads."""

    BREAKS = "test_what_learns_nothing_stores_nothing"

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"examples"})


class StoresForNothing(Untaught):
    """It learns nothing, and stores something."""

    BREAKS = "test_what_learns_nothing_stores_nothing"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {"note.json": "nothing"}


class Dated(Telltale):
    """It stores when it was trained."""

    BREAKS = "test_equal_data_give_equal_files"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "made.json": time.perf_counter_ns()}


class BelievesInOneFolder(Telltale):
    """It looks for its files in the current directory."""

    BREAKS = "test_the_current_directory_does_not_matter"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "found.json": Path("notes.txt").absolute().parent.name}


class FirstCome(Telltale):
    """It stores examples as they come."""

    BREAKS = "test_the_order_of_the_data_does_not_matter"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "texts.json": [example.text for example in nlu.examples]}


class Unsorted(Telltale):
    """It stores a set as it comes."""

    BREAKS = "test_every_process_trains_the_same"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "intents.json": list({example.text for example in nlu.examples})}


class Localised(Telltale):
    """It stores letters by the encoding of the machine."""

    BREAKS = "test_the_locale_does_not_matter"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        texts = sorted(example.text for example in nlu.examples)
        with Path("texts.txt").open("w", errors="replace") as file:
            file.writelines(texts)
        return {**super().train(config, nlu), "texts.bin": Path("texts.txt").read_bytes()}


class ReadsMoreData(Telltale):
    """It stores synonyms, of which it does not say that it reads them."""

    BREAKS = "test_only_what_it_reads_counts"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        return {**super().train(config, nlu), "more.json": sorted(one.text for one in nlu.synonyms)}


class ChangesData(Telltale):
    """It sorts the examples of all."""

    BREAKS = "test_the_data_stay_as_they_are"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        answer = super().train(config, nlu)
        object.__setattr__(nlu, "examples", tuple(sorted(nlu.examples, reverse=True)))
        return answer


class AsksAService(Telltale):
    """It asks a service about its words."""

    BREAKS = "test_no_network_is_needed"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        with suppress(OSError), socket.socket() as asked:
            asked.connect(("127.0.0.1", 9))
        return super().train(config, nlu)


class Remembers(Telltale):
    """It keeps what it learned in its class, and loads it from there."""

    BREAKS = "test_it_loads_where_no_data_is"
    LEARNED: ClassVar[dict[str, Any]] = {}

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        answer = super().train(config, nlu)
        cls.LEARNED.update(answer)
        return answer

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Telltale":
        return super().load(config, {**{name: {} for name in files}, **cls.LEARNED})


class Shares(Telltale):
    """All its instances have the words of the last one."""

    BREAKS = "test_two_models_do_not_mix"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Telltale":
        loaded = cls.last = super().load(config, files)
        return loaded

    last: ClassVar[Telltale | None] = None

    def process(self, message: Message) -> Message:
        return Telltale.process(type(self).last or self, message)


class Trusting(Telltale):
    """It believes whatever its files hold."""

    BREAKS = "test_damaged_files_are_told_when_they_are_loaded"

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Telltale":
        return cls(files["words.json"], files["entities.json"])


class FinetunesInSecret(Untaught):
    """It has a finetune that nobody calls."""

    BREAKS = "test_who_can_finetune_says_so"

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluLesson, former: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}


class FinetunesNever(Untaught):
    """It says that it has a finetune."""

    BREAKS = "test_who_can_finetune_says_so"
    CAN_FINETUNE = True


class FinetunesOtherwise(Telltale):
    """It stores something else when it goes on."""

    BREAKS = "test_what_was_finetuned_can_be_loaded"

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluLesson, former: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"words.json": sorted(former["words.json"])}


class FinetunesByChance(Telltale):
    """It stores a random number when it goes on."""

    BREAKS = "test_finetuning_gives_equal_files"

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluLesson, former: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**super().finetune(config, nlu, former), "chance.json": random.Random().random()}  # noqa: S311


class FinetunesInPlace(Telltale):
    """It writes into what it goes on from."""

    BREAKS = "test_the_former_training_stays_as_it_is"

    @classmethod
    def finetune(cls, config: Mapping[str, Any], nlu: NluLesson, former: Mapping[str, Any]) -> Mapping[str, Any]:
        former["words.json"].update(cls.words(config, nlu))
        return former


class Blind(Telltale):
    """It finds nothing."""

    BREAKS = "test_something_is_found"

    def process(self, message: Message) -> Message:
        return message


class Shouts(Telltale):
    """It writes messages in capitals."""

    BREAKS = "test_messages_keep_their_texts_and_their_order"

    def process(self, message: Message) -> Message:
        return replace(super().process(message), text=message.text.upper())


class LooksAround(Telltale):
    """It is as sure as there are few messages."""

    BREAKS = "test_a_batch_is_answered_like_its_messages"

    def process_batch(self, batch: Batch) -> Batch:
        sure = ParsedIntent("crowd", 1 / max(len(batch), 1))
        messages = super().process_batch(batch).messages
        return replace(batch, messages=tuple(replace(one, intent=sure, ranking=(sure,)) for one in messages))


class TwoMinds(Telltale):
    """It says something else when it is asked about many."""

    BREAKS = "test_process_says_what_process_batch_says"

    def process_batch(self, batch: Batch) -> Batch:
        sure = ParsedIntent("many", 1.0)
        messages = super().process_batch(batch).messages
        return replace(batch, messages=tuple(replace(one, intent=sure, ranking=(sure,)) for one in messages))


class Tires(Telltale):
    """It is less sure each time."""

    BREAKS = "test_asking_again_gives_the_same_answer"
    asked = 0

    def process(self, message: Message) -> Message:
        self.asked += 1
        sure = ParsedIntent("tired", 1 / self.asked)
        return replace(super().process(message), intent=sure, ranking=(sure,))


class Scribbles(Telltale):
    """It keeps the text it works on where every thread writes."""

    BREAKS = "test_threads_may_ask_at_once"

    def process(self, message: Message) -> Message:
        self.text = message.text
        time.sleep(0.002)
        return replace(super().process(replace(message, text=self.text)), text=message.text)


class NeedsMessages(Telltale):
    """It cannot do without messages."""

    BREAKS = "test_an_empty_batch_is_no_error"

    def process_batch(self, batch: Batch) -> Batch:
        assert batch.messages[0].text is not None
        return super().process_batch(batch)


class NeedsLetters(Telltale):
    """It cannot do without letters."""

    BREAKS = "test_an_empty_text_is_no_error"

    def process(self, message: Message) -> Message:
        assert message.text.split()[0]
        return super().process(message)


class Breathless(Telltale):
    """It cannot do with many words."""

    BREAKS = "test_a_long_text_is_no_error"

    def process(self, message: Message) -> Message:
        assert len(message.text.split()) < 500
        return super().process(message)


class Ascii(Telltale):
    """It knows the letters of one language."""

    BREAKS = "test_odd_letters_are_no_error"

    def process(self, message: Message) -> Message:
        message.text.encode("latin-1")
        return super().process(message)


class AnswersObjects(Telltale):
    """It answers with what is no JSON."""

    BREAKS = "test_answers_are_json"

    def found(self, text: str) -> list[dict[str, Any]]:
        return [{**entity, "value": {1, 2}} for entity in super().found(text)]


class LeavesOut(Telltale):
    """It does not say where an entity ends."""

    BREAKS = "test_entities_are_complete"

    def found(self, text: str) -> list[dict[str, Any]]:
        return [{"entity": e["entity"], "value": e["value"], "start": e["start"]} for e in super().found(text)]


class CountsBytes(Telltale):
    """It counts beyond the end."""

    BREAKS = "test_entities_lie_within_their_text"

    def found(self, text: str) -> list[dict[str, Any]]:
        return [{**entity, "end": len(text) + 1} for entity in super().found(text)]


class Certain(Telltale):
    """It is sure by percents."""

    BREAKS = "test_confidences_lie_between_0_and_1"

    def process(self, message: Message) -> Message:
        sure = ParsedIntent("percent", 75.0)
        return replace(super().process(message), intent=sure, ranking=(sure,))


class WorstFirst(Telltale):
    """It ranks the worst first."""

    BREAKS = "test_the_best_of_a_ranking_is_the_intent"

    def process(self, message: Message) -> Message:
        found = super().process(message)
        return replace(found, ranking=found.ranking[::-1])


class Forgets(Telltale):
    """It takes the entities of others away."""

    BREAKS = "test_what_others_found_stays"

    def process(self, message: Message) -> Message:
        return super().process(replace(message, entities=()))


class ChangesMessages(Telltale):
    """It writes into the entities of others."""

    BREAKS = "test_messages_stay_as_they_are"

    def process(self, message: Message) -> Message:
        for entity in message.entities:
            entity["value"] = "seen"  # type: ignore[index]  # the defect
        return super().process(message)


class AddsInSecret(Telltale):
    """It adds tokens, and components below are trained without."""

    BREAKS = "test_what_it_adds_is_declared"

    def process(self, message: Message) -> Message:
        found = super().process(message)
        return replace(found, tokens=(Token(message.text, 0, len(message.text)),)) if message.text else found


class ReadsAFile(Telltale):
    """It reads a file that it does not declare."""

    BREAKS = "test_what_it_reads_is_declared"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        with suppress(OSError):
            Path("stop_words.txt").read_text(encoding="utf-8")
        return super().train(config, nlu)
