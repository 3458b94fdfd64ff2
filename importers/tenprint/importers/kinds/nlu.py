"""The kind `nlu`: examples, synonyms, regular expressions and lookup tables, all of them sets."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from tenprint.importers.canonical import canonical, text_form
from tenprint.importers.data import EntitySpan, Example, LookupEntry, NluData, RegexFeature, Synonym
from tenprint.importers.items import NO_FACETS, Facets, Path
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue, whole
from tenprint.importers.merging import Identity
from tenprint.importers.reading import read_nlu

_MESSAGES = {"messages": "digest"}

_NO_ANNOTATIONS = canonical(((), None))
_PATH_HEAD = b"u3:" + text_form("intent-example") + b"u3:" + text_form("nlu")


def _span(span: EntitySpan) -> tuple[Any, ...]:
    return span.start, span.end, span.entity, span.value, span.role, span.group


def _example(kind: str, path: Path, example: Example) -> tuple[bytes, Facets]:
    """As `whole`, with the canonical form of examples without annotations put together by hand: most are like that.

    The test of this module holds it against the plain form.
    """
    if not example.entities and example.metadata is None:
        plain = _PATH_HEAD + text_form(example.intent) + text_form(example.text) + _NO_ANNOTATIONS
        return sha256(plain).digest(), NO_FACETS
    spans = tuple(_span(span) for span in sorted(example.entities, key=_span_order))
    digest = sha256(canonical((kind, path, (spans, example.metadata)))).digest()
    return digest, _labels(example.entities)


def example_order(example: Example) -> tuple[str, str, bytes]:
    """Order examples by what they mean, not by where they stand."""
    return example.intent, example.text, _example("intent-example", ("nlu", example.intent, example.text), example)[0]


def _span_order(span: EntitySpan) -> tuple[Any, ...]:
    return span.start, span.end, span.entity, span.role or "", span.group or "", str(span.value)


def _labels(spans: Sequence[EntitySpan]) -> Facets:
    facets: list[tuple[str, tuple[str, ...]]] = []
    if spans:
        facets.append(("entities", tuple(sorted({span.entity for span in spans}))))
    groups = {f"{span.entity}#{span.group}" for span in spans if span.group}
    if groups:
        facets.append(("groups", tuple(sorted(groups))))
    roles = {f"{span.entity}#{span.role}" for span in spans if span.role}
    if roles:
        facets.append(("roles", tuple(sorted(roles))))
    return tuple(facets)


def _take_apart(nlu: NluData) -> Iterator[NamedValue]:
    for example in nlu.examples:
        yield NamedValue("intent-example", ("nlu", example.intent, example.text), example)
    for synonym in nlu.synonyms:
        yield NamedValue("synonym", ("nlu", "synonyms", synonym.text), synonym)
    for regex in nlu.regexes:
        yield NamedValue("regex", ("nlu", "regexes", regex.name), regex)
    for entry in nlu.lookups:
        yield NamedValue("lookup-entry", ("nlu", "lookups", entry.name), entry)


def _put_together(parts: Sequence[NamedValue]) -> NluData:
    by_kind: dict[str, list[Any]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(part.value)
    return NluData(
        tuple(by_kind.get("intent-example", ())),
        tuple(by_kind.get("synonym", ())),
        tuple(by_kind.get("regex", ())),
        tuple(by_kind.get("lookup-entry", ())),
    )


def _synonym(synonym: Synonym) -> str:
    return synonym.value


def _regex(regex: RegexFeature) -> str:
    return regex.pattern


def _lookup_entry(entry: LookupEntry) -> str:
    return entry.element


NLU = Kind(
    name="nlu",
    keys=frozenset({"nlu"}),
    item_kinds=(
        ItemKind("intent-example", Identity.SET, _example, _MESSAGES),
        ItemKind("synonym", Identity.ONE, whole(_synonym), _MESSAGES),
        ItemKind("regex", Identity.SET, whole(_regex), _MESSAGES),
        ItemKind("lookup-entry", Identity.SET, whole(_lookup_entry), _MESSAGES),
    ),
    read=read_nlu,
    take_apart=_take_apart,
    put_together=_put_together,
)
