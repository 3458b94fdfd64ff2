"""A directory path that removes itself: what unpacking a model returns."""

import shutil
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

_Path = TypeVar("_Path", bound="TempDirectoryPath")


class TempDirectoryPath(str):
    """A path like any other text; used as a context manager, it removes the directory at the end of the block."""

    __slots__ = ()

    def __enter__(self: _Path) -> _Path:  # noqa: PYI019 - typing has `Self` only from Python 3.11 on
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(self)
