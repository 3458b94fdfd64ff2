"""A policy that remembers its stories, and forgets the beginning of a conversation where that helps it remember."""

from collections.abc import Iterator
from typing import ClassVar

from tenprint.fingerprinting import ActionPrediction, Dialogue, Event
from tenprint.importers.data import IntentStep, UserStep
from tenprint.plugins.components.memoization import MemoizationPolicy


class AugmentedMemoizationPolicy(MemoizationPolicy):
    """As MemoizationPolicy; what it does not remember it looks up again with one turn less, and one less again.

    What was forgotten takes with it the slots that were set and the loop that began in it.
    """

    __slots__ = ()

    NAME: ClassVar[str] = "AugmentedMemoizationPolicy"
    VERSION: ClassVar[str | None] = "1"

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        found = self.remembered(dialogue.events)
        if found is not None:
            return found
        return next((found for events in self._shorter(dialogue.events) if (found := self.remembered(events))), None)

    def _shorter(self, events: tuple[Event, ...]) -> Iterator[tuple[Event, ...]]:
        """Forget turns one by one, so that each time the conversation begins with a later message."""
        begins = [place for place, event in enumerate(events) if isinstance(event, IntentStep | UserStep)]
        longest = len(begins) if self.max_history is None else min(self.max_history, len(begins))
        yield from (events[begins[-turns] :] for turns in range(longest, 0, -1))
