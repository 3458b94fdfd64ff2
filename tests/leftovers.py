"""What a run may leave behind when it is stopped: processes, connections, temporary files and locks."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

_Left = TypeVar("_Left")

_ESTABLISHED = "01"


def processes(mark: str) -> Iterator[tuple[bytes, bytes]]:
    """Arguments and environment of all processes but this one that have a text in their environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment, arguments = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in environment and int(folder.name) != os.getpid():
            yield arguments, environment


def processes_left(mark: str) -> list[bytes]:
    """Arguments of the processes that have a text in their environment, once those that were killed are gone."""
    return _settled(lambda: [arguments for arguments, _ in processes(mark)])


def connections_to(port: int) -> int:
    """Count the open connections to a port of this machine, once those that are being closed are gone."""
    return _settled(lambda: open_connections(port))


def _settled(look: Callable[[], _Left]) -> _Left:
    """Look again and again until nothing is left; the system takes its time to end what was told to end."""
    deadline = monotonic() + 5
    while (left := look()) and monotonic() < deadline:
        sleep(0.01)
    return left


def open_connections(port: int) -> int:
    """Count the connections from this machine to one of its ports that the side which connected has not closed."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[2].rpartition(":")[2], 16) == port and row[3] == _ESTABLISHED for row in rows)


def temporary_files(cache: Path) -> list[str]:
    """Find what is half-written below a cache root: files of the store, and those of git with its locks."""
    return sorted(
        path.relative_to(cache).as_posix()
        for path in _files_below(cache)
        if path.suffix == ".part" or (path.parts[len(cache.parts)] == "git" and _is_half_written(path.name))
    )


def _files_below(folder: Path) -> Iterator[Path]:
    """Walk through folders that a running program may take away meanwhile, which `rglob` does not stand."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _is_half_written(name: str) -> bool:
    return name.endswith(".lock") or name.startswith(("tmp_", ".tmp", "incoming"))
