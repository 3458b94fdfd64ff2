"""A model storage in a folder: where resources live while a graph runs, and from where a model is packed."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.fingerprinting.engine.file_tree import tree_fingerprint
from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration, ModelMetadata
from tenprint.fingerprinting.engine.model_package import describe, pack, read_metadata, unpack
from tenprint.fingerprinting.engine.resource import ModelStorage, Resource
from tenprint.fingerprinting.engine.storage_folders import FolderToRead, FolderToWrite, place_of, resource_at, turn


class LocalModelStorage(ModelStorage):
    """Keeps resources below one folder, which is made when something is written; many processes may share it.

    The caller removes the folder. All methods block; what `write_to` and `read_from` return has both colours.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def write_to(self, resource: Resource) -> FolderToWrite:
        return FolderToWrite(self.root, resource)

    def read_from(self, resource: Resource) -> FolderToRead:
        return FolderToRead(self.root, resource)

    def holds(self, resource: Resource) -> bool:
        if not self.root.is_dir():
            return False
        with turn(self.root):  # while a resource is replaced there is none for a moment
            return place_of(self.root, resource).is_dir()

    def resource_fingerprint(self, resource: Resource) -> str:
        if not self.root.is_dir():
            return tree_fingerprint(None)
        with turn(self.root):
            place = place_of(self.root, resource)
            return tree_fingerprint(place if place.is_dir() else None)

    def resources(self) -> tuple[Resource, ...]:
        """List what was written, by name."""
        if not self.root.is_dir():
            return ()
        with turn(self.root):
            found = [resource_at(place) for place in self.root.iterdir() if place.is_dir()]
        return tuple(sorted((each for each in found if each is not None), key=lambda each: each.name))

    def create_model_package(
        self,
        archive_path: str | Path,
        model_configuration: GraphModelConfiguration,
        domain: Mapping[str, Any],
        *,
        resources: Collection[str] | None = None,
        project_fingerprint: str | None = None,
    ) -> ModelMetadata:
        """Pack a model archive; equal content gives an equal archive, as far as the time in it is fixed.

        Args:
            archive_path: Where it is written, with all folders above; what stands there is replaced.
            model_configuration: The schemas as they are, before anything was left out of them.
            domain: Kept in the metadata as it is.
            resources: Names of what is packed; None for all that the storage holds.
            project_fingerprint: What tells the project from others; kept in the metadata.

        Raises:
            GraphStorageError: A resource that is asked for, or that the predict schema names, is not there.
            ModelError: The archive cannot be written.
        """
        named = {node.resource.name for node in model_configuration.predict_schema.nodes.values() if node.resource}
        asked = named | ({each.name for each in self.resources()} if resources is None else set(resources))
        missing = sorted(name for name in asked if not self.holds(Resource(name)))
        if missing:
            raise GraphStorageError(
                f"a model cannot be packed without {', '.join(missing)}, which the storage does not hold",
                hint="nothing was written; train again, with --force if a cache is suspected",
            )
        folders = {name: place_of(self.root, Resource(name)) for name in sorted(asked)}
        with turn(self.root) if asked else nullcontext():
            described = describe(model_configuration, domain, folders, project_fingerprint)
            return pack(Path(archive_path), described, folders)

    @classmethod
    def from_model_archive(
        cls, storage_path: str | Path, archive: str | Path, *, known: Mapping[str, type[Any]]
    ) -> "tuple[LocalModelStorage, ModelMetadata]":
        """Unpack a model that `create_model_package` made; all of it or nothing.

        Args:
            storage_path: An empty folder, or none yet.
            archive: The model.
            known: The classes its schemas may use, by name; see `known_classes`.

        Raises:
            GraphStorageError: The folder is not empty.
            UnsupportedModelVersion: It was made by a version too old, or by another program.
            GraphSchemaError: Its schemas use classes that are not known.
            ModelError: It cannot be read, is damaged, or would do harm.
        """
        storage = cls(storage_path)
        metadata = read_metadata(Path(archive), known)
        unpack(Path(archive), metadata, storage.root)
        return storage, metadata

    @classmethod
    def metadata_from_archive(cls, archive: str | Path, *, known: Mapping[str, type[Any]]) -> ModelMetadata:
        """Read what a model says of itself, and no further.

        Raises:
            UnsupportedModelVersion: It was made by a version too old, or by another program.
            GraphSchemaError: Its schemas use classes that are not known.
            ModelError: It cannot be read or is damaged.
        """
        return read_metadata(Path(archive), known)
