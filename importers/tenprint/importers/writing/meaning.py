"""What rows of items say, so that what was written can be held against what was meant."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from tenprint.importers.items import Facets, Path, Row
from tenprint.importers.merging import Identity

Meaning: TypeAlias = dict[tuple[str, Path], list[tuple[bytes, Facets]]]
"""Digests and facets by kind and path; in their order where the order of such items means something."""


def meaning_of(rows: Iterable[Row], identities: Mapping[str, Identity]) -> Meaning:
    """Group rows by kind and path, or by the list they are an entry of."""
    meaning: Meaning = {}
    for kind, path, digest, facets, *_ in rows:
        place = path[:-1] if identities[kind] is Identity.LIST else path
        meaning.setdefault((kind, place), []).append((digest, facets))
    for (kind, _), found in meaning.items():
        if len(found) > 1 and identities[kind] not in (Identity.LIST, Identity.GROUP):
            found.sort(key=lambda entry: entry[0])
    return meaning


def differences(one: Meaning, other: Meaning) -> list[tuple[str, Path]]:
    """Kinds and paths that are not the same in both."""
    return [key for key in dict.fromkeys((*one, *other)) if one.get(key) != other.get(key)]
