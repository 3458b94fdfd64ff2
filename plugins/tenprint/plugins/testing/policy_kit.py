"""What an author of a policy writes for its conformance tests, and how its properties are looked at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from tenprint.fingerprinting import CoreTrainingData, Dialogue, Message, ParsedIntent, Policy
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.importers.data import Stories
from tenprint.plugins.testing.component_kit import ComponentKit
from tenprint.plugins.testing.component_samples import (
    other_stories,
    sample_dialogues,
    sample_domain,
    sample_stories,
)
from tenprint.plugins.testing.pictures import Picture


class PolicyKit(ComponentKit):
    """The part of `PolicyConformance` that an author overrides, and what its properties share."""

    COMPONENT: ClassVar[type[Policy] | None] = None
    """The class of the policy."""

    def data(self) -> CoreTrainingData:
        """Make data to learn from: at least two things of each kind that the policy reads."""
        return CoreTrainingData(sample_stories(), sample_domain(), understood)

    def other_data(self) -> CoreTrainingData:
        """Make data of which something else is learned."""
        return CoreTrainingData(other_stories(), sample_domain(), understood)

    def dialogues(self) -> Sequence[Dialogue]:
        """Return what it is asked about; in at least one dialogue it should say what comes next."""
        return sample_dialogues()

    # What properties use.

    def lesson(self, *, everything: bool = False, turned: bool = False) -> CoreTrainingData:
        given = self.data()
        if turned:
            told = given.stories
            turned_stories = Stories(told.stories[::-1], told.rules[::-1])
            given = CoreTrainingData(turned_stories, given.domain, given.interpreter, given.further)
        return replace(given if everything else self.trial.core_lesson(given), project=self.project)

    def other_lesson(self) -> CoreTrainingData:
        return replace(self.trial.core_lesson(self.other_data()), project=self.project)

    def fingerprint_of_lesson(self, lesson: Any) -> str:
        return fingerprint_of((lesson.stories, lesson.domain, dict(lesson.further)))

    def answers(self, component: Any) -> Picture:
        return tuple(repr(component.predict(dialogue)) for dialogue in self.dialogues())


def understood(text: str) -> Message:
    """Understand words of users in stories, as an NLU half of these tests would."""
    intent = ParsedIntent("greet" if "hello" in text else "leave", 1.0)
    return Message(text, intent, (intent,))
