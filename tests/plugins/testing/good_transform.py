"""A good transform, and the kit with data for it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tenprint.importers import TrainingDataImporter, Transform, TransformItem
from tenprint.importers.data import Example, NluData, Synonym
from tenprint.importers.memory import MemoryImporter
from tenprint.plugins.testing import TransformConformance


@dataclass(frozen=True)
class PoliteOptions:
    """What is said to be polite, and how often."""

    word: str
    most: int = 1


class Polite(Transform):
    """Adds a word to the examples that end with a question mark. Options: `word`, and `most`, how often."""

    NAME = "polite"
    KINDS: ClassVar[tuple[str, ...]] = ("intent-example",)
    OPTIONS = PoliteOptions

    def transform_item(self, item: TransformItem) -> list[TransformItem]:
        example: Example = item.value
        if not example.text.endswith("?"):
            return [item]
        return [item.replaced(example._replace(text=self.said(example, item)))]

    def said(self, example: Example, item: TransformItem) -> str:
        """Return what is said in place of an example."""
        often = self.random(item).randint(1, self.options.most)
        return " ".join([example.text, *[self.options.word] * often])


class PoliteKit(TransformConformance):
    """The kit with data for the good transform; defects set TRANSFORM."""

    TRANSFORM = Polite
    OPTIONS: ClassVar[dict[str, Any]] = {"word": "please", "most": 3}

    def source(self) -> TrainingDataImporter:
        texts = ("is it open?", "when do you close?", "where are you?", "what does it cost?", "goodbye")
        examples = tuple(Example(text, "asking") for text in texts)
        return MemoryImporter(nlu=NluData(examples, (Synonym("tea", "drink"), Synonym("milk", "drink"))))
