"""Phrases in a text: of all that begin at one place the longest, and none inside of another.

Tables may have 100,000 elements, so they are looked up and not tried one after the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Elements of a table, ready to be found."""

    elements: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]
    """First character -> how long the elements are that begin with it, longest first."""
    case_sensitive: bool
    whole_words: bool
    """Whether an element that begins or ends in a letter or digit must not stand within a longer word."""

    @classmethod
    def of(cls, elements: Iterable[str], *, case_sensitive: bool, whole_words: bool) -> "Phrases":
        kept = frozenset(element if case_sensitive else folded(element) for element in elements if element.strip())
        lengths: dict[str, set[int]] = {}
        for element in kept:
            lengths.setdefault(element[0], set()).add(len(element))
        ordered = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
        return cls(kept, ordered, case_sensitive, whole_words)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield begin and end of each element, from left to right."""
        searched = text if self.case_sensitive else folded(text)
        start = 0
        while start < len(searched):
            end = self._end(searched, start)
            if end > start:
                yield start, end
            start = max(end, start + 1)

    def _end(self, text: str, start: int) -> int:
        """End of the longest element that begins here; where there is none, `start`."""
        if self.whole_words and _within_word(text, start):
            return start
        for length in self.lengths.get(text[start], ()):
            end = start + length
            fits = end <= len(text) and text[start:end] in self.elements
            if fits and not (self.whole_words and _within_word(text, end)):
                return end
        return start


def folded(text: str) -> str:
    """Lower every letter that stays one letter, so that offsets hold."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _within_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and _is_of_word(text[place - 1]) and _is_of_word(text[place])


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
