"""Classes of nodes that stand for a component: an author's component is no graph component, and need not know one.

Each is made for one entry of `pipeline` or `policies` and one training. Its code identity is that of the component.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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


class ComponentNode(GraphComponent):
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
) -> type[N]:
    """Make the class of a node for one entry.

    `addon` tells the state of what the component declares that it reads beside the data.
    """
    registered = job.registered
    version = declared_version(registered.provided)
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
        },
    )
