"""Who trains: the key `trainer` of tenprint.yml, and what an option of the program says instead.

trainer:
  name: command                                           # or components, which is the default
  command: rasa train --fixed-model-name {name} --out {out}   # or a list of words; never a shell
  timeout: 3600                                           # seconds; without it there is no limit
"""

import math
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from tenprint.fingerprinting import (
    COMPONENTS,
    PLACEHOLDERS,
    ArchiveTrainer,
    CommandTrainer,
    ComponentTrainer,
    Trainer,
    split_command,
    word_faults,
)
from tenprint.importers import ConfigurationError, Location, Problem, ProblemsError
from tenprint.importers.reading import MappingNode, Place, Reader, SequenceNode, nearest

COMMAND = "command"
TRAINER_NAMES = (COMPONENTS, COMMAND)
TRAINER_KEYS = ("name", "command", "timeout")

Report = Callable[[str, str, str | None], None]
"""Takes code, message and hint of one problem."""


@dataclass(frozen=True, slots=True)
class TrainerChoice:
    """A trainer by name; None where nothing was said. `show` takes the lines a command prints."""

    name: str | None = None
    command: tuple[str, ...] | None = None
    timeout: float | None = None
    location: Location | None = None
    show: Callable[[str], None] | None = None


def read_trainer(reader: Reader, root: MappingNode) -> TrainerChoice | None:
    """Read the key `trainer` of the settings; what is wrong is reported to the reader."""
    if "trainer" not in root:
        return None
    place = root.value_place("trainer")
    node = reader.mapping(root["trainer"], "trainer", place)
    if node is None:
        return None
    reader.check_keys(node, TRAINER_KEYS, "trainer")
    name: str | None = None
    if "name" in node:
        name = reader.text(node["name"], "the name of the trainer", node.value_place("name"))
    else:
        names = COMMAND if "command" in node else " or ".join(TRAINER_NAMES)
        reader.report("missing-key", "`trainer` needs the key `name`", place, hint=f"add the name: {names}")
    if name is not None and name not in TRAINER_NAMES:
        hint = nearest(name, TRAINER_NAMES, otherwise="trainers")
        reader.report("unknown-trainer", f"there is no trainer {str(name)!r}", node.value_place("name"), hint=hint)
    command = _command(reader, node) if "command" in node else None
    if name == COMMAND and "command" not in node:
        hint = "write it below `trainer`, such as command: rasa train --fixed-model-name {name} --out {out}"
        reader.report("missing-key", "the trainer `command` needs the key `command`", place, hint=hint)
    return TrainerChoice(
        None if name is None else str(name), command, _timeout(reader, node), reader.document.at(place)
    )


def command_option(text: str) -> tuple[str, ...]:
    """Read a command given as an option.

    Raises:
        ProblemsError: It is empty, cannot be split, or has placeholders that mean nothing.
    """
    problems: list[Problem] = []

    def report(code: str, message: str, hint: str | None) -> None:
        problems.append(Problem(code, f"--command: {message}", None, hint))

    words = _words(text, report)
    if problems:
        raise ProblemsError(problems)
    return words


def chosen_trainer(
    given: "Trainer | ArchiveTrainer | TrainerChoice | None",
    settings: TrainerChoice | None,
    *,
    open_cache: Callable[[], Any] | None = None,
    open_executor: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
) -> Trainer | ArchiveTrainer:
    """Make the trainer of a project: the one given, else what was chosen, else what the settings say.

    `open_cache` opens what earlier trainings have left; None keeps it in memory. `open_executor` opens what nodes of
    the training graph run on.

    Raises:
        ConfigurationError: The trainer `command` was chosen, and nobody names a command.
    """
    if given is not None and not isinstance(given, TrainerChoice):
        return given
    chosen, settings = given or TrainerChoice(), settings or TrainerChoice()
    name = chosen.name or (COMMAND if chosen.command is not None else settings.name)
    if name != COMMAND:
        here = ComponentTrainer(open_executor=open_executor)
        return here if open_cache is None else replace(here, open_cache=open_cache)
    words = chosen.command or settings.command
    if words is None:
        raise ConfigurationError(
            "the trainer `command` was chosen, and no command is named",
            hint="add --command 'rasa train --fixed-model-name {name} --out {out}', or name it in tenprint.yml",
        )
    timeout = settings.timeout if chosen.timeout is None else chosen.timeout
    return CommandTrainer(words, timeout=timeout, show=chosen.show)


def _command(reader: Reader, node: MappingNode) -> tuple[str, ...] | None:
    """Read a command: text that is split, or a list of words."""
    value, place = node["command"], node.value_place("command")
    if not isinstance(value, SequenceNode):
        text = reader.text(value, "the command of the trainer (a list, or text that is split)", place)
        return None if text is None else _words(str(text), _reporter(reader, place))
    words = []
    for entry, entry_place in reader.entries(node, "command", "command"):
        if not isinstance(entry, str):
            reader.wrong_type("a word of the command", "text", entry, entry_place)
            continue
        words.append(str(entry))
        _check_word(words[-1], _reporter(reader, entry_place))
    if not value or words[:1] == [""]:
        _reporter(reader, place)("trainer-command", "the command of the trainer is empty", None)
    return tuple(words)


def _reporter(reader: Reader, place: Place) -> Report:
    return lambda code, message, hint: reader.report(code, message, place, hint=hint)


def _words(text: str, report: Report) -> tuple[str, ...]:
    try:
        words = split_command(text)
    except ValueError as error:
        report("trainer-command", f"the command cannot be split into words: {error}", "close the quotation")
        return ()
    if not words or not words[0]:
        report("trainer-command", "the command of the trainer is empty", None)
    for word in words:
        _check_word(word, report)
    return words


def _check_word(word: str, report: Report) -> None:
    for fault in word_faults(word):
        hint = f"placeholders: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}; write {{{{ and }}}} for braces"
        report("unknown-placeholder", fault, hint)


def _timeout(reader: Reader, node: MappingNode) -> float | None:
    if "timeout" not in node:
        return None
    value, place = node["timeout"], node.value_place("timeout")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    reader.wrong_type("timeout", "a number of seconds above 0", value, place)
    return None
