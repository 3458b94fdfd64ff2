"""Texts and names that NLU data of every format, and stories, treat alike."""

from tenprint.importers.data import RETRIEVAL_SEPARATOR, EntitySpan
from tenprint.importers.reading.document import Place
from tenprint.importers.reading.markup import parse_markup, plain_markup
from tenprint.importers.reading.reader import Reader

BLANKS = " \r\n"
"""What is stripped from an example; tabs stay, as in the field."""


def checked_intent_name(reader: Reader, name: str, place: Place) -> str | None:
    """Return the full name of an intent; None, and a report, where a slash separates nothing."""
    intent, separator, key = name.partition(RETRIEVAL_SEPARATOR)
    if intent and RETRIEVAL_SEPARATOR not in key and bool(key) == bool(separator):
        return name
    message = f"the intent name {name!r} must be `intent` or `intent/key`"
    reader.report("intent-name", message, place, hint="use one slash at most")
    return None


def marked_up(reader: Reader, text: str, place: Place) -> tuple[str, tuple[EntitySpan, ...]]:
    """Plain text and entities of an annotated text; what is wrong or odd about its annotations is reported."""
    if "[" not in text and "\\]" not in text:
        return text, ()
    plain = plain_markup(text)
    if plain is not None:
        return plain

    def refuse(message: str, hint: str | None) -> None:
        reader.report("invalid-annotation", message, place, hint=hint)

    def suspect(message: str, hint: str | None) -> None:
        reader.report("odd-brackets", message, place, hint=hint, severity="warning")

    return parse_markup(text, refuse, suspect)
