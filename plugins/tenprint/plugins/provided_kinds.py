"""Kinds of data that plugins add: what is wrong with each, and whether they get along.

Kinds, kinds of item, top-level keys and keys of the fingerprint are names that everybody shares: files, settings,
reports and models use them. So each has one owner, and a clash is told with both.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tenprint.fingerprinting import FINGERPRINT_KEYS
from tenprint.importers import Problem, Registered
from tenprint.importers.kinds import BUILT_IN_KEYS, BUILT_IN_KINDS, ItemKind, Kind, guarded
from tenprint.plugins.asking import Owner

_OURS = "tenprint"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SECTIONS = ("core", "nlu")

_NAMES = "name"
_TOP_LEVEL = "top-level key"
_FINGERPRINT = "key of the fingerprint"

_SHOWN = ("conflicts", "counts", "default", "lookup", "sources")
"""Words that `tenprint show` and the setting `merge` have a meaning for."""
_ANYWHERE = ("config", "imports", "version")
"""Top-level keys that belong to no kind alone."""

Claims = dict[tuple[str, str], str]
"""What it is and the name -> the distribution that has it."""


def provided_kinds(
    answers: Iterable[tuple[Owner, Sequence[Kind]]], problems: list[Problem]
) -> Mapping[str, Registered[Kind]]:
    """Bring the kinds of all plugins together, sorted by name; what is wrong with them is added to `problems`."""
    claims = _ours()
    known: list[Kind] = []
    found: dict[str, Registered[Kind]] = {}
    for owner, kinds in answers:
        for kind in kinds:
            if any(kind is other for other in known):
                continue
            known.append(kind)
            faults = [*_faults(kind)]
            problems += (_fault_problem(kind, owner, fault) for fault in faults)
            clashes = [] if faults else [*_clashes(kind, owner, claims)]
            problems += clashes
            if not faults and not clashes:
                guarded_kind = guarded(kind, owner.distribution)
                found[kind.name] = Registered(kind.name, guarded_kind, owner.distribution, owner.version)
    return {name: found[name] for name in sorted(found)}


def _ours() -> Claims:
    claimed = [claim for kind in BUILT_IN_KINDS for claim in _claims_of(kind)]
    claimed += ((_NAMES, name) for name in _SHOWN)
    # Of a kind a file is made that has its name.
    claimed += ((_NAMES, key) for kind in BUILT_IN_KINDS for key in kind.keys)
    claimed += ((_TOP_LEVEL, name) for name in _ANYWHERE)
    claimed += ((_FINGERPRINT, key) for key in (*FINGERPRINT_KEYS, *BUILT_IN_KEYS))
    return dict.fromkeys(claimed, _OURS)


def _claims_of(kind: Kind) -> Iterator[tuple[str, str]]:
    yield _NAMES, kind.name
    yield from ((_NAMES, name) for name in kind.item_names)
    yield from ((_TOP_LEVEL, key) for key in kind.keys)
    yield from dict.fromkeys((_FINGERPRINT, key) for item_kind in kind.item_kinds for key in item_kind.read_by)


def _clashes(kind: Kind, owner: Owner, claims: Claims) -> Iterator[Problem]:
    for what, name in sorted(_claims_of(kind)):
        if (what, name) not in claims:
            claims[what, name] = owner.distribution
            continue
        message = (
            f"the {what} {name!r} of a kind is provided twice: by {claims[what, name]} and by {owner.distribution}"
        )
        yield Problem("plugin-clash", message, hint=f"uninstall one of them, or rename it in {owner.distribution}")


def _fault_problem(kind: Kind, owner: Owner, fault: str) -> Problem:
    message = f"the kind {kind.name!r} of plugin {owner.plugin!r} is wrong: {fault}"
    return Problem("plugin-answer", message, hint=f"correct it in {owner.distribution}")


def _faults(kind: Kind) -> Iterator[str]:
    """Say what keeps a kind from being used; names that are no names are told alone."""
    item_kinds: Any = kind.item_kinds
    if not (isinstance(item_kinds, tuple) and all(isinstance(item_kind, ItemKind) for item_kind in item_kinds)):
        yield "its item_kinds are no tuple of ItemKind"
        return
    names: list[Any] = [kind.name, *kind.item_names]
    wrong = [repr(name) for name in names if not (isinstance(name, str) and _NAME.fullmatch(name))]
    if wrong:
        yield f"names are lower-case words with hyphens between them, not {', '.join(wrong)}"
        return
    if not kind.item_kinds or not kind.keys:
        yield "it needs at least one top-level key and one kind of item"
        return
    if len(set(names)) < len(names):
        yield "the kind and its kinds of item need names that differ"
    yield from _training_faults(kind)


def _training_faults(kind: Kind) -> Iterator[str]:
    read: dict[str, set[str]] = {}
    for item_kind in kind.item_kinds:
        for key, aspect in item_kind.read_by.items():
            read.setdefault(key, set()).add(aspect)
    for key, sections in kind.trains.items():
        unknown: list[Any] = [section for section in sections if section not in _SECTIONS]
        if unknown:
            yield f"{key!r} trains {', '.join(map(repr, unknown))}, and there are {' and '.join(_SECTIONS)}"
        if key not in read:
            yield f"it trains by the key {key!r}, which none of its items is read by"
        elif read[key] != {"digest"}:
            # What a training is given must be exactly what the fingerprint covers.
            yield f"the key {key!r} trains, so it must read the digest of items, not {', '.join(sorted(read[key]))}"
