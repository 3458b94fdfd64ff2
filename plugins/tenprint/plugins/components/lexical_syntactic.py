"""Features of tokens by their looks and those of their neighbours: case, digits, beginnings and endings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tenprint.fingerprinting import Batch, DamagedFile, Features, Featurizer, Json, Message, NluLesson, Token
from tenprint.plugins.components.options import alias_objection
from tenprint.plugins.components.sparse_rows import sparse_rows
from tenprint.plugins.components.token_windows import NO_PARTS_OF_SPEECH, listed_looks_objections

VALUES_FILE = "values.json"

_LOOKS: Mapping[str, Callable[[str], str]] = {
    "digit": lambda text: _truth(text.isdigit()),
    "low": lambda text: _truth(text.islower()),
    "prefix2": lambda text: text[:2],
    "prefix5": lambda text: text[:5],
    "suffix1": lambda text: text[-1:],
    "suffix2": lambda text: text[-2:],
    "suffix3": lambda text: text[-3:],
    "suffix5": lambda text: text[-5:],
    "title": lambda text: _truth(text.istitle()),
    "upper": lambda text: _truth(text.isupper()),
}
_PLACES = ("BOS", "EOS")
"""Whether the token is the first, or the last, of the message."""

Columns = Mapping[tuple[int, str, str], int]
"""Distance of the neighbour, feature, and its value -> column."""


@dataclass(frozen=True, slots=True)
class LexicalSyntacticFeaturizer(Featurizer):
    """One column for each value that a feature had in the examples, for each place of the window around a token."""

    NAME: ClassVar[str] = "LexicalSyntacticFeaturizer"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "sklearn"

    origin: str
    window: Sequence[Sequence[str]]
    columns: Columns

    @staticmethod
    def get_default_config() -> Mapping[str, Json]:
        return {
            "alias": None,
            "features": [
                ["low", "title", "upper"],
                ["BOS", "EOS", "low", "upper", "title", "digit"],
                ["low", "title", "upper"],
            ],
        }

    @classmethod
    def check_config(cls, config: Mapping[str, Json]) -> tuple[str, ...]:
        return (
            *alias_objection(config),
            *listed_looks_objections(config["features"], (*_LOOKS, *_PLACES), NO_PARTS_OF_SPEECH),
        )

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy"]

    @classmethod
    def reads(cls, config: Mapping[str, Json]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Json], nlu: NluLesson) -> Mapping[str, Json]:
        found = {look for message in nlu.batch.messages for row in _looks(message, config["features"]) for look in row}
        return {VALUES_FILE: [[*look] for look in sorted(found)]}

    @classmethod
    def load(cls, config: Mapping[str, Json], files: Mapping[str, Json]) -> "LexicalSyntacticFeaturizer":
        stored = files[VALUES_FILE]
        if not isinstance(stored, list) or not all(_is_look(row) for row in stored):
            raise DamagedFile(VALUES_FILE, "is no list of places, features and values")
        columns: Columns = {(row[0], row[1], row[2]): column for column, row in enumerate(stored)}
        if len(columns) < len(stored):
            raise DamagedFile(VALUES_FILE, "holds a value twice")
        return cls(config["alias"] or cls.NAME, config["features"], columns)

    def featurize(self, batch: Batch) -> Features:
        rows = (
            {self.columns[look]: 1.0 for look in row if look in self.columns}
            for message in batch.messages
            for row in _looks(message, self.window)
        )
        return Features(self.origin, sequence=sparse_rows(rows, len(self.columns)))


def _looks(message: Message, window: Sequence[Sequence[str]]) -> Iterator[list[tuple[int, str, str]]]:
    """What there is to say about each token; beyond the ends of the message there is nothing."""
    middle = len(window) // 2
    tokens = message.tokens
    for place in range(len(tokens)):
        near = ((distance - middle, names) for distance, names in enumerate(window))
        yield [
            (distance, name, _value(name, tokens, place + distance))
            for distance, names in near
            if 0 <= place + distance < len(tokens)
            for name in names
        ]


def _value(name: str, tokens: Sequence[Token], place: int) -> str:
    if name in _PLACES:
        return _truth(place == (0 if name == "BOS" else len(tokens) - 1))
    return _LOOKS[name](tokens[place].text)


def _truth(value: bool) -> str:  # noqa: FBT001 - it is the value that is written
    return "true" if value else "false"


def _is_look(row: Json) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 3  # noqa: PLR2004 - place, feature, value
        and type(row[0]) is int
        and isinstance(row[1], str)
        and isinstance(row[2], str)
    )
