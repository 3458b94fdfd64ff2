"""One component, or a pipeline of them, trained and loaded as a model would do it; in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from tenprint.fingerprinting import Batch, Interpreter, Message, NluComponent, NluLesson
from tenprint.fingerprinting.answer_files import answer_bytes, answer_content
from tenprint.fingerprinting.predicting import advanced
from tenprint.importers.data import Example, NluData

Entry = tuple[type[NluComponent], Mapping[str, Any]]


def stored(entry: Entry, nlu: NluData, batch: Batch | None = None) -> dict[str, bytes]:
    """Train, and return the bytes of the files."""
    component, options = entry
    config = {**component.get_default_config(), **options}
    assert component.check_config(config) == ()
    lesson = lesson_of(nlu, untouched_batch(nlu) if batch is None else batch, component.reads(config))
    return {name: answer_bytes(name, content) for name, content in component.train(config, lesson).items()}


def lesson_of(nlu: NluData, batch: Batch, reads: Collection[str]) -> NluLesson:
    """Give a component what it says it reads, and nothing else, so that a test fails where it reads more."""
    names = {"responses": "retrieval-responses", "messages": "story-messages"}
    given = {
        field.name: getattr(nlu, field.name) for field in fields(NluData) if names.get(field.name, field.name) in reads
    }
    if "examples" not in reads:
        intents = "intents" in reads
        given["examples"] = tuple(Example(e.text, e.intent if intents else "") for e in nlu.examples)
    messages = tuple(message if "tokens" in reads else replace(message, tokens=()) for message in batch.messages)
    features = tuple(found if "tokens" in reads else replace(found, sequence=None) for found in batch.features)
    return NluLesson(**given, batch=Batch(messages, features if "features" in reads else ()))


def untouched_batch(nlu: NluData) -> Batch:
    return Batch(tuple(Message(example.text) for example in nlu.examples))


def loaded(entry: Entry, files: Mapping[str, bytes]) -> NluComponent:
    component, options = entry
    contents = {name: answer_content(name, content) for name, content in files.items()}
    return component.load({**component.get_default_config(), **options}, contents)


def trained(entries: Sequence[Entry], nlu: NluData) -> Interpreter:
    """Train a pipeline; what prepares is used on the examples for those behind it."""
    batch = untouched_batch(nlu)
    components = []
    for entry in entries:
        component = loaded(entry, stored(entry, nlu, batch))
        components.append(component)
        if component.PREPARES:
            batch = advanced(batch, component)
    return Interpreter(tuple(components))


def prepared(entries: Sequence[Entry], nlu: NluData, texts: Sequence[str]) -> Batch:
    """Train a pipeline, and return what it makes of texts."""
    batch = Batch(tuple(Message(text) for text in texts))
    for component in trained(entries, nlu).components:
        batch = advanced(batch, component)
    return batch


def objections(component: type[NluComponent], **options: Any) -> tuple[str, ...]:
    """What a component has against options."""
    return component.check_config({**component.get_default_config(), **options})
