"""Importers of both colours: `def` and `async def` are the same to whoever asks."""

import functools
import inspect
import threading
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest

from tenprint.fingerprinting import model_fingerprint, update_model_with_new_domain
from tenprint.importers import (
    CombinedDataImporter,
    ConfigurationError,
    ImporterContext,
    ProblemsError,
    Snapshot,
    SnapshotImporter,
    SourceError,
    TrainingDataImporter,
)
from tenprint.importers.adapted import ADAPTED, PLAIN_THREADS
from tenprint.importers.data import Domain, Example, Intent, IntentStep, NluData, Stories, Story
from tenprint.importers.inputs import Inputs
from tenprint.importers.memory import MemoryImporter

pytestmark = pytest.mark.anyio

CONTEXT = ImporterContext(Path("project"))
DOMAIN = Domain((Intent("greet"),))
NLU = NluData((Example("hi", "greet"),))
STORIES = Stories((Story("s", (IntentStep("greet"),)),))


class Plain(TrainingDataImporter):
    """All methods plain; each notes its thread."""

    NAME = "plain"

    def __init__(self) -> None:
        super().__init__()
        self.threads: dict[str, int] = {}

    def _note(self) -> None:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        self.threads[frame.f_back.f_code.co_name] = threading.get_ident()

    def get_config(self) -> Mapping[str, Any]:  # type: ignore[override]  # plain, as all below
        self._note()
        return {"language": "en"}

    def get_domain(self) -> Domain:  # type: ignore[override]
        self._note()
        return DOMAIN

    def get_stories(self) -> Stories:  # type: ignore[override]
        self._note()
        return STORIES

    def get_nlu_data(self, language: str = "en") -> NluData:  # type: ignore[override]
        self._note()
        assert language == "en"
        return NLU

    def get_conversation_tests(self) -> Stories:  # type: ignore[override]
        self._note()
        return STORIES

    def get_further(self) -> Mapping[str, Any]:  # type: ignore[override]
        self._note()
        return {}

    def get_config_file_for_auto_config(self) -> Path | None:  # type: ignore[override]
        self._note()
        return Path("config.yml")

    def declared_inputs(self) -> Inputs:  # type: ignore[override]
        self._note()
        return Inputs()

    def aclose(self) -> None:  # type: ignore[override]
        self._note()


class Mixed(TrainingDataImporter):
    async def get_config(self) -> Mapping[str, Any]:
        return {"language": "en"}

    def get_domain(self) -> Domain:  # type: ignore[override]
        return DOMAIN

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the interface has it
        return NLU


IN_MEMORY = MemoryImporter(config={"language": "en"}, domain=DOMAIN, stories=STORIES, nlu=NLU, tests=STORIES)


def meanings(found: Snapshot) -> list[tuple[Any, ...]]:
    return [row[:4] for row in found.table.rows]


async def test_plain_methods_are_awaited_like_async_ones_and_run_in_other_threads() -> None:
    plain = Plain()
    importer: TrainingDataImporter = plain  # as the rest of the code sees it
    assert meanings(await importer.snapshot()) == meanings(await IN_MEMORY.snapshot())
    assert await importer.get_domain() == DOMAIN
    assert await importer.get_config_file_for_auto_config() == Path("config.yml")
    assert await importer.declared_inputs() == Inputs()
    await importer.aclose()

    assert set(plain.threads) == set(ADAPTED) - {"snapshot", "take_snapshot"}
    assert threading.get_ident() not in plain.threads.values()


@pytest.mark.parametrize("name", sorted(set(ADAPTED) - {"take_snapshot"}))
def test_every_method_of_a_plain_class_is_a_coroutine_function_to_the_rest_of_the_code(name: str) -> None:
    assert inspect.iscoroutinefunction(getattr(Plain, name))
    assert getattr(Plain, name).__name__ == name


async def test_one_class_may_have_both_colours() -> None:
    found = await Mixed().snapshot()

    assert [item.kind for item in found.table] == ["config-key", "intent", "intent-example"]


async def test_an_importer_handed_to_the_library_directly_needs_no_wrapper(tmp_path: Path) -> None:
    alone = await model_fingerprint(Plain())
    combined = await model_fingerprint(CombinedDataImporter([Plain()], ImporterContext(Path())))
    assert {**alone, "trained_at": None} == {**combined, "trained_at": None}

    (tmp_path / "core").mkdir()
    await update_model_with_new_domain(Plain(), tmp_path)
    assert b"greet" in (tmp_path / "core" / "domain.yml").read_bytes()


async def test_the_colour_of_a_method_is_looked_at_once_for_a_class() -> None:
    looked_at = Plain.__dict__["get_domain"]

    class Derived(Plain):
        def get_config(self) -> Mapping[str, Any]:  # type: ignore[override]
            return {}

    assert "get_domain" not in Derived.__dict__
    assert Derived.get_domain is looked_at


async def test_plain_methods_overlap() -> None:
    together = threading.Barrier(10)

    class Waiting(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            together.wait(timeout=60)
            return DOMAIN

        def get_stories(self) -> Stories:  # type: ignore[override]
            together.wait(timeout=60)
            return STORIES

    found = await CombinedDataImporter([Waiting() for _ in range(5)], CONTEXT).snapshot()
    assert len(found.sources) == 5


async def test_no_more_plain_methods_run_at_a_time_than_there_are_threads_for_them() -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Counting(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            anyio.from_thread.run(anyio.sleep, 0.01)
            with lock:
                running -= 1
            return DOMAIN

    await CombinedDataImporter([Counting() for _ in range(2 * PLAIN_THREADS)], CONTEXT).snapshot()
    assert most <= PLAIN_THREADS


async def test_a_plain_method_may_wait_for_the_plain_method_it_replaces_however_many_do() -> None:
    class Base(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            return DOMAIN

    class Derived(Base):
        def get_domain(self) -> Domain:  # type: ignore[override]
            return anyio.from_thread.run(super().get_domain)  # type: ignore[arg-type]

    with anyio.fail_after(60):
        found = await CombinedDataImporter([Derived() for _ in range(2 * PLAIN_THREADS)], CONTEXT).snapshot()
    assert [item.path[-1] for item in found.table] == ["greet"]


async def test_an_awaitable_that_a_plain_method_returns_is_awaited() -> None:
    class Forwarding(MemoryImporter):
        def get_domain(self) -> Coroutine[Any, Any, Domain]:
            return super().get_domain()

    assert await Forwarding(domain=DOMAIN).get_domain() == DOMAIN


@pytest.mark.parametrize("error", [SourceError("down"), ZeroDivisionError("1/0"), StopIteration()])
async def test_errors_of_plain_methods_come_out_as_those_of_async_ones(error: Exception) -> None:
    class Failing(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            raise error

    expected: type[Exception] = RuntimeError if isinstance(error, StopIteration) else type(error)
    with pytest.raises(expected):
        await Failing().snapshot()
    with pytest.raises(SourceError, match=r"down|failed: "):
        await CombinedDataImporter([Failing()], CONTEXT).snapshot()


async def test_all_plain_methods_that_fail_at_once_are_told_together() -> None:
    together = threading.Barrier(2)

    class Failing(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            together.wait(timeout=60)
            raise SourceError("one")

    class AlsoFailing(Failing):
        pass

    with pytest.raises((SourceError, ProblemsError), match="one"):
        await CombinedDataImporter([Failing(), AlsoFailing()], CONTEXT).snapshot()


@pytest.mark.parametrize("colour", ["def", "async def"])
async def test_a_method_that_calls_exit_is_a_failure_of_its_source(colour: str) -> None:
    class Leaving(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            raise SystemExit(0)

    class LeavingAsync(TrainingDataImporter):
        async def get_domain(self) -> Domain:
            raise SystemExit(0)

    importer = Leaving() if colour == "def" else LeavingAsync()
    with pytest.raises(SourceError, match=r"get_domain called sys.exit\(0\)"):
        await CombinedDataImporter([importer], CONTEXT).snapshot()


async def test_a_cancelled_run_waits_for_plain_methods_and_they_can_ask_whether_it_is() -> None:
    began, ended = anyio.Event(), []

    class Slow(TrainingDataImporter):
        def get_domain(self) -> Domain:  # type: ignore[override]
            anyio.from_thread.run_sync(began.set)
            try:
                while True:
                    anyio.from_thread.check_cancelled()
            finally:
                ended.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Slow().snapshot)
        await began.wait()
        tasks.cancel_scope.cancel()
    assert ended == [True]


def test_generators_are_refused() -> None:
    message = "get_stories of the importer class .* is a generator"
    with pytest.raises(ConfigurationError, match=message) as caught:

        class Yielding(TrainingDataImporter):
            def get_stories(self) -> Iterator[Story]:  # type: ignore[override]
                yield from STORIES.stories

    assert caught.value.hint
    with pytest.raises(ConfigurationError, match=message):

        class YieldingAsync(TrainingDataImporter):
            async def get_stories(self) -> AsyncIterator[Story]:  # type: ignore[override]
                for story in STORIES.stories:
                    yield story


@pytest.mark.parametrize("value", [DOMAIN, property(lambda _: DOMAIN)], ids=["a value", "a property"])
def test_what_is_no_method_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="get_domain of the importer class Odd is no method"):
        type("Odd", (TrainingDataImporter,), {"get_domain": value})


@pytest.mark.parametrize(
    "method",
    [
        staticmethod(lambda: DOMAIN),
        classmethod(lambda _: DOMAIN),
        functools.partialmethod(lambda _, domain: domain, DOMAIN),
        functools.lru_cache(lambda _: DOMAIN),
        lambda _: DOMAIN,
    ],
    ids=["static", "of the class", "partial", "cached", "lambda"],
)
async def test_methods_of_every_make_are_adapted(method: Callable[..., Any]) -> None:
    importer = type("Odd", (TrainingDataImporter,), {"get_domain": method})()

    assert await importer.get_domain() == DOMAIN


async def test_methods_of_a_class_that_is_no_importer_are_adapted_where_they_are_mixed_in() -> None:
    class Mixin:
        def get_domain(self) -> Domain:
            return DOMAIN

    class WithMixin(Mixin, TrainingDataImporter):  # type: ignore[misc]
        pass

    importer: TrainingDataImporter = WithMixin()
    assert await importer.get_domain() == DOMAIN
    assert Mixin().get_domain() == DOMAIN


async def test_a_snapshot_may_be_taken_plainly() -> None:
    taken = await IN_MEMORY.snapshot()

    class Documents(SnapshotImporter):
        times = 0

        def take_snapshot(self) -> Snapshot:  # type: ignore[override]
            self.times += 1
            return taken

    importer = Documents()
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(importer.snapshot)

    assert await importer.snapshot() is taken
    assert importer.times == 1
    assert not inspect.isabstract(Documents)


def test_a_plain_abstract_method_stays_abstract() -> None:
    class Base(SnapshotImporter):
        @abstractmethod
        def take_snapshot(self) -> Snapshot:  # type: ignore[override]
            """Take it."""

    with pytest.raises(TypeError, match="take_snapshot"):
        Base()  # type: ignore[abstract]
