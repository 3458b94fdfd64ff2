"""Importers with a defect each in what they answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel
from tests.plugins.testing.good import Good

from tenprint.importers import ImporterContext, ItemTable, Problem, Snapshot
from tenprint.importers.data import Domain, Example, NluData


class Empty(Good):
    """It reads everything and keeps nothing."""

    BREAKS = "test_the_source_has_data"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        nothing = ItemTable(snapshot.table.documents, ())
        return replace(snapshot, table=nothing, unmerged=nothing)


class AnswersWithText(Good):
    """Its NLU data is a text."""

    BREAKS = "test_getters_answer_with_values_of_their_kind"

    async def get_nlu_data(self, language: str = "en") -> NluData:
        return f"{await super().get_nlu_data(language)}"  # type: ignore[return-value]  # the defect


class TextForPath(Good):
    """The file for completion is a text."""

    BREAKS = "test_the_file_for_completion_is_a_path_or_none"

    async def get_config_file_for_auto_config(self) -> Any:
        return "config.yml"


class TwoSources(Good):
    """It says it was two sources."""

    BREAKS = "test_a_snapshot_is_a_snapshot_with_its_source"

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        snapshot = super().joined(contents)
        return replace(snapshot, sources=snapshot.sources * 2)


class TellsMore(Good):
    """A getter tells an example that the snapshot does not have."""

    BREAKS = "test_the_snapshot_holds_what_the_getters_tell"

    async def get_nlu_data(self, language: str = "en") -> NluData:
        nlu = await super().get_nlu_data(language)
        return replace(nlu, examples=(*nlu.examples, Example("one more", "prices")))


class UsesItselfUp(Good):
    """A getter answers once."""

    BREAKS = "test_getters_answer_the_same_again"
    asked_before = False

    async def get_nlu_data(self, language: str = "en") -> NluData:
        nlu = NluData() if self.asked_before else await super().get_nlu_data(language)
        self.asked_before = True
        return nlu


class SharesACursor(Good):
    """One getter disturbs another one that runs at the same time."""

    BREAKS = "test_all_getters_may_be_asked_at_once"
    busy = False

    async def get_domain(self) -> Domain:
        self.busy = True
        try:
            await anyio.sleep(0.05)
            return await super().get_domain()
        finally:
            self.busy = False

    async def get_nlu_data(self, language: str = "en") -> NluData:
        await anyio.sleep(0.01)
        return NluData() if self.busy else await super().get_nlu_data(language)


class CountsItsCallers(Good):
    """The second of several callers at once gets another snapshot."""

    BREAKS = "test_ten_snapshots_at_once_are_the_same"
    callers = 0

    async def snapshot(self) -> Snapshot:
        others, self.callers = self.callers, self.callers + 1
        try:
            await anyio.lowlevel.checkpoint()
            taken = await super().snapshot()
        finally:
            self.callers -= 1
        return taken if not others else taken.with_problems(Problem("busy", "others ask as well", severity="warning"))


class TakesItAgain(Good):
    """Each snapshot reads the source anew."""

    BREAKS = "test_a_snapshot_is_taken_once"

    async def snapshot(self) -> Snapshot:
        return await self.take_snapshot()


class AnswersWithAList(Good):
    """Its examples are a list."""

    BREAKS = "test_answers_are_frozen"

    async def get_nlu_data(self, language: str = "en") -> NluData:
        nlu = await super().get_nlu_data(language)
        return replace(nlu, examples=list(nlu.examples))  # type: ignore[arg-type]  # the defect


class GivesItsOwnAway(Good):
    """All callers get the same mapping."""

    BREAKS = "test_changing_an_answer_changes_no_other"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        self.config: Mapping[str, Any] | None = None

    async def get_config(self) -> Mapping[str, Any]:
        if self.config is None:
            self.config = await super().get_config()
        return self.config
