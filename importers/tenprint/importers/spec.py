"""ImporterSpec: one entry of the `importers:` list, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.importers.errors import ProblemsError
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Document, MappingNode, Reader, plain_value


@dataclass(frozen=True, slots=True)
class ImporterSpec:
    """Name and options of an importer, and where they are written."""

    name: str
    options: Mapping[str, Any]
    location: Location | None = None


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
        if node is None:
            continue
        name = reader.text(node.get("name"), "the name of an importer", place)
        if name is not None:
            options = {key: plain_value(value) for key, value in node.items() if key != "name"}
            specs.append(ImporterSpec(str(name), options, document.at(place)))
    if reader.problems:
        raise ProblemsError(_with_advice(reader.problems))
    return tuple(specs)


def _with_advice(problems: list[Problem]) -> list[Problem]:
    advice = "write each importer as `- name: file`, with its options below"
    return [Problem(p.code, p.message, p.location, advice, p.severity, p.related) for p in problems]
