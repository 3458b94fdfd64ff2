"""RunObserver: is told what a run does, from the first source to the model archive."""

from typing import Any

from tenprint.fingerprinting.plan import TrainingPlan
from tenprint.importers import SourceObserver


class RunObserver(SourceObserver):
    """Is told about a run; a plugin returns such classes from `tenprint_register_observers`.

    Write the methods you need, as `def` or as `async def`; `NAME` is what messages call it. One is made for each
    project that is opened, without arguments.
    """

    def before_plan(self) -> Any:
        """All sources have been read; what is due is decided next."""

    def after_plan(self, plan: TrainingPlan) -> Any:
        """It is decided what is due; a run that only plans ends here."""

    def before_node(self, node: str) -> Any:
        """A node of the training is about to run; `node` is a name of the plan's nodes."""

    def after_node(self, node: str, seconds: float) -> Any:
        """It has run."""

    def before_pack(self) -> Any:
        """Everything is trained; the model archive is written next."""

    def after_pack(self, model: str) -> Any:
        """The model archive is complete, under this path."""
