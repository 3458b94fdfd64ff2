"""The graphs of a recipe are checked before anything is trained, and what is wrong has the place of its entry."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.fingerprinting.component import Message, NluComponent
from tenprint.fingerprinting.component_trainer import ComponentTrainer
from tenprint.fingerprinting.trainer import TrainingProblemsError, TrainingRequest
from tenprint.importers import Location
from tenprint.importers.data import Domain, Example, NluData, Stories
from tenprint.importers.registered import Registered

pytestmark = pytest.mark.anyio


class Fickle(NluComponent):
    """Answers as it should as long as its answers last."""

    NAME = "Fickle"
    VERSION = "1"
    answers: ClassVar[Iterator[list[str]]] = iter(())
    trained: ClassVar[list[str]] = []

    @classmethod
    def required_packages(cls) -> list[str]:
        found = next(cls.answers, None)
        if found is None:
            raise RuntimeError("I forgot")
        return found

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        cls.trained.append("")
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Fickle":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


def request(folder: Path) -> TrainingRequest:
    return TrainingRequest(
        sections=frozenset({"nlu"}),
        config={"pipeline": [{"name": "Fickle"}]},
        domain=Domain(),
        stories=Stories(),
        nlu=NluData((Example("hi", "greet"),)),
        components={"Fickle": Registered("Fickle", Fickle, "some-tests", "1")},
        folder=folder,
        location_of=lambda key, position: Location("files", f"{key}.yml", position + 1, 3),
    )


async def test_what_is_wrong_with_both_graphs_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    Fickle.answers, Fickle.trained = iter([[]]), []
    with pytest.raises(TrainingProblemsError) as caught:
        await ComponentTrainer().train(request(tmp_path))
    reason = "TrainNluNode[Fickle] fails when it is asked for `required_packages`: RuntimeError: I forgot"
    told = [(problem.code, problem.message, str(problem.location)) for problem in caught.value.problems]
    assert told == [
        ("not-a-component", f"training graph, node `nlu/0-Fickle`: {reason}", "pipeline.yml:1:3"),
        (
            "not-a-component",
            f"prediction graph, node `process/0-Fickle`: {reason.replace('TrainNluNode', 'ProcessNode')}",
            "pipeline.yml:1:3",
        ),
    ]
    assert Fickle.trained == []
    assert not (tmp_path / "nlu").exists()


async def test_a_package_that_is_gone_by_then_is_told_for_both(tmp_path: Path) -> None:
    Fickle.answers = iter([[], ["no_such_package"], ["no_such_package"]])
    with pytest.raises(TrainingProblemsError) as caught:
        await ComponentTrainer().train(request(tmp_path))
    assert [problem.code for problem in caught.value.problems] == ["missing-package", "missing-package"]
