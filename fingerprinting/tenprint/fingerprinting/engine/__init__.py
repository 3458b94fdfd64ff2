"""The door of the training graph: schema, components, keys, cache, runs."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.fingerprinting.engine.cache import Cacheable as Cacheable
    from tenprint.fingerprinting.engine.cache import CachedResult as CachedResult
    from tenprint.fingerprinting.engine.cache import TrainingCache as TrainingCache
    from tenprint.fingerprinting.engine.component import ExecutionContext as ExecutionContext
    from tenprint.fingerprinting.engine.component import GraphComponent as GraphComponent
    from tenprint.fingerprinting.engine.config_merging import merged_config as merged_config
    from tenprint.fingerprinting.engine.deciding import Known as Known
    from tenprint.fingerprinting.engine.deciding import Later as Later
    from tenprint.fingerprinting.engine.deciding import NodeDecider as NodeDecider
    from tenprint.fingerprinting.engine.disk_cache import DiskCache as DiskCache
    from tenprint.fingerprinting.engine.drawing import DrawnNode as DrawnNode
    from tenprint.fingerprinting.engine.drawing import graph_dot as graph_dot
    from tenprint.fingerprinting.engine.drawing import graph_mermaid as graph_mermaid
    from tenprint.fingerprinting.engine.drawing import graph_svg as graph_svg
    from tenprint.fingerprinting.engine.errors import GraphCallError as GraphCallError
    from tenprint.fingerprinting.engine.errors import GraphComponentError as GraphComponentError
    from tenprint.fingerprinting.engine.errors import GraphError as GraphError
    from tenprint.fingerprinting.engine.errors import GraphFailures as GraphFailures
    from tenprint.fingerprinting.engine.errors import GraphRunError as GraphRunError
    from tenprint.fingerprinting.engine.errors import GraphSchemaError as GraphSchemaError
    from tenprint.fingerprinting.engine.errors import GraphStorageError as GraphStorageError
    from tenprint.fingerprinting.engine.errors import GraphValidationError as GraphValidationError
    from tenprint.fingerprinting.engine.errors import InvalidConfig as InvalidConfig
    from tenprint.fingerprinting.engine.errors import UnsupportedModelVersion as UnsupportedModelVersion
    from tenprint.fingerprinting.engine.executor import Capabilities as Capabilities
    from tenprint.fingerprinting.engine.executor import Executor as Executor
    from tenprint.fingerprinting.engine.executor import LocalExecutor as LocalExecutor
    from tenprint.fingerprinting.engine.far_call import answer_call as answer_call
    from tenprint.fingerprinting.engine.far_call import open_answer as open_answer
    from tenprint.fingerprinting.engine.far_call import pack_call as pack_call
    from tenprint.fingerprinting.engine.fingerprint_run import FingerprintComponent as FingerprintComponent
    from tenprint.fingerprinting.engine.fingerprint_run import PrecomputedValueProvider as PrecomputedValueProvider
    from tenprint.fingerprinting.engine.hooks import GraphNodeHook as GraphNodeHook
    from tenprint.fingerprinting.engine.key import ConfigPart as ConfigPart
    from tenprint.fingerprinting.engine.key import NodeKey as NodeKey
    from tenprint.fingerprinting.engine.key import calculate_fingerprint_key as calculate_fingerprint_key
    from tenprint.fingerprinting.engine.key import node_key as node_key
    from tenprint.fingerprinting.engine.lookup import CacheRecords as CacheRecords
    from tenprint.fingerprinting.engine.lookup import FingerprintStatus as FingerprintStatus
    from tenprint.fingerprinting.engine.lookup import look_up as look_up
    from tenprint.fingerprinting.engine.memory_cache import MemoryCache as MemoryCache
    from tenprint.fingerprinting.engine.model_configuration import GraphModelConfiguration as GraphModelConfiguration
    from tenprint.fingerprinting.engine.model_configuration import ModelMetadata as ModelMetadata
    from tenprint.fingerprinting.engine.model_configuration import TrainingType as TrainingType
    from tenprint.fingerprinting.engine.node import GraphNode as GraphNode
    from tenprint.fingerprinting.engine.node_limits import NodeLimits as NodeLimits
    from tenprint.fingerprinting.engine.node_limits import usable_cpus as usable_cpus
    from tenprint.fingerprinting.engine.node_reasons import NodeReason as NodeReason
    from tenprint.fingerprinting.engine.placeholders import DEFAULT_PLACEHOLDERS as DEFAULT_PLACEHOLDERS
    from tenprint.fingerprinting.engine.placeholders import with_placeholders as with_placeholders
    from tenprint.fingerprinting.engine.planned import PlannedNode as PlannedNode
    from tenprint.fingerprinting.engine.planned import Record as Record
    from tenprint.fingerprinting.engine.planned import Records as Records
    from tenprint.fingerprinting.engine.planner import GraphPlan as GraphPlan
    from tenprint.fingerprinting.engine.planner import plan_graph as plan_graph
    from tenprint.fingerprinting.engine.prune import pruned as pruned
    from tenprint.fingerprinting.engine.recipe_graphs import GraphRecipe as GraphRecipe
    from tenprint.fingerprinting.engine.recipe_graphs import graph_recipe as graph_recipe
    from tenprint.fingerprinting.engine.resource import ModelStorage as ModelStorage
    from tenprint.fingerprinting.engine.resource import Resource as Resource
    from tenprint.fingerprinting.engine.resource import ResourceFolder as ResourceFolder
    from tenprint.fingerprinting.engine.runner import GraphRunner as GraphRunner
    from tenprint.fingerprinting.engine.runner import LocalGraphRunner as LocalGraphRunner
    from tenprint.fingerprinting.engine.schema import GraphSchema as GraphSchema
    from tenprint.fingerprinting.engine.schema import SchemaNode as SchemaNode
    from tenprint.fingerprinting.engine.schema import class_name as class_name
    from tenprint.fingerprinting.engine.schema import known_classes as known_classes
    from tenprint.fingerprinting.engine.storage import LocalModelStorage as LocalModelStorage
    from tenprint.fingerprinting.engine.trainer import GraphTrainer as GraphTrainer
    from tenprint.fingerprinting.engine.training_hooks import LoggingHook as LoggingHook
    from tenprint.fingerprinting.engine.training_hooks import TrainingHook as TrainingHook
    from tenprint.fingerprinting.engine.training_outcome import TrainingOutcome as TrainingOutcome
    from tenprint.fingerprinting.engine.validation import graph_problems as graph_problems
    from tenprint.fingerprinting.engine.validation import schema_problems as schema_problems
    from tenprint.fingerprinting.engine.validation import validate as validate
    from tenprint.fingerprinting.engine.values import Fingerprintable as Fingerprintable
    from tenprint.fingerprinting.engine.values import fingerprint_of as fingerprint_of
    from tenprint.fingerprinting.engine.values import fingerprints_of as fingerprints_of

_HOMES = {
    "DEFAULT_PLACEHOLDERS": "placeholders",
    "CacheRecords": "lookup",
    "Cacheable": "cache",
    "CachedResult": "cache",
    "Capabilities": "executor",
    "ConfigPart": "key",
    "DiskCache": "disk_cache",
    "DrawnNode": "drawing",
    "ExecutionContext": "component",
    "Executor": "executor",
    "FingerprintComponent": "fingerprint_run",
    "FingerprintStatus": "lookup",
    "Fingerprintable": "values",
    "GraphCallError": "errors",
    "GraphComponent": "component",
    "GraphComponentError": "errors",
    "GraphError": "errors",
    "GraphFailures": "errors",
    "GraphModelConfiguration": "model_configuration",
    "GraphNode": "node",
    "GraphNodeHook": "hooks",
    "GraphPlan": "planner",
    "GraphRecipe": "recipe_graphs",
    "GraphRunError": "errors",
    "GraphRunner": "runner",
    "GraphSchema": "schema",
    "GraphSchemaError": "errors",
    "GraphStorageError": "errors",
    "GraphTrainer": "trainer",
    "GraphValidationError": "errors",
    "InvalidConfig": "errors",
    "Known": "deciding",
    "Later": "deciding",
    "LocalExecutor": "executor",
    "LocalGraphRunner": "runner",
    "LocalModelStorage": "storage",
    "LoggingHook": "training_hooks",
    "MemoryCache": "memory_cache",
    "ModelMetadata": "model_configuration",
    "ModelStorage": "resource",
    "NodeDecider": "deciding",
    "NodeKey": "key",
    "NodeLimits": "node_limits",
    "NodeReason": "node_reasons",
    "PlannedNode": "planned",
    "PrecomputedValueProvider": "fingerprint_run",
    "Record": "planned",
    "Records": "planned",
    "Resource": "resource",
    "ResourceFolder": "resource",
    "SchemaNode": "schema",
    "TrainingCache": "cache",
    "TrainingHook": "training_hooks",
    "TrainingOutcome": "training_outcome",
    "TrainingType": "model_configuration",
    "UnsupportedModelVersion": "errors",
    "answer_call": "far_call",
    "calculate_fingerprint_key": "key",
    "class_name": "schema",
    "fingerprint_of": "values",
    "fingerprints_of": "values",
    "graph_dot": "drawing",
    "graph_mermaid": "drawing",
    "graph_problems": "validation",
    "graph_recipe": "recipe_graphs",
    "graph_svg": "drawing",
    "known_classes": "schema",
    "look_up": "lookup",
    "merged_config": "config_merging",
    "node_key": "key",
    "open_answer": "far_call",
    "pack_call": "far_call",
    "plan_graph": "planner",
    "pruned": "prune",
    "schema_problems": "validation",
    "usable_cpus": "node_limits",
    "validate": "validation",
    "with_placeholders": "placeholders",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "DEFAULT_PLACEHOLDERS",
    "CacheRecords",
    "Cacheable",
    "CachedResult",
    "Capabilities",
    "ConfigPart",
    "DiskCache",
    "DrawnNode",
    "ExecutionContext",
    "Executor",
    "FingerprintComponent",
    "FingerprintStatus",
    "Fingerprintable",
    "GraphCallError",
    "GraphComponent",
    "GraphComponentError",
    "GraphError",
    "GraphFailures",
    "GraphModelConfiguration",
    "GraphNode",
    "GraphNodeHook",
    "GraphPlan",
    "GraphRecipe",
    "GraphRunError",
    "GraphRunner",
    "GraphSchema",
    "GraphSchemaError",
    "GraphStorageError",
    "GraphTrainer",
    "GraphValidationError",
    "InvalidConfig",
    "Known",
    "Later",
    "LocalExecutor",
    "LocalGraphRunner",
    "LocalModelStorage",
    "LoggingHook",
    "MemoryCache",
    "ModelMetadata",
    "ModelStorage",
    "NodeDecider",
    "NodeKey",
    "NodeLimits",
    "NodeReason",
    "PlannedNode",
    "PrecomputedValueProvider",
    "Record",
    "Records",
    "Resource",
    "ResourceFolder",
    "SchemaNode",
    "TrainingCache",
    "TrainingHook",
    "TrainingOutcome",
    "TrainingType",
    "UnsupportedModelVersion",
    "answer_call",
    "calculate_fingerprint_key",
    "class_name",
    "fingerprint_of",
    "fingerprints_of",
    "graph_dot",
    "graph_mermaid",
    "graph_problems",
    "graph_recipe",
    "graph_svg",
    "known_classes",
    "look_up",
    "merged_config",
    "node_key",
    "open_answer",
    "pack_call",
    "plan_graph",
    "pruned",
    "schema_problems",
    "usable_cpus",
    "validate",
    "with_placeholders",
)
