"""Twenty slow sources overlap, and what happens when some of them fail: by their policy, said in the result."""

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import pytest
from tests.program import PROJECT, run_here, tree

from tenprint.fingerprinting import model_fingerprint
from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ProblemsError,
    SourceError,
    TrainingDataImporter,
)
from tenprint.importers.data import Domain, Intent, NluData
from tenprint.plugins import Registry, create_plugin_manager, hookimpl, open_project, registry_of

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

MANY = 20
CONTEXT = ImporterContext(Path())


class Gates:
    """One gate for each source; nobody passes before all have entered."""

    def __init__(self, expected: int) -> None:
        self.entered: list[str] = []
        self.left: list[str] = []
        self.cancelled: list[str] = []
        self.closed: list[str] = []
        self._expected = expected
        self._all = anyio.Event()

    async def enter(self, name: str) -> None:
        self.entered.append(name)
        if len(self.entered) == self._expected:
            self._all.set()
        await self._all.wait()

    async def wait_for_others(self) -> None:
        await self._all.wait()


class Slow(TrainingDataImporter):
    """Waits at its gate, and then for ever, or fails, or answers."""

    def __init__(self, name: str, gates: Gates, *, then: Exception | None = None, forever: bool = False) -> None:
        super().__init__({}, ImporterContext(Path(), source=name))
        self.gates, self._then, self._forever = gates, then, forever

    async def get_domain(self) -> Domain:
        await self.gates.enter(self.source_name)
        try:
            if self._forever:
                await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            self.gates.cancelled.append(self.source_name)
            raise
        if self._then is not None:
            raise self._then
        self.gates.left.append(self.source_name)
        return Domain((Intent(f"intent_of_{self.source_name}"),))

    async def aclose(self) -> None:
        self.gates.closed.append(self.source_name)


class SlowPlain(Slow):
    """The same with a plain method, which waits in a worker thread."""

    def get_domain(self) -> Domain:  # type: ignore[override]  # plain
        return anyio.from_thread.run(super().get_domain)


def named(number: int) -> str:
    return f"source-{number:02}"


@pytest.mark.anyio
@pytest.mark.parametrize("colour", [Slow, SlowPlain])
async def test_all_gates_are_entered_before_one_is_released(colour: type[Slow]) -> None:
    gates = Gates(MANY)
    importer = CombinedDataImporter([colour(named(number), gates) for number in range(MANY)], CONTEXT)
    with anyio.fail_after(60):
        snapshot = await importer.snapshot()

    assert sorted(gates.entered) == [named(number) for number in range(MANY)]
    assert [state.name for state in snapshot.sources][:MANY] == [named(number) for number in range(MANY)]
    assert [item.path[-1] for item in snapshot.table] == [f"intent_of_{named(number)}" for number in range(MANY)]


@pytest.mark.anyio
async def test_a_fingerprint_of_twenty_sources_waits_once_for_all() -> None:
    gates = Gates(MANY)
    importer = CombinedDataImporter([Slow(named(number), gates) for number in range(MANY)], CONTEXT)
    with anyio.fail_after(60):
        fingerprint = await model_fingerprint(importer)
    assert fingerprint["domain"]


@pytest.mark.anyio
async def test_a_required_source_that_fails_cancels_all_others() -> None:
    gates = Gates(MANY)
    sources = [Slow(named(number), gates, forever=True) for number in range(MANY - 1)]
    importer = CombinedDataImporter([*sources, Slow(named(19), gates, then=SourceError("down"))], CONTEXT)
    with anyio.fail_after(60), pytest.raises(SourceError, match="down"):
        await importer.snapshot()
    await importer.aclose()

    assert sorted(gates.cancelled) == [named(number) for number in range(MANY - 1)]
    assert gates.closed == [named(number) for number in reversed(range(MANY))]


@pytest.mark.anyio
async def test_several_sources_that_fail_together_are_told_together() -> None:
    gates = Gates(MANY)
    failing = {3: SourceError("three"), 7: SourceError("seven"), 11: ZeroDivisionError("eleven")}
    importer = CombinedDataImporter(
        [Slow(named(number), gates, then=failing.get(number)) for number in range(MANY)], CONTEXT
    )
    with anyio.fail_after(60), pytest.raises(ProblemsError) as caught:
        await importer.snapshot()

    told = " ".join(problem.message for problem in caught.value.problems)
    assert len(caught.value.problems) == 3
    assert all(word in told for word in ("three", "seven", "'source-11' failed: ZeroDivisionError: eleven"))


@pytest.mark.anyio
async def test_optional_sources_that_fail_are_missing_and_cancel_nobody() -> None:
    gates = Gates(MANY)
    failing: dict[int, Exception] = {3: SourceError("three"), 11: ZeroDivisionError("eleven")}
    importer = CombinedDataImporter(
        [Slow(named(number), gates, then=failing.get(number)) for number in range(MANY)], CONTEXT, optional=failing
    )
    with anyio.fail_after(60):
        snapshot = await importer.snapshot()

    assert {state.name for state in snapshot.sources if state.status == "missing"} == {named(3), named(11)}
    assert len(gates.left) == MANY - 2
    assert gates.cancelled == []
    assert [(problem.code, problem.severity) for problem in snapshot.problems] == [("missing-source", "warning")] * 2
    assert [problem.location.source for problem in snapshot.problems if problem.location] == [named(3), named(11)]


@pytest.mark.anyio
async def test_an_optional_source_does_not_save_a_required_one() -> None:
    gates = Gates(2)
    importer = CombinedDataImporter(
        [Slow("a", gates, then=SourceError("one")), Slow("b", gates, then=SourceError("two"))], CONTEXT, optional=[0]
    )
    with anyio.fail_after(60), pytest.raises(SourceError, match="two"):
        await importer.snapshot()


@pytest.mark.anyio
async def test_cancelling_from_outside_reaches_every_source() -> None:
    gates = Gates(MANY)
    importer = CombinedDataImporter([Slow(named(number), gates, forever=True) for number in range(MANY)], CONTEXT)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(importer.snapshot)
            await gates.wait_for_others()
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()

    assert sorted(gates.cancelled) == [named(number) for number in range(MANY)]


class Asleep(TrainingDataImporter):
    """Sleeps for ever; notes who was cancelled and closed."""

    NAME = "asleep"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.noted: list[str] = []
        self.asked = anyio.Event()

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the interface has it
        self.asked.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.noted.append("cancelled")
        raise AssertionError

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()  # cancelled, this would not return
        self.noted.append("closed")


class Failing(TrainingDataImporter):
    NAME = "failing"

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the interface has it
        raise ConnectionError("nobody answers")


class Stuck(TrainingDataImporter):
    """Provides nothing, and cannot be closed."""

    NAME = "stuck"

    def aclose(self) -> None:  # type: ignore[override]  # plain
        raise SystemExit("stuck")


def registry(*classes: type[TrainingDataImporter]) -> Registry:
    class Plugin:
        @hookimpl
        def tenprint_register_importers(self) -> Sequence[type[TrainingDataImporter]]:
            return list(classes)

    return registry_of(create_plugin_manager(plugins=[Plugin()]))


@pytest.mark.anyio
async def test_a_project_that_is_cancelled_closes_all_its_importers(write_project: ProjectWriter) -> None:
    project = write_project({**PROJECT, "tenprint.yml": "importers: [{name: file}, {name: asleep}, {name: asleep}]\n"})
    made: list[Asleep] = []

    class Noted(Asleep):
        def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
            super().__init__(options, context)
            made.append(self)

    async def plan() -> None:
        async with open_project(project, registry=registry(Noted)) as opened:
            tasks.start_soon(cancel)
            await opened.plan()

    async def cancel() -> None:
        for importer in made:
            await importer.asked.wait()
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(plan)
    assert [importer.noted for importer in made] == [["cancelled", "closed"]] * 2


PLUGIN = """
from tenprint.importers import TrainingDataImporter
from tenprint.plugins import hookimpl

class Failing(TrainingDataImporter):
    NAME = "peg-failing"

    def get_nlu_data(self, language="en"):
        raise ConnectionError("nobody answers")

class Stuck(TrainingDataImporter):
    NAME = "peg-stuck"

    def aclose(self):
        raise SystemExit("stuck")

@hookimpl
def tenprint_register_importers():
    return [Failing, Stuck]
"""


@pytest.fixture
def peg_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "peg_overlap_plugin.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "peg_overlap_plugin", raising=False)


def settings(entries: str) -> Mapping[str, str]:
    return {**PROJECT, "tenprint.yml": f"plugins: [peg_overlap_plugin]\nimporters:\n  - name: file\n{entries}"}


OPTIONAL = "  - name: peg-failing\n    as: questions\n    policy: optional\n"


@pytest.mark.usefixtures("peg_plugin")
def test_every_command_says_which_optional_source_was_missing(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(settings(OPTIONAL)))
    plan = run_here(capsys, "-C", project, "plan", "--json").document
    run = run_here(capsys, "-C", project, "train", "--json").document
    shown = run_here(capsys, "-C", project, "show", "--json").document
    problems = run_here(capsys, "-C", project, "validate", "--json").document["problems"]

    for document in (plan, run["plan"], shown):
        statuses = {source["name"]: source["status"] for source in document["sources"]}
        assert statuses["file"] == "ok"
        assert statuses["questions"] == "missing"
    for listed in (plan["problems"], run["plan"]["problems"], problems):
        (problem,) = [problem for problem in listed if problem["code"] == "missing-source"]
        assert problem["severity"] == "warning"
        assert (problem["location"]["path"], problem["location"]["line"]) == ("tenprint.yml", 4)
        assert "the source 'questions' failed: ConnectionError: nobody answers" in problem["message"]
    assert "'questions' is missing" in run_here(capsys, "-C", project, "plan").out
    assert "'questions' is missing" in run_here(capsys, "-C", project, "validate").err


@pytest.mark.usefixtures("peg_plugin")
@pytest.mark.parametrize("command", ["plan", "train", "fingerprint", "validate", "show", "export"])
def test_a_required_source_that_fails_ends_every_command(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], command: str, tmp_path: Path
) -> None:
    project = write_project(settings(OPTIONAL.replace("optional", "required")))
    before = tree(project)
    arguments = ("-C", str(project), command, *([str(tmp_path / "out")] if command == "export" else []), "--json")
    outcome = run_here(capsys, *arguments)

    assert outcome.code == 1
    (problem,) = outcome.document["problems"]
    assert problem["code"] == "source"
    assert "ConnectionError: nobody answers" in problem["message"]
    assert problem["hint"]
    assert tree(project) == before


@pytest.mark.usefixtures("peg_plugin")
def test_an_importer_that_cannot_be_closed_hides_no_result(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(settings("  - name: peg-stuck\n")))
    outcome = run_here(capsys, "-C", project, "train")

    assert outcome.code == 0
    assert "wrote " in outcome.out
    assert "warning: the source 'peg-stuck' could not be closed: it called sys.exit('stuck')" in outcome.err
    assert run_here(capsys, "-C", project, "plan", "--exit-code", "--json").document["action"] == "none"


@pytest.mark.anyio
async def test_in_a_program_an_importer_that_cannot_be_closed_is_a_warning_of_python(
    write_project: ProjectWriter,
) -> None:
    project = write_project({**PROJECT, "tenprint.yml": "importers: [{name: file}, {name: stuck}]\n"})
    with pytest.warns(RuntimeWarning, match="the source 'stuck' could not be closed"):
        async with open_project(project, registry=registry(Stuck)) as opened:
            plan = await opened.plan()
    assert plan.action == "train"


@pytest.mark.anyio
async def test_a_failure_is_told_and_not_the_closing_after_it(write_project: ProjectWriter) -> None:
    project = write_project({**PROJECT, "tenprint.yml": "importers: [{name: failing}, {name: stuck}]\n"})

    async def plan() -> None:
        async with open_project(project, registry=registry(Stuck, Failing)) as opened:
            await opened.plan()

    with pytest.raises(SourceError, match="nobody answers"), pytest.warns(RuntimeWarning, match="could not be closed"):
        await plan()


@pytest.mark.anyio
async def test_all_importers_that_cannot_be_closed_are_told_after_all_were_tried() -> None:
    closed: list[str] = []

    class Noting(TrainingDataImporter):
        def aclose(self) -> None:  # type: ignore[override]  # plain
            closed.append(threading.current_thread().name)

    with pytest.raises(ProblemsError) as caught:
        await CombinedDataImporter([Stuck(), Noting(), Stuck()], CONTEXT).aclose()
    assert len(caught.value.problems) == 2
    assert len(closed) == 1


@pytest.mark.anyio
async def test_an_importer_that_does_not_come_to_an_end_with_closing_is_left() -> None:
    class Endless(TrainingDataImporter):
        async def aclose(self) -> None:
            await anyio.sleep_forever()

    with anyio.fail_after(60), pytest.raises(SourceError, match=r"could not be closed within 0.05 s"):
        await CombinedDataImporter([Endless()], CONTEXT, close_seconds=0.05).aclose()
