"""The errors of the training graph.

TrainingError (first floor)
├── GraphError                      anything wrong with a graph or its run
│   ├── GraphSchemaError            a serialised schema that cannot be restored
│   ├── GraphRunError               a run that cannot be done as asked: unknown target, missing input, cycle
│   ├── GraphComponentError         a component, or an observer of its node, failed; the cause is chained
│   ├── GraphCallError              a call in another process that cannot be made, or was never answered
│   ├── GraphFailures               several nodes failed at once (ProblemsError)
│   ├── GraphStorageError           a resource that is not there, or a name it may not have (ValueError)
│   └── UnsupportedModelVersion     a model of a version, or of a program, that this one cannot run
└── InvalidConfig                   a configuration no component can work with; passes through a run unchanged
GraphValidationError                every finding of the validator at once (ProblemsError)
"""

from collections.abc import Sequence

from tenprint.fingerprinting.errors import TrainingError
from tenprint.importers import Location, ProblemsError, TenprintError


class GraphError(TrainingError):
    """Something is wrong with a training graph or with a run of it."""

    reference = "graph"


class GraphSchemaError(GraphError):
    """A serialised schema that cannot be restored."""

    reference = "graph-schema"


class GraphRunError(GraphError):
    """A run that cannot be done as it was asked for."""

    reference = "graph-run"


class GraphComponentError(GraphError):
    """A component failed, or an observer of its node did; the cause is chained."""

    reference = "graph-component"

    def __init__(
        self,
        message: str,
        *,
        node_name: str | None = None,
        phase: str | None = None,
        component: str | None = None,
        hint: str | None = None,
        location: Location | None = None,
    ) -> None:
        """Tell a failure.

        Args:
            message: What went wrong.
            node_name: Name of the node.
            phase: What was going on: `construct`, `run`, `before`, `after` or `close`.
            component: Qualified name of the class of the node.
            hint: What to do next.
            location: Where in the data.
        """
        super().__init__(message, hint=hint, location=location)
        self.node_name = node_name
        self.phase = phase
        self.component = component


class GraphCallError(GraphError):
    """A call in another process that cannot be made, or that was never answered."""

    reference = "graph-call"


class GraphFailures(ProblemsError, GraphError):  # noqa: N818 - more than one error
    """Several nodes failed at once; `failures` are their errors, in the order of the schema."""

    reference = "graph-failures"

    def __init__(self, failures: Sequence[TenprintError]) -> None:
        super().__init__(problem for failure in failures for problem in failure.problems)
        self.failures = tuple(failures)


class GraphStorageError(GraphError, ValueError):
    """A resource that is not there, or a name that no resource may have."""

    reference = "graph-storage"


class UnsupportedModelVersion(GraphError):  # noqa: N818 - says what the model has, like its siblings
    """A model that a version too old, or another program, has made."""

    reference = "unsupported-model-version"


class InvalidConfig(TrainingError):  # noqa: N818 - says what it is, like its siblings on this floor
    """A configuration no component can work with; components raise it, and a run passes it on unchanged."""

    reference = "invalid-config"


class GraphValidationError(ProblemsError, GraphError):
    """Everything that is wrong with a schema, at once."""

    reference = "graph-validation"
