"""Nodes from YAML events: the hot path of all reading.

Rules kept here:

* no recursion: open collections are a list, and its length is checked before anything is pushed;
* the two `_fill` loops do what nearly every event needs and return any other to `build`; measure before adding to
  them (the whole loader may cost 1.35 times what draining the events costs);
* one iterator, `budget`, is consumed by both loops and by aliases: when it ends, the document is too large;
* problems are collected and reading goes on, except where what follows could not be understood.
"""

from collections.abc import Callable, Iterator
from itertools import islice, repeat
from operator import length_hint
from typing import Any, NoReturn

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import MappingNode, Mark, PlainText, SequenceNode, place_of
from tenprint.importers.reading.scalars import Merge, ScalarError, resolve, resolve_key, resolve_tagged
from tenprint.importers.reading.yaml_merge import expanded_size, merge

Node = MappingNode | SequenceNode

_COLLECTION_TAGS = {MappingStartEvent: "tag:yaml.org,2002:map", SequenceStartEvent: "tag:yaml.org,2002:seq"}


class PlainScalars(dict[str, Any]):
    """Values of the unquoted scalars of one file, each worked out once."""

    __slots__ = ("expandable", "resolver")

    def __init__(self, resolver: Callable[[str], Any], *, expandable: bool) -> None:
        super().__init__()
        self.resolver = resolver
        self.expandable = expandable

    def __missing__(self, text: str) -> Any:
        value = self.resolver(text)
        if self.expandable and value.__class__ is str and "${" in value:
            value = PlainText(value)
        self[text] = value
        return value


class Builder:
    """Builds the root of one document from the events of one parser."""

    def __init__(
        self, get_event: Callable[[], Any], document: DocumentId, *, limits: Limits, expandable: bool, merging: bool
    ) -> None:
        self._get_event = get_event
        self._document = document
        self._limits = limits
        self._merging = merging
        self._plain = PlainScalars(resolve, expandable=expandable)
        self._plain_keys = PlainScalars(resolve_key, expandable=expandable)
        self._budget: Iterator[None] = repeat(None, limits.nodes)
        self._pairs = zip(self._budget, self._budget, strict=False)
        self._open: list[Node] = []
        self._key: Any = None
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, int] = {}
        self.problems: list[Problem] = []

    def build(self) -> Any:
        """Root of the only document, or None; what is wrong is in `problems`.

        Raises `ProblemsError` where nothing after could be understood, and the parser's own error for broken syntax.
        """
        holder = SequenceNode(self._get_event().start_mark)
        event = self._get_event()
        if event.__class__ is StreamEndEvent:
            return None
        if event.version is not None and event.version != (1, 2):
            self._report(
                "yaml-version",
                f"the file asks to be read as YAML {event.version[0]}.{event.version[1]}",
                event.start_mark,
                hint="Remove the line: files are read as YAML 1.2.",
            )
        self._build_below(holder)
        event = self._get_event()
        if event.__class__ is not StreamEndEvent:
            self._report(
                "several-documents",
                "a second document starts here",
                event.start_mark,
                hint="Put each document in a file of its own.",
            )
        return holder[0]

    def _build_below(self, node: Any) -> None:
        opened = self._open
        depth = self._limits.depth
        while True:
            event = self._fill_mapping(node) if node.__class__ is MappingNode else self._fill_sequence(node)
            kind = event.__class__
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                child = MappingNode(event.start_mark) if kind is MappingStartEvent else SequenceNode(event.start_mark)
                if len(opened) >= depth:
                    self._stop_at_depth(event.start_mark)
                if node.__class__ is MappingNode:
                    node[self._key] = child
                else:
                    node.append(child)
                if event.anchor is not None or event.tag is not None:
                    self._label(event, child)
                opened.append(node)
                node = child
            elif kind is DocumentEndEvent:
                return
            else:
                if self._merging and kind is MappingEndEvent and Merge.KEY in node:
                    self._merge(node)
                node = opened.pop()

    def _fill_mapping(self, node: MappingNode) -> Any:
        """Take pairs until the mapping ends or one opens a collection; return that event."""
        get_event, keys, plain = self._get_event, self._plain_keys, self._plain
        mark_key, mark_value = node.key_marks.append, node.value_marks.append
        for _ in self._pairs:
            event = get_event()
            if event.__class__ is ScalarEvent and event.anchor is None and event.tag is None:
                try:
                    key = event.value if event.style else keys[event.value]
                except ScalarError as error:
                    key = self._refused(event, error)
            elif event.__class__ is MappingEndEvent:
                return event
            else:
                key = self._odd_key(event)
            if key in node:
                key = self._duplicate(node, key, event.start_mark)
            mark_key(event.start_mark)
            event = get_event()
            mark_value(event.start_mark)
            if event.__class__ is ScalarEvent and event.anchor is None and event.tag is None:
                try:
                    node[key] = event.value if event.style else plain[event.value]
                except ScalarError as error:
                    node[key] = self._refused(event, error)
            elif event.__class__ is MappingStartEvent or event.__class__ is SequenceStartEvent:
                self._key = key
                return event
            else:
                node[key] = self._odd_value(event, plain)
        self._stop_counting(node.mark)

    def _fill_sequence(self, node: SequenceNode) -> Any:
        """Take entries until the sequence or the document ends or one opens a collection; return that event."""
        get_event, plain = self._get_event, self._plain
        append, mark = node.append, node.marks.append
        for _ in self._budget:
            event = get_event()
            if event.__class__ is ScalarEvent and event.anchor is None and event.tag is None:
                try:
                    append(event.value if event.style else plain[event.value])
                except ScalarError as error:
                    append(self._refused(event, error))
            elif event.__class__ is ScalarEvent or event.__class__ is AliasEvent:
                append(self._odd_value(event, plain))
            elif event.__class__ is MappingStartEvent or event.__class__ is SequenceStartEvent:
                mark(event.start_mark)
                return event
            else:
                return event
            mark(event.start_mark)
        self._stop_counting(node.mark)

    def _odd_key(self, event: Any) -> Any:
        """Key that is an alias, a tagged or anchored scalar, or a collection, which no key can be."""
        refusal = ("yaml-key", "a key must be a scalar, not a mapping or a list", event.start_mark)
        hint = "Write the key as one word or text; quote it if it starts with a bracket or a brace."
        if event.__class__ is not AliasEvent and event.__class__ is not ScalarEvent:
            self._stop(*refusal, hint=hint)
        key = self._odd_value(event, self._plain_keys)
        if isinstance(key, Node):
            self._report(*refusal, hint=hint)
            return object()
        if key is Merge.KEY and event.__class__ is ScalarEvent:
            # Otherwise an alias could carry the instruction into places that expect values.
            self._anchors.pop(event.anchor, None)
        return key

    def _odd_value(self, event: Any, plain: PlainScalars) -> Any:
        """Value of an alias or of a scalar that has a tag or an anchor."""
        if event.__class__ is AliasEvent:
            return self._aliased(event)
        try:
            value: Any = event.value
            if event.tag is not None:
                value = resolve_tagged(value, event.tag)
            elif not event.style:
                value = plain[value]
        except ScalarError as error:
            value = self._refused(event, error)
        except KeyError:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _aliased(self, event: Any) -> Any:
        name, mark = event.anchor, event.start_mark
        if name not in self._anchors:
            self._report(
                "unknown-anchor",
                f"*{name} stands for a value named &{name}, and there is none above",
                mark,
                hint=f"Name a value &{name} before this line, or put the text in quotes.",
            )
            return None
        value = self._anchors[name]
        if isinstance(value, Node) and any(value.mark is node.mark for node in self._open_nodes(value)):
            self._report(
                "recursive-alias",
                f"*{name} stands inside the very value it repeats",
                mark,
                hint="Repeat a part of the value instead, or write it out.",
                related=(self._at(value.mark),),
            )
            return None
        size = expanded_size(value, self._sizes)
        if size > length_hint(self._budget):
            self._stop_counting(mark)
        next(islice(self._budget, size, size), None)
        return value
