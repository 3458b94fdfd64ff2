"""All deep checks of a project, which only `validate` makes."""

from collections.abc import Iterable, Iterator

from tenprint.importers.assembling import value_of
from tenprint.importers.checking.checked import CheckedProject, checked_project
from tenprint.importers.checking.contradictions import contradicting_stories
from tenprint.importers.checking.declared import undeclared
from tenprint.importers.checking.duplicates import repeated_dialogues
from tenprint.importers.checking.examples import odd_examples
from tenprint.importers.checking.responses import odd_responses
from tenprint.importers.checking.rules import contradicting_rules
from tenprint.importers.checking.unused import unused
from tenprint.importers.concurrency import collection_paused
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem, errors_among
from tenprint.importers.snapshot import Snapshot


def check_project(snapshot: Snapshot, rules: ReadingRules) -> list[Problem]:
    """Find what `check_items` cannot see; nothing in a snapshot that was not read without errors."""
    conflicts = (conflict.to_problem(snapshot.unmerged) for conflict in snapshot.conflicts)
    if errors_among([*snapshot.problems, *conflicts]):
        return []
    with collection_paused():
        return in_reading_order([*_found(checked_project(snapshot, rules), rules), *_of_plugins(snapshot, rules)])


def _found(project: CheckedProject, rules: ReadingRules) -> Iterator[Problem]:
    yield from undeclared(project)
    if project.has_domain:
        yield from unused(project)
        yield from odd_responses(project)
    yield from odd_examples(project, rules)
    yield from contradicting_stories(project)
    yield from contradicting_rules(project)
    yield from repeated_dialogues(project)


def _of_plugins(snapshot: Snapshot, rules: ReadingRules) -> Iterator[Problem]:
    """Find what the kinds that plugins add look for in their own data."""
    found = snapshot.table.kinds()
    for kind in rules.further_kinds:
        if kind.check is not None and not found.isdisjoint(kind.item_names):
            yield from kind.check(snapshot.table, value_of(kind, snapshot, rules))


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems: errors first, then by place."""
    return sorted(problems, key=_by_place)


def _by_place(problem: Problem) -> tuple[bool, str, int, int, str, str]:
    place = problem.location or Location("", "")
    return (
        problem.severity != "error",
        place.path,
        place.line or 0,
        place.column or 0,
        problem.code,
        problem.message,
    )
