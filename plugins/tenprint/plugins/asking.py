"""Asks one plugin what it provides, and checks what it says; nothing it answers is trusted before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pluggy

from tenprint.fingerprinting import NluComponent, Policy, RunObserver
from tenprint.importers import (
    ConfigurationError,
    Problem,
    TenprintError,
    TrainingDataImporter,
    Transform,
    foreign_code,
)
from tenprint.importers.kinds import Kind
from tenprint.plugins.declared import Command, Declared, When


@dataclass(frozen=True, slots=True)
class Owner:
    """A plugin, and the distribution it came with; `version` None is code that is not installed."""

    plugin: str
    distribution: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing plugins provide: the hook that is asked for it, and what the classes derive from."""

    name: str
    hook: str
    thing: str
    what: str
    bases: Callable[[], tuple[type[Any], ...]]
    is_ordered: bool = False
    """Whether they are used in the order in which plugins are called."""


SECTIONS = (
    Section(
        "importers", "tenprint_register_importers", "importer", "an importer class", lambda: (TrainingDataImporter,)
    ),
    Section(
        "components", "tenprint_register_components", "component", "a component class", lambda: (NluComponent, Policy)
    ),
    Section(
        "observers",
        "tenprint_register_observers",
        "observer",
        "an observer class",
        lambda: (RunObserver,),
        is_ordered=True,
    ),
    Section("transforms", "tenprint_register_transforms", "transform", "a transform class", lambda: (Transform,)),
)

COMMANDS_HOOK = "tenprint_register_commands"
KINDS_HOOK = "tenprint_register_kinds"


def _nothing() -> Mapping[str, tuple[Declared, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Answers:
    """What one plugin provides, by section, and what is wrong with its answers."""

    owner: Owner
    provides: Mapping[str, tuple[Declared, ...]] = field(default_factory=_nothing)
    commands: tuple[Command, ...] = ()
    problems: tuple[Problem, ...] = ()
    kinds: tuple[Kind, ...] = ()
    hooks: Mapping[str, When] = field(default_factory=dict)
    """Hooks it implements, and when it wants to be asked."""


def answers_of(manager: pluggy.PluginManager, owner: Owner) -> Answers:
    """Ask one registered plugin everything."""
    problems: list[Problem] = []
    provides = {}
    for section in SECTIONS:
        answer = _answer(manager, section.hook, owner, problems)
        declared = tuple(_declared(answer, section, owner, problems))
        if declared:
            provides[section.name] = declared
    commands = tuple(_commands(_answer(manager, COMMANDS_HOOK, owner, problems), owner, problems))
    kinds = tuple(_kinds(_answer(manager, KINDS_HOOK, owner, problems), owner, problems))
    return Answers(owner, provides, commands, tuple(problems), kinds, hooks_of(manager, owner.plugin))


def hooks_of(manager: pluggy.PluginManager, plugin: str) -> dict[str, When]:
    """Hooks a plugin implements, and when it wants to be asked."""
    found: dict[str, When] = {}
    for caller in manager.get_hookcallers(manager.get_plugin(plugin)) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name == plugin:
                found[caller.name] = "first" if implementation.tryfirst else "last" if implementation.trylast else ""
    return dict(sorted(found.items()))


def function_of(manager: pluggy.PluginManager, hook: str, plugin: str) -> Callable[..., Any]:
    """Return what a plugin implements a hook with."""
    implementations = getattr(manager.hook, hook).get_hookimpls()
    found: Callable[..., Any] = next(one.function for one in implementations if one.plugin_name == plugin)
    return found


def in_call_order(answers: Iterable[Answers], hook: str) -> list[Answers]:
    """Plugins that implement a hook in the order in which they are called, as pluggy has it.

    First those that want to be first, then the others, then those that want to be last; among equals who came last.
    """
    ranks = {"first": 0, "": 1, "last": 2}
    calling = [answer for answer in answers if hook in answer.hooks]
    last_first = calling[::-1]
    return sorted(last_first, key=lambda answer: ranks[answer.hooks[hook]])


def _answer(manager: pluggy.PluginManager, hook: str, owner: Owner, problems: list[Problem]) -> Iterable[Any]:
    found: list[Any] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin_name == owner.plugin:
            found += _called(implementation.function, hook, owner, problems)
    return found


def _called(function: Callable[[], Any], hook: str, owner: Owner, problems: list[Problem]) -> Iterable[Any]:
    try:
        with foreign_code(lambda chain: ConfigurationError(f"plugin {owner.plugin!r} failed in {hook}: {chain}")):
            answer = function()
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


def _declared(answer: Iterable[Any], section: Section, owner: Owner, problems: list[Problem]) -> Iterable[Declared]:
    for provided in answer:
        if not _is_fit(provided, section):
            message = f"plugin {owner.plugin!r} returned {provided!r} where {section.what} is expected"
            problems.append(Problem("plugin-answer", message, hint=f"correct {section.hook} in {owner.distribution}"))
            continue
        declared = provided if isinstance(provided, Declared) else _named(provided, owner, problems)
        if _is_named(declared, owner, problems):
            yield declared


def _is_fit(provided: Any, section: Section) -> bool:
    if isinstance(provided, Declared):
        # Where a class is found is looked at when it is asked for.
        return isinstance(provided.target, str) or _is_fit(provided.target, section)
    return isinstance(provided, type) and issubclass(provided, section.bases())


def _named(provided: type[Any], owner: Owner, problems: list[Problem]) -> Declared:
    aliases = getattr(provided, "ALIASES", ())
    if not isinstance(aliases, (list, tuple)):
        message = f"ALIASES of {provided.__qualname__} of plugin {owner.plugin!r} is no tuple of names"
        problems.append(Problem("plugin-name", message, hint=f"correct it in {owner.distribution}"))
        aliases = ()
    return Declared(getattr(provided, "NAME", ""), provided, tuple(aliases))


def _is_named(declared: Declared, owner: Owner, problems: list[Problem]) -> bool:
    """Tell whether all names of a thing are names."""
    names: tuple[Any, ...] = (declared.name, *declared.aliases)
    for name in names:
        if not (isinstance(name, str) and name):
            what = getattr(declared.target, "__qualname__", declared.target)
            message = f"{what} of plugin {owner.plugin!r} has no NAME"
            problems.append(Problem("plugin-name", message, hint="set NAME on the class"))
            return False
    return True


def _kinds(answer: Iterable[Any], owner: Owner, problems: list[Problem]) -> Iterable[Kind]:
    for kind in answer:
        if isinstance(kind, Kind):
            yield kind
            continue
        message = f"plugin {owner.plugin!r} returned {kind!r} where a Kind is expected"
        problems.append(Problem("plugin-answer", message, hint=f"correct {KINDS_HOOK} in {owner.distribution}"))


def _commands(answer: Iterable[Any], owner: Owner, problems: list[Problem]) -> Iterable[Command]:
    for command in answer:
        if isinstance(command, Command) and command.name and ":" in command.target:
            yield command
            continue
        message = f"plugin {owner.plugin!r} returned {command!r} where a Command is expected"
        hint = "return tenprint.plugins.Command(name, summary, 'package.module:attribute')"
        problems.append(Problem("plugin-answer", message, hint=hint))
