"""The door of the first floor: what changed, what must be trained, and training just that."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.fingerprinting.archive.catalog import (
        ModelEntry,
        get_latest_model,
        get_local_model,
        get_model_for_finetuning,
        list_models,
    )
    from tenprint.fingerprinting.archive.layout import DEFAULT_MODELS_PATH
    from tenprint.fingerprinting.archive.moving import move_model
    from tenprint.fingerprinting.archive.pack import create_package_rasa, package_model
    from tenprint.fingerprinting.archive.reuse import should_retrain
    from tenprint.fingerprinting.archive.sidecar import Sidecar, fitting_sidecar
    from tenprint.fingerprinting.archive.temporary import TempDirectoryPath
    from tenprint.fingerprinting.archive.unpack import (
        ArchiveHead,
        archive_member_names,
        get_model,
        get_model_subdirectories,
        read_archive_head,
        unpack_model,
    )
    from tenprint.fingerprinting.archive.update import check_domain, update_model_with_new_domain
    from tenprint.fingerprinting.archive.verifying import verify_model
    from tenprint.fingerprinting.baseline_file import read_baseline as read_baseline
    from tenprint.fingerprinting.baseline_file import written_baseline as written_baseline
    from tenprint.fingerprinting.command import PLACEHOLDERS, split_command, word_faults
    from tenprint.fingerprinting.command_trainer import CommandTrainer
    from tenprint.fingerprinting.comparison import FingerprintComparisonResult, did_section_fingerprint_change
    from tenprint.fingerprinting.component import CORE_DATA as CORE_DATA
    from tenprint.fingerprinting.component import NLU_DATA as NLU_DATA
    from tenprint.fingerprinting.component import Answer as Answer
    from tenprint.fingerprinting.component import Batch as Batch
    from tenprint.fingerprinting.component import Features as Features
    from tenprint.fingerprinting.component import Featurizer as Featurizer
    from tenprint.fingerprinting.component import NluLesson as NluLesson
    from tenprint.fingerprinting.component import Token as Token
    from tenprint.fingerprinting.component import Tokenizer as Tokenizer
    from tenprint.fingerprinting.component import (
        ActionPrediction,
        Components,
        CoreTrainingData,
        Dialogue,
        Event,
        Json,
        Message,
        NluComponent,
        ParsedIntent,
        Policy,
        component_identity,
    )
    from tenprint.fingerprinting.component_trainer import ComponentTrainer
    from tenprint.fingerprinting.diff import Change
    from tenprint.fingerprinting.errors import DamagedFile as DamagedFile
    from tenprint.fingerprinting.errors import (
        BrokenArchive,
        DomainMismatch,
        FingerprintError,
        ModelError,
        ModelNotFound,
        TrainingError,
        UnknownComponent,
        UnsafeArchive,
    )
    from tenprint.fingerprinting.example_edits import Baseline as Baseline
    from tenprint.fingerprinting.example_edits import Edit as Edit
    from tenprint.fingerprinting.example_edits import edited_plan as edited_plan
    from tenprint.fingerprinting.example_edits import sorted_digests as sorted_digests
    from tenprint.fingerprinting.explain import Reason
    from tenprint.fingerprinting.exporting import ExportReport, export_project, only_domain_file
    from tenprint.fingerprinting.finetuning import FinetunePlan, can_finetune, finetuning_obstacles
    from tenprint.fingerprinting.finetuning_names import Obstacle
    from tenprint.fingerprinting.fingerprint import fingerprint_of, root_of, snapshot_fingerprint
    from tenprint.fingerprinting.fingerprint_file import (
        fingerprint_document,
        fingerprint_from_path,
        persist_fingerprint,
    )
    from tenprint.fingerprinting.from_importer import model_fingerprint, project_fingerprint, project_fingerprint_of
    from tenprint.fingerprinting.observer import RunObserver
    from tenprint.fingerprinting.plan import COMPONENTS, SectionPlan, TrainingPlan
    from tenprint.fingerprinting.plan import NodePlan as NodePlan
    from tenprint.fingerprinting.predicting import Interpreter, load_interpreter, load_policies
    from tenprint.fingerprinting.preparing import (
        PreparedRun,
        TrainingSetup,
        all_problems,
        checked_snapshot,
        missing_data,
        prepare,
    )
    from tenprint.fingerprinting.sections import (
        CORE,
        FINGERPRINT_KEYS,
        MINIMUM_COMPATIBLE_VERSION,
        NLG,
        NLU,
        TRAINING_SCHEMA_VERSION,
        Fingerprint,
        Section,
    )
    from tenprint.fingerprinting.sides import Side, compare_sides, model_side, project_side
    from tenprint.fingerprinting.trainer import ArchiveRequest, ArchiveTrainer, Trainer, TrainingReport, TrainingRequest
    from tenprint.fingerprinting.training import RunReport, train

_HOMES = {
    "CORE_DATA": "component",
    "NLU_DATA": "component",
    "ActionPrediction": "component",
    "Answer": "component",
    "ArchiveHead": "archive.unpack",
    "ArchiveRequest": "trainer",
    "ArchiveTrainer": "trainer",
    "Baseline": "example_edits",
    "Batch": "component",
    "BrokenArchive": "errors",
    "COMPONENTS": "plan",
    "CORE": "sections",
    "Change": "diff",
    "CommandTrainer": "command_trainer",
    "ComponentTrainer": "component_trainer",
    "Components": "component",
    "CoreTrainingData": "component",
    "DEFAULT_MODELS_PATH": "archive.layout",
    "DamagedFile": "errors",
    "Dialogue": "component",
    "DomainMismatch": "errors",
    "Edit": "example_edits",
    "Event": "component",
    "ExportReport": "exporting",
    "FINGERPRINT_KEYS": "sections",
    "Features": "component",
    "Featurizer": "component",
    "FinetunePlan": "finetuning",
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
    "NluLesson": "component",
    "NodePlan": "plan",
    "Obstacle": "finetuning_names",
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
    "Token": "component",
    "Tokenizer": "component",
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
    "edited_plan": "example_edits",
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
    "read_baseline": "baseline_file",
    "root_of": "fingerprint",
    "should_retrain": "archive.reuse",
    "snapshot_fingerprint": "fingerprint",
    "sorted_digests": "example_edits",
    "split_command": "command",
    "train": "training",
    "unpack_model": "archive.unpack",
    "update_model_with_new_domain": "archive.update",
    "verify_model": "archive.verifying",
    "word_faults": "command",
    "written_baseline": "baseline_file",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "COMPONENTS",
    "CORE",
    "CORE_DATA",
    "DEFAULT_MODELS_PATH",
    "FINGERPRINT_KEYS",
    "MINIMUM_COMPATIBLE_VERSION",
    "NLG",
    "NLU",
    "NLU_DATA",
    "PLACEHOLDERS",
    "TRAINING_SCHEMA_VERSION",
    "ActionPrediction",
    "Answer",
    "ArchiveHead",
    "ArchiveRequest",
    "ArchiveTrainer",
    "Baseline",
    "Batch",
    "BrokenArchive",
    "Change",
    "CommandTrainer",
    "ComponentTrainer",
    "Components",
    "CoreTrainingData",
    "DamagedFile",
    "Dialogue",
    "DomainMismatch",
    "Edit",
    "Event",
    "ExportReport",
    "Features",
    "Featurizer",
    "FinetunePlan",
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
    "NluLesson",
    "NodePlan",
    "Obstacle",
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
    "Token",
    "Tokenizer",
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
    "edited_plan",
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
    "read_baseline",
    "root_of",
    "should_retrain",
    "snapshot_fingerprint",
    "sorted_digests",
    "split_command",
    "train",
    "unpack_model",
    "update_model_with_new_domain",
    "verify_model",
    "word_faults",
    "written_baseline",
)
