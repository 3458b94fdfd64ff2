"""Which kinds are ours, and what follows from them."""

from collections.abc import Iterable

from tenprint.importers.kinds.config import CONFIG
from tenprint.importers.kinds.descriptor import Kind
from tenprint.importers.kinds.domain import DOMAIN
from tenprint.importers.kinds.nlu import NLU
from tenprint.importers.kinds.stories import STORIES
from tenprint.importers.merging import NAMESPACED

BUILT_IN_KINDS: tuple[Kind, ...] = (CONFIG, DOMAIN, NLU, STORIES)

BUILT_IN_KEYS = frozenset(key for kind in BUILT_IN_KINDS for item_kind in kind.item_kinds for key in item_kind.read_by)
"""Keys of the fingerprint that every project has, whatever it holds."""

_BUILT_IN_NAMES = frozenset(kind.name for kind in BUILT_IN_KINDS)


def namespaced_kinds(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return the kinds of item whose names can get a prefix."""
    further = (item_kind for kind in kinds for item_kind in kind.item_kinds if item_kind.namespaced)
    return (*NAMESPACED, *(item_kind.name for item_kind in further))


def further_kinds(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return the kinds that plugins add."""
    return tuple(kind for kind in kinds if kind.name not in _BUILT_IN_NAMES)
