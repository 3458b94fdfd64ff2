"""The nodes that belong to no component: facets, what stays of an old model, and the NLU half as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.fingerprinting.engine import ExecutionContext, GraphComponent, ModelStorage, Resource
from tenprint.fingerprinting.recipe.prepared import Facet, TrainedHalf

MATERIAL = "__material__"
"""Placeholder of what all input nodes take their values from."""


@dataclass(frozen=True, slots=True)
class TrainingMaterial:
    """What input nodes hand out, by the names of the nodes."""

    facets: Mapping[str, Facet] = field(default_factory=dict)
    bases: Mapping[str, Resource] = field(default_factory=dict)
    """What components go on from."""
    kept_nlu: TrainedHalf | None = None
    """The NLU half that stays, if it does."""


class OwnNode(GraphComponent):
    """A node of ours; it knows its own name and nothing else."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "OwnNode":
        del config, model_storage, resource
        return cls(str(execution_context.node_name))


class ProvideFacet(OwnNode):
    """An input node: one facet of the data."""

    NAME = "facet"

    def provide(self, material: TrainingMaterial) -> Facet:
        return material.facets[self.name]


class ProvideBase(OwnNode):
    """An input node: a resource of the old model, which a component goes on from."""

    NAME = "base"

    def provide(self, material: TrainingMaterial) -> Resource:
        return material.bases[self.name]


class ProvideKeptHalf(OwnNode):
    """An input node: the NLU half of the old model, which stays as it is."""

    NAME = "kept-half"

    def provide(self, material: TrainingMaterial) -> TrainedHalf:
        assert material.kept_nlu is not None  # noqa: S101 - the recipe makes this node where there is one
        return material.kept_nlu


class JoinHalf(OwnNode):
    """Joins all resources of the NLU half, for policies that learn with it."""

    NAME = "half"
    VERSION = "1"

    def join(self, **resources: Resource) -> TrainedHalf:
        return TrainedHalf({resource.name: resource.fingerprint() for resource in resources.values()})
