"""What a row of the soundness table is: one kind of single edit, and the verdicts that are right for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, NamedTuple, TypeVar

from tenprint.importers.data import Domain, NluData, ProjectData, Stories

T = TypeVar("T")


class Changed(NamedTuple):
    """The one raw item an edit is about, as a plan names it."""

    change: str
    kind: str
    path: tuple[str, ...]
    renamed_from: tuple[str, ...] | None = None


class Edit(NamedTuple):
    """A project after one edit, and what was edited."""

    project: ProjectData
    changed: Changed


Mutate = Callable[[ProjectData, Random], Edit | None]
"""Makes one edit at a place drawn by chance; None where a project has no such place."""


class Verdict(NamedTuple):
    """What a plan has to say."""

    action: str
    core: bool
    nlu: bool
    responses: bool


NOTHING = Verdict("none", core=False, nlu=False, responses=False)
UPDATE = Verdict("update-domain", core=False, nlu=False, responses=True)
NLU = Verdict("train", core=False, nlu=True, responses=False)
CORE = Verdict("train", core=True, nlu=False, responses=True)
NLU_AND_UPDATE = Verdict("train", core=False, nlu=True, responses=True)
ALL = Verdict("train", core=True, nlu=True, responses=True)

PLAIN = ("assistant", "generated")
"""Projects without literal words in stories."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `bases` are the kinds of project it is for."""

    name: str
    mutate: Mutate
    verdict: Verdict
    bases: tuple[str, ...] = PLAIN


def swapped(values: Sequence[T], index: int, *new: T) -> tuple[T, ...]:
    """Put new values, or none, in the place of one."""
    return (*values[:index], *new, *values[index + 1 :])


def drawn(chance: Random, values: Sequence[T], fits: Callable[[T], bool] = lambda _: True) -> tuple[int, T] | None:
    """Draw one of the values that fit, with its place."""
    fitting = [(index, value) for index, value in enumerate(values) if fits(value)]
    return chance.choice(fitting) if fitting else None


def with_domain(project: ProjectData, **edits: Any) -> ProjectData:
    domain: Domain = replace(project.domain, **edits)
    return replace(project, domain=domain)


def with_nlu(project: ProjectData, **edits: Any) -> ProjectData:
    nlu: NluData = replace(project.nlu, **edits)
    return replace(project, nlu=nlu)


def with_stories(project: ProjectData, **edits: Any) -> ProjectData:
    stories: Stories = replace(project.stories, **edits)
    return replace(project, stories=stories)


def with_config(project: ProjectData, edits: Mapping[str, Any]) -> ProjectData:
    return replace(project, config={**project.config, **edits})
