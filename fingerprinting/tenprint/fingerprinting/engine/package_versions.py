"""Installed versions of packages by the name they are imported under, which is often not what they are called.

`sklearn` is a part of scikit-learn and `yaml` one of PyYAML; a name that several distributions share has the versions
of all of them. Who owns a package is read from the lists of files beside it, because asking importlib for all that is
installed takes as long as a whole run in which nothing is due.
"""

import re
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

MISSING = "missing"
"""Stands for the version of a package that is not installed; a run with it fails, and says so itself."""

UNVERSIONED = "unversioned"
"""Stands for the version of a module that no distribution claims, such as one of the project's own."""

_INFO = ".dist-info"


def package_version(name: str) -> str:
    """Return distributions and versions behind an import name, such as `scikit-learn 1.5.2`; blocks."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return "python {}.{}".format(*sys.version_info)
    found = owners(top)
    if found:
        return ", ".join(found)
    return MISSING if found_spec(top) is None else UNVERSIONED


def found_spec(top: str) -> ModuleSpec | None:
    """Look for a top-level package without importing it; editable ones may be found by finders of their own."""
    try:
        return find_spec(top)
    except ValueError:  # loaded, and made by hand
        return ModuleSpec(top, None)


@lru_cache(maxsize=1024)
def owners(top: str) -> tuple[str, ...]:
    """Return `name version` of each distribution that has installed a file of a top-level package; blocks."""
    spec = found_spec(top)
    if spec is None:
        return ()
    found: set[str] = set()
    named = re.compile(rb"^%b[/.]" % re.escape(top.encode()), re.MULTILINE)
    for record in _records(spec, top):
        if named.search(record.read_bytes()):
            name, _, version = record.parent.name.removesuffix(_INFO).partition("-")
            found.add(_told(name, version))
            if spec.origin is not None:
                break  # a package with a file of its own belongs to one; many may share one without
    return tuple(sorted(found)) or _claimed(top)


def _records(spec: ModuleSpec, top: str) -> list[Path]:
    """Return the lists of files beside a package, those of distributions that are called like it first."""
    places = [*(spec.submodule_search_locations or ())] or ([spec.origin] if spec.origin else [])
    folders = dict.fromkeys(Path(place).parent for place in places)
    records = [record for folder in folders for record in folder.glob(f"*{_INFO}/RECORD")]
    return sorted(records, key=lambda record: (not record.parent.name.lower().startswith(top.lower()), record))


def _claimed(top: str) -> tuple[str, ...]:
    """Ask importlib where no list of files names the package: for old formats, and for editable installs."""
    from importlib.metadata import PackageNotFoundError, packages_distributions, version  # noqa: PLC0415 - slow to load

    names = packages_distributions().get(top, [])
    try:
        return tuple(sorted({_told(name, version(name)) for name in names or [top]}))
    except PackageNotFoundError:
        return ()


def _told(name: str, version: str) -> str:
    """Spell a distribution as every index does; installers differ."""
    return f"{re.sub(r'[-_.]+', '-', name).lower()} {version}"
