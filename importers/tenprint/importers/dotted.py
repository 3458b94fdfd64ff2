"""Importer classes by dotted path: `package.module.Class`, as projects of the field name their own importers."""

from importlib import import_module
from typing import Any

from tenprint.importers.errors import ConfigurationError
from tenprint.importers.importer import TrainingDataImporter
from tenprint.importers.reading import nearest


def importer_at(path: str) -> type[TrainingDataImporter]:
    """Import the class a dotted path names.

    Raises:
        ConfigurationError: There is no such module or class, it is no importer, or its module cannot be imported; then
            the message tells the whole chain of causes.
    """
    module_name, _, class_name = path.rpartition(".")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise ConfigurationError(
                f"there is no importer {path!r}: no module named {error.name!r}",
                hint="check the path, and that the package is installed into this environment",
            ) from error
        raise _broken(path, module_name, error) from error
    except Exception as error:
        raise _broken(path, module_name, error) from error
    found: Any = getattr(module, class_name, None)
    if found is None:
        known = [name for name, value in vars(module).items() if isinstance(value, type)]
        raise ConfigurationError(
            f"the module {module_name!r} has no importer {class_name!r}", hint=nearest(class_name, known)
        )
    if not (isinstance(found, type) and issubclass(found, TrainingDataImporter)):
        raise ConfigurationError(
            f"{path!r} is no importer class", hint="importers are subclasses of tenprint.importers.TrainingDataImporter"
        )
    return found


def _broken(path: str, module: str, error: BaseException) -> ConfigurationError:
    return ConfigurationError(
        f"the importer {path!r} cannot be loaded, because its module {module} fails: {causes(error)}",
        hint="mend the module, or install what it needs into this environment",
    )


def causes(error: BaseException) -> str:
    """Tell an error and what it came from, the outermost first."""
    told: list[str] = []
    current: BaseException | None = error
    while current is not None and len(told) < 10:  # noqa: PLR2004 - a chain that long repeats itself
        told.append(f"{type(current).__name__}: {current}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "; caused by ".join(told)
