"""The errors of the training graph.

TrainingError (first floor)
├── GraphError                      anything wrong with a graph or its run
│   ├── GraphSchemaError            a serialised schema that cannot be restored
│   ├── GraphRunError               a run that cannot be done as asked: unknown target, missing input, cycle
│   ├── GraphComponentError         a component, or an observer of its node, failed; the cause is chained
│   └── GraphStorageError           a resource that is not there, or a name it may not have (ValueError)
└── InvalidConfig                   a configuration no component can work with; passes through a run unchanged
GraphValidationError                every finding of the validator at once (ProblemsError)
"""

from tenprint.fingerprinting.errors import TrainingError
from tenprint.importers import ProblemsError


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


class GraphStorageError(GraphError, ValueError):
    """A resource that is not there, or a name that no resource may have."""

    reference = "graph-storage"


class InvalidConfig(TrainingError):  # noqa: N818 - says what it is, like its siblings on this floor
    """A configuration no component can work with; components raise it, and a run passes it on unchanged."""

    reference = "invalid-config"


class GraphValidationError(ProblemsError, GraphError):
    """Everything that is wrong with a schema, at once."""

    reference = "graph-validation"
