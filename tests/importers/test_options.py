"""Options of importers: read into a class, all problems at once, each at its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from tenprint.importers import ImporterContext, Location, ProblemsError, Secret, read_options

CANARY = "canary-88c1"


def positive(number: int) -> str | None:
    return None if number > 0 else "it must be above 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    url: str
    ref: str = "HEAD"
    depth: int | None = field(default=None, metadata={"check": positive})
    seconds: float = 30.0
    allow_file: bool = False
    include: tuple[str, ...] = ()
    mode: Literal["shallow", "full"] = "shallow"
    token: Secret | None = None


def context() -> ImporterContext:
    """Return a context in which the entry stands in line 2 and the options in the lines after it."""
    names = ("", "url", "ref", "depth", "seconds", "allow_file", "include", "mode", "token", "tokn")
    places = {name: Location("git", "config.yml", line, 5) for line, name in enumerate(names, start=2)}
    return ImporterContext(Path(), source="git", places=places)


def told(options: Mapping[str, Any], cls: type[Any] = Options) -> list[str]:
    with pytest.raises(ProblemsError) as refused:
        read_options(cls, options, context())
    assert {problem.code for problem in refused.value.problems} == {"option"}
    return [str(problem) for problem in refused.value.problems]


def test_values_of_the_right_types_are_taken() -> None:
    given = {
        "url": "https://git.example.org/a",
        "depth": 3,
        "seconds": 2,
        "allow_file": True,
        "include": ["a", "b"],
        "mode": "full",
        "token": {"env": "T"},
    }
    assert read_options(Options, given, context()) == Options(
        url="https://git.example.org/a",
        depth=3,
        seconds=2.0,
        allow_file=True,
        include=("a", "b"),
        mode="full",
        token=Secret({"env": "T"}),
    )


def test_what_is_left_out_has_its_default_and_one_text_is_a_list() -> None:
    read = read_options(Options, {"url": "u", "include": "a", "depth": None, "token": None}, context())
    assert read == Options(url="u", include=("a",))


def test_all_problems_are_told_at_once_each_at_its_place() -> None:
    given = {
        "ref": 1.0,
        "depth": 0,
        "seconds": "x",
        "allow_file": "yes",
        "include": [1],
        "mode": "fast",
        "tokn": {"env": "T"},
    }
    problems = told(given)
    assert [problem.split(" [option]")[0] for problem in problems] == [
        "config.yml:11:5: error: the source 'git' has no option 'tokn'",
        "config.yml:2:5: error: the source 'git' needs the option 'url'",
        "config.yml:4:5: error: the option 'ref' of the source 'git' is text, not a number",
        "config.yml:5:5: error: the option 'depth' of the source 'git' cannot be used: it must be above 0",
        "config.yml:6:5: error: the option 'seconds' of the source 'git' is a number, not the text 'x'",
        "config.yml:7:5: error: the option 'allow_file' of the source 'git' is true or false, not the text 'yes'",
        "config.yml:8:5: error: the option 'include' of the source 'git' is text, not the number 1",
        "config.yml:9:5: error: the option 'mode' of the source 'git' is shallow or full, not the text 'fast'",
    ]
    assert "did you mean token?" in problems[0]
    assert "put quotes around it" in problems[2]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("url", None),
        ("url", " "),
        ("url", "a\0b"),
        ("url", ["u"]),
        ("depth", True),
        ("depth", 1.5),
        ("seconds", True),
        ("seconds", float("nan")),
        ("seconds", float("inf")),
        ("seconds", 10**400),
        ("allow_file", 1),
        ("allow_file", None),
        ("include", {"a": 1}),
        ("include", None),
        ("mode", None),
        ("mode", True),
    ],
)
def test_values_of_other_types_are_refused(option: str, value: Any) -> None:
    (problem,) = told({"url": "u", option: value})
    assert f"the option {option!r}" in problem


def test_keys_of_the_entry_are_known_when_one_is_misspelt() -> None:
    (problem,) = told({"url": "u", "polcy": "optional"})
    assert "did you mean policy?" in problem


@pytest.mark.parametrize("value", [CANARY, [CANARY], {"token": CANARY}, {"env": CANARY}, {"file": CANARY, "env": "A"}])
def test_a_secret_that_is_written_down_is_refused_and_not_repeated(value: Any) -> None:
    (problem,) = told({"url": "u", "token": value})
    assert "the option 'token' of the source 'git' is a secret" in problem
    assert CANARY not in problem


def test_without_a_source_name_it_is_the_importer() -> None:
    with pytest.raises(ProblemsError, match="the importer needs the option 'url'"):
        read_options(Options, {}, ImporterContext(Path()))


@dataclass(frozen=True, slots=True)
class Unreadable:
    when: bytes = b""
    either: int | str = 0


@pytest.mark.parametrize("option", ["when", "either"])
def test_a_class_with_other_types_is_a_mistake_of_its_author(option: str) -> None:
    with pytest.raises(TypeError, match="options cannot have the type"):
        read_options(Unreadable, {option: 1}, context())
