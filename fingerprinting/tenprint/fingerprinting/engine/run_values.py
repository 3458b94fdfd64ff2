"""The values of one run: each is kept until the last of those who may need it is done, and no longer.

A value that was put off (`Later`) may still be made by its node; until that is settled, the node itself counts as one
who may need its inputs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio

from tenprint.fingerprinting.engine.deciding import Later


@dataclass(eq=False, slots=True)
class Slot:
    """The place for the output of one node, or for one input of the run."""

    name: str
    parents: dict[str, "Slot"]
    """Where its inputs are, by parameter."""
    users: int = 0
    """How many may still need its value."""
    content: list[Any] = field(default_factory=list)
    """The value, once it is there and as long as somebody may need it."""
    later: Later | None = None
    stand_ins: list[Any] = field(default_factory=list)
    is_asked_for: bool = False
    is_there: anyio.Event = field(default_factory=anyio.Event)

    @property
    def seen(self) -> Any:
        """What a decider sees: the value, or what stands in for it."""
        return (self.stand_ins or self.content)[0]

    def inputs_seen(self) -> dict[str, Any]:
        """What a decider sees of its inputs, by parameter."""
        return {parameter: parent.seen for parameter, parent in self.parents.items()}

    def put(self, value: Any) -> None:
        """Settle the value."""
        self.content = [value]
        self.later = None
        self.is_there.set()
        _let_go(self.parents.values())

    def postpone(self, later: Later) -> None:
        """Leave the value to be fetched, or made, if somebody needs it."""
        self.later = later
        self.stand_ins = [later.stand_in]


def slots_of(
    needs: Mapping[str, Mapping[str, str]], inputs: Mapping[str, Any], wanted: Iterable[str]
) -> dict[str, Slot]:
    """Make the slots of a run.

    Args:
        needs: For each node, parents first, its parameters and who feeds them.
        inputs: Values that are there from the start, by the names of their placeholders.
        wanted: Names whose values are kept to the end.
    """
    slots = {name: Slot(name, {}, users=1, content=[value]) for name, value in inputs.items()}
    for slot in slots.values():
        slot.is_there.set()
    for name, parents in needs.items():
        slots[name] = Slot(name, {parameter: slots[parent] for parameter, parent in parents.items()})
        for parent in set(parents.values()):
            slots[parent].users += 1
    for name in set(wanted):
        slots[name].users += 1
    return slots


def _let_go(slots: Iterable[Slot]) -> None:
    """Hear that one who might have needed these values does not any more; without recursion, for long chains."""
    waiting = [list({id(slot): slot for slot in slots}.values())]
    while waiting:
        for slot in waiting.pop():
            slot.users -= 1
            if slot.users:
                continue
            slot.content = []
            slot.stand_ins = []
            if slot.later is not None:
                # Nobody will ask for it any more, so nobody will make it.
                slot.later = None
                waiting.append(list({id(parent): parent for parent in slot.parents.values()}.values()))
