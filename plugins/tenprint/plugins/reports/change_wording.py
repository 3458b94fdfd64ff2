"""Words for what differs, an item each. Pure.

Apart from all other words, because a plan after edits of a few examples is told with these alone.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tenprint.plugins.sizes import counted

if TYPE_CHECKING:
    from tenprint.fingerprinting import Change
    from tenprint.importers import Location

PARTS = {"core": "Core", "nlu": "NLU", "nlg": "responses"}
"""Names of sections for people."""

NOTHING = "nothing is trained for it"

MOST_CHANGES = 20
"""More would scroll the verdict off the screen; `--json` lists them all."""

_PROJECT_FILES = "file"
"""Source of the files that belong to the project itself."""

_SIGNS = {"added": "+", "removed": "-", "modified": "~", "renamed": ">"}
_REVISION = 8
"""Characters that tell revisions of one source apart."""


def change_lines(changes: Sequence["Change"]) -> Iterator[str]:
    """Tell what differs from a model, with a blank line before it."""
    if not changes:
        return
    yield ""
    yield f"{changes_since(len(changes))}:"
    yield from first_changes(changes, MOST_CHANGES)


def first_changes(changes: Sequence["Change"], most: int) -> Iterator[str]:
    """Tell so many changes at most, and how many more there are."""
    yield from map(change_line, changes[:most])
    if len(changes) > most:
        yield f"  ... and {len(changes) - most} more; --json lists them all"


def changes_since(count: int) -> str:
    return f"{counted(count, 'change')} since that model"


def change_line(change: "Change") -> str:
    """Tell a change in one line: what happened to what, where it stands, and what is due for it."""
    place = place_text(change, most=1)
    read_by = parts_text(change.sections).replace(" and ", ", ")
    where = f"  ({place})" if place else ""
    return f"  {_SIGNS[change.change]} {kind_text(change)}: {path_text(change)}{where}  [{read_by}]"


def parts_text(sections: Sequence[str], otherwise: str = NOTHING) -> str:
    return " and ".join(PARTS.get(name, name) for name in sections) or otherwise


def path_text(change: "Change") -> str:
    """Name what changed by its path, with the former one of what was renamed."""
    path = " > ".join(change.path[1:])
    return path if change.renamed_from is None else f"{' > '.join(change.renamed_from[1:])} -> {path}"


def kind_text(change: "Change") -> str:
    return change.kind.replace("-", " ")


def place_text(change: "Change", *, most: int | None = None) -> str:
    """Tell where it stands; of what is gone, where it stood. What is elsewhere now is told with both places."""
    places, former = change.locations[:most], change.former_locations[:most]
    if not former or [str(place) for place in former] == [str(place) for place in places]:
        return _places_text(places)
    then = f"was {_places_text(former)}"
    return f"{_places_text(places)}, {then}" if places else then


def _places_text(places: "Sequence[Location]") -> str:
    return ", ".join(_place_text(place) for place in places)


def _place_text(place: "Location") -> str:
    """Write a place; two remote sources may have files of one name, so theirs are told with the source."""
    if place.source == _PROJECT_FILES or place.revision is None:
        return str(place)
    return f"{place} in {source_text(place.source, place.revision)}"


def source_text(source: str, revision: str | None) -> str:
    """Name a source with as much of its revision as tells it from others."""
    return source if revision is None else f"{source} {revision.removeprefix('sha256:')[:_REVISION]}"
