"""Schemes: how fingerprints were computed when a model was written, so that a new scheme never retrains by itself.

A fingerprint file says which scheme its digests are of. A model of an older scheme is compared in that scheme: the data
of today is digested as it was digested then, kept values and all. Only what is written is always of the newest one.

A scheme that is added keeps the old one in `SCHEMES`. It gives its keys the names that sections have today; a key it
does not have is on neither side, and so it is equal. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tenprint.fingerprinting.errors import ModelError
from tenprint.fingerprinting.fingerprint import ItemKinds, fingerprint_of
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import SCHEME, ItemTable, ReadingRules, Snapshot, itemised_again, recorded, recorded_kinds
from tenprint.importers.kinds import ItemKind


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to digest items and fingerprints.

    `item_kind` makes of a kind of item the one that digests as this scheme did, with the keys that read it then.
    """

    number: int
    item_kind: Callable[[ItemKind], ItemKind]
    fingerprint: Callable[[ItemTable, ItemKinds], Fingerprint]

    def rules(self, rules: ReadingRules) -> ReadingRules:
        """Return the rules by which items get the digests of this scheme."""
        kinds = (replace(kind, item_kinds=tuple(map(self.item_kind, kind.item_kinds))) for kind in rules.kinds)
        return replace(rules, kinds=tuple(kinds))


def _as_it_is(item_kind: ItemKind) -> ItemKind:
    return item_kind


NEWEST = Scheme(SCHEME, _as_it_is, fingerprint_of)

SCHEMES: tuple[Scheme, ...] = (NEWEST,)
"""All schemes models were ever written with, oldest first."""


@dataclass(frozen=True, slots=True)
class Digested:
    """Data of today as one scheme digests it: what a model of that scheme is compared with."""

    fingerprint: Fingerprint
    table: ItemTable
    item_kinds: ItemKinds


def digested(snapshot: Snapshot, rules: ReadingRules, scheme: Scheme = NEWEST) -> Digested:
    """Digest a snapshot; for another scheme than the newest every document is parsed once more.

    The transforms a snapshot went through are compared in the newest scheme only: they decide nothing.
    """
    if scheme is NEWEST:
        item_kinds = recorded_kinds(rules.item_kinds())
        table = recorded(snapshot.table, snapshot.transforms)
        return Digested(fingerprint_of(table, item_kinds), table, item_kinds)
    older = scheme.rules(rules)
    table = itemised_again(snapshot, older)
    return Digested(scheme.fingerprint(table, older.item_kinds()), table, older.item_kinds())


def scheme_of(number: int | None, *, name: str, schemes: Sequence[Scheme] = SCHEMES) -> Scheme:
    """Find the scheme of a model; one that names none is not ours and has no digest in common with any.

    Args:
        number: What its fingerprint file says.
        name: What messages call the model, usually its path.
        schemes: Those that are known.

    Raises:
        ModelError: A scheme this version does not know: the model was written by a newer tenprint.
    """
    if number is None:
        return NEWEST
    for scheme in schemes:
        if scheme.number == number:
            return scheme
    known = max(scheme.number for scheme in schemes)
    raise ModelError(
        f"{name} was written by a newer tenprint: its fingerprint has the scheme {number}, and this version knows"
        f" schemes up to {known}",
        hint="upgrade tenprint, or train everything with --force",
    )
