"""Tells which accesses of a plugin nobody has declared.

What the system and the Python environment hold is no data of a project: the standard library, installed packages, time
zones, certificates. What lies in the project is, whatever it lies in.
"""

import os
import site
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tenprint.importers.inputs.auditing import Access
from tenprint.importers.inputs.declaring import Inputs
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem

AuditMode = Literal["off", "report", "refuse"]
"""Whether undeclared reads are looked for, and whether they are errors."""

_SYSTEM = (
    "/bin", "/dev", "/lib", "/lib64", "/nix/store", "/opt/conda", "/proc", "/sbin", "/sys", "/usr/bin", "/usr/lib",
    "/usr/lib64", "/usr/local/lib", "/usr/share", "/var/lib/ca-certificates",
    "/etc/ca-certificates", "/etc/gai.conf", "/etc/group", "/etc/host.conf", "/etc/hosts", "/etc/ld.so.cache",
    "/etc/locale.alias", "/etc/locale.conf", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/passwd",
    "/etc/pki", "/etc/protocols", "/etc/resolv.conf", "/etc/services", "/etc/ssl", "/etc/timezone",
)  # fmt: skip
"""Files of the system that libraries read without being asked to: name services, certificates, locales."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: what messages call it, what it declares, its project, and where it is written.

    `known` are further files and folders that are no secret reads: documents that are data of a run, and the cache.
    """

    described: str
    inputs: Inputs
    project: Path
    place: Location | None = None
    known: Sequence[Path] = ()


def undeclared_reads(accesses: Iterable[Access], reader: Reader, mode: AuditMode) -> tuple[Problem, ...]:
    """Make a problem of each access that is not declared: an error where they are refused, else a warning."""
    return tuple(
        Problem(
            "undeclared-read",
            f"{reader.described} {access.sort} {_shown(access, reader.project)}, which it does not declare",
            reader.place,
            _hint(access),
            "error" if mode == "refuse" else "warning",
        )
        for access in _undeclared(accesses, reader)
    )


def _undeclared(accesses: Iterable[Access], reader: Reader) -> Iterator[Access]:
    project = _real(reader.project)
    known = [_real(reader.project / path) for path in (*reader.inputs.files, *reader.known)]
    for access in accesses:
        if access.sort != "reads":
            # Nobody can tell what a service or a program reads; its version stands for all of it.
            if not reader.inputs.versions:
                yield access
            continue
        path = _real(Path(access.target))
        if not any(_lies_in(path, place) for place in known) and not _is_of_the_environment(path, project):
            yield access


def _is_of_the_environment(path: str, project: str) -> bool:
    return any(
        _lies_in(path, tree) and not (_lies_in(project, tree) and _lies_in(path, project)) for tree in _environment()
    )


@cache
def _environment() -> tuple[str, ...]:
    """Trees of the system and of this Python; they stay what they are while a program runs."""
    import tenprint  # noqa: PLC0415 - a namespace, whose places are known when it has been imported

    paths = sysconfig.get_paths()
    own = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib", "include", "scripts")]
    return tuple({_real(Path(tree)) for tree in (*own, *_site_packages(), *tenprint.__path__)} | set(_SYSTEM))


def _site_packages() -> list[str]:
    # Some environments come with a module `site` that lacks these.
    every: list[str] = getattr(site, "getsitepackages", list)()
    user: str = getattr(site, "getusersitepackages", str)()
    return [*every, *([user] if user else [])]


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _lies_in(path: str, tree: str) -> bool:
    return path == tree or path.startswith(tree.rstrip(os.sep) + os.sep)


def _shown(access: Access, project: Path) -> str:
    """Write a path as people know it: relative to the project where it lies there."""
    if access.sort != "reads":
        return access.target
    root, path = _real(project), _real(Path(access.target))
    return os.path.relpath(path, root) if _lies_in(path, root) else access.target


def _hint(access: Access) -> str:
    what = "`files`" if access.sort == "reads" else "`versions`"
    return f"let `declared_inputs` of the plugin name it in {what}, or do not read it"
