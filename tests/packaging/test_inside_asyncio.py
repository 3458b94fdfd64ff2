"""The library inside somebody's running asyncio loop, as a pipeline or a notebook has it."""

import asyncio
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.assistant import ASSISTANT, copy_of_assistant

from tenprint.fingerprinting import Message, NluComponent, RunReport
from tenprint.importers import Registered
from tenprint.plugins import create_plugin_manager, open_project, registry_of


@pytest.mark.asyncio
async def test_two_projects_are_trained_at_once_and_the_loop_goes_on(tmp_path: Path) -> None:
    projects = [copy_of_assistant(tmp_path / name) for name in ("one", "other")]
    ticks = 0

    async def ticking() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    async def trained(project: Path) -> RunReport:
        async with open_project(project) as opened:
            return await opened.train(fixed_model_name="first")

    clock = asyncio.create_task(ticking())
    try:
        reports = await asyncio.gather(*(trained(project) for project in projects))
    finally:
        clock.cancel()
    assert ticks > 0
    for project, report in zip(projects, reports, strict=True):
        assert report.written
        assert report.model == f"{project}/models/first.tar.gz"
    assert len({str(report.plan.to_json()["nodes"]) for report in reports}) == 1


@pytest.mark.asyncio
async def test_one_project_opened_by_two_tasks_tells_both_the_same(tmp_path: Path) -> None:
    project = copy_of_assistant(tmp_path / "assistant")
    async with open_project(project) as opened:
        first, second = await asyncio.gather(opened.fingerprint(), opened.fingerprint())
        problems, plan = await asyncio.gather(opened.problems(), opened.plan())
    async with open_project(project) as again:
        assert await again.fingerprint() == first == second
    assert problems == ()
    assert (plan.action, plan.model) == ("train", None)


@pytest.mark.asyncio
async def test_an_error_of_one_task_comes_as_itself_and_leaves_the_other_alone(tmp_path: Path) -> None:
    async def fingerprint(project: Path) -> object:
        async with open_project(project) as opened:
            return await opened.fingerprint()

    good, bad = await asyncio.gather(fingerprint(ASSISTANT), fingerprint(tmp_path), return_exceptions=True)
    assert isinstance(good, dict)
    assert type(bad).__name__ == "ConfigurationError"


class Slow(NluComponent):
    """Trains until it is told to stop."""

    NAME = "Slow"
    VERSION = "1"
    started: ClassVar = threading.Event()
    may_end: ClassVar = threading.Event()
    ended: ClassVar = threading.Event()

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: Any) -> Mapping[str, Any]:
        del config, nlu
        cls.started.set()
        cls.may_end.wait(30)
        cls.ended.set()
        return {"learnt.json": 1}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Slow":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


@pytest.mark.asyncio
async def test_a_task_that_asyncio_cancels_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run waits for its worker thread, which nobody can stop, and cleans up behind it."""
    project = copy_of_assistant(tmp_path / "assistant")
    (project / "config.yml").write_text("pipeline:\n  - name: Slow\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    known = registry_of(create_plugin_manager())
    registry = replace(known, components={**known.components, "Slow": Registered("Slow", Slow, "test")})

    async def trained() -> RunReport:
        async with open_project(project, registry=registry) as opened:
            return await opened.train()

    task = asyncio.create_task(trained())
    try:
        assert await asyncio.to_thread(Slow.started.wait, 30)
        task.cancel()
        await asyncio.sleep(0.1)
        assert not task.done()
    finally:
        Slow.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert Slow.ended.is_set()
    assert list(temporary.iterdir()) == []
    assert not (project / "models").exists()
