"""The observer `run-log`: writes down what runs have done, a line of JSON each, for those who want to know later."""

import json
import os
from pathlib import Path
from typing import Any, ClassVar

from tenprint.fingerprinting import RunObserver, TrainingPlan
from tenprint.importers import SourceReport

VARIABLE = "TENPRINT_EXAMPLE_LOG"
"""Names the file; without it nothing is written."""


class RunLog(RunObserver):
    """Appends to a file."""

    NAME: ClassVar[str] = "run-log"

    # Plain methods run in a worker thread, one at a time.
    def after_source(self, report: SourceReport) -> None:
        self._append(event="source", source=report.source, items=report.items, error=report.error)

    def after_plan(self, plan: TrainingPlan) -> None:
        self._append(event="plan", nodes=[node.name for node in plan.nodes])

    def after_node(self, node: str, seconds: float) -> None:
        self._append(event="node", node=node, seconds=round(seconds, 3))

    def after_pack(self, model: str) -> None:
        self._append(event="model", model=Path(model).name)

    def _append(self, **values: Any) -> None:
        path = os.environ.get(VARIABLE)
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps(values) + "\n")
