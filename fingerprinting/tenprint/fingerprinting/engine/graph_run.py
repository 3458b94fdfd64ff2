"""One run of a graph: a node starts when all its parents are done, in one task group.

Rules:
- Nodes that become ready together are served in the order of the schema, so a run with one token has one order.
- Children are in line before their parent gives its tokens back.
- A node that waits for values that were put off, or for a node with the same execution key, holds no tokens meanwhile.
- The first failure cancels the others. Threads are waited for; what failed besides is told too.
"""

import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import anyio
from anyio.abc import TaskGroup

from tenprint.fingerprinting.engine.commits import Commits
from tenprint.fingerprinting.engine.deciding import Known, Later, NodeDecider
from tenprint.fingerprinting.engine.errors import GraphFailures, GraphRunError
from tenprint.fingerprinting.engine.graph_order import children_of
from tenprint.fingerprinting.engine.node import GraphNode
from tenprint.fingerprinting.engine.node_limits import NodeLimits, Ticket
from tenprint.fingerprinting.engine.resource import Resource
from tenprint.fingerprinting.engine.run_values import Slot, slots_of
from tenprint.importers import TenprintError

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

_Work: TypeAlias = Callable[[TaskGroup, Slot, Ticket], Awaitable[None]]


@dataclass(eq=False, slots=True)
class _Flight:
    """An execution that is going on, or is over."""

    slot: Slot
    is_over: anyio.Event = field(default_factory=anyio.Event)


class GraphRun:
    """One run; made for it, and used once."""

    def __init__(
        self,
        nodes: Mapping[str, GraphNode],
        order: Collection[str],
        *,
        inputs: Mapping[str, Any],
        targets: Collection[str],
        limits: NodeLimits,
        number: int,
        decider: NodeDecider | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            nodes: All nodes that the targets need, in the order of the schema.
            order: Their names, parents first.
            inputs: Values of placeholders.
            targets: Nodes and placeholders whose values are the result.
            limits: What bounds how many nodes run at once.
            number: Earlier runs are served first.
            decider: Who answers for nodes that need not run.
        """
        self._nodes = nodes
        self._targets = set(targets)
        self._limits = limits
        self._number = number
        self._decider = decider
        self._places = {name: place for place, name in enumerate(nodes)}
        parents = {name: list(node.needs.values()) for name, node in nodes.items()}
        self._children = children_of(parents)
        self._missing = {name: len({each for each in needed if each in nodes}) for name, needed in parents.items()}
        self._slots = slots_of({name: nodes[name].needs for name in order}, inputs, targets)
        self._flights: dict[str, _Flight] = {}
        self._failures: dict[str, BaseException] = {}
        self._commits = Commits()
        self._going_on = 0
        self._watch = anyio.CancelScope()

    async def results(self) -> dict[str, Any]:
        """Run, and return the values of the targets.

        Raises:
            GraphRunError: A node was cancelled from inside, and has no output.
            GraphFailures: Several nodes failed.
            Exception: What the one node failed with.
        """
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watched)
                self._start(tasks, [name for name, missing in self._missing.items() if not missing])
                self._rest()
        except BaseExceptionGroup as group:
            error = self._plainest(group)
            raise error from error.__cause__
        return {name: self._value(self._slots[name]) for name in self._targets}

    async def _watched(self) -> None:
        """Wait until all is done, and hear when the run is cancelled before."""
        with self._watch:
            try:
                await anyio.sleep_forever()
            finally:
                self._commits.end_soon()

    def _rest(self) -> None:
        if not self._going_on:
            self._watch.cancel()

    def _start(self, tasks: TaskGroup, names: Iterable[str]) -> None:
        """Start nodes whose parents are done."""
        for name in sorted(names, key=self._places.__getitem__):
            self._begin(tasks, name, self._settle)

    def _begin(self, tasks: TaskGroup, name: str, work: _Work) -> None:
        ticket = self._limits.ask(self._nodes[name].limits, (self._number, self._places[name]))
        self._going_on += 1
        tasks.start_soon(self._guarded, tasks, name, work, ticket)

    async def _guarded(self, tasks: TaskGroup, name: str, work: _Work, ticket: Ticket) -> None:
        try:
            async with ticket:
                await work(tasks, self._slots[name], ticket)
        except Exception as error:
            self._failures[name] = error
            raise
        finally:
            self._going_on -= 1
            self._rest()

    async def _settle(self, tasks: TaskGroup, slot: Slot, ticket: Ticket) -> None:
        """Run a node or have it answered, and start those that waited for it."""
        if self._decider is None:
            await self._execute(slot)
        else:
            await self._decide(self._decider, tasks, slot, ticket)
        ready = []
        for child in self._children[slot.name]:
            self._missing[child] -= 1
            if not self._missing[child]:
                ready.append(child)
        self._start(tasks, ready)

    async def _decide(self, decider: NodeDecider, tasks: TaskGroup, slot: Slot, ticket: Ticket) -> None:
        """Decide about a node, after the one that has the same execution key, if there is one."""
        key = await decider.execution_key(slot.name, slot.inputs_seen())
        if key is None:
            await self._answer(decider, tasks, slot, ticket)
            return
        flight = self._flights.get(key)
        if flight is not None:
            async with ticket.paused():
                await flight.is_over.wait()
            await self._answer(decider, tasks, slot, ticket, flight.slot)
            return
        flight = self._flights[key] = _Flight(slot)
        try:
            await self._answer(decider, tasks, slot, ticket)
        finally:
            flight.is_over.set()

    async def _answer(
        self, decider: NodeDecider, tasks: TaskGroup, slot: Slot, ticket: Ticket, equal: Slot | None = None
    ) -> None:
        """Take the answer of the decider, or the output of an equal execution, or run the node."""
        answer = await decider.decide(slot.name, slot.inputs_seen())
        if isinstance(answer, Known):
            slot.put(answer.value)
        elif isinstance(answer, Later):
            slot.postpone(answer)
            if slot.name in self._targets:
                self._ask_for(tasks, slot)
        elif equal is not None and equal.content and not isinstance(equal.content[0], Resource):
            slot.put(equal.content[0])
            await decider.shared(slot.name, equal.name)
        else:
            await self._execute_with_inputs(tasks, slot, ticket)

    def _ask_for(self, tasks: TaskGroup, slot: Slot) -> None:
        """Have a value fetched that was put off, unless somebody asked for it already."""
        if slot.later is not None and not slot.is_asked_for:
            slot.is_asked_for = True
            self._begin(tasks, slot.name, self._fetch)

    async def _fetch(self, tasks: TaskGroup, slot: Slot, ticket: Ticket) -> None:
        assert slot.later is not None  # noqa: S101 - only such are asked for, and once
        try:
            found = await slot.later.fetch()
            if found is not None:
                slot.put(found.value)
            else:
                await self._execute_with_inputs(tasks, slot, ticket)
        finally:
            slot.is_there.set()

    async def _execute_with_inputs(self, tasks: TaskGroup, slot: Slot, ticket: Ticket) -> None:
        """Run a node; inputs that were put off are fetched before, while it holds no tokens."""
        late = [parent for parent in slot.parents.values() if not parent.content]
        if late:
            async with ticket.paused():
                for parent in late:
                    self._ask_for(tasks, parent)
                for parent in late:
                    await parent.is_there.wait()
        await self._execute(slot)

    async def _execute(self, slot: Slot) -> None:
        inputs = {parameter: self._value(parent) for parameter, parent in slot.parents.items()}
        slot.put(await self._nodes[slot.name].execute(inputs, self._commits.kept))

    def _value(self, slot: Slot) -> Any:
        if not slot.content:
            raise GraphRunError(
                f"there is no output of {slot.name}: it, or a node before it, was cancelled from inside",
                hint="a component awaited something that had been cancelled; catch that where it happens",
            )
        return slot.content[0]

    def _plainest(self, group: "BaseExceptionGroup[BaseException]") -> BaseException:
        """Return what the run fails with: one failure as it is, several in one error, in the order of the schema."""
        _, ending = group.split(Exception)
        if ending is not None:
            return _first_of(ending)
        failures = [self._failures[name] for name in sorted(self._failures, key=self._places.__getitem__)]
        foreign = [error for error in failures if not isinstance(error, TenprintError)]
        if foreign:
            return foreign[0]
        ours = [error for error in failures if isinstance(error, TenprintError)]
        # Nodes fail for one reason where the executor does, which is told once.
        tell_the_same = all(error.problems == ours[0].problems for error in ours)
        return ours[0] if tell_the_same else GraphFailures(ours)


def _first_of(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
