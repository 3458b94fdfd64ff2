"""What a model is made by, and what it says of itself: two schemas, and what became of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from packaging.version import InvalidVersion, Version

from tenprint.fingerprinting.engine.errors import GraphSchemaError, UnsupportedModelVersion
from tenprint.fingerprinting.engine.schema import GraphSchema

MINIMUM_VERSION = "0.1.0"
"""The oldest version of tenprint whose models can still be run."""


class TrainingType(Enum):
    """Which parts of an assistant a model has."""

    NLU = 1
    CORE = 2
    BOTH = 3
    END_TO_END = 4

    @property
    def model_type(self) -> str:
        """The word for it in names of models."""
        return {TrainingType.NLU: "nlu", TrainingType.CORE: "core"}.get(self, "rasa")


@dataclass(frozen=True, slots=True)
class GraphModelConfiguration:
    """The graph that trains a model and the one that predicts with it; the targets are nodes of the latter."""

    train_schema: GraphSchema
    predict_schema: GraphSchema
    training_type: TrainingType = TrainingType.BOTH
    assistant_id: str | None = None
    language: str | None = None
    core_target: str | None = None
    nlu_target: str | None = None


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """What a model says of itself; all but the time follows from what it holds.

    Raises:
        UnsupportedModelVersion: It was made by a version older than `MINIMUM_VERSION`, or by something else.
    """

    trained_at: datetime
    tenprint_version: str
    model_id: str
    domain: Mapping[str, Any]
    train_schema: GraphSchema
    predict_schema: GraphSchema
    training_type: TrainingType
    resources: Mapping[str, str]
    """Name -> fingerprint of what is in the archive."""
    assistant_id: str | None = None
    language: str | None = None
    core_target: str | None = None
    nlu_target: str | None = None
    project_fingerprint: str | None = None

    def __post_init__(self) -> None:
        refuse_old_version(self.tenprint_version)

    def to_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            **written,
            "trained_at": self.trained_at.isoformat(),
            "domain": dict(self.domain),
            "resources": dict(self.resources),
            "train_schema": self.train_schema.as_dict(),
            "predict_schema": self.predict_schema.as_dict(),
            "training_type": self.training_type.value,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any], *, known: Mapping[str, type[Any]]) -> "ModelMetadata":
        """Read what `to_json` wrote; `known` are the classes its schemas may use, by name.

        Raises:
            UnsupportedModelVersion: It was made by a version too old, or by something else.
            GraphSchemaError: It is damaged, or uses classes that are not known.
        """
        refuse_old_version(document.get("tenprint_version"))
        train, predict = (
            GraphSchema.from_dict(document.get(f"{run}_schema", {}), known) for run in ("train", "predict")
        )
        try:
            named: dict[str, Any] = {key: document[key] for key in _TEXTS} | {
                key: document.get(key) for key in _OPTIONAL
            }
            _refuse_other_types(document, named)
            return cls(
                trained_at=datetime.fromisoformat(document["trained_at"]).astimezone(timezone.utc),
                domain=dict(document["domain"]),
                resources=dict(document["resources"]),
                training_type=TrainingType(document["training_type"]),
                train_schema=train,
                predict_schema=predict,
                **named,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise GraphSchemaError(
                f"the metadata of a model cannot be read: {type(error).__name__}: {error}",
                hint="fetch or train the model again",
            ) from error


_TEXTS = ("tenprint_version", "model_id")
_OPTIONAL = ("assistant_id", "language", "core_target", "nlu_target", "project_fingerprint")


def refuse_old_version(version: object) -> None:
    """Check the version a model was made with.

    Raises:
        UnsupportedModelVersion: It is too old, or no version at all.
    """
    try:
        if isinstance(version, str) and Version(version) >= Version(MINIMUM_VERSION):
            return
    except InvalidVersion:
        pass
    made = f"by tenprint {version}" if isinstance(version, str) else "by a program that tells no version of tenprint"
    raise UnsupportedModelVersion(
        f"the model was made {made}, and only those of {MINIMUM_VERSION} and later can be run",
        hint="train the model again with this version, or run it with the version that made it",
    )


def _refuse_other_types(document: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    wrong = [key for key in _TEXTS if not isinstance(named[key], str)]
    wrong += [key for key in _OPTIONAL if not isinstance(named[key], str | None)]
    wrong += [key for key in ("domain", "resources") if not isinstance(document[key], Mapping)]
    if wrong:
        raise TypeError(f"{', '.join(wrong)} of another type")
