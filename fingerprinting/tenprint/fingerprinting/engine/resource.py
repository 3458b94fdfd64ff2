"""Resource: what a node left behind in a model storage; and the interface of such a storage.

The name of a resource is the path of its folder, with `/` between parts: `nlu/0-WhitespaceTokenizer`. Names are checked
when a resource is made, so no name leads out of a storage. Its fingerprint is a digest of the files it holds; None
until it was written.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class ResourceFolder(AbstractContextManager[Path], AbstractAsyncContextManager[Path], Protocol):
    """A folder to write to or to read from; `with` in worker threads, `async with` on an event loop."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something stored; resources of one name are equal whatever they hold."""

    name: str
    output_fingerprint: str | None = field(default=None, compare=False)


class ModelStorage(ABC):
    """Where resources live during a run."""

    @abstractmethod
    def write_to(self, resource: Resource) -> ResourceFolder:
        """Open an empty folder that takes the place of the resource when the block ends well, and is gone if not."""

    @abstractmethod
    def read_from(self, resource: Resource) -> ResourceFolder:
        """Open the folder of a resource; what is changed in it reaches nobody else.

        Raises:
            GraphStorageError: Nothing was ever written for this resource.
        """
