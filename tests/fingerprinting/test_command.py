"""Words and placeholders of a command, as values."""

import pytest

from tenprint.fingerprinting.command import (
    PLACEHOLDERS,
    command_identity,
    command_text,
    filled,
    placeholders_of,
    split_command,
    word_faults,
)


def test_text_is_split_into_words_as_a_shell_would() -> None:
    assert split_command("rasa train --out {out} 'two words' \"it's\"") == (
        "rasa", "train", "--out", "{out}", "two words", "it's",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["$HOME ; rm -rf / | cat > file && `x` *", "a '' b", "{name}-{out}", "''", "a\\ b"])
def test_a_command_written_as_text_gives_its_words_again(text: str) -> None:
    words = split_command(text)
    assert split_command(command_text(words)) == words


def test_a_list_and_text_of_the_same_words_are_the_same_command() -> None:
    assert command_identity(("rasa", "train", "{out}")) == command_identity(split_command("'rasa'  train {out}"))
    assert command_identity(("rasa", "train {out}")) != command_identity(("rasa", "train", "{out}"))


def test_braces_alone_need_no_quotes() -> None:
    assert command_identity(("rasa", "train", "--out={out}")) == "command: rasa train --out={out}"


def test_a_quotation_that_does_not_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="quotation"):
        split_command("rasa 'train")


@pytest.mark.parametrize("word", ["", "plain", "{name}", "--{out}-{name}", "{{not one}}", "$HOME", *(f"{{{n}}}" for n in PLACEHOLDERS)])  # fmt: skip # noqa: E501
def test_a_word_may_hold_any_known_placeholder(word: str) -> None:
    assert list(word_faults(word)) == []


@pytest.mark.parametrize("word", ["{nam}", "{}", "{0}", "{name!r}", "{name:>9}", "{name.__class__}", "{name[0]}", "{ name }"])  # fmt: skip # noqa: E501
def test_anything_else_in_braces_is_an_error(word: str) -> None:
    (fault,) = word_faults(word)
    assert fault == f"{word} is no placeholder"


@pytest.mark.parametrize("word", ["{", "}", "{name", "name}", "{{name}"])
def test_a_brace_without_its_other_half_is_an_error(word: str) -> None:
    (fault,) = word_faults(word)
    assert "brace" in fault


def test_a_nul_is_an_error() -> None:
    assert any("NUL" in fault for fault in word_faults("a\0b"))


def test_values_take_the_place_of_placeholders_and_are_not_looked_at() -> None:
    values = {"name": "{out}", "out": "/srv/two words"}
    assert filled(("--{name}", "{out}/{name}", "{{name}}"), values) == ["--{out}", "/srv/two words/{out}", "{name}"]


def test_the_placeholders_of_a_word_are_known() -> None:
    assert placeholders_of("{original}/{name}.sh") == {"original", "name"}
    assert placeholders_of("{{original}}") == frozenset()
