"""Facets: the parts of training data that a component can say it reads, and their fingerprints. Pure.

A facet is an input node of the training graph. Its fingerprint follows from the items alone, so a plan knows it without
building a value; its value is what a component that reads it is given. Equal fingerprints mean equal values, because
both the fingerprints and the order of the values follow from content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from tenprint.fingerprinting.further_sections import trained_by
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import ItemTable, Row, canonical_digest, digest_of, digest_text, text_form
from tenprint.importers.kinds import BOT_TEXTS, STORIES, USER_TEXTS, Kind, further_kinds

NluFacet: TypeAlias = Literal[
    "texts", "intents", "examples", "synonyms", "regexes", "lookups", "retrieval-responses", "story-messages", "further"
]
CoreFacet: TypeAlias = Literal["stories", "rules", "domain", "further"]

SetsOfItems: TypeAlias = Mapping[str, str]
RowsByKind: TypeAlias = Mapping[str, Sequence[Row]]

_NLU_ITEMS: SetsOfItems = {
    "examples": "intent-example",
    "synonyms": "synonym",
    "regexes": "regex",
    "lookups": "lookup-entry",
}
_CORE_ITEMS: SetsOfItems = {"stories": "story", "rules": "rule"}


def nlu_node(facet: str) -> str:
    """Name of the input node of a facet of NLU data."""
    return f"nlu-data/{facet}"


def core_node(facet: str) -> str:
    """Name of the input node of a facet of what Core is trained on."""
    return f"core-data/{facet}"


def has_literal_texts(table: ItemTable) -> bool:
    """Tell whether dialogues hold words of the user or of the assistant, so that policies may ask the NLU half."""
    return any(item.names(USER_TEXTS) or item.names(BOT_TEXTS) for item in table.of_kind(*STORIES.item_names))


def facet_fingerprints(
    table: ItemTable, fingerprint: Fingerprint, kinds: Iterable[Kind], sections: Collection[str]
) -> dict[str, str]:
    """Digest the facets of these sections; the result maps names of input nodes to `sha256:<hex>`."""
    by_kind = table.by_kind()
    found: dict[str, str] = {}
    if "nlu" in sections:
        found |= _nlu_fingerprints(by_kind, fingerprint) | {nlu_node("further"): _further(fingerprint, kinds, "nlu")}
    if "core" in sections:
        found |= _core_fingerprints(by_kind, fingerprint) | {core_node("further"): _further(fingerprint, kinds, "core")}
    return found


def _nlu_fingerprints(by_kind: RowsByKind, fingerprint: Fingerprint) -> dict[str, str]:
    examples = by_kind.get("intent-example", [])
    found = {
        # No digest for each of them: there are 100,000, and a plan waits for it.
        nlu_node("texts"): _digest("texts", map(text_form, {row[1][2] for row in examples})),
        nlu_node("intents"): _digest("intents", {text_form(row[1][1]) + text_form(row[1][2]) for row in examples}),
        nlu_node("retrieval-responses"): fingerprint["retrieval-responses"],
        nlu_node("story-messages"): fingerprint["story-messages"],
    }
    for facet, kind in _NLU_ITEMS.items():
        found[nlu_node(facet)] = _digest(facet, {row[2] for row in by_kind.get(kind, ())})
    return found


def _core_fingerprints(by_kind: RowsByKind, fingerprint: Fingerprint) -> dict[str, str]:
    # The key covers all that training reads of the effective domain.
    found = {core_node("domain"): fingerprint["domain"]}
    for facet, kind in _CORE_ITEMS.items():
        found[core_node(facet)] = _digest(facet, [_training(row) for row in by_kind.get(kind, [])])
    return found


def _training(row: Row) -> bytes:
    """What of a dialogue is trained on; names and metadata are not, and repetition counts."""
    value: Any = dict(row[3])["training"]
    assert isinstance(value, bytes)  # noqa: S101 - the kind says so
    return value


def _digest(facet: str, entries: Iterable[bytes]) -> str:
    """Digest entries, each of which says where it ends, in the order of their bytes."""
    ordered = sorted(entries)
    return digest_text(digest_of(canonical_digest(facet) + b"e%d:" % len(ordered) + b"".join(ordered)))


def _further(fingerprint: Fingerprint, kinds: Iterable[Kind], section: str) -> str:
    """Digest what plugins' kinds add to a section."""
    trained = {key: sections for key, sections in trained_by(further_kinds(kinds)).items() if section in sections}
    return digest_text(canonical_digest({key: fingerprint.get(key) for key in trained}))
