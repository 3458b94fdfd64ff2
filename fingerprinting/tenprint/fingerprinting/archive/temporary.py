"""A directory path that removes itself: what unpacking a model returns."""

import shutil
from contextlib import suppress
from types import TracebackType


class TempDirectoryPath(str):
    """A path like any other text; used as a context manager, it removes the directory at the end of the block."""

    __slots__ = ()

    def __enter__(self) -> "TempDirectoryPath":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(self)
