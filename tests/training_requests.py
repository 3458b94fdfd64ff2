"""Trainings of components on three examples, for tests of what a trainer asks for and what it leaves."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenprint.fingerprinting import ComponentTrainer, Message, NluComponent, TrainingReport, TrainingRequest
from tenprint.importers import Registered
from tenprint.importers.data import Domain, Example, IntentStep, NluData, Stories, Story

Components = Mapping[str, Registered[type[Any]]]

NLU = NluData((Example("hi", "greet"), Example("when do you open", "faq/hours"), Example("grüß dich", "greet")))
STORIES = Stories((Story("", (IntentStep("greet"),)),))


class SilentComponent(NluComponent):
    """Stores nothing and finds nothing."""

    NAME = "SilentComponent"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "SilentComponent":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


def provided(*kinds: type[Any]) -> Components:
    """Register components as a plugin would."""
    return {kind.NAME: Registered(kind.NAME, kind, "sample-plugin", "2.0") for kind in kinds}


def training_request(
    components: Components, folder: Path, *pipeline: Any, policies: Any = (), **changes: Any
) -> TrainingRequest:
    """Ask for a training of NLU; an entry is a mapping, or the name alone."""
    config = {"pipeline": [as_entry(entry) for entry in pipeline], "policies": [as_entry(entry) for entry in policies]}
    asked = {"sections": frozenset({"nlu"}), "stories": STORIES, "nlu": NLU, **changes}
    return TrainingRequest(config=config, domain=Domain(), components=components, folder=folder, **asked)


def as_entry(entry: Any) -> Any:
    return {"name": entry} if isinstance(entry, str) else entry


async def train_components(components: Components, folder: Path, *pipeline: Any, **changes: Any) -> TrainingReport:
    return await ComponentTrainer().train(training_request(components, folder, *pipeline, **changes))


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def content(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
