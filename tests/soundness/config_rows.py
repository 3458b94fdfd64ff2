"""Rows of the soundness table for the configuration."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.soundness.rows import ALL, CORE, NLU, NOTHING, Changed, Edit, Mutate, Row, drawn, swapped, with_config

from tenprint.importers.data import ProjectData

GENERATED = ("generated",)
KINDS = {"pipeline": "pipeline-component", "policies": "policy"}

Component = dict[str, Any]


def keyed(change: str, name: str, value: Any) -> Mutate:
    """Give a key of the configuration another value."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        del chance
        if (name in project.config) is not (change == "modified"):
            return None
        return Edit(with_config(project, {name: value}), Changed(change, "config-key", ("config", name)))

    return mutate


def optioned(key: str, alter: Callable[[Component], Component | None]) -> Mutate:
    """Edit the options of one component."""

    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        listed = project.config[key]
        found = drawn(chance, listed, lambda entry: alter(entry) is not None)
        if found is None:
            return None
        index, entry = found
        edited = with_config(project, {key: [*swapped(listed, index, alter(entry))]})
        return Edit(edited, Changed("modified", KINDS[key], ("config", key, entry["name"])))

    return mutate


def component_more(key: str, name: str) -> Mutate:
    def mutate(project: ProjectData, chance: Random) -> Edit:
        del chance
        edited = with_config(project, {key: [*project.config[key], {"name": name}]})
        return Edit(edited, Changed("added", KINDS[key], ("config", key, name)))

    return mutate


def component_less(key: str) -> Mutate:
    def mutate(project: ProjectData, chance: Random) -> Edit | None:
        found = drawn(chance, project.config[key])
        if found is None:
            return None
        index, entry = found
        edited = with_config(project, {key: [*swapped(project.config[key], index)]})
        return Edit(edited, Changed("removed", KINDS[key], ("config", key, entry["name"])))

    return mutate


def in_other_order(key: str) -> Mutate:
    def mutate(project: ProjectData, chance: Random) -> Edit:
        del chance
        edited = with_config(project, {key: project.config[key][::-1]})
        return Edit(edited, Changed("modified", KINDS[key], ("config", key)))

    return mutate


def longer_training(entry: Component) -> Component | None:
    return {**entry, "epochs": entry["epochs"] + 1} if "epochs" in entry else None


def longer_deep_inside(entry: Component) -> Component | None:
    return {**entry, "deep": {**entry["deep"], "epochs": 2}} if "deep" in entry else None


def with_option(entry: Component) -> Component:
    return {**entry, "brand_new": 1}


ROWS = (
    Row("the language", keyed("modified", "language", "de"), NLU),
    Row("the recipe", keyed("modified", "recipe", "graph.v1"), ALL),
    Row("a key that a training may read", keyed("added", "train_schema", {"nodes": {}}), ALL),
    Row("the format of the file", keyed("modified", "version", "3.0"), NOTHING, GENERATED),
    Row("what the assistant is called", keyed("modified", "assistant_id", "meg"), NOTHING),
    Row("how the assistant is reached", keyed("added", "credentials", {"rest": None}), NOTHING),
    Row("an option of a component", optioned("pipeline", with_option), NLU),
    Row("epochs of a component", optioned("pipeline", longer_training), NLU, GENERATED),
    Row("epochs deep inside a component", optioned("pipeline", longer_deep_inside), NLU, GENERATED),
    Row("a component more", component_more("pipeline", "ThirdOne"), NLU),
    Row("a component less", component_less("pipeline"), NLU),
    Row("order of components", in_other_order("pipeline"), NLU),
    Row("an option of a policy", optioned("policies", with_option), CORE),
    Row("epochs of a policy", optioned("policies", longer_training), CORE, GENERATED),
    Row("a policy more", component_more("policies", "ThirdOne"), CORE),
    Row("a policy less", component_less("policies"), CORE),
    Row("order of policies", in_other_order("policies"), CORE),
)

END_TO_END_ROWS = (
    Row("an option of a component, beside literal words", optioned("pipeline", with_option), ALL, ("end to end",)),
)
