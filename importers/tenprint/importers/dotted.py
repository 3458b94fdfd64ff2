"""Importer classes by dotted path: `package.module.Class`, as projects of the field name their own importers.

Modules in the folder of the project can be imported while it is loaded, behind everything that is installed, and
`sys.path` is afterwards as it was. A module of that name which another project has left behind is never taken for it.

Classes of another program are importers where somebody on a floor above knows how to make one of ours of them; this
module knows no such program.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, invalidate_caches
from inspect import isabstract
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Any

from tenprint.importers.errors import ConfigurationError
from tenprint.importers.foreign import causes, foreign_code
from tenprint.importers.importer import TrainingDataImporter
from tenprint.importers.reading import nearest


@dataclass(frozen=True, slots=True)
class ForeignImporters:
    """Importer classes of another program, which a project may name by their paths as if they were ours.

    `package` is the top package of that program, and `advice` says what to do where it is missing. `knows` tells its
    classes from all others by what is imported already, and `wrap` makes a class of ours of one of them.
    """

    package: str
    advice: str
    knows: Callable[[type], bool]
    wrap: Callable[[type], type[TrainingDataImporter]]


def importer_at(
    path: str, *, project: Path | None = None, adapters: Sequence[ForeignImporters] = ()
) -> type[TrainingDataImporter]:
    """Import the class a dotted path names; `project` is a folder with modules of its own.

    Raises:
        ConfigurationError: There is no such module or class, it is no importer, or its module cannot be imported; then
            the message tells the whole chain of causes.
    """
    what = f"the importer {path!r}"
    module_name, _, class_name = path.rpartition(".")
    _check_path(path, what)
    try:
        module = module_at(module_name, what, project=project)
    except ConfigurationError as error:
        missing = _missing_program(error, what, adapters)
        if missing is None:
            raise
        raise missing from error.__cause__
    with foreign_code(lambda chain: _broken(what, module_name, chain)):
        found: Any = getattr(module, class_name, None)
    if found is None:
        known = [name for name, value in vars(module).items() if _is_importer(value, adapters) and not _is_base(value)]
        raise ConfigurationError(
            f"the module {module_name!r} has no importer {class_name!r}",
            hint=nearest(class_name, known, otherwise="its importers") or "define the class there, or correct the path",
        )
    if not _is_importer(found, adapters):
        raise ConfigurationError(
            f"{path!r} is no importer class", hint="importers are subclasses of tenprint.importers.TrainingDataImporter"
        )
    foreign = next((adapter for adapter in adapters if adapter.knows(found)), None)
    if foreign is not None:
        return foreign.wrap(found)
    if _is_base(found):
        lacking = ", ".join(sorted(getattr(found, "__abstractmethods__", ()))) or "every getter"
        raise ConfigurationError(
            f"{path!r} is a base class, which lacks {lacking}", hint="name a class that is derived from it"
        )
    return found  # type: ignore[no-any-return]  # looked at above


def module_at(name: str, what: str, *, project: Path | None = None) -> ModuleType:
    """Import the module that `what` needs.

    Raises:
        ConfigurationError: It is not there, or fails; the message tells the whole chain of causes.
    """
    _check_path(name, what)
    with _importable(project), foreign_code(lambda chain: _broken(what, name, chain)):
        _check_origin(name.partition(".")[0], what)
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
                raise ConfigurationError(
                    f"{what} cannot be loaded: there is no module named {error.name!r}",
                    hint="check the path, and that the package is installed into this environment",
                ) from error
            raise


def _is_importer(value: Any, adapters: Sequence[ForeignImporters]) -> bool:
    return isinstance(value, type) and (
        issubclass(value, TrainingDataImporter) or any(adapter.knows(value) for adapter in adapters)
    )


def _missing_program(
    error: ConfigurationError, what: str, adapters: Sequence[ForeignImporters]
) -> ConfigurationError | None:
    """Say so where the program is missing that a class was written for."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, ModuleNotFoundError):
        cause = cause.__cause__ or cause.__context__
    for adapter in adapters:
        if cause is not None and cause.name == adapter.package:
            return ConfigurationError(
                f"{what} needs {adapter.package}, which is not installed here: {causes(cause)}", hint=adapter.advice
            )
    return None


def _is_base(importer: type[TrainingDataImporter]) -> bool:
    return importer is TrainingDataImporter or isabstract(importer)


def _check_path(path: str, what: str) -> None:
    wrong = [part for part in path.split(".") if not part.isidentifier() or iskeyword(part)]
    if wrong:
        raise ConfigurationError(
            f"{what} cannot be loaded: {wrong[0]!r} in its path is no name of Python",
            hint="write the full path, as in `package.module.Class`, without dots at its ends",
        )


@contextmanager
def _importable(project: Path | None) -> Iterator[None]:
    """Let modules of a folder be imported for a while, those of the environment first."""
    if project is None:
        yield
        return
    place = str(project.absolute())
    invalidate_caches()  # a file that was written just now may be missing in what Python remembers of its folder
    sys.path.append(place)
    try:
        yield
    finally:
        # The last one is ours; the module itself may have taken it away.
        position = next((at for at in reversed(range(len(sys.path))) if sys.path[at] == place), None)
        if position is not None:
            del sys.path[position]


def _check_origin(name: str, what: str) -> None:
    """Refuse a module that Python has in memory, but would not find now: it belongs to another project."""
    loaded = getattr(sys.modules.get(name), "__spec__", None)
    if loaded is None or not loaded.has_location:
        return
    spec = next((spec for finder in sys.meta_path if (spec := finder.find_spec(name, None)) is not None), None)
    if spec is None or Path(str(spec.origin)).resolve() != Path(str(loaded.origin)).resolve():
        raise ConfigurationError(
            f"{what} cannot be loaded: a module {name!r} from elsewhere is loaded already, {loaded.origin}",
            hint="rename one of the modules, or open the projects in processes of their own",
        )


def _broken(what: str, module: str, chain: str) -> ConfigurationError:
    return ConfigurationError(
        f"{what} cannot be loaded, because the module {module!r} fails: {chain}",
        hint="mend the module, or install what it needs into this environment",
    )
