"""Importers with a defect each in their class or constructor."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tests.plugins.testing.good import Good

from tenprint.importers import ImporterContext, ProblemsError, Snapshot


class OddName(Good):
    """Its name has a blank and capital letters."""

    BREAKS = "test_the_name_is_short_and_plain"
    NAME = "My Importer"


class ListOfAliases(Good):
    """Its aliases are no tuple."""

    BREAKS = "test_aliases_are_a_tuple_of_other_names"
    ALIASES = "Good"  # type: ignore[assignment]  # the defect


class Undocumented(Good):
    BREAKS = "test_the_class_says_what_it_is"


class LosesContext(Good):
    """It makes a context of its own and forgets the cache."""

    BREAKS = "test_the_constructor_keeps_the_context"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.context = replace(context, cache=None)


class NamesItself(Good):
    """Its source is called as the importer is, whatever the project says."""

    BREAKS = "test_the_source_has_the_name_the_project_gives_it"

    @property
    def source_name(self) -> str:
        return self.NAME

    def label(self) -> str:
        return str(self.context.source)


class ReadsEarly(Good):
    """Its constructor looks into the folder."""

    BREAKS = "test_the_constructor_does_no_io"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        list(context.project.iterdir())


class KeepsItself(Good):
    """All that were ever made stay in memory."""

    BREAKS = "test_what_is_let_go_is_freed"
    MADE: ClassVar[list[Good]] = []

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.MADE.append(self)


class TakesOptionsAway(Good):
    """It pops an option off the mapping of its caller."""

    BREAKS = "test_options_stay_as_they_are"

    def __init__(self, options: dict[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        options.pop("token", None)


class IgnoresUnknownOptions(Good):
    """It reads the options it knows, and nobody hears of the others."""

    BREAKS = "test_unknown_options_are_refused"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__({name: value for name, value in options.items() if name in ("path", "token")}, context)


class LosesPlaces(Good):
    """It does not say where the unknown option is written."""

    BREAKS = "test_unknown_options_are_told_at_their_place"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        try:
            super().__init__(options, context)
        except ProblemsError as error:
            raise ProblemsError([replace(problem, location=None) for problem in error.problems]) from error


class TakesAnyPath(Good):
    """It makes a text of whatever the path is."""

    BREAKS = "test_wrong_values_are_refused"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__({**options, "path": str(options["path"])}, context)


class StopsAtTheFirstOption(Good):
    """It tells one wrong option at a time."""

    BREAKS = "test_everything_wrong_about_options_is_told_at_once"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        try:
            super().__init__(options, context)
        except ProblemsError as error:
            raise ProblemsError(error.problems[:1]) from error


class NeedsAnAbsoluteProject(Good):
    """It finds nothing where the project is named relative to the current directory."""

    BREAKS = "test_a_relative_project_is_found"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        return super().joined(contents if self.context.project.is_absolute() else {})
