"""The door of the conformance kit: what plugin authors test their plugins with, and pytest runs."""

try:
    import pytest
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "tenprint.plugins.testing needs pytest, which tenprint does not bring: `pip install pytest`", name="pytest"
    ) from error

from tenprint.plugins.testing.importer_conformance import ImporterConformance
from tenprint.plugins.testing.nlu_component_conformance import NluComponentConformance
from tenprint.plugins.testing.policy_conformance import PolicyConformance
from tenprint.plugins.testing.trainer_conformance import TrainerConformance
from tenprint.plugins.testing.transform_conformance import TransformConformance

__all__ = (
    "ImporterConformance",
    "NluComponentConformance",
    "PolicyConformance",
    "TrainerConformance",
    "TransformConformance",
)
