"""The runner beyond the acceptance cases: order, limits, memory, failures, cancellation, sharing."""

import gc
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread
import pytest
from tests.graph_components import Calling, CallingAtOnce, Const1, Failing, MyError, Notes, Plain, SubX, calling, node

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphComponentError,
    GraphFailures,
    GraphRunError,
    GraphSchema,
    GraphStorageError,
    InvalidConfig,
    LocalExecutor,
    LocalGraphRunner,
    LocalModelStorage,
    NodeLimits,
    Resource,
    SchemaNode,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


@pytest.fixture
def runner_of(storage: LocalModelStorage) -> Callable[..., LocalGraphRunner]:
    def made(nodes: Mapping[str, SchemaNode], **further: Any) -> LocalGraphRunner:
        return LocalGraphRunner.create(GraphSchema(dict(nodes)), storage, ExecutionContext(), **further)

    return made


Make = Callable[..., LocalGraphRunner]


class Meeting:
    """Functions that meet: each waits until all have come."""

    def __init__(self, number: int) -> None:
        self.barrier = threading.Barrier(number)

    def come(self, **inputs: Any) -> str:
        del inputs
        self.barrier.wait(timeout=30)
        return "met"


# Order and limits


def random_graph(seed: int, size: int, seen: list[str]) -> dict[str, SchemaNode]:
    """Make a graph whose nodes write down that they ran, and give what follows from their inputs."""
    choose = random.Random(seed)  # noqa: S311 - a test repeats
    names = [f"n{number}" for number in range(size)]
    nodes = {}
    for place, name in enumerate(names):

        def run(name: str = name, **inputs: Any) -> str:
            seen.append(name)
            return f"{name}({','.join(inputs[key] for key in sorted(inputs))})"

        parents = choose.sample(names[:place], k=min(place, choose.randint(0, 3)))
        nodes[name] = calling(run, *parents, target=place == size - 1 or choose.random() < 0.2)
    order = list(nodes)
    choose.shuffle(order)
    return {name: nodes[name] for name in order}


@pytest.mark.parametrize("seed", range(5))
async def test_one_token_gives_one_order_and_many_the_same_results(runner_of: Make, seed: int) -> None:
    seen: list[str] = []
    nodes = random_graph(seed, 30, seen)
    first = await runner_of(nodes, limits={"cpu": 1}).run()
    order, seen[:] = list(seen), []
    assert await runner_of(nodes, limits={"cpu": 1}).run() == first
    assert seen == order
    place = {name: number for number, name in enumerate(nodes)}
    done: set[str] = set()
    for name in order:
        ready = [each for each in order if each not in done and set(nodes[each].needs) <= done]
        assert name == min(ready, key=place.__getitem__)
        done.add(name)
    assert await runner_of(nodes, limits={"cpu": 8}).run() == first


async def test_independent_nodes_run_at_once(runner_of: Make) -> None:
    meeting = Meeting(3)
    nodes = {name: calling(meeting.come, target=True) for name in "abc"}
    assert await runner_of(nodes, limits={"cpu": 3}).run() == dict.fromkeys("abc", "met")


class Counting:
    """Counts how many of each kind run at once."""

    def __init__(self) -> None:
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.lock = threading.Lock()

    def component(self, kind: str, limits: Mapping[str, int]) -> type[Plain]:
        counting = self

        class Limited(Plain):
            LIMITS = limits

            def run(self) -> None:
                with counting.lock:
                    counting.now[kind] = counting.now.get(kind, 0) + 1
                    counting.most[kind] = max(counting.most.get(kind, 0), counting.now[kind])
                time.sleep(0.01)
                with counting.lock:
                    counting.now[kind] -= 1

        return Limited


async def test_limits_are_kept_by_name(runner_of: Make) -> None:
    counting = Counting()
    wanted = {"plain": {"cpu": 1}, "wide": {"cpu": 2}, "card": {"gpu": 1, "cpu": 1}, "license": {"license": 1}}
    nodes = {
        f"{kind}{number}": node(counting.component(kind, limits), target=True)
        for number in range(8)
        for kind, limits in wanted.items()
    }
    await runner_of(nodes, limits={"cpu": 4, "gpu": 2}).run()
    assert counting.most["plain"] <= 4
    assert counting.most["wide"] <= 2
    assert counting.most["card"] <= 2
    assert counting.most["license"] == 1


async def test_limits_can_be_shared_by_runners(runner_of: Make) -> None:
    counting = Counting()
    limits = NodeLimits({"cpu": 1})
    nodes = {name: node(counting.component("plain", {"cpu": 1}), target=True) for name in "abc"}
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(runner_of(nodes, limits=limits).run)
    assert counting.most == {"plain": 1}


async def test_whoever_wants_more_tokens_than_there_are_gets_all(runner_of: Make) -> None:
    counting = Counting()
    nodes = {name: node(counting.component("wide", {"cpu": 99, "other": 7}), target=True) for name in "abc"}
    await runner_of(nodes, limits={"cpu": 2}).run()
    assert counting.most == {"wide": 1}


async def test_a_wide_node_is_not_starved_by_narrow_ones() -> None:
    limits = NodeLimits({"cpu": 2})
    order: list[str] = []
    holding = limits.ask({"cpu": 1}, (0, 0))
    wide = limits.ask({"cpu": 2}, (0, 1))
    narrow = limits.ask({"cpu": 1}, (0, 2))
    elsewhere = limits.ask({"io": 1}, (0, 3))

    async def hold(name: str, ticket: Any) -> None:
        async with ticket:
            order.append(name)

    async with anyio.create_task_group() as tasks, holding:
        tasks.start_soon(hold, "narrow", narrow)
        tasks.start_soon(hold, "wide", wide)
        tasks.start_soon(hold, "elsewhere", elsewhere)
        await anyio.wait_all_tasks_blocked()
        assert order == ["elsewhere"]
    assert order == ["elsewhere", "wide", "narrow"]


async def test_a_ticket_that_is_cancelled_gives_way() -> None:
    limits = NodeLimits({"cpu": 1})
    async with limits.ask({"cpu": 1}, (0, 0)):
        with anyio.move_on_after(0.01) as waiting:
            await limits.ask({"cpu": 1}, (0, 1)).__aenter__()
        assert waiting.cancelled_caught
    async with limits.ask({"cpu": 1}, (0, 2)) as ticket:
        assert ticket.is_served


async def test_many_tickets_of_many_kinds_all_get_their_turn() -> None:
    limits = NodeLimits({"a": 3, "b": 2, "c": 1})
    choose = random.Random(1)  # noqa: S311 - a test repeats
    free = {"a": 3, "b": 2, "c": 1}

    async def hold(wants: Mapping[str, int], rank: int) -> None:
        async with limits.ask(wants, (0, rank)) as ticket:
            for name, number in wants.items():
                free[name] -= number
                assert free[name] >= 0
            await anyio.lowlevel.checkpoint()
            for name, number in wants.items():
                free[name] += number
            if rank % 3 == 0:
                async with ticket.paused():
                    await anyio.lowlevel.checkpoint()

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for rank in range(500):
                wants = {name: choose.randint(1, most) for name, most in free.items() if choose.random() < 0.6}
                tasks.start_soon(hold, wants, rank)
    assert free == {"a": 3, "b": 2, "c": 1}


@pytest.mark.parametrize("number", [0, -1])
async def test_a_limit_below_one_is_refused(runner_of: Make, number: int) -> None:
    with pytest.raises(ValueError, match="cpu must be at least 1"):
        runner_of({}, limits={"cpu": number})
    with pytest.raises(ValueError, match="at least 1"):
        LocalExecutor(threads=number)


# Size


async def test_a_long_chain_and_a_broad_graph(runner_of: Make) -> None:
    chain = {"n0": node(Const1)} | {
        f"n{number}": node(SubX, "subtract_x", {"x": -1}, needs={"i": f"n{number - 1}"}) for number in range(1, 1500)
    }
    assert await runner_of(chain).run(targets=["n1499"]) == {"n1499": 1500}
    broad = {f"n{number}": node(Const1, target=True) for number in range(1500)}
    assert sum((await runner_of(broad).run()).values()) == 1500


async def test_a_diamond_chain_runs_each_node_once(runner_of: Make) -> None:
    notes = Notes()
    nodes = {"n0": node(Const1)}
    for number in range(1, 100):
        nodes[f"n{number}"] = calling(lambda a, b: a + b, target=number == 99)
        nodes[f"n{number}"].needs = {"a": f"n{number - 1}", "b": f"n{number - 1}"}
    assert await runner_of(nodes, hooks=[notes]).run() == {"n99": 2**99}
    assert notes.nodes_run == list(nodes)


# Memory


class Big:
    """A value whose life can be watched."""


@pytest.fixture
def little_to_collect() -> Iterator[None]:
    """Let the collector pass over all that is there already, which takes long where many tests are."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("little_to_collect")
async def test_an_output_is_dropped_after_its_last_consumer(runner_of: Make) -> None:
    alive: dict[str, weakref.ref[Big]] = {}
    seen: dict[str, list[str]] = {}

    def make(name: str) -> Callable[..., Big]:
        def run(**inputs: Any) -> Big:
            inputs.clear()
            gc.collect()
            seen[name] = sorted(each for each, value in alive.items() if value() is not None)
            made = Big()
            alive[name] = weakref.ref(made)
            return made

        return run

    nodes = {
        "a": calling(make("a")),
        "b": calling(make("b"), "a"),
        "c": calling(make("c"), "b"),
        "d": calling(make("d"), "c", "a"),
        "e": calling(make("e"), "d"),
        "f": calling(make("f"), "e", target=True),
    }
    results = await runner_of(nodes, limits={"cpu": 1}).run()
    assert list(results) == ["f"]
    assert seen["d"] == ["a", "c"]
    assert seen["e"] == ["d"]
    assert seen["f"] == ["e"]
    gc.collect()
    assert [name for name, value in alive.items() if value() is not None] == ["f"]


# Targets and inputs


async def test_a_placeholder_may_be_a_target(runner_of: Make) -> None:
    nodes = {"one": node(Const1, target=True)}
    value = object()
    results = await runner_of(nodes).run({"given": value}, targets=["given", "one", "given"])
    assert results == {"given": value, "one": 1}
    assert await runner_of(nodes).run({"given": value}, targets=["given"]) == {"given": value}


async def test_a_node_cannot_be_given_as_an_input(runner_of: Make) -> None:
    with pytest.raises(GraphRunError, match="cannot be given as inputs: one"):
        await runner_of({"one": node(Const1, target=True)}).run({"one": 5})


async def test_falsy_values_are_values(runner_of: Make) -> None:
    nodes = {
        "none": calling(lambda: None),
        "zero": calling(lambda none: 0 if none is None else 1, "none"),
        "list": calling(lambda zero, given: [zero, given], "zero", "given", target=True),
    }
    assert await runner_of(nodes).run({"given": ""}) == {"list": [0, ""]}


async def test_changes_of_the_schema_after_the_runner_was_made_are_not_seen(
    storage: LocalModelStorage,
) -> None:
    schema = GraphSchema({"one": node(Const1, target=True)})
    runner = LocalGraphRunner.create(schema, storage, ExecutionContext())
    schema.nodes["one"].constructor_name = "create_two"
    schema.nodes["two"] = node(Const1, target=True)
    assert await runner.run() == {"one": 1}


# Failures


async def test_the_first_failure_cancels_the_others(runner_of: Make) -> None:
    ended: list[str] = []
    asleep = anyio.Event()

    async def sleep() -> None:
        asleep.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("sleeper")

    async def fail() -> None:
        await asleep.wait()
        raise MyError("it is broken")

    nodes = {
        "sleeper": calling(sleep, target=True),
        "fails": calling(fail, target=True),
        "after": calling(lambda fails: fails, "fails", target=True),
    }
    notes = Notes()
    with anyio.fail_after(30), pytest.raises(GraphComponentError, match="node fails") as failed:
        await runner_of(nodes, hooks=[notes], limits={"cpu": 2}).run()
    assert failed.value.node_name == "fails"
    assert isinstance(failed.value.__cause__, MyError)
    assert ended == ["sleeper"]
    assert notes.nodes_run == []


async def test_a_thread_is_waited_for_and_what_it_finished_is_told(runner_of: Make) -> None:
    started, failed_already = threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        assert failed_already.wait(30)
        time.sleep(0.05)
        return "finished"

    def fail() -> None:
        assert started.wait(30)
        failed_already.set()
        raise MyError("it is broken")

    notes = Notes()
    nodes = {"slow": calling(slow, target=True), "fails": calling(fail, target=True)}
    with pytest.raises(GraphComponentError, match="node fails"):
        await runner_of(nodes, hooks=[notes], limits={"cpu": 2}).run()
    assert notes.nodes_run == ["slow"]


async def test_several_failures_come_out_together_in_the_order_of_the_schema(runner_of: Make) -> None:
    meeting = Meeting(3)

    def fail() -> None:
        meeting.come()
        raise MyError("it is broken")

    def refuse() -> None:
        meeting.come()
        raise InvalidConfig("x must be a number")

    nodes = {"b": calling(fail, target=True), "a": calling(fail, target=True), "c": calling(refuse, target=True)}
    with pytest.raises(GraphFailures) as failed:
        await runner_of(nodes, limits={"cpu": 3}).run()
    first, second, third = failed.value.failures
    assert isinstance(first, GraphComponentError)
    assert isinstance(second, GraphComponentError)
    assert (first.node_name, second.node_name) == ("b", "a")
    assert isinstance(third, InvalidConfig)
    assert [problem.code for problem in failed.value.problems] == [
        "graph-component",
        "graph-component",
        "invalid-config",
    ]


async def test_a_component_that_cancels_itself_is_no_reason_to_hang(runner_of: Make) -> None:
    async def cancel_myself() -> None:
        if anyio.get_current_task().name and anyio.get_cancelled_exc_class().__module__.startswith("trio"):
            raise MyError("trio has no such thing")
        raise anyio.get_cancelled_exc_class()

    nodes = {"odd": calling(cancel_myself), "after": calling(lambda odd: odd, "odd", target=True)}
    with anyio.fail_after(30), pytest.raises((GraphRunError, GraphComponentError)):
        await runner_of(nodes).run()


async def test_cancelling_a_run_passes_and_leaves_nothing_running(runner_of: Make) -> None:
    ended: list[str] = []
    asleep = anyio.Event()

    async def sleep() -> None:
        asleep.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("over")

    runner = runner_of({"sleeps": calling(sleep, target=True)})
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(runner.run)
        await asleep.wait()
        tasks.cancel_scope.cancel()
    assert ended == ["over"]


async def test_an_output_that_is_there_is_told_to_hooks_though_the_run_is_cancelled(runner_of: Make) -> None:
    class Slow(Notes):
        async def on_after_node(self, *_: Any, **__: Any) -> Any:
            scope.cancel()
            await anyio.sleep(0.01)
            self.seen.append(("stored",))

    notes = Slow()
    with anyio.CancelScope() as scope:
        await runner_of({"one": node(Const1, target=True), "two": node(Const1, target=True)}, hooks=[notes]).run()
        pytest.fail("the run was cancelled")
    assert notes.seen.count(("stored",)) >= 1


async def test_a_thread_hears_of_cancellation_as_such(runner_of: Make) -> None:
    started = threading.Event()

    def listen() -> None:
        started.set()
        while True:
            time.sleep(0.005)
            anyio.from_thread.check_cancelled()

    with anyio.move_on_after(60) as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(runner_of({"listens": calling(listen, target=True)}).run)
            await anyio.to_thread.run_sync(started.wait)
            tasks.cancel_scope.cancel()
    assert not scope.cancelled_caught


# Eager components


class Watched(Plain):
    """Eager; tells what happens to it."""

    SHARES_CONFIG = True

    @classmethod
    def create(cls, *_: Any, **given: Any) -> "Watched":
        made = cls(given["config"], given["model_storage"], given["resource"], given["execution_context"])
        if made.config.get("fails") == "create":
            raise MyError("it cannot be made")
        made.config["seen"].append(f"made {made.context.node_name}")
        return made

    def run(self, **_: Any) -> str:
        return f"{self.context.node_name}:{id(self)}"

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.config["seen"].append(f"closed {self.context.node_name}")
        if self.config.get("fails") == "close":
            raise MyError("it cannot be closed")


def watched(seen: list[str], *, needs: Mapping[str, str] | None = None, **flags: Any) -> SchemaNode:
    fails = flags.pop("fails", None)
    return node(Watched, config={"seen": seen, "fails": fails}, eager=True, needs=needs, **flags)


async def test_eager_components_live_from_entering_to_leaving(runner_of: Make) -> None:
    seen: list[str] = []
    nodes = {"a": watched(seen), "b": watched(seen, needs={"a": "a"}, target=True), "other": watched(seen)}
    async with runner_of(nodes, limits={"cpu": 1}) as runner:
        assert seen == ["made a", "made b"]
        first = await runner.run()
        assert await runner.run() == first
        assert (await runner.run(targets=["other"]))["other"].startswith("other:")
        assert seen == ["made a", "made b", "made other"]
    assert seen[3:] == ["closed other", "closed b", "closed a"]
    with pytest.raises(GraphRunError, match="was closed"):
        await runner.run()


async def test_a_runner_that_was_not_entered_can_be_closed_too(runner_of: Make) -> None:
    seen: list[str] = []
    runner = runner_of({"a": watched(seen, target=True)})
    assert seen == []
    assert await runner.run() == await runner.run()
    await runner.aclose()
    await runner.aclose()
    assert seen == ["made a", "closed a"]


async def test_if_one_cannot_be_made_the_others_are_closed(runner_of: Make) -> None:
    seen: list[str] = []
    nodes = {"a": watched(seen, target=True), "b": watched(seen, target=True, fails="create")}
    with pytest.raises(GraphComponentError, match=r"node b .*it cannot be made"):
        async with runner_of(nodes, limits={"cpu": 1}):
            pytest.fail("it was not made")
    assert seen == ["made a", "closed a"]


async def test_all_that_cannot_be_made_is_told(runner_of: Make) -> None:
    meeting = Meeting(2)

    class Refusing(Failing):
        @classmethod
        def create(cls, *_: Any, **__: Any) -> "Refusing":
            meeting.come()
            raise MyError("it cannot be made")

    nodes = {name: node(Refusing, eager=True, target=True) for name in "ab"}
    with pytest.raises(GraphFailures) as failed:
        async with runner_of(nodes, limits={"cpu": 2}):
            pytest.fail("it was not made")
    assert len(failed.value.failures) == 2


async def test_all_are_closed_though_one_fails_to(runner_of: Make) -> None:
    seen: list[str] = []
    nodes = {"a": watched(seen, target=True), "b": watched(seen, target=True, fails="close")}
    with pytest.raises(GraphComponentError, match=r"node b .*it cannot be closed"):
        async with runner_of(nodes, limits={"cpu": 1}):
            pass
    assert seen[2:] == ["closed b", "closed a"]


async def test_closing_hides_no_failure_and_happens_when_cancelled(runner_of: Make) -> None:
    seen: list[str] = []
    nodes = {"a": watched(seen, target=True, fails="close")}
    with pytest.raises(MyError, match="outside"):
        async with runner_of(nodes):
            raise MyError("outside")
    with anyio.CancelScope() as scope:
        async with runner_of(nodes):
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    assert seen == ["made a", "closed a", "made a", "closed a"]


async def test_runs_at_once_share_an_eager_component_one_after_the_other(runner_of: Make) -> None:
    now: list[int] = [0]

    def run() -> None:
        now[0] += 1
        assert now[0] == 1
        time.sleep(0.01)
        now[0] -= 1

    nodes = {"a": calling(run, eager=True, target=True)}
    async with runner_of(nodes, limits={"cpu": 4}) as runner, anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(runner.run)


async def test_a_component_that_says_so_runs_several_times_at_once(runner_of: Make) -> None:
    meeting = Meeting(3)
    nodes = {"a": calling(meeting.come, eager=True, target=True, uses=CallingAtOnce)}
    async with runner_of(nodes, limits={"cpu": 3}) as runner, anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(runner.run)


async def test_runs_at_once_do_not_mix_their_values(runner_of: Make) -> None:
    nodes = {
        "a": calling(lambda given: given * 10, "given"),
        "b": calling(lambda a, given: (a, given), "a", "given", target=True),
    }
    results: dict[int, Any] = {}
    runner = runner_of(nodes, limits={"cpu": 4})

    async def run(value: int) -> None:
        results[value] = await runner.run({"given": value})

    async with anyio.create_task_group() as tasks:
        for value in range(50):
            tasks.start_soon(run, value)
    assert results == {value: {"b": (value * 10, value)} for value in range(50)}


async def test_a_failing_run_does_not_disturb_another(runner_of: Make) -> None:
    def run(given: int) -> int:
        if given % 2:
            raise MyError("odd")
        return given

    runner = runner_of({"a": calling(run, "given", eager=True, target=True)}, limits={"cpu": 2})
    outcomes: dict[int, Any] = {}

    async def attempt(value: int) -> None:
        try:
            outcomes[value] = await runner.run({"given": value})
        except GraphComponentError:
            outcomes[value] = "failed"

    async with anyio.create_task_group() as tasks:
        for value in range(10):
            tasks.start_soon(attempt, value)
    assert outcomes == {value: "failed" if value % 2 else {"a": value} for value in range(10)}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_runner_can_be_used_on_one_event_loop_after_the_other(storage: LocalModelStorage, backend: str) -> None:
    nodes = {"a": node(Const1, eager=True), "b": node(SubX, "subtract_x", needs={"i": "a"}, target=True)}
    runner = LocalGraphRunner.create(GraphSchema(nodes), storage, ExecutionContext())
    for _ in range(3):
        assert anyio.run(runner.run, backend=backend) == {"b": 1}


async def test_a_thread_limit_of_one_is_enough(runner_of: Make) -> None:
    nodes = {name: calling(lambda: 1, target=True) for name in "abcdef"}
    runner = runner_of(nodes, executor=LocalExecutor(threads=1), limits={"cpu": 6}, hooks=[Notes()])
    assert sum((await runner.run()).values()) == 6


@pytest.mark.parametrize("name", ["../up", "", "/root", "a//b", "über", "a b"])
async def test_a_node_that_could_store_nothing_under_its_name_is_told_before_anything_runs(
    runner_of: Make, name: str
) -> None:
    notes = Notes()
    with pytest.raises(GraphStorageError, match="cannot be the name of a resource"):
        await runner_of({"one": node(Const1, target=True), name: node(Const1, target=True)}, hooks=[notes]).run()
    assert notes.seen == []
    named = {name: node(Const1, target=True, resource=Resource("fine"))}
    assert await runner_of(named).run() == {name: 1}


async def test_a_lazy_component_is_made_again_in_each_run(runner_of: Make) -> None:
    seen: list[Any] = []
    nodes = {"a": node(Calling, config={"function": lambda: seen.append(1)}, target=True)}
    runner = runner_of(nodes)
    await runner.run()
    await runner.run()
    assert len(seen) == 2
