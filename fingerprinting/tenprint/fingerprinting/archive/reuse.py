"""Takes over from an old model what need not be trained again."""

import logging
from pathlib import Path

from tenprint.fingerprinting.archive.layout import CORE, NLU
from tenprint.fingerprinting.archive.moving import move_model
from tenprint.fingerprinting.archive.sidecar import fitting_sidecar
from tenprint.fingerprinting.archive.unpack import get_model_subdirectories, unpack_model
from tenprint.fingerprinting.comparison import FingerprintComparisonResult, compare
from tenprint.fingerprinting.errors import FingerprintError, ModelError
from tenprint.fingerprinting.fingerprint_file import fingerprint_from_path
from tenprint.fingerprinting.sections import Fingerprint

logger = logging.getLogger(__name__)


def should_retrain(
    new_fingerprint: Fingerprint,
    old_model: str | None,
    train_path: str,
    has_e2e_examples: bool = False,  # noqa: FBT001, FBT002 - the signature of the published API
    force_training: bool = False,  # noqa: FBT001, FBT002
) -> FingerprintComparisonResult:
    """Check which components of a model should be retrained.

    Halves of the old model that stay are moved below `train_path`; the decision is complete before the first one is.
    Without an old model, or with one that cannot be read (which is logged), everything is due.
    """
    everything = FingerprintComparisonResult(force_training=force_training)
    if old_model is None or not Path(old_model).exists():
        return everything
    try:
        sidecar = fitting_sidecar(old_model, items=False)
        with unpack_model(old_model) as unpacked:
            old_fingerprint = fingerprint_from_path(unpacked) if sidecar is None else sidecar.fingerprint
            halves = get_model_subdirectories(unpacked)
            result = compare(
                old_fingerprint, new_fingerprint, has_e2e_examples=has_e2e_examples, force_training=force_training
            )
            return _decided_and_moved(result, halves, train_path, has_e2e_examples=has_e2e_examples)
    except (ModelError, FingerprintError) as error:
        logger.error("the model %s cannot be reused, everything is trained again: %s", old_model, error)  # noqa: TRY400
        return everything


def _decided_and_moved(
    result: FingerprintComparisonResult,
    halves: tuple[str | None, str | None],
    train_path: str,
    *,
    has_e2e_examples: bool,
) -> FingerprintComparisonResult:
    core, nlu = halves
    result.core = result.core or core is None
    result.nlu = result.nlu or nlu is None
    if has_e2e_examples and result.should_retrain_nlu():
        result.core = True
    if not result.should_retrain_core() and not move_model(core or "", str(Path(train_path) / CORE)):
        result.core = True
    if not result.should_retrain_nlu() and not move_model(nlu or "", str(Path(train_path) / NLU)):
        result.nlu = True
    return result
