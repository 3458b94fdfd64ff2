"""Every single edit of the table: the plan names that edit and nothing else, and gives the verdicts of its row.

The fast set tries each row once; `pytest -m slow tests/soundness` tries all of them on every project, several times.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

import anyio
import pytest
from tests.assistant import ASSISTANT
from tests.soundness.judging import Base, base_of, generated_base, judged
from tests.soundness.rows import Changed, Edit, Row, Verdict
from tests.soundness.table import ROWS

from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.importers import ImporterContext, ReadingRules, project_data
from tenprint.importers.data import ProjectData, Stories
from tenprint.importers.file import FileImporter

GENERATED, END_TO_END = range(4), range(2)
TRIES = 2
"""Places that are tried in each project."""


def assistant() -> ProjectData:
    project = project_data(anyio.run(FileImporter({}, ImporterContext(ASSISTANT)).snapshot), ReadingRules())
    return ProjectData(project.config, project.domain, project.stories, project.nlu, Stories())


@pytest.fixture(scope="module")
def bases() -> dict[str, list[Base]]:
    """Return the projects of each kind, with their models."""

    async def make() -> dict[str, list[Base]]:
        return {
            "assistant": [await base_of("assistant", project)],
            "generated": [await generated_base(seed) for seed in GENERATED],
            "end to end": [await generated_base(seed, end_to_end=True) for seed in END_TO_END],
        }

    project = assistant()
    return anyio.run(make)


def verdict_of(plan: TrainingPlan) -> Verdict:
    return Verdict(plan.action, plan.retrains("core"), plan.retrains("nlu"), plan.retrains("nlg"))


def changes_of(plan: TrainingPlan) -> list[Changed]:
    return [Changed(change.change, change.kind, change.path, change.renamed_from) for change in plan.changes]


def assert_judged(base: Base, row: Row, edit: Edit) -> None:
    plan = anyio.run(judged, base, edit.project)
    assert (row.name, changes_of(plan)) == (row.name, [edit.changed]), base.name
    assert (row.name, verdict_of(plan)) == (row.name, row.verdict), base.name
    (change,) = plan.changes
    assert all(place.line for place in change.locations)
    assert bool(change.locations) is (change.change != "removed")


def edits_of(row: Row, base: Base, *, tries: int) -> Iterator[Edit]:
    """Draw different edits of a project; none where it has no place for them."""
    seen: list[ProjectData] = []
    for number in range(tries):
        chance = Random(f"{row.name} {base.name} {number}")  # noqa: S311 - the same edits in every run
        edit = row.mutate(base.project, chance)
        if edit is not None and edit.project not in seen:
            assert edit.project != base.project
            seen.append(edit.project)
            yield edit


def test_the_table_is_long_enough_and_names_every_row_once() -> None:
    assert len(ROWS) >= 40
    assert max(Counter(row.name for row in ROWS).values()) == 1
    assert len({row.verdict for row in ROWS}) == 6


def test_no_edit_is_nothing(bases: dict[str, list[Base]]) -> None:
    for base in (base for some in bases.values() for base in some):
        plan = anyio.run(judged, base, base.project)
        assert (plan.action, plan.changes) == ("none", ())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_one_edit_of_each_row_is_named_and_judged(row: Row, bases: dict[str, list[Base]]) -> None:
    tried = [(base, edit) for name in row.bases for base in bases[name][:1] for edit in edits_of(row, base, tries=1)]
    assert tried, "no project has a place for this edit"
    base, edit = tried[-1]
    assert_judged(base, row, edit)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_edits_of_all_rows_are_named_and_judged(bases: dict[str, list[Base]]) -> None:
    counts: Counter[str] = Counter()
    for row in ROWS:
        for base in (base for name in row.bases for base in bases[name]):
            for edit in edits_of(row, base, tries=TRIES):
                assert_judged(base, row, edit)
                counts[base.name.split(" ")[0]] += 1
    print(f"{sum(counts.values())} edits by {len(ROWS)} rows: {dict(counts)}")  # noqa: T201 - for the published page
    assert sum(counts.values()) >= 300
    assert set(counts) == {"assistant", "generated", "end"}
