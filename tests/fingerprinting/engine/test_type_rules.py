"""Which type may be given where another is asked for."""

import typing
from collections import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any, Generic, Literal, NewType, Optional, Protocol, TypeVar, Union

import pytest

from tenprint.fingerprinting.engine.type_rules import awaited, has_fingerprint, is_subtype, type_text

T = TypeVar("T")
Bound = TypeVar("Bound", bound=PurePath)
OneOf = TypeVar("OneOf", int, str)
Name = NewType("Name", str)


class Sized(Protocol):
    """Has a size."""

    size: int

    def measure(self) -> int: ...


class Box:
    size: int = 1

    def measure(self) -> int:
        return 1


class Holder(Generic[T]):
    """Holds something."""


class Numbers(list[int]):
    """A list of numbers."""


class Marked:
    def fingerprint(self) -> str:
        return ""


FITS: list[tuple[Any, Any]] = [
    (int, int),
    (bool, int),
    (int, float),
    (int, object),
    (int, Any),
    (Any, Any),
    (Path, PurePath),
    (None, None),
    (type(None), Optional[int]),  # noqa: UP045 - as others write it
    (int, int | None),
    (int | None, Optional[int]),  # noqa: UP045 - as others write it
    (Union[int, str], int | str | bytes),  # noqa: UP007 - as others write it
    (Literal["a"], str),
    (Literal["a"], Literal["a", "b"]),
    (list[int], list),
    (list[int], list[Any]),
    (list[int], list[int]),
    (list[int], Sequence[int]),
    (list[bool], abc.Iterable[int]),
    (list, list),
    (list, Sequence),
    (typing.List[int], list[int]),  # noqa: UP006 - annotations of others
    (list[int], typing.List),  # noqa: UP006
    (dict[str, int], Mapping[str, int]),
    (dict[str, int], dict[str, Any]),
    (tuple[int, ...], Sequence[int]),
    (tuple[int, bool], Sequence[int]),
    (tuple[int, str], tuple[int, str]),
    (tuple[int, str], tuple[Any, ...]),
    (tuple[int, int], tuple[int, ...]),
    (Numbers, Sequence[int]),
    (str, Sequence[str]),
    (Name, str),
    (Annotated[int, "metres"], int),
    (int, Annotated[int, "metres"]),
    (int, T),
    (Path, Bound),
    (str, OneOf),
    (Box, Sized),
    (Holder[int], Holder[int]),
    (Holder[int], Holder),
    (abc.Callable[[int], str], abc.Callable[[int], str]),
    (abc.Callable[[int], bool], abc.Callable[[int], int]),
    (type[int], type),
]
FITS_NOT: list[tuple[Any, Any]] = [
    (float, int),
    (Any, int),
    (object, int),
    (PurePath, Path),
    (None, int),
    (int | None, int),
    (int, None),
    (Union[int, str], int),  # noqa: UP007 - as others write it
    (str, Literal["a"]),
    (Literal["a", "c"], Literal["a", "b"]),
    (Literal[1], str),
    (list, list[int]),
    (list[Any], list[int]),
    (list[int], list[str]),
    (list[int | None], list[int]),
    (Sequence[int], list[int]),
    (dict[str, int], dict[str, str]),
    (dict[str, int], Sequence[str]),
    (tuple[int, ...], tuple[int, int]),
    (tuple[int, str], tuple[int, int]),
    (tuple[int, str], tuple[int]),
    (tuple[int, str], Sequence[int]),
    (int, Name),
    (str, Bound),
    (bytes, OneOf),
    (int, Sized),
    (Holder[int], Holder[str]),
    (Holder, list),
    (abc.Callable[[int], str], abc.Callable[[int], int]),
]


@pytest.mark.parametrize("pair", FITS, ids=lambda pair: " for ".join(map(type_text, pair)))
def test_a_type_may_be_given(pair: tuple[Any, Any]) -> None:
    assert is_subtype(*pair)


@pytest.mark.parametrize("pair", FITS_NOT, ids=lambda pair: " for ".join(map(type_text, pair)))
def test_a_type_may_not_be_given(pair: tuple[Any, Any]) -> None:
    assert not is_subtype(*pair)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "int"),
        (None, "None"),
        (type(None), "None"),
        (list[int], "list[int]"),
        (Optional[Path], "Path | None"),  # noqa: UP045 - as others write it
        (int | str, "int | str"),
        (tuple[Path, ...], "tuple[Path, ...]"),
        (Mapping[str, list[Path]], "Mapping[str, list[Path]]"),
        (Any, "Any"),
        (Literal["a"], "Literal['a']"),
    ],
)
def test_types_are_told_as_they_are_written(annotation: Any, text: str) -> None:
    assert type_text(annotation) == text


def test_what_is_awaited_is_what_counts() -> None:
    assert awaited(abc.Awaitable[int]) is int
    assert awaited(abc.Coroutine[Any, Any, list[int]]) == list[int]
    assert awaited(list[int]) == list[int]


@dataclass(frozen=True)
class Frozen:
    words: tuple[str, ...]


@dataclass
class Thawed:
    words: list[str]


class HeirOfFrozen(Frozen):
    more: int


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Marked, True),
        (Marked | None, True),
        (list[Marked], True),
        (Sequence[Marked | None], True),
        (tuple[Marked, ...], True),
        (tuple[Marked, Marked], True),
        (Mapping[str, Marked], True),
        (dict[str, list[Marked]], True),
        (Frozen, True),
        (list[Frozen], True),
        (Thawed, False),
        (HeirOfFrozen, False),
        (list, False),
        (list[int], False),
        (tuple[Marked, int], False),
        (Mapping[int, Marked], False),
        (Marked | int, False),
        (int, False),
        (Any, False),
        (T, False),
        (str, False),
    ],
)
def test_collections_have_a_fingerprint_if_all_they_hold_has_one(annotation: Any, *, expected: bool) -> None:
    assert has_fingerprint(annotation) is expected
