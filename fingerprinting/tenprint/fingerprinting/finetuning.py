"""Finetuning: can the weights of an old model be trained on? The answer names what is in the way."""

from packaging.version import InvalidVersion, Version

from tenprint.fingerprinting.comparison import differing_keys
from tenprint.fingerprinting.sections import MINIMUM_COMPATIBLE_VERSION, TRAINING_SCHEMA_VERSION, Fingerprint

_OBSTACLES = {
    "config-without-epochs": "the configuration differs in more than epochs",
    "domain": "the domain differs in what Core is trained on",
    "nlu_labels": "the intents, entities, roles or groups of the NLU data differ",
}


def finetuning_obstacles(
    last_fingerprint: Fingerprint, new_fingerprint: Fingerprint, *, core: bool, nlu: bool,
    minimum_version: str = MINIMUM_COMPATIBLE_VERSION,
) -> tuple[str, ...]:  # fmt: skip
    """Name everything that forbids finetuning; nothing means it is possible."""
    version = _version_obstacle(last_fingerprint.get("version"), minimum_version)
    if version is not None:
        return (version,)
    keys = ["config-without-epochs", *(["domain"] if core else []), *(["nlu_labels"] if nlu else [])]
    return tuple(_OBSTACLES[key] for key in differing_keys(last_fingerprint, new_fingerprint, keys))


def can_finetune(
    last_fingerprint: Fingerprint,
    new_fingerprint: Fingerprint,
    core: bool = False,  # noqa: FBT001, FBT002 - the signature of the published API
    nlu: bool = False,  # noqa: FBT001, FBT002
) -> bool:
    return not finetuning_obstacles(last_fingerprint, new_fingerprint, core=core, nlu=nlu)


def _version_obstacle(version: object, minimum: str) -> str | None:
    if not isinstance(version, str):
        return "the old model does not say which version trained it"
    try:
        trained_by = Version(version)
    except InvalidVersion:
        return f"the old model was trained by {version!r}, which is no version"
    if trained_by < Version(minimum):
        return f"the old model was trained by version {version}; {minimum} is the oldest that can be finetuned"
    if trained_by > Version(max(TRAINING_SCHEMA_VERSION, minimum, key=Version)):
        return f"the old model was trained by version {version}, which is newer than this tenprint"
    return None
