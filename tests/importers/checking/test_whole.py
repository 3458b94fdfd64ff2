"""All deep checks together: they never raise, and what they find does not depend on the order of anything."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import projects

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ReadingRules,
    Snapshot,
    check_items,
    check_project,
    in_reading_order,
)
from tenprint.importers.data import Domain, Intent, NluData, ProjectData, Stories
from tenprint.importers.location import Location
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.problem import Problem

CONTEXT = ImporterContext(Path())


def snapshot_of(*found: ProjectData) -> Snapshot:
    importers = [
        MemoryImporter(config=part.config, domain=part.domain, stories=part.stories, nlu=part.nlu) for part in found
    ]
    return anyio.run(CombinedDataImporter(importers, CONTEXT).snapshot)


def told(snapshot: Snapshot) -> list[tuple[str, str]]:
    found = [*check_items(snapshot), *check_project(snapshot, ReadingRules())]
    return sorted((problem.code, problem.message) for problem in found)


def shuffled(project: ProjectData, seed: int) -> ProjectData:
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret

    def mixed(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(values, len(values)))

    domain, nlu = project.domain, project.nlu
    return replace(
        project,
        domain=replace(
            domain,
            intents=mixed(domain.intents),
            entities=mixed(domain.entities),
            slots=mixed(domain.slots),
            forms=mixed(domain.forms),
            actions=mixed(domain.actions),
            responses=mixed(domain.responses),
        ),
        stories=Stories(mixed(project.stories.stories), mixed(project.stories.rules)),
        nlu=NluData(mixed(nlu.examples), nlu.synonyms, mixed(nlu.regexes), mixed(nlu.lookups)),
    )


@settings(max_examples=80, deadline=None)
@given(projects, projects)
def test_checking_never_raises_and_every_problem_is_complete(one: ProjectData, other: ProjectData) -> None:
    snapshot = snapshot_of(one, other)
    for problem in (*check_items(snapshot), *check_project(snapshot, ReadingRules())):
        assert problem.hint, problem
        assert problem.location is not None, problem


@settings(max_examples=80, deadline=None)
@given(projects, st.integers(0, 5))
def test_the_order_of_what_is_written_does_not_matter(project: ProjectData, seed: int) -> None:
    assert told(snapshot_of(project)) == told(snapshot_of(shuffled(project, seed)))


@settings(max_examples=40, deadline=None)
@given(projects, st.permutations(range(3)))
def test_the_order_of_sources_does_not_matter(project: ProjectData, order: list[int]) -> None:
    # Sources that declare the same thing in two ways would be merged by precedence, so each kind has its own source.
    parts = [
        ProjectData(config=project.config, domain=project.domain),
        ProjectData(stories=project.stories),
        ProjectData(nlu=project.nlu),
    ]
    assert told(snapshot_of(*parts)) == told(snapshot_of(*(parts[position] for position in order)))


def test_a_snapshot_with_errors_is_not_looked_at() -> None:
    snapshot = snapshot_of(ProjectData(domain=Domain((Intent("lonely"),))))
    assert [problem.code for problem in check_project(snapshot, ReadingRules())] == ["unused-intent"]
    broken = snapshot.with_problems(Problem("yaml-syntax", "x"))
    assert check_project(broken, ReadingRules()) == []


def test_problems_are_read_errors_first_and_then_by_place() -> None:
    first = Problem("a", "x", Location("s", "a.yml", 2), severity="warning")
    second = Problem("b", "x", Location("s", "a.yml", 10), severity="warning")
    error = Problem("c", "x", Location("s", "b.yml", 1))
    nowhere = Problem("d", "x")
    assert in_reading_order([second, first, error, nowhere]) == [nowhere, error, first, second]
