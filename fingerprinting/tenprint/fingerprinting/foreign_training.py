"""A run whose trainer makes the archive: export the project, have it trained, take the archive over.

The archive stays as its maker wrote it. What tenprint needs for the next plan goes into a sidecar.
"""

import time
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.fingerprinting.archive.layout import CORE, DOMAIN_FILE, MODEL_SUFFIX, NLU, model_prefix
from tenprint.fingerprinting.archive.pack import fixed_time, model_place
from tenprint.fingerprinting.archive.sidecar import Sidecar, sidecar_text
from tenprint.fingerprinting.archive.taking_over import TakenOver, check_name, take_over
from tenprint.fingerprinting.diff import stored_items
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.exporting import files_of, write_files
from tenprint.fingerprinting.fingerprint import root_of
from tenprint.fingerprinting.from_importer import project_fingerprint_of
from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.fingerprinting.preparing import PreparedRun, TrainingSetup
from tenprint.fingerprinting.run_documents import metadata_document, run_document
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.fingerprinting.trainer import ArchiveRequest, ArchiveTrainer, TrainingReport
from tenprint.importers import Snapshot, recorded


async def train_archive(
    setup: TrainingSetup, prepared: PreparedRun, trainer: ArchiveTrainer, folder: Path, *, fixed_model_name: str | None
) -> tuple[str, TrainingReport]:
    """Train everything into one archive and take it over; answers with its path and with what the training took.

    Args:
        setup: Where models lie.
        prepared: The plan, and what it was made from.
        trainer: Who makes the archive.
        folder: An empty folder to work in.
        fixed_model_name: Name of the archive; otherwise it is made from the time.

    Raises:
        TrainingError: The training cannot start, or did not end well.
        ModelError: The archive cannot be taken over.
    """
    original = setup.project.absolute()
    await trainer.check(original)
    halves = [half for half in (CORE, NLU) if prepared.plan.retrains(half)]
    target, fixed = model_place(str(setup.models), fixed_model_name, model_prefix(halves))
    await anyio.to_thread.run_sync(check_name, target)
    name = target.name.removesuffix(MODEL_SUFFIX)
    request = ArchiveRequest(folder / "project", original, name, finetune_base(prepared.plan))
    await anyio.to_thread.run_sync(_export, prepared.snapshot, setup, request)
    began = anyio.current_time()
    archive = await trainer.make_archive(request)
    seconds = {"command": anyio.current_time() - began}
    await setup.importer.context.observers.tell("before_pack")
    describe = partial(_described, setup, prepared, halves)
    return await take_over(archive, target, fixed=fixed, describe=describe), TrainingReport(seconds)


def finetune_base(plan: TrainingPlan) -> Path | None:
    """Return the model that a run goes on from; None where it trains anew."""
    return None if plan.finetune is None or plan.model is None else Path(plan.model).absolute()


def trained_fingerprint(setup: TrainingSetup, prepared: PreparedRun) -> Fingerprint:
    """Fingerprint of a model whose training ended now."""
    fixed = fixed_time()
    return {
        **prepared.fingerprint,
        "project": project_fingerprint_of(setup.project),
        "trained_at": time.time() if fixed is None else fixed,
    }


def _export(snapshot: Snapshot, setup: TrainingSetup, request: ArchiveRequest) -> None:
    """Write the effective project; in a worker thread."""
    files = files_of(snapshot, setup.importer.context.rules)
    try:
        write_files(files, request.exported)
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(
            f"the project cannot be exported to {request.exported}: {error.strerror}",
            hint="check space and permissions there",
        ) from error


def _described(setup: TrainingSetup, prepared: PreparedRun, halves: list[str], taken: TakenOver) -> str:
    """Write the sidecar of an archive that was taken over."""
    fingerprint = trained_fingerprint(setup, prepared)
    metadata = metadata_document(setup, prepared, halves, {})
    metadata["domain_replaceable"] = f"{CORE}/{DOMAIN_FILE}" in taken.members
    run = run_document(prepared.plan, fingerprint["trained_at"])
    items = stored_items(recorded(prepared.snapshot.table, prepared.snapshot.transforms))
    return sidecar_text(Sidecar(taken.identity, fingerprint, metadata, run, items), root=root_of(fingerprint))
