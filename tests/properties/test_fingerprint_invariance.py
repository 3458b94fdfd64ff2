"""Fingerprints follow what a project means: how it is written changes nothing, every change of meaning something."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import anyio
from hypothesis import assume, given
from hypothesis import strategies as st
from tests import strategies
from tests.trees import CONFIG as CONFIG_PATH
from tests.trees import Tree, rewritten, tree_of, written

from tenprint.fingerprinting import Fingerprint, fingerprint_of
from tenprint.importers import ImporterContext, Snapshot, errors_among, training_view
from tenprint.importers.assembling import items_of, project_data
from tenprint.importers.combining import combined
from tenprint.importers.data import NluData, ProjectData
from tenprint.importers.file import FileImporter
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES

RULES = ReadingRules()

unambiguous = strategies.projects.map(
    lambda project: ProjectData(project.config, project.domain, project.stories, _without_disagreement(project.nlu))
)
"""Projects that do not depend on which of two disagreeing files comes first."""

randoms = st.integers(0, 2**32).map(Random)


def _without_disagreement(nlu: NluData) -> NluData:
    synonyms = {synonym.text: synonym for synonym in nlu.synonyms}
    return NluData(nlu.examples, tuple(synonyms.values()), nlu.regexes, nlu.lookups)


def read(project: Path) -> Snapshot:
    return anyio.run(FileImporter({}, ImporterContext(project)).snapshot)


def snapshot_of_tree(tree: Tree, random: Random | None = None) -> Snapshot:
    with TemporaryDirectory() as folder:
        project = Path(folder)
        return read(written(tree, project) if random is None else rewritten(tree, project, random))


def fingerprint(snapshot: Snapshot) -> Fingerprint:
    assert errors_among(snapshot.problems) == ()
    return fingerprint_of(snapshot.table, RULES.item_kinds())


@given(unambiguous, randoms)
def test_how_a_project_is_written_changes_no_key(project: ProjectData, random: Random) -> None:
    tree = tree_of(project)
    plain, other = snapshot_of_tree(tree), snapshot_of_tree(tree, random)

    assert fingerprint(other) == fingerprint(plain)
    assert training_view(project_data(other, RULES)) == training_view(project_data(plain, RULES))
    assert other.conflicts == ()


@given(unambiguous)
def test_values_written_to_files_are_read_again(project: ProjectData) -> None:
    tree = tree_of(project)
    again = project_data(snapshot_of_tree(tree), RULES)

    assert tree_of(again) == tree_of(project_data(snapshot_of_tree(tree_of(again)), RULES))
    assert len(again.stories.stories) == len(project.stories.stories)
    assert len(again.nlu.examples) == len(set(map(repr, again.nlu.examples)))


@given(unambiguous, unambiguous, randoms)
def test_the_law_holds_for_files(one: ProjectData, other: ProjectData, random: Random) -> None:
    both = combined([snapshot_of_tree(tree_of(one)), snapshot_of_tree(tree_of(other), random)], RULES)
    merged = project_data(both, RULES)
    values = ((CONFIG, merged.config), (DOMAIN, merged.domain), (STORIES, merged.stories), (NLU, merged.nlu))
    items = [row[:4] for kind, value in values for row in items_of(kind, value, RULES)]

    assert sorted(items) == sorted(row[:4] for row in both.table.rows)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every scalar of a tree with its path."""
    if isinstance(value, (dict, list)):
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(entry, (*path, key))
    else:
        yield path, value


def has_meaning(path: tuple[Any, ...]) -> bool:
    """Names and notes of dialogues are not trained on, and types of mappings have few values."""
    if path[0] in ("stories", "rules") and (path[2] == "metadata" or path[-1] in ("story", "rule")):
        return False
    return path[-1] != "type" or len(path) == 3


def others(value: Any) -> list[Any]:
    """Values near a scalar that mean something else."""
    if isinstance(value, str):
        return [value[:-1] + "z\n"] if value.endswith("\n") else [value + "z", value.upper() + "z"]
    if value is None:
        return ["None", False, "z"]
    if isinstance(value, bool):
        return [not value, str(value), int(value)]
    return [value + 1, str(value), -1 - value, None]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {key: replaced(entry, path[1:], new) if key == path[0] else entry for key, entry in value.items()}
    return [replaced(entry, path[1:], new) if key == path[0] else entry for key, entry in enumerate(value)]


@given(unambiguous, st.data())
def test_every_change_of_a_scalar_changes_a_key(project: ProjectData, data: st.DataObject) -> None:
    tree = tree_of(project)
    meaningful = [(path, value) for path, value in leaves(tree) if has_meaning(path)]
    assume(meaningful)
    path, value = data.draw(st.sampled_from(meaningful))
    before = snapshot_of_tree(tree)
    after = snapshot_of_tree(replaced(tree, path, data.draw(st.sampled_from(others(value)))))
    assume(not errors_among(after.problems))

    assert fingerprint(after) != fingerprint(before)


def lists_with_order(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of the lists whose order means something and that hold two different entries."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from lists_with_order(entry, (*path, key))
    elif isinstance(value, list):
        is_ordered = path[-1] == "steps" or path[0] == CONFIG_PATH or (path[0] == "responses" and len(path) == 2)
        if is_ordered and len(value) > 1 and repr(value[0]) != repr(value[-1]):
            yield path
        for number, entry in enumerate(value):
            yield from lists_with_order(entry, (*path, number))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@given(unambiguous, st.data())
def test_the_order_of_steps_components_and_variations_has_a_meaning(project: ProjectData, data: st.DataObject) -> None:
    tree = tree_of(project)
    ordered = list(lists_with_order(tree))
    assume(ordered)
    path = data.draw(st.sampled_from(ordered))
    entries = at(tree, path)
    swapped = replaced(tree, path, [entries[-1], *entries[1:-1], entries[0]])

    assert fingerprint(snapshot_of_tree(swapped)) != fingerprint(snapshot_of_tree(tree))


@given(unambiguous, st.data())
def test_leaving_an_entry_out_changes_a_key(project: ProjectData, data: st.DataObject) -> None:
    tree = tree_of(project)
    sections = [key for key in tree if isinstance(tree[key], list)]
    assume(sections)
    key = data.draw(st.sampled_from(sections))
    number = data.draw(st.integers(0, len(tree[key]) - 1))
    rest = [entry for position, entry in enumerate(tree[key]) if position != number]
    assume(key in ("stories", "rules") or repr(tree[key][number]) not in map(repr, rest))

    assert fingerprint(snapshot_of_tree({**tree, key: rest})) != fingerprint(snapshot_of_tree(tree))
