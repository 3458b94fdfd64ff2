"""The domain-only update: one file is written, and a domain that does not fit is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting.archive.update import check_domain, trained_domain_digest, update_model_with_new_domain
from tenprint.fingerprinting.errors import DomainMismatch, ModelError
from tenprint.importers import ImporterContext, NotProvided, TrainingDataImporter
from tenprint.importers.data import Action, Domain, Entity, Form, Intent, Response, Slot, SlotMapping
from tenprint.importers.file import FileImporter
from tenprint.importers.memory import MemoryImporter

DOMAIN = Domain(
    intents=(Intent("greet"), Intent("größer", use_entities=())),
    entities=(Entity("city", roles=("from", "to")),),
    slots=(Slot("city", "text", mappings=(SlotMapping({"type": "from_entity", "entity": "city"}),)),),
    forms=(Form("trip", ("city",)),),
    actions=(Action("action_look"),),
    responses=(Response("utter_hello", ({"text": "no"}, {"text": "yes: 1"}, {"text": "grüß dich 👋"})),),
    session={"session_expiration_time": 60},
)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.anyio
async def test_the_domain_is_written_so_that_it_is_read_back_equal(tmp_path: Path) -> None:
    await update_model_with_new_domain(MemoryImporter(domain=DOMAIN), str(tmp_path))
    importer = FileImporter({"domain": "core/domain.yml"}, ImporterContext(tmp_path))
    assert await importer.get_domain() == DOMAIN


@pytest.mark.anyio
async def test_nothing_but_the_domain_is_touched(tmp_path: Path) -> None:
    for name in ("core/domain.yml", "core/domain.json", "core/0-Policy/a.json", "nlu/0-X/b.json", "fingerprint.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    await update_model_with_new_domain(MemoryImporter(domain=DOMAIN), tmp_path)
    files = files_below(tmp_path)
    assert len(files) == 5
    assert [name for name, content in files.items() if content != b"old"] == ["core/domain.yml"]


@pytest.mark.anyio
async def test_equal_domains_are_equal_bytes(tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        await update_model_with_new_domain(MemoryImporter(domain=DOMAIN), tmp_path / name)
        texts.append((tmp_path / name / "core" / "domain.yml").read_bytes())
    assert texts[0] == texts[1]


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_written_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "core").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(ModelError, match=r"core/domain\.yml") as caught:
        await update_model_with_new_domain(MemoryImporter(domain=DOMAIN), tmp_path)
    assert caught.value.hint


@pytest.mark.anyio
async def test_an_importer_without_a_domain_writes_none(tmp_path: Path) -> None:
    with pytest.raises(NotProvided):
        await update_model_with_new_domain(TrainingDataImporter(), tmp_path)
    assert files_below(tmp_path) == {}


FITTING: list[Any] = [
    pytest.param(replace(DOMAIN, responses=(Response("utter_hello", ({"text": "bye"},)),)), id="reply texts"),
    pytest.param(replace(DOMAIN, session={}), id="session settings"),
    pytest.param(replace(DOMAIN, forms=(Form("trip", ()),)), id="the body of a form"),
    pytest.param(replace(DOMAIN, slots=(replace(DOMAIN.slots[0], mappings=()),)), id="slot mappings"),
    pytest.param(replace(DOMAIN, actions=(Action("action_look", {"send_domain": True}),)), id="action properties"),
    pytest.param(replace(DOMAIN, intents=DOMAIN.intents[::-1]), id="order of intents"),
]


@pytest.mark.parametrize("domain", FITTING)
def test_a_domain_that_differs_in_what_training_does_not_read_fits(domain: Domain) -> None:
    assert domain != DOMAIN
    check_domain(domain, trained_domain_digest(DOMAIN))


OTHERS: list[Any] = [
    pytest.param(replace(DOMAIN, intents=DOMAIN.intents[:1]), id="an intent less"),
    pytest.param(replace(DOMAIN, intents=(Intent("greet"), Intent("größer"))), id="used entities"),
    pytest.param(replace(DOMAIN, entities=(Entity("city", roles=("from",)),)), id="a role less"),
    pytest.param(replace(DOMAIN, slots=(replace(DOMAIN.slots[0], type="bool"),)), id="type of a slot"),
    pytest.param(replace(DOMAIN, forms=()), id="a form less"),
    pytest.param(replace(DOMAIN, actions=()), id="an action less"),
    pytest.param(replace(DOMAIN, responses=()), id="a response less"),
    pytest.param(Domain(), id="empty"),
]


@pytest.mark.parametrize("domain", OTHERS)
def test_a_domain_that_differs_in_what_was_trained_is_refused(domain: Domain) -> None:
    with pytest.raises(DomainMismatch) as caught:
        check_domain(domain, trained_domain_digest(DOMAIN))
    assert caught.value.hint


def test_a_model_that_does_not_say_what_it_was_trained_on_takes_any_domain() -> None:
    check_domain(Domain(), None)


def test_a_model_of_the_first_release_recorded_the_domain_as_it_was_written() -> None:
    effective = replace(DOMAIN, actions=(*DOMAIN.actions, Action("utter_faq")))
    with pytest.raises(DomainMismatch):
        check_domain(effective, trained_domain_digest(DOMAIN))
    check_domain(effective, trained_domain_digest(DOMAIN), written=DOMAIN)
    check_domain(effective, trained_domain_digest(effective), written=DOMAIN)
    with pytest.raises(DomainMismatch):
        check_domain(effective, trained_domain_digest(Domain()), written=DOMAIN)
