"""Finds the line of what stands inside an item: a step of a story, a slot of a form, a condition of a response.

An item knows where it begins and no more. Whoever wants a line inside it has its document parsed once more. The last
few documents are kept, because findings come in clusters; of steps, which contradict each other by the thousand, the
places of a whole document are kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tenprint.importers.errors import ProblemsError
from tenprint.importers.items import Item
from tenprint.importers.location import Location
from tenprint.importers.reading import MappingNode, Place, SequenceNode, parse_document
from tenprint.importers.snapshot import Snapshot

_KEPT_DOCUMENTS = 16

MOST_PLACES = 10
"""Places of one finding that are listed: a wrong name in 10,000 stories is one mistake."""


def in_order(items: Iterable[Item], snapshot: Snapshot) -> list[Item]:
    """Sort items by path and place, so that no finding depends on the order of sources."""
    paths = [document.path for document in snapshot.table.documents]
    return sorted(items, key=lambda item: (paths[item.document], item.line, item.column, item.path, item.digest))


class Places:
    """Places of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._roots: dict[int, Any] = {}
        self._steps: dict[int, dict[Place, Sequence[Place]]] = {}

    def of(self, item: Item) -> Location:
        return self._snapshot.table.location(item)

    def inside(self, item: Item, name: str, keys: Collection[str]) -> Location:
        """Place of the first `name` that stands below one of the keys of an item; else that of the item itself."""
        node = self._node(item) if keys else None
        place = None if node is None else _find(node, self._spellings(item, name), keys)
        return self.of(item) if place is None else self._at(item, place)

    def _spellings(self, item: Item, name: str) -> frozenset[str]:
        """How a name may be written in the document of an item: a namespace puts its prefix before it later."""
        namespace = self._snapshot.documents[item.document].namespace
        return frozenset({name} if namespace is None else {name, name.replace(f"{namespace.name}.", "", 1)})

    def step(self, dialogue: Item, index: int) -> Location:
        """Place of a step of a story or rule; else that of the dialogue."""
        places = self._step_places(dialogue.document).get((dialogue.line, dialogue.column), ())
        return self._at(dialogue, places[index]) if index < len(places) else self.of(dialogue)

    def _step_places(self, number: int) -> Mapping[Place, Sequence[Place]]:
        """Places of all steps of a document, by the place of their dialogue."""
        if number not in self._steps:
            self._steps[number] = {}
            for key, _, listed, _ in _children(self._root(number)):
                for _, place, entry, _ in _children(listed) if key in ("stories", "rules") else ():
                    steps = entry.get("steps") if isinstance(entry, MappingNode) else None
                    if isinstance(steps, SequenceNode):
                        self._steps[number][place] = tuple(_step_places(steps))
        return self._steps[number]

    def _at(self, item: Item, place: Place) -> Location:
        return self._snapshot.documents[item.document].id.at(*place)

    def _node(self, item: Item) -> Any:
        """Return what was written at the place of an item: the whole entry, or the value of the key that names it."""
        if not item.line:
            return None
        return _node_at(self._root(item.document), (item.line, item.column))

    def _root(self, number: int) -> Any:
        if number not in self._roots:
            if len(self._roots) >= _KEPT_DOCUMENTS:
                self._roots.clear()
            self._roots[number] = self._parsed(number)
        return self._roots[number]

    def _parsed(self, number: int) -> Any:
        document = self._snapshot.documents[number]
        if not isinstance(document.content, bytes):
            return None
        try:
            return parse_document(document.content, document.id).root
        except ProblemsError:
            # Larger than the usual limits, for example: the item itself has a place all the same.
            return None


def _children(node: Any) -> Iterator[tuple[Any, Place, Any, Place]]:
    """Key, its place, value, its place; entries of a list have themselves in the place of a key."""
    if isinstance(node, MappingNode):
        for index, (key, value) in enumerate(node.items()):
            key_mark, value_mark = node.marks[2 * index], node.marks[2 * index + 1]
            yield key, (key_mark.line + 1, key_mark.column + 1), value, (value_mark.line + 1, value_mark.column + 1)
    elif isinstance(node, SequenceNode):
        for index, entry in enumerate(node):
            place = node.place(index)
            yield None, place, entry, place


def _node_at(root: Any, place: Place) -> Any:
    """Outermost node that begins at a place, or whose key does."""
    level = [root]
    while level:
        below = []
        for node in level:
            for _, key_place, value, value_place in _children(node):
                if place in (key_place, value_place):
                    return value
                below.append(value)
        level = below
    return None


def _find(node: Any, names: Collection[str], keys: Collection[str]) -> Place | None:
    for key, _, value, place in _children(node):
        found = _named(value, place, names) if key in keys else None
        found = found or _find(value, names, keys)
        if found is not None:
            return found
    return None


def _named(value: Any, place: Place, names: Collection[str]) -> Place | None:
    """Place of the first of the names that is a value, an entry of a list, or a key of a mapping."""
    if isinstance(value, str):
        return place if value.strip().lstrip("/") in names else None
    for key, key_place, entry, _ in _children(value):
        if key in names:
            return key_place
        if key is None and (found := _named(entry, key_place, names)) is not None:
            return found
    return None


def _step_places(listed: SequenceNode) -> Iterator[Place]:
    """Place of each step as the reader makes them: several slots in one entry are several steps."""
    for index, entry in enumerate(listed):
        slots = entry.get("slot_was_set") if isinstance(entry, MappingNode) and "checkpoint" not in entry else None
        if not isinstance(slots, SequenceNode):
            yield listed.place(index)
            continue
        for position, slot in enumerate(slots):
            if isinstance(slot, MappingNode):
                yield from (place for _, place, _, _ in _children(slot))
            else:
                yield slots.place(position)
