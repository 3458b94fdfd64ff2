"""What a tagger is told about a token: its looks and those of its neighbours, as short texts. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from tenprint.fingerprinting import Batch, Features, Json, Token
from tenprint.plugins.components.token_windows import NO_PARTS_OF_SPEECH, listed_looks_objections

PATTERN = "pattern"

_LOOKS: Mapping[str, Callable[[str], str]] = {
    "bias": lambda _: "",
    "digit": lambda text: str(int(text.isdigit())),
    "low": lambda text: text.lower(),
    "prefix2": lambda text: text[:2],
    "prefix5": lambda text: text[:5],
    "suffix1": lambda text: text[-1:],
    "suffix2": lambda text: text[-2:],
    "suffix3": lambda text: text[-3:],
    "suffix5": lambda text: text[-5:],
    "title": lambda text: str(int(text.istitle())),
    "upper": lambda text: str(int(text.isupper())),
}
_UNAVAILABLE: Mapping[str, str] = {
    **NO_PARTS_OF_SPEECH,
    "text_dense_features": "no featurizer here makes dense features",
}

Window = Sequence[Sequence[str]]


def described_words(tokens: Sequence[Token], window: Window, found: Sequence[Sequence[str]]) -> list[list[str]]:
    """Describe each token of a message.

    Args:
        tokens: The message.
        window: Names of features, those of the token itself in the middle.
        found: For each token what featurizers have found in it, in texts.
    """
    near = [_looks(token.text, found[number]) for number, token in enumerate(tokens)]
    middle = len(window) // 2
    return [
        [
            *([] if number else ["BOS"]),
            *([] if number + 1 < len(tokens) else ["EOS"]),
            *(
                f"{place}:{look}"
                for place, names in enumerate(window, start=-middle)
                if 0 <= number + place < len(tokens)
                for name in names
                for look in near[number + place][name]
            ),
        ]
        for number in range(len(tokens))
    ]


def _looks(text: str, found: Sequence[str]) -> dict[str, list[str]]:
    # The library counts on texts that UTF-8 can hold, and that C does not cut off.
    word = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    return {**{name: [f"{name}:{look(word)}"] for name, look in _LOOKS.items()}, PATTERN: [*found]}


def chosen_features(batch: Batch, names: Collection[str]) -> tuple[Features, ...]:
    """Pick what featurizers of these names say about tokens."""
    return tuple(found for found in batch.features if found.origin in names and found.sequence is not None)


def found_in_tokens(features: Sequence[Features], count: int) -> list[list[str]]:
    """For each of the tokens, name the columns that are not empty."""
    rows: list[list[str]] = [[] for _ in range(count)]
    for found in features:
        ends, columns = found.sequence.indptr.tolist(), found.sequence.indices.tolist()
        for row, (start, end) in zip(rows, pairwise(ends), strict=True):
            row.extend(f"{PATTERN}:{found.origin}:{column}" for column in columns[start:end])
    return rows


def window_objections(window: Json) -> tuple[str, ...]:
    """Say what is wrong with the names of features."""
    return listed_looks_objections(window, (*_LOOKS, PATTERN), _UNAVAILABLE)
