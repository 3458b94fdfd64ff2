"""Tags of tokens, as a tagger learns and tells them: from annotations to tags, and back to stretches. Pure.

A tag is a label, such as the name of an entity. With BILOU the letter before it says where in its stretch a token
stands: at the beginning, inside, last, or alone (unit). `O` is the tag of all tokens outside.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tenprint.fingerprinting import Token
from tenprint.importers.data import EntitySpan

OUTSIDE = "O"
_PREFIX = 2
"""Letter and hyphen."""

LabelOf = Callable[[EntitySpan], str | None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens that are one entity, from the first to before the last number."""

    label: str
    first: int
    end: int


def tags_of(tokens: Sequence[Token], spans: Sequence[EntitySpan], label_of: LabelOf, *, bilou: bool) -> list[str]:
    """Tag tokens with what they are annotated with; of overlapping annotations the first counts."""
    tags = [OUTSIDE] * len(tokens)
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        label = label_of(span)
        within = [n for n, token in enumerate(tokens) if token.start < span.end and span.start < token.end]
        if label is None or not within or any(tags[n] != OUTSIDE for n in within):
            continue
        for number in within:
            tags[number] = f"{_letter(number, within)}-{label}" if bilou else label
    return tags


def _letter(number: int, within: Sequence[int]) -> str:
    if len(within) == 1:
        return "U"
    return {within[0]: "B", within[-1]: "L"}.get(number, "I")


def label_of_tag(tag: str, *, bilou: bool) -> str | None:
    """Return the label within a tag; None outside."""
    if tag == OUTSIDE:
        return None
    return tag[_PREFIX:] if bilou else tag


def stretches_of(
    text: str, tokens: Sequence[Token], tags: Sequence[str], *, bilou: bool, splits: Mapping[str, bool]
) -> Iterator[Stretch]:
    """Put tokens together that are one entity.

    Args:
        text: The message.
        tokens: Its tokens.
        tags: Their tags, which may contradict each other.
        bilou: Whether tags have letters.
        splits: Label -> whether a comma divides; under the empty label, for all others.
    """
    open_stretch: Stretch | None = None
    for number, tag in enumerate(tags):
        label = label_of_tag(tag, bilou=bilou)
        if open_stretch is not None:
            gap = text[tokens[number - 1].end : tokens[number].start]
            divided = "," in gap and splits.get(open_stretch.label, splits[""])
            begins = bilou and (tag[0] in "BU" or tags[number - 1][0] in "LU")
            if label == open_stretch.label and not begins and not divided:
                open_stretch = Stretch(label, open_stretch.first, number + 1)
                continue
            yield open_stretch
        open_stretch = None if label is None else Stretch(label, number, number + 1)
    if open_stretch is not None:
        yield open_stretch
