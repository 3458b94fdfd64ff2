"""Nodes that are answered instead of run: known values, values that may never be needed, equal executions."""

import gc
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from tests.graph_components import MyError, Notes, Persist, calling, node

from tenprint.fingerprinting.engine import (
    ExecutionContext,
    GraphComponentError,
    GraphSchema,
    Known,
    Later,
    LocalGraphRunner,
    LocalModelStorage,
    Resource,
    SchemaNode,
)

pytestmark = pytest.mark.anyio

Answer = Known | Later | None


@dataclass
class Answers:
    """Answers as it is told, and writes down what it was asked."""

    answers: Mapping[str, Answer | Callable[[Mapping[str, Any]], Answer]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    shares: list[tuple[str, str]] = field(default_factory=list)
    remembers: bool = True

    async def execution_key(self, node_name: str, inputs: Mapping[str, Any]) -> str | None:
        del inputs
        await anyio.lowlevel.checkpoint()
        return self.keys.get(node_name)

    async def decide(self, node_name: str, inputs: Mapping[str, Any]) -> Answer:
        await anyio.lowlevel.checkpoint()
        self.asked.append((node_name, dict(inputs) if self.remembers else {}))
        answer = self.answers.get(node_name)
        return answer(inputs) if callable(answer) else answer

    async def shared(self, node_name: str, other_node: str) -> None:
        await anyio.lowlevel.checkpoint()
        self.shares.append((node_name, other_node))


@dataclass
class Fetch:
    """A value that was put off; counts how often it is fetched."""

    value: Known | None
    times: int = 0
    error: Exception | None = None

    def later(self, stand_in: Any = "stand-in") -> Later:
        return Later(stand_in, self.fetch)

    async def fetch(self) -> Known | None:
        self.times += 1
        await anyio.lowlevel.checkpoint()
        if self.error is not None:
            raise self.error
        return self.value


Run = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def started(
        nodes: Mapping[str, SchemaNode], answers: Answers, notes: Notes | None = None, **further: Any
    ) -> Awaitable[dict[str, Any]]:
        runner = LocalGraphRunner.create(
            GraphSchema(dict(nodes)),
            LocalModelStorage(tmp_path / "storage"),
            ExecutionContext(),
            [] if notes is None else [notes],
            decider=answers,
            limits={"cpu": further.pop("cpu", 2)},
        )
        return runner.run(**further)

    return started


def chain() -> dict[str, SchemaNode]:
    """A, b, c and d, each of which adds a letter to what it gets."""
    return {
        "a": calling(lambda: "a"),
        "b": calling(lambda a: f"{a}b", "a"),
        "c": calling(lambda b: f"{b}c", "b"),
        "d": calling(lambda c: f"{c}d", "c", target=True),
    }


async def test_a_known_value_is_taken_and_the_node_does_not_run(run: Run) -> None:
    notes, answers = Notes(), Answers({"b": Known("B")})
    assert await run(chain(), answers, notes) == {"d": "Bcd"}
    assert notes.nodes_run == ["a", "c", "d"]
    assert answers.asked == [("a", {}), ("b", {"a": "a"}), ("c", {"b": "B"}), ("d", {"c": "Bc"})]


@pytest.mark.parametrize("value", [None, 0, "", [], False])
async def test_a_falsy_known_value_is_a_value(run: Run, value: Any) -> None:
    nodes = {"a": calling(lambda: 1), "b": calling(lambda a: [a], "a", target=True)}
    assert await run(nodes, Answers({"a": Known(value)})) == {"b": [value]}
    assert await run(nodes, Answers({"a": Fetch(Known(value)).later()})) == {"b": [value]}


async def test_a_value_nobody_needs_is_never_fetched(run: Run) -> None:
    fetches = {name: Fetch(Known(name.upper())) for name in "abc"}
    answers = Answers({name: fetch.later(f"<{name}>") for name, fetch in fetches.items()} | {"d": Known("D")})
    notes = Notes()
    assert await run(chain(), answers, notes) == {"d": "D"}
    assert [fetch.times for fetch in fetches.values()] == [0, 0, 0]
    assert notes.nodes_run == []
    assert answers.asked[1:] == [("b", {"a": "<a>"}), ("c", {"b": "<b>"}), ("d", {"c": "<c>"})]


async def test_only_what_a_node_that_runs_needs_is_fetched(run: Run) -> None:
    fetches = {name: Fetch(Known(name.upper())) for name in "abc"}
    notes = Notes()
    answers = Answers({name: fetch.later() for name, fetch in fetches.items()})
    assert await run(chain(), answers, notes) == {"d": "Cd"}
    assert [fetch.times for fetch in fetches.values()] == [0, 0, 1]
    assert notes.nodes_run == ["d"]


async def test_what_cannot_be_fetched_is_run_after_all_with_what_it_needs(run: Run) -> None:
    fetches = {name: Fetch(None) for name in "abc"}
    notes = Notes()
    assert await run(chain(), Answers({name: fetch.later() for name, fetch in fetches.items()}), notes, cpu=1) == {
        "d": "abcd"
    }
    assert [fetch.times for fetch in fetches.values()] == [1, 1, 1]
    assert notes.nodes_run == ["a", "b", "c", "d"]


async def test_a_long_chain_of_what_cannot_be_fetched(run: Run) -> None:
    length = 1500
    nodes = {"n0": calling(lambda: 0)}
    for number in range(1, length):
        nodes[f"n{number}"] = calling(lambda i: i + 1)
        nodes[f"n{number}"].needs = {"i": f"n{number - 1}"}
    answers: dict[str, Answer] = {name: Fetch(None).later() for name in list(nodes)[:-1]}
    assert await run(nodes, Answers(answers), cpu=1, targets=[f"n{length - 1}"]) == {f"n{length - 1}": length - 1}


async def test_a_value_several_need_is_fetched_once(run: Run) -> None:
    fetch = Fetch(Known("A"))
    nodes = {"a": calling(lambda: "a")} | {f"t{n}": calling(lambda a: a, "a", target=True) for n in range(10)}
    assert await run(nodes, Answers({"a": fetch.later()}), cpu=4) == {f"t{n}": "A" for n in range(10)}
    assert fetch.times == 1


async def test_a_target_that_was_put_off_is_fetched(run: Run) -> None:
    fetch = Fetch(Known("D"))
    notes = Notes()
    answers = Answers({"a": Known("a"), "b": Known("b"), "c": Known("c"), "d": fetch.later()})
    assert await run(chain(), answers, notes) == {"d": "D"}
    assert fetch.times == 1
    assert notes.nodes_run == []


async def test_a_target_that_cannot_be_fetched_is_run(run: Run) -> None:
    notes = Notes()
    answers = Answers({name: Fetch(None).later() for name in "bd"} | {"c": Fetch(Known("C")).later()})
    assert await run(chain(), answers, notes) == {"d": "Cd"}
    assert notes.nodes_run == ["a", "d"]


async def test_the_stand_in_stands_for_the_value_though_it_was_fetched(run: Run) -> None:
    nodes = {
        "a": calling(lambda: "a"),
        "b": calling(lambda a: a, "a"),
        "c": calling(lambda a, b: (a, b), "a", "b", target=True),
    }
    answers = Answers({"a": Fetch(Known("A")).later("<a>")})
    assert await run(nodes, answers) == {"c": ("A", "A")}
    assert answers.asked == [("a", {}), ("b", {"a": "<a>"}), ("c", {"a": "<a>", "b": "A"})]


async def test_a_fetch_that_fails_fails_the_run(run: Run) -> None:
    answers = Answers({"c": Fetch(None, error=MyError("the disk is gone")).later()})
    with pytest.raises(MyError, match="the disk is gone"):
        await run(chain(), answers)


async def test_a_decider_that_fails_fails_the_run(run: Run) -> None:
    def fail(inputs: Mapping[str, Any]) -> Answer:
        raise MyError(f"no idea about {sorted(inputs)}")

    with pytest.raises(MyError, match="no idea about"):
        await run(chain(), Answers({"c": fail}))


class Big:
    """A value whose life can be watched."""


async def test_values_are_kept_for_a_node_that_may_still_have_to_run_and_no_longer(run: Run) -> None:
    alive: dict[str, weakref.ref[Big]] = {}

    def make(name: str) -> Big:
        made = Big()
        alive[name] = weakref.ref(made)
        return made

    def living(**inputs: Any) -> list[str]:
        inputs.clear()
        gc.collect()
        return sorted(name for name, value in alive.items() if value() is not None)

    nodes = {
        "a": calling(lambda: make("a")),
        "put_off": calling(lambda a: [a], "a"),
        "b": calling(living),
        "uses": calling(lambda put_off, b: (b, put_off)[0], "put_off", "b"),
        "after": calling(living, target=True),
    }
    nodes["b"].needs = {"i": "put_off"}
    nodes["after"].needs = {"i": "uses", "j": "b"}
    # Whether `put_off` must be made is known when `uses` is decided; until then `a` may be needed for it.
    given: dict[str, Any] = {"put_off": Fetch(None).later(), "b": lambda _: Known(living())}
    answers = Answers({**given, "uses": Known([])}, remembers=False)
    assert await run(nodes, answers, cpu=1) == {"after": []}
    answers = Answers(given, remembers=False)
    assert await run(nodes, answers, targets=["uses"], cpu=1) == {"uses": ["a"]}


# Executions with one key


@pytest.mark.parametrize("cpu", [1, 3])
async def test_of_equal_executions_one_runs_and_the_others_take_its_output(run: Run, cpu: int) -> None:
    value = object()
    names = ["one", "two", "three"]
    nodes = {name: calling(lambda: value, target=True) for name in names}
    notes, answers = Notes(), Answers(keys=dict.fromkeys(names, "same"))
    assert await run(nodes, answers, notes, cpu=cpu) == dict.fromkeys(names, value)
    (first,) = notes.nodes_run
    assert sorted(answers.shares) == sorted((name, first) for name in names if name != first)


@pytest.mark.parametrize("cpu", [1, 3])
async def test_equal_executions_are_decided_after_the_first_has_ended(run: Run, cpu: int) -> None:
    ended: list[str] = []
    nodes = {name: calling(lambda: ended.append("ran"), target=True) for name in ("one", "two")}

    def decide(inputs: Mapping[str, Any]) -> Answer:
        del inputs
        return Known("cached") if ended else None

    answers = Answers(dict.fromkeys(nodes, decide), keys=dict.fromkeys(nodes, "same"))
    results = await run(nodes, answers, cpu=cpu)
    assert sorted(map(str, results.values())) == ["None", "cached"]
    assert ended == ["ran"]


async def test_resources_bear_the_names_of_their_nodes_so_each_is_made(run: Run) -> None:
    nodes = {name: node(Persist, "train", {"test": "1"}, target=True) for name in ("one", "two")}
    results = await run(nodes, Answers(keys=dict.fromkeys(nodes, "same")))
    assert results == {"one": Resource("one"), "two": Resource("two")}
    assert len({result.output_fingerprint for result in results.values()}) == 1


async def test_the_others_do_not_wait_for_ever_for_one_that_fails(run: Run) -> None:
    def fail() -> None:
        raise MyError("it is broken")

    nodes = {name: calling(fail, target=True) for name in ("one", "two")}
    with anyio.fail_after(30), pytest.raises(GraphComponentError, match="it is broken") as failed:
        await run(nodes, Answers(keys=dict.fromkeys(nodes, "same")))
    assert failed.value.node_name in nodes


async def test_different_keys_do_not_wait_for_each_other(run: Run) -> None:
    nodes = {name: calling(lambda: 1, target=True) for name in ("one", "two", "three")}
    notes = Notes()
    await run(nodes, Answers(keys={"one": "1", "two": "2"}), notes)
    assert sorted(notes.nodes_run) == ["one", "three", "two"]
