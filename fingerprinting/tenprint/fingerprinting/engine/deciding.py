"""What a run may be told about a node at the moment all its inputs are there: run it, or take a known value.

That is how a training cuts off early: a node that ran again with an equal output lets its children be answered.

Rules:
- Nodes are decided in no order but that parents come first, several at once, and each of them once.
- Hooks see only nodes that run.
- A value that may not be needed is given as `Later`. What `decide` sees of it then is its `stand_in`; the value is
  fetched at most once, when a node that runs needs it or when it is a target. Where it cannot be had after all, the
  node runs at that moment, and so do those before it that are needed for that.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """The output of a node that need not run; wrapped, because a value may well be None or empty."""

    value: Any


@dataclass(frozen=True, slots=True)
class Later:
    """The output of a node that need not run, fetched only if somebody needs it."""

    stand_in: Any
    """What stands in for the value wherever only its fingerprint counts, such as a `FingerprintStatus`."""
    fetch: Callable[[], Awaitable[Known | None]]
    """Fetches the value; None where it cannot be had, and the node must run."""


class NodeDecider(Protocol):
    """Decides about nodes as they become ready; its methods run on the event loop, and must not block it.

    `inputs` are values or stand-ins, by parameter.
    """

    async def execution_key(self, node_name: str, inputs: Mapping[str, Any]) -> str | None:
        """Name the execution; of those with one name only one goes on, and the others are decided when it has ended.

        None for an execution that waits for no other.
        """

    async def decide(self, node_name: str, inputs: Mapping[str, Any]) -> Known | Later | None:
        """Answer for a node, or return None to let it run."""

    async def shared(self, node_name: str, other_node: str) -> None:
        """Hear that a node takes the output of another, which ran in this run under the same execution key.

        That happens where `decide` returned None, and the output is no `Resource`, which bears the name of its node.
        """
