"""The error tree of the ground floor; everything tenprint raises on purpose is a `TenprintError`.

    TenprintError
    ├── ProblemsError        one or many problems in what a user wrote, each with its place
    │   ├── ExportError      data that Rasa's file formats cannot express
    │   └── TransformError   a transform fails, or makes what is no data
    ├── ConfigurationError   the project cannot be opened as it is described (ValueError)
    │   └── OptionError      an option of an importer is wrong
    ├── SourceError          a source cannot be read (OSError)
    └── CanonicalFormError   a value that has no canonical form (TypeError)

Each error can tell its `problems`, so a command prints all of them in one way.
"""

from collections.abc import Iterable
from typing import ClassVar

from tenprint.importers.location import Location
from tenprint.importers.problem import Problem


class TenprintError(Exception):
    """Root of all errors: what went wrong, where, and what to do next."""

    reference: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None, location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        return self.message

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (Problem(self.reference, self.message, self.location, self.hint),)


class ProblemsError(TenprintError, ValueError):
    """All problems of an input at once; never raised empty."""

    reference = "invalid-data"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self._problems))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems


class ExportError(ProblemsError):
    """Data that Rasa's file formats cannot express; all of it is listed."""

    reference = "export"


class TransformError(ProblemsError):
    """A transform fails, or makes something that is no data; each item with the place it is written at."""

    reference = "transform"


class ConfigurationError(TenprintError, ValueError):
    """The project cannot be opened as it is described: a wrong path, option or importer name."""

    reference = "configuration"


class OptionError(ConfigurationError):
    """An option of an importer that does not exist, or has a value it cannot have; `option` is its name."""

    reference = "option"

    def __init__(self, message: str, option: str, *, hint: str | None = None, location: Location | None = None) -> None:
        super().__init__(message, hint=hint, location=location)
        self.option = option


class SourceError(TenprintError, OSError):
    """A source cannot be read."""

    reference = "source"


class CanonicalFormError(TenprintError, TypeError):
    """A value has no canonical form: an unknown type, or larger than the limit once aliases are expanded."""

    reference = "canonical-form"
