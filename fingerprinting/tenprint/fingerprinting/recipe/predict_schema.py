"""The graph a model predicts with: the pipeline as a chain, and the policies side by side. Pure.

__message__ -> nlu-messages -> process/<position>-<name> .. -> nlu-answer
__tracker__ -> predict/<position>-<name> .. -> core-answer
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine import GraphSchema, Resource, SchemaNode
from tenprint.fingerprinting.recipe.input_nodes import OwnNode
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings, node_class
from tenprint.fingerprinting.recipe.predict_nodes import (
    GiveMessages,
    PolicyNode,
    ProcessNode,
    SelectPrediction,
    TakeMessages,
)

MESSAGES_INPUT = "__message__"
DIALOGUE_INPUT = "__tracker__"
NLU_MESSAGES = "nlu-messages"
NLU_ANSWER = "nlu-answer"
CORE_ANSWER = "core-answer"


def predict_schema(jobs: Iterable[ComponentJob], surroundings: RunSurroundings) -> GraphSchema:
    """Make the graph that predicts with what these entries have stored."""
    listed = tuple(jobs)
    pipeline = [job for job in listed if job.section == "nlu"]
    policies = [job for job in listed if job.section == "core"]
    return GraphSchema({**dict(_nlu_nodes(pipeline, surroundings)), **dict(_core_nodes(policies, surroundings))})


def policy_node(job: ComponentJob) -> str:
    """Name of the node that asks a policy."""
    return job.resource.replace("core/", "predict/", 1)


def _nlu_nodes(pipeline: list[ComponentJob], surroundings: RunSurroundings) -> Iterator[tuple[str, SchemaNode]]:
    if not pipeline:
        return
    yield NLU_MESSAGES, _own(TakeMessages, TakeMessages.take.__name__, {"messages": MESSAGES_INPUT})
    names = [job.resource.replace("nlu/", "process/", 1) for job in pipeline]
    for job, (before, name) in zip(pipeline, pairwise([NLU_MESSAGES, *names]), strict=True):
        uses = node_class(ProcessNode, job, surroundings)
        yield name, _component(uses, ProcessNode.process.__name__, {"batch": before}, job)
    yield NLU_ANSWER, _own(GiveMessages, GiveMessages.give.__name__, {"batch": names[-1]})


def _core_nodes(policies: list[ComponentJob], surroundings: RunSurroundings) -> Iterator[tuple[str, SchemaNode]]:
    if not policies:
        return
    names = [policy_node(job) for job in policies]
    for job, name in zip(policies, names, strict=True):
        uses = node_class(PolicyNode, job, surroundings)
        yield name, _component(uses, PolicyNode.predict.__name__, {"dialogue": DIALOGUE_INPUT}, job)
    opinions = {f"opinion_{number}": name for number, name in enumerate(names)}
    yield CORE_ANSWER, _own(SelectPrediction, SelectPrediction.select.__name__, opinions)


def _component(uses: type, fn: str, needs: dict[str, str], job: ComponentJob) -> SchemaNode:
    return SchemaNode(needs, uses, "load", fn, dict(job.entry.options), eager=True, resource=Resource(job.resource))


def _own(uses: type[OwnNode], fn: str, needs: dict[str, str]) -> SchemaNode:
    return SchemaNode(needs, uses, "create", fn, {}, eager=True)
