"""Sections as they are with the kinds that plugins add: each of their keys says which sections it makes due."""

from collections.abc import Iterable, Mapping

from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, SECTIONS, TRANSFORMS, Fingerprint, Section
from tenprint.importers.kinds import BUILT_IN_KEYS, Kind, further_kinds

Trained = Mapping[str, tuple[str, ...]]
"""Fingerprint key of a kind that a plugin adds -> the sections it makes due."""


def trained_by(kinds: Iterable[Kind]) -> dict[str, tuple[str, ...]]:
    """Return the keys of kinds that plugins add, each with the sections it makes due."""
    return {
        key: tuple(kind.trains.get(key, ()))
        for kind in further_kinds(kinds)
        for item_kind in kind.item_kinds
        for key in item_kind.read_by
    }


def sections_with(trained: Trained) -> tuple[Section, ...]:
    """Return the sections in their order, each with the keys that plugins add to it."""
    return tuple(
        Section(name, (*keys, *sorted(key for key, sections in trained.items() if name in sections)))
        for name, keys in SECTIONS
    )


def unknown_keys(fingerprint: Fingerprint, trained: Trained) -> tuple[str, ...]:
    """Keys of a fingerprint that nobody knows: those of kinds that a plugin added which is not there now."""
    known = {*FINGERPRINT_KEYS, *BUILT_IN_KEYS, TRANSFORMS, *trained}
    return tuple(sorted(key for key, value in fingerprint.items() if key not in known and value is not None))
