"""The door of the first floor: what changed, what must be trained, and training just that."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.fingerprinting.archive.catalog import ModelEntry as ModelEntry
    from tenprint.fingerprinting.archive.catalog import get_latest_model as get_latest_model
    from tenprint.fingerprinting.archive.catalog import get_local_model as get_local_model
    from tenprint.fingerprinting.archive.catalog import get_model_for_finetuning as get_model_for_finetuning
    from tenprint.fingerprinting.archive.catalog import list_models as list_models
    from tenprint.fingerprinting.archive.layout import DEFAULT_MODELS_PATH as DEFAULT_MODELS_PATH
    from tenprint.fingerprinting.archive.moving import move_model as move_model
    from tenprint.fingerprinting.archive.pack import create_package_rasa as create_package_rasa
    from tenprint.fingerprinting.archive.pack import package_model as package_model
    from tenprint.fingerprinting.archive.reuse import should_retrain as should_retrain
    from tenprint.fingerprinting.archive.sidecar import Sidecar as Sidecar
    from tenprint.fingerprinting.archive.sidecar import fitting_sidecar as fitting_sidecar
    from tenprint.fingerprinting.archive.temporary import TempDirectoryPath as TempDirectoryPath
    from tenprint.fingerprinting.archive.unpack import ArchiveHead as ArchiveHead
    from tenprint.fingerprinting.archive.unpack import archive_member_names as archive_member_names
    from tenprint.fingerprinting.archive.unpack import get_model as get_model
    from tenprint.fingerprinting.archive.unpack import get_model_subdirectories as get_model_subdirectories
    from tenprint.fingerprinting.archive.unpack import read_archive_head as read_archive_head
    from tenprint.fingerprinting.archive.unpack import unpack_model as unpack_model
    from tenprint.fingerprinting.archive.update import check_domain as check_domain
    from tenprint.fingerprinting.archive.update import update_model_with_new_domain as update_model_with_new_domain
    from tenprint.fingerprinting.archive.verifying import verify_model as verify_model
    from tenprint.fingerprinting.command import PLACEHOLDERS as PLACEHOLDERS
    from tenprint.fingerprinting.command import split_command as split_command
    from tenprint.fingerprinting.command import word_faults as word_faults
    from tenprint.fingerprinting.command_trainer import CommandTrainer as CommandTrainer
    from tenprint.fingerprinting.comparison import FingerprintComparisonResult as FingerprintComparisonResult
    from tenprint.fingerprinting.comparison import did_section_fingerprint_change as did_section_fingerprint_change
    from tenprint.fingerprinting.component import ActionPrediction as ActionPrediction
    from tenprint.fingerprinting.component import Components as Components
    from tenprint.fingerprinting.component import CoreTrainingData as CoreTrainingData
    from tenprint.fingerprinting.component import Dialogue as Dialogue
    from tenprint.fingerprinting.component import Event as Event
    from tenprint.fingerprinting.component import Json as Json
    from tenprint.fingerprinting.component import Message as Message
    from tenprint.fingerprinting.component import NluComponent as NluComponent
    from tenprint.fingerprinting.component import ParsedIntent as ParsedIntent
    from tenprint.fingerprinting.component import Policy as Policy
    from tenprint.fingerprinting.component import component_identity as component_identity
    from tenprint.fingerprinting.component_trainer import ComponentTrainer as ComponentTrainer
    from tenprint.fingerprinting.diff import Change as Change
    from tenprint.fingerprinting.errors import BrokenArchive as BrokenArchive
    from tenprint.fingerprinting.errors import DomainMismatch as DomainMismatch
    from tenprint.fingerprinting.errors import FingerprintError as FingerprintError
    from tenprint.fingerprinting.errors import ModelError as ModelError
    from tenprint.fingerprinting.errors import ModelNotFound as ModelNotFound
    from tenprint.fingerprinting.errors import TrainingError as TrainingError
    from tenprint.fingerprinting.errors import UnknownComponent as UnknownComponent
    from tenprint.fingerprinting.errors import UnsafeArchive as UnsafeArchive
    from tenprint.fingerprinting.explain import Reason as Reason
    from tenprint.fingerprinting.exporting import ExportReport as ExportReport
    from tenprint.fingerprinting.exporting import export_project as export_project
    from tenprint.fingerprinting.exporting import only_domain_file as only_domain_file
    from tenprint.fingerprinting.finetuning import can_finetune as can_finetune
    from tenprint.fingerprinting.finetuning import finetuning_obstacles as finetuning_obstacles
    from tenprint.fingerprinting.fingerprint import fingerprint_of as fingerprint_of
    from tenprint.fingerprinting.fingerprint import root_of as root_of
    from tenprint.fingerprinting.fingerprint import snapshot_fingerprint as snapshot_fingerprint
    from tenprint.fingerprinting.fingerprint_file import fingerprint_document as fingerprint_document
    from tenprint.fingerprinting.fingerprint_file import fingerprint_from_path as fingerprint_from_path
    from tenprint.fingerprinting.fingerprint_file import persist_fingerprint as persist_fingerprint
    from tenprint.fingerprinting.from_importer import model_fingerprint as model_fingerprint
    from tenprint.fingerprinting.from_importer import project_fingerprint as project_fingerprint
    from tenprint.fingerprinting.from_importer import project_fingerprint_of as project_fingerprint_of
    from tenprint.fingerprinting.observer import RunObserver as RunObserver
    from tenprint.fingerprinting.plan import COMPONENTS as COMPONENTS
    from tenprint.fingerprinting.plan import SectionPlan as SectionPlan
    from tenprint.fingerprinting.plan import TrainingPlan as TrainingPlan
    from tenprint.fingerprinting.predicting import Interpreter as Interpreter
    from tenprint.fingerprinting.predicting import load_interpreter as load_interpreter
    from tenprint.fingerprinting.predicting import load_policies as load_policies
    from tenprint.fingerprinting.preparing import PreparedRun as PreparedRun
    from tenprint.fingerprinting.preparing import TrainingSetup as TrainingSetup
    from tenprint.fingerprinting.preparing import all_problems as all_problems
    from tenprint.fingerprinting.preparing import checked_snapshot as checked_snapshot
    from tenprint.fingerprinting.preparing import missing_data as missing_data
    from tenprint.fingerprinting.preparing import prepare as prepare
    from tenprint.fingerprinting.sections import CORE as CORE
    from tenprint.fingerprinting.sections import FINGERPRINT_KEYS as FINGERPRINT_KEYS
    from tenprint.fingerprinting.sections import MINIMUM_COMPATIBLE_VERSION as MINIMUM_COMPATIBLE_VERSION
    from tenprint.fingerprinting.sections import NLG as NLG
    from tenprint.fingerprinting.sections import NLU as NLU
    from tenprint.fingerprinting.sections import TRAINING_SCHEMA_VERSION as TRAINING_SCHEMA_VERSION
    from tenprint.fingerprinting.sections import Fingerprint as Fingerprint
    from tenprint.fingerprinting.sections import Section as Section
    from tenprint.fingerprinting.sides import Side as Side
    from tenprint.fingerprinting.sides import compare_sides as compare_sides
    from tenprint.fingerprinting.sides import model_side as model_side
    from tenprint.fingerprinting.sides import project_side as project_side
    from tenprint.fingerprinting.trainer import ArchiveRequest as ArchiveRequest
    from tenprint.fingerprinting.trainer import ArchiveTrainer as ArchiveTrainer
    from tenprint.fingerprinting.trainer import Trainer as Trainer
    from tenprint.fingerprinting.trainer import TrainingReport as TrainingReport
    from tenprint.fingerprinting.trainer import TrainingRequest as TrainingRequest
    from tenprint.fingerprinting.training import RunReport as RunReport
    from tenprint.fingerprinting.training import train as train

_HOMES = {
    "ActionPrediction": "component",
    "ArchiveHead": "archive.unpack",
    "ArchiveRequest": "trainer",
    "ArchiveTrainer": "trainer",
    "BrokenArchive": "errors",
    "COMPONENTS": "plan",
    "CORE": "sections",
    "Change": "diff",
    "CommandTrainer": "command_trainer",
    "ComponentTrainer": "component_trainer",
    "Components": "component",
    "CoreTrainingData": "component",
    "DEFAULT_MODELS_PATH": "archive.layout",
    "Dialogue": "component",
    "DomainMismatch": "errors",
    "Event": "component",
    "ExportReport": "exporting",
    "FINGERPRINT_KEYS": "sections",
    "Fingerprint": "sections",
    "FingerprintComparisonResult": "comparison",
    "FingerprintError": "errors",
    "Interpreter": "predicting",
    "Json": "component",
    "MINIMUM_COMPATIBLE_VERSION": "sections",
    "Message": "component",
    "ModelEntry": "archive.catalog",
    "ModelError": "errors",
    "ModelNotFound": "errors",
    "NLG": "sections",
    "NLU": "sections",
    "NluComponent": "component",
    "PLACEHOLDERS": "command",
    "ParsedIntent": "component",
    "Policy": "component",
    "PreparedRun": "preparing",
    "Reason": "explain",
    "RunObserver": "observer",
    "RunReport": "training",
    "Section": "sections",
    "SectionPlan": "plan",
    "Side": "sides",
    "Sidecar": "archive.sidecar",
    "TRAINING_SCHEMA_VERSION": "sections",
    "TempDirectoryPath": "archive.temporary",
    "Trainer": "trainer",
    "TrainingError": "errors",
    "TrainingPlan": "plan",
    "TrainingReport": "trainer",
    "TrainingRequest": "trainer",
    "TrainingSetup": "preparing",
    "UnknownComponent": "errors",
    "UnsafeArchive": "errors",
    "all_problems": "preparing",
    "archive_member_names": "archive.unpack",
    "can_finetune": "finetuning",
    "check_domain": "archive.update",
    "checked_snapshot": "preparing",
    "compare_sides": "sides",
    "component_identity": "component",
    "create_package_rasa": "archive.pack",
    "did_section_fingerprint_change": "comparison",
    "export_project": "exporting",
    "finetuning_obstacles": "finetuning",
    "fingerprint_document": "fingerprint_file",
    "fingerprint_from_path": "fingerprint_file",
    "fingerprint_of": "fingerprint",
    "fitting_sidecar": "archive.sidecar",
    "get_latest_model": "archive.catalog",
    "get_local_model": "archive.catalog",
    "get_model": "archive.unpack",
    "get_model_for_finetuning": "archive.catalog",
    "get_model_subdirectories": "archive.unpack",
    "list_models": "archive.catalog",
    "load_interpreter": "predicting",
    "load_policies": "predicting",
    "missing_data": "preparing",
    "model_fingerprint": "from_importer",
    "model_side": "sides",
    "only_domain_file": "exporting",
    "move_model": "archive.moving",
    "package_model": "archive.pack",
    "persist_fingerprint": "fingerprint_file",
    "prepare": "preparing",
    "project_fingerprint": "from_importer",
    "project_fingerprint_of": "from_importer",
    "project_side": "sides",
    "read_archive_head": "archive.unpack",
    "root_of": "fingerprint",
    "should_retrain": "archive.reuse",
    "snapshot_fingerprint": "fingerprint",
    "split_command": "command",
    "train": "training",
    "unpack_model": "archive.unpack",
    "update_model_with_new_domain": "archive.update",
    "verify_model": "archive.verifying",
    "word_faults": "command",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "COMPONENTS",
    "CORE",
    "DEFAULT_MODELS_PATH",
    "FINGERPRINT_KEYS",
    "MINIMUM_COMPATIBLE_VERSION",
    "NLG",
    "NLU",
    "PLACEHOLDERS",
    "TRAINING_SCHEMA_VERSION",
    "ActionPrediction",
    "ArchiveHead",
    "ArchiveRequest",
    "ArchiveTrainer",
    "BrokenArchive",
    "Change",
    "CommandTrainer",
    "ComponentTrainer",
    "Components",
    "CoreTrainingData",
    "Dialogue",
    "DomainMismatch",
    "Event",
    "ExportReport",
    "Fingerprint",
    "FingerprintComparisonResult",
    "FingerprintError",
    "Interpreter",
    "Json",
    "Message",
    "ModelEntry",
    "ModelError",
    "ModelNotFound",
    "NluComponent",
    "ParsedIntent",
    "Policy",
    "PreparedRun",
    "Reason",
    "RunObserver",
    "RunReport",
    "Section",
    "SectionPlan",
    "Side",
    "Sidecar",
    "TempDirectoryPath",
    "Trainer",
    "TrainingError",
    "TrainingPlan",
    "TrainingReport",
    "TrainingRequest",
    "TrainingSetup",
    "UnknownComponent",
    "UnsafeArchive",
    "all_problems",
    "archive_member_names",
    "can_finetune",
    "check_domain",
    "checked_snapshot",
    "compare_sides",
    "component_identity",
    "create_package_rasa",
    "did_section_fingerprint_change",
    "export_project",
    "finetuning_obstacles",
    "fingerprint_document",
    "fingerprint_from_path",
    "fingerprint_of",
    "fitting_sidecar",
    "get_latest_model",
    "get_local_model",
    "get_model",
    "get_model_for_finetuning",
    "get_model_subdirectories",
    "list_models",
    "load_interpreter",
    "load_policies",
    "missing_data",
    "model_fingerprint",
    "model_side",
    "move_model",
    "only_domain_file",
    "package_model",
    "persist_fingerprint",
    "prepare",
    "project_fingerprint",
    "project_fingerprint_of",
    "project_side",
    "read_archive_head",
    "root_of",
    "should_retrain",
    "snapshot_fingerprint",
    "split_command",
    "train",
    "unpack_model",
    "update_model_with_new_domain",
    "verify_model",
    "word_faults",
)
