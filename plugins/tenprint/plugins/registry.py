"""The registry: what all plugins provide, by name, with the owner of each.

A clash of names is an error that names both owners; so is a hook that returns something else than it should.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pluggy

from tenprint.fingerprinting import Components, NluComponent, Policy
from tenprint.importers import (
    ConfigurationError,
    Problem,
    ProblemsError,
    Registered,
    TenprintError,
    TrainingDataImporter,
    foreign_code,
)


@dataclass(frozen=True, slots=True)
class Registry:
    """Names to what is provided; an importer stands under its aliases too."""

    importers: Mapping[str, Registered[type[TrainingDataImporter]]]
    components: Components


@dataclass(frozen=True, slots=True)
class _Owner:
    plugin: str
    distribution: str
    version: str | None


def registry_of(manager: pluggy.PluginManager) -> Registry:
    """Ask every plugin what it provides.

    Raises:
        ProblemsError: Clashes and wrong answers, all at once.
    """
    problems: list[Problem] = []
    owners = _owners(manager)
    importers = _collected(
        manager.hook.tenprint_register_importers, (TrainingDataImporter,), "an importer class", owners, problems
    )
    components = _collected(
        manager.hook.tenprint_register_components, (NluComponent, Policy), "a component class", owners, problems
    )
    if problems:
        raise ProblemsError(problems)
    return Registry(importers, components)


def _owners(manager: pluggy.PluginManager) -> dict[str, _Owner]:
    found = {name: _Owner(name, name, None) for name, _ in manager.list_name_plugin()}
    for plugin, distribution in manager.list_plugin_distinfo():
        name = manager.get_name(plugin)
        if name is not None:
            found[name] = _Owner(name, distribution.project_name, distribution.version)
    return found


def _collected(
    hook: Any, bases: tuple[type, ...], what: str, owners: Mapping[str, _Owner], problems: list[Problem]
) -> dict[str, Registered[Any]]:
    collected: dict[str, Registered[Any]] = {}
    # pluggy calls the last registered first; the order of registration reads better in messages.
    for implementation in hook.get_hookimpls():
        owner = owners[implementation.plugin_name]
        for provided in _answer(implementation, hook.name, owner, problems):
            if not (isinstance(provided, type) and issubclass(provided, bases)):
                message = f"plugin {owner.plugin!r} returned {provided!r} where {what} is expected"
                problems.append(Problem("plugin-answer", message, hint=f"correct {hook.name} in {owner.distribution}"))
                continue
            aliases = getattr(provided, "ALIASES", ())
            if not isinstance(aliases, (list, tuple)):
                message = f"ALIASES of {provided.__qualname__} of plugin {owner.plugin!r} is no tuple of names"
                problems.append(Problem("plugin-name", message, hint=f"correct it in {owner.distribution}"))
                aliases = ()
            for name in (getattr(provided, "NAME", ""), *aliases):
                text = name if isinstance(name, str) else ""
                _add(collected, Registered(text, provided, owner.distribution, owner.version), owner, problems)
    return collected


def _answer(implementation: Any, hook_name: str, owner: _Owner, problems: list[Problem]) -> Iterable[Any]:
    try:
        with foreign_code(lambda chain: ConfigurationError(f"plugin {owner.plugin!r} failed in {hook_name}: {chain}")):
            answer = implementation.function()
    except TenprintError as error:
        problems += [
            replace(problem, code="plugin-answer", hint=problem.hint or f"upgrade or uninstall {owner.distribution}")
            for problem in error.problems
        ]
        return ()
    if isinstance(answer, (list, tuple)):
        return answer
    message = f"plugin {owner.plugin!r} returned {type(answer).__name__} where a list of classes is expected"
    problems.append(Problem("plugin-answer", message, hint=f"return a list in {owner.distribution}"))
    return ()


def _add(
    collected: dict[str, Registered[Any]], registered: Registered[Any], owner: _Owner, problems: list[Problem]
) -> None:
    name = registered.name
    if not name:
        message = f"{registered.provided.__qualname__} of plugin {owner.plugin!r} has no NAME"
        problems.append(Problem("plugin-name", message, hint="set NAME on the class"))
    elif name in collected and collected[name].provided is not registered.provided:
        message = (
            f"the name {name!r} is provided twice: by {collected[name].distribution} and by {registered.distribution}"
        )
        problems.append(Problem("plugin-clash", message, hint="uninstall one of them"))
    else:
        collected[name] = registered
