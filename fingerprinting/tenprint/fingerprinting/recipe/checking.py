"""Checks the graphs of a recipe as the engine checks any graph, before anything is trained with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenprint.fingerprinting.engine import GraphSchema, SchemaNode, schema_problems, with_placeholders
from tenprint.fingerprinting.recipe.input_nodes import MATERIAL, TrainingMaterial
from tenprint.fingerprinting.recipe.planning import NodeSituation, schema_of
from tenprint.fingerprinting.recipe.predict_schema import predict_schema
from tenprint.fingerprinting.trainer import TrainingProblemsError
from tenprint.importers import Location


def checked_schema(situation: NodeSituation, language: object) -> GraphSchema:
    """Make the graph of a run, and check it together with the one the result predicts with; blocks.

    Raises:
        TrainingError: A component fails to say what it reads, or something is wrong with a graph: all of it is told,
            with the places of the entries.
    """
    train = schema_of(situation)
    predict = predict_schema(situation.jobs, situation.surroundings)
    problems = [
        problem
        for schema, trains in ((train, True), (predict, False))
        for problem in schema_problems(
            schema,
            trains=trains,
            language=language if isinstance(language, str) else None,
            placeholders=with_placeholders({MATERIAL: TrainingMaterial}),
            places=dict(_written(schema.nodes)),
        )
    ]
    if problems:
        raise TrainingProblemsError(problems)
    return train


def _written(nodes: Mapping[str, SchemaNode]) -> Iterator[tuple[str, Location]]:
    """Tell the place of each node that stands for an entry."""
    for name, node in nodes.items():
        job: Any = getattr(node.uses, "job", None)
        if job is not None and job.configured.place is not None:
            yield name, job.configured.place
