"""Amended answers as plans, for a program that goes on: `watch` tells them in its own way."""

import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tenprint.fingerprinting import TrainingPlan, edited_plan, former_run
from tenprint.importers import revision_of_digests
from tenprint.plugins.cli.amending import amendment
from tenprint.plugins.cli.memo import DAMAGES, Looked


def amended_plan(looked: Looked, environment: Mapping[str, str] = os.environ) -> TrainingPlan | None:
    """Plan after the edits a look has found, or after none, without nodes; None where only the full way can tell."""
    found = amendment(looked, environment)
    if found is None:
        return None
    try:
        former = former_run(found.beside["former"])
        return edited_plan(former, found.changes, _revision(looked, found.beside["documents"]))
    except DAMAGES:
        return None


def _revision(looked: Looked, documents: Any) -> str:
    """Return the revision of the source after the edits."""
    digests = {path: digest for path, (digest, *_) in looked.memo["files"].items()}
    digests |= {path: sha256(looked.contents[path]).hexdigest() for path in looked.edited}
    return revision_of_digests((digests[path], shown) for path, shown in documents)
