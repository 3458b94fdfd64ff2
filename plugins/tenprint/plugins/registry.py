"""The registry: what all plugins provide, by name, with the owner of each.

A clash of names is an error that names both owners; so is a hook that returns something else than it should.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import eq
from typing import Any, TypeAlias, TypeVar

import pluggy

from tenprint.fingerprinting import Components, RunObserver
from tenprint.importers import Problem, ProblemsError, Registered, TrainingDataImporter, Transform
from tenprint.importers.kinds import Kind
from tenprint.plugins.asking import SECTIONS, Answers, Owner, answers_of, function_of, in_call_order
from tenprint.plugins.declared import Command, Declared
from tenprint.plugins.discovery import installed_plugins
from tenprint.plugins.provided import Provided, same
from tenprint.plugins.provided_kinds import provided_kinds
from tenprint.plugins.report import Report
from tenprint.plugins.url_opening import URL_HOOK, UrlOpener, UrlOpeners

T = TypeVar("T")

FunctionOf: TypeAlias = Callable[[str, str], Callable[..., Any]]
"""Takes the names of a hook and of a plugin."""

Clash: TypeAlias = tuple[str, Problem]
"""A name, and who provides it."""

LeftOut: TypeAlias = Mapping[str, Mapping[str, str]]
"""Section, then name, of what a plugin would provide that is left out; and who left it out, in words."""


def _nobody() -> Mapping[str, Registered[type[RunObserver]]]:
    return {}


def _no_commands() -> Mapping[str, Command]:
    return {}


def _no_transforms() -> Mapping[str, Registered[type[Transform]]]:
    return {}


def _no_kinds() -> Mapping[str, Registered[Kind]]:
    return {}


def _no_reports() -> Mapping[str, Registered[type[Report]]]:
    return {}


def _nothing_left_out() -> LeftOut:
    return {}


@dataclass(frozen=True, slots=True)
class Registry:
    """Names to what is provided; an importer or a transform stands under its aliases too."""

    importers: Mapping[str, Registered[type[TrainingDataImporter]]]
    components: Components
    observers: Mapping[str, Registered[type[RunObserver]]] = field(default_factory=_nobody)
    commands: Mapping[str, Command] = field(default_factory=_no_commands)
    left_out: LeftOut = field(default_factory=_nothing_left_out)
    kinds: Mapping[str, Registered[Kind]] = field(default_factory=_no_kinds)
    """Kinds of data that plugins add; ours are always there."""
    transforms: Mapping[str, Registered[type[Transform]]] = field(default_factory=_no_transforms)
    reports: Mapping[str, Registered[type[Report]]] = field(default_factory=_no_reports)
    source_for_url: UrlOpeners = field(default_factory=UrlOpeners)
    """Tells the name of the importer for a URL, and its options."""


def registry_of(manager: pluggy.PluginManager) -> Registry:
    """Ask every plugin what it provides.

    Raises:
        ProblemsError: Clashes and wrong answers, all at once.
    """
    return registry_from(
        [answers_of(manager, owner) for owner in owners_of(manager)],
        function_of=lambda hook, plugin: function_of(manager, hook, plugin),
    )


def owners_of(manager: pluggy.PluginManager) -> list[Owner]:
    """Plugins of a manager, in the order in which they were registered."""
    installed = {plugin.name: plugin for plugin in installed_plugins()}
    return [
        Owner(name, installed[name].distribution, installed[name].version) if name in installed else Owner(name, name)
        for name, plugin in manager.list_name_plugin()
        if plugin is not None
    ]


def registry_from(
    answers: Iterable[Answers],
    *,
    function_of: FunctionOf,
    left_out: LeftOut | None = None,
    on_missing: Callable[[], None] = lambda: None,
) -> Registry:
    """Bring the answers of all plugins together.

    Args:
        answers: In the order in which the plugins were registered.
        function_of: Imports a plugin and returns what it implements a hook with.
        left_out: What would be there if no plugin had been left out.
        on_missing: Called when a class is not where an answer says it is.

    Raises:
        ProblemsError: Clashes and wrong answers, all at once.
    """
    answers = tuple(answers)
    left_out = left_out or {}
    problems = [problem for answer in answers for problem in answer.problems]
    clashes: list[Clash] = []
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        asked = in_call_order(answers, section.hook) if section.is_ordered else answers
        found = _collected(_named(asked, section.name), same, clashes)
        sections[section.name] = Provided(section, found, left_out.get(section.name, {}), on_missing=on_missing)
    commands = provided_commands(answers, clashes)
    problems += (clash for _, clash in clashes)
    kinds = provided_kinds(((answer.owner, answer.kinds) for answer in answers), problems)
    if problems:
        raise ProblemsError(problems)
    return Registry(
        **sections,
        commands=commands,
        left_out=left_out,
        kinds=kinds,
        source_for_url=UrlOpeners(
            [
                UrlOpener(answer.owner, partial(function_of, URL_HOOK, answer.owner.plugin))
                for answer in in_call_order(answers, URL_HOOK)
            ]
        ),
    )


def provided_commands(answers: Iterable[Answers], clashes: list[Clash]) -> dict[str, Command]:
    """Bring the commands of all plugins together; what clashes is added, and the first of each name stays."""
    named = ((command.name, command, answer.owner) for answer in answers for command in answer.commands)
    return {name: command for name, (command, _) in _collected(named, eq, clashes).items()}


def _named(answers: Iterable[Answers], section: str) -> Iterator[tuple[str, Declared, Owner]]:
    for answer in answers:
        for declared in answer.provides.get(section, ()):
            for name in (declared.name, *declared.aliases):
                yield name, declared, answer.owner


def _collected(
    named: Iterable[tuple[str, T, Owner]], is_same: Callable[[T, T], bool], clashes: list[Clash]
) -> dict[str, tuple[T, Owner]]:
    collected: dict[str, tuple[T, Owner]] = {}
    for name, provided, owner in named:
        first, other = collected.setdefault(name, (provided, owner))
        if not is_same(first, provided):
            clashes.append((name, _clash(name, other, owner)))
    return collected


def _clash(name: str, first: Owner, second: Owner) -> Problem:
    message = f"the name {name!r} is provided twice: by {first.distribution} and by {second.distribution}"
    hint = f"uninstall one of them, or leave one out, as with `-p no:{second.plugin}`"
    return Problem("plugin-clash", message, hint=hint)
