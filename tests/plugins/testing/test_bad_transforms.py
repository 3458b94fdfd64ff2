"""For every property that transforms alone have, there is a transform without it, and the kit says so.

That it says nothing else is looked at by the slow tests.
"""

from pathlib import Path
from typing import Any

import pytest
from tests.plugins.testing.bad import transforming
from tests.plugins.testing.good import GoodKit
from tests.plugins.testing.good_transform import PoliteKit
from tests.plugins.testing.looking import failure_of

PROPERTIES = sorted(name for name in dir(PoliteKit) if name.startswith("test_"))
DEFECTS: dict[str, Any] = {
    name: found for name, found in vars(transforming).items() if isinstance(found, type) and "BREAKS" in vars(found)
}
APART = ("test_every_process_reads_the_same", "test_the_locale_does_not_matter")
"""Properties that start processes, which would not know which defect is meant."""


def failures(defect: str, properties: list[str], folder: Path) -> dict[str, str]:
    failed = {}
    for name in properties:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PoliteKit, "TRANSFORM", DEFECTS[defect])
            failure = failure_of(PoliteKit(), name, folder=folder, patch=patch)
            if failure is not None:
                failed[name] = failure
    return failed


def test_there_are_at_least_forty_properties_of_transforms() -> None:
    assert len(PROPERTIES) >= 40


def test_what_transforms_do_not_share_with_importers_has_a_defect() -> None:
    own = {name for name in PROPERTIES if getattr(PoliteKit, name) is not getattr(GoodKit, name, None)}
    assert own - {found.BREAKS for found in DEFECTS.values()} == set()


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_a_defect_and_says_what_to_do(defect: str, tmp_path: Path) -> None:
    found = failures(defect, [DEFECTS[defect].BREAKS], tmp_path)
    assert list(found) == [DEFECTS[defect].BREAKS]
    assert "\nhint: " in found[DEFECTS[defect].BREAKS]


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_the_kit_finds_no_other_defect(defect: str, tmp_path: Path) -> None:
    found = failures(defect, [name for name in PROPERTIES if name not in APART], tmp_path)
    assert list(found) == [DEFECTS[defect].BREAKS], found
