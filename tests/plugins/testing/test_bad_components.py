"""For every property of components there is a component without it, and the kit says so."""

import importlib
import os
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.testing.looking import failure_of

from tenprint.fingerprinting import Policy
from tenprint.plugins.testing import NluComponentConformance, PolicyConformance
from tenprint.plugins.testing.putting_back import put_back

TOPICS = ("components", "component_guests", "prepared", "policies")
VARIABLE = "TENPRINT_TESTS_BAD"


def found_by(defect: str) -> type[Any]:
    topic, _, name = defect.partition(".")
    found: type[Any] = getattr(importlib.import_module(f"tests.plugins.testing.bad.{topic}"), name)
    return found


class BadNluKit(NluComponentConformance):
    """The kit around the component that the environment names, as a process of its own has nothing else to go by."""

    @property
    def component(self) -> type[Any]:
        return found_by(os.environ[VARIABLE])


class BadPolicyKit(PolicyConformance):
    """The kit around the policy that the environment names."""

    @property
    def component(self) -> type[Any]:
        return found_by(os.environ[VARIABLE])


def properties(kit: type[Any]) -> set[str]:
    return {name for name in dir(kit) if name.startswith("test_")}


DEFECTS: dict[str, str] = {
    f"{topic}.{name}": found.BREAKS
    for topic in TOPICS
    for name, found in vars(importlib.import_module(f"tests.plugins.testing.bad.{topic}")).items()
    if isinstance(found, type) and hasattr(found, "BREAKS")
}


def failures(defect: str, names: list[str], folder: Path) -> dict[str, str]:
    """Look at properties of a bad component; returns those that fail, with what is said."""
    kit = BadPolicyKit if issubclass(found_by(defect), Policy) else BadNluKit
    failed = {}
    for name in names:
        with put_back(), pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, defect)
            failure = failure_of(kit(), name, folder=folder, patch=patch)
            if failure is not None:
                failed[name] = failure
    return failed


def test_there_are_enough_properties_and_a_defect_for_each() -> None:
    nlu, core = properties(NluComponentConformance), properties(PolicyConformance)
    assert len(nlu) >= 25
    assert len(core) >= 15
    assert set(DEFECTS.values()) == nlu | core
    own = {DEFECTS[defect] for defect in DEFECTS if issubclass(found_by(defect), Policy)}
    assert core - nlu <= own


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_a_defect_and_says_what_to_do(defect: str, tmp_path: Path) -> None:
    found = failures(defect, [DEFECTS[defect]], tmp_path)
    assert list(found) == [DEFECTS[defect]]
    assert "\nhint: " in found[DEFECTS[defect]]
