"""What an observer of a whole run is told, and when."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import RunObserver, TrainingPlan
from tenprint.importers import Problem, Registered, SourceReport
from tenprint.plugins import Project, create_plugin_manager, open_project, registry_of

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test has trained is no reason to run no node."""
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


class Diary(RunObserver):
    NAME = "diary"
    pages: list[Any]

    def before_source(self, source: str) -> None:
        self.pages.append(("before_source", source))

    def after_source(self, report: SourceReport) -> None:
        self.pages.append(("after_source", report.source, report.items > 0))

    def before_plan(self) -> None:
        self.pages.append(("before_plan",))

    async def after_plan(self, plan: TrainingPlan) -> None:
        self.pages.append(("after_plan", plan.action))

    def before_node(self, node: str) -> None:
        self.pages.append(("before_node", node))

    def after_node(self, node: str, seconds: float) -> None:
        self.pages.append(("after_node", node, seconds >= 0))

    def before_pack(self) -> None:
        self.pages.append(("before_pack",))

    def after_pack(self, model: str) -> None:
        self.pages.append(("after_pack", Path(model).is_file()))


def watched(project: Path, observer: type[RunObserver]) -> Any:
    """Open a project under the eyes of an observer."""
    known = registry_of(create_plugin_manager())
    observers = {observer.NAME: Registered(observer.NAME, observer, "tests")}
    return open_project(project, registry=replace(known, observers=observers))


async def test_a_run_is_told_from_the_first_source_to_the_archive(tmp_path: Path) -> None:
    pages: list[Any] = []
    diary = type("Pages", (Diary,), {"pages": pages})
    project_folder = copy_of_assistant(tmp_path / "project")
    project: Project
    async with watched(project_folder, diary) as project:
        report = await project.train()
    assert report.problems == ()
    nodes = [node.name for node in report.plan.nodes]
    # What needs nothing of each other runs at the same time.
    told_nodes = sorted(page for page in pages if page[0].endswith("_node"))
    assert told_nodes == sorted(page for node in nodes for page in (("before_node", node), ("after_node", node, True)))
    assert [page for page in pages if page not in told_nodes] == [
        ("before_source", "file"),
        ("after_source", "file", True),
        ("before_plan",),
        ("after_plan", "train"),
        ("before_pack",),
        ("after_pack", True),
    ]


async def test_a_run_with_nothing_to_do_ends_with_its_plan(tmp_path: Path) -> None:
    pages: list[Any] = []
    diary = type("Pages", (Diary,), {"pages": pages})
    project_folder = copy_of_assistant(tmp_path / "project")
    async with open_project(project_folder) as project:
        await project.train()
    async with watched(project_folder, diary) as project:
        await project.train()
    assert pages[-1] == ("after_plan", "none")


async def test_an_observer_that_fails_is_a_warning_of_the_run(tmp_path: Path) -> None:
    class Tired(RunObserver):
        NAME = "tired"

        def after_pack(self, model: str) -> None:
            raise RuntimeError(f"no ink for {len(model)} letters")

        def before_plan(self) -> None:
            pass

    class Blind(RunObserver):
        NAME = "blind"

        def after_source(self, report: SourceReport) -> None:
            raise RuntimeError(f"cannot see {report.source}")

    project_folder = copy_of_assistant(tmp_path / "project")
    async with watched(project_folder, Tired) as project:
        report = await project.train()
    assert report.written
    assert [problem.code for problem in report.problems] == ["observer-failed"]
    async with watched(project_folder, Blind) as project:
        plan = await project.plan()
    assert "observer-failed" in [problem.code for problem in plan.problems]


async def test_an_observer_that_fails_with_the_plan_is_a_warning_of_it(tmp_path: Path) -> None:
    class Tired(RunObserver):
        NAME = "tired"

        def after_plan(self, plan: TrainingPlan) -> None:
            raise RuntimeError(f"will not {plan.action}")

    async with watched(copy_of_assistant(tmp_path / "project"), Tired) as project:
        plan = await project.plan()
    assert [problem.code for problem in plan.problems].count("observer-failed") == 1


async def test_an_observer_cannot_change_the_plan(tmp_path: Path) -> None:
    class Meddler(RunObserver):
        NAME = "meddler"

        def after_plan(self, plan: TrainingPlan) -> None:
            plan.sections.clear()  # type: ignore[attr-defined]  # a type checker would tell its author

    async with watched(copy_of_assistant(tmp_path / "project"), Meddler) as project:
        plan = await project.plan()
    assert plan.retrains("nlu")
    assert "observer-failed" in [problem.code for problem in plan.problems]


async def test_what_no_report_tells_of_an_observer_is_told_at_the_end(tmp_path: Path) -> None:
    class Unmakeable(RunObserver):
        NAME = "unmakeable"

        def __init__(self) -> None:
            raise RuntimeError("no server")

    known = registry_of(create_plugin_manager())
    observers: dict[str, Registered[type[RunObserver]]] = {
        Unmakeable.NAME: Registered(Unmakeable.NAME, Unmakeable, "tests")
    }
    told: list[Problem] = []
    async with open_project(
        copy_of_assistant(tmp_path / "project"),
        registry=replace(known, observers=observers),
        on_close_problems=told.extend,
    ) as project:
        await project.fingerprint()
    (problem,) = told
    assert (problem.code, "cannot be made: RuntimeError: no server" in problem.message) == ("observer-failed", True)
