"""Asks one plugin what it provides, and checks what it says; nothing it answers is trusted before."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, cast

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
from tenprint.plugins.report import Report

T = TypeVar("T")

_COMMAND_NAME = re.compile(r"\w[\w-]*")


@dataclass(frozen=True, slots=True)
class Owner:
    """A plugin, and the distribution it came with; `version` None is code that is not installed."""

    plugin: str
    distribution: str
    version: str | None = None

    @property
    def package(self) -> str:
        """The distribution and its version, as people write them."""
        return self.distribution if self.version is None else f"{self.distribution} {self.version}"


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
    Section("reports", "tenprint_register_reports", "report", "a report class", lambda: (Report,)),
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

    def asked(hook: str, checked: Callable[[Iterable[Any]], Iterable[T]]) -> tuple[T, ...]:
        try:
            with foreign_code(lambda chain: ConfigurationError(f"plugin {owner.plugin!r} failed in {hook}: {chain}")):
                return tuple(checked(_answer(manager, hook, owner, problems)))
        except TenprintError as error:
            hint = f"upgrade or uninstall {owner.distribution}"
            problems.extend(replace(one, code="plugin-answer", hint=one.hint or hint) for one in error.problems)
            return ()

    for section in SECTIONS:
        declared = asked(section.hook, partial(_declared, section=section, owner=owner, problems=problems))
        if declared:
            provides[section.name] = declared
    commands = asked(COMMANDS_HOOK, partial(_commands, owner=owner, problems=problems))
    kinds = asked(KINDS_HOOK, partial(_kinds, owner=owner, problems=problems))
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
    """Return what a plugin implements a hook with, for calls with named arguments; it need not take all of them.

    Raises:
        ConfigurationError: It implements the hook no more.
    """
    implementation = next(_implementations(manager, hook, plugin), None)
    if implementation is None:
        raise ConfigurationError(
            f"the plugin {plugin!r} had the hook {hook} when it was asked, and has it no more", hint="start again"
        )
    function, names = implementation.function, implementation.argnames
    return lambda **arguments: function(*(arguments[name] for name in names))


def _implementations(manager: pluggy.PluginManager, hook: str, plugin: str) -> "Iterator[pluggy.HookImpl]":
    return (one for one in getattr(manager.hook, hook).get_hookimpls() if one.plugin_name == plugin)


def in_call_order(answers: Iterable[Answers], hook: str) -> list[Answers]:
    """Plugins that implement a hook in the order in which they are called, as pluggy has it.

    First those that want to be first, then the others, then those that want to be last; among equals who came last.
    """
    ranks = {"first": 0, "": 1, "last": 2}
    calling = [answer for answer in answers if hook in answer.hooks]
    last_first = calling[::-1]
    return sorted(last_first, key=lambda answer: ranks[answer.hooks[hook]])


def _answer(manager: pluggy.PluginManager, hook: str, owner: Owner, problems: list[Problem]) -> Iterator[Any]:
    for implementation in _implementations(manager, hook, owner.plugin):
        answer = implementation.function()
        if isinstance(answer, (list, tuple)):
            yield from answer
            continue
        message = f"plugin {owner.plugin!r} returned {type(answer).__name__} where a list of classes is expected"
        problems.append(Problem("plugin-answer", message, hint=f"return a list in {owner.distribution}"))


def _declared(answer: Iterable[Any], *, section: Section, owner: Owner, problems: list[Problem]) -> Iterator[Declared]:
    for provided in answer:
        if not _is_fit(provided, section):
            message = f"plugin {owner.plugin!r} returned {provided!r} where {section.what} is expected"
            problems.append(Problem("plugin-answer", message, hint=f"correct {section.hook} in {owner.distribution}"))
            continue
        declared = provided if isinstance(provided, Declared) else _declaration(provided)
        fault = _fault_of_names(declared)
        if fault is None:
            yield replace(declared, aliases=tuple(declared.aliases))
            continue
        what = getattr(declared.target, "__qualname__", declared.target)
        hint = f"correct it in {owner.distribution}"
        problems.append(Problem("plugin-name", f"{what} of plugin {owner.plugin!r} {fault}", hint=hint))


def _is_fit(provided: Any, section: Section) -> bool:
    if isinstance(provided, Declared):
        # Where a class is found is looked at when it is asked for.
        return isinstance(provided.target, str) or _is_fit(provided.target, section)
    return isinstance(provided, type) and issubclass(provided, section.bases())


def _declaration(provided: type[Any]) -> Declared:
    return Declared(getattr(provided, "NAME", ""), provided, getattr(provided, "ALIASES", ()))


def _fault_of_names(declared: Declared) -> str | None:
    """Say what is wrong with the names of a thing; nothing of a declaration is checked before."""
    name, aliases = cast("tuple[Any, Any]", (declared.name, declared.aliases))
    if not _is_name(name):
        return f"has no NAME, which is text on one line: {name!r}"
    if not (isinstance(aliases, (list, tuple)) and all(map(_is_name, aliases))):
        return f"has ALIASES that are no tuple of names: {aliases!r}"
    return None


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and bool(name.strip()) and name.isprintable()


def _kinds(answer: Iterable[Any], *, owner: Owner, problems: list[Problem]) -> Iterator[Kind]:
    for kind in answer:
        if isinstance(kind, Kind):
            yield kind
            continue
        message = f"plugin {owner.plugin!r} returned {kind!r} where a Kind is expected"
        problems.append(Problem("plugin-answer", message, hint=f"correct {KINDS_HOOK} in {owner.distribution}"))


def _commands(answer: Iterable[Any], *, owner: Owner, problems: list[Problem]) -> Iterator[Command]:
    for command in answer:
        if isinstance(command, Command) and _is_callable_so(command):
            yield command
            continue
        message = f"plugin {owner.plugin!r} returned {command!r} where a Command is expected"
        hint = "return tenprint.plugins.Command(name, summary, 'package.module:attribute'), the name in one word"
        problems.append(Problem("plugin-answer", message, hint=hint))


def _is_callable_so(command: Command) -> bool:
    """Tell whether a command can be written after the name of the program, and help can show it."""
    texts: tuple[Any, ...] = (command.name, command.summary, command.target)
    return all(isinstance(text, str) for text in texts) and bool(
        _COMMAND_NAME.fullmatch(command.name) and ":" in command.target
    )
