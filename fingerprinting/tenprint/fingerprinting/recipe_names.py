"""What `recipe` of the configuration names: how `pipeline` and `policies` become a graph. Pure.

There is one recipe. The key is for projects that another program trains as well, and for a later recipe that makes
other graphs of the same lists: nothing is trained by a recipe that was not asked for.
"""

from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting.trainer import LocationOf, nearest_names
from tenprint.importers import Problem

RECIPE_KEY = "recipe"
DEFAULT_RECIPE = "default.v1"
RECIPES = (DEFAULT_RECIPE,)

GRAPH_RECIPE = "graph.v1"
"""The recipe of others whose configuration holds the graphs themselves."""


def recipe_problems(config: Mapping[str, Any], *, location_of: LocationOf | None = None) -> tuple[Problem, ...]:
    """Find what is wrong with the recipe a configuration names; one that names none has the default."""
    named = config.get(RECIPE_KEY)
    if named is None or named in RECIPES:
        return ()
    place = None if location_of is None else location_of(RECIPE_KEY, 0)
    return (Problem("recipe", _objection(named), place, _advice(named)),)


def _objection(named: object) -> str:
    if named == GRAPH_RECIPE:
        return f"recipe {GRAPH_RECIPE} is not supported, because its graphs name classes to be imported"
    if not isinstance(named, str):
        return f"`{RECIPE_KEY}` is no text"
    return f"there is no recipe `{named}`"


def _advice(named: object) -> str:
    known = ", ".join(f"`{name}`" for name in RECIPES)
    if named == GRAPH_RECIPE:
        return (
            f"list components under `pipeline` and `policies` for {known}, train with a command, "
            "or train its graphs with `graph_recipe` in the library"
        )
    near = nearest_names(named, RECIPES) if isinstance(named, str) else ()
    if near:
        return f"did you mean {', '.join(f'`{name}`' for name in near)}?"
    return f"write `{RECIPE_KEY}: {DEFAULT_RECIPE}`, or leave it out; known are {known}"
