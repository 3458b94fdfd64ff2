"""Kinds of data that a model was trained on and a plugin added: what a model remembers of them, and which are gone.

A plugin that is not installed any more takes its kinds with it. Their files may still be there, but nobody reads them,
so a new model would know nothing of them. A plan says so, and a training refuses to begin.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.sections import Fingerprint, Trained, trained_by, unknown_keys
from tenprint.importers import Problem
from tenprint.importers.kinds import Kind, further_kinds

METADATA_KEY = "kinds"
"""Key of metadata.json, there only where a model was trained on such kinds."""

_HALVES = ("core", "nlu")


@dataclass(frozen=True, slots=True)
class FormerKind:
    """A kind as a model remembers it; `provider` is the distribution it came from."""

    name: str
    provider: str | None
    trains: Trained


def kinds_document(kinds: Iterable[Kind], present: Collection[str]) -> dict[str, Any]:
    """Describe the kinds that plugins add and that have items of the kinds that are `present`."""
    return {
        kind.name: {
            "provider": kind.provider,
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
    provider, trains = entry.get("provider"), entry.get("trains")
    return FormerKind(
        name,
        provider if isinstance(provider, str) else None,
        {
            key: tuple(half for half in _HALVES if half in sections)
            for key, sections in (trains.items() if isinstance(trains, dict) else ())
            if isinstance(sections, list)
        },
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


def gone_problems(model: str, lost: Iterable[FormerKind]) -> tuple[Problem, ...]:
    """Tell which kinds a training would leave out."""
    return tuple(
        Problem(
            "unknown-kind",
            f"{model} was trained on data of the kind {kind.name!r}{_of(kind)}, which no plugin provides now",
            hint=f"install {kind.provider or 'the plugin that provides it'}, or train without these data by `--force`",
        )
        for kind in lost
    )


def _of(kind: FormerKind) -> str:
    return "" if kind.provider is None else f" of {kind.provider}"
