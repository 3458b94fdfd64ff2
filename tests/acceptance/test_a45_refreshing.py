"""Acceptance cases A45 to A47: refreshing the domain of a model, and which models can be finetuned."""

from pathlib import Path

import pytest

from tenprint.fingerprinting import (
    FINGERPRINT_KEYS,
    DomainMismatch,
    Fingerprint,
    check_domain,
    finetuning_obstacles,
    update_model_with_new_domain,
)
from tenprint.fingerprinting.archive.update import trained_domain_digest
from tenprint.importers import ImporterContext
from tenprint.importers.data import Domain, Intent, Response, Slot, SlotMapping
from tenprint.importers.file import FileImporter
from tenprint.importers.memory import MemoryImporter

MOODS = Domain(
    intents=(Intent("greet"),),
    slots=(
        Slot("mood", "categorical", mappings=(SlotMapping({"type": "custom"}),), properties={"values": ["a", "b"]}),
    ),
    responses=(Response("utter_hello", ({"text": "hello"},)),),
)


async def domain_in(model: Path) -> Domain:
    """Read the domain of an unpacked model as a project would."""
    importer = FileImporter({"domain": "core/domain.yml"}, ImporterContext(model))
    return await importer.get_domain()


@pytest.mark.anyio
async def test_a45_an_empty_domain_makes_the_domain_of_the_model_empty(tmp_path: Path) -> None:
    await update_model_with_new_domain(MemoryImporter(domain=MOODS), tmp_path)
    assert not (await domain_in(tmp_path)).is_empty
    await update_model_with_new_domain(MemoryImporter(), str(tmp_path))
    assert (await domain_in(tmp_path)).is_empty


@pytest.mark.anyio
async def test_a46_the_same_domain_fits_the_model_it_was_trained_with(tmp_path: Path) -> None:
    await update_model_with_new_domain(MemoryImporter(domain=MOODS), tmp_path)
    refreshed = await domain_in(tmp_path)
    assert refreshed == MOODS
    check_domain(refreshed, trained_domain_digest(MOODS))


def test_a46_another_value_of_a_slot_does_not_fit() -> None:
    (mood,) = MOODS.slots
    other = Domain(MOODS.intents, slots=(Slot(mood.name, mood.type, properties={"values": ["sunny"]}),))
    with pytest.raises(DomainMismatch):
        check_domain(other, trained_domain_digest(MOODS))


@pytest.mark.parametrize(("minimum", "possible"), [("1.0", True), ("0.9", True), ("1.1", False)])
def test_a47_models_from_the_minimum_version_on_can_be_finetuned(minimum: str, *, possible: bool) -> None:
    fingerprint: Fingerprint = {**dict.fromkeys(FINGERPRINT_KEYS, "sha256:00"), "version": "1.0"}
    obstacles = finetuning_obstacles(fingerprint, fingerprint, core=True, nlu=True, minimum_version=minimum)
    assert (obstacles == ()) is possible
    assert all("1.0" in obstacle for obstacle in obstacles)
