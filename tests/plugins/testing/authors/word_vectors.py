"""What an author might write: features from a file of word vectors, such as fastText and GloVe publish."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from tenprint.fingerprinting import Batch, DamagedFile, Features, Featurizer, NluLesson
from tenprint.importers.inputs import Inputs

WORDS, VECTORS = "words.json", "vectors.npy"


class WordVectors(Featurizer):
    """Describes tokens by vectors and messages by their mean. Options: `path`, a text file, and `lowercase`."""

    NAME: ClassVar[str] = "WordVectors"
    VERSION: ClassVar[str | None] = "1"
    EXTRA: ClassVar[str | None] = "vectors"

    def __init__(self, rows: Mapping[str, int], vectors: Any, *, lowercase: bool) -> None:
        self.rows = rows
        self.vectors = vectors
        self.lowercase = lowercase

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"path": None, "lowercase": True}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        told = []
        if not isinstance(config["path"], str) or not config["path"]:
            told.append("option `path` must name a file of word vectors")
        if not isinstance(config["lowercase"], bool):
            told.append("option `lowercase` must be true or false")
        return tuple(told)

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy"]

    @classmethod
    def declared_inputs(cls, config: Mapping[str, Any]) -> Inputs:
        return Inputs((config["path"],))

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset()

    @classmethod
    def needs(cls, config: Mapping[str, Any]) -> frozenset[str]:
        del config
        return frozenset({"tokens"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        words, vectors = [], []
        for line in (nlu.project / config["path"]).read_text(encoding="utf-8").splitlines():
            word, *numbers = line.split(" ")
            words.append(word)
            vectors.append([float(number) for number in numbers])
        return {WORDS: words, VECTORS: np.array(vectors, dtype=np.float32)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "WordVectors":
        words, vectors = files[WORDS], files[VECTORS]
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise DamagedFile(WORDS, "is no list of words")
        if vectors.ndim != 2 or len(vectors) != len(words):
            raise DamagedFile(VECTORS, "has not one row for each word")
        return cls({word: row for row, word in enumerate(words)}, vectors, lowercase=config["lowercase"])

    def featurize(self, batch: Batch) -> Features:
        width = self.vectors.shape[1]
        tokens = [[self._vector(token.text) for token in message.tokens] for message in batch.messages]
        means = [np.mean(found, axis=0) if found else np.zeros(width) for found in tokens]
        each = [vector for found in tokens for vector in found]
        return Features(
            self.NAME,
            csr_matrix(np.array(means).reshape(len(means), width)),
            csr_matrix(np.array(each).reshape(len(each), width)),
        )

    def _vector(self, word: str) -> Any:
        row = self.rows.get(word.lower() if self.lowercase else word)
        return np.zeros(self.vectors.shape[1]) if row is None else self.vectors[row]
