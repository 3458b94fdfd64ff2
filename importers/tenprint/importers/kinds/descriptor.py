"""What a kind of data is made of: a descriptor that a plugin can provide as well as we do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.items import NO_FACETS, Facets, ItemTable, Path
from tenprint.importers.kinds.renaming import Rename
from tenprint.importers.kinds.values import Fault, PathOf
from tenprint.importers.merging import Identity
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Reader

Aspect = Literal["digest", "path", "action"] | str  # noqa: PYI051 - the named ones are built in, any other names a facet
"""What a fingerprint key reads of an item: its whole digest, its mere existence, or one of its facets.

`action`, which only the key `domain` has, is the existence of something the assistant can do by this name, no matter
which kind of item says so.
"""

Itemise = Callable[[str, Path, Any], tuple[bytes, Facets]]
"""Kind, path and value of a part -> its digest and facets. Must not depend on anything else."""

TrainedSection = Literal["core", "nlu"]
"""A half of a model."""

Check = Callable[[ItemTable, Any], Iterable[Problem]]
"""Everything that counts, of all kinds, and the value of this kind -> what is wrong with it."""


def _nothing_trained() -> Mapping[str, tuple[TrainedSection, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class ItemKind:
    """One kind of item: when two are the same thing, how it is digested, and which fingerprint keys read what of it.

    `rename` gives a part other names; `name_at` is the place in its path of the name it belongs to, and `name_in` finds
    in its value the name that may be marked where that is another one. Without them a kind knows neither namespaces nor
    marks of overlays. With `namespaced` its own names get prefixes: `rename` asks for them by the name of the kind.

    `path_of` makes the path of a value that says it all; `fault` tells why a path and a value that code has made are no
    item of this kind.
    """

    name: str
    identity: Identity
    itemise: Itemise
    read_by: Mapping[str, Aspect]
    rename: Rename | None = None
    name_at: int = 2
    name_in: Callable[[Any], str] | None = None
    path_of: PathOf | None = None
    fault: Fault | None = None
    namespaced: bool = False


class NamedValue(NamedTuple):
    """A part of a value without a place: item kind, path, value."""

    kind: str
    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data.

    `keys` are the top-level keys that say a document holds it; `read` emits the parts of a document; `take_apart`
    yields the parts of a value and `put_together` makes the value of parts again, in their order.

    A kind that a plugin adds also says: how its value is written as the content of a file (`write`; without it a
    project that holds such data is not exported), what `validate` looks for (`check`), and which keys of the
    fingerprint make which sections due (`trains`). What reads no such key is never given to a training.
    """

    name: str
    keys: frozenset[str]
    item_kinds: tuple[ItemKind, ...]
    read: Callable[[Reader], None]
    take_apart: Callable[[Any], Iterable[NamedValue]]
    put_together: Callable[[Sequence[NamedValue]], Any]
    write: Callable[[Any], Mapping[str, Any]] | None = None
    check: Check | None = None
    trains: Mapping[str, tuple[TrainedSection, ...]] = field(default_factory=_nothing_trained)
    provider: str | None = None
    """The distribution it comes from; the registry fills it in."""

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of its kinds of item."""
        return tuple(item_kind.name for item_kind in self.item_kinds)

    def trained_items(self, section: TrainedSection) -> frozenset[str]:
        """Names of its kinds of item that a section is trained on."""
        keys = {key for key, sections in self.trains.items() if section in sections}
        return frozenset(item_kind.name for item_kind in self.item_kinds if not keys.isdisjoint(item_kind.read_by))


def whole(content: Callable[[Any], Any]) -> Itemise:
    """Digest kind, path and all content; no facets."""

    def itemise(kind: str, path: Path, value: Any) -> tuple[bytes, Facets]:
        return canonical_digest((kind, path, content(value))), NO_FACETS

    return itemise


def as_it_is(value: Any) -> Any:
    return value
