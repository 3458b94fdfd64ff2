"""Kinds of data that a model was trained on and a plugin added: what a model remembers of them, and which are gone.

A plugin that is not installed any more takes its kinds with it. Their files may still be there, but nobody reads them,
so a new model would know nothing of them. A plan says so, and a training refuses to begin.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.further_sections import Trained, trained_by, unknown_keys
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import Location, Problem, SourceDocument
from tenprint.importers.kinds import Kind, further_kinds

METADATA_KEY = "kinds"
"""Key of metadata.json, there only where a model was trained on such kinds."""

_HALVES = ("core", "nlu")


@dataclass(frozen=True, slots=True)
class FormerKind:
    """A kind as a model remembers it.

    `provider` is the distribution it came from, `keys` are those that announced it at the top of a file.
    """

    name: str
    provider: str | None
    trains: Trained
    keys: tuple[str, ...] = ()


def kinds_document(kinds: Iterable[Kind], present: Collection[str]) -> dict[str, Any]:
    """Describe the kinds that plugins add and that have items of the kinds that are `present`."""
    return {
        kind.name: {
            "provider": kind.provider,
            "keys": sorted(kind.keys),
            "trains": {key: list(sections) for key, sections in trained_by([kind]).items()},
        }
        for kind in further_kinds(kinds)
        if not set(kind.item_names).isdisjoint(present)
    }


def former_kinds(metadata: Mapping[str, Any], fingerprint: Fingerprint) -> tuple[FormerKind, ...]:
    """Read what a model remembers; of further keys it does not explain both halves may have learned."""
    written = metadata.get(METADATA_KEY)
    found = [_former(name, entry) for name, entry in written.items()] if isinstance(written, dict) else []
    explained = {key: () for kind in found for key in kind.trains}
    return (*found, *(FormerKind(key, None, {key: _HALVES}) for key in unknown_keys(fingerprint, explained)))


def _former(name: str, entry: Any) -> FormerKind:
    entry = entry if isinstance(entry, dict) else {}
    provider, trains, keys = entry.get("provider"), entry.get("trains"), entry.get("keys")
    return FormerKind(
        name,
        provider if isinstance(provider, str) else None,
        {
            key: tuple(half for half in _HALVES if half in sections)
            for key, sections in (trains.items() if isinstance(trains, dict) else ())
            if isinstance(sections, list)
        },
        tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else (),
    )


def gone(former: Iterable[FormerKind], kinds: Iterable[Kind]) -> tuple[FormerKind, ...]:
    """Keep the kinds that nobody provides now and that something was trained on."""
    known = {kind.name for kind in kinds}
    keys = trained_by(kinds)
    return tuple(
        kind
        for kind in former
        if kind.name not in known and any(sections for key, sections in kind.trains.items() if key not in keys)
    )


def gone_problems(
    model: str, lost: Iterable[FormerKind], documents: Collection[SourceDocument] = ()
) -> tuple[Problem, ...]:
    """Tell which kinds a training would leave out, and where the documents still have them."""
    return tuple(_gone(model, kind, tuple(_places(kind, documents))) for kind in lost)


def _gone(model: str, kind: FormerKind, places: tuple[Location, ...]) -> Problem:
    return Problem(
        "unknown-kind",
        f"{model} was trained on data of the kind {kind.name!r}{_of(kind)}, which no plugin provides now",
        places[0] if places else None,
        f"install {kind.provider or 'the plugin that provides it'}, or train without these data by `--force`",
        related=places[1:],
    )


def _places(kind: FormerKind, documents: Iterable[SourceDocument]) -> Iterator[Location]:
    """Find the lines of YAML files that begin with a key of the kind, without parsing: nobody knows the rest."""
    if not kind.keys:
        return
    announced = re.compile(
        rb"^(?:" + b"|".join(re.escape(key.encode()) for key in kind.keys) + rb")[ \t]*:", re.MULTILINE
    )
    for document in documents:
        if isinstance(document.content, bytes):
            found = announced.search(document.content)
            if found is not None:
                yield document.id.at(document.content.count(b"\n", 0, found.start()) + 1, 1)


def _of(kind: FormerKind) -> str:
    return "" if kind.provider is None else f" of {kind.provider}"
