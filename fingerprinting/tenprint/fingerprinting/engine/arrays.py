"""Canonical bytes of numpy arrays and scipy matrices, which are only looked for where these packages are loaded. Pure.

    array, number of numpy   a <dtype, little-endian> <shape> <sha256 of the elements in C order>
    sparse matrix            z <class> <shape> <row starts> <columns> <values>, of its rows, sorted and summed up

Elements of long double have bytes that nobody sets, and those of type object have none at all; both are refused.
"""

import sys
from hashlib import sha256
from typing import Any

from tenprint.importers import CanonicalFormError, canonical_digest, text_form

_PLAIN_KINDS = "biufcmMSU"
"""Booleans, integers, floats, complex numbers, times, bytes and text."""

_LONG_DOUBLES = "gG"


def array_form(value: Any) -> bytes | None:
    """Encode an array, a number of numpy or a sparse matrix; None for anything else.

    Raises:
        CanonicalFormError: Its elements have no fixed bytes.
    """
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.generic) or type(value) in {numpy.ndarray, numpy.memmap}:
        return _dense(numpy, value)
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(value):
        return _sparse(numpy, value)
    return None


def _dense(numpy: Any, value: Any) -> bytes:
    if value.dtype.kind not in _PLAIN_KINDS or value.dtype.char in _LONG_DOUBLES:
        raise CanonicalFormError(
            f"an array of {value.dtype} has no fingerprint", hint="use an array of plain numbers or text"
        )
    ordered = numpy.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
    digest = sha256(usedforsecurity=False)
    if ordered.nbytes:
        # A view, so an array of gigabytes is not copied for it.
        digest.update(ordered.reshape(-1).view("u1").data)
    # `ascontiguousarray` makes a number an array of one element, so the shape is that of the value.
    shape = canonical_digest(tuple(int(length) for length in value.shape))
    return b"a" + text_form(ordered.dtype.str) + shape + digest.digest()


def _sparse(numpy: Any, value: Any) -> bytes:
    rows = value.tocsr()
    if not rows.has_canonical_format:
        rows = rows.copy()
        rows.sum_duplicates()
    shape = canonical_digest(tuple(int(length) for length in value.shape))
    # The width of indices depends on how a matrix was made, and says nothing of it.
    indices = [_dense(numpy, part.astype("<i8", copy=False)) for part in (rows.indptr, rows.indices)]
    return b"z" + text_form(type(value).__name__) + shape + b"".join(indices) + _dense(numpy, rows.data)
