"""Snapshot to values: only for training, checks and export.

The values are put together from the parts whose items the merge kept, so items of the assembled value are the items of
the snapshot: a merge policy never meets a value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tenprint.importers.data import NluData, ProjectData, Response, Rule, Stories, Story, StoryMessage, UserStep
from tenprint.importers.errors import CanonicalFormError
from tenprint.importers.itemising import DocumentReading, Itemiser, ReadingRules, itemise, parts_of
from tenprint.importers.items import ItemTable, Part, Path, Row
from tenprint.importers.kinds import (
    CONFIG,
    DOMAIN,
    NLU,
    STORIES,
    ItemKind,
    Kind,
    NamedValue,
    TrainedSection,
    core_view,
    nameless,
    nlu_view,
)
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Place, RawPart
from tenprint.importers.snapshot import Snapshot, SourceDocument


def project_data(snapshot: Snapshot, rules: ReadingRules) -> ProjectData:
    """Build all values of a snapshot; parses every document once more."""
    kept = _kept_parts(snapshot, rules)
    return ProjectData(
        config=put_together(CONFIG, kept),
        domain=put_together(DOMAIN, kept),
        stories=put_together(STORIES, kept),
        nlu=put_together(NLU, kept),
        tests=conversation_tests(snapshot, rules),
        further={kind.name: put_together(kind, kept) for kind in _present(snapshot, rules)},
    )


def further_values(snapshot: Snapshot, rules: ReadingRules) -> dict[str, Any]:
    """Build the values of the kinds that plugins add and the snapshot has data of, by the name of the kind."""
    return {kind.name: value_of(kind, snapshot, rules) for kind in _present(snapshot, rules)}


def _present(snapshot: Snapshot, rules: ReadingRules) -> list[Kind]:
    if not rules.further_kinds:
        return []
    found = snapshot.table.kinds()
    return [kind for kind in rules.further_kinds if not found.isdisjoint(kind.item_names)]


def conversation_tests(snapshot: Snapshot, rules: ReadingRules) -> Stories:
    """Stories of the documents that are conversation tests; they are never merged with training data."""
    parts = [
        part
        for number, document in enumerate(snapshot.documents)
        if document.role == "tests"
        for part in parts_of(document, number, rules)
    ]
    stories: Stories = put_together(STORIES, parts)
    return stories


def value_of(kind: Kind, snapshot: Snapshot, rules: ReadingRules) -> Any:
    """Build the value of one kind; parses only the documents that hold it."""
    return put_together(kind, _kept_parts(snapshot, rules, kind.name))


def _kept_parts(snapshot: Snapshot, rules: ReadingRules, kind: str | None = None) -> list[Part]:
    """Parts of the items that count, in their order."""
    wanted: dict[int, list[int]] = {}
    starts: dict[int, int] = {}
    holding = {number for number, each in enumerate(snapshot.documents) if kind is None or kind in each.kinds}
    # Those of most documents are passed over in one go: a project has many examples, and its configuration few lines.
    rows = snapshot.unmerged.rows
    positions = [position for position, row in enumerate(rows) if row[4] in holding]
    for position in positions:
        starts.setdefault(rows[position][4], position)
    if snapshot.kept is not None:
        positions = [position for position in snapshot.kept if rows[position][4] in holding]
    for position in positions:
        wanted.setdefault(rows[position][4], []).append(position)
    parts: list[Part] = []
    for number, positions in wanted.items():
        found = parts_of(snapshot.documents[number], number, rules)
        parts += [found[position - starts[number]] for position in positions]
    return parts


def itemised_again(snapshot: Snapshot, rules: ReadingRules) -> ItemTable:
    """Make the items of a snapshot anew, by rules that digest them in another way; parses every document once more."""
    rows: Iterator[Row] = (part.item[:] for part in _kept_parts(snapshot, rules))
    return ItemTable(snapshot.unmerged.documents, tuple(rows))


def put_together(kind: Kind, parts: Sequence[Part]) -> Any:
    """Make the value of one kind of the parts that belong to it."""
    own = frozenset(kind.item_names)
    return kind.put_together(
        [NamedValue(part.item.kind, part.item.path, part.value) for part in parts if part.item.kind in own]
    )


def take_apart(kind: Kind, value: Any) -> tuple[RawPart, ...]:
    """Parts of a value that never was text; their places are unknown."""
    return tuple(RawPart(part.kind, part.path, part.value, (0, 0)) for part in kind.take_apart(value))


def items_of(kind: Kind, value: Any, rules: ReadingRules) -> tuple[Row, ...]:
    """Items of a value, as if it were the only document of a source."""
    return itemise(take_apart(kind, value), 0, rules)


class PlacedValue(NamedTuple):
    """A value of a kind, and where a source has it: line and column, or row and column, from 1."""

    kind: Kind
    value: Any
    place: Place


def read_values(
    document: DocumentId,
    values: Iterable[PlacedValue],
    number: int,
    rules: ReadingRules,
    *,
    problems: Iterable[Problem] = (),
) -> DocumentReading:
    """Read a document whose values are known with their places, such as the rows of a table.

    What is no value of its kind, such as an example without a text, is a problem at its place.

    Args:
        document: What the document is called.
        values: Its content, in its order.
        number: Its place among the documents of the source.
        rules: Those of the importer's context.
        problems: What else is wrong with it.
    """
    itemiser = Itemiser(number, rules, rules.namespace)
    item_kinds = rules.item_kinds()
    parts: list[RawPart] = []
    kinds: dict[str, None] = {}
    found = list(problems)
    for kind, value, place in values:
        kinds.setdefault(kind.name)
        for part in kind.take_apart(value):
            fault = _fault_of(part, item_kinds[part.kind])
            raw = RawPart(part.kind, part.path, part.value, place)
            try:
                if fault is None:
                    itemiser.add(*raw)
                    parts.append(raw)
            except CanonicalFormError as error:
                fault = error.message
            if fault is not None:
                message = f"this is no {part.kind.replace('-', ' ')}: {fault}"
                found.append(Problem("wrong-value", message, document.at(*place), "correct it in the source"))
    source = SourceDocument(document, "data", tuple(kinds), tuple(parts), rules.namespace)
    return DocumentReading(source, tuple(itemiser.rows), tuple(found))


def _fault_of(part: NamedValue, item_kind: ItemKind) -> str | None:
    """Tell why a part is no item; None for good ones."""
    fault = None if item_kind.fault is None else item_kind.fault(part.path, part.value)
    if fault is None and not all(name.strip() for name in part.path):
        return "its name is blank"
    return fault


@dataclass(frozen=True, slots=True)
class TrainingView:
    """What the trainers receive: exactly what the fingerprint covers, in an order that follows from it."""

    config: Mapping[str, Any]
    domain: Any
    stories: Stories
    nlu: NluData
    responses: frozenset[str]
    further: Mapping[TrainedSection, Mapping[str, Any]] = field(default_factory=dict)
    """Values of the kinds that plugins add, by section and name of the kind."""


def training_view(project: ProjectData, kinds: Iterable[Kind] = ()) -> TrainingView:
    """Reduce and order project data so that equal fingerprints mean equal input; `kinds` are those plugins add."""
    known = tuple(kind for kind in kinds if kind.name in project.further)
    return TrainingView(
        config=project.config,
        domain=core_view(project.domain, project.nlu.retrieval_intents),
        stories=nameless(project.stories),
        nlu=replace(
            nlu_view(project.nlu),
            responses=_in_order(response for response in project.domain.responses if response.is_retrieval),
            messages=tuple(StoryMessage(text=text) for text in _user_texts(project.stories)),
        ),
        responses=frozenset(response.name for response in project.domain.responses),
        further={section: _further_view(project, known, section) for section in ("core", "nlu")},
    )


def _in_order(responses: Iterable[Response]) -> tuple[Response, ...]:
    return tuple(sorted(responses, key=lambda response: response.name))


def _user_texts(stories: Stories) -> list[str]:
    """Collect the literal words of users, each once."""
    dialogues: tuple[Story | Rule, ...] = (*stories.stories, *stories.rules)
    return sorted({step.text for dialogue in dialogues for step in dialogue.steps if isinstance(step, UserStep)})


def _further_view(project: ProjectData, kinds: Iterable[Kind], section: TrainedSection) -> dict[str, Any]:
    """What a section is trained on of the kinds that plugins add: the items its keys read, and no others."""
    view = {}
    for kind in kinds:
        names = kind.trained_items(section)
        parts = [part for part in kind.take_apart(project.further[kind.name]) if part.kind in names]
        if parts:
            view[kind.name] = kind.put_together(sorted(parts, key=_training_order(kind)))
    return view


def _training_order(kind: Kind) -> Callable[[NamedValue], tuple[str, Path, bytes]]:
    """Make the key that sorts parts by what they are and say; entries of an ordered list keep their order."""
    item_kinds = {item_kind.name: item_kind for item_kind in kind.item_kinds}

    def order(part: NamedValue) -> tuple[str, Path, bytes]:
        item_kind = item_kinds[part.kind]
        group = item_kind.identity.group_of(part.path)
        if group is not None:
            return part.kind, group, b""
        return part.kind, part.path, item_kind.itemise(*part)[0]

    return order
