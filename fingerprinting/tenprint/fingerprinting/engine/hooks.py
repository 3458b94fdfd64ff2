"""What is told before and after each node of a run. Observers of one node run one after the other, in list order."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting.engine.component import ExecutionContext


class GraphNodeHook(ABC):
    """Observes the nodes of a run; both methods may be plain or async."""

    @abstractmethod
    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        received_inputs: Mapping[str, Any],
    ) -> Any:
        """Return what `on_after_node` of the same hook is given; `config` is the merged one."""

    @abstractmethod
    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Mapping[str, Any],
        output: Any,
        input_hook_data: Any,
    ) -> Any:
        """See what came out; not called when the node failed."""
