"""Reads the `nlu` section: intents with examples, synonyms, regular expressions, lookup tables.

A document may hold the sections of both formats, because a JSON document is a YAML document too.
"""

from collections.abc import Iterator
from typing import Any

from tenprint.importers.data import (
    Example,
    LookupEntry,
    RegexFeature,
    Synonym,
)
from tenprint.importers.reading.document import MappingNode, Place, SequenceNode
from tenprint.importers.reading.names import BLANKS, checked_intent_name, marked_up
from tenprint.importers.reading.nlu_json import NLU_JSON_KEY, read_nlu_json
from tenprint.importers.reading.plain_nlu import PlainEntry
from tenprint.importers.reading.reader import ExampleLines, Reader, nearest_to_any, plain_value

ENTRY_KEYS = ("intent", "synonym", "regex", "lookup")
_ALLOWED = {
    "intent": ("intent", "metadata", "examples"),
    "synonym": ("synonym", "examples"),
    "regex": ("regex", "examples"),
    "lookup": ("lookup", "examples", "file"),
}


def read_nlu(reader: Reader) -> None:
    """Emit the parts of the NLU sections; an empty section is nothing."""
    root = reader.root
    if NLU_JSON_KEY in root:
        read_nlu_json(reader)
    if root.get("nlu") is None:
        return
    for entry, place in reader.entries(root, "nlu", "nlu"):
        node = reader.mapping(entry, "an entry of nlu", place)
        if node is None:
            continue
        kinds = [key for key in ENTRY_KEYS if key in node]
        if len(kinds) != 1:
            _report_entry(reader, node, kinds, place)
            continue
        _read_entry(reader, node, kinds[0])


def read_plain_entry(reader: Reader, entry: PlainEntry) -> None:
    """Emit the parts of an entry of a plain file."""
    kind, name, texts, (line, column) = entry
    if kind != "intent":
        for place, text in enumerate(texts, line):
            _emit_word(reader, kind, name, text, (place, column))
        return
    examples = [marked_up(reader, text, (place, column)) for place, text in enumerate(texts, line)]
    reader.emit_lines(ExampleLines(name, examples, entry.place))


def _report_entry(reader: Reader, node: MappingNode, kinds: list[str], place: Place) -> None:
    if kinds:
        reader.report("ambiguous-entry", f"an entry of nlu is one of {', '.join(kinds)}, not several", place)
        return
    reader.report(
        "unknown-key",
        f"an entry of nlu needs one of the keys {', '.join(ENTRY_KEYS)}",
        place,
        hint=nearest_to_any(node, ENTRY_KEYS, otherwise="keys"),
    )


def _read_entry(reader: Reader, node: MappingNode, kind: str) -> None:
    reader.check_keys(node, _ALLOWED[kind], f"an entry with the key {kind}")
    name = reader.text(node[kind], f"the name of the {kind}", node.value_place(kind))
    if name is None:
        return
    name = str(name).strip()
    if kind == "intent":
        _read_intent(reader, node, name)
        return
    refers = kind == "lookup" and "file" in node
    if refers:
        path = reader.text(node["file"], f"the file of lookup {name!r}", node.value_place("file"))
        if path is not None:
            reader.refer(name, str(path), node.value_place("file"))
    if node.get("examples") is not None:
        _read_word_list(reader, node, kind, name)
    elif not refers:
        reader.report(
            "no-examples", f"{kind} {name!r} has no examples", node.key_place(kind), hint="add `examples: |` with lines"
        )


def _read_word_list(reader: Reader, node: MappingNode, kind: str, name: str) -> None:
    examples = node["examples"]
    if not isinstance(examples, str):
        reader.wrong_type(f"the examples of {kind} {name!r}", "a block of text", examples, node.value_place("examples"))
        return
    for text, place in _lines(reader, node, examples):
        _emit_word(reader, kind, name, text, place)


def _emit_word(reader: Reader, kind: str, name: str, text: str, place: Place) -> None:
    if kind == "synonym":
        reader.emit("synonym", ("nlu", "synonyms", text), Synonym(text, name), place)
    elif kind == "regex":
        reader.emit("regex", ("nlu", "regexes", name), RegexFeature(name, text), place)
    else:
        reader.emit("lookup-entry", ("nlu", "lookups", name), LookupEntry(name, text), place)


def _read_intent(reader: Reader, node: MappingNode, name: str) -> None:
    place = node.value_place("intent")
    if checked_intent_name(reader, name, place) is None:
        return
    block_metadata = plain_value(node.get("metadata"))
    examples = node.get("examples")
    if isinstance(examples, str):
        metadata = None if block_metadata is None else {"intent": block_metadata}
        for line, place in _lines(reader, node, examples):
            emit_example(reader, name, line, metadata, place)
    elif isinstance(examples, SequenceNode):
        for index, entry in enumerate(examples):
            _read_listed_example(reader, name, entry, block_metadata, examples.place(index))
    elif examples is None:
        reader.report(
            "no-examples",
            f"intent {name!r} has no examples",
            place,
            severity="warning",
            hint="add examples or remove it",
        )
    else:
        reader.wrong_type(
            f"the examples of intent {name!r}", "a block of text or a list", examples, node.value_place("examples")
        )


def _read_listed_example(reader: Reader, intent: str, entry: Any, block_metadata: Any, place: Place) -> None:
    node = reader.mapping(entry, f"an example in the list of intent {intent!r}", place)
    if node is None:
        return
    reader.check_keys(node, ("text", "metadata"), "an example in a list")
    if "text" not in node:
        reader.report("missing-key", "an example in a list needs the key 'text'", place)
        return
    text = node["text"]
    if not isinstance(text, str):
        reader.wrong_type("the text of an example", "text", text, node.value_place("text"))
        return
    metadata = {}
    if block_metadata is not None:
        metadata["intent"] = block_metadata
    if node.get("metadata") is not None:
        metadata["example"] = plain_value(node["metadata"])
    emit_example(reader, intent, text.strip(BLANKS), metadata or None, place)


def emit_example(reader: Reader, intent: str, text: str, metadata: Any, place: Place) -> None:
    text, spans = marked_up(reader, text, place)
    reader.emit("intent-example", ("nlu", intent, text), Example(text, intent, spans, metadata), place)


def _lines(reader: Reader, node: MappingNode, examples: str) -> Iterator[tuple[str, Place]]:
    """Examples of a block of text: the lines that begin with a dash, with their places."""
    line_number, column = reader.document.block_start(node.value_marks[list(node).index("examples")])
    # Lines of text that is no literal block all have the place of the whole.
    step, column = (1, column) if column else (0, 1)
    for line in examples.split("\n"):
        if line[:1] == "-":
            yield line[1:].strip(BLANKS), (line_number, column)
        elif line.strip():
            reader.report(
                "example-without-dash",
                f"the line {line.strip()!r} does not begin with a dash and is left out",
                (line_number, column),
                severity="warning",
                hint="begin each example with `- ` at the first column of the block",
            )
        line_number += step
