"""The transforms of the guide for ports: placeholders that are filled in, and stories that are interrupted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.ports.generating import Interruptions, Placeholders
from tests.transforms import files_through

from tenprint.importers import (
    Location,
    Snapshot,
    TrainingDataImporter,
    TransformContext,
    TransformedImporter,
    TransformError,
    run_to_end,
)
from tenprint.importers.data import (
    ActionStep,
    EntitySpan,
    Example,
    IntentStep,
    LookupEntry,
    NluData,
    Stories,
    Story,
)
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins.testing import TransformConformance

CITIES = tuple(LookupEntry("city", name) for name in ("Oslo", "K\u00f8benhavn", "Rome"))
TEMPLATE = Example("to {city} by {day}, {city}", "travel", (EntitySpan(3, 9, "city", "{city}"),))
ANNOTATED = Example(
    "in {city} now", "weather", (EntitySpan(3, 9, "city", "the capital"), EntitySpan(10, 13, "when", "now"))
)


class TestPlaceholders(TransformConformance):
    TRANSFORM = Placeholders
    OPTIONS: ClassVar[Mapping[str, Any]] = {"tables": ["city", "day"], "copies": 2}

    def source(self) -> TrainingDataImporter:
        examples = (TEMPLATE, Example("{city}?", "travel"), Example("hello", "greet"))
        lookups = (*CITIES, LookupEntry("day", "Monday"), LookupEntry("day", "Sunday"), LookupEntry("tea", "oolong"))
        return MemoryImporter(nlu=NluData(examples, lookups=lookups))


def story(name: str, *turns: str) -> Story:
    steps = tuple(step for turn in turns for step in (IntentStep(turn), ActionStep(f"utter_{turn}")))
    return Story(name, steps)


BOOKING = story("booking", "greet", "book", "thank")
JOKE = story("chitchat joke", "joke")
WEATHER = story("chitchat weather", "weather")


class TestInterruptions(TransformConformance):
    TRANSFORM = Interruptions
    OPTIONS: ClassVar[Mapping[str, Any]] = {"prefix": "chitchat", "copies": 1}

    def source(self) -> TrainingDataImporter:
        stories = (BOOKING, story("complaint", "greet", "complain"), story("short", "bye"), JOKE, WEATHER)
        return MemoryImporter(stories=Stories(stories))


def placeholders(*, seed: int = 1, **options: Any) -> Placeholders:
    return Placeholders({"tables": ["city", "day"], **options}, TransformContext("placeholders", seed))


def filled(nlu: NluData, transform: Placeholders) -> NluData:
    return run_to_end(TransformedImporter(MemoryImporter(nlu=nlu), [transform]).get_nlu_data)


def test_annotations_span_what_they_spanned() -> None:
    nlu = NluData((TEMPLATE, ANNOTATED), lookups=(*CITIES, LookupEntry("day", "Sunday")))
    for seed in range(20):
        travel, weather = filled(nlu, placeholders(seed=seed)).examples
        (city,) = travel.entities
        assert " by Sunday, " in travel.text
        assert travel.text[city.start : city.end] == city.value
        assert city.value in ("Oslo", "K\u00f8benhavn", "Rome")
        named, when = weather.entities
        assert (named.value, weather.text[when.start : when.end]) == ("the capital", "now")
        assert weather.text[named.start : named.end] in ("Oslo", "K\u00f8benhavn", "Rome")


def test_tables_of_words_are_not_trained_on_and_others_are() -> None:
    tea = LookupEntry("tea", "oolong")
    nlu = filled(NluData((Example("{city}", "go"),), lookups=(*CITIES, tea)), placeholders(copies=50))
    assert {example.text for example in nlu.examples} == {"Oslo", "K\u00f8benhavn", "Rome"}
    assert nlu.lookups == (tea,)


def test_another_example_changes_nothing_of_what_is_drawn_and_another_seed_does() -> None:
    templates = [Example(f"{{city}} {number}", "go") for number in range(10)]
    all_of_them = filled(NluData(tuple(templates), lookups=CITIES), placeholders()).examples
    fewer = filled(NluData(tuple(templates[::-2]), lookups=CITIES), placeholders()).examples
    reseeded = filled(NluData(tuple(templates), lookups=CITIES), placeholders(seed=2)).examples
    assert set(fewer) < set(all_of_them)
    assert set(reseeded) != set(all_of_them)


def test_what_cannot_be_filled_in_is_told_with_its_lines(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    nlu = "nlu:\n- intent: go\n  examples: |\n    - to {town}\n    - to [{ci](city)ty}\n    - to {city}\n"
    nlu += "- lookup: city\n  examples: |\n    - Oslo\n"
    (tmp_path / "data/nlu.yml").write_text(nlu, encoding="utf-8")
    with pytest.raises(TransformError) as caught:
        run_to_end(files_through(tmp_path, placeholders()).snapshot)
    assert [(problem.message.partition(": ")[2], problem.location) for problem in caught.value.problems] == [
        ("an annotation ends within {city}", Location("file", "data/nlu.yml", 5, 5)),
        ("there is nothing to put in the place of {town}", Location("file", "data/nlu.yml", 4, 5)),
    ]


def interrupted(*stories: Story, copies: int = 1) -> Snapshot:
    transform = Interruptions({"copies": copies}, TransformContext("interruptions", 3))
    return run_to_end(TransformedImporter(MemoryImporter(stories=Stories(stories)), [transform]).snapshot)


def test_small_talk_stands_between_two_turns() -> None:
    transform = Interruptions({"copies": 5}, TransformContext("interruptions", 3))
    stories = Stories((BOOKING, JOKE, WEATHER))
    found = run_to_end(TransformedImporter(MemoryImporter(stories=stories), [transform]).get_stories).stories
    assert {each.name for each in found} == {
        *("booking", "chitchat joke", "chitchat weather"),
        *("booking, with chitchat joke", "booking, with chitchat weather"),
    }
    for made in found:
        talk = next((each for each in (JOKE, WEATHER) if made.name.endswith(f"with {each.name}")), None)
        if talk is not None:
            place = made.steps.index(talk.steps[0])
            assert place in (2, 4)
            assert (*made.steps[:place], *made.steps[place + 2 :]) == BOOKING.steps


def test_without_small_talk_nothing_is_interrupted() -> None:
    assert len(interrupted(BOOKING, BOOKING).table) == 2
    assert len(interrupted(JOKE, WEATHER).table) == 2
