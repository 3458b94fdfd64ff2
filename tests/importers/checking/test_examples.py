"""Examples under two intents, annotated in two ways, or alone; across files and sources."""

from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest
from tests.importers.checking.deep import deep_problems, told

from tenprint.importers import CombinedDataImporter, ImporterContext, ReadingRules, check_project
from tenprint.importers.data import EntitySpan, Example, NluData
from tenprint.importers.memory import MemoryImporter

WriteProject = Callable[[Mapping[str, str]], Path]


def block(intent: str, *examples: str) -> str:
    lines = "".join(f"    - {example}\n" for example in examples)
    return f"- intent: {intent}\n  examples: |\n{lines}"


def nlu(*blocks: str) -> dict[str, str]:
    return {"data/nlu.yml": "nlu:\n" + "".join(blocks)}


def test_one_example_under_two_intents_is_told_at_both_places(write_project: WriteProject) -> None:
    files = {
        "data/a.yml": "nlu:\n" + block("greet", "hi", "hey"),
        "data/b.yml": "nlu:\n" + block("wave", "hello", "hi"),
    }
    (problem,) = deep_problems(write_project(files))

    assert told([problem]) == ["ambiguous-example data/a.yml:4:5"]
    assert [str(place) for place in problem.related] == ["data/b.yml:5:5"]
    assert problem.message == "the example 'hi' stands under the intents 'greet' and 'wave'"


def test_annotations_do_not_make_another_message(write_project: WriteProject) -> None:
    files = nlu(block("a", "to [Rome](city)", "x"), block("b", "to Rome", "y"))

    assert told(deep_problems(write_project(files))) == ["ambiguous-example data/nlu.yml:4:5"]


def test_examples_that_differ_in_case_are_told_in_other_words(write_project: WriteProject) -> None:
    (problem,) = deep_problems(write_project(nlu(block("a", "Hi", "x"), block("b", "hi", "y"))))

    assert problem.code == "ambiguous-example"
    assert (
        problem.message == "the examples 'Hi' and 'hi' of the intents 'a' and 'b' differ in upper and lower case only"
    )


@pytest.mark.parametrize(
    "blocks",
    [
        (block("a", "hi", "hi", "Hi"),),
        (block("a", "hi", "x"), block("a", "hi", "y")),
        (block("a", "hi", "to [Rome](city)"), block("a", "to [Rome](city)", "y")),
        (block("faq/a", "hi", "x"), block("faq/b", "ho", "y")),
        (
            "- intent: a\n  metadata: one\n  examples: '- hi'\n",
            "- intent: a\n  metadata: two\n  examples: |\n    - hi\n    - x\n",
        ),
    ],
)
def test_repeating_an_example_in_its_intent_is_no_problem(write_project: WriteProject, blocks: tuple[str, ...]) -> None:
    assert deep_problems(write_project(nlu(*blocks))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("to [Rome](city)", "to Rome"),
        ("to [Rome](city)", "to [Rome](town)"),
        ("to [Rome](city)", "to [Rome](city:roma)"),
        ("to [Rome](city)", '[to Rome]{"entity": "city"}'),
    ],
)
def test_an_example_annotated_in_two_ways_is_told(write_project: WriteProject, one: str, other: str) -> None:
    (problem,) = deep_problems(write_project(nlu(block("a", one, "x", other))))

    assert told([problem]) == ["differing-annotations data/nlu.yml:4:5"]
    assert [str(place) for place in problem.related] == ["data/nlu.yml:6:5"]


def test_an_intent_with_one_example_is_told_and_retrieval_intents_are_counted_together(
    write_project: WriteProject,
) -> None:
    files = nlu(block("a", "hi"), block("b", "x", "y"), block("faq/a", "why"), block("faq/b", "how"))

    assert told(deep_problems(write_project(files))) == ["few-examples data/nlu.yml:4:5"]


def test_sources_are_compared_with_each_other() -> None:
    context = ImporterContext(Path())
    one = MemoryImporter(
        nlu=NluData((Example("hi", "a"), Example("to Rome", "a", (EntitySpan(3, 7, "city", "Rome"),))))
    )
    other = MemoryImporter(nlu=NluData((Example("hi", "b"), Example("yes", "b"), Example("to Rome", "a"))))
    snapshot = anyio.run(CombinedDataImporter([one, other], context).snapshot)

    assert sorted(problem.code for problem in check_project(snapshot, ReadingRules())) == [
        "ambiguous-example",
        "differing-annotations",
    ]
