"""The interface of the training cache: execution key -> fingerprint of the output -> payload.

A cache never fails a training: what cannot be kept or found is not there, and `problems` says why. All methods block
and are called in worker threads, several at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from tenprint.fingerprinting.engine.key import NodeKey
from tenprint.fingerprinting.engine.resource import ModelStorage
from tenprint.importers import Problem


@runtime_checkable
class Cacheable(Protocol):
    """An output that writes itself into a folder, and can be made from it again."""

    def to_cache(self, directory: Path, model_storage: ModelStorage) -> None: ...

    @classmethod
    def from_cache(
        cls, node_name: str, directory: Path, model_storage: ModelStorage, output_fingerprint: str
    ) -> "Cacheable": ...


@dataclass(frozen=True, slots=True)
class CachedResult:
    """A restored output; wrapped, because a value may well be None or empty."""

    value: Any


class TrainingCache(ABC):
    """Remembers what executions led to, and their outputs as far as these can be stored."""

    @abstractmethod
    def cache_output(
        self,
        fingerprint_key: str,
        output: Any,
        output_fingerprint: str,
        model_storage: ModelStorage,
        *,
        keep_output: bool = True,
    ) -> None:
        """Remember an execution, and its output where it can and may be stored; replaces what was there for the key."""

    @abstractmethod
    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        """Return the fingerprint of the output of an execution, or None where it is not known."""

    @abstractmethod
    def has_payload(self, fingerprint_key: str) -> bool:
        """Tell whether the output itself was stored and is there, without reading it."""

    @abstractmethod
    def get_cached_result(
        self, fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> CachedResult | None:
        """Restore the output of an execution, checked against its digest; None where that cannot be done."""

    @property
    @abstractmethod
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong and was lived with: one warning for each kind of problem."""

    def is_storable(self, fingerprint_key: str) -> bool:
        """Tell whether the output of an execution is of a kind that is stored at all."""
        return self.has_payload(fingerprint_key)

    def know(self, types: Iterable[type]) -> None:
        """Learn classes that outputs may be of; stored bytes are made into no others."""
        del types

    def note_key(self, graph: str, node_name: str, key: NodeKey) -> None:
        """Remember the key a node ran with last, or was found under, so that a later run can be explained."""
        del graph, node_name, key

    def noted_key(self, graph: str, node_name: str) -> NodeKey | None:
        """Return what was noted last for a node, or None."""
        del graph, node_name
        return None

    def close(self) -> None:  # noqa: B027 - most caches hold nothing open
        """Give back what is open; it is opened again where it is used again."""

    def __deepcopy__(self, memo: Any) -> "TrainingCache":
        """Stay the one cache, also in the copy of a configuration that names it."""
        del memo
        return self
