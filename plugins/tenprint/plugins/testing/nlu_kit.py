"""What an author of an NLU component writes for its conformance tests, and how its properties are looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.fingerprinting import Batch, ComponentTrial, Featurizer, Message, NluComponent, NluLesson, Tokenizer
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.importers.data import NluData
from tenprint.plugins.testing.component_kit import ComponentKit
from tenprint.plugins.testing.component_samples import TEXTS, other_nlu, sample_nlu
from tenprint.plugins.testing.pictures import Picture
from tenprint.plugins.testing.standing_above import STANDING_ABOVE

_DIGITS = 6
"""Sums of floats may differ after these by the number of messages that are computed at once."""


class NluKit(ComponentKit):
    """The part of `NluComponentConformance` that an author overrides, and what its properties share."""

    COMPONENT: ClassVar[type[NluComponent] | None] = None
    """The class of the component."""
    ABOVE: ClassVar[Sequence[tuple[type[NluComponent], Mapping[str, Any]]] | None] = None
    """What stands above it in the pipeline, with options; None for simple ones that give what it needs."""
    TEXTS: ClassVar[Sequence[str]] = TEXTS
    """Messages it is asked about; in at least one of them it should recognise something."""

    _above: Sequence[NluComponent] = ()

    def data(self) -> NluData:
        """Make data to learn from: at least two things of each kind that the component reads."""
        return sample_nlu()

    def other_data(self) -> NluData:
        """Make data of which something else is learned."""
        return other_nlu()

    # What properties use.

    def lesson(self, *, everything: bool = False, turned: bool = False) -> NluLesson:
        return self._lesson_on(_turned(self.data()) if turned else self.data(), everything=everything)

    def other_lesson(self) -> NluLesson:
        return self._lesson_on(self.other_data())

    def fingerprint_of_lesson(self, lesson: Any) -> str:
        return fingerprint_of(lesson)

    def above(self) -> Sequence[tuple[type[NluComponent], Mapping[str, Any]]]:
        """What stands above it, here."""
        if self.ABOVE is not None:
            return self.ABOVE
        config = self.trial.config
        needs = {*self.component.needs(config), *(self.component.reads(config) & {"tokens", "features"})}
        if "features" in needs:
            needs.add("tokens")
        return [(found, {}) for need, found in STANDING_ABOVE.items() if need in needs]

    def loaded_above(self) -> Sequence[NluComponent]:
        """Train and load what stands above it, on the data of these tests."""
        if not self._above:
            self._above = self._trained_above()
        return self._above

    def begin(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().begin(folder, monkeypatch)
        self._above = ()

    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        super().take_over(folder, project, options)
        self._above = ()

    def asked(self, texts: Sequence[str] | None = None) -> Batch:
        """Make a batch as it comes to the component."""
        batch = Batch(tuple(Message(text) for text in (self.TEXTS if texts is None else texts)))
        return reduce(lambda found, component: component.process_batch(found), self.loaded_above(), batch)

    def answers(self, component: Any) -> Picture:
        return self.drawn(component.process_batch(self.asked()))

    def drawn(self, batch: Batch) -> Picture:
        """Draw messages with all that was found, a line each; those of equal messages are equal in any batch."""
        lines = []
        token = 0
        for row, message in enumerate(batch.messages):
            rows = [
                (
                    found.origin,
                    None if found.sentence is None else _numbers(found.sentence[row]),
                    None
                    if found.sequence is None
                    else [_numbers(found.sequence[place]) for place in range(token, token + len(message.tokens))],
                )
                for found in batch.features
            ]
            token += len(message.tokens)
            tokens = [[part.text, part.start, part.end] for part in message.tokens]
            lines.append(json.dumps([_rounded(message.to_json()), tokens, rows], sort_keys=True, default=repr))
        return tuple(lines)

    def only(self, kind: type[Tokenizer] | type[Featurizer]) -> None:
        """Skip a property that others have nothing to do with."""
        if not issubclass(self.component, kind):
            pytest.skip(f"it is no {kind.__name__}")

    def _lesson_on(self, nlu: NluData, *, everything: bool = False) -> NluLesson:
        batch = self.asked([example.text for example in nlu.examples])
        # Of what stands above, a training uses only what prepares: nobody learns from guesses.
        plain = Batch(tuple(Message(one.text, tokens=one.tokens) for one in batch.messages), batch.features)
        lesson = NluLesson(**_parts(nlu), batch=plain) if everything else self.trial.nlu_lesson(nlu, plain)
        return replace(lesson, project=self.project)

    def _trained_above(self) -> Sequence[NluComponent]:
        nlu = self.data()
        batch = Batch(tuple(Message(example.text) for example in nlu.examples))
        found: list[NluComponent] = []
        for number, (component, options) in enumerate(self.above()):
            trial = ComponentTrial(component, options)
            folder = self.folder / f"above-{number}"
            if not folder.exists():
                trial.stored(replace(trial.nlu_lesson(nlu, batch), project=self.project), folder)
            found.append(trial.loaded(folder))
            if found[-1].PREPARES:
                batch = found[-1].process_batch(batch)
        return found


def _turned(nlu: NluData) -> NluData:
    """The same data in the opposite order."""
    turned: dict[str, Any] = {
        name: part[::-1] if isinstance(part, tuple) else part for name, part in _parts(nlu).items()
    }
    return NluData(**turned)


def _parts(nlu: NluData) -> dict[str, Any]:
    return {part.name: getattr(nlu, part.name) for part in fields(NluData)}


def _numbers(row: Any) -> list[list[float]]:
    found = row.tocoo()
    return sorted(
        [int(column), round(float(value), _DIGITS)] for column, value in zip(found.col, found.data, strict=True)
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(value, _DIGITS) if isinstance(value, float) else value
