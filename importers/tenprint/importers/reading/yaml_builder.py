"""Nodes from YAML events: the hot path of all reading.

Rules kept here:

* no recursion: open collections are a list, and its length is checked before anything is added to it;
* the loop in `_read` does what nearly every event needs and calls a method for the rest; measure before adding to it,
  as most of the time is libyaml's and none is left to give away;
* one iterator, the budget, is consumed by that loop and by aliases: when it ends, the document is too large;
* problems are collected and reading goes on, except where what follows could not be understood.
"""

from collections.abc import Callable, Iterator
from itertools import islice, repeat
from operator import length_hint
from typing import Any, Final, NoReturn

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
from tenprint.importers.reading.scalars import (
    ODD_STARTS,
    Merge,
    ScalarError,
    resolve,
    resolve_key,
    resolve_tagged,
    shortened,
    shown_key,
)
from tenprint.importers.reading.yaml_merge import expanded_size, merge

MOST_PROBLEMS: Final = 1000
"""More are not read by anybody, and a hostile file could hold millions."""
LONGEST_TAG: Final = 100
"""Characters between the mark of a value and its name, which only a tag can fill."""


class PlainKeys(dict[str, Any]):
    """Values of the unquoted keys of one file: keys repeat, so each is worked out and stored once."""

    __slots__ = ("odd_starts", "resolver")

    def __init__(self, resolver: Callable[[str], Any], odd_starts: frozenset[str]) -> None:
        super().__init__()
        self.resolver = resolver
        self.odd_starts = odd_starts

    def __missing__(self, text: str) -> Any:
        value = self[text] = text if text and text[0] not in self.odd_starts else self.resolver(text)
        return value


class Builder:
    """Builds the root of one document from the events of one parser; used once.

    `text` is what the parser reads; here it only answers rare questions.
    """

    def __init__(self, get_event: Callable[[], Any], text: str, document: DocumentId, *, limits: Limits) -> None:
        self._get_event = get_event
        self._text = text
        self._document = document
        self._limits = limits
        self._budget: Iterator[None] = repeat(None, limits.nodes)
        # Looking for the one character first is twenty times faster.
        self._merging = "<" in text and "<<" in text
        expandable = "$" in text and "${" in text
        self._resolver = _noticing_variables(resolve) if expandable else resolve
        # A variable may stand behind any first character, so every character of the text is odd then.
        self._odd_starts = frozenset(text) if expandable else ODD_STARTS
        self._keys = PlainKeys(_noticing_variables(resolve_key) if expandable else resolve_key, self._odd_starts)
        self._opened: list[Any] = []
        """The collections around the one being filled."""
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, int] = {}
        self._keys_seen: dict[Any, tuple[Any, Mark]] = {}
        self._keys_seen_of: MappingNode | None = None
        self.problems: list[Problem] = []

    def build(self) -> Any:
        """Root of the only document; what is wrong with it is in `problems`.

        Raises `ProblemsError` where nothing after could be understood, and the parser's own error for broken syntax.
        """
        start_mark = self._get_event().start_mark
        event = self._get_event()
        if type(event) is StreamEndEvent:
            return MappingNode(start_mark)
        if event.version is not None and event.version != (1, 2):
            self._report(
                "yaml-version",
                f"the file asks to be read as YAML {event.version[0]}.{event.version[1]}",
                event.start_mark,
                hint="Remove the line: files are read as YAML 1.2.",
            )
        holder = SequenceNode(start_mark)
        self._read(holder)
        event = self._get_event()
        if type(event) is not StreamEndEvent:
            self._report(
                "several-documents",
                "a second document starts here",
                event.start_mark,
                hint="Put each document in a file of its own.",
            )
        # Empty text, an empty list, zero and false stand for an empty mapping as well.
        return holder[0] or MappingNode(start_mark)

    # One function, because a call for each event would cost a third of the whole loader. It sets what the constructors
    # of the nodes set, because calling them costs several percent.
    def _read(self, node: Any) -> None:  # noqa: C901, PLR0912 - as above
        """Fill `node`, which holds the root, with all events up to the end of the document."""
        get_event, keys, odd_starts, opened = self._get_event, self._keys, self._odd_starts, self._opened
        new_mapping, new_sequence = MappingNode.__new__, SequenceNode.__new__
        key = None
        in_mapping, marks = False, node.marks
        for _ in self._budget:
            event = get_event()
            kind = type(event)
            if in_mapping and kind is not MappingEndEvent:
                if kind is ScalarEvent and event.anchor is None and event.tag is None:
                    key = event.value if event.style else keys.get(event.value) or self._new_key(event)
                else:
                    key = self._odd_key(event, node)
                if key in node:
                    key = self._duplicate(node, key, event.start_mark)
                marks.append(event.start_mark)
                event = get_event()
                kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                if event.anchor is not None or event.tag is not None:
                    value = self._odd_value(event, node, self._resolver)
                elif (not value or value[0] in odd_starts) and not event.style:
                    value = self._resolved(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = new_mapping(MappingNode) if kind is MappingStartEvent else new_sequence(SequenceNode)
                value.mark, value.marks = event.start_mark, []
                if event.anchor is not None or event.tag is not None or len(opened) >= self._limits.depth:
                    self._check_start(event, value)
            elif kind is AliasEvent:
                value = self._odd_value(event, node, self._resolver)
            elif kind is DocumentEndEvent:
                return
            else:
                if self._merging and in_mapping and Merge.KEY in node:
                    self._merge(node)
                node = opened.pop()
                in_mapping, marks = type(node) is MappingNode, node.marks
                continue
            marks.append(event.start_mark)
            if in_mapping:
                node[key] = value
            else:
                node.append(value)
            if kind is not ScalarEvent and kind is not AliasEvent:
                opened.append(node)
                node, in_mapping, marks = value, kind is MappingStartEvent, value.marks
        self._stop_counting(node.mark)

    def _new_key(self, event: Any) -> Any:
        """Key without quotes that was not met before, or that counts as false."""
        try:
            return self._keys[event.value]
        except ScalarError as error:
            return self._refused(event, error)

    def _resolved(self, event: Any) -> Any:
        """Value of a scalar without quotes that may be something else than text."""
        try:
            return self._resolver(event.value)
        except ScalarError as error:
            return self._refused(event, error)

    def _odd_key(self, event: Any, node: Any) -> Any:
        """Key that is an alias, a tagged or anchored scalar, or a collection, which no key can be."""
        message = "a key must be a scalar, not a mapping or a list"
        hint = "Write the key as one word or text; quote it if it starts with a bracket or a brace."
        if type(event) in (MappingStartEvent, SequenceStartEvent):
            self._stop("yaml-key", message, event.start_mark, hint=hint)
        known = len(self.problems)
        key = self._odd_value(event, node, self._keys.__getitem__)
        if _is_collection(key):
            if len(self.problems) == known:
                self._report("yaml-key", message, event.start_mark, hint=hint)
            return object()
        if key is Merge.KEY:
            # Otherwise an alias could carry the instruction into places that expect values.
            self._anchors.pop(event.anchor, None)
        return key

    def _odd_value(self, event: Any, node: Any, resolver: Callable[[str], Any]) -> Any:
        """Value of an alias or of a scalar that has a tag or an anchor."""
        if type(event) is AliasEvent:
            return self._aliased(event, node)
        value = event.value
        try:
            if event.tag is not None:
                value = resolve_tagged(value, event.tag)
            elif not event.style:
                value = resolver(value)
        except ScalarError as error:
            self._refused(event, error)
        except KeyError:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._check_name(f"&{event.anchor}", event.start_mark)
            self._anchors[event.anchor] = value
        return value

    def _aliased(self, event: Any, node: Any) -> Any:
        """Value an alias repeats: the very same node, paid for from the budget as if it were written out."""
        name, mark = event.anchor, event.start_mark
        shown = shortened(name)
        self._check_name(f"*{name}", mark)
        if name not in self._anchors:
            self._report(
                "unknown-anchor",
                f"*{shown} repeats a value named &{shown}, and there is none above",
                mark,
                hint=f"Name a value &{shown} before this line, or put the text in quotes.",
            )
            # A stand-in that can even be merged, so that nothing else is reported about it.
            return MappingNode(mark)
        value = self._anchors[name]
        if value is node or any(value is opened for opened in self._opened):
            self._report(
                "recursive-alias",
                f"*{shown} stands inside the very value it repeats",
                mark,
                hint="Repeat a part of the value instead, or write it out.",
                related=(self._at(value.mark),),
            )
            return MappingNode(mark)
        size = expanded_size(value, self._sizes)
        if size > length_hint(self._budget):
            self._stop_counting(mark)
        next(islice(self._budget, size, size), None)
        return value

    def _check_name(self, name: str, mark: Mark) -> None:
        """Refuse a name followed by a colon: YAML 1.1 ends the name before it, YAML 1.2 makes it part of the name."""
        # A tag may stand between the mark and the name.
        start = self._text.find(name, mark.index, mark.index + len(name) + LONGEST_TAG)
        if start >= 0 and self._text.startswith(":", start + len(name)):
            self._report(
                "yaml-anchor",
                f"the colon after {shortened(name)} may be a part of the name",
                mark,
                hint=f"Write a space between: {shortened(name)} :",
            )

    def _check_start(self, event: Any, child: Any) -> None:
        """Check the depth of a collection that opens, note its anchor, and refuse tags that are not its kind's own."""
        if len(self._opened) >= self._limits.depth:
            self._stop_at_depth(event.start_mark)
        own = "tag:yaml.org,2002:map" if type(child) is MappingNode else "tag:yaml.org,2002:seq"
        if event.tag is not None and event.tag != own:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._check_name(f"&{event.anchor}", event.start_mark)
            self._anchors[event.anchor] = child

    def _merge(self, node: MappingNode) -> None:
        for mark in merge(node):
            self._report(
                "yaml-merge",
                "only mappings can be merged with <<",
                mark,
                hint='Merge an alias of a mapping, or a list of such; write "<<" in quotes if it is meant as text.',
            )

    def _duplicate(self, node: MappingNode, key: Any, mark: Mark) -> object:
        """Report a key given again; return a stand-in that keeps the marks of `node` in step."""
        if self._keys_seen_of is not node:
            self._keys_seen_of, self._keys_seen = node, {}
        seen = self._keys_seen
        newest_first = zip(reversed(node), islice(reversed(node.marks), 1, None, 2), strict=True)
        seen.update((each, (each, place)) for each, place in islice(newest_first, len(node) - len(seen)))
        first, first_mark = seen[key]
        if key is Merge.KEY:
            message, hint = "the merge key << is given twice in one mapping", "Merge several: <<: [*first, *second]."
        elif type(first) is type(key):
            message = f"the key {shown_key(key)} is given twice in one mapping"
            hint = "Remove or rename one of the two."
        else:
            message = f"the key {shown_key(key)} is the same as the key {shown_key(first)} of this mapping"
            hint = "Put them in quotes to keep them apart, or remove one of the two."
        self._report("duplicate-key", message, mark, hint=hint, related=(self._at(first_mark),))
        return object()

    def _refused(self, event: Any, error: ScalarError) -> str:
        self._report("yaml-scalar", error.message, event.start_mark, hint=error.hint)
        return str(event.value)

    def _refuse_tag(self, event: Any) -> None:
        shown = shortened(str(event.tag).replace("tag:yaml.org,2002:", "!!", 1))
        self._report(
            "yaml-tag",
            f"the tag {shown} cannot be used here",
            event.start_mark,
            hint="Remove the tag; put text that starts with an exclamation mark in quotes.",
        )

    def _stop_at_depth(self, mark: Mark) -> NoReturn:
        self._stop(
            "too-deep",
            f"more than {self._limits.depth} mappings and lists stand inside each other",
            mark,
            hint="Check the brackets and the indentation here, or raise the limit `depth`.",
        )

    def _stop_counting(self, mark: Mark) -> NoReturn:
        self._stop(
            "too-many-nodes",
            f"the document has more than {self._limits.nodes} values once its aliases are written out",
            mark,
            hint="Split the file, use fewer aliases, or raise the limit `nodes`.",
        )

    def _stop(self, code: str, message: str, mark: Mark, *, hint: str) -> NoReturn:
        self._report(code, message, mark, hint=hint)
        raise ProblemsError(self.problems)

    def _report(self, code: str, message: str, mark: Mark, *, hint: str, related: tuple[Location, ...] = ()) -> None:
        if len(self.problems) == MOST_PROBLEMS:
            message = f"reading stopped here, after {MOST_PROBLEMS} problems"
            self.problems.append(Problem("too-many-problems", message, self._at(mark), "Solve those above first."))
            raise ProblemsError(self.problems)
        self.problems.append(Problem(code, message, self._at(mark), hint, related=related))

    def _at(self, mark: Mark) -> Location:
        return self._document.at(*place_of(mark))


def _noticing_variables(resolver: Callable[[str], Any]) -> Callable[[str], Any]:
    """Make text with `${` in it a `PlainText`, for a later pass to expand."""

    def resolve_noticing(text: str) -> Any:
        value = resolver(text)
        return PlainText(value) if type(value) is str and "${" in value else value

    return resolve_noticing


def _is_collection(value: Any) -> bool:
    return type(value) is MappingNode or type(value) is SequenceNode
