"""The recipe `graph.v1`: a configuration that holds the two graphs of a model itself. Pure.

The program trains by lists of components and refuses such a configuration. In the library its graphs are graphs like
any other, for `validate` and `GraphTrainer`. Their nodes name classes, which are looked up among those the caller
knows: nothing is imported because a configuration says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from tenprint.fingerprinting.engine.errors import GraphSchemaError, InvalidConfig
from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration, TrainingType
from tenprint.fingerprinting.engine.schema import GraphSchema, SchemaNode, schema_objections
from tenprint.fingerprinting.recipe_names import GRAPH_RECIPE, RECIPE_KEY
from tenprint.importers import Problem


@dataclass(frozen=True, slots=True)
class GraphRecipe:
    """The graphs of a model, as its configuration has them."""

    model_configuration: GraphModelConfiguration
    problems: tuple[Problem, ...] = ()
    """Warnings: what was asked for and changes nothing."""


def graph_recipe(
    config: Mapping[str, Any],
    known: Mapping[str, type[Any]],
    *,
    training_type: TrainingType = TrainingType.BOTH,
    cli_parameters: Mapping[str, Any] | None = None,
    is_finetuning: bool = False,
) -> GraphRecipe:
    """Read the graphs out of a configuration.

    Args:
        config: The configuration, with `recipe: graph.v1`, `train_schema`, `predict_schema` and the targets; it is not
            changed. A node may leave out its flags, its `resource`, and the fingerprint of that.
        known: The classes nodes may use, by the names the configuration has for them; see `known_classes`.
        training_type: What is trained. The node that answers for Core is left out of account where that is NLU alone;
            the one that answers for NLU is always needed, because Core is asked about what NLU understood.
        cli_parameters: Options of a command that other recipes write into components; those that are None are not set.
        is_finetuning: Whether the training goes on from a model.

    Raises:
        InvalidConfig: It is of another recipe, or lacks a graph or a target; the message lists all that is wrong.
        GraphSchemaError: A graph in it is damaged, or names a class that is not known; the message lists all of it.
    """
    schemas = {key: _completed(config[key]) for key in _SCHEMAS if config.get(key) is not None}
    lines = tuple(f"{key}: {line}" for key, schema in schemas.items() for line in schema_objections(schema, known))
    targets = ("nlu_target",) if training_type is TrainingType.NLU else ("nlu_target", "core_target")
    _refuse(tuple(_config_objections(config, targets)), lines)
    train, predict = (GraphSchema.from_dict(schemas[key], known) for key in _SCHEMAS)
    model_configuration = GraphModelConfiguration(
        train, predict, training_type, **{key: config.get(key) for key in (*_DESCRIPTIONS, *targets)}
    )
    return GraphRecipe(model_configuration, tuple(_warnings(cli_parameters or {}, is_finetuning=is_finetuning)))


_SCHEMAS = ("train_schema", "predict_schema")
_DESCRIPTIONS = ("language", "assistant_id")
_LEFT_OUT = {each.name: each.default for each in fields(SchemaNode) if each.default is not MISSING}


def _completed(schema: Any) -> Any:
    """Return a graph with all that its nodes may leave out; whatever is no graph, as it is."""
    nodes = schema.get("nodes") if isinstance(schema, Mapping) else None
    if not isinstance(nodes, Mapping):
        return schema
    return {"nodes": {name: _completed_node(entry) for name, entry in nodes.items()}}


def _completed_node(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    completed = {**_LEFT_OUT, **entry}
    resource = completed["resource"]
    if isinstance(resource, Mapping):
        completed["resource"] = {"output_fingerprint": None, **resource}
    return completed


def _config_objections(config: Mapping[str, Any], targets: tuple[str, ...]) -> Iterator[str]:
    named = config.get(RECIPE_KEY)
    if named != GRAPH_RECIPE:
        yield f"`{RECIPE_KEY}` is {named!r}, not {GRAPH_RECIPE!r}"
    yield from (f"`{key}` is missing" for key in (*_SCHEMAS, *targets) if config.get(key) is None)
    yield from (
        f"`{key}` is no text" for key in (*_DESCRIPTIONS, *targets) if not isinstance(config.get(key), str | None)
    )


def _refuse(config_lines: tuple[str, ...], schema_lines: tuple[str, ...]) -> None:
    """Raise everything that is wrong at once, as what the configuration lacks where it lacks something."""
    told = "\n".join(f"  {line}" for line in config_lines + schema_lines)
    if config_lines:
        raise InvalidConfig(
            f"the configuration is none of the recipe {GRAPH_RECIPE}:\n{told}",
            hint="`nlu_target` and `core_target` name the nodes of `predict_schema` that answer",
        )
    if schema_lines:
        raise GraphSchemaError(
            f"the graphs of the configuration cannot be read:\n{told}",
            hint="correct them, or give the classes they name as known ones",
        )


def _warnings(cli_parameters: Mapping[str, Any], *, is_finetuning: bool) -> Iterator[Problem]:
    given = sorted(name for name, value in cli_parameters.items() if value is not None)
    if given:
        yield _warning(
            f"its graphs do not depend on {', '.join(f'`{name}`' for name in given)} of the command line",
            "write it into `config` of the nodes it is for",
        )
    if is_finetuning:
        yield _warning(
            "its graphs are the same for a finetuning",
            "let nodes load what they go on from, and read the mode (`READS_MODE`)",
        )


def _warning(message: str, hint: str) -> Problem:
    return Problem("graph-recipe", f"recipe {GRAPH_RECIPE}: {message}", hint=hint, severity="warning")
