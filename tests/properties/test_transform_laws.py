"""Laws of transforms: they depend on items alone, and what they leave is a snapshot like any other."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests import strategies
from tests.properties.test_fingerprint_invariance import RULES, fingerprint, randoms, snapshot_of_tree, unambiguous
from tests.properties.test_items_and_merging import snapshot
from tests.transforms import OtherWords, snapshot_with
from tests.trees import tree_of

from tenprint.importers import Snapshot, TransformContext, TransformItem, project_data
from tenprint.importers.assembling import items_of
from tenprint.importers.data import ProjectData
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES

KINDS = tuple(sorted(RULES.item_kinds()))
FREE = ("intent-example", "story", "rule", "synonym", "lookup-entry")
"""Kinds of which anything may be left out or repeated."""

kind_sets = st.sets(st.sampled_from(KINDS), min_size=1).map(sorted)


def changed(items: Sequence[TransformItem], seed: int) -> Iterable[TransformItem]:
    """Leave out, keep, repeat and change items, as numbers say that follow from each of them."""
    transform = OtherWords({}, TransformContext(seed=seed))
    for item in items:
        drawn = transform.random(item).randrange(4)
        if drawn:
            yield item
        if drawn == 2 and item.kind == "intent-example":
            yield item.derived(item.value._replace(text=f"{item.value.text} again"))
        if drawn == 3:
            yield item.derived(item.value)


def through(before: Snapshot, seed: int) -> Snapshot:
    return snapshot_with(before, lambda items: changed(items, seed), *FREE)


@given(unambiguous, kind_sets)
def test_what_is_returned_unchanged_is_unchanged(project: ProjectData, kinds: list[str]) -> None:
    before = snapshot(project, "memory")
    after = snapshot_with(before, lambda items: items, *kinds)
    assert after is before
    again = snapshot_with(before, lambda items: [item.replaced(item.value) for item in items], *kinds)
    assert again.table == before.table


@given(unambiguous, st.integers(0, 9), randoms)
def test_the_order_of_files_changes_no_result(project: ProjectData, seed: int, random: Random) -> None:
    tree = tree_of(project)
    one, other = through(snapshot_of_tree(tree), seed), through(snapshot_of_tree(tree, random), seed)
    assert fingerprint(one) == fingerprint(other)


@given(unambiguous, st.integers(0, 9))
def test_items_of_the_results_are_the_items_of_their_values(project: ProjectData, seed: int) -> None:
    after = through(snapshot(project, "memory"), seed)
    merged = project_data(after, RULES)
    values: list[tuple[Any, Any]] = [
        (CONFIG, merged.config), (DOMAIN, merged.domain), (STORIES, merged.stories), (NLU, merged.nlu)
    ]  # fmt: skip
    found = sorted(row[:3] for kind, value in values for row in items_of(kind, value, RULES))
    assert found == sorted(row[:3] for row in after.table.rows)


@given(strategies.projects, st.integers(0, 9))
def test_rows_and_documents_stay_in_step(project: ProjectData, seed: int) -> None:
    before = snapshot(project, "memory")
    after = through(before, seed)
    counting = [after.unmerged.rows[position][:3] for position in after.counting()]
    assert counting == [row[:3] for row in after.table.rows]
    untouched = [row for row in before.table.rows if row[0] not in FREE]
    assert [row for row in after.table.rows if row[0] not in FREE] == untouched
    places = {(row[4], row[5], row[6]) for row in before.unmerged.rows}
    assert {(row[4], row[5], row[6]) for row in after.unmerged.rows} <= places


_CODE = """
import sys, anyio
from pathlib import Path
from tests.transforms import OtherWords, Shuffled, Twice, files_through
from tenprint.fingerprinting import model_fingerprint
importer = files_through(Path(sys.argv[1]), OtherWords(), Shuffled(), Twice())
found = anyio.run(model_fingerprint, importer, backend=sys.argv[2])
print({key: value for key, value in found.items() if key != "trained_at"})
"""


def test_every_process_and_event_loop_has_the_same_results() -> None:
    with TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "config.yml").write_text("language: en\n", encoding="utf-8")
        (project / "domain.yml").write_text(
            "responses:\n  utter_a: [{text: a}, {text: b}, {text: c}]\n", encoding="utf-8"
        )
        (project / "data").mkdir()
        words = "\n".join(f"    - hello {number}" for number in range(20))
        (project / "data/nlu.yml").write_text(
            f"nlu:\n- intent: greet\n  examples: |\n{words}\nstories:\n- story: s\n"
            "  steps: [{intent: greet}, {action: utter_a}]\n",
            encoding="utf-8",
        )
        printed = {
            subprocess.run(
                [sys.executable, "-c", _CODE, folder, backend],
                cwd=Path(__file__).parents[2],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
                timeout=60,
            ).stdout
            for seed, backend in (("1", "asyncio"), ("2", "trio"))
        }
    assert len(printed) == 1
    assert b"'transforms': 'sha256:" in printed.pop()
