"""Reports: formats in which a plan, or what lies between two sides, is told; plugins may add their own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tenprint.fingerprinting import TrainingPlan

if TYPE_CHECKING:  # loads what fetches, which telling a plan does not need
    from tenprint.importers import Locked


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report tells.

    `before` and `after` name the sides of a comparison as the user wrote them. `before` None is a plan, which compares
    the project with a model; `after` None is the project itself. `plan` is None where nothing but two locks was
    compared. `locked` is the lock of the new side and how it differs from that of the old one; None where there was no
    lock to look at. `now` is the time that ages are counted from, in seconds since 1970. `nodes` asks formats that
    leave them out else to tell of each node of the training graph.
    """

    plan: TrainingPlan | None
    before: str | None = None
    after: str | None = None
    locked: "Locked | None" = None
    now: float = 0.0
    nodes: bool = False

    @property
    def differs(self) -> bool:
        """Tell whether there is any difference at all."""
        moved = self.locked is not None and bool(self.locked.changes)
        return moved or (self.plan is not None and (self.plan.action != "none" or bool(self.plan.changes)))


class Report:
    """A format of reports: made without arguments, and asked once."""

    NAME: ClassVar[str] = ""
    """Name for the option `--format`."""

    def render(self, findings: Findings) -> str | bytes:
        """Return text for a terminal, or bytes that are written as they are.

        Whatever comes from data must be escaped as the format wants it: names and texts may hold anything.
        """
        raise NotImplementedError
