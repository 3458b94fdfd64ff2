"""The names inside a model archive, in the order they are packed.

fingerprint.json   what the model was trained on
metadata.json      what follows from content: versions, schemas, revisions, identities of components
run.json           what belongs to one run: time, verdicts, degraded sources
core/              domain.yml, which a domain-only update replaces, and one folder per Core resource
nlu/               one folder per NLU resource
"""

from tenprint.fingerprinting.fingerprint_file import FINGERPRINT_FILE

__all__ = (
    "CORE",
    "DEFAULT_MODELS_PATH",
    "DOMAIN_FILE",
    "FINGERPRINT_FILE",
    "METADATA_FILE",
    "MODEL_SUFFIX",
    "NLU",
    "PACKING_ORDER",
    "RUN_FILE",
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
