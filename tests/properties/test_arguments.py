"""No public function changes an argument it was given: all functions of the doors are called, and arguments compared.

A new public function fails `test_every_public_function_is_looked_at` until it is listed here: with arguments, or among
those that take nothing that could be changed.
"""

import importlib
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from tests.program import PROJECT

from tenprint.fingerprinting import NLG, Fingerprint, TrainingSetup, model_fingerprint, unpack_model
from tenprint.importers import (
    AppliedTransform,
    DocumentId,
    ImporterContext,
    ImporterSpec,
    ItemTable,
    PlacedValue,
    Problem,
    ReadingRules,
    Registered,
    Snapshot,
    SourceFile,
    SourceState,
    TrainingDataImporter,
    items_of,
    project_data,
    read_file,
    take_apart,
)
from tenprint.importers.data import Domain, ProjectData
from tenprint.importers.file import FileImporter
from tenprint.importers.itemising import parts_of
from tenprint.importers.kinds import CONFIG, DOMAIN
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.merging import MergeRules, select
from tenprint.importers.reading import Reader, parse_yaml, read_domain
from tenprint.plugins import create_plugin_manager, open_project

DOORS = (
    "tenprint.fingerprinting",
    "tenprint.importers",
    "tenprint.importers.data",
    "tenprint.importers.kinds",
    "tenprint.importers.merging",
    "tenprint.importers.writing",
    "tenprint.plugins",
)

RICH = {
    **PROJECT,
    "config.yml": "language: en\nextra: {deep: [1, {deeper: [2]}]}\n"
    "pipeline:\n  - name: KeywordIntentClassifier\npolicies:\n  - name: MemoizationPolicy\n",
    "domain.yml": "intents:\n  - greet:\n      use_entities: [city]\nentities: [city]\n"
    "slots:\n  city: {type: categorical, values: [a, b], mappings: [{type: from_entity, entity: city}]}\n"
    "responses:\n  utter_hello:\n    - text: hello\n      buttons: [{title: t, payload: /greet}]\n"
    "      custom: {deep: [1, {deeper: [2]}]}\n",
}


@dataclass(frozen=True)
class _Options:
    """Options of an importer."""

    url: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """A project in all the shapes functions ask for."""

    folder: Path
    setup: TrainingSetup
    snapshot: Snapshot
    rules: ReadingRules
    project: ProjectData
    fingerprint: Fingerprint
    model: str
    unpacked: Path

    @property
    def table(self) -> ItemTable:
        return self.snapshot.table

    @property
    def context(self) -> ImporterContext:
        return ImporterContext(self.folder, rules=self.rules, opened={self.folder / "config.yml": b"language: en\n"})


def picture(value: Any, inside: tuple[int, ...] = ()) -> Any:
    """Everything a value holds, in order, as text and tuples that nobody can change."""
    if id(value) in inside:
        return "<itself>"
    inside = (*inside, id(value))
    if isinstance(value, TrainingDataImporter):
        # What it has read it may remember; what it was given it may not change.
        return type(value), picture(value.options, inside), picture(value.context, inside)
    if isinstance(value, (type, ModuleType, os.PathLike)) or callable(value):
        return repr(value)
    if isinstance(value, Mapping):
        return type(value), tuple((picture(key, inside), picture(entry, inside)) for key, entry in value.items())
    if isinstance(value, (set, frozenset)):
        return type(value), frozenset(picture(entry, inside) for entry in value)
    if isinstance(value, (list, tuple)):
        return type(value), tuple(picture(entry, inside) for entry in value)
    if is_dataclass(value):
        return type(value), tuple(picture(getattr(value, field.name), inside) for field in fields(value))
    if isinstance(value, (str, bytes, int, float, type(None))):
        return type(value), value
    return type(value), picture(getattr(value, "__dict__", {}), inside)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Write and train a project once; functions that write get folders of their own."""
    folder = tmp_path_factory.mktemp("arguments") / "project"
    for path, content in RICH.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")

    async def make() -> World:
        async with open_project(folder) as opened:
            report = await opened.train()
            assert report.model is not None
            snapshot = await opened.snapshot()
            unpacked = folder.parent / "unpacked"
            unpack_model(report.model, unpacked)
            return World(
                folder,
                opened.setup,
                snapshot,
                opened.rules,
                project_data(snapshot, opened.rules),
                await model_fingerprint(opened.importer),
                report.model,
                unpacked,
            )

    return anyio.run(make)


def specs() -> list[ImporterSpec]:
    return [ImporterSpec("greedy", {"paths": ["a", {"b": ["c"]}]}), ImporterSpec("file", {})]


class Greedy(TrainingDataImporter):
    """Changes all it was given and can."""

    def __init__(self, options: dict[str, Any], context: ImporterContext) -> None:
        super().__init__(options, context)
        options["paths"][1]["b"].clear()
        options.clear()
        self.options["paths"].clear()


def known() -> dict[str, Registered[type[TrainingDataImporter]]]:
    return {"file": Registered("file", FileImporter, "tenprint"), "greedy": Registered("greedy", Greedy, "greedy")}


def in_memory(world: World) -> MemoryImporter:
    data = world.project
    return MemoryImporter(config=data.config, domain=data.domain, stories=data.stories, nlu=data.nlu)


def problems() -> list[Problem]:
    return [Problem("b", "later"), Problem("a", "earlier", severity="warning")]


TRANSFORMS = parse_yaml(b"transforms:\n- name: t\n  words: [a, [b]]\n", DocumentId("settings", "tenprint.yml"))
DOMAIN_KINDS = {item_kind.name for item_kind in DOMAIN.item_kinds}

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def given(*arguments: Any, **named: Any) -> Arguments:
    return arguments, named


async def _one() -> list[int]:
    return [1]


CASES: dict[str, Callable[[World], Arguments]] = {
    # from the importers
    "canonical_digest": lambda world: given(dict(world.project.config)),
    "check_items": lambda world: given(world.snapshot),
    "check_project": lambda world: given(world.snapshot, world.rules),
    "completed": lambda world: given(world.snapshot, world.rules),
    "conflict_problems": lambda world: given(world.snapshot, world.rules),
    "conversation_tests": lambda world: given(world.snapshot, world.rules),
    "effective_domain": lambda world: given(world.project.domain, world.table),
    "errors_among": lambda _: given(problems()),
    "missing_data": lambda world: given(world.snapshot),
    "read_options": lambda _: given(_Options, {"url": "x", "paths": ["a", "b"]}, ImporterContext(Path())),
    "full_text": lambda world: given(dict(world.project.config)),
    "gather": lambda _: given([_one, _one]),
    "importer_specs": lambda _: given(
        parse_yaml(b"importers:\n  - name: file\n    data: [a, [b]]\n", DocumentId("config", "config.yml"))
    ),
    "in_reading_order": lambda _: given(problems()),
    "itemise": lambda world: given([*take_apart(CONFIG, dict(world.project.config))], 0, world.rules),
    "itemised_again": lambda world: given(world.snapshot, world.rules),
    "items_of": lambda world: given(CONFIG, dict(world.project.config), world.rules),
    "lazy_door": lambda _: given("tenprint.importers", {"Problem": "problem"}),
    "load_importer": lambda world: given(specs(), world.context, known=known()),
    "project_data": lambda world: given(world.snapshot, world.rules),
    "recorded": lambda world: given(world.table, [AppliedTransform("t", "1", options={"a": [1]})]),
    "recorded_kinds": lambda world: given(dict(world.rules.item_kinds())),
    "transform_specs": lambda _: given(Reader(TRANSFORMS), TRANSFORMS.root, "transforms"),
    "put_together": lambda world: given(
        DOMAIN,
        [part for part in parts_of(world.snapshot.documents[1], 1, world.rules) if part.item.kind in DOMAIN_KINDS],
    ),
    "read_file": lambda world: given(
        SourceFile(DocumentId("file", "domain.yml"), "domain", RICH["domain.yml"].encode()), 0, world.rules
    ),
    "read_values": lambda world: given(
        DocumentId("table", "rows"), [PlacedValue(DOMAIN, world.project.domain, (1, 1))], 0, world.rules, problems=[]
    ),
    "short_text": lambda world: given(dict(world.project.config)),
    "snapshot_of": lambda world: given(
        SourceState("file", None),
        [read_file(SourceFile(DocumentId("file", "d.yml"), "domain", RICH["domain.yml"].encode()), 0, world.rules)],
        world.rules,
    ),
    "take_apart": lambda world: given(CONFIG, dict(world.project.config)),
    "training_view": lambda world: given(world.project),
    "value_of": lambda world: given(DOMAIN, world.snapshot, world.rules),
    # from the data model and the kinds
    "section_count": lambda world: given(world.project.stories.stories[0]),
    "as_it_is": lambda world: given(dict(world.project.config)),
    "core_view": lambda world: given(world.project.domain, frozenset({"faq"})),
    "files_of_project": lambda world: given(list(world.rules.kinds)),
    "further_kinds": lambda world: given(list(world.rules.kinds)),
    "guarded": lambda _: given(DOMAIN, "tenprint"),
    "namespaced_kinds": lambda world: given(list(world.rules.kinds)),
    "plain_value": lambda world: given(dict(world.project.config)),
    "nameless": lambda world: given(world.project.stories),
    "nlu_view": lambda world: given(world.project.nlu),
    "training_digest": lambda world: given(world.project.stories.stories[0]),
    # from merging
    "kept_rows": lambda world: given(list(world.table.rows), select(list(world.table.rows), identities(world))),
    "repeated_positions": lambda world: given([*world.table.rows, *world.table.rows], {"intent-example"}),
    "marked": lambda world: given(world.table.rows[0][3], "!", ("domain", "a")),
    "merged": lambda world: given(
        world.snapshot.unmerged, identities(world), MergeRules("first", {"intent": "last"}), unit_list(world)
    ),
    "pending_problems": lambda world: given(world.table),
    "select": lambda world: given(list(world.snapshot.unmerged.rows), identities(world), None, unit_list(world)),
    # from writing
    "domain_mapping": lambda world: given(world.project.domain),
    "domain_yaml": lambda world: given(world.project.domain),
    "project_files": lambda world: given(world.project, rules=world.rules),
    "updated_domain": lambda world: given(
        RICH["domain.yml"].encode(), replace(world.project.domain, actions=()), rules=world.rules
    ),
    # from fingerprinting
    "all_problems": lambda world: given(world.snapshot),
    "can_finetune": lambda world: given(dict(world.fingerprint), dict(world.fingerprint), core=True, nlu=True),
    "check_domain": lambda world: given(world.project.domain, None),
    "checked_snapshot": lambda world: given(in_memory(world)),
    "component_identity": lambda world: given(next(iter(world.setup.components.values()))),
    "create_package_rasa": lambda world: given(
        str(copied(world.unpacked)), str(world.folder.parent / "rasa.tar.gz"), dict(world.fingerprint)
    ),
    "did_section_fingerprint_change": lambda world: given(
        dict(world.fingerprint), {**world.fingerprint, "nlg": "other"}, NLG
    ),
    "conversations_at": lambda world: given(world.context, [world.folder / "data"], known=known()),
    "cross_validate": lambda world: given(world.setup, world.project),
    "evaluate_core": lambda world: given(world.setup, [], domain=world.project.domain),
    "evaluate_nlu": lambda world: given(world.setup, [*world.project.nlu.examples]),
    "examples_at": lambda world: given(world.context, [world.folder / "data"], known=known()),
    "export_project": lambda world: given(in_memory(world), fresh(world, "exported")),
    "finetuning_obstacles": lambda world: given(dict(world.fingerprint), dict(world.fingerprint), core=True, nlu=True),
    "fingerprint_document": lambda world: given(dict(world.fingerprint), root="sha256:0", items=[["a", ["b"]]]),
    "fingerprint_of": lambda world: given(world.table, dict(world.rules.item_kinds())),
    "load_interpreter": lambda world: given(world.unpacked / "nlu", dict(world.setup.components)),
    "load_policies": lambda world: given(world.unpacked / "core", dict(world.setup.components)),
    "model_fingerprint": lambda world: given(in_memory(world)),
    "only_domain_file": lambda world: given(world.snapshot),
    "package_model": lambda world: given(
        dict(world.fingerprint), str(fresh(world, "packed")), str(copied(world.unpacked))
    ),
    "persist_fingerprint": lambda world: given(
        str(made(fresh(world, "persisted"))), {**world.fingerprint, "trained_at": 1.0}, items=[["a", ["b"]]]
    ),
    "prepare": lambda world: given(world.setup),
    "root_of": lambda world: given(dict(world.fingerprint)),
    "snapshot_fingerprint": lambda world: given(world.snapshot, dict(world.rules.item_kinds())),
    "should_retrain": lambda world: given(dict(world.fingerprint), world.model, str(made(fresh(world, "train_path")))),
    "train": lambda world: given(world.setup, force=True, fixed_model_name="again"),
    "update_model_with_new_domain": lambda world: given(in_memory(world), copied(world.unpacked)),
    # from the plugins
    "create_plugin_manager": lambda _: given(plugins=[], blocked=["some-plugin"]),
    "registry_of": lambda _: given(create_plugin_manager()),
}

_TEXT = "takes text, bytes, numbers and paths alone"
WITHOUT: dict[str, str] = {
    **dict.fromkeys(
        (
            *("age_text", "archive_member_names", "base_entity", "base_intent", "body_of", "digest_of", "digest_text"),
            *("fitting_sidecar", "get_latest_model", "get_local_model", "get_model", "get_model_for_finetuning"),
            *("get_model_subdirectories", "list_models", "module_at", "move_model", "parse_digest"),
            *("project_fingerprint_of", "read_archive_head", "scalar_form", "split_command", "split_name"),
            *("temporary_folder", "text_form"),
            *("read_lock", "lock_text", "sort_at", "stamp_of", "variables_in", "digests_in", "read_baseline"),
            *("plain_nlu_rows", "head_of_table"),
            *("file_bytes", "fingerprint_from_path", "unpack_model", "verify_model", "watched_loop", "word_faults"),
        ),
        _TEXT,
    ),
    "default_config": "takes nothing",
    "collection_paused": "takes nothing",
    "edited_changes": "takes frozen values; tests/plugins/cli/test_amending.py compares what it says",
    "edited_plan": "takes frozen values; tests/plugins/cli/test_watch.py compares what it says",
    "former_run": "takes what was just read from JSON",
    "plan_without_changes": "takes a frozen run",
    "rows_of_table": "takes what was just read from JSON; tests/importers/test_table_rows.py compares what it says",
    "reading_of": "takes bytes, a frozen file and frozen rules",
    "revision_of_digests": "takes texts",
    "sorted_digests": "takes rows, which are tuples",
    "written_baseline": "takes frozen sections, bytes, and what it writes at once",
    "compare_sides": "takes frozen sides and rules; tests/fingerprinting/test_sides.py compares them",
    "diff_sides": "takes text, paths and truths",
    "model_side": "takes a path and frozen rules",
    "project_side": "takes a frozen setup",
    "remote_sources": "takes an importer and looks at what it wraps",
    "source_for_url": "takes text",
    "sources_to_lock": "takes an importer, a frozen lock and names; tests/importers/test_locking_remote_projects.py",
    "lock_sources": "takes remote importers, a frozen lock and names; tests/importers/test_remote.py compares the lock",
    "write_lock": "takes a path and a frozen lock",
    "project_fingerprint": "takes nothing",
    "errors_name_archive": "takes text and a path",
    "foreign_code": "takes a function",
    "run_to_end": "takes a function",
    "whole": "takes a function",
    "stream_to_disk": "uses its stream up, which is what it is for",
    "run_project": "takes what the methods of Project take: text, numbers and truths",
}


def identities(world: World) -> dict[str, Any]:
    return world.rules.identities()


def unit_list(world: World) -> list[int]:
    return [0] * len(world.snapshot.documents)


def fresh(world: World, name: str) -> Path:
    return world.folder.parent / name


def made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def copied(folder: Path) -> Path:
    """Return a copy for functions that write into it, or pack and remove it."""
    return Path(shutil.copytree(folder, Path(tempfile.mkdtemp(dir=folder.parent)) / "copy"))


def public_functions() -> dict[str, Any]:
    return {
        name: found
        for door in DOORS
        for name in importlib.import_module(door).__all__
        if inspect.isfunction(found := getattr(importlib.import_module(door), name))
    }


def test_every_public_function_is_looked_at() -> None:
    functions = set(public_functions())
    assert functions - set(CASES) - set(WITHOUT) == set()
    assert (set(CASES) | set(WITHOUT)) - functions == set()
    assert set(CASES) & set(WITHOUT) == set()


@pytest.mark.parametrize("name", sorted(CASES))
def test_no_public_function_changes_an_argument(world: World, name: str) -> None:
    function = public_functions()[name]
    arguments, named = CASES[name](world)
    before = picture((arguments, named))

    async def call() -> Any:
        answer = function(*arguments, **named)
        return await answer if inspect.isawaitable(answer) else answer

    answer = anyio.run(call) if inspect.iscoroutinefunction(function) else function(*arguments, **named)
    if inspect.isgenerator(answer):
        list(answer)
    assert picture((arguments, named)) == before


def test_what_is_compared_would_show_a_change() -> None:
    value = {"a": [1, {"b": (2, Domain())}], "c": problems()}
    before = picture(value)
    assert picture(value) == before
    value["a"][1]["b"] = 3  # type: ignore[index]  # a change deep inside
    assert picture(value) != before


def test_constructors_of_importers_leave_their_options_alone() -> None:
    options = {"paths": ["a", {"b": ["c"]}]}
    config = {"language": "en", "pipeline": [{"name": "A", "list": [1]}]}
    before = picture((options, config))
    Greedy({"paths": ["a", {"b": ["c"]}]}, ImporterContext(Path()))
    importer = TrainingDataImporter(options)
    importer.options["paths"][1]["b"].clear()
    in_memory = MemoryImporter(config=config)
    anyio.run(in_memory.get_config)["pipeline"][0]["list"].clear()

    assert picture((options, config)) == before
    assert anyio.run(in_memory.get_config) == config


def test_reading_leaves_the_document_alone() -> None:
    document = parse_yaml(RICH["domain.yml"].encode(), DocumentId("file", "domain.yml"))
    before = picture(document.root)
    read_domain(Reader(document))
    assert picture(document.root) == before


def test_items_do_not_share_what_can_be_changed_with_their_value() -> None:
    config: dict[str, Any] = {"extra": {"deep": [1]}}
    rows = items_of(CONFIG, config, ReadingRules())
    config["extra"]["deep"].append(2)
    assert items_of(CONFIG, {"extra": {"deep": [1]}}, ReadingRules()) == rows
