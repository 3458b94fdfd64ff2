"""The kit for trainers: our own trainer has every property, and for each there is a trainer without it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.plugins.testing.looking import failure_of

from tenprint.fingerprinting import ComponentTrainer, Trainer, TrainingReport, TrainingRequest
from tenprint.plugins.testing import TrainerConformance


class TestOurs(TrainerConformance):
    def trainer(self) -> Trainer:
        return ComponentTrainer()


class Passing(ComponentTrainer):
    """Base of those that do something beside training."""

    async def train(self, request: TrainingRequest) -> TrainingReport:
        report = await super().train(request)
        self.spoil(request.folder, request)
        return report

    def spoil(self, folder: Path, request: TrainingRequest) -> None:
        """Do it."""


class Lazy(Passing):
    """It trains nothing."""

    BREAKS = "test_asked_halves_are_written"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        request.folder.mkdir(exist_ok=True)
        return TrainingReport({f"{half}/0-x": 0.0 for half in request.sections})


class LeavesALog(Passing):
    """It leaves a log in the folder."""

    BREAKS = "test_nothing_else_is_written"

    def spoil(self, folder: Path, request: TrainingRequest) -> None:
        (folder / "log.txt").write_text(str(request.project), encoding="utf-8")


class TidiesUp(Passing):
    """It removes what the other half has."""

    BREAKS = "test_the_other_half_stays_untouched"

    def spoil(self, folder: Path, request: TrainingRequest) -> None:
        for half in {"nlu", "core"} - request.sections:
            for path in (folder / half).rglob("*.bin"):
                path.unlink()


class NotesTheFolder(Passing):
    """It writes into the half where it was trained."""

    BREAKS = "test_equal_requests_give_equal_files"

    def spoil(self, folder: Path, request: TrainingRequest) -> None:
        for half in request.sections:
            (folder / half / "where.txt").write_text(str(folder), encoding="utf-8")


class KnowsOneLoop(Passing):
    """It needs asyncio."""

    BREAKS = "test_both_event_loops_train_the_same"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        import asyncio  # noqa: PLC0415 - the defect

        asyncio.get_running_loop()
        return await super().train(request)


class TellsMore(Passing):
    """It reports what it did not train."""

    BREAKS = "test_the_report_is_about_what_was_trained"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        report = await super().train(request)
        return replace(report, seconds={**report.seconds, "core/0-x": 1.0})


class LeavesUnknownOut(Passing):
    """It trains what it knows."""

    BREAKS = "test_unknown_components_are_told"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        known = [entry for entry in request.config["pipeline"] if entry["name"] in request.components]
        return await super().train(replace(request, config={**request.config, "pipeline": known}))


class Anonymous(Passing):
    """It does not say who failed."""

    BREAKS = "test_a_failing_component_is_named"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        try:
            return await super().train(request)
        except Exception as error:
            raise RuntimeError("it failed") from error


class LeavesWork(Passing):
    """It leaves its work behind when it is cancelled."""

    BREAKS = "test_a_cancelled_training_leaves_nothing"

    async def train(self, request: TrainingRequest) -> TrainingReport:
        work = request.folder / "work"
        work.mkdir(parents=True)
        await anyio.sleep(1)
        return await super().train(request)


DEFECTS: dict[str, Any] = {
    name: found for name, found in [*globals().items()] if isinstance(found, type) and "BREAKS" in vars(found)
}


def test_there_is_a_defect_for_each_property() -> None:
    properties = {name for name in dir(TrainerConformance) if name.startswith("test_")}
    assert {found.BREAKS for found in DEFECTS.values()} == properties


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_a_defect_and_says_what_to_do(defect: str, tmp_path: Path) -> None:
    class Bad(TrainerConformance):
        def trainer(self) -> Trainer:
            made: Trainer = DEFECTS[defect]()
            return made

    with pytest.MonkeyPatch.context() as patch:
        failure = failure_of(Bad(), DEFECTS[defect].BREAKS, folder=tmp_path, patch=patch)
    assert failure is not None
    assert "\nhint: " in failure
