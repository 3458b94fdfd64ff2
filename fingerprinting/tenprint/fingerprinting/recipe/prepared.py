"""Values on the edges of the training graph: facets, texts as components prepare them, features, a trained half.

What tokenizers and featurizers make of the texts is kept in the cache, so another option of a classifier runs neither
again. Rows stand for the distinct texts of all examples, sorted; who learns from examples picks the rows of theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting.component import Features, Message
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.importers import canonical_digest, digest_text


@dataclass(frozen=True, slots=True)
class Facet:
    """The value of a facet; its fingerprint follows from the items, not from the value."""

    digest: str
    value: Any

    def fingerprint(self) -> str:
        return self.digest


@dataclass(frozen=True, slots=True)
class TrainedHalf:
    """Fingerprints of all resources of a half by name; what depends on the half as a whole depends on these."""

    resources: Mapping[str, str]

    def fingerprint(self) -> str:
        return digest_text(canonical_digest(dict(self.resources)))


@dataclass(frozen=True, slots=True)
class PreparedMessages:
    """The texts as messages, with what components that prepare them have added."""

    messages: tuple[Message, ...]

    def fingerprint(self) -> str:
        return fingerprint_of(("messages", self.messages))


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFeatures:
    """What one featurizer says about the texts."""

    features: Features

    def fingerprint(self) -> str:
        features = self.features
        return fingerprint_of(("features", features.origin, features.sentence, features.sequence))
