"""What a plugin declares that it reads beside the data it returns, and what a run found there. Pure.

Rules:
- A value is never kept: only its digest, and of what is not there that it was not.
- An environment variable that holds a secret is no input: secrets are named where they are used, and change no data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import digest_text
from tenprint.importers.errors import ProblemsError
from tenprint.importers.problem import Problem

InputSort = Literal["file", "environment", "version"]


def _no_versions() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What decides about the result beside options and data.

    `files` are files or folders, relative ones to the project; a folder stands for everything below it. `environment`
    names variables. `versions` tells what cannot be read as a file, such as a service, a database or a program, each by
    a name with a text that is another one when its answers may be.
    """

    files: tuple[str | PurePath, ...] = ()
    environment: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=_no_versions)

    def __bool__(self) -> bool:
        return bool(self.files or self.environment or self.versions)


@dataclass(frozen=True, slots=True, order=True)
class InputState:
    """One input as a run found it; `digest` None is a file or variable that is not there.

    `owner` says who reads it, such as `importer faq`.
    """

    owner: str
    sort: InputSort
    name: str
    digest: bytes | None

    def to_json(self) -> dict[str, Any]:
        digest = None if self.digest is None else digest_text(self.digest)
        return {"owner": self.owner, "sort": self.sort, "name": self.name, "digest": digest}


def inputs_digest(states: Iterable[InputState]) -> bytes:
    """Digest what was found, whoever reads it and in whichever order it was declared."""
    return canonical_digest(("inputs", {(state.sort, state.name, state.digest) for state in states}))


def checked_inputs(declared: Any, owner: str) -> Inputs:
    """Check what `declared_inputs` of a plugin returned.

    Raises:
        ProblemsError: It is no `Inputs`, or holds something else than names and texts.
    """
    files: Any = getattr(declared, "files", None)
    environment: Any = getattr(declared, "environment", None)
    versions: Any = getattr(declared, "versions", None)
    if not isinstance(declared, Inputs):
        fault = f"returned {type(declared).__name__}, not Inputs"
    elif not (_is_list(files, (str, PurePath)) and _is_list(environment, (str,))):
        fault = "returned `files` or `environment` that are no tuples of names"
    elif not isinstance(versions, Mapping) or not all(
        isinstance(name, str) and isinstance(version, str) for name, version in versions.items()
    ):
        fault = "returned `versions` that are no mapping of names to texts"
    else:
        return declared
    message = f"declared_inputs of the {owner} {fault}"
    raise ProblemsError([Problem("wrong-answer", message, hint="return tenprint.importers.inputs.Inputs")])


def _is_list(names: Any, types: tuple[type, ...]) -> bool:
    return isinstance(names, (tuple, list)) and all(isinstance(name, types) and str(name).strip() for name in names)
