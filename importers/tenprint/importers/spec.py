"""ImporterSpec: one entry of the `importers:` list, checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from tenprint.importers.errors import ProblemsError
from tenprint.importers.fetching import seconds_of
from tenprint.importers.importer import ENTRY_KEYS
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, MappingNode, Place, Reader, describe, nearest, plain_value

SOURCE_POLICIES = ("required", "optional", "last-good")

LAST_GOOD_AGE = "7d"
"""How old data may be that stand in for a source that cannot be reached, where nobody says otherwise."""

_POLICY_ADVICE = "leave it out for a source that must be there"
_ADVICE = "write each importer as `- name: file`, with its options below"

_LABEL = re.compile(r"[\w.-]+")


def _no_places() -> Mapping[str, Location]:
    return {}


@dataclass(frozen=True, slots=True)
class ImporterSpec:
    """Name and options of an importer, what its source is called, and where they are written.

    A source that is not `required` may be missing: the run goes on without it and says so. With `max_age`, in seconds,
    what a remote source held when it was last reached stands in for it. `label` is unique among the specs of a project.
    """

    name: str
    options: Mapping[str, Any]
    location: Location | None = None
    label: str = ""
    required: bool = True
    option_locations: Mapping[str, Location] = field(default_factory=_no_places)
    max_age: float | None = None


def importer_specs(document: Document) -> tuple[ImporterSpec, ...]:
    """Read the `importers:` list of a configuration; none when the key is absent or the list empty.

    Raises:
        ProblemsError: The list, or an entry, is not what it should be; all entries at once.
    """
    root = document.root
    if not isinstance(root, MappingNode) or "importers" not in root:
        return ()
    reader = Reader(document)
    specs = []
    for entry, place in reader.entries(root, "importers", "importers"):
        node = reader.mapping(entry, "an entry of importers", place)
        if node is not None and (spec := _spec(reader, node, place)) is not None:
            specs.append(spec)
    specs = _labelled(reader, specs)
    if reader.problems:
        raise ProblemsError(_with_advice(reader.problems))
    return tuple(specs)


def _spec(reader: Reader, node: MappingNode, place: Place) -> ImporterSpec | None:
    name = reader.text(node["name"], "the name of an importer", node.value_place("name")) if "name" in node else None
    if "name" not in node:
        near = get_close_matches("name", [key for key in node if isinstance(key, str)], n=1)
        meant = f"; `{near[0]}` is an option" if near else ""
        reader.report("missing-key", f"an entry of importers has no key 'name'{meant}", place, hint=_ADVICE)
    label = reader.text(node["as"], "the name of a source", node.value_place("as")) if "as" in node else ""
    if label and not _LABEL.fullmatch(label.strip()):
        message = f"a source cannot be called {str(label)!r}, because that may become a part of names"
        reader.report("source-name", message, node.value_place("as"), hint="use letters, digits, dots, `-` and `_`")
    policy = node.get("policy", SOURCE_POLICIES[0])
    if policy not in SOURCE_POLICIES:
        *others, last = SOURCE_POLICIES
        message = f"the policy of a source is {', '.join(others)} or {last}, not {describe(policy)}"
        hint = nearest(policy, SOURCE_POLICIES) if isinstance(policy, str) else None
        reader.report("source-policy", message, node.value_place("policy"), hint=hint or _POLICY_ADVICE)
    max_age = _max_age(reader, node) if policy == "last-good" else None
    if "max_age" in node and policy != "last-good":
        reader.report("source-policy", "only the policy last-good has a max_age", node.key_place("max_age"))
    names = {key: key for key in node if key not in ENTRY_KEYS}
    for key in names:
        if not isinstance(key, str):
            reader.wrong_type("an option of an importer", "text", key, node.key_place(key))
    if name is None or label is None:
        return None
    return ImporterSpec(
        str(name).strip(),
        {key: plain_value(node[key]) for key in names},
        reader.document.at(place),
        str(label).strip(),
        policy != "optional",
        {key: reader.document.at(node.key_place(key)) for key in names},
        max_age,
    )


def _max_age(reader: Reader, node: MappingNode) -> float | None:
    written = node.get("max_age", LAST_GOOD_AGE)
    seconds = seconds_of(written) if isinstance(written, str) else None
    if seconds is None:
        message = f"max_age is a number with a unit, not {describe(written)}"
        reader.report("source-policy", message, node.value_place("max_age"), hint="write it like 90m, 12h or 7d")
    return seconds


def _labelled(reader: Reader, specs: Sequence[ImporterSpec]) -> list[ImporterSpec]:
    """Give every source a name of its own: the one written, else that of its importer with a number where needed."""
    taken: dict[str, Location | None] = {}
    for spec in specs:
        if spec.label and spec.label in taken:
            related = tuple(place for place in (taken[spec.label],) if place is not None)
            place = (spec.location.line or 0, spec.location.column or 0) if spec.location is not None else (0, 0)
            message = f"two sources are called {spec.label!r}"
            reader.report("duplicate-name", message, place, hint="give each another name with `as`", related=related)
        if spec.label:
            taken[spec.label] = spec.location
    labelled = []
    for spec in specs:
        label, number = spec.label or spec.name, 2
        while not spec.label and label in taken:
            label, number = f"{spec.name}-{number}", number + 1
        taken.setdefault(label, spec.location)
        labelled.append(replace(spec, label=label))
    return labelled


def _with_advice(problems: Sequence[Problem]) -> list[Problem]:
    types = ("wrong-type", "empty-text")
    return [replace(problem, hint=_ADVICE) if problem.code in types else problem for problem in problems]
