"""Lines inside items: names below keys, steps, and what happens where there is no text."""

from collections.abc import Callable, Mapping
from pathlib import Path

import anyio

from tenprint.importers import ImporterContext, Item, Snapshot
from tenprint.importers.checking.places import Places, in_order
from tenprint.importers.data import ActionStep, Stories, Story
from tenprint.importers.file import FileImporter
from tenprint.importers.memory import MemoryImporter

WriteProject = Callable[[Mapping[str, str]], Path]

STORIES = """\
stories:
- story: first
  steps:
  - intent: a
    entities:
    - city: x
  - slot_was_set:
    - one
    - two: 2
      three: 3
  - or:
    - intent: b
    - intent: c
  - checkpoint: joint
    slot_was_set:
    - four: 4
  - action: d
- {story: second, steps: [{action: a}, {slot_was_set: [{one: 1}]}, {active_loop: null}]}
"""


def read(project: Path) -> Snapshot:
    return anyio.run(FileImporter({}, ImporterContext(project)).snapshot)


def stories(snapshot: Snapshot) -> list[Item]:
    return list(snapshot.table.of_kind("story"))


def test_each_step_has_its_place_and_each_slot_of_an_entry_too(write_project: WriteProject) -> None:
    snapshot = read(write_project({"data/s.yml": STORIES}))
    places = Places(snapshot)
    first, second = stories(snapshot)
    assert [str(places.step(first, index)).removeprefix("data/s.yml:") for index in range(8)] == [
        "4:5", "8:7", "9:7", "10:7", "11:5", "14:5", "17:5", "2:3",
    ]  # fmt: skip
    assert [places.step(second, index).line for index in range(3)] == [18, 18, 18]


def test_names_are_found_below_their_keys_only(write_project: WriteProject) -> None:
    snapshot = read(write_project({"data/s.yml": STORIES}))
    places = Places(snapshot)
    first, second = stories(snapshot)
    assert str(places.inside(first, "city", ("entities",))) == "data/s.yml:6:7"
    assert str(places.inside(first, "four", ("slot_was_set",))) == "data/s.yml:16:7"
    assert str(places.inside(first, "c", ("intent",))) == "data/s.yml:13:15"
    assert str(places.inside(second, "a", ("action",))) == "data/s.yml:18:36"
    assert places.inside(first, "d", ("intent",)) == places.of(first)


def test_a_value_without_text_has_the_place_of_its_document() -> None:
    snapshot = anyio.run(MemoryImporter(stories=Stories((Story("s", (ActionStep("a"),)),))).snapshot)
    places = Places(snapshot)
    (story,) = stories(snapshot)
    assert places.step(story, 0) == places.inside(story, "a", ("action",)) == places.of(story)


def test_items_are_ordered_by_path_and_place(write_project: WriteProject) -> None:
    snapshot = read(write_project({"data/b.yml": STORIES, "data/a.yml": STORIES}))
    ordered = in_order(reversed(stories(snapshot)), snapshot)
    assert [str(snapshot.table.location(item)) for item in ordered] == [
        "data/a.yml:2:3", "data/a.yml:18:3", "data/b.yml:2:3", "data/b.yml:18:3",
    ]  # fmt: skip
