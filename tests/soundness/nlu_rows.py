"""Rows of the soundness table for NLU data."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.soundness.rows import ALL, NLU, Changed, Edit, Mutate, Row, drawn, swapped, with_nlu

from tenprint.importers.data import (
    EntitySpan,
    Example,
    LookupEntry,
    ProjectData,
    RegexFeature,
    Synonym,
)

PATHS = {"synonyms": "text", "regexes": "name", "lookups": "name"}
KINDS = {"synonyms": "synonym", "regexes": "regex", "lookups": "lookup-entry"}


def exemplified(alter: Callable[[Example], Example | None]) -> Mutate:
    """Edit one example; it keeps its intent."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        examples = project.nlu.examples
        found = drawn(chance, examples, lambda example: alter(example) not in (None, example))
        if found is None:
            return None
        index, example = found
        new = alter(example)
        assert new is not None
        edited = with_nlu(project, examples=swapped(examples, index, new))
        return Edit(edited, Changed("modified", "intent-example", ("nlu", new.intent, new.text)))

    return mutate


def example_more(project: ProjectData, chance: Random) -> Edit:
    intent = chance.choice(project.nlu.examples).intent
    edited = with_nlu(project, examples=(*project.nlu.examples, Example("quite another thing", intent)))
    return Edit(edited, Changed("added", "intent-example", ("nlu", intent, "quite another thing")))


def example_less(project: ProjectData, chance: Random) -> Edit | None:
    examples = project.nlu.examples
    counts = [example.intent for example in examples]
    found = drawn(chance, examples, lambda example: counts.count(example.intent) > 1)
    if found is None:
        return None
    index, gone = found
    return Edit(
        with_nlu(project, examples=swapped(examples, index)),
        Changed("removed", "intent-example", ("nlu", gone.intent, gone.text)),
    )


def example_of(intent: str) -> Mutate:
    def mutate(project: ProjectData, chance: Random) -> Edit:
        del chance
        base = next(example.base_intent for example in project.nlu.examples if "/" in example.intent)
        name = intent.replace("BASE", base)
        edited = with_nlu(project, examples=(*project.nlu.examples, Example("a new question", name)))
        return Edit(edited, Changed("added", "intent-example", ("nlu", name, "a new question")))

    return mutate


def other_span(example: Example, **edits: Any) -> Example | None:
    if not example.entities:
        return None
    return example._replace(entities=(example.entities[0]._replace(**edits), *example.entities[1:]))


def annotated(example: Example) -> Example | None:
    words = example.text.split(" ")
    if example.entities or len(words[0]) < 1:
        return None
    return example._replace(entities=(EntitySpan(0, len(words[0]), "thing", words[0]),))


def listed(change: str, section: str, alter: Callable[[Any], Any]) -> Mutate:
    """Edit, add or remove one entry of synonyms, regular expressions or lookup tables."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        values = getattr(project.nlu, section)
        found = drawn(chance, values)
        if found is None:
            return None
        index, value = found
        path = ("nlu", section, getattr(value, PATHS[section]))
        new = alter(value)
        if change == "added":
            path = ("nlu", section, getattr(new, PATHS[section]))
            edited = (*values, new)
        else:
            edited = swapped(values, index, *([] if new is None else [new]))
        return Edit(with_nlu(project, **{section: edited}), Changed(change, KINDS[section], path))

    return mutate


ROWS = (
    Row("an example more", example_more, NLU),
    Row("an example less", example_less, NLU),
    Row(
        "the text of an example",
        exemplified(lambda example: None if example.entities else example._replace(text=f"{example.text} now")),
        NLU,
    ),
    Row(
        "the case of an example",
        exemplified(lambda example: None if example.entities else example._replace(text=example.text.upper())),
        NLU,
    ),
    Row("an annotation more", exemplified(annotated), NLU),
    Row(
        "an annotation less",
        exemplified(lambda example: example._replace(entities=example.entities[1:]) if example.entities else None),
        NLU,
    ),
    Row("the value of an annotation", exemplified(lambda example: other_span(example, value="something")), NLU),
    Row("the entity of an annotation", exemplified(lambda example: other_span(example, entity="other")), NLU),
    Row("the role of an annotation", exemplified(lambda example: other_span(example, role="other")), NLU),
    Row("the group of an annotation", exemplified(lambda example: other_span(example, group="other")), NLU),
    Row(
        "metadata of an example", exemplified(lambda example: example._replace(metadata={"example": {"seen": 2}})), NLU
    ),
    Row("a new answer of a retrieval intent", example_of("BASE/brand_new"), NLU),
    Row("a new retrieval intent", example_of("brand_new/first"), ALL),
    Row("what a synonym stands for", listed("modified", "synonyms", lambda found: replace(found, value="other")), NLU),
    Row("a synonym more", listed("added", "synonyms", lambda _: Synonym("thingummy", "thing")), NLU),
    Row("a synonym less", listed("removed", "synonyms", lambda _: None), NLU),
    Row(
        "a regular expression",
        listed("modified", "regexes", lambda found: replace(found, pattern=f"{found.pattern}z")),
        NLU,
    ),
    Row("a pattern more", listed("added", "regexes", lambda found: RegexFeature(found.name, "other")), NLU),
    Row("a pattern less", listed("removed", "regexes", lambda _: None), NLU),
    Row(
        "an entry of a lookup table",
        listed("modified", "lookups", lambda found: replace(found, element="whatnot")),
        NLU,
    ),
    Row("an entry more", listed("added", "lookups", lambda found: LookupEntry(found.name, "whatnot")), NLU),
    Row("an entry less", listed("removed", "lookups", lambda _: None), NLU),
)

END_TO_END_ROWS = (
    Row("an example more, beside literal words", example_more, ALL, ("end to end",)),
    Row("a synonym less, beside literal words", listed("removed", "synonyms", lambda _: None), ALL, ("end to end",)),
)
