"""Training with libraries of numbers so that the same data give the same bytes.

Sums of floats depend on their order, and so on the number of threads that share the work. How many threads these
libraries use is a setting of the whole process: whoever fixes it keeps others from doing the same until it is released.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ALONE = Lock()
"""No state, but the one who may change that of the process."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Let libraries of numbers work in a single thread, one training at a time, and keep their warnings quiet.

    Import them before: only what is loaded can be told.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only where something is trained with numbers

    with _ALONE, threadpool_limits(1), warnings.catch_warnings():
        # Filters belong to the process too, and are put back before the next one looks.
        warnings.simplefilter("ignore")
        yield
