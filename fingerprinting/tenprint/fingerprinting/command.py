"""A command that trains: its words, and the placeholders in them. Pure.

    rasa train --fixed-model-name {name} --out {out}

Rules:
- A command is a list of words and never passes through a shell; text is split into words as a shell would do it.
- `{name}` in a word is a placeholder, `{{` and `}}` are braces. Placeholders that mean nothing are errors.
- The words with their placeholders are the command's identity: a model another command made is trained again.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from types import MappingProxyType

PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "project": "the exported project; also the working directory of the command",
        "config": "config.yml of the exported project",
        "domain": "domain.yml of the exported project",
        "data": "the folder of training data of the exported project",
        "out": "the folder in which the archive is expected, models/ of the exported project",
        "name": "the name for the archive, without .tar.gz",
        "original": "the project itself, for scripts and other files that are no training data",
        "finetune": "the model to go on from; its whole word is left out of runs without --finetune",
    }
)

FINETUNE = "finetune"

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./{}-]+")


def split_command(text: str) -> tuple[str, ...]:
    """Split text into words as a shell would, without any of its other powers.

    Raises:
        ValueError: A quotation that does not end.
    """
    return tuple(shlex.split(text))


def command_text(words: Sequence[str]) -> str:
    """Write a command so that splitting it gives its words again; braces alone are no reason for quotes."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words)


def command_identity(words: Sequence[str]) -> str:
    return f"command: {command_text(words)}"


def word_faults(word: str) -> Iterator[str]:
    """Say what is wrong with the placeholders of a word."""
    if "\0" in word:
        yield f"{word!r} holds a NUL, which no argument of a command can"
    try:
        fields = [field for field in Formatter().parse(word) if field[1] is not None]
    except ValueError:
        yield f"{word!r} has a brace without its other half; write {{{{ and }}}} for braces"
        return
    for _, name, form, conversion in fields:
        written = f"{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}"
        if written not in PLACEHOLDERS:
            yield f"{{{written}}} is no placeholder"


def filled(words: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Put values in the place of placeholders; a value is never looked at for further ones.

    Words with the placeholder `{finetune}` are left out where it has no value.
    """
    kept = words if FINETUNE in values else [word for word in words if FINETUNE not in placeholders_of(word)]
    return ["".join(_pieces(word, values)) for word in kept]


def placeholders_of(word: str) -> frozenset[str]:
    """Names of the placeholders of a word that has no faults."""
    return frozenset(name for _, name, _, _ in Formatter().parse(word) if name is not None)


def _pieces(word: str, values: Mapping[str, str]) -> Iterator[str]:
    for literal, name, _, _ in Formatter().parse(word):
        yield literal
        if name is not None:
            yield values[name]
