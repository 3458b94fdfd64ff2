"""Properties of an importer whose source is broken or missing."""

from collections.abc import Callable

from tenprint.importers import Problem, Snapshot, TenprintError, TrainingDataImporter, errors_among
from tenprint.plugins.testing.importer_kit import GETTERS, ImporterKit
from tenprint.plugins.testing.kit import skip_after


class Failing(ImporterKit):
    """Properties of an importer whose source is broken or missing."""

    def test_broken_data_is_told(self) -> None:
        """Data that cannot be read is an error; it is never left out without a word."""
        self._broken()
        if self._foreign() is None and not self._told():
            self.fail("broken data is not told", "raise ProblemsError with a Problem for each mistake")

    def test_broken_data_is_told_with_its_location(self) -> None:
        """Each mistake in the data says where it stands."""
        self._broken()
        for problem in self._told():
            if problem.location is None or not problem.location.path:
                self.fail(f"it is not told where this is: {problem}", "give the Problem a Location with path and line")

    def test_broken_data_is_told_all_at_once(self) -> None:
        """All mistakes in the data are told in one go."""
        made = self._broken()
        told = len(self._told())
        if told and told < made:
            advice = "go on after the first one and raise them together"
            self.fail(f"{made} mistakes were made, and {told} told", advice)

    def test_broken_data_raises_errors_of_tenprint_alone(self) -> None:
        """Errors of parsers and drivers never get out: what is raised is a TenprintError."""
        self._broken()
        foreign = self._foreign()
        if foreign is not None:
            told = f"broken data raises {type(foreign).__name__}: {foreign}"
            self.fail(told, "catch it where it happens, and raise ProblemsError from it")

    def test_a_missing_source_is_an_error(self) -> None:
        """A source that is not there is an error, never an empty source."""
        self._missing()
        if self._foreign() is None and not self._told():
            self.fail("a missing source is read as an empty one", "raise SourceError")

    def test_a_missing_source_raises_errors_of_tenprint_alone(self) -> None:
        """Errors of files, networks and drivers never get out: what is raised is a TenprintError."""
        self._missing()
        foreign = self._foreign()
        if foreign is not None:
            told = f"a missing source raises {type(foreign).__name__}: {foreign}"
            self.fail(told, "catch it where it happens, and raise SourceError from it")

    def test_a_missing_source_is_told_with_advice(self) -> None:
        """The error of a missing source has a hint: what to do next."""
        self._missing()
        for problem in self._told():
            if not problem.hint:
                self.fail(f"this has no hint: {problem}", "write SourceError(..., hint='check the path')")

    def test_getters_fail_as_the_snapshot_does(self) -> None:
        """While the source is missing no getter answers as if it were empty."""
        provided = [name for name, answer in self.run(lambda: self.in_turn(self.importer())).items() if answer]
        self._missing()
        if self._foreign() is not None or not self._told():
            skip_after("test_a_missing_source_is_an_error")
        for getter in GETTERS:
            if getter in provided and self._getter_answers(getter):
                self.fail(f"{getter} answers although the source is missing", "let it raise what the snapshot raises")

    def test_a_failure_is_not_forgotten(self) -> None:
        """Asked again after a failure, an importer tries again and fails again; it does not answer with nothing."""
        self._missing()
        importer = self.importer()

        async def twice() -> list[bool]:
            return [bool(await self._fails(importer)) for _ in range(2)]

        if self.run(twice) == [True, False]:
            self.fail("the second call after a failure answers", "keep no half-made state when something is raised")

    def _broken(self) -> int:
        self.written()
        return self.break_source(self.project) or 0

    def _missing(self) -> None:
        self.written()
        self.remove_source(self.project)

    def _told(self) -> tuple[Problem, ...]:
        return self._told_by(lambda: self.snapshot(self.importer()))

    def _told_by(self, call: Callable[[], Snapshot]) -> tuple[Problem, ...]:
        """Errors of a snapshot, raised or in it."""
        try:
            return errors_among(call().problems)
        except TenprintError as error:
            return errors_among(error.problems)
        except Exception:  # noqa: BLE001 - has properties of its own
            return ()

    def _getter_answers(self, getter: str) -> bool:
        try:
            self.run(lambda: self.asked(self.importer(), getter))
        except Exception:  # noqa: BLE001 - any failure is one
            return False
        return True

    async def _fails(self, importer: TrainingDataImporter) -> bool:
        """Tell whether a snapshot raises an error, or holds one."""
        try:
            return bool(errors_among((await importer.snapshot()).problems))
        except Exception:  # noqa: BLE001 - any failure is one
            return True

    def _foreign(self) -> BaseException | None:
        try:
            self.snapshot(self.importer())
        except TenprintError:
            return None
        except (Exception, SystemExit) as error:  # noqa: BLE001 - what is looked for
            return error
        return None
