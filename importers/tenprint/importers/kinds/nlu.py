"""The kind `nlu`: examples, synonyms, regular expressions and lookup tables, all of them sets."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from tenprint.importers.canonical import canonical, integer_form, name_form, text_form, tuple_form
from tenprint.importers.data import LABEL_SEPARATOR, EntitySpan, Example, LookupEntry, NluData, RegexFeature, Synonym
from tenprint.importers.digest import digest_of
from tenprint.importers.items import NO_FACETS, Facets, Path, Row
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue, whole
from tenprint.importers.kinds.renaming import rename_example, rename_lookup_entry, rename_regex, rename_synonym
from tenprint.importers.kinds.values import example_fault, named_below, of_type
from tenprint.importers.merging import Identity
from tenprint.importers.reading import NLU_JSON_KEY, ExampleLines, read_nlu

_MESSAGES = {"messages": "digest"}

_HEAD = b"u3:" + text_form("intent-example") + b"u3:" + text_form("nlu")
_NO_ANNOTATIONS = canonical(((), None))
_ONE_SPAN = b"u2:u1:u6:"
_NONE = canonical(None)


# Each intent has many examples.
@lru_cache(maxsize=8192)
def _head(intent: str) -> bytes:
    """Return what the forms of all examples of an intent begin with."""
    return _HEAD + text_form(intent)


def _example(kind: str, path: Path, example: Example) -> tuple[bytes, Facets]:  # noqa: ARG001 - both are in the example
    """Digest (kind, path, (spans, metadata)), put together by hand: a project has 100,000 of them.

    The test of this module holds it against the plain canonical form.
    """
    text, intent, spans, metadata = example
    return _digested(_head(intent) + text_form(text), spans, metadata)


def example_rows(lines: ExampleLines, number: int) -> Iterator[Row]:
    """Rows of examples without metadata, those that `_example` would make of each."""
    intent, examples, (line, column) = lines
    head = _head(intent)
    for place, (text, spans) in enumerate(examples, line):
        digest, facets = _digested(head + text_form(text), spans, None)
        yield "intent-example", ("nlu", intent, text), digest, facets, number, place, column


def _digested(form: bytes, spans: Sequence[EntitySpan], metadata: Any) -> tuple[bytes, Facets]:
    """Digest and facets of an example; `form` is that of its kind, intent and text."""
    if metadata is None:
        if not spans:
            return digest_of(form + _NO_ANNOTATIONS), NO_FACETS
        if len(spans) == 1:
            start, end, entity, value, role, group = spans[0]
            label, facets = label_form(entity, value, role, group)
            parts = (form, _ONE_SPAN, integer_form(start), integer_form(end), label, _NONE)
            return digest_of(b"".join(parts)), facets
    ordered = spans if len(spans) == 1 else sorted(spans, key=_span_order)
    noted = _NONE if metadata is None else canonical(metadata)
    form += b"u2:" + tuple_form([span_form(span) for span in ordered]) + noted
    return digest_of(form), _labels(spans)


def span_form(span: EntitySpan) -> bytes:
    """Canonical form of (start, end, entity, value, role, group)."""
    start, end, entity, value, role, group = span
    label, _ = label_form(entity, value, role, group)
    return b"u6:%b%b%b" % (integer_form(start), integer_form(end), label)


def nlu_view(nlu: NluData) -> NluData:
    """Bring NLU data into canonical order, with the annotations of each example; nothing of it is left out."""
    return NluData(
        tuple(
            example._replace(entities=tuple(sorted(example.entities, key=_span_order)))
            if len(example.entities) > 1
            else example
            for example in sorted(nlu.examples, key=_example_order)
        ),
        tuple(sorted(nlu.synonyms, key=lambda synonym: (synonym.text, synonym.value))),
        tuple(sorted(nlu.regexes, key=lambda regex: (regex.name, regex.pattern))),
        tuple(sorted(nlu.lookups, key=lambda entry: (entry.name, entry.element))),
    )


def _example_order(example: Example) -> tuple[str, str, bytes]:
    return example.intent, example.text, _example("intent-example", ("nlu", example.intent, example.text), example)[0]


def _span_order(span: EntitySpan) -> tuple[int, int, bytes]:
    return span.start, span.end, span_form(span)


def label_form(entity: str, value: Any, role: str | None, group: str | None) -> tuple[bytes, Facets]:
    """Canonical form and facets of (entity, value, role, group), without the tag of a tuple."""
    # Numbers are not looked up: 0.0 and -0.0 are equal and have two forms.
    return _label_of_text(entity, value, role, group) if type(value) is str else _label(entity, value, role, group)


def _label(entity: str, value: Any, role: str | None, group: str | None) -> tuple[bytes, Facets]:
    form = b"%b%b%b%b" % (
        name_form(entity),
        canonical(value),
        _NONE if role is None else name_form(role),
        _NONE if group is None else name_form(group),
    )
    return form, _labels_of(((entity, role, group),))


# Most annotated examples have one entity, and the same ones come by again and again.
_label_of_text = lru_cache(maxsize=4096)(_label)


def _labels(spans: Sequence[EntitySpan]) -> Facets:
    """Entity types, and roles and groups with their type; without the facets that would be empty."""
    return _labels_of([(span.entity, span.role, span.group) for span in spans])


def _labels_of(labels: Sequence[tuple[str, str | None, str | None]]) -> Facets:
    named = {
        "entities": {entity for entity, _, _ in labels},
        "groups": {f"{entity}{LABEL_SEPARATOR}{group}" for entity, _, group in labels if group},
        "roles": {f"{entity}{LABEL_SEPARATOR}{role}" for entity, role, _ in labels if role},
    }
    return tuple((facet, tuple(sorted(names))) for facet, names in named.items() if names)


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
    keys=frozenset({"nlu", NLU_JSON_KEY}),
    item_kinds=(
        ItemKind(
            "intent-example",
            Identity.SET,
            _example,
            _MESSAGES,
            rename_example,
            name_at=1,
            path_of=lambda example: ("nlu", example.intent, example.text),
            fault=example_fault,
        ),
        ItemKind(
            "synonym",
            Identity.ONE,
            whole(_synonym),
            _MESSAGES,
            rename_synonym,
            name_in=lambda synonym: synonym.value,
            path_of=named_below("nlu", "synonyms", attribute="text"),
            fault=of_type(Synonym),
        ),
        ItemKind(
            "regex",
            Identity.SET,
            whole(_regex),
            _MESSAGES,
            rename_regex,
            path_of=named_below("nlu", "regexes"),
            fault=of_type(RegexFeature),
        ),
        ItemKind(
            "lookup-entry",
            Identity.SET,
            whole(_lookup_entry),
            _MESSAGES,
            rename_lookup_entry,
            path_of=named_below("nlu", "lookups"),
            fault=of_type(LookupEntry),
        ),
    ),
    read=read_nlu,
    take_apart=_take_apart,
    put_together=_put_together,
)
