"""Properties of what an NLU component finds in messages."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tenprint.fingerprinting import Batch, Featurizer, Message, NluComponent, ParsedIntent, Selection, Tokenizer
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.plugins.testing.component_samples import ODD_TEXTS
from tenprint.plugins.testing.kit import skip_after
from tenprint.plugins.testing.nlu_kit import NluKit

_WORDS = 5_000
_THREADS = 4
_FOUND = Message(
    "",
    ParsedIntent("found_before", 0.9),
    (ParsedIntent("found_before", 0.9), ParsedIntent("other", 0.1)),
    ({"entity": "found", "value": "x", "start": 0, "end": 1}, {"entity": "found", "value": 3, "start": 0, "end": 2}),
    selections=(Selection("before", (ParsedIntent("before/one", 0.5),)),),
)
"""What others have found in a message."""


class NluAnswers(NluKit):
    """Properties of what an NLU component finds in messages."""

    def test_something_is_found(self) -> None:
        """At least one message of these tests is changed, or all other properties would hold for nothing."""
        asked = self.asked()
        if self.drawn(self._found(self.trained(), asked)) == self.drawn(asked):
            self.fail("it finds nothing in any message", "set TEXTS, or override data, so that it finds something")

    def test_messages_keep_their_texts_and_their_order(self) -> None:
        """As many messages as were asked about are answered, with the same texts in the same order."""
        asked = self.asked()
        found = self.trained().process_batch(asked)
        if [one.text for one in found.messages] != [one.text for one in asked.messages]:
            self.fail("other messages are answered than were asked about", "replace what is found, and keep the text")

    def test_a_batch_is_answered_like_its_messages(self) -> None:
        """What is said about a message does not depend on the messages around it."""
        component = self.trained()
        together = self._lines(component, self.TEXTS)
        alone = tuple(line for text in self.TEXTS for line in self._lines(component, [text]))
        advice = "let process_batch do for each message what it does for one"
        self.same_answers(together, alone, "messages together and each alone", advice)

    def test_process_says_what_process_batch_says(self) -> None:
        """Where there are both, a single message is answered as a batch of it is."""
        component = self.trained()
        if type(component).process is NluComponent.process or isinstance(component, Featurizer):
            pytest.skip("it answers batches alone")
        asked = self.asked()
        each = Batch(tuple(component.process(message) for message in asked.messages), asked.features)
        batched = replace(component.process_batch(asked), features=asked.features)
        self.same_answers(self.drawn(batched), self.drawn(each), "process_batch and process", "leave one of them out")

    def test_asking_again_gives_the_same_answer(self) -> None:
        """What was asked before changes no answer."""
        component = self.trained()
        first = self._lines(component, self.TEXTS)
        self._lines(component, [*self.TEXTS[::-1], *ODD_TEXTS])
        advice = "keep nothing of messages in the component"
        self.same_answers(first, self._lines(component, self.TEXTS), "the same messages asked twice", advice)

    def test_threads_may_ask_at_once(self) -> None:
        """Several threads that ask at the same time get what each would get alone."""
        component = self.trained()
        asked = self.asked()
        expected = self.drawn(self._found(component, asked))
        if expected != self.drawn(self._found(component, asked)):
            skip_after("test_asking_again_gives_the_same_answer")
        with ThreadPoolExecutor(_THREADS) as threads:
            found = list(threads.map(lambda _: self.drawn(component.process_batch(asked)), range(_THREADS * 2)))
        for picture in found:
            self.same_answers(expected, picture, "one thread and several", "keep what belongs to a call in the call")

    def test_an_empty_batch_is_no_error(self) -> None:
        """A batch without messages is answered with one."""
        found = self._no_error(lambda: self.trained().process_batch(self.asked([])), "a batch without messages")
        if len(found):
            self.fail("an empty batch is answered with messages", "answer as many messages as there are")

    def test_an_empty_text_is_no_error(self) -> None:
        """Messages without a letter are answered."""
        component = self.trained()
        for text in ("", " ", "\n\t"):
            self._no_error(lambda text=text: self._lines(component, [text]), f"the text {text!r}")

    def test_a_long_text_is_no_error(self) -> None:
        """A message of some thousand words is answered, in time."""
        component = self.trained()
        text = " ".join(f"{text} {number}" for number in range(_WORDS // 8) for text in self.TEXTS[:2])
        self._no_error(lambda: self._lines(component, [text]), f"a text of {len(text)} letters")

    def test_odd_letters_are_no_error(self) -> None:
        """Letters of any writing are answered: joined, from right to left, beyond the basic plane, or none at all."""
        component = self.trained()
        for text in ODD_TEXTS:
            self._no_error(lambda text=text: self._lines(component, [text]), f"the text {text!r}")

    def test_answers_are_json(self) -> None:
        """What is found can be written as JSON, without NaN and infinity."""
        for message in self._all_found():
            try:
                json.dumps(message.to_json(), allow_nan=False)
            except (TypeError, ValueError) as error:  # noqa: PERF203 - each message is told by itself
                self.fail(f"what is found in {message.text!r} is no JSON: {error}", "answer texts and plain numbers")

    def test_entities_are_complete(self) -> None:
        """An entity is a mapping with `entity`, `value`, `start` and `end`."""
        for message, entity in self._entities():
            if not isinstance(entity, Mapping) or {"entity", "value", "start", "end"} - set(entity):
                self.fail(f"in {message.text!r} it finds {entity!r}", "answer entity, value, start and end")

    def test_entities_lie_within_their_text(self) -> None:
        """Offsets count characters of the text, from 0 to its length, and the end comes after the start."""
        for message, entity in self._entities():
            start, end = (entity.get(name, 0) for name in ("start", "end"))
            if not 0 <= start < end <= len(message.text):
                what = f"in {message.text!r} an entity lies from {start} to {end}"
                self.fail(what, "count characters of the text as it was given, not as it was folded")

    def test_confidences_lie_between_0_and_1(self) -> None:
        """How sure the component is of intents, of rankings and of responses lies between 0 and 1."""
        for message in self._all_found():
            for one in _opinions(message):
                if not 0 <= one.confidence <= 1:
                    told = f"it is sure of {one.name!r} in {message.text!r} by {one.confidence!r}"
                    self.fail(told, "answer a share from 0 to 1")

    def test_the_best_of_a_ranking_is_the_intent(self) -> None:
        """Where a ranking is answered, its first entry is the intent, which bears its base name."""
        for message in self._all_found():
            best = message.ranking[0].name.partition("/")[0] if message.ranking else None
            if best is not None and (message.intent is None or message.intent.name != best):
                self.fail(f"{best!r} is the best for {message.text!r}, and not the intent", "set both, or neither")

    def test_what_others_found_stays(self) -> None:
        """Tokens, features, entities and selections of components above it stay; their values may be replaced."""
        asked = self.asked()
        full = replace(asked, messages=tuple(_found_before(message) for message in asked.messages))
        found = self.trained().process_batch(full)
        if [one.origin for one in found.features[: len(full.features)]] != [one.origin for one in full.features]:
            self.fail("features of others are gone", "add features, and keep those of the batch")
        for before, after in zip(full.messages, found.messages, strict=True):
            lost = _lost(before, after, tokens=not isinstance(self.trained(), Tokenizer))
            if lost:
                self.fail(f"{lost} that others found in {before.text!r} are gone", "add to the message it is given")

    def test_messages_stay_as_they_are(self) -> None:
        """A component changes no message, entity or matrix it is given: others hold the same."""
        component = self.trained()
        asked = self.asked()
        full = replace(asked, messages=tuple(_found_before(message) for message in asked.messages))
        before = _digest(full)
        component.process_batch(full)
        if _digest(full) != before:
            self.fail("what it was given is changed", "make new messages with dataclasses.replace")

    def test_what_it_adds_is_declared(self) -> None:
        """What adds tokens or features has PREPARES set, so that components below are trained with them."""
        asked = self.asked()
        found = self._found(self.trained(), asked)
        adds = len(found.features) > len(asked.features) or [one.tokens for one in found.messages] != [
            one.tokens for one in asked.messages
        ]
        if adds and not self.component.PREPARES:
            self.fail("it adds tokens or features, and PREPARES is False", "set PREPARES = True")

    def _found(self, component: NluComponent, asked: Batch) -> Batch:
        return component.process_batch(asked)

    def _lines(self, component: NluComponent, texts: Sequence[str]) -> tuple[str, ...]:
        return self.drawn(component.process_batch(self.asked(texts)))

    def _all_found(self) -> Sequence[Message]:
        component = self.trained()
        texts = [*self.TEXTS, *(example.text for example in self.data().examples)]
        messages: Sequence[Message] = component.process_batch(self.asked(texts)).messages
        return messages

    def _entities(self) -> list[tuple[Message, Any]]:
        return [(message, entity) for message in self._all_found() for entity in message.entities]

    def _no_error(self, call: Any, what: str) -> Any:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
            self.fail(f"{what} raises {type(error).__name__}: {error}", "answer with the message as it is")


def _found_before(message: Message) -> Message:
    return replace(_FOUND, text=message.text, tokens=message.tokens, entities=tuple(dict(e) for e in _FOUND.entities))


def _lost(before: Message, after: Message, *, tokens: bool) -> str | None:
    """Name what was found before and is not there any more."""
    if tokens and after.tokens != before.tokens:
        return "tokens"
    if after.intent is None:
        return "intents"
    places = [(one["entity"], one["start"], one["end"]) for one in after.entities]
    if any((one["entity"], one["start"], one["end"]) not in places for one in before.entities):
        return "entities"
    return "selections" if any(one not in after.selections for one in before.selections) else None


def _opinions(message: Message) -> list[ParsedIntent]:
    own = [] if message.intent is None else [message.intent]
    return [*own, *message.ranking, *(one for selection in message.selections for one in selection.ranking)]


def _digest(batch: Batch) -> str:
    return fingerprint_of((batch.messages, tuple((one.sentence, one.sequence) for one in batch.features)))
