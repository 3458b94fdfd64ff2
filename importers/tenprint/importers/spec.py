"""ImporterSpec: one entry of the `importers:` list, checked."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from tenprint.importers.errors import ProblemsError
from tenprint.importers.fetching import seconds_of
from tenprint.importers.importer import ENTRY_KEYS
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, MappingNode, Place, Reader, describe, nearest, plain_value
from tenprint.importers.transform_spec import TransformSpec, transform_specs
from tenprint.importers.urls import is_url, name_in_url

SOURCE_POLICIES = ("required", "optional", "last-good")

LAST_GOOD_AGE = "7d"
"""How old data may be that stand in for a source that cannot be reached, where nobody says otherwise."""

_POLICY_ADVICE = "leave it out for a source that must be there"
_ADVICE = "write each importer as `- name: file`, with its options below, or as a URL"

_LABEL = re.compile(r"[\w.-]+")


def _no_places() -> Mapping[str, Location]:
    return {}


@dataclass(frozen=True, slots=True)
class ImporterSpec:
    """Name and options of an importer, what its source is called, and where they are written.

    A source that is not `required` may be missing: the run goes on without it and says so. With `max_age`, in seconds,
    what a remote source held when it was last reached stands in for it. `label` is unique among the specs of a project.
    With a `url` the name is empty: plugins know which importer the URL is for, and which options it stands for.
    """

    name: str
    options: Mapping[str, Any]
    location: Location | None = None
    label: str = ""
    required: bool = True
    option_locations: Mapping[str, Location] = field(default_factory=_no_places)
    max_age: float | None = None
    url: str | None = None
    transforms: tuple[TransformSpec, ...] = ()


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
        spec = source_spec(reader, entry, place, what="an entry of importers")
        if spec is not None:
            specs.append(spec)
    specs = _labelled(reader, specs)
    if reader.problems:
        raise ProblemsError(_with_advice(reader.problems))
    return tuple(specs)


def source_spec(reader: Reader, entry: Any, place: Place, *, what: str) -> ImporterSpec | None:
    """Read one entry of a list of sources, a URL or a mapping; None, and reports, for anything else."""
    if is_url(entry):
        return ImporterSpec("", {}, reader.document.at(place), url=str(entry).strip())
    node = reader.mapping(entry, what, place)
    return None if node is None else _spec(reader, node, place, what)


def _spec(reader: Reader, node: MappingNode, place: Place, what: str) -> ImporterSpec | None:
    url = str(node["url"]).strip() if "name" not in node and is_url(node.get("url")) else None
    name = "" if url is not None else _name(reader, node, place, what)
    label = reader.text(node["as"], "the name of a source", node.value_place("as")) if "as" in node else ""
    if label and not _LABEL.fullmatch(label.strip()):
        message = f"a source cannot be called {str(label)!r}, because that may become a part of names"
        reader.report("source-name", message, node.value_place("as"), hint="use letters, digits, dots, `-` and `_`")
    required, max_age = _policy(reader, node)
    names = [key for key in node if key not in ENTRY_KEYS]
    for key in names:
        if not isinstance(key, str):
            reader.wrong_type("an option of an importer", "text", key, node.key_place(key))
    transforms = transform_specs(reader, node, "transforms of an importer")
    if name is None or label is None:
        return None
    return ImporterSpec(
        str(name).strip(),
        {key: plain_value(node[key]) for key in names if url is None or key != "url"},
        reader.document.at(place),
        str(label).strip(),
        required,
        {key: reader.document.at(node.key_place(key)) for key in names},
        max_age,
        url,
        transforms,
    )


def _name(reader: Reader, node: MappingNode, place: Place, what: str) -> str | None:
    if "name" in node:
        return reader.text(node["name"], "the name of an importer", node.value_place("name"))
    near = get_close_matches("name", [key for key in node if isinstance(key, str)], n=1)
    meant = f"; `{near[0]}` is an option" if near else ""
    reader.report("missing-key", f"{what} has no key 'name'{meant}", place, hint=_ADVICE)
    return None


def _policy(reader: Reader, node: MappingNode) -> tuple[bool, float | None]:
    """Read whether a source is required, and how old what stands in for it may be."""
    policy = node.get("policy", SOURCE_POLICIES[0])
    if policy not in SOURCE_POLICIES:
        *others, last = SOURCE_POLICIES
        message = f"the policy of a source is {', '.join(others)} or {last}, not {describe(policy)}"
        hint = nearest(policy, SOURCE_POLICIES) if isinstance(policy, str) else None
        reader.report("source-policy", message, node.value_place("policy"), hint=hint or _POLICY_ADVICE)
    if "max_age" in node and policy != "last-good":
        reader.report("source-policy", "only the policy last-good has a max_age", node.key_place("max_age"))
    return policy != "optional", _max_age(reader, node) if policy == "last-good" else None


def _max_age(reader: Reader, node: MappingNode) -> float | None:
    written = node.get("max_age", LAST_GOOD_AGE)
    seconds = seconds_of(written) if isinstance(written, str) else None
    if seconds is None:
        message = f"max_age is a number with a unit, not {describe(written)}"
        reader.report("source-policy", message, node.value_place("max_age"), hint="write it like 90m, 12h or 7d")
    return seconds


def _labelled(reader: Reader, specs: Sequence[ImporterSpec]) -> list[ImporterSpec]:
    """Give every source a name of its own: the one written, else that of its importer or of what its URL names.

    A number is added where two would have the same.
    """
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
        label = spec.label or free_name(spec.name if spec.url is None else name_in_url(spec.url), taken)
        taken.setdefault(label, spec.location)
        labelled.append(replace(spec, label=label))
    return labelled


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: this one, else with a number."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _with_advice(problems: Sequence[Problem]) -> list[Problem]:
    types = ("wrong-type", "empty-text")
    return [replace(problem, hint=_ADVICE) if problem.code in types else problem for problem in problems]
