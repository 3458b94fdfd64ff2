"""Classes of nodes that stand for a component: an author's component is no graph component, and need not know one.

Each is made for one entry of `pipeline` or `policies` and one training. Its code identity is that of the component.
"""

import copyreg
from abc import ABCMeta
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from tenprint.fingerprinting.component import Components
from tenprint.fingerprinting.component_inputs import inputs_of
from tenprint.fingerprinting.component_jobs import ComponentJob
from tenprint.fingerprinting.engine import GraphComponent
from tenprint.fingerprinting.engine.module_kinds import declared_version
from tenprint.fingerprinting.trainer import TrainingProblemsError
from tenprint.importers import Problem, errors_among
from tenprint.importers.inputs import Access, AuditMode, Reader, undeclared_reads

RECIPE_FORM = 1
"""Grows when our own nodes would make something else of the same data and the same components."""

_OURS = "tenprint."


@dataclass(frozen=True, slots=True)
class RunSurroundings:
    """What nodes of one run share beside their inputs; none of it changes what they answer."""

    components: Components
    project: Path
    audit: AuditMode = "off"
    warnings: list[Problem] = field(default_factory=list)
    """What components were seen to read without declaring it; nodes add to it."""

    def watches(self, job: ComponentJob) -> bool:
        return self.audit != "off" and not job.registered.provided.__module__.startswith(_OURS)

    def judge(self, job: ComponentJob, accesses: Iterable[Access]) -> None:
        """Note what a component read without declaring it.

        Raises:
            TrainingProblemsError: It did, and that is refused.
        """
        described = f"{job.described} ({job.registered.distribution})"
        inputs = inputs_of(job.registered, job.entry.options)
        reader = Reader(described, inputs, self.project, job.configured.place)
        problems = undeclared_reads(accesses, reader, self.audit)
        if errors_among(problems):
            raise TrainingProblemsError(problems)
        self.warnings.extend(problems)


class _NodeClass(ABCMeta):
    """Class of these classes: those that `node_class` makes are sent to another process by what they were made of."""


def _made_of(made: type[Any]) -> Any:
    job = vars(made).get("job")
    if job is None:
        return made.__qualname__
    # Of all components those that the node may load there; what it would note there is lost, so none are watched.
    components = {job.registered.name: job.registered}
    surroundings = replace(made.surroundings, components=components, audit="off", warnings=[])
    return _made_again, (made.__base__, job, surroundings, made.reads, made.addon)


def _made_again(
    base: type[Any], job: ComponentJob, surroundings: RunSurroundings, reads: frozenset[str], addon: str
) -> type[Any]:
    return node_class(base, job, surroundings, reads=reads, addon=addon.partition(" ")[2])


copyreg.pickle(_NodeClass, _made_of)


class ComponentNode(GraphComponent, metaclass=_NodeClass):
    """A node that runs the component of one entry; `node_class` fills in which, and for which run."""

    job: ClassVar[ComponentJob]
    surroundings: ClassVar[RunSurroundings]
    reads: ClassVar[frozenset[str]]
    addon: ClassVar[str]

    @classmethod
    def get_default_config(cls) -> Mapping[str, Any]:
        defaults: Mapping[str, Any] = cls.job.registered.provided.get_default_config()
        return defaults

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        del config
        return cls.addon

    @classmethod
    def implemented_by(cls) -> tuple[type, ...]:
        return (cls.job.registered.provided,)

    @classmethod
    def required_packages(cls) -> list[str]:
        packages: list[str] = cls.job.registered.provided.required_packages()
        return packages


N = TypeVar("N", bound=ComponentNode)


def node_class(
    base: type[N],
    job: ComponentJob,
    surroundings: RunSurroundings,
    *,
    reads: frozenset[str] = frozenset(),
    addon: str = "",
    stays: bool = False,
) -> type[N]:
    """Make the class of a node for one entry.

    `addon` tells the state of what the component declares that it reads beside the data, and `stays` that it loads
    others, so it runs where those are. One that is watched stays as well.
    """
    registered = job.registered
    provided = registered.provided
    version = declared_version(provided)
    return type(
        f"{base.__name__}[{registered.name}]",
        (base,),
        {
            "__module__": base.__module__,
            "NAME": f"{base.NAME}:{registered.name}",
            "VERSION": None if version is None else f"{registered.distribution}:{registered.name}@{version}",
            "job": job,
            "surroundings": surroundings,
            "reads": reads,
            "addon": f"{RECIPE_FORM} {addon}",
            "RUNS_IN": "here" if stays or surroundings.watches(job) else getattr(provided, "RUNS_IN", base.RUNS_IN),
            "LIMITS": getattr(provided, "LIMITS", base.LIMITS),
        },
    )
