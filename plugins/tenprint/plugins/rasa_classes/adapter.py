"""Tells importer classes of Rasa from others, and makes importers of ours of them.

Nothing of Rasa is imported here: a class says by the modules of its ancestors where it comes from, and whoever has
defined it has imported them.
"""

from inspect import isabstract

from tenprint.importers import ConfigurationError, ForeignImporters, TrainingDataImporter
from tenprint.plugins.rasa_classes.importer import RasaClassImporter
from tenprint.plugins.rasa_classes.two_colours import awaitable

PACKAGE = "rasa"

OURS = "tenprint.plugins.rasa."
"""Where the importer stands that gives Rasa what tenprint reads."""

INTERFACE = "TrainingDataImporter"

_TESTS = "get_conversation_tests"
_LATER = "get_config_file_for_auto_config"
"""A getter that importers of Rasa 2.0 to 2.2 did not need; Rasa 3 makes nothing of a class without it."""


def is_rasa_class(found: type) -> bool:
    """Tell whether a class is an importer of Rasa, or the importer of ours that is made for Rasa."""
    if _is_ours(found):
        return True
    names = (f"{base.__module__}.{base.__qualname__}" for base in found.__mro__)
    return any(name.startswith(f"{PACKAGE}.") and name.endswith(f".{INTERFACE}") for name in names)


def wrapped(found: type) -> type[TrainingDataImporter]:
    """Make the importer of ours that asks an importer of the class.

    Raises:
        ConfigurationError: It lacks getters, or gives Rasa what tenprint reads.
    """
    if _is_ours(found):
        raise ConfigurationError(
            f"{found.__name__} gives Rasa what tenprint reads, so tenprint cannot read from it",
            hint="name the sources under `importers` in tenprint.yml, such as `- name: file`",
        )
    whole = awaitable(_with_later_getters(found))
    if isabstract(whole):
        lacking = ", ".join(sorted(getattr(whole, "__abstractmethods__", ())))
        raise ConfigurationError(
            f"'{found.__module__}.{found.__qualname__}' is a base class, which lacks {lacking}",
            hint="name a class that is derived from it",
        )
    owner = next((base for base in found.__mro__ if _TESTS in vars(base)), None)
    has_tests = owner is not None and owner.__name__ != INTERFACE
    names = {"made_of": whole, "has_tests": has_tests, "__module__": found.__module__}
    return type(found.__name__, (RasaClassImporter,), names)


def _is_ours(found: type) -> bool:
    return any(f"{base.__module__}.".startswith(OURS) for base in found.__mro__)


def _with_later_getters(found: type) -> type:
    if getattr(found, "__abstractmethods__", None) != frozenset({_LATER}):
        return found

    def no_file(self: object) -> None:  # noqa: ARG001 - a method
        return None

    return type(found)(found.__name__, (found,), {_LATER: no_file, "__module__": found.__module__})


RASA_CLASSES = ForeignImporters(
    package=PACKAGE,
    advice="install Rasa into this environment, `pip install rasa==3.6.21` on Python 3.10, or write an importer of "
    "tenprint (docs/how-to/port-a-rasa-importer.md)",
    knows=is_rasa_class,
    wrap=wrapped,
)
