"""Resource: what a node left behind in a model storage; and the interface of such a storage.

The name of a resource is a path with `/` between parts: `nlu/0-WhitespaceTokenizer`. Names are checked when a resource
is made, so no name leads out of a storage or an archive. Its fingerprint is the digest of the files it holds, and None
until somebody asked a storage for it; what holds the same bytes is the same, whoever made it and whenever.
"""

import re
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.fingerprinting.engine.file_tree import copy_tree, is_empty_tree, tree_fingerprint

MAX_NAME = 200
"""Characters of a name; a storage makes one folder of it, and file systems allow 255 bytes for that."""

_PART = re.compile(r"[A-Za-z0-9_.-]+")


class ResourceFolder(AbstractContextManager[Path], AbstractAsyncContextManager[Path], Protocol):
    """A folder to write to or to read from; `with` in worker threads, `async with` on an event loop."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something stored; resources of one name are equal whatever they hold.

    Raises:
        GraphStorageError: No resource may have this name.
    """

    name: str
    output_fingerprint: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        reason = _reason_against(self.name)
        if reason is not None:
            raise GraphStorageError(
                f"{self.name!r} cannot be the name of a resource: {reason}",
                hint="use letters, digits, `_`, `-` and `.`, and `/` between parts; a node names its resource",
            )

    def fingerprint(self) -> str:
        """Return the digest of the files.

        Raises:
            GraphStorageError: No storage was asked for it; see `with_fingerprint`.
        """
        if self.output_fingerprint is None:
            raise GraphStorageError(
                f"resource {self.name}: its fingerprint is not known", hint="ask the storage: `with_fingerprint`"
            )
        return self.output_fingerprint

    def with_fingerprint(self, model_storage: "ModelStorage") -> "Resource":
        """Return the resource with the fingerprint of what the storage holds for it now; blocks."""
        return replace(self, output_fingerprint=model_storage.resource_fingerprint(self))

    def to_cache(self, directory: Path, model_storage: "ModelStorage") -> None:
        """Copy the files to an empty directory; of a resource that was never written nothing; blocks."""
        if not model_storage.holds(self):
            return
        with model_storage.read_from(self) as folder:
            copy_tree(folder, directory)

    @classmethod
    def from_cache(
        cls, node_name: str, directory: Path, model_storage: "ModelStorage", output_fingerprint: str
    ) -> "Resource":
        """Put files that `to_cache` copied into a storage; blocks.

        Args:
            node_name: Name that the resource shall have.
            directory: Where the files are; where there are none, nothing is written.
            model_storage: Where they go; it may hold the same files for this name, and no others.
            output_fingerprint: What the resource told before.

        Raises:
            GraphStorageError: The files are not those of the fingerprint, or the storage holds others.
        """
        resource = cls(node_name, output_fingerprint)
        found = tree_fingerprint(directory)
        if found != output_fingerprint:
            raise GraphStorageError(
                f"resource {node_name}: the files in {directory} are not those that were stored",
                hint="train it again; a cache does so by itself",
            )
        if model_storage.holds(resource):
            if model_storage.resource_fingerprint(resource) != found:
                raise GraphStorageError(
                    f"resource {node_name}: the storage holds other files for it than the cache",
                    hint="restore into an empty storage",
                )
        elif not is_empty_tree(directory):
            with model_storage.write_to(resource) as folder:
                copy_tree(directory, folder)
        return resource


class ModelStorage(ABC):
    """Where resources live during a run."""

    @abstractmethod
    def write_to(self, resource: Resource) -> ResourceFolder:
        """Open an empty folder that takes the place of the resource when the block ends well, and is gone if not.

        Raises:
            GraphStorageError: On entering: somebody is writing this resource already.
        """

    @abstractmethod
    def read_from(self, resource: Resource) -> ResourceFolder:
        """Open the folder of a resource; what is changed in it reaches nobody else.

        Raises:
            GraphStorageError: On entering: nothing was ever written for this resource.
        """

    @abstractmethod
    def holds(self, resource: Resource) -> bool:
        """Tell whether something was written for this resource; blocks."""

    def resource_fingerprint(self, resource: Resource) -> str:
        """Return the digest of the files; that of no files for a resource that was never written; blocks."""
        if not self.holds(resource):
            return tree_fingerprint(None)
        with self.read_from(resource) as folder:
            return tree_fingerprint(folder)


def _reason_against(name: object) -> str | None:
    if not isinstance(name, str) or not name:
        return "it is no text" if not isinstance(name, str) else "it is empty"
    if len(name) > MAX_NAME:
        return f"it has more than {MAX_NAME} characters"
    for part in name.split("/"):
        if not part:
            return "a part of it is empty"
        if part in {".", ".."}:
            return f"`{part}` may lead out of its folder"
        if not _PART.fullmatch(part):
            return f"`{part}` holds other characters than letters, digits, `_`, `-` and `.`"
    return None
