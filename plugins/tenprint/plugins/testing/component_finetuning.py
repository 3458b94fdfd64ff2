"""Properties of components that can go on from their former training."""

from pathlib import Path

import pytest

from tenprint.fingerprinting import NluComponent, Policy
from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.plugins.testing.component_kit import ComponentKit
from tenprint.plugins.testing.watching import tree

_NOT_WRITTEN = (vars(NluComponent)["finetune"].__func__, vars(Policy)["finetune"].__func__)
"""What raises where an author has written none."""


class ComponentFinetuning(ComponentKit):
    """Properties of components that can go on from their former training; others skip all but one."""

    def test_who_can_finetune_says_so(self) -> None:
        """CAN_FINETUNE is set where there is a `finetune`, and nowhere else: it is not called without."""
        has = self.component.finetune.__func__ not in _NOT_WRITTEN
        if has and not self.component.CAN_FINETUNE:
            self.fail("it has finetune, which is never called", "set CAN_FINETUNE = True")
        if self.component.CAN_FINETUNE and not has:
            self.fail("CAN_FINETUNE is set, and there is no finetune", "write finetune, or leave CAN_FINETUNE out")

    def test_what_was_finetuned_can_be_loaded(self) -> None:
        """After more data were learned, the files are loaded as those of a training are."""
        former = self._former()
        self.answers(self.loaded(self.stored("finetuned", self.other_lesson(), former=former)))

    def test_finetuning_gives_equal_files(self) -> None:
        """From the same former training and the same data come the same bytes."""
        former = self._former()
        one, other = (self.files(name, self.other_lesson(), former=former) for name in ("finetuned", "again"))
        self.same_files(one, other, "two finetunings with the same data", "fix the seeds of random numbers")

    def test_the_former_training_stays_as_it_is(self) -> None:
        """Finetuning changes nothing of what the former training answered, which other runs go on from."""
        former = self._former()
        config, lesson = self.trial.config, self.other_lesson()
        files = dict(self.component.train(config, self.lesson()))
        before = fingerprint_of(files)
        self.component.finetune(config, lesson, files)
        if fingerprint_of(files) != before:
            self.fail("finetune changed the former files", "copy what must be changed")
        kept = tree(former)
        self.stored("finetuned", lesson, former=former)
        if tree(former) != kept:
            self.fail("finetune wrote into the former model", "answer files, and write none")

    def _former(self) -> Path:
        if not self.component.CAN_FINETUNE:
            pytest.skip("it cannot be finetuned")
        return self.stored()
