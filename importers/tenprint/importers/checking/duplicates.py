"""Stories and rules written twice: the same steps, whatever they are called. Repeating a story weighs it more."""

from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.checking.places import MOST_PLACES, in_order
from tenprint.importers.items import Item
from tenprint.importers.kinds import STORIES, TRAINING
from tenprint.importers.problem import Problem


def repeated_dialogues(project: CheckedProject) -> list[Problem]:
    """Report dialogues whose steps another one has already, at the later one."""
    found: dict[tuple[str, object], list[Item]] = {}
    for kind in STORIES.item_names:
        for item in map(Item._make, project.rows.get(kind, ())):
            found.setdefault((kind, item.facet(TRAINING)), []).append(item)
    return [_problem(project, in_order(items, project.snapshot)) for items in found.values() if len(items) > 1]


def _problem(project: CheckedProject, items: list[Item]) -> Problem:
    first, second, *others = items
    more = f" and {len(others)} more" if others else ""
    return Problem(
        f"duplicate-{first.kind}",
        f"{first.kind} {second.path[-1]!r}{more} {'have' if others else 'has'} the same steps as {first.path[-1]!r}",
        project.places.of(second),
        "remove one, unless it is repeated to weigh more",
        "warning",
        tuple(project.places.of(item) for item in (first, *others[:MOST_PLACES])),
    )
