"""Problems: what is wrong with a user's data, as values that can be collected, sorted and printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tenprint.importers.location import Location

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable kebab-case `code`, what is wrong, where, and what to do about it.

    `related` holds further places that belong to it, such as the other of two duplicate keys.
    """

    code: str
    message: str
    location: Location | None = None
    hint: str | None = None
    severity: Severity = "error"
    related: tuple[Location, ...] = ()

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        others = "".join(f"\n  see also {place}" for place in self.related)
        advice = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}{self.severity}: {self.message} [{self.code}]{others}{advice}"

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "location": self.location.to_json() if self.location else None,
            "related": [place.to_json() for place in self.related],
        }


def errors_among(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")
