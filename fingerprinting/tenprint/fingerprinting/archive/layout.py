"""The names inside a model archive, in the order they are packed.

fingerprint.json   what the model was trained on
metadata.json      what follows from content: versions, schemas, revisions, identities of components
run.json           what belongs to one run: time, verdicts, degraded sources
core/              domain.yml, which a domain-only update replaces, and one folder per Core resource
nlu/               one folder per NLU resource

An archive that somebody else's program made holds what that program likes. What tenprint knows of it lies beside it, in
a file of its name with `.tenprint.json` behind it: the sidecar.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.fingerprint_file import FINGERPRINT_FILE

__all__ = (
    "CORE",
    "DEFAULT_MODELS_PATH",
    "DOMAIN_FILE",
    "FINGERPRINT_FILE",
    "METADATA_FILE",
    "METADATA_SCHEMA",
    "MODEL_SUFFIX",
    "NLU",
    "PACKING_ORDER",
    "RUN_FILE",
    "SIDECAR_SUFFIX",
    "model_prefix",
    "recorded_time",
    "sidecar_path",
)

METADATA_FILE = "metadata.json"
RUN_FILE = "run.json"
CORE = "core"
NLU = "nlu"
DOMAIN_FILE = "domain.yml"
"""Stands in `core/`; a file beside the resources, and no resource itself."""

PACKING_ORDER = (FINGERPRINT_FILE, METADATA_FILE, RUN_FILE, CORE, NLU)
"""What is read without unpacking comes first, so reading it decompresses a few kilobytes."""

DEFAULT_MODELS_PATH = "models"
MODEL_SUFFIX = ".tar.gz"
SIDECAR_SUFFIX = ".tenprint.json"
METADATA_SCHEMA = "tenprint.metadata/1"

_FIRST_TIME, _LAST_TIME = -62_135_596_800, 253_402_300_799
"""The first and the last second of the years 1 to 9999, which `datetime` knows."""


def recorded_time(value: Any) -> float | None:
    """Take a time as files have it, in seconds since 1970; None for what is no number, or of no year dates can have."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if _FIRST_TIME <= value <= _LAST_TIME else None


def model_prefix(halves: Sequence[str]) -> str:
    """Return what the name of a model with these halves begins with, where it is made from the time."""
    return f"{halves[0]}-" if len(halves) == 1 else ""


def sidecar_path(model: Path) -> Path:
    """Path of what is known of a model that says nothing itself."""
    return model.with_name(model.name + SIDECAR_SUFFIX)
