"""Examples that teach the wrong thing: one message under two intents, annotated in two ways, or alone in its intent.

The same example twice in one intent is nothing: equal examples count once.
"""

from collections.abc import Iterator, Mapping, Sequence

from tenprint.importers.assembling import value_of
from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.checking.places import MOST_PLACES, in_order
from tenprint.importers.data import DEFAULT_INTENTS, RESPONSE_PREFIX, EntitySpan, NluData, base_intent
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item, Row
from tenprint.importers.kinds import NLU
from tenprint.importers.problem import Problem

FEWEST_EXAMPLES = 2
"""With one example an intent cannot be told from that very sentence; the field warns below two."""


def odd_examples(project: CheckedProject, rules: ReadingRules) -> list[Problem]:
    """Report examples that contradict each other, and intents with too few of them."""
    rows = project.rows.get("intent-example", ())
    return [
        *_of_two_intents(project, rows),
        *_annotated_differently(project, rows, rules),
        *_few(project, rows),
        *_missing(project, rows),
    ]


def _of_two_intents(project: CheckedProject, rows: Sequence[Row]) -> Iterator[Problem]:
    first: dict[str, Row] = {}
    shared: dict[str, list[Row]] = {}
    for row in rows:
        text = row[1][2].casefold()
        other = first.setdefault(text, row)
        if other[1][1] != row[1][1]:
            shared.setdefault(text, [other]).append(row)
    for text in sorted(shared):
        yield _ambiguous(project, _first_of_each_intent(project, shared[text]))


def _first_of_each_intent(project: CheckedProject, rows: Sequence[Row]) -> list[Item]:
    found: dict[str, Item] = {}
    for item in in_order(map(Item._make, rows), project.snapshot):
        found.setdefault(item.path[1], item)
    return list(found.values())


def _ambiguous(project: CheckedProject, items: Sequence[Item]) -> Problem:
    first, *others = items
    intents = " and ".join(f"{item.path[1]!r}" for item in items)
    texts = {item.path[2] for item in items}
    if len(texts) == 1:
        message = f"the example {first.path[2]!r} stands under the intents {intents}"
    else:
        spelled = " and ".join(repr(item.path[2]) for item in items)
        message = f"the examples {spelled} of the intents {intents} differ in upper and lower case only"
    return Problem(
        "ambiguous-example",
        message,
        project.places.of(first),
        "keep it under the one intent it means, or make the two intents one",
        "warning",
        tuple(project.places.of(item) for item in others[:MOST_PLACES]),
    )


def _annotated_differently(project: CheckedProject, rows: Sequence[Row], rules: ReadingRules) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Row] = {}
    repeated: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        other = first.setdefault(row[1], row)
        if other is not row:
            repeated.setdefault(row[1], [other]).append(row)
    # Equal digests were merged, so what is left differs in its annotations or in metadata, which trains nothing.
    spans = _spans(project, rules, frozenset(repeated)) if repeated else {}
    for path in sorted(repeated):
        if len(spans[path]) > 1:
            first_item, *others = in_order(map(Item._make, repeated[path]), project.snapshot)
            yield Problem(
                "differing-annotations",
                f"the example {path[2]!r} of intent {path[1]!r} is annotated in different ways",
                project.places.of(first_item),
                "annotate it in the same way everywhere, or remove one",
                "warning",
                tuple(project.places.of(item) for item in others[:MOST_PLACES]),
            )


def _spans(
    project: CheckedProject, rules: ReadingRules, wanted: frozenset[tuple[str, ...]]
) -> Mapping[tuple[str, ...], set[frozenset[EntitySpan]]]:
    """All ways in which the wanted examples are annotated."""
    nlu: NluData = value_of(NLU, project.snapshot, rules)
    found: dict[tuple[str, ...], set[frozenset[EntitySpan]]] = {path: set() for path in wanted}
    for example in nlu.examples:
        path = ("nlu", example.intent, example.text)
        if path in wanted:
            found[path].add(frozenset(example.entities))
    return found


def _few(project: CheckedProject, rows: Sequence[Row]) -> Iterator[Problem]:
    by_intent: dict[str, list[Row]] = {}
    texts: dict[str, set[str]] = {}
    for row in rows:
        intent = base_intent(row[1][1])
        if len(texts.setdefault(intent, set())) < FEWEST_EXAMPLES:
            texts[intent].add(row[1][2])
            by_intent.setdefault(intent, []).append(row)
    for intent in sorted(texts):
        if len(texts[intent]) < FEWEST_EXAMPLES:
            item = in_order(map(Item._make, by_intent[intent]), project.snapshot)[0]
            yield Problem(
                "few-examples",
                f"the intent {intent!r} has one example only",
                project.places.of(item),
                "add more of what users say; ten are a good start",
                "warning",
            )


def _missing(project: CheckedProject, rows: Sequence[Row]) -> Iterator[Problem]:
    """Intents that dialogues wait for and no example teaches."""
    if not rows:
        # Dialogues alone are a project too: its NLU half lives elsewhere.
        return
    taught = project.taught_intents() | project.payload_intents() | set(DEFAULT_INTENTS)
    for name, users in project.intent_users().items():
        declared = name in project.names("intent")
        if declared and name not in taught and f"{RESPONSE_PREFIX}{name}" not in project.retrieval_actions():
            first, *others = (project.places.inside(item, name, ("intent",)) for item in users[:MOST_PLACES])
            yield Problem(
                "intent-without-examples",
                f"{users[0].kind} {users[0].path[-1]!r} waits for the intent {name!r}, which has no examples",
                first,
                f"add examples under `- intent: {name}`; a button with the payload /{name} would do too",
                "warning",
                tuple(others),
            )
