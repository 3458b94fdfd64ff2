"""NLU data back to the lines of the section `nlu`.

Examples are lines of a literal block, in the order in which they are given, one block for each intent and what is noted
of it. What a block cannot express stands in a list: notes on single examples, line ends and characters that cannot be
seen.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.data import Example, NluData
from tenprint.importers.items import Path
from tenprint.importers.reading.names import BLANKS
from tenprint.importers.writing.markup import annotated
from tenprint.importers.writing.refusals import Entry, Refusals
from tenprint.importers.writing.yaml_text import fits_block_line

_NOTES = ("intent", "example")
"""What metadata of an example consists of: notes on the whole block, and on this one."""


def nlu_entries(nlu: NluData, refusals: Refusals) -> list[Entry]:
    """Entries of the section: intents first, then synonyms, regular expressions and lookup tables."""
    words: list[tuple[str, Iterable[tuple[str, str]], Callable[[str, str], Path]]] = [
        ("synonym", ((entry.value, entry.text) for entry in nlu.synonyms), lambda _, text: ("nlu", "synonyms", text)),
        ("regex", ((entry.name, entry.pattern) for entry in nlu.regexes), lambda name, _: ("nlu", "regexes", name)),
        ("lookup", ((entry.name, entry.element) for entry in nlu.lookups), lambda name, _: ("nlu", "lookups", name)),
    ]
    entries = _intents(nlu.examples, refusals)
    for kind, pairs, path_of in words:
        entries += _word_lists(kind, pairs, path_of, refusals)
    return entries


def _intents(examples: Iterable[Example], refusals: Refusals) -> list[Entry]:
    blocks: dict[tuple[str, bytes | None, bool], tuple[Any, list[Any]]] = {}
    for example in examples:
        text = _annotated(example, refusals)
        if text is None:
            continue
        metadata = example.metadata or {}
        note = metadata.get("intent")
        is_line = "example" not in metadata and _fits_line(text)
        key = (example.intent, None if note is None else canonical_digest(note), is_line)
        listed: Any = text
        if not is_line:
            listed = {"text": text, "metadata": metadata["example"]} if "example" in metadata else {"text": text}
        blocks.setdefault(key, (note, []))[1].append(listed)
    return [
        _intent_entry(intent, note, _block(listed) if is_line else listed)
        for (intent, _, is_line), (note, listed) in blocks.items()
    ]


def _intent_entry(intent: str, note: Any, examples: Any) -> Entry:
    content = {"intent": intent} if note is None else {"intent": intent, "metadata": note}
    return Entry(("nlu", intent), f"an example of intent {intent!r}", {**content, "examples": examples})


def _annotated(example: Example, refusals: Refusals) -> str | None:
    """Text of an example as a file has it; None, and a refusal, where a file cannot have it."""
    path = ("nlu", example.intent, example.text)
    name = f"the example {example.text!r} of intent {example.intent!r}"
    text = annotated(example.text, example.entities)
    if text is None:
        refusals.add(
            path,
            f"{name} cannot be written: its brackets and annotations would be read as something else",
            "remove square brackets from the text, and annotations that overlap",
        )
    elif text != text.strip(BLANKS):
        refusals.add(path, f"{name} begins or ends with a blank or line end, which is not read", "remove it")
    elif not _has_only_notes(example):
        refusals.add(
            path,
            f"{name} has metadata that is not read: {sorted(example.metadata or ())}",
            "put it below the keys 'intent' and 'example', and leave none of them empty",
        )
    else:
        return text
    return None


def _has_only_notes(example: Example) -> bool:
    metadata = example.metadata
    return metadata is None or bool(
        metadata and all(key in _NOTES and note is not None for key, note in metadata.items())
    )


def _fits_line(text: str) -> bool:
    return fits_block_line(text) and not text.endswith("\t")


def _block(texts: Iterable[str]) -> str:
    return "".join(f"- {text}\n" if text else "-\n" for text in texts)


def _word_lists(
    kind: str, pairs: Iterable[tuple[str, str]], path_of: Callable[[str, str], Path], refusals: Refusals
) -> list[Entry]:
    """Entries with the lines of each name; lines a block cannot hold stand in an entry of their own, quoted."""
    blocks: dict[tuple[str, bool], list[str]] = {}
    for name, text in pairs:
        if "\n" in text or text != text.strip(BLANKS):
            refusals.add(
                path_of(name, text),
                f"the {kind} {name!r} has the line {text!r}, which is not read as it is",
                "remove line ends, and blanks at its ends",
            )
        else:
            blocks.setdefault((name, _fits_line(text)), []).append(text)
    return [
        Entry(path_of(name, texts[0]), f"the {kind} {name!r}", {kind: name, "examples": _block(texts)})
        for (name, _), texts in blocks.items()
    ]
