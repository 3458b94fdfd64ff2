"""What the nodes of the sections that are due will do, for a plan: the graph decides how, never whether."""

from dataclasses import replace

from tenprint.fingerprinting.component_jobs import jobs_of, with_epochs
from tenprint.fingerprinting.engine import TrainingCache
from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.fingerprinting.recipe.facets import facet_fingerprints
from tenprint.fingerprinting.recipe.former_model import FormerModel, former_nodes
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings
from tenprint.fingerprinting.recipe.planning import NodeSituation, planned_nodes
from tenprint.fingerprinting.trainer import PlanRequest, SectionName, TrainingProblemsError


def with_graph_nodes(request: PlanRequest, cache: TrainingCache) -> TrainingPlan:
    """Put the verdicts of the graph in the place of those of whole sections.

    A pipeline that cannot be trained as it is written has no graph, and the plan stays as it is. What a training says
    about that is a warning, because data can be compared all the same.
    """
    plan = request.plan
    due: list[SectionName] = [name for name in ("nlu", "core") if plan.retrains(name)]
    if not due:
        return plan
    try:
        jobs = jobs_of(request.config, request.components, due, location_of=request.location_of)
    except TrainingProblemsError as error:
        found = [replace(problem, severity="warning") for problem in error.problems]
        return replace(plan, problems=(*plan.problems, *(one for one in found if one not in plan.problems)))
    former = FormerModel(plan.model, former_nodes(request.metadata), cache)
    stays = {} if "nlu" in due else former.resources("nlu")
    finetuned = () if plan.finetune is None else plan.finetune.goes_on
    situation = NodeSituation(
        jobs if plan.finetune is None else with_epochs(jobs, finetuned, plan.finetune.epoch_fraction),
        facet_fingerprints(request.table, request.fingerprint, request.context.rules.kinds, due),
        former,
        RunSurroundings(request.components, request.context.project),
        request.identities,
        forced=None if plan.forced else plan.forced_nodes,
        finetuned=finetuned,
        kept_nlu=stays or None,
    )
    planned = {node.name: node for node in planned_nodes(situation).node_plans()}
    others = [node for node in plan.nodes if not any(plan.retrains(section) for section in node.sections)]
    return replace(plan, nodes=(*planned.values(), *others))
