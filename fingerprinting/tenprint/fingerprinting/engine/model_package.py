"""A generic model archive: metadata first, then one folder for each resource under its name.

    metadata.json   {"schema": .., "graph": {..}}    what follows from content
    run.json        {"schema": .., "trained_at": ..}
    <resource>/     files

Reading believes nothing: versions and classes are checked before anything is unpacked, resources against the
fingerprints in the metadata before they are put into a storage. All functions block.
"""

import json
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from time import time
from typing import Any

from tenprint.fingerprinting.archive.archive_reader import open_archive
from tenprint.fingerprinting.archive.layout import (
    CORE,
    DOMAIN_FILE,
    FINGERPRINT_FILE,
    METADATA_FILE,
    METADATA_SCHEMA,
    NLU,
    RUN_FILE,
)
from tenprint.fingerprinting.archive.pack import create_package_rasa, fixed_time
from tenprint.fingerprinting.archive.unpack import unpack_model
from tenprint.fingerprinting.engine.errors import GraphStorageError, UnsupportedModelVersion
from tenprint.fingerprinting.engine.file_tree import copy_tree, storage_errors, tree_fingerprint
from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration, ModelMetadata
from tenprint.fingerprinting.engine.resource import Resource
from tenprint.fingerprinting.engine.storage_folders import OPEN, place_of
from tenprint.fingerprinting.errors import BrokenArchive
from tenprint.importers import canonical_digest, digest_text

GRAPH = "graph"
RUN_SCHEMA = "tenprint.run/1"

_RESERVED = frozenset({FINGERPRINT_FILE, METADATA_FILE, RUN_FILE, CORE, NLU, f"{CORE}/{DOMAIN_FILE}"})
_BROKEN = "fetch or train the model again"


def describe(
    configuration: GraphModelConfiguration,
    domain: Mapping[str, Any],
    folders: Mapping[str, Path],
    project_fingerprint: str | None,
) -> ModelMetadata:
    """Write the metadata of a model with these resources; its id is a digest of all that is told but the time.

    Raises:
        GraphStorageError: A resource cannot be read, or an archive cannot hold it under its name.
    """
    _refuse_names(folders)
    fixed = fixed_time()
    described = ModelMetadata(
        trained_at=datetime.fromtimestamp(time() if fixed is None else fixed, timezone.utc),
        tenprint_version=version("tenprint"),
        model_id="",
        domain=domain,
        resources={name: tree_fingerprint(folder) for name, folder in folders.items()},
        project_fingerprint=project_fingerprint,
        train_schema=configuration.train_schema,
        predict_schema=configuration.predict_schema,
        training_type=configuration.training_type,
        assistant_id=configuration.assistant_id,
        language=configuration.language,
        core_target=configuration.core_target,
        nlu_target=configuration.nlu_target,
    )
    return replace(described, model_id=_model_id(_lasting(described)))


def pack(archive: Path, metadata: ModelMetadata, folders: Mapping[str, Path]) -> ModelMetadata:
    """Write the archive, whole or not at all, and answer with its metadata.

    Raises:
        ModelError: It cannot be written.
        GraphStorageError: A resource cannot be read.
    """
    staged = Path(tempfile.mkdtemp(prefix="tenprint-model-"))
    try:
        run = {"schema": RUN_SCHEMA, "trained_at": metadata.trained_at.isoformat()}
        with storage_errors(staged):
            _write(staged / METADATA_FILE, {"schema": METADATA_SCHEMA, GRAPH: _lasting(metadata)})
            _write(staged / RUN_FILE, run)
            for name, folder in folders.items():
                copy = staged / name
                copy.mkdir(parents=True)
                copy_tree(folder, copy)
        create_package_rasa(str(staged), str(archive))
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return metadata


def read_metadata(archive: Path, known: Mapping[str, type[Any]]) -> ModelMetadata:
    """Read the first members of an archive, and no further than needed.

    Raises:
        UnsupportedModelVersion: It was made by a version too old, or by another program.
        GraphSchemaError: Its schemas use classes that are not known.
        ModelError: It cannot be read or is damaged.
    """
    found: dict[str, Any] = {}
    with open_archive(archive) as reader:
        for member in reader.members():
            if member.name in {FINGERPRINT_FILE, METADATA_FILE, RUN_FILE} and not member.folder:
                found[member.name] = _read(reader.document(), f"{archive}: {member.name}")
            if METADATA_FILE in found and RUN_FILE in found:
                break
    graph = found.get(METADATA_FILE, {}).get(GRAPH)
    if not isinstance(graph, dict):
        raise UnsupportedModelVersion(
            f"{archive}: the model was made by {_maker(found)}", hint="train it again with tenprint"
        )
    metadata = ModelMetadata.from_json({**graph, "trained_at": _trained_at(found)}, known=known)
    if metadata.model_id != _model_id(graph):
        # The check sum of the whole is only read at its end, and so far nobody went there.
        raise BrokenArchive(f"{archive}: {METADATA_FILE} is damaged: its id is not that of what it says", hint=_BROKEN)
    return metadata


def unpack(archive: Path, metadata: ModelMetadata, root: Path) -> None:
    """Put the resources of an archive into the folder of a storage.

    Raises:
        GraphStorageError: The folder is not empty, or cannot be written.
        ModelError: The archive is damaged or would do harm; the folder is as it was.
    """
    with storage_errors(root):
        created = not root.exists()
        if not created and any(root.iterdir()):
            raise GraphStorageError(
                f"{root}: a model is unpacked into an empty folder, and this one is not", hint="name another folder"
            )
        working = root / OPEN / secrets.token_hex(8)
        try:
            unpack_model(str(archive), working)
            for name, expected in metadata.resources.items():
                if not (working / name).is_dir() or tree_fingerprint(working / name) != expected:
                    raise BrokenArchive(f"{archive}: resource {name} is not what the metadata say", hint=_BROKEN)
            for name in metadata.resources:
                (working / name).rename(place_of(root, Resource(name)))
        finally:
            shutil.rmtree(root / OPEN, ignore_errors=True)
            if created:
                with suppress(OSError):
                    root.rmdir()  # empty, unless all went well


def _refuse_names(folders: Mapping[str, Path]) -> None:
    """Names that are folders in a storage each may be within each other in an archive."""
    wrong = [f"{name}: it stands for something else in an archive" for name in folders if name in _RESERVED]
    for name in folders:
        parts = name.split("/")
        above = ("/".join(parts[:length]) for length in range(1, len(parts)))
        wrong += [f"{name}: it lies within {outer}" for outer in above if outer in folders or outer in _FILES]
    if wrong:
        raise GraphStorageError(
            "resources have names that an archive cannot hold:\n" + "\n".join(f"  {line}" for line in wrong),
            hint="rename the nodes that store them",
        )


_FILES = frozenset({FINGERPRINT_FILE, METADATA_FILE, RUN_FILE, f"{CORE}/{DOMAIN_FILE}"})


def _lasting(metadata: ModelMetadata) -> dict[str, Any]:
    return {key: value for key, value in metadata.to_json().items() if key != "trained_at"}


def _model_id(lasting: Mapping[str, Any]) -> str:
    """Digest what is told, in the form it has once it was written and read: there are no tuples in JSON."""
    told = json.loads(json.dumps({**lasting, "model_id": ""}, allow_nan=False))
    return digest_text(canonical_digest(told))


def _trained_at(found: Mapping[str, Any]) -> Any:
    return found.get(RUN_FILE, {}).get("trained_at")


def _write(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def _read(raw: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BrokenArchive(f"{name}: malformed JSON: {error}", hint=_BROKEN) from error
    if not isinstance(document, dict):
        raise BrokenArchive(f"{name}: not a JSON object", hint=_BROKEN)
    return document


def _maker(found: Mapping[str, Any]) -> str:
    told = found.get(FINGERPRINT_FILE, {}).get("version")
    return f"Rasa {told}" if isinstance(told, str) else "another program, or by another trainer of tenprint"
