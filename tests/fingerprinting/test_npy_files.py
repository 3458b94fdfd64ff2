"""Arrays as files: repeatable bytes, and nothing believed of what is read."""

import io
import sys
import tracemalloc
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.npy_files import array_of, npy_bytes

ARRAYS: dict[str, Any] = {
    "weights": np.arange(6, dtype="f4").reshape(2, 3),
    "in columns": np.asfortranarray(np.arange(6, dtype="f8").reshape(2, 3)),
    "every second": np.arange(10, dtype="i4")[::2],
    "highest byte first": np.arange(3, dtype=">u2"),
    "truths": np.array([True, False]),
    "a number": np.array(2.5),
    "nothing": np.zeros((0, 7), "f2"),
    "three dimensions": np.ones((2, 1, 3), "u1"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_and_numpy_reads_it_too(name: str) -> None:
    array = ARRAYS[name]
    content = npy_bytes(array)
    for read in (array_of(content), np.load(io.BytesIO(content), allow_pickle=False)):
        assert read.dtype == array.dtype.newbyteorder("<")
        assert read.shape == array.shape
        assert np.array_equal(read, array)


def test_equal_arrays_have_equal_bytes_however_they_lie_in_memory() -> None:
    array = np.arange(6, dtype="f4").reshape(2, 3)
    assert npy_bytes(array) == npy_bytes(np.asfortranarray(array)) == npy_bytes(array.astype(">f4"))


def test_the_bytes_do_not_depend_on_the_release_of_numpy() -> None:
    written = npy_bytes(np.array([1, 2], "u1"))
    assert written == b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }" + (
        b" " * 60 + b"\n\x01\x02"
    )
    assert len(written) % 64 == 2


def test_what_was_read_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        array_of(npy_bytes(np.ones(2)))[0] = 2


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], "holds an array of numpy, not list"),
        (np.array(["a"]), "cannot be stored"),
        (np.array([{}], dtype=object), "cannot be stored"),
        (np.array([1j]), "cannot be stored"),
        (np.zeros(1, dtype="V3"), "cannot be stored"),
        (np.ones((1,) * 9), "9 dimensions"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        npy_bytes(value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_are_finite(value: float) -> None:
    array = np.array([0.5, value], "f4")
    with pytest.raises(ValueError, match="NaN or infinity"):
        npy_bytes(array)
    content = npy_bytes(np.array([0.5, 0.5], "f4"))
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        array_of(content[:-8] + array.tobytes())


def with_header(text: str, numbers: bytes = b"") -> bytes:
    header = text.encode("ascii")
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + numbers


def claiming(shape: str, descr: str = "'<f4'", order: str = "False") -> bytes:
    return with_header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': ({shape}), }}\n", b"\0" * 8)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no array"),
        (b"\x93NUMPY\x02\x00", "is no array"),
        (b"\x93NUMPY\x01\x00", "header"),
        (b"\x93NUMPY\x01\x00\xff\xff{", "header"),
        (claiming("1000000000000, 1000000000000"), "should hold"),
        (claiming("9" * 150), "should hold"),
        (claiming("1"), "should hold 4 bytes of numbers, and holds 8"),
        (claiming("3"), "should hold 12 bytes of numbers, and holds 8"),
        (claiming("-2"), "header"),
        (claiming("2,", descr="'|O'"), "header"),
        (claiming("2,", descr="'>f4'"), "header"),
        (claiming("2,", descr="[('a', '<f4')]"), "header"),
        (claiming("2,", order="True"), "header"),
        (claiming("1, 1, 1, 1, 1, 1, 1, 1, 2"), "9 dimensions"),
        (claiming("8,", descr="'|b1'")[:-8] + b"\x02" * 8, "neither true nor false"),
        (with_header("(" * 60_000), "header"),
        (with_header("{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (2,), }\n"), "header"),
    ],
)
def test_what_no_training_wrote_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        array_of(content)


def test_a_claimed_size_is_never_allocated() -> None:
    content = claiming("100000000,")
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="should hold"):
            array_of(content)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("length", range(0, 140, 7))
def test_any_part_of_a_file_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"is no array|header|should hold"):
        array_of(npy_bytes(np.arange(5, dtype="f8"))[:length])


@given(content=st.binary(max_size=300), begins_well=st.booleans())
def test_any_bytes_are_an_array_or_a_value_error(content: bytes, begins_well: bool) -> None:  # noqa: FBT001
    with suppress(ValueError):
        array_of(b"\x93NUMPY\x01\x00" + content if begins_well else content)


def test_pickle_is_not_needed() -> None:
    assert "pickle" not in vars(sys.modules["tenprint.fingerprinting.npy_files"])
