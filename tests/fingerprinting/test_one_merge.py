"""Options are merged over defaults in one way, whoever asks a component about them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.fingerprinting.component import Message, NluComponent, NluLesson
from tenprint.fingerprinting.component_inputs import inputs_of
from tenprint.fingerprinting.component_jobs import jobs_of
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.component_trial import ComponentTrial
from tenprint.fingerprinting.nlu_reads import component_reads
from tenprint.fingerprinting.trainer import TrainingRequest
from tenprint.importers.data import Domain, Example, NluData, Stories
from tenprint.importers.inputs import Inputs
from tenprint.importers.registered import Registered

MERGED = {"window": {"left": 1, "right": 5}, "depth": 2}


class Nested(NluComponent):
    """Has options within an option, and notes what it is asked with."""

    NAME = "Nested"
    VERSION = "1"
    asked: ClassVar[dict[str, Mapping[str, Any]]] = {}

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"window": {"left": 1, "right": 1}, "depth": 2}

    @classmethod
    def check_config(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        cls.asked["check_config"] = config
        return ()

    @classmethod
    def declared_inputs(cls, config: Mapping[str, Any]) -> Inputs:
        cls.asked["declared_inputs"] = config
        return Inputs()

    @classmethod
    def reads(cls, config: Mapping[str, Any]) -> frozenset[str]:
        cls.asked["reads"] = config
        return frozenset({"examples"})

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluLesson) -> Mapping[str, Any]:
        del nlu
        cls.asked["train"] = config
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Nested":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


KNOWN: dict[str, Registered[type[Any]]] = {"Nested": Registered("Nested", Nested, "sample-plugin", "1.0")}
WRITTEN = {"window": {"right": 5}}
CONFIG = {"pipeline": [{"name": "Nested", **WRITTEN}]}


@pytest.mark.anyio
async def test_everybody_asks_with_the_same_options(tmp_path: Path) -> None:
    Nested.asked.clear()
    nlu = NluData((Example("hi", "greet"),))
    request = TrainingRequest(frozenset({"nlu"}), CONFIG, Domain(), Stories(), nlu, KNOWN, tmp_path)
    await ComponentTrainer().train(request)
    inputs_of(KNOWN["Nested"], WRITTEN)
    component_reads("Nested", WRITTEN, KNOWN)
    (job,) = jobs_of(CONFIG, KNOWN, ["nlu"])

    assert set(Nested.asked) == {"check_config", "declared_inputs", "reads", "train"}
    assert all(config == MERGED for config in Nested.asked.values())
    assert job.options == MERGED
    assert ComponentTrial(Nested, WRITTEN).config == MERGED
