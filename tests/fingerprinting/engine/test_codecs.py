"""Codecs give back exactly what they were given, or decline."""

import enum
import json
import math
import pickle
import sys
from dataclasses import InitVar, dataclass, field
from datetime import date
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.fingerprinting.engine.codecs import (
    DEFAULT_CODECS,
    Codec,
    JsonCodec,
    MsgpackCodec,
    NpyCodec,
    SparseCodec,
    StructureCodec,
    returned_types,
    type_name,
    types_within,
)


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Span(NamedTuple):
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    span: Span
    colour: Colour = Colour.RED
    weight: float = field(default=0.0, kw_only=True)


@dataclass(frozen=True)
class Batch:
    tokens: tuple[Token, ...]
    more: "dict[str, list[Batch]] | None" = None
    array: Any = None


@dataclass
class WithoutField:
    kept: int
    made: int = field(init=False, default=1)


@dataclass
class WithInitVar:
    kept: int
    given: InitVar[int] = 0


TYPES = {type_name(kind): kind for kind in types_within([Batch])}

PLAIN: list[Any] = [
    None,
    True,
    0,
    -1,
    2**200,
    0.1,
    -0.0,
    math.inf,
    "",
    "\u00e4\U0001f600",
    "\ud800",
    [],
    [[], {}],
    {"a": {"b": [1, None]}},
    {"": 1},
]
MORE: list[Any] = [
    (),
    (1, (2,)),
    {1: "a", "1": "b", (1, 2): None},
    {"$": 1},
    {"$": "tuple", "v": [1]},
    {1, 2},
    frozenset({"a"}),
    b"",
    b"short",
    b"x" * 1000,
    Colour.BLUE,
    Rights.READ,
    Span(1, 2),
    [Token("a", Span(0, 1), Colour.BLUE, weight=0.5)] * 2,
    Batch((Token("a", Span(0, 1)),), {"more": [Batch(())]}),
]


def alike(value: Any, other: Any) -> bool:
    """Compare with types; `-0.0` and lone surrogates too."""
    return (type(value) is type(other) and pickle.dumps(value) == pickle.dumps(other)) or repr(value) == repr(other)


@pytest.mark.parametrize("value", PLAIN, ids=repr)
@pytest.mark.parametrize("codec", [JsonCodec(), StructureCodec()], ids=lambda codec: codec.name)
def test_plain_values_come_back(codec: Codec, value: Any) -> None:
    files = codec.encode(value)
    assert files is not None
    assert alike(codec.decode(files, {}), value)


@pytest.mark.parametrize("value", MORE, ids=lambda value: repr(value)[:40])
def test_values_of_other_values_come_back(value: Any) -> None:
    codec = StructureCodec()
    files = codec.encode(value)
    assert files is not None
    assert files == codec.encode(value)
    assert alike(codec.decode(files, {**TYPES, type_name(Rights): Rights}), value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=80),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(st.integers() | st.text())
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_taken_has_the_same_fingerprint_afterwards(value: Any) -> None:
    for codec in (*DEFAULT_CODECS, MsgpackCodec()):
        files = codec.encode(value)
        if files is not None:
            assert fingerprint_of(codec.decode(files, TYPES)) == fingerprint_of(value)
    assert any(codec.encode(value) is not None for codec in DEFAULT_CODECS)


class TextLike(str):
    """A text that is more than one."""

    __slots__ = ()


def inner_function() -> None:
    """Cannot be written down."""


def endless() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def deep(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    "value",
    [
        object(),
        inner_function,
        Colour,
        TextLike("a"),
        [TextLike("a")],
        {TextLike("a"): 1},
        WithoutField(1),
        WithInitVar(1),
        Rights.READ | Rights.WRITE,
        date(2026, 1, 1),
        10**5000,
        deep(100_000),
        endless(),
        ValueError("a"),
    ],
    ids=lambda value: str(type(value)),
)
def test_what_could_not_come_back_is_declined(value: Any) -> None:
    assert [codec.encode(value) for codec in (*DEFAULT_CODECS, MsgpackCodec())] == [None] * (len(DEFAULT_CODECS) + 1)


def test_a_class_that_nobody_has_shown_is_not_made() -> None:
    files = StructureCodec().encode(Span(1, 2))
    assert files is not None
    with pytest.raises(LookupError, match=r"nothing says here what .*:Span is; name it where the node says"):
        StructureCodec().decode(files, {})


def test_a_class_with_other_fields_now_is_not_made() -> None:
    files = StructureCodec().encode(Span(1, 2))
    assert files is not None
    page = json.loads(files["value"])
    page["types"][0][1] = ["start"]
    page["value"]["v"] = [1]
    with pytest.raises(ValueError, match="other fields"):
        StructureCodec().decode({"value": json.dumps(page).encode()}, TYPES)


@pytest.mark.parametrize("name", ["os:system", "builtins:eval", "subprocess:Popen", "tests:nothing"])
def test_no_name_in_a_payload_imports_or_calls_anything(name: str) -> None:
    page = {"types": [[name, ["args"]]], "value": {"$": 0, "v": ["true"]}}
    with pytest.raises(LookupError, match=name):
        StructureCodec().decode({"value": json.dumps(page).encode()}, TYPES)


def test_the_classes_in_an_annotation_are_found() -> None:
    assert types_within(["list[Batch]"]) == set()
    assert {Batch, Token, Span, Colour, str, float, int} <= types_within([dict[str, list[Batch] | None]])


class Returning:
    def batch(self) -> "Batch | None": ...

    def unresolved(self) -> "Nothing": ...  # type: ignore[name-defined]  # noqa: F821 - that is the case

    def unsaid(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - as above
        ...


def test_what_a_method_returns_is_found_where_it_says_so() -> None:
    assert {Batch, Token, Span} <= returned_types(Returning, "batch")
    assert returned_types(Returning, "unresolved") == set()
    assert returned_types(Returning, "unsaid") == set()
    assert returned_types(Returning, "missing") == set()


def test_without_arrays_neither_numpy_nor_scipy_is_imported() -> None:
    import subprocess  # noqa: PLC0415 - only here

    code = (
        "import sys; from tenprint.fingerprinting.engine.codecs import DEFAULT_CODECS\n"
        "for codec in DEFAULT_CODECS: codec.encode({'a': (1, b'', 2.5)})\n"
        "print(sorted({'numpy', 'scipy', 'msgpack'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# Arrays


def arrays() -> list[Any]:
    numpy = pytest.importorskip("numpy")
    return [
        numpy.zeros(0),
        numpy.array(3),
        numpy.arange(12, dtype="<i2").reshape(3, 4)[:, ::2],
        numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
        numpy.array(["a", "\u00e4"]),
        numpy.array([True, False]),
        numpy.array([1.5, math.nan]),
        numpy.array(["2026-01-01"], dtype="datetime64[D]"),
    ]


def test_arrays_come_back() -> None:
    for array in arrays():
        for codec in (NpyCodec(), StructureCodec()):
            files = codec.encode(array)
            assert files is not None
            found = codec.decode(files, {})
            assert (found.dtype, found.shape) == (array.dtype, array.shape)
            assert fingerprint_of(found) == fingerprint_of(array)


def test_numbers_of_numpy_come_back_as_such() -> None:
    numpy = pytest.importorskip("numpy")
    for number in (numpy.float32(0.1), numpy.int64(3), numpy.bool_(1), numpy.str_("a")):
        files = StructureCodec().encode([number])
        assert files is not None
        (found,) = StructureCodec().decode(files, {})
        assert (found, type(found)) == (number, type(number))


def test_sparse_matrices_come_back() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    dense = [[1, 0, 2], [0, 0, 3]]
    for kind in ("csr_matrix", "csc_matrix", "coo_matrix", "bsr_matrix", "csr_array", "csc_array", "coo_array"):
        matrix = getattr(sparse, kind)(dense, dtype="f4")
        for codec in (SparseCodec(), StructureCodec()):
            files = codec.encode(matrix)
            assert files is not None
            found = codec.decode(files, {})
            assert (type(found), found.dtype, found.shape) == (type(matrix), matrix.dtype, matrix.shape)
            assert (found != matrix).nnz == 0
            assert fingerprint_of(found) == fingerprint_of(matrix)


def test_a_dataclass_may_hold_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    batch = Batch((Token("a", Span(0, 1)),), None, [numpy.arange(3), numpy.arange(3)])
    files = StructureCodec().encode(batch)
    assert files is not None
    assert sorted(files) == ["0", "1", "value"]
    assert fingerprint_of(StructureCodec().decode(files, TYPES)) == fingerprint_of(batch)


def test_arrays_of_objects_are_declined() -> None:
    numpy = pytest.importorskip("numpy")
    for array in (numpy.array([object()]), numpy.array([None, 1]), numpy.array([(1, "a")], dtype="i4,O")):
        assert NpyCodec().encode(array) is None
        assert StructureCodec().encode([array]) is None


def test_a_pickle_in_place_of_an_array_is_refused() -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.raises(ValueError, match="allow_pickle"):
        NpyCodec().decode({"array.npy": pickle.dumps(numpy.arange(3))}, {})


def test_classes_derived_from_arrays_are_declined() -> None:
    numpy = pytest.importorskip("numpy")
    assert StructureCodec().encode(numpy.ma.masked_array([1, 2], [True, False])) is None


def test_a_name_that_is_no_sparse_matrix_is_refused() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    files = dict(SparseCodec().encode(sparse.csr_matrix([[1]])) or {})
    for name in ("load_npz", "csr_load", "linalg", "csr"):
        with pytest.raises(ValueError, match="no sparse matrix"):
            SparseCodec().decode({**files, "class": name.encode()}, {})


def test_msgpack_holds_bytes() -> None:
    pytest.importorskip("msgpack")
    codec = MsgpackCodec()
    value = {"a": [1, 2.5, None, b"x", "\u00e4"]}
    files = codec.encode(value)
    assert files is not None
    assert codec.decode(files, {}) == value
    for declined in ((1,), {1: 2}, 2**65, "\ud800"):
        assert codec.encode(declined) is None
