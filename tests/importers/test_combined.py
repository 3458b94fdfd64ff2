"""Several importers as one: all asked at once, earlier ones first."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.combining import combined
from tenprint.importers.data import Domain, Example, IntentStep, NluData, Slot, Stories, Story
from tenprint.importers.errors import ProblemsError, SourceError
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.snapshot import Snapshot

pytestmark = pytest.mark.anyio

CONTEXT = ImporterContext(Path("project"))
STORIES = Stories((Story("s", (IntentStep("greet"),)),))


def with_slot(kind: str) -> MemoryImporter:
    return MemoryImporter(domain=Domain(slots=(Slot("s", kind),)))


def together(*importers: TrainingDataImporter) -> CombinedDataImporter:
    return CombinedDataImporter(importers, CONTEXT)


class Meeting:
    """Lets everybody go on when the expected number has arrived."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._all = anyio.Event()

    async def wait(self) -> None:
        self._expected -= 1
        if self._expected == 0:
            self._all.set()
        await self._all.wait()


class MeetingImporter(TrainingDataImporter):
    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        self._meeting = meeting

    async def get_config(self) -> Mapping[str, Any]:
        await self._meeting.wait()
        return {}


class FailingImporter(TrainingDataImporter):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def snapshot(self) -> Snapshot:
        raise self._error


class ClosingImporter(TrainingDataImporter):
    def __init__(self, name: str, closed: list[str], *, error: Exception | None = None) -> None:
        super().__init__()
        self._name, self._closed, self._error = name, closed, error

    async def get_config_file_for_auto_config(self) -> Path | None:
        return Path(self._name)

    async def aclose(self) -> None:
        self._closed.append(self._name)
        if self._error is not None:
            raise self._error


async def test_the_snapshot_is_that_of_all_importers() -> None:
    one, other = with_slot("text"), MemoryImporter(domain=Domain(slots=(Slot("t", "any"),)))
    rules = ReadingRules()

    assert await together(one, other).snapshot() == combined([await one.snapshot(), await other.snapshot()], rules)


async def test_the_earlier_importer_takes_precedence_and_the_disagreement_is_kept() -> None:
    found = together(with_slot("text"), with_slot("bool"), with_slot("any"))

    assert [slot.type for slot in (await found.get_domain()).slots] == ["text"]
    assert len((await found.snapshot()).conflicts) == 2


async def test_all_importers_are_asked_at_the_same_time() -> None:
    meeting = Meeting(3)
    with anyio.fail_after(60):
        await together(*[MeetingImporter(meeting) for _ in range(3)]).snapshot()


async def test_getters_give_merged_values() -> None:
    found = together(
        MemoryImporter(config={"language": "en"}, stories=STORIES, tests=STORIES),
        MemoryImporter(config={"language": "de", "recipe": "x"}, nlu=NluData((Example("hi", "greet"),)), tests=STORIES),
    )

    config = await found.get_config()
    assert (config["language"], config["recipe"]) == ("en", "x")
    assert await found.get_stories() == STORIES
    assert (await found.get_nlu_data()).intents == {"greet"}
    assert len((await found.get_conversation_tests()).stories) == 2


async def test_a_configuration_is_completed() -> None:
    config = await together(MemoryImporter(nlu=NluData((Example("hi", "greet"),)), stories=STORIES)).get_config()

    assert sorted(config) == ["pipeline", "policies"]


async def test_getters_refuse_what_the_merge_refuses() -> None:
    context = replace(CONTEXT, rules=ReadingRules(merge=MergeSettings(importers=MergeRules("error"))))
    whole = CombinedDataImporter([with_slot("text"), with_slot("bool")], context)

    with pytest.raises(
        ProblemsError, match=r"slot 's' is given twice with different content: here .*bool.*, there .*text"
    ):
        await whole.get_stories()


async def test_getters_refuse_a_replacement_of_what_is_not_there() -> None:
    context = replace(CONTEXT, rules=ReadingRules(merge=MergeSettings(importers=MergeRules("overlay"))))
    layer = MemoryImporter(domain=Domain(slots=(Slot("s.replace", "text"),)), context=context)

    with pytest.raises(ProblemsError, match="'s' is to be replaced, but no source before this one has it"):
        await CombinedDataImporter([layer], context).get_domain()


async def test_errors_of_two_importers_come_out_together() -> None:
    with pytest.raises(ProblemsError) as caught:
        await together(FailingImporter(SourceError("one")), FailingImporter(SourceError("two"))).snapshot()

    assert {problem.message for problem in caught.value.problems} == {"one", "two"}


async def test_one_error_comes_out_as_itself() -> None:
    error = SourceError("down")
    with pytest.raises(SourceError) as caught:
        await together(with_slot("text"), FailingImporter(error)).snapshot()

    assert caught.value is error


async def test_the_file_for_completing_is_that_of_the_only_importer_that_has_one() -> None:
    closed: list[str] = []
    one, two = ClosingImporter("one", closed), ClosingImporter("two", closed)

    assert await together(MemoryImporter(), one).get_config_file_for_auto_config() == Path("one")
    assert await together(one, two).get_config_file_for_auto_config() is None
    assert await together(MemoryImporter()).get_config_file_for_auto_config() is None


async def test_importers_are_closed_in_reverse_order() -> None:
    closed: list[str] = []
    await together(*[ClosingImporter(name, closed) for name in "abc"]).aclose()

    assert closed == ["c", "b", "a"]


async def test_all_importers_are_closed_even_when_one_fails() -> None:
    closed: list[str] = []
    importers = [
        ClosingImporter("a", closed),
        ClosingImporter("b", closed, error=SourceError("stuck")),
        ClosingImporter("c", closed),
    ]
    with pytest.raises(SourceError, match="stuck"):
        await together(*importers).aclose()

    assert closed == ["c", "b", "a"]


async def test_nothing_combined_is_nothing() -> None:
    assert len((await together().snapshot()).table) == 0


async def test_what_is_no_snapshot_is_told_with_the_importer() -> None:
    class Odd(TrainingDataImporter):
        NAME = "odd"

        async def snapshot(self) -> Any:
            return None

    with pytest.raises(ProblemsError, match="snapshot of the importer odd returned NoneType, not Snapshot"):
        await together(Odd()).snapshot()


async def test_options_in_place_of_importers_are_refused() -> None:
    with pytest.raises(TypeError, match="takes importers, not options"):
        CombinedDataImporter({}, CONTEXT)  # type: ignore[arg-type]  # what is tested
