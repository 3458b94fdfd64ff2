"""Environment variables in the configuration and the domain.

`${NAME}` in text without quotes is replaced by the value of the variable; a variable that is not set is an error. The
result is text and enters every fingerprint as data. Text in quotes, and text of NLU data and stories, is left alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import Document, MappingNode, PlainText, SequenceNode, place_of

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


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
            problems.append(
                Problem(
                    "unset-variable",
                    f"the environment variable {name!r} is not set",
                    document.at(place_of(mark)),
                    f"set {name}, or put quotes around the text to keep it as it is",
                )
            )
            return match.group(0)

        return _VARIABLE.sub(replacement, str(value))

    return Document(document.id, _rebuilt(document.root, text_of), document.text), problems


def unexpanded(document: Document) -> Document:
    """Turn text that looks like a variable into ordinary text."""
    return Document(
        document.id,
        _rebuilt(document.root, lambda value, _: str(value) if isinstance(value, PlainText) else value),
        document.text,
    )


def _rebuilt(node: Any, text_of: Any) -> Any:
    """Copy nodes with every text passed through `text_of`; the parser has limited how deep they are."""
    if isinstance(node, MappingNode):
        mapping = MappingNode(node.mark)
        marks = zip(node.items(), node.key_marks, node.value_marks, strict=True)
        for (key, value), key_mark, value_mark in marks:
            mapping[text_of(key, key_mark)] = _rebuilt(text_of(value, value_mark), text_of)
        mapping.key_marks, mapping.value_marks = node.key_marks, node.value_marks
        return mapping
    if isinstance(node, SequenceNode):
        sequence = SequenceNode(node.mark)
        sequence.extend(_rebuilt(text_of(entry, mark), text_of) for entry, mark in zip(node, node.marks, strict=True))
        sequence.marks = node.marks
        return sequence
    return node
