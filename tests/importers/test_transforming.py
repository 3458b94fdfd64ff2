"""Items for a transform, and the snapshot its results make: values, places, names, and what clashes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.transforms import RULES, items_of_kind, snapshot_with

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ReadingRules,
    Snapshot,
    TransformError,
    TransformItem,
    project_data,
)
from tenprint.importers.blame import Blame
from tenprint.importers.data import EntitySpan, Example, Intent, Response, Slot, SlotMapping, Story, Synonym
from tenprint.importers.file import FileImporter
from tenprint.importers.itemising import parts_of
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.naming import Namespace
from tenprint.importers.transforming import batch_of

ProjectWriter = Callable[[Mapping[str, str]], Path]

FILES = {
    "config.yml": "language: en\npipeline: [{name: A}, {name: B}]\n",
    "domain.yml": "intents: [greet]\nresponses:\n  utter_hi:\n  - text: one\n  - text: two\n  - text: three\n"
    "  utter_bye:\n  - text: bye\nslots:\n  city: {type: text, mappings: [{type: from_text}]}\n",
    "data/a.yml": "nlu:\n- intent: greet\n  examples: |\n    - Hello\n    - [Rio](city)\n- synonym: NY\n  examples: |\n"
    "    - new york\n",
    "data/b.yml": "nlu:\n- intent: bye\n  examples: |\n    - Bye\nstories:\n- story: s\n  steps: [{intent: greet}]\n",
}


@pytest.fixture
def snapshot(write_project: ProjectWriter) -> Snapshot:
    return read(write_project(FILES))


def read(project: Path, rules: ReadingRules = RULES, *, directories: Sequence[str] = ("",)) -> Snapshot:
    """Take the snapshot of a project, or of several folders in it as one source each."""
    context = ImporterContext(project, rules=rules)
    importers = [
        FileImporter({"directory": name} if name else {}, replace(context, source=name or "file"))
        for name in directories
    ]
    return anyio.run(CombinedDataImporter(importers, context).snapshot)


def example(text: str, intent: str = "greet") -> Example:
    return Example(text, intent)


def refused(snapshot: Snapshot, made: Callable[[Sequence[TransformItem]], Iterable[Any]], *kinds: str) -> list[str]:
    with pytest.raises(TransformError) as caught:
        snapshot_with(snapshot, made, *kinds)
    return [f"{problem.location}: {problem.message}" for problem in caught.value.problems]


# What a transform is given


def test_items_have_their_values_and_places_in_an_order_of_their_own(snapshot: Snapshot) -> None:
    found = batch_of(snapshot, ("synonym", "intent-example"), RULES).items
    assert [(item.kind, item.value, str(item.location)) for item in found] == [
        ("intent-example", example("Bye", "bye"), "data/b.yml:4:5"),
        ("intent-example", example("Hello"), "data/a.yml:4:5"),
        ("intent-example", Example("Rio", "greet", (EntitySpan(0, 3, "city", "Rio"),)), "data/a.yml:5:5"),
        ("synonym", Synonym("new york", "NY"), "data/a.yml:8:5"),
    ]


def test_lists_keep_the_order_of_their_entries(snapshot: Snapshot) -> None:
    found = batch_of(snapshot, ("response", "pipeline-component"), RULES).items
    assert [item.path[-1] for item in found if item.kind != "response"] == ["A", "B"]
    assert [item.value["text"] for item in found if item.kind == "response"] == ["bye", "one", "two", "three"]


def test_documents_without_such_items_are_not_read_again(snapshot: Snapshot) -> None:
    batch = batch_of(snapshot, ("story",), RULES)
    assert {snapshot.documents[number].id.path for number in batch.parts} == {"data/b.yml"}


def test_only_what_counts_is_given(write_project: ProjectWriter) -> None:
    twice = {**FILES, "data/c.yml": FILES["data/a.yml"].replace("NY", "New York")}
    found = batch_of(read(write_project(twice)), ("synonym", "intent-example"), RULES).items
    assert [item.value for item in found if item.kind == "synonym"] == [Synonym("new york", "NY")]
    assert len(found) == 4


# Results


def test_what_has_not_changed_is_the_same_snapshot(snapshot: Snapshot) -> None:
    kinds = tuple(RULES.item_kinds())
    assert snapshot_with(snapshot, lambda items: items, *kinds) is snapshot
    again = snapshot_with(snapshot, lambda items: [item.replaced(item.value) for item in reversed(items)], "synonym")
    assert again is snapshot


def test_a_change_stands_where_the_item_did_and_its_path_follows_from_its_value(snapshot: Snapshot) -> None:
    after = snapshot_with(
        snapshot, lambda items: [each.replaced(each.value._replace(text="yes")) for each in items], "intent-example"
    )
    assert items_of_kind(after, "intent-example") == [
        (("greet", "yes"), "data/a.yml:4:5"),
        (("greet", "yes"), "data/a.yml:5:5"),
        (("bye", "yes"), "data/b.yml:4:5"),
    ]


def test_documents_that_change_hold_values_and_the_others_stay_bytes(snapshot: Snapshot) -> None:
    after = snapshot_with(
        snapshot, lambda items: [each.replaced(Synonym("nyc", each.value.value)) for each in items], "synonym"
    )
    held = {each.id.path: isinstance(each.content, bytes) for each in after.documents if each.role != "default"}
    assert held == {"config.yml": True, "domain.yml": True, "data/a.yml": False, "data/b.yml": True}
    assert [document.id for document in after.documents] == [document.id for document in snapshot.documents]
    assert project_data(after, RULES).nlu.synonyms == (Synonym("nyc", "NY"),)
    assert project_data(after, RULES).nlu.examples == project_data(snapshot, RULES).nlu.examples


def test_items_that_are_not_given_keep_their_rows(snapshot: Snapshot) -> None:
    after = snapshot_with(snapshot, lambda _: [], "intent-example")
    untouched = [row for row in snapshot.table.rows if row[0] != "intent-example"]
    assert list(after.table.rows) == untouched
    assert project_data(after, RULES).nlu.examples == ()
    assert project_data(after, RULES).nlu.synonyms == (Synonym("new york", "NY"),)


def test_several_of_one_stand_together(snapshot: Snapshot) -> None:
    def shouted(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        for item in items:
            yield item
            yield item.derived(Example(item.value.text.upper(), item.value.intent))

    after = snapshot_with(snapshot, shouted, "intent-example")
    assert items_of_kind(after, "intent-example") == [
        (("greet", "Hello"), "data/a.yml:4:5"),
        (("greet", "HELLO"), "data/a.yml:4:5"),
        (("greet", "Rio"), "data/a.yml:5:5"),
        (("greet", "RIO"), "data/a.yml:5:5"),
        (("bye", "Bye"), "data/b.yml:4:5"),
        (("bye", "BYE"), "data/b.yml:4:5"),
    ]
    made = [item.names("transforms") for item in after.table.of_kind("intent-example")]
    assert made == [(), ("mine",), (), ("mine",), (), ("mine",)]


def test_what_was_made_twice_of_one_item_counts_once_and_is_not_told(snapshot: Snapshot) -> None:
    after = snapshot_with(snapshot, lambda items: [each for each in items for _ in range(2)], "intent-example")
    assert after is snapshot
    weights = snapshot_with(snapshot, lambda items: [*items, *items], "story")
    assert [item.path for item in weights.table.of_kind("story")] == [("stories", "s"), ("stories", "s")]


def test_equal_results_of_two_items_count_once(snapshot: Snapshot) -> None:
    after = snapshot_with(snapshot, lambda items: [each.replaced(example("hi")) for each in items], "intent-example")
    assert items_of_kind(after, "intent-example") == [(("greet", "hi"), "data/a.yml:4:5")]
    assert after.conflicts == ()
    (origin,) = Blame(after, RULES).origins(["intent-example"])
    assert [str(Blame(after, RULES).location(place)) for place in origin.also] == ["data/a.yml:5:5", "data/b.yml:4:5"]


def test_lists_take_the_order_of_the_results(snapshot: Snapshot) -> None:
    after = snapshot_with(snapshot, lambda items: list(reversed(items)), "response", "pipeline-component")
    data = project_data(after, RULES)
    assert [component["name"] for component in data.config["pipeline"]] == ["B", "A"]
    assert Response("utter_hi", ({"text": "three"}, {"text": "two"}, {"text": "one"})) in data.domain.responses
    assert [str(after.table.location(item)) for item in after.table.of_kind("response")][:3] == [
        "domain.yml:6:5",
        "domain.yml:5:5",
        "domain.yml:4:5",
    ]


def test_a_value_that_was_changed_in_place_is_a_change(snapshot: Snapshot) -> None:
    def shouted(items: Sequence[TransformItem]) -> Sequence[TransformItem]:
        for item in items:
            item.value["text"] = item.value["text"].upper()
        return items

    once = snapshot_with(snapshot, shouted, "response")
    before = [part.value for part in parts_of(once.documents[1], 1, RULES)]
    assert [item.names("transforms") for item in once.table.of_kind("response")] == [("mine",)] * 4

    def louder(items: Sequence[TransformItem]) -> Sequence[TransformItem]:
        for item in items:
            item.value["text"] += "!"
        return items

    twice = snapshot_with(once, louder, "response")
    assert [part.value for part in parts_of(once.documents[1], 1, RULES)] == before
    assert project_data(twice, RULES).domain.responses[0].variations[0] == {"text": "ONE!"}
    assert [item.names("transforms") for item in twice.table.of_kind("response")] == [("mine", "mine")] * 4


def test_another_kind_may_follow_from_an_item_and_belongs_to_its_document(snapshot: Snapshot) -> None:
    def declared(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        yield from items
        for item in items:
            if item.kind == "intent-example" and item.value.intent == "bye":
                yield item.derived(Intent("bye"), kind="intent")

    after = snapshot_with(snapshot, declared, "intent-example", "intent")
    assert items_of_kind(after, "intent") == [
        (("intents", "greet"), "domain.yml:1:11"),
        (("intents", "bye"), "data/b.yml:4:5"),
    ]
    assert {intent.name for intent in project_data(after, RULES).domain.intents} == {"greet", "bye"}
    assert next(each.kinds for each in after.documents if each.id.path == "data/b.yml") == ("nlu", "stories", "domain")


def test_what_is_made_anew_stands_in_a_document_of_the_transform(snapshot: Snapshot) -> None:
    new = TransformItem("synonym", (), Synonym("nyc", "New York"))
    after = snapshot_with(snapshot, lambda items: [*items, new], "synonym")
    assert items_of_kind(after, "synonym")[-1] == (("synonyms", "nyc"), "<mine>")
    assert after.documents[-1].kinds == ("nlu",)
    assert after.documents[:-1] == snapshot.documents
    assert project_data(after, RULES).nlu.synonyms == (Synonym("new york", "NY"), Synonym("nyc", "New York"))
    more = snapshot_with(after, lambda items: [each for each in items if each.value.text != "nyc"], "synonym")
    assert project_data(more, RULES).nlu.synonyms == (Synonym("new york", "NY"),)


# Names that are given to two things


def test_one_name_for_two_things_conflicts_as_between_files(write_project: ProjectWriter) -> None:
    project = write_project({**FILES, "data/c.yml": "slots:\n  town: {type: bool}\n"})

    def renamed(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        return [each.replaced(replace(each.value, name="town")) for each in items]

    after = snapshot_with(read(project), renamed, "slot")
    (conflict,) = after.conflicts
    assert [slot.type for slot in project_data(after, RULES).domain.slots] == ["text"]
    assert (conflict.policy, str(after.unmerged.location(conflict.dropped))) == ("first", "data/c.yml:2:3")

    strict = ReadingRules(merge=MergeSettings(files=MergeRules("error")))
    (conflict,) = snapshot_with(read(project, strict), renamed, "slot", rules=strict).conflicts
    assert conflict.policy == "error"


def test_two_sources_meet_by_the_policy_for_sources(write_project: ProjectWriter) -> None:
    project = write_project(
        {"a/domain.yml": "actions: [x]\nslots: {one: {type: text}}\n", "b/domain.yml": "slots: {two: {type: bool}}\n"}
    )
    rules = ReadingRules(merge=MergeSettings(files=MergeRules("error"), importers=MergeRules("last")))
    after = snapshot_with(
        read(project, rules, directories=["a", "b"]),
        lambda items: [each.replaced(Slot("city", each.value.type)) for each in items],
        "slot",
        rules=rules,
    )
    assert [slot.type for slot in project_data(after, rules).domain.slots] == ["bool"]
    assert [conflict.policy for conflict in after.conflicts] == ["last"]


def test_a_list_that_gets_a_name_that_is_taken_is_not_joined_to_the_other(write_project: ProjectWriter) -> None:
    project = write_project({**FILES, "data/c.yml": "responses:\n  utter_hey:\n  - text: hey\n"})

    def renamed(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        for item in items:
            yield replace(item, path=("domain", "responses", "utter_hi")) if item.path[2] == "utter_hey" else item

    after = snapshot_with(read(project), renamed, "response")
    found = {each.name: len(each.variations) for each in project_data(after, RULES).domain.responses}
    assert found == {"utter_hi": 3, "utter_bye": 1}
    assert len(after.conflicts) == 1


def test_a_list_may_grow_where_it_stands(snapshot: Snapshot) -> None:
    def more(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        for item in items:
            yield item
            yield item.derived({"text": f"{item.value['text']}!"})

    after = snapshot_with(snapshot, more, "response")
    assert {
        each.name: [v["text"] for v in each.variations] for each in project_data(after, RULES).domain.responses
    } == {
        "utter_hi": ["one", "one!", "two", "two!", "three", "three!"],
        "utter_bye": ["bye", "bye!"],
    }
    assert after.conflicts == ()


OVERLAY = ReadingRules(merge=MergeSettings(importers=MergeRules("overlay")))
LAYERS = {
    "base/domain.yml": "responses:\n  utter_hi: [{text: hi}]\n  utter_bye: [{text: bye}]\n",
    "layer/domain.yml": "responses:\n  utter_hi.add: [{text: hello}]\n  utter_bye.replace: [{text: ciao}]\n",
}


def shouted(items: Sequence[TransformItem]) -> Iterable[TransformItem]:
    return [item.replaced({"text": item.value["text"].upper()}) for item in items]


def test_what_an_overlay_has_joined_is_not_merged_again(write_project: ProjectWriter) -> None:
    snapshot = read(write_project(LAYERS), OVERLAY, directories=["base", "layer"])
    after = snapshot_with(snapshot, shouted, "response", rules=OVERLAY)
    assert {
        each.name: [v["text"] for v in each.variations] for each in project_data(after, OVERLAY).domain.responses
    } == {
        "utter_hi": ["HI", "HELLO"],
        "utter_bye": ["CIAO"],
    }
    assert after.conflicts == ()


def test_marks_of_an_overlay_stay_with_what_changes_before_it_is_merged(write_project: ProjectWriter) -> None:
    project = write_project(LAYERS)
    layer = read(project, OVERLAY, directories=["layer"])
    after = snapshot_with(layer, shouted, "response", rules=OVERLAY)
    assert [item.facet("overlay") for item in after.table] == [item.facet("overlay") for item in layer.table]
    assert [part.item.path[2] for part in parts_of(after.documents[0], 0, OVERLAY)] == ["utter_hi", "utter_bye"]


def test_a_name_that_looks_like_a_mark_is_a_name_once_a_transform_has_made_it(write_project: ProjectWriter) -> None:
    snapshot = read(write_project(LAYERS), OVERLAY, directories=["base"])
    after = snapshot_with(
        snapshot,
        lambda items: [
            replace(each.replaced({"text": "x"}), path=("domain", "responses", "utter_a.add")) for each in items[:1]
        ],
        "response",
        rules=OVERLAY,
    )
    assert [response.name for response in project_data(after, OVERLAY).domain.responses] == ["utter_a.add"]


def test_prefixes_of_a_namespace_are_given_once(write_project: ProjectWriter) -> None:
    rules = ReadingRules(merge=MergeSettings(importers=MergeRules("namespace")))
    project = write_project({"a/data/nlu.yml": FILES["data/b.yml"], "b/data/nlu.yml": FILES["data/b.yml"]})
    context = ImporterContext(project, rules=rules)
    own = replace(context, source="b", rules=replace(rules, namespace=Namespace("b")))
    snapshot = anyio.run(FileImporter({"directory": "b"}, own).snapshot)
    after = snapshot_with(
        snapshot,
        lambda items: [each.replaced(each.value._replace(text="x")) for each in items],
        "intent-example",
        rules=own.rules,
    )
    assert [item.path for item in after.table.of_kind("intent-example")] == [("nlu", "b.bye", "x")]
    data = project_data(after, own.rules)
    assert (data.nlu.examples[0].intent, data.stories.stories[0].name) == ("b.bye", "b.s")


def test_an_older_conflict_is_told_with_what_counts_now(write_project: ProjectWriter) -> None:
    project = write_project({**FILES, "data/c.yml": "responses:\n  utter_bye:\n  - text: ciao\n"})
    snapshot = read(project)
    (before,) = snapshot.conflicts
    (after,) = snapshot_with(snapshot, shouted, "response").conflicts
    assert after.dropped == before.dropped
    assert after.kept.digest != before.kept.digest
    told = Blame(snapshot_with(snapshot, shouted, "response"), RULES)
    assert list(told.values_of(told.snapshot.conflicts)) == [([{"text": "BYE"}], [{"text": "ciao"}])]
    assert (
        snapshot_with(
            snapshot, lambda items: [each for each in items if each.path[2] != "utter_bye"], "response"
        ).conflicts
        == ()
    )


# What is wrong


def test_wrong_results_are_all_told_with_the_places_of_their_items(snapshot: Snapshot) -> None:
    def wrong(items: Sequence[TransformItem]) -> Iterable[Any]:
        bye, hello, rio, *_ = items
        yield bye.value
        yield hello.replaced("hello")
        yield rio.replaced(rio.value._replace(text="x"))
        yield hello.derived(Intent("x"), kind="intent")
        yield hello.replaced(Example(" ", "greet"))
        yield hello.replaced(Example("a", "greet", metadata={"x": object()}))
        yield hello.replaced(Example("a", "greet", ("city",)))  # type: ignore[arg-type]  # what is tested

    no_example = "the transform 'mine' made what is no intent-example:"
    assert refused(snapshot, wrong, "intent-example") == [
        "None: the transform 'mine' returned Example where an item is expected",
        f"data/a.yml:4:5: {no_example} its value is str, not Example",
        f"data/a.yml:5:5: {no_example} the entity 'city' is annotated at 0 to 3, outside of its text",
        "data/a.yml:4:5: the transform 'mine' made an item of the kind 'intent', which is not among its KINDS",
        f"data/a.yml:4:5: {no_example} its text and its intent are texts that are not blank",
        f"data/a.yml:4:5: {no_example} a value of type object has no canonical form",
        f"data/a.yml:4:5: {no_example} its entities hold str, not EntitySpan",
    ]


BLANK = "its path is no tuple of names that are not blank"
OF_A_SLOT = "mappings of a slot are items of their own, of the kind slot-mapping"
SETTING = "its path has 3 names and begins with domain > session_config, not domain > x"
MAPPING = "its path has 4 names and begins with domain > slots, not domain > slots > s"
UTTER = ("domain", "responses", "utter_x")


@pytest.mark.parametrize(
    ("kind", "path", "value", "told"),
    [
        ("response", ("x",), {"text": "x"}, "its path has 3 names and begins with domain > responses, not x"),
        ("response", (), {"text": "x"}, "its path has 3 names and begins with domain > responses, not empty"),
        ("response", UTTER, "x", "its value is str, not Mapping or None"),
        ("response", (*UTTER[:2], "utter_a/b"), None, "'utter_a/b' is the name of a retrieval-response"),
        ("retrieval-response", UTTER, None, "'utter_x' is the name of a response"),
        ("response", (*UTTER[:2], " "), None, BLANK),
        ("synonym", (), Synonym("", "x"), BLANK),
        ("slot", (), Slot("s", "text", mappings=(SlotMapping({}),)), OF_A_SLOT),
        ("slot-mapping", ("domain", "slots", "s"), SlotMapping({}), MAPPING),
        ("pipeline-component", (), {"nam": "x"}, "it needs the key 'name' with a text"),
        ("story", (), Story("s", ("x",)), "KeyError: <class 'str'>"),  # type: ignore[arg-type]  # what is tested
        ("session-setting", ("domain", "x"), 1, SETTING),
        ("e2e-action", (), 1, "its value is int, not str"),
    ],
)
def test_every_kind_says_what_it_is_not(
    snapshot: Snapshot, kind: str, path: tuple[str, ...], value: Any, told: str
) -> None:
    (found,) = refused(snapshot, lambda _: [TransformItem(kind, path, value)], kind)
    assert found == f"None: the transform 'mine' made what is no {kind}: {told}"


def test_items_of_another_call_are_refused(snapshot: Snapshot, write_project: ProjectWriter) -> None:
    other = batch_of(read(write_project(FILES)), ("synonym",), RULES).items
    assert refused(snapshot, lambda _: other, "synonym") == [
        "data/a.yml:8:5: the transform 'mine' returned an item that it was not given"
    ]


def test_more_problems_than_anybody_reads_are_not_told(snapshot: Snapshot) -> None:
    assert len(refused(snapshot, lambda items: [items[0].replaced(1)] * 1000, "synonym")) == 100
