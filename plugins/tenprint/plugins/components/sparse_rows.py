"""Sparse matrices from rows; numpy and scipy are imported with the first of them."""

from array import array
from collections.abc import Iterable, Mapping
from typing import Any


def sparse_rows(rows: Iterable[Mapping[int, float]], width: int) -> Any:
    """Make a CSR matrix of 32-bit floats; each row maps columns to values, and columns end up in ascending order."""
    import numpy as np  # noqa: PLC0415 - heavy, and wanted only where features are made
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    columns, values, ends = array("i"), array("f"), array("q", (0,))
    for row in rows:
        ordered = sorted(row)
        columns.extend(ordered)
        values.extend(row[column] for column in ordered)
        ends.append(len(columns))
    parts = (np.array(values, "f4"), np.array(columns, "i4"), np.array(ends, "i8"))
    return csr_matrix(parts, shape=(len(ends) - 1, width))


def side_by_side(parts: Iterable[Any]) -> Any:
    """Put matrices of as many rows beside each other."""
    from scipy.sparse import hstack  # noqa: PLC0415

    return hstack([*parts], format="csr")
