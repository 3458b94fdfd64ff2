"""Arrays of numpy and sparse matrices of scipy, as the bytes of `.npy` files.

Both packages are imported only where a value of theirs is met, or was stored. Arrays of objects are declined, because
their bytes would be a pickle.
"""

import io
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tenprint.fingerprinting.engine.codecs.codec import Files, NotStorable

_PARTS = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "bsr": ("data", "indices", "indptr"),
    "coo": ("data", "row", "col"),
}
"""Attributes that make up a matrix, by its format."""

_ARRAY, _SHAPE, _CLASS = "array.npy", "shape.npy", "class"


class NpyCodec:
    """One array, or one number of numpy."""

    name = "npy"

    def encode(self, value: Any) -> Files | None:
        if not is_array(value):
            return None
        try:
            return {_ARRAY: array_bytes(value)}
        except NotStorable:
            return None

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        del types
        return array_from(files[_ARRAY])


class SparseCodec:
    """One sparse matrix: its class, shape and raw arrays."""

    name = "sparse"

    def encode(self, value: Any) -> Files | None:
        if not is_sparse(value):
            return None
        try:
            return sparse_files(value)
        except NotStorable:
            return None

    def decode(self, files: Files, types: Mapping[str, type]) -> Any:
        del types
        return sparse_from(files)


def is_array(value: Any) -> bool:
    """Tell whether it is exactly an array; classes derived from it mean more than their bytes."""
    return _named(value) == ("numpy", "ndarray")


def is_number(value: Any) -> bool:
    """Tell whether it is a number of numpy, such as what `array[0]` gives."""
    if not type(value).__module__.startswith("numpy"):
        return False
    numpy = import_module("numpy")
    return isinstance(value, numpy.generic) and type(value) is numpy.dtype(type(value)).type


def is_sparse(value: Any) -> bool:
    module, name = _named(value)
    kind, _, base = name.partition("_")
    return module.startswith("scipy.sparse") and kind in _PARTS and base in ("matrix", "array")


def array_bytes(value: Any) -> bytes:
    """Write an array as a `.npy` file.

    Raises:
        NotStorable: It holds objects.
    """
    numpy = import_module("numpy")
    if value.dtype.hasobject:
        raise NotStorable
    file = io.BytesIO()
    numpy.save(file, value, allow_pickle=False)
    return file.getvalue()


def array_from(content: bytes) -> Any:
    return import_module("numpy").load(io.BytesIO(content), allow_pickle=False)


def sparse_files(value: Any) -> dict[str, bytes]:
    """Write a sparse matrix as one file for each of its arrays.

    Raises:
        NotStorable: It holds objects, or has other than two dimensions.
    """
    numpy = import_module("numpy")
    if len(value.shape) != 2:  # noqa: PLR2004 - rows and columns; others store their places in another way
        raise NotStorable
    _, name = _named(value)
    parts = {f"{part}.npy": array_bytes(getattr(value, part)) for part in _PARTS[name.partition("_")[0]]}
    return {**parts, _SHAPE: array_bytes(numpy.array(value.shape, dtype="int64")), _CLASS: name.encode("ascii")}


def sparse_from(files: Files) -> Any:
    """Make a sparse matrix again; its arrays keep their types, which constructors like to narrow."""
    name = files[_CLASS].decode("ascii")
    kind, _, base = name.partition("_")
    if kind not in _PARTS or base not in ("matrix", "array"):
        raise ValueError(f"no sparse matrix: {name!r}")
    parts = {part: array_from(files[f"{part}.npy"]) for part in _PARTS[kind]}
    shape = tuple(int(length) for length in array_from(files[_SHAPE]))
    first, *places = parts.values()
    made = getattr(import_module("scipy.sparse"), name)(
        (first, tuple(places)) if kind == "coo" else (first, *places), shape=shape
    )
    for part, array in parts.items():
        setattr(made, part, array)
    return made


def _named(value: Any) -> tuple[str, str]:
    return type(value).__module__, type(value).__name__
