"""Items back to values: only for training, checks and export."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tenprint.importers.assembling import (
    PlacedValue,
    conversation_tests,
    project_data,
    read_values,
    take_apart,
    training_view,
    value_of,
)
from tenprint.importers.combining import snapshot_of
from tenprint.importers.data import (
    Action,
    Domain,
    Entity,
    Example,
    Form,
    Intent,
    NluData,
    ProjectData,
    Response,
    Rule,
    Slot,
    SlotMapping,
    Stories,
)
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.naming import Namespace
from tenprint.importers.problem import Problem
from tenprint.importers.snapshot import Snapshot, SourceState

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]

RULES = ReadingRules()
FROM_TEXT = SlotMapping({"type": "from_text"})


def snapshot(project: Path) -> Snapshot:
    return anyio.run(FileImporter({}, ImporterContext(project)).snapshot)


def test_what_sources_share_in_parts_is_put_together(write_project: WriteProject) -> None:
    project = write_project(
        {
            "domain/a.yml": "entities: [{city: {roles: [from]}}]\nslots: {s: {type: text}}\nforms: {f: }\n",
            "domain/b.yml": """
                entities: [{city: {roles: [to, from], groups: [g]}}]
                slots: {s: {type: any, influence_conversation: true, mappings: [{type: from_text}]}}
                forms: {f: {required_slots: {s: [{type: from_text}]}}}
                responses: {utter_a: [{text: x}, {text: y}]}
            """,
            "domain/c.yml": "responses: {utter_a: [{text: z}]}\n",
        }
    )

    assert project_data(snapshot(project), RULES).domain == Domain(
        entities=(Entity("city", ("from", "to"), ("g",)),),
        slots=(Slot("s", "text", mappings=(FROM_TEXT,)),),
        forms=(Form("f", slot_mappings={"s": (FROM_TEXT,)}),),
        responses=(Response("utter_a", ({"text": "x"}, {"text": "y"})),),
    )


def test_values_have_the_order_of_the_files(write_project: WriteProject) -> None:
    project = write_project(
        {
            "data/b.yml": "nlu:\n- intent: b\n  examples: |\n    - 2\n    - 1\n",
            "data/a.yml": "nlu:\n- intent: a\n  examples: |\n    - 4\n    - 3\n",
        }
    )

    assert [example.text for example in project_data(snapshot(project), RULES).nlu.examples] == ["4", "3", "2", "1"]


def test_a_kind_is_made_of_the_documents_that_hold_it(write_project: WriteProject) -> None:
    files = {
        "config.yml": "language: en\n",
        "domain.yml": "intents: [a]\n",
        "data/a.yml": "nlu:\n- {intent: a, examples: '- x'}\nstories:\n- {story: s, steps: [{intent: a}]}\n",
        "data/test_a.yml": "stories:\n- {story: tested, steps: [{intent: a}]}\n",
    }
    found = snapshot(write_project(files))
    whole = project_data(found, RULES)

    assert value_of(CONFIG, found, RULES) == whole.config == {"language": "en"}
    assert value_of(DOMAIN, found, RULES) == whole.domain
    assert value_of(NLU, found, RULES) == whole.nlu
    assert value_of(STORIES, found, RULES) == whole.stories
    assert [story.name for story in whole.stories.stories] == ["s"]
    assert conversation_tests(found, RULES) == whole.tests
    assert [story.name for story in whole.tests.stories] == ["tested"]


def test_parts_of_values_have_no_places() -> None:
    (part,) = take_apart(CONFIG, {"language": "en"})

    assert (part.kind, part.path, part.value, part.place) == ("config-key", ("config", "language"), "en", (0, 0))


def test_values_with_places_are_read_like_a_file() -> None:
    rows = [
        PlacedValue(NLU, NluData((Example("is it open?", "hours"),)), (2, 1)),
        PlacedValue(DOMAIN, Domain(intents=(Intent("hours"),)), (2, 1)),
        PlacedValue(NLU, NluData((Example("when?", "hours"),)), (3, 1)),
    ]
    rules = replace(RULES, namespace=Namespace("shop"))

    reading = read_values(DocumentId("table", "rows.csv", "r1"), rows, 0, rules)
    found = snapshot_of(SourceState("table", "r1"), [reading], rules)

    assert [(item.path, str(found.table.location(item))) for item in found.table] == [
        (("nlu", "shop.hours", "is it open?"), "rows.csv:2:1"),
        (("domain", "intents", "shop.hours"), "rows.csv:2:1"),
        (("nlu", "shop.hours", "when?"), "rows.csv:3:1"),
    ]
    assert (reading.document.kinds, reading.problems) == (("nlu", "domain"), ())
    assert project_data(found, rules).nlu.examples[1] == Example("when?", "shop.hours")


def test_values_that_are_none_are_told_at_their_places() -> None:
    known = Problem("row", "something else", Location("table", "rows.csv", 9))
    rows = [
        PlacedValue(NLU, NluData((Example(" ", "hours"),)), (2, 3)),
        PlacedValue(NLU, NluData((Example("why?", "why"),)), (3, 3)),
        PlacedValue(NLU, NluData((Example("what?", "what", metadata={"example": object()}),)), (4, 3)),
        PlacedValue(DOMAIN, Domain(intents=(Intent(""),)), (5, 1)),
    ]

    reading = read_values(DocumentId("table", "rows.csv"), rows, 0, RULES, problems=[known])

    assert [row[1] for row in reading.rows] == [("nlu", "why", "why?")]
    assert reading.problems[0] is known
    assert [(problem.code, str(problem.location)) for problem in reading.problems[1:]] == [
        ("wrong-value", "rows.csv:2:3"),
        ("wrong-value", "rows.csv:4:3"),
        ("wrong-value", "rows.csv:5:1"),
    ]
    assert all(problem.hint for problem in reading.problems[1:])


@given(strategies.projects, st.randoms(use_true_random=False))
def test_trainers_receive_the_same_whatever_order_the_sources_have(project: ProjectData, random: Any) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        order = list(values)
        random.shuffle(order)
        return tuple(order)

    other = replace(
        project,
        config=dict(shuffled(tuple(project.config.items()))),
        stories=Stories(shuffled(project.stories.stories), shuffled(project.stories.rules)),
        nlu=NluData(
            shuffled(project.nlu.examples),
            shuffled(project.nlu.synonyms),
            shuffled(project.nlu.regexes),
            shuffled(project.nlu.lookups),
        ),
        domain=replace(project.domain, intents=shuffled(project.domain.intents), slots=shuffled(project.domain.slots)),
    )
    assert training_view(other) == training_view(project)


def test_trainers_do_not_see_names_of_dialogues_nor_texts_of_responses() -> None:
    domain = Domain(responses=(Response("utter_a", ({"text": "x"},)),), session={"session_expiration_time": 1})
    view = training_view(ProjectData(domain=domain, stories=Stories(rules=(Rule("r", (), metadata=1),))))

    assert view.stories.rules == (Rule("", ()),)
    assert view.domain == Domain(actions=(Action("utter_a"),))
    assert view.responses == {"utter_a"}
