"""Conditional random fields of CRFsuite: learned into bytes, and asked about the tokens of a message.

The library is written in C and believes its model files. So bytes are given to it only if they are, to the last one,
those that a training has left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from tenprint.fingerprinting import DamagedFile, Json

_DIGITS = 6
"""Of a confidence; the last ones of a float differ between machines."""

_HEADER = b"lCRF"
_LENGTH = slice(4, 8)
"""Where the header tells the size of the whole file."""


@dataclass(frozen=True, slots=True)
class TaggerOptions:
    """How much is learned, and how strictly."""

    iterations: int
    absolute: float
    squared: float

    @classmethod
    def of(cls, config: Mapping[str, Json]) -> "TaggerOptions":
        return cls(config["max_iterations"], config["L1_c"], config["L2_c"])


def learned(sequences: Iterable[tuple[Sequence[Sequence[str]], Sequence[str]]], options: TaggerOptions) -> bytes:
    """Learn from descriptions of tokens and their tags, message by message; equal sequences give equal bytes."""
    import pycrfsuite  # noqa: PLC0415 - an extra, and wanted only here

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": options.absolute,
            "c2": options.squared,
            "max_iterations": options.iterations,
            "feature.possible_transitions": True,
        }
    )
    for described, tags in sequences:
        trainer.append(described, tags)
    with TemporaryDirectory(prefix="tenprint-") as folder:
        path = Path(folder, "model")  # the library writes files alone
        trainer.train(str(path))
        return path.read_bytes()


def digest(model: bytes) -> str:
    return f"sha256:{sha256(model).hexdigest()}"


class Tagger:
    """A trained model in use; it keeps the message it was asked about last, so one is asked at a time."""

    def __init__(self, model: bytes) -> None:
        import pycrfsuite  # noqa: PLC0415 - as above

        self._lock = Lock()
        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)
        # The library reads from these bytes as long as it is asked, and does not hold them itself.
        self._model = model
        self._labels: list[str] = self._tagger.labels()

    def told(self, described: Sequence[Sequence[str]]) -> tuple[list[str], list[dict[str, float]]]:
        """Return the likeliest tags of a message, and for each token how likely every tag is."""
        with self._lock:
            self._tagger.set(described)
            tags: list[str] = self._tagger.tag()
            shares = [
                {label: self._tagger.marginal(label, place) for label in self._labels}
                for place in range(len(described))
            ]
        return tags, shares


def opened(name: str, model: Any, expected: Json) -> Tagger:
    """Open a model.

    Raises:
        DamagedFile: It is not the one of this digest.
    """
    if not isinstance(model, bytes) or digest(model) != expected:
        raise DamagedFile(name, "is not the model that the training has left")
    if model[: len(_HEADER)] != _HEADER or int.from_bytes(model[_LENGTH], "little") != len(model):
        raise DamagedFile(name, "is no model of CRFsuite")
    try:
        return Tagger(model)
    except ValueError as error:
        raise DamagedFile(name, f"is no model of CRFsuite: {error}") from error


def rounded(share: float) -> float:
    return min(1.0, round(share, _DIGITS))
