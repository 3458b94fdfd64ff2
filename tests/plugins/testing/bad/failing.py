"""Importers with a defect each in how they fail."""

from collections.abc import Mapping
from dataclasses import replace

from tests.plugins.testing.good import Good

from tenprint.importers import Snapshot, SourceError, errors_among
from tenprint.importers.data import NluData


class Silent(Good):
    """It leaves out what is broken."""

    BREAKS = "test_broken_data_is_told"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        return replace(super().joined(contents), problems=())


class Placeless(Good):
    """It does not say where data is broken."""

    BREAKS = "test_broken_data_is_told_with_its_location"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        return replace(snapshot, problems=tuple(replace(problem, location=None) for problem in snapshot.problems))


class StopsAtTheFirst(Good):
    """It tells one mistake at a time."""

    BREAKS = "test_broken_data_is_told_all_at_once"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        return replace(snapshot, problems=snapshot.problems[:1])


class RaisesItsParser(Good):
    """It raises what its parser raises."""

    BREAKS = "test_broken_data_raises_errors_of_tenprint_alone"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        if errors_among(snapshot.problems):
            raise ValueError("broken")
        return snapshot


class EmptyWhereMissing(Good):
    """A source that is not there is empty."""

    BREAKS = "test_a_missing_source_is_an_error"

    def contents(self) -> dict[str, bytes]:
        try:
            return super().contents()
        except SourceError:
            return {}


class RaisesItsDriver(Good):
    """It raises what the file system raises."""

    BREAKS = "test_a_missing_source_raises_errors_of_tenprint_alone"

    def contents(self) -> dict[str, bytes]:
        return {name: (self.folder() / name).read_bytes() for name in ("config.yml", "nlu.yml")}


class NoAdvice(Good):
    """It does not say what to do."""

    BREAKS = "test_a_missing_source_is_told_with_advice"

    def contents(self) -> dict[str, bytes]:
        try:
            return super().contents()
        except SourceError as error:
            raise SourceError(error.message) from error


class GetterOfNothing(Good):
    """One getter takes a missing source for an empty one."""

    BREAKS = "test_getters_fail_as_the_snapshot_does"

    async def get_nlu_data(self, language: str = "en") -> NluData:
        try:
            return await super().get_nlu_data(language)
        except SourceError:
            return NluData()


class ForgetsItsFailure(Good):
    """After a failure it answers with what it has, which is nothing."""

    BREAKS = "test_a_failure_is_not_forgotten"
    failed = False

    def contents(self) -> dict[str, bytes]:
        if self.failed:
            return {}
        try:
            return super().contents()
        except SourceError:
            self.failed = True
            raise
