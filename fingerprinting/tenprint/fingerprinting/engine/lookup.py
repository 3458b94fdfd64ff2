"""Looking up what earlier runs recorded: one function, for fingerprint runs and for plans.

Blocks: keys read the code of components, caches read a disk.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tenprint.fingerprinting.engine.cache import TrainingCache
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.engine.key import NodeKey, node_key
from tenprint.fingerprinting.engine.planned import Record
from tenprint.fingerprinting.engine.values import fingerprint_of, fingerprints_of
from tenprint.importers import digest_text


@dataclass(frozen=True, slots=True)
class FingerprintStatus:
    """Holds the output of a `FingerprintComponent` and is used to prune the graph.

    It stands in for the value itself wherever only its fingerprint counts.
    """

    output_fingerprint: str | None
    """A fingerprint of the node's output value."""
    is_hit: bool
    """`True` if node's fingerprint key exists in the cache, `False` otherwise."""

    def fingerprint(self) -> str:
        """Return the internal fingerprint.

        If there is no fingerprint returns a random string that will never match.
        """
        if self.output_fingerprint is not None:
            return self.output_fingerprint
        return digest_text(secrets.token_bytes(32))


class KeyMaker(Protocol):
    """Makes keys; `node_key` is one."""

    def __call__(
        self,
        component_class: type[Any],
        config: Mapping[str, Any],
        inputs: Mapping[str, str],
        *,
        constructor_name: str | None = None,
        fn: str | None = None,
        mode: str | None = None,
    ) -> NodeKey:
        """Make the key of an execution from the fingerprints of its inputs."""
        ...


class RememberedKeys:
    """Makes keys for one run, each of them once: it takes a walk through the code of a component."""

    def __init__(self) -> None:
        self._keys: dict[object, NodeKey] = {}

    def __call__(
        self,
        component_class: type[Any],
        config: Mapping[str, Any],
        inputs: Mapping[str, str],
        *,
        constructor_name: str | None = None,
        fn: str | None = None,
        mode: str | None = None,
    ) -> NodeKey:
        """Make a key, or return the one that was made."""
        options = fingerprint_of(merged_config(component_class.get_default_config(), config), name="config")
        place = (component_class, options, tuple(sorted(inputs.items())), constructor_name, fn, mode)
        if place not in self._keys:
            self._keys[place] = node_key(
                component_class, config, inputs, constructor_name=constructor_name, fn=fn, mode=mode
            )
        return self._keys[place]


def look_up(
    cache: TrainingCache,
    component_class: type[Any],
    config: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    constructor_name: str | None = None,
    fn: str | None = None,
    mode: str | None = None,
    key_maker: KeyMaker = node_key,
) -> FingerprintStatus:
    """Find out whether an execution is recorded, and what came out of it.

    Args:
        cache: Where to look.
        component_class: What the node uses.
        config: Options of the node.
        inputs: Values by parameter, or statuses that stand in for them.
        constructor_name: How the component is made.
        fn: What is run.
        mode: See `node_key`.
        key_maker: Makes the key.

    Raises:
        CanonicalFormError: An option or an input has no fingerprint.
        GraphError: Nothing says which code the component is.
    """
    given = fingerprints_of(inputs)
    return status_of(
        cache, key_maker(component_class, config, given, constructor_name=constructor_name, fn=fn, mode=mode)
    )


def status_of(cache: TrainingCache, key: NodeKey) -> FingerprintStatus:
    """Look up an execution whose key is known."""
    output_fingerprint = cache.get_cached_output_fingerprint(key.digest)
    return FingerprintStatus(output_fingerprint, is_hit=output_fingerprint is not None)


class CacheRecords:
    """The records of a cache, as a plan asks for them.

    Each execution is looked up once, so that a plan does not change while a run adds records.
    """

    def __init__(self, cache: TrainingCache, graph: str) -> None:
        self._cache = cache
        self._graph = graph
        self._found: dict[str, Record | None] = {}

    def find(self, key: NodeKey) -> Record | None:
        """Look up an execution."""
        digest = key.digest
        if digest not in self._found:
            self._found[digest] = self._record(key)
        return self._found[digest]

    def last(self, node_name: str) -> NodeKey | None:
        """Return the key a node ran with last, or was found under."""
        return self._cache.noted_key(self._graph, node_name)

    def _record(self, key: NodeKey) -> Record | None:
        status = status_of(self._cache, key)
        if status.output_fingerprint is None:
            return None
        digest = key.digest
        has_payload = self._cache.has_payload(digest)
        return Record(status.output_fingerprint, has_payload, has_payload or self._cache.is_storable(digest))
