"""What is said where Rasa is missing: a lazy door whose names need it."""

from collections.abc import Callable, Mapping
from typing import Any

from tenprint.importers import ConfigurationError
from tenprint.importers import lazy_door as ordinary_door


class RasaMissing(ConfigurationError, ImportError):  # noqa: N818 - says what is the matter
    """Rasa is not installed, and something of it is needed."""

    reference = "rasa-missing"


def lazy_door(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the `__getattr__` of a package whose modules may need Rasa, and say so when one does."""
    find = ordinary_door(package, homes)

    def find_or_say(name: str) -> Any:
        try:
            return find(name)
        except ModuleNotFoundError as error:
            if error.name != "rasa":
                raise
            raise RasaMissing(
                f"{name} is an importer for Rasa, which is not installed here",
                hint="install it, `pip install rasa==3.6.21` on Python 3.10; where tenprint itself reads, name the "
                "sources under `importers` in tenprint.yml",
            ) from error

    return find_or_say
