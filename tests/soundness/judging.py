"""Judging a project as `tenprint plan` would: it is written to files, read again, and compared with a model.

The model says what any model of that project would say and holds no weights, so nothing is trained.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.soundness.generating import generated

from tenprint.fingerprinting import create_package_rasa, persist_fingerprint, root_of
from tenprint.fingerprinting.archive.layout import METADATA_FILE
from tenprint.fingerprinting.diff import stored_items
from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.fingerprinting.preparing import PreparedRun, TrainingSetup, prepare
from tenprint.fingerprinting.run_documents import metadata_document, write_document
from tenprint.importers import recorded
from tenprint.importers.data import ProjectData
from tenprint.importers.writing import project_files
from tenprint.plugins import Registry, create_plugin_manager, open_project, registry_of

MODEL = "models/peg.tar.gz"


@dataclass(frozen=True, slots=True)
class Base:
    """A project that mutations start from, with the bytes of its model."""

    name: str
    project: ProjectData
    model: bytes
    registry: Registry


async def base_of(name: str, project: ProjectData) -> Base:
    registry = registry_of(create_plugin_manager())
    with tempfile.TemporaryDirectory() as folder:
        root = write(project, Path(folder) / "peg")
        async with open_project(root, registry=registry) as held:
            return Base(name, project, await model_of(held.setup), registry)


async def generated_base(seed: int, *, end_to_end: bool = False) -> Base:
    name = "end to end" if end_to_end else "generated"
    return await base_of(f"{name} {seed}", generated(seed, end_to_end=end_to_end))


async def model_of(setup: TrainingSetup) -> bytes:
    """Pack a model that remembers the project as a training would."""
    return packed(setup, await prepare(setup))


def packed(setup: TrainingSetup, prepared: PreparedRun) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        for half in ("core", "nlu"):
            (content / half).mkdir(parents=True)
        (content / "core" / "domain.yml").write_text("version: '3.1'\n", encoding="utf-8")
        fingerprint = {**prepared.fingerprint, "trained_at": 5.0}
        items = stored_items(recorded(prepared.snapshot.table, prepared.snapshot.transforms))
        persist_fingerprint(str(content), fingerprint, root=root_of(fingerprint), items=items)
        write_document(content / METADATA_FILE, metadata_document(setup, prepared, ["core", "nlu"], {}))
        return Path(create_package_rasa(str(content), f"{folder}/peg.tar.gz")).read_bytes()


def write(project: ProjectData, root: Path) -> Path:
    for path, content in project_files(project).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


async def judged(base: Base, project: ProjectData) -> TrainingPlan:
    """Plan what has become of a base against its model."""
    with tempfile.TemporaryDirectory() as folder:
        return await judged_folder(write(project, Path(folder) / "peg"), base)


async def judged_folder(root: Path, base: Base) -> TrainingPlan:
    (root / MODEL).parent.mkdir(exist_ok=True)
    (root / MODEL).write_bytes(base.model)
    async with open_project(root, registry=base.registry) as held:
        return await held.plan()
