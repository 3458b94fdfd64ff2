"""Every hook. Hooks are declarative: they return classes, and nobody calls them before a command needs the answer."""

from collections.abc import Iterable
from typing import Any

from tenprint.importers import TrainingDataImporter
from tenprint.plugins.markers import hookspec


@hookspec
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:  # type: ignore[empty-body]  # a specification
    """Return the importer classes a plugin provides, each with its `NAME`.

    ```python
    from tenprint.importers import TrainingDataImporter
    from tenprint.plugins import hookimpl


    class FaqImporter(TrainingDataImporter):
        NAME = "faq"


    @hookimpl
    def tenprint_register_importers():
        return [FaqImporter]
    ```
    """


@hookspec
def tenprint_register_components() -> Iterable[type[Any]]:  # type: ignore[empty-body]  # a specification
    """Return the component classes a plugin provides: NLU components and policies, each with its `NAME`.

    ```python
    from tenprint.fingerprinting import NluComponent
    from tenprint.plugins import hookimpl


    class Shouting(NluComponent):
        NAME = "Shouting"
        VERSION = "1"

        @classmethod
        def train(cls, config, nlu):
            return {}

        @classmethod
        def load(cls, config, files):
            return cls()

        def process(self, message):
            return message


    @hookimpl
    def tenprint_register_components():
        return [Shouting]
    ```
    """
