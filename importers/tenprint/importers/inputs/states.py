"""Looks at declared inputs: digests of files, folders and environment variables as they are now.

A run looks before the plugin reads. What changes in between is then seen by the next run, never missed.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.errors import SourceError
from tenprint.importers.inputs.declaring import Inputs, InputState

_CHUNK = 2**20


def input_states(
    inputs: Inputs, *, owner: str, project: Path, environment: Mapping[str, str]
) -> tuple[InputState, ...]:
    """Look at all inputs, each once, sorted.

    Raises:
        SourceError: A file is there and cannot be read.
    """
    found = {InputState(owner, "file", str(name), file_digest(project / name)) for name in inputs.files}
    for name in inputs.environment:
        found.add(InputState(owner, "environment", name, _variable_digest(name, environment)))
    for name, version in inputs.versions.items():
        found.add(InputState(owner, "version", name, canonical_digest(("version", version))))
    return tuple(sorted(found, key=lambda state: (state.owner, state.sort, state.name)))


def are_unchanged(states: Iterable[InputState], *, project: Path, environment: Mapping[str, str]) -> bool:
    """Tell whether all inputs are what they were; of a version nobody knows without asking, so it never is."""
    return all(_now(state, project, environment) == state.digest for state in states)


def _now(state: InputState, project: Path, environment: Mapping[str, str]) -> bytes | None:
    if state.sort == "version":
        return b""
    if state.sort == "environment":
        return _variable_digest(state.name, environment)
    try:
        return file_digest(project / state.name)
    except SourceError:
        return b""


def _variable_digest(name: str, environment: Mapping[str, str]) -> bytes | None:
    value = environment.get(name)
    return None if value is None else canonical_digest(("environment", value.encode("utf-8", "surrogateescape")))


def file_digest(path: Path) -> bytes | None:
    """Digest a file, or a folder with the names and bytes of all files below it; None where there is nothing.

    Raises:
        SourceError: It is there and cannot be read.
    """
    try:
        if path.is_dir():
            files = ((os.fsencode(file.relative_to(path)), _content_digest(file)) for file in _files_below(path))
            return canonical_digest(("folder", tuple(sorted(files))))
        return _content_digest(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(
            f"the declared input {path} cannot be read: {error.strerror or error}", hint="check its permissions"
        ) from error


def _files_below(folder: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(folder, onerror=_refused):
        for name in names:
            path = Path(directory, name)
            # A link to nothing has nothing to read either.
            if path.is_file():
                yield path


def _refused(error: OSError) -> None:
    raise error


def _content_digest(path: Path) -> bytes:
    # Not blocking on a pipe; one has no content to compare.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    digest = sha256(usedforsecurity=False)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no regular file")
        while chunk := os.read(descriptor, _CHUNK):
            digest.update(chunk)
    finally:
        os.close(descriptor)
    return digest.digest()
