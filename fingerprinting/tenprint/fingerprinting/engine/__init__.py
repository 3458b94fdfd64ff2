"""The door of the training graph: schema, components, keys, cache, runs."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.fingerprinting.engine.cache import Cacheable as Cacheable
    from tenprint.fingerprinting.engine.cache import CachedResult as CachedResult
    from tenprint.fingerprinting.engine.cache import TrainingCache as TrainingCache
    from tenprint.fingerprinting.engine.component import ExecutionContext as ExecutionContext
    from tenprint.fingerprinting.engine.component import GraphComponent as GraphComponent
    from tenprint.fingerprinting.engine.errors import GraphComponentError as GraphComponentError
    from tenprint.fingerprinting.engine.errors import GraphError as GraphError
    from tenprint.fingerprinting.engine.errors import GraphRunError as GraphRunError
    from tenprint.fingerprinting.engine.errors import GraphSchemaError as GraphSchemaError
    from tenprint.fingerprinting.engine.errors import GraphStorageError as GraphStorageError
    from tenprint.fingerprinting.engine.errors import GraphValidationError as GraphValidationError
    from tenprint.fingerprinting.engine.errors import InvalidConfig as InvalidConfig
    from tenprint.fingerprinting.engine.hooks import GraphNodeHook as GraphNodeHook
    from tenprint.fingerprinting.engine.resource import ModelStorage as ModelStorage
    from tenprint.fingerprinting.engine.resource import Resource as Resource
    from tenprint.fingerprinting.engine.schema import GraphSchema as GraphSchema
    from tenprint.fingerprinting.engine.schema import SchemaNode as SchemaNode

_HOMES = {
    "Cacheable": "cache",
    "CachedResult": "cache",
    "ExecutionContext": "component",
    "GraphComponent": "component",
    "GraphComponentError": "errors",
    "GraphError": "errors",
    "GraphNodeHook": "hooks",
    "GraphRunError": "errors",
    "GraphSchema": "schema",
    "GraphSchemaError": "errors",
    "GraphStorageError": "errors",
    "GraphValidationError": "errors",
    "InvalidConfig": "errors",
    "ModelStorage": "resource",
    "Resource": "resource",
    "SchemaNode": "schema",
    "TrainingCache": "cache",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "Cacheable",
    "CachedResult",
    "ExecutionContext",
    "GraphComponent",
    "GraphComponentError",
    "GraphError",
    "GraphNodeHook",
    "GraphRunError",
    "GraphSchema",
    "GraphSchemaError",
    "GraphStorageError",
    "GraphValidationError",
    "InvalidConfig",
    "ModelStorage",
    "Resource",
    "SchemaNode",
    "TrainingCache",
)
