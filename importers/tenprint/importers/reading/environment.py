"""Environment variables in the configuration and the domain.

`${NAME}` in text without quotes is replaced by the value of the variable; a variable that is not set is an error. The
result is text and enters every fingerprint as data. Text in quotes, and text of NLU data and stories, is left alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import Document, MappingNode, PlainText, SequenceNode, place_of
from tenprint.importers.reading.scalars import shown_key

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_]\w*")


def may_hold_variables(content: bytes) -> bool:
    """Tell whether there is anything in a document that looks like a variable."""
    # Looking for the one byte first is a hundred times faster.
    return b"$" in content and b"${" in content


def expanded(document: Document, environment: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """Replace variables everywhere in a document; also tells which are not set, each with its place."""
    problems: list[Problem] = []

    def text_of(value: Any, mark: Any) -> Any:
        if not isinstance(value, PlainText):
            return value

        def replacement(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in environment:
                return environment[name]
            message, advice = f"the environment variable {name!r} is not set", f"set {name}"
            if _NAME.fullmatch(name) is None:
                message, advice = f"{name!r} is no name of a variable", "write ${NAME}"
            hint = f"{advice}, or put quotes around the text to keep it as it is"
            problems.append(Problem("unset-variable", message, document.at(place_of(mark)), hint))
            return match.group(0)

        return _VARIABLE.sub(replacement, str(value))

    def report_duplicate(key: Any, mark: Any, first: Any) -> None:
        problems.append(
            Problem(
                "duplicate-key",
                f"with its variables replaced, the key {shown_key(key)} is given twice in one mapping",
                document.at(place_of(mark)),
                "rename one of them, or put quotes around the key to keep it as it is",
                related=(document.at(place_of(first)),),
            )
        )

    return Document(document.id, _rebuilt(document.root, text_of, report_duplicate), document.text), problems


def expanded_section(document: Document, key: str, environment: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """As `expanded`, for one section alone; what is wrong elsewhere is left to those who read it."""
    root = document.root
    if not isinstance(root, MappingNode) or key not in root:
        return document, []
    position = 2 * list(root).index(key)
    section = MappingNode(root.mark)
    section[key] = root[key]
    section.marks += root.marks[position : position + 2]
    return expanded(Document(document.id, section, document.text), environment)


def unexpanded(document: Document) -> Document:
    """Turn text that looks like a variable into ordinary text."""
    return Document(
        document.id,
        _rebuilt(document.root, _as_written, _no_duplicates),
        document.text,
    )


def _as_written(value: Any, _mark: Any) -> Any:
    return str(value) if isinstance(value, PlainText) else value


def _no_duplicates(key: Any, _mark: Any, _first: Any) -> None:
    raise AssertionError(f"the key {key!r} was there once before its text was turned into itself")


def _rebuilt(node: Any, text_of: Any, report_duplicate: Any) -> Any:
    """Copy nodes with every text passed through `text_of`; the parser has limited how deep they are."""
    if isinstance(node, MappingNode):
        return _rebuilt_mapping(node, text_of, report_duplicate)
    if isinstance(node, SequenceNode):
        sequence = SequenceNode(node.mark)
        sequence.extend(
            _rebuilt(text_of(entry, mark), text_of, report_duplicate)
            for entry, mark in zip(node, node.marks, strict=True)
        )
        sequence.marks = node.marks
        return sequence
    return node


def _rebuilt_mapping(node: MappingNode, text_of: Any, report_duplicate: Any) -> MappingNode:
    """Copy a mapping; of keys that became the same, the first stays."""
    mapping = MappingNode(node.mark)
    for (key, value), key_mark, value_mark in zip(node.items(), node.key_marks, node.value_marks, strict=True):
        name = text_of(key, key_mark)
        if name in mapping:
            report_duplicate(name, key_mark, mapping.key_marks[list(mapping).index(name)])
            continue
        mapping[name] = _rebuilt(text_of(value, value_mark), text_of, report_duplicate)
        mapping.marks += (key_mark, value_mark)
    return mapping
