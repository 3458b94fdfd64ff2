"""Models of other schemes: an older one is compared as it was digested then, a newer one is refused in plain words."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import (
    ModelError,
    TrainingPlan,
    create_package_rasa,
    get_latest_model,
    read_archive_head,
    train,
    unpack_model,
)
from tenprint.fingerprinting.archive.update import trained_domain_digest
from tenprint.fingerprinting.diff import stored_items
from tenprint.fingerprinting.fingerprint import ItemKinds, fingerprint_of
from tenprint.fingerprinting.fingerprint_file import fingerprint_document
from tenprint.fingerprinting.preparing import TrainingSetup, checked_snapshot, prepare
from tenprint.fingerprinting.schemes import NEWEST, SCHEMES, Scheme, digested, scheme_of
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import ItemTable, ReadingRules, digest_of, digest_text, effective_domain, parse_digest, value_of
from tenprint.importers import Path as ItemPath
from tenprint.importers.items import Facets
from tenprint.importers.kinds import DOMAIN, ItemKind
from tenprint.plugins import open_project


def of_old(digest: bytes) -> bytes:
    """Digest as the scheme before the first would have: something else, and nothing is lost."""
    return digest_of(b"scheme 0" + digest)


def old_item_kind(item_kind: ItemKind) -> ItemKind:
    def itemise(kind: str, path: ItemPath, value: Any) -> tuple[bytes, Facets]:
        digest, facets = item_kind.itemise(kind, path, value)
        return of_old(digest), tuple(
            (name, of_old(facet) if isinstance(facet, bytes) else facet) for name, facet in facets
        )

    # It had no key of its own for the session.
    read_by = {("domain-unread" if key == "session-settings" else key): how for key, how in item_kind.read_by.items()}
    return replace(item_kind, itemise=itemise, read_by=read_by)


def old_fingerprint(table: ItemTable, item_kinds: ItemKinds) -> Fingerprint:
    return {
        key: digest_text(of_old(parse_digest(value))) if isinstance(value, str) and ":" in value else value
        for key, value in fingerprint_of(table, item_kinds).items()
        if key != "session-settings"
    }


OLD = Scheme(0, old_item_kind, old_fingerprint)
KNOWN = (OLD, NEWEST)


def with_setup(project: Path, work: Callable[[TrainingSetup], Any], *, schemes: tuple[Scheme, ...] = KNOWN) -> Any:
    async def run() -> Any:
        async with open_project(project) as held:
            return await work(replace(held.setup, schemes=schemes))

    return anyio.run(run)


@pytest.fixture
def old_model(tmp_path: Path) -> Path:
    """Give a project whose newest model was written by the scheme 0."""
    project = copy_of_assistant(tmp_path / "peg")
    with_setup(project, train)
    with_setup(project, rewrite_as_old)
    return project


async def rewrite_as_old(setup: TrainingSetup) -> None:
    rules = setup.importer.context.rules
    snapshot = await checked_snapshot(setup.importer)
    then = digested(snapshot, rules, OLD)
    domain = effective_domain(value_of(DOMAIN, snapshot, rules), snapshot.table)
    document = fingerprint_document(
        {**then.fingerprint, "trained_at": 5.0}, root="sha256:00", items=stored_items(then.table)
    )
    rewrite_model(setup.models, {"fingerprint.json": {**document, "scheme": 0}}, core_domain=domain)


def rewrite_model(models: Path, documents: dict[str, Any], *, core_domain: Any = None) -> None:
    model = get_latest_model(str(models))
    assert model is not None
    unpacked = Path(unpack_model(model))
    for name, document in documents.items():
        (unpacked / name).write_text(json.dumps(document), encoding="utf-8")
    if core_domain is not None:
        metadata = json.loads((unpacked / "metadata.json").read_bytes())
        metadata |= {"scheme": 0, "core_domain": trained_domain_digest(core_domain, OLD)}
        (unpacked / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    create_package_rasa(str(unpacked), model)


def plan(project: Path) -> TrainingPlan:
    async def work(setup: TrainingSetup) -> TrainingPlan:
        return (await prepare(setup)).plan

    made: TrainingPlan = with_setup(project, work)
    return made


def edit(project: Path, path: str, old: str, new: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (project / path).write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_scheme_trains_nothing_by_itself(old_model: Path) -> None:
    made = plan(old_model)
    assert (made.action, made.changes) == ("none", ())


Expected = tuple[str, set[str], tuple[str, str, tuple[str, ...]]]

EDITS: list[Any] = [
    pytest.param(
        ("data/stories.yml", "- action: utter_sign_up", "- action: utter_help"),
        ("train", {"core", "nlg"}, ("modified", "story", ("stories", "A newcomer decides to join"))),
        id="a story",
    ),
    pytest.param(
        ("data/stories.yml", "story: A newcomer decides to join", "story: Joining"),
        ("none", set(), ("renamed", "story", ("stories", "Joining"))),
        id="the name of a story",
    ),
    pytest.param(
        ("data/nlu/everyday.yml", "- cheerio", "- toodle-oo"),
        ("train", {"nlu"}, ("modified", "intent-example", ("nlu", "goodbye", "toodle-oo"))),
        id="an example",
    ),
    pytest.param(
        ("domain/actions_and_session.yml", "session_expiration_time: 90", "session_expiration_time: 45"),
        ("update-domain", {"nlg"},
         ("modified", "session-setting", ("domain", "session_config", "session_expiration_time"))),
        id="a setting",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edited", "expected"), EDITS)
def test_what_differs_is_named_as_ever(old_model: Path, edited: tuple[str, str, str], expected: Expected) -> None:
    edit(old_model, *edited)
    made = plan(old_model)
    due = {name for name, section in made.sections.items() if section.retrain}
    (change,) = made.changes
    assert (made.action, due, (change.change, change.kind, change.path)) == expected


def test_what_is_written_next_has_the_newest_scheme(old_model: Path) -> None:
    edit(old_model, "domain/responses.yml", "mind the ladder", "mind the step")
    report = with_setup(old_model, train)
    assert (report.plan.action, report.written) == ("update-domain", True)
    assert read_archive_head(report.model).scheme == NEWEST.number
    assert with_setup(old_model, train, schemes=SCHEMES).plan.action == "none"


def test_a_model_of_a_newer_tenprint_is_refused_and_never_trained_over(old_model: Path) -> None:
    head = read_archive_head(str(get_latest_model(str(old_model / "models"))))
    newer = {**fingerprint_document(head.fingerprint, root="sha256:00"), "scheme": 7}
    rewrite_model(old_model / "models", {"fingerprint.json": newer})
    with pytest.raises(ModelError, match=r"written by a newer tenprint.*scheme 7.*up to 1") as refusal:
        with_setup(old_model, train)
    assert refusal.value.hint == "upgrade tenprint, or train everything with --force"


def test_a_forced_run_does_not_mind_a_newer_model(old_model: Path) -> None:
    rewrite_model(old_model / "models", {"fingerprint.json": {**fingerprint_document({}, root="x"), "scheme": 7}})

    async def work(setup: TrainingSetup) -> TrainingPlan:
        return (await prepare(setup, force=True)).plan

    assert with_setup(old_model, work).forced


def test_schemes_are_found_by_number_and_fingerprints_of_others_have_none() -> None:
    assert scheme_of(0, name="m", schemes=KNOWN) is OLD
    assert scheme_of(1, name="m") is NEWEST
    assert scheme_of(None, name="m") is NEWEST
    assert [scheme.number for scheme in SCHEMES] == sorted({scheme.number for scheme in SCHEMES})


def test_rules_of_a_scheme_are_those_of_the_project_but_for_the_digests() -> None:
    rules = ReadingRules()
    assert OLD.rules(rules).item_kinds().keys() == rules.item_kinds().keys()
    assert NEWEST.rules(rules) == rules
