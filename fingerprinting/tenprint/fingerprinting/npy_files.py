"""Arrays of numbers as files: written so that equal arrays have equal bytes, read without believing anything.

The format is numpy's `.npy`, version 1.0, in C order and with the lowest byte first, so `numpy.load` reads it. The
header is our own, because that of numpy differs between its releases. Reading takes no other form: no objects, no type
with names, no shape that the bytes at hand do not fill. Numbers are finite, as they are in JSON.
"""

import math
import re
from typing import Any

_MAGIC = b"\x93NUMPY\x01\x00"
_ALIGNMENT = 64
_LENGTH_BYTES = 2

_TYPES = frozenset({"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"})
_MAX_DIMENSIONS = 8
_HEADER = re.compile(rb"\{'descr': '([<|][biuf]\d)', 'fortran_order': False, 'shape': \(([0-9, ]{0,200})\), \} *\n")


def npy_bytes(array: Any) -> bytes:
    """Write an array of booleans, whole numbers or floats.

    Raises:
        TypeError: It is no such array.
        ValueError: It holds NaN or infinity.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and most components have no arrays

    if not isinstance(array, np.ndarray):
        raise TypeError(f"a file ending in .npy holds an array of numpy, not {type(array).__name__}")
    ordered = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    if ordered.dtype.str not in _TYPES or ordered.ndim > _MAX_DIMENSIONS:
        raise TypeError(f"an array of type {array.dtype} and {array.ndim} dimensions cannot be stored")
    if not np.isfinite(ordered).all():
        raise ValueError("an array with NaN or infinity in it cannot be stored")
    shape = ", ".join(str(length) for length in ordered.shape) + ("," if ordered.ndim == 1 else "")
    header = f"{{'descr': '{ordered.dtype.str}', 'fortran_order': False, 'shape': ({shape}), }}".encode("ascii")
    before = len(_MAGIC) + _LENGTH_BYTES
    header += b" " * (-(before + len(header) + 1) % _ALIGNMENT) + b"\n"
    return b"".join((_MAGIC, len(header).to_bytes(_LENGTH_BYTES, "little"), header, ordered.tobytes()))


def array_of(content: bytes) -> Any:
    """Read an array, which cannot be written to; nothing of a size that a header claims is ever allocated.

    Raises:
        ValueError: It is not what `npy_bytes` writes; the message continues a sentence that begins with the file.
    """
    import numpy as np  # noqa: PLC0415

    begin = len(_MAGIC) + _LENGTH_BYTES
    if content[: len(_MAGIC)] != _MAGIC:
        raise ValueError("is no array that tenprint stored")
    end = begin + int.from_bytes(content[len(_MAGIC) : begin], "little")
    header = _HEADER.fullmatch(content[begin:end])
    dtype = "" if header is None else header[1].decode("ascii")
    if header is None or dtype not in _TYPES:
        raise ValueError("has a header that tenprint did not write")
    shape = tuple(int(length) for length in header[2].decode("ascii").replace(",", " ").split())
    if len(shape) > _MAX_DIMENSIONS:
        raise ValueError(f"has {len(shape)} dimensions, and at most {_MAX_DIMENSIONS} are written")
    wanted = math.prod(shape) * int(dtype[2:])
    if wanted != len(content) - end:
        raise ValueError(f"should hold {wanted} bytes of numbers, and holds {len(content) - end}")
    array = np.frombuffer(content, dtype=dtype, offset=end).reshape(shape)
    if dtype == "|b1" and (array.view("u1") > 1).any():
        raise ValueError("holds bytes that are neither true nor false")
    if not np.isfinite(array).all():
        raise ValueError("holds NaN or infinity")
    return array
