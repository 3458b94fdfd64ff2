"""Who trains, as the settings and the options of the program say it."""

from typing import Any

import pytest

from tenprint.fingerprinting import CommandTrainer, ComponentTrainer
from tenprint.importers import ConfigurationError, ProblemsError
from tenprint.plugins.settings import read_settings
from tenprint.plugins.trainer_choice import TrainerChoice, chosen_trainer, command_option


def read(text: str) -> TrainerChoice | None:
    return read_settings(text.encode()).trainer


def problems(text: str) -> list[tuple[str, str, str, str | None]]:
    with pytest.raises(ProblemsError) as caught:
        read(text)
    return [(p.code, str(p.location), p.message, p.hint) for p in caught.value.problems]


def test_nothing_said_is_the_default_trainer() -> None:
    assert read("{}") is None
    assert isinstance(chosen_trainer(None, None), ComponentTrainer)
    assert isinstance(chosen_trainer(TrainerChoice(), read("trainer: {name: components}")), ComponentTrainer)


@pytest.mark.parametrize("written", ["rasa train --out {out} 'a b'", '[rasa, train, --out, "{out}", a b]'])
def test_a_command_is_text_or_a_list(written: str) -> None:
    choice = read(f"trainer:\n  name: command\n  command: {written}\n  timeout: 3600\n")
    assert choice is not None
    assert choice.command == ("rasa", "train", "--out", "{out}", "a b")
    assert (choice.name, choice.timeout, str(choice.location)) == ("command", 3600.0, "tenprint.yml:2:3")
    trainer = chosen_trainer(None, choice)
    assert isinstance(trainer, CommandTrainer)
    assert (trainer.words, trainer.timeout) == (choice.command, 3600.0)


def test_an_option_wins_over_the_settings() -> None:
    settings = read("trainer: {name: command, command: rasa train, timeout: 5}")
    assert isinstance(chosen_trainer(TrainerChoice(name="components"), settings), ComponentTrainer)
    trainer = chosen_trainer(TrainerChoice(command=("make", "model")), settings)
    assert isinstance(trainer, CommandTrainer)
    assert (trainer.words, trainer.timeout) == (("make", "model"), 5)
    trainer = chosen_trainer(TrainerChoice(command=("make",)), None)
    assert isinstance(trainer, CommandTrainer)


def test_a_command_may_wait_in_the_settings_until_an_option_chooses_it() -> None:
    settings = read("trainer: {name: components, command: rasa train}")
    assert isinstance(chosen_trainer(None, settings), ComponentTrainer)
    assert isinstance(chosen_trainer(TrainerChoice(name="command"), settings), CommandTrainer)


def test_a_trainer_that_is_given_is_the_trainer() -> None:
    given = ComponentTrainer()
    assert chosen_trainer(given, read("trainer: {name: command, command: rasa train}")) is given


def test_the_trainer_command_needs_one() -> None:
    with pytest.raises(ConfigurationError) as caught:
        chosen_trainer(TrainerChoice(name="command"), None)
    assert "--command" in str(caught.value.hint)
    ((code, place, message, hint),) = problems("trainer:\n  name: command\n")
    assert (code, place) == ("missing-key", "tenprint.yml:2:3")
    assert "needs the key `command`" in message
    assert "{out}" in str(hint)


WRONG: dict[str, list[tuple[str, str]]] = {
    "trainer: command": [("wrong-type", "tenprint.yml:1:10")],
    "trainer: [command]": [("wrong-type", "tenprint.yml:1:10")],
    "trainer: {command: rasa}": [("missing-key", "tenprint.yml:1:10")],
    "trainer: {name: comand, command: rasa}": [("unknown-trainer", "tenprint.yml:1:17")],
    "trainer: {name: components, comand: rasa}": [("unknown-key", "tenprint.yml:1:29")],
    "trainer: {name: command, command: ''}": [("empty-text", "tenprint.yml:1:35")],
    "trainer: {name: command, command: '\"\"'}": [("trainer-command", "tenprint.yml:1:35")],
    "trainer: {name: command, command: []}": [("trainer-command", "tenprint.yml:1:35")],
    "trainer: {name: command, command: ['', x]}": [("trainer-command", "tenprint.yml:1:35")],
    "trainer: {name: command, command: [rasa, 1, true]}": [
        ("wrong-type", "tenprint.yml:1:42"),
        ("wrong-type", "tenprint.yml:1:45"),
    ],
    "trainer: {name: command, command: 7}": [("wrong-type", "tenprint.yml:1:35")],
    "trainer: {name: command, command: rasa 'train}": [("trainer-command", "tenprint.yml:1:35")],
    "trainer: {name: command, command: 'rasa {nam} {'}": [
        ("unknown-placeholder", "tenprint.yml:1:35"),
        ("unknown-placeholder", "tenprint.yml:1:35"),
    ],
    "trainer:\n  name: command\n  command:\n    - rasa\n    - '{nam}'": [("unknown-placeholder", "tenprint.yml:5:7")],
    **{
        f"trainer: {{name: command, command: rasa, timeout: {seconds}}}": [("wrong-type", "tenprint.yml:1:50")]
        for seconds in ("0", "-1", "true", "'5'", ".inf", ".nan", "1h", "[]", "null")
    },
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_place(text: str) -> None:
    assert [(code, place) for code, place, _, _ in problems(text)] == WRONG[text]


def test_an_unknown_placeholder_is_told_with_the_known_ones() -> None:
    ((_, _, message, hint),) = problems("trainer: {name: command, command: 'rasa {nam}'}")
    assert message == "{nam} is no placeholder"
    assert "{project}" in str(hint)
    assert "{name}" in str(hint)


def test_all_problems_of_the_settings_are_told_at_once() -> None:
    found = problems("plugins: [1]\ntrainer: {name: comand, command: 'rasa {nam}', timeout: 0, more: 1}\n")
    assert [code for code, *_ in found] == [
        "wrong-type", "unknown-key", "unknown-trainer", "unknown-placeholder", "wrong-type",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", "''", "rasa 'train", "rasa {nam}", "rasa {"])
def test_an_option_that_is_no_command_is_an_error(text: str) -> None:
    with pytest.raises(ProblemsError, match="--command"):
        command_option(text)


def test_a_command_is_not_changed_by_reading_it() -> None:
    words: Any = command_option("rasa train --out={out} '$HOME' \"`x`\" '*'")
    assert words == ("rasa", "train", "--out={out}", "$HOME", "`x`", "*")
