"""Differences between items: what is paired with what, and which section each difference belongs to."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tenprint.fingerprinting.diff import Change, diff_items, read_stored_items, stored_items
from tenprint.fingerprinting.errors import FingerprintError
from tenprint.fingerprinting.fingerprint import fingerprint_of
from tenprint.importers import DocumentId, ItemTable, ReadingRules, items_of
from tenprint.importers.data import (
    ActionStep,
    Domain,
    EntitySpan,
    Example,
    Form,
    Intent,
    IntentStep,
    NluData,
    ProjectData,
    Response,
    Rule,
    Stories,
    Story,
    Synonym,
)
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES

RULES = ReadingRules()

GREET, HELLO = IntentStep("greet"), ActionStep("utter_hello")

PROJECT = ProjectData(
    config={"language": "en", "pipeline": [{"name": "A"}, {"name": "B"}]},
    domain=Domain(
        intents=(Intent("greet"),),
        forms=(Form("trip", ("city",)),),
        responses=(Response("utter_hello", ({"text": "hello"}, {"text": "hi"})),),
    ),
    stories=Stories((Story("one", (GREET, HELLO)), Story("two", (GREET,))), (Rule("three", (HELLO,)),)),
    nlu=NluData((Example("hello", "greet"), Example("good day", "greet")), (Synonym("Roma", "Rome"),)),
)


def table(project: ProjectData) -> ItemTable:
    parts = ((CONFIG, project.config), (DOMAIN, project.domain), (STORIES, project.stories), (NLU, project.nlu))
    rows = tuple(row for kind, value in parts for row in items_of(kind, value, RULES))
    return ItemTable((DocumentId("memory", "values"),), rows)


def changes(**edits: Any) -> list[Change]:
    """Compare the project, stored and read back, with one that is edited."""
    old, new = table(PROJECT), table(replace(PROJECT, **edits))
    item_kinds = RULES.item_kinds()
    before, after = fingerprint_of(old, item_kinds), fingerprint_of(new, item_kinds)
    stored = read_stored_items(json.loads(json.dumps(stored_items(old))), name="fingerprint.json")
    differing = [key for key in after if before[key] != after[key]]
    return list(diff_items(stored, new, item_kinds, differing=differing))


def brief(found: list[Change]) -> list[tuple[str, str, str, str]]:
    return [(change.change, change.kind, change.path[-1], " ".join(change.sections)) for change in found]


def stories(*told: Story) -> Stories:
    return replace(PROJECT.stories, stories=told)


def responses(*said: Response) -> Domain:
    return replace(PROJECT.domain, responses=said)


ONE, TWO = PROJECT.stories.stories
HELLO_REPLY, HI_REPLY = PROJECT.domain.responses[0].variations
EXAMPLE, OTHER_EXAMPLE = PROJECT.nlu.examples

DIFFERENCES: list[Any] = [
    pytest.param({}, [], id="nothing"),
    pytest.param({"stories": stories(TWO, ONE)}, [], id="order of stories"),
    pytest.param({"nlu": replace(PROJECT.nlu, examples=(OTHER_EXAMPLE, EXAMPLE))}, [], id="order of examples"),
    pytest.param({"stories": stories(ONE, replace(TWO, name="2"))}, [("renamed", "story", "2", "")], id="renamed"),
    pytest.param(
        {"stories": stories(ONE, replace(TWO, steps=(HELLO,)))}, [("modified", "story", "two", "core")], id="modified"
    ),
    pytest.param(
        {"stories": stories(ONE, Story("2", (HELLO,)))},
        [("added", "story", "2", "core"), ("removed", "story", "two", "core")],
        id="renamed and modified is another one",
    ),
    pytest.param({"stories": stories(ONE, TWO, ONE)}, [("added", "story", "one", "core")], id="told twice"),
    pytest.param(
        {"stories": stories(replace(ONE, metadata={"by": "me"}), TWO)},
        [("modified", "story", "one", "")],
        id="metadata",
    ),
    pytest.param(
        {"stories": stories(replace(ONE, name="two"), replace(TWO, name="one"))},
        [("renamed", "story", "one", ""), ("renamed", "story", "two", "")],
        id="two stories swap their names",
    ),
    pytest.param(
        {"domain": responses(Response("utter_hello", (HI_REPLY, HELLO_REPLY)))},
        [("modified", "response", "utter_hello", "nlg")],
        id="order of variations",
    ),
    pytest.param(
        {"domain": responses(Response("utter_hello", (HELLO_REPLY,)))},
        [("removed", "response", "utter_hello", "nlg")],
        id="a variation less",
    ),
    pytest.param(
        {"domain": responses()}, [("removed", "response", "utter_hello", "core nlg")] * 2, id="a response less"
    ),
    pytest.param(
        {"domain": replace(PROJECT.domain, forms=(Form("trip", ()),))},
        [("modified", "form", "trip", "nlg")],
        id="the body of a form",
    ),
    pytest.param(
        {"domain": replace(PROJECT.domain, forms=())}, [("removed", "form", "trip", "core nlg")], id="a form less"
    ),
    pytest.param(
        {"nlu": replace(PROJECT.nlu, examples=(EXAMPLE, OTHER_EXAMPLE._replace(text="good evening")))},
        [("modified", "intent-example", "good evening", "nlu")],
        id="the text of an example",
    ),
    pytest.param(
        {
            "nlu": replace(
                PROJECT.nlu, examples=(EXAMPLE, OTHER_EXAMPLE._replace(entities=(EntitySpan(5, 8, "d", "x"),)))
            )
        },
        [("modified", "intent-example", "good day", "nlu")],
        id="an annotation",
    ),
    pytest.param(
        {"nlu": replace(PROJECT.nlu, synonyms=(Synonym("Roma", "ROM"),))},
        [("modified", "synonym", "Roma", "nlu")],
        id="a synonym",
    ),
    pytest.param(
        {"config": {"language": "en", "pipeline": [{"name": "B"}, {"name": "A"}]}},
        [("modified", "pipeline-component", "pipeline", "nlu")],
        id="order of components",
    ),
    pytest.param(
        {"config": {"language": "de", "pipeline": [{"name": "A"}, {"name": "B"}]}},
        [("modified", "config-key", "language", "nlu")],
        id="language",
    ),
]


@pytest.mark.parametrize(("edits", "expected"), DIFFERENCES)
def test_every_difference_is_named_once(edits: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    assert brief(changes(**edits)) == expected


def test_against_nothing_everything_is_added() -> None:
    new = table(PROJECT)
    found = diff_items((), new, RULES.item_kinds(), differing=())
    assert len(found) == len(new)
    assert {change.change for change in found} == {"added"}


def test_what_came_has_a_place_and_what_left_has_none() -> None:
    (removed,) = changes(domain=responses(Response("utter_hello", (HELLO_REPLY,))))
    assert (removed.locations, removed.after) == ((), None)
    assert removed.before is not None
    (modified,) = changes(stories=stories(ONE, replace(TWO, steps=(HELLO,))))
    assert [place.path for place in modified.locations] == ["values"]
    assert modified.before != modified.after


def test_a_renamed_story_tells_where_it_came_from() -> None:
    (change,) = changes(stories=stories(ONE, replace(TWO, name="2")))
    assert change.renamed_from == ("stories", "two")
    assert change.to_json()["from"] == ["stories", "two"]


def test_a_change_as_json_has_digests_as_text() -> None:
    (change,) = changes(nlu=replace(PROJECT.nlu, synonyms=()))
    document = change.to_json()
    assert document == {
        "change": "removed",
        "kind": "synonym",
        "path": ["nlu", "synonyms", "Roma"],
        "from": None,
        "sections": ["nlu"],
        "before": document["before"],
        "after": None,
        "locations": [],
        "former_locations": [],
    }
    assert document["before"].startswith("sha256:")


def test_items_of_a_kind_nobody_knows_any_more_are_removed_without_a_section() -> None:
    stored = read_stored_items({"recipe-card": [[["cards", "soup"], "00ff"]]}, name="x")
    (change,) = diff_items(stored, ItemTable((), ()), RULES.item_kinds(), differing=("messages",))
    assert (change.change, change.kind, change.sections) == ("removed", "recipe-card", ())


def test_stored_items_are_plain_json_without_places_and_come_back() -> None:
    rows = stored_items(table(PROJECT))
    assert json.loads(json.dumps(rows)) == rows
    assert rows["synonym"] == [[["nlu", "synonyms", "Roma"], rows["synonym"][0][1]]]
    stored = read_stored_items(rows, name="x")
    assert {(item.kind, item.path, item.digest) for item in stored} == {
        (item.kind, item.path, item.digest) for item in table(PROJECT)
    }
    assert all("training" in item.facets for item in stored if item.kind == "story")


@pytest.mark.parametrize("row", [None, 1, [], {}, ["ab"], {"0": []}, [[], 1], [[], "x"], [[], "", []], [1, ""]])
def test_stored_items_of_another_shape_are_refused(row: Any) -> None:
    for rows in ({"intent": [row]}, {"intent": row}, [row]):
        if rows not in ({"intent": []}, {"intent": {}}):
            with pytest.raises(FingerprintError, match="the items of the fingerprint cannot be read"):
                read_stored_items(rows, name="fingerprint.json")


def test_stored_items_are_sorted_by_their_kind() -> None:
    kinds = list(stored_items(table(PROJECT)))
    assert kinds == sorted(kinds)


def test_no_items_are_none() -> None:
    assert read_stored_items(None, name="x") == ()


@pytest.mark.parametrize(
    "rows",
    ["text", 1, [1], {"story": 1}, {"story": [1]}, {"story": [[]]}, {"story": [[["a"], "xy"]]}, {"story": [[1, "00"]]}],
)
def test_anything_else_is_an_error_that_names_the_file(rows: Any) -> None:
    with pytest.raises(FingerprintError, match=r"models/a\.tar\.gz: the items") as caught:
        read_stored_items(rows, name="models/a.tar.gz")
    assert caught.value.hint == "train again with --force"
