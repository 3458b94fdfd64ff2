"""The newest model as a cache: what its nodes ran with and gave, and the resources in it.

It is asked before the cache of the machine, so a cache that was lost changes no verdict. Resources are taken out of the
archive only when the first one is needed, and each is believed only if it has the digest that was recorded.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from tenprint.fingerprinting.archive.unpack import unpack_model
from tenprint.fingerprinting.engine import CachedResult, ModelStorage, NodeKey, Resource, TrainingCache
from tenprint.fingerprinting.engine.errors import GraphStorageError
from tenprint.fingerprinting.errors import FingerprintError, ModelError
from tenprint.fingerprinting.recipe.node_records import NODES_KEY
from tenprint.importers import Problem, digest_of, digest_text


@dataclass(frozen=True, slots=True)
class FormerNode:
    """One execution, as the model remembers it."""

    key: NodeKey
    output_fingerprint: str

    def to_json(self) -> dict[str, Any]:
        document = {"key": self.key.to_json(), "output": self.output_fingerprint}
        return {**document, "check": _check(document)}


def nodes_document(nodes: Mapping[str, FormerNode]) -> dict[str, Any]:
    """Write executions down for the metadata of a model."""
    return {name: node.to_json() for name, node in sorted(nodes.items())}


def former_nodes(metadata: Mapping[str, Any]) -> dict[str, FormerNode]:
    """Read executions from the metadata of a model; what cannot be read is as good as not there."""
    found: dict[str, FormerNode] = {}
    recorded = metadata.get(NODES_KEY)
    for name, document in recorded.items() if isinstance(recorded, Mapping) else ():
        with suppress(FingerprintError, KeyError, TypeError):
            # Metadata are read without reading the archive to its end, so its checksum was not seen.
            if document["check"] == _check({"key": document["key"], "output": document["output"]}):
                found[str(name)] = FormerNode(NodeKey.from_json(document["key"]), str(document["output"]))
    return found


def _check(document: Mapping[str, Any]) -> str:
    """Digest of a record, by which a flipped bit is found out; a wrong output would be handed on to the next model."""
    return digest_text(digest_of(json.dumps(document, sort_keys=True).encode()))


class FormerModel(TrainingCache):
    """A cache that knows a model archive, and another cache behind it, which alone is written to."""

    def __init__(
        self, path: str | None, nodes: Mapping[str, FormerNode], cache: TrainingCache, *, folder: Path | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            path: The archive; None where there is none.
            nodes: What its metadata says.
            cache: Asked for what the archive does not hold.
            folder: Where it may be unpacked to, which does not exist yet; None where nothing is to be restored.
        """
        self._path = path
        self._nodes = nodes
        self._by_key = {node.key.digest: (name, node) for name, node in nodes.items()}
        self._cache = cache
        self._lock = Lock()
        self._folder = folder
        self._failure: ModelError | None = None
        self._damaged: dict[str, str] = {}

    def cache_output(
        self,
        fingerprint_key: str,
        output: Any,
        output_fingerprint: str,
        model_storage: ModelStorage,
        *,
        keep_output: bool = True,
    ) -> None:
        self._cache.cache_output(fingerprint_key, output, output_fingerprint, model_storage, keep_output=keep_output)

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        known = self._by_key.get(fingerprint_key)
        if known is not None:
            return known[1].output_fingerprint
        return self._cache.get_cached_output_fingerprint(fingerprint_key)

    def has_payload(self, fingerprint_key: str) -> bool:
        return self._resource(fingerprint_key) is not None or self._cache.has_payload(fingerprint_key)

    def is_storable(self, fingerprint_key: str) -> bool:
        return fingerprint_key in self._by_key or self._cache.is_storable(fingerprint_key)

    def get_cached_result(
        self, fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> CachedResult | None:
        resource = self._resource(fingerprint_key)
        if resource is None:
            return self._cache.get_cached_result(fingerprint_key, node_name, model_storage)
        try:
            folder = self.folder() / resource.name
            return CachedResult(Resource.from_cache(node_name, folder, model_storage, resource.fingerprint()))
        except ModelError as error:
            self._damaged[""] = error.message
        except GraphStorageError as error:
            self._damaged[resource.name] = f"{self._path}: {error.message}"
        return self._cache.get_cached_result(fingerprint_key, node_name, model_storage)

    def folder(self) -> Path:
        """Return the folder the archive is unpacked to, and unpack it first where nobody has.

        Raises:
            ModelError: There is no archive, or it cannot be unpacked.
        """
        with self._lock:
            if self._path is None or self._folder is None:
                raise ModelError("there is no model to take anything from", hint="train everything with --force")
            if self._failure is not None:
                raise self._failure
            try:
                if not self._folder.exists():
                    unpack_model(self._path, self._folder)
            except ModelError as error:
                self._failure = error  # it is not unpacked once for each resource
                raise
            return self._folder

    def resources(self, half: str) -> dict[str, str]:
        """Return what the model remembers of a half: names of resources with their fingerprints."""
        names = sorted((name for name in self._nodes if name.startswith(f"{half}/")), key=_position)
        return {name: self._nodes[name].output_fingerprint for name in names}

    @property
    def problems(self) -> tuple[Problem, ...]:
        hint = "what it should have given was taken from the cache, or trained again"
        damaged = (
            Problem("damaged-model", message, hint=hint, severity="warning") for message in self._damaged.values()
        )
        return (*damaged, *self._cache.problems)

    def know(self, types: Iterable[type]) -> None:
        self._cache.know(types)

    def note_key(self, graph: str, node_name: str, key: NodeKey) -> None:
        self._cache.note_key(graph, node_name, key)

    def noted_key(self, graph: str, node_name: str) -> NodeKey | None:
        # What the cache has noted may be of another project, whose nodes are called the same.
        del graph
        known = self._nodes.get(node_name)
        return None if known is None else known.key

    def _resource(self, fingerprint_key: str) -> Resource | None:
        """Resource that the archive holds for an execution; None where it holds none."""
        name, node = self._by_key.get(fingerprint_key, ("", None))
        if node is None or not name.startswith(("nlu/", "core/")):
            return None
        return Resource(name, node.output_fingerprint)


def _position(name: str) -> int:
    """Position in its list, which resources of a pipeline begin with."""
    digits = name.split("/", 1)[1].split("-", 1)[0]
    return int(digits) if digits.isdigit() else 0
