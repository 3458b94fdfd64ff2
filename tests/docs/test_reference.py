"""The reference pages say what the code says: no more, no less, in the same words where there are words."""

import ast
import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from tests.program import COMMANDS

from tenprint.fingerprinting import FINGERPRINT_KEYS, archive_member_names, fingerprint_of, root_of, unpack_model
from tenprint.fingerprinting.archive.layout import PACKING_ORDER
from tenprint.fingerprinting.archive.limits import ArchiveLimits
from tenprint.fingerprinting.field_components import FIELD_COMPONENTS, instead_of
from tenprint.fingerprinting.fingerprint import further_keys
from tenprint.fingerprinting.sections import SECTIONS
from tenprint.importers import (
    DocumentId,
    ImporterContext,
    ItemTable,
    Limits,
    ReadingRules,
    canonical_digest,
    default_config,
    items_of,
)
from tenprint.importers.canonical import canonical
from tenprint.importers.data import Example, NluData
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ENTRY_KEYS
from tenprint.importers.kinds import BUILT_IN_KINDS, NLU
from tenprint.importers.merging import LEVELS, POLICIES
from tenprint.importers.transform import TRANSFORM_KEYS
from tenprint.plugins import create_plugin_manager, hookspecs, registry_of, run_project, settings
from tenprint.plugins.cli.main import run

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"
SOURCES = sorted(path for floor in ("importers", "fingerprinting", "plugins") for path in (ROOT / floor).rglob("*.py"))

Row = list[str]


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Text below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no heading {heading!r}"
    return found[1]


def rows(text: str) -> list[Row]:
    """Cells of the first table in a text, without its head; `\\|` is a bar."""
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    split = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table[0].splitlines()[2:]] if table else []
    return [[cell.strip().replace("\\|", "|") for cell in cells] for cells in split]


def code(cell: str) -> str:
    return cell.strip("`")


def names_in(text: str) -> set[str]:
    return {code(row[0]) for row in rows(text)}


# Command line


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_with_its_usage_and_all_its_options(name: str) -> None:
    command: click.Command = import_module(f"tenprint.plugins.cli.{name}").command
    described = section(page("cli.md"), f"tenprint {name}")
    # click keeps the help option of a command as it is first asked for, so it is asked for as the program does.
    names = ["-h", "--help"]
    with click.Context(
        command, info_name=f"tenprint {name}", max_content_width=500, terminal_width=500, help_option_names=names
    ) as ctx:
        options = [option for option in command.get_params(ctx) if isinstance(option, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        usage = command.get_usage(ctx).removeprefix("Usage: ")
    assert f"```text\n{usage}\n```" in described
    # The last one is the help itself, whose names the program sets.
    assert [(code(row[0]), row[1]) for row in rows(described)] == records[:-1]


def test_all_commands_and_no_others_are_described() -> None:
    assert re.findall(r"^## tenprint (\w+)$", page("cli.md"), re.MULTILINE) == list(COMMANDS)


# Errors


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes of problems and references of errors, as patterns, because parts of a code may be filled in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("Problem", "report", "_report", "_refuse", "_stop"):
                yield from pattern_of(node.args[0])
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "reference":
                yield from pattern_of(node.value)


def pattern_of(node: ast.expr) -> Iterator[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    pattern = "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z-]+" for part in parts)
    if isinstance(node, (ast.Constant, ast.JoinedStr)) and re.fullmatch(r"(?:[a-z]|\\-|\[a-z-\]\+)+", pattern):
        yield pattern


def test_every_code_a_user_may_see_is_listed_and_no_other() -> None:
    listed = names_in(section(page("errors.md"), "Codes"))
    patterns = {pattern for path in SOURCES for pattern in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    assert {name for name in listed if not any(re.fullmatch(pattern, name) for pattern in patterns)} == set()
    assert {pattern for pattern in patterns if not any(re.fullmatch(pattern, name) for name in listed)} == set()


def test_codes_are_sorted() -> None:
    listed = [code(row[0]) for row in rows(section(page("errors.md"), "Codes"))]
    assert listed == sorted(listed)


# Library


@pytest.mark.parametrize(
    "door",
    [
        "tenprint.importers",
        "tenprint.importers.data",
        "tenprint.importers.kinds",
        "tenprint.fingerprinting",
        "tenprint.fingerprinting.engine",
        "tenprint.plugins",
        "tenprint.plugins.testing",
    ],
)
def test_every_name_of_a_door_is_described_and_no_other(door: str) -> None:
    assert names_in(section(page("api.md"), door)) == set(import_module(door).__all__)


def test_hooks_are_written_with_their_exact_signatures() -> None:
    tree = ast.parse(Path(hookspecs.__file__).read_text(encoding="utf-8"))
    hooks = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    written = page("hooks.md")
    for hook in hooks:
        assert hook.returns is not None
        assert f"def {hook.name}({ast.unparse(hook.args)}) -> {ast.unparse(hook.returns)}: ..." in written
    assert re.findall(r"^## (\w+)$", written, re.MULTILINE) == [hook.name for hook in hooks]


# Configuration


def test_settings_are_all_described() -> None:
    assert names_in(section(page("configuration.md"), "tenprint.yml")) == set(settings._KEYS)


def test_keys_of_an_importer_and_of_merging_are_all_described() -> None:
    written = page("configuration.md")
    assert names_in(section(written, "Entries of importers")) == set(ENTRY_KEYS)
    assert names_in(section(written, "transforms")) == set(TRANSFORM_KEYS)
    policies, levels = (names_in(part) for part in section(written, "merge").split("`merge` is one policy"))
    assert (policies, levels) == (set(POLICIES), set(LEVELS))


def test_options_of_the_file_importer_are_all_described() -> None:
    described = names_in(section(page("configuration.md"), "The importer file"))
    for option in described:
        FileImporter({option: "here"}, ImporterContext(ROOT))
    with pytest.raises(ValueError, match="no option") as refused:
        FileImporter({"zzz": "here"}, ImporterContext(ROOT))
    assert {option for option in described if option in str(getattr(refused.value, "hint", ""))} == described


def test_components_are_described_with_all_options_and_defaults() -> None:
    components = registry_of(create_plugin_manager()).components
    ours = {name: found for name, found in components.items() if found.distribution == "tenprint"}
    written = page("components.md")
    assert set(re.findall(r"^## (\w+)$", written, re.MULTILINE)) == set(ours)
    for name, found in ours.items():
        described = {code(row[0]): json.loads(code(row[1])) for row in rows(section(written, name))}
        assert list(described) == sorted(described), name
        assert described == found.provided.get_default_config(), name


def test_components_of_the_field_are_described_with_what_takes_their_place() -> None:
    written = section(page("components.md"), "Components of Rasa")
    named = {name for row in rows(written) for name in re.findall(r"`(\w+)`", row[0])}
    assert named == {name for name in FIELD_COMPONENTS if instead_of(name) is not None}
    known = registry_of(create_plugin_manager()).components
    assert named.isdisjoint(known)
    advised = {name for row in rows(written) for name in re.findall(r"`([A-Z]\w+)`", row[1])}
    assert advised <= set(known)


def test_what_each_component_reads_is_described() -> None:
    components = registry_of(create_plugin_manager()).components
    for name, found in components.items():
        if found.distribution == "tenprint":
            told = re.search(r"^Reads: (.*?)\.", section(page("components.md"), name), re.MULTILINE)
            assert told is not None, name
            reads = found.provided.reads(found.provided.get_default_config())
            assert set(re.findall(r"`([^`]+)`", told[1])) == reads, name


def test_the_default_configuration_is_the_one_that_is_used() -> None:
    named = re.findall(r"- name: (\w+)", section(page("configuration.md"), "Default configuration"))
    assert named == [entry["name"] for entries in default_config().values() for entry in entries]


@pytest.mark.parametrize(
    ("heading", "limits"), [("Limits on training data", Limits()), ("Limits on archives", ArchiveLimits())]
)
def test_limits_are_described_with_their_values(heading: str, limits: Any) -> None:
    written = {code(row[0]): int(row[1].replace(",", "")) for row in rows(section(page("configuration.md"), heading))}
    assert written == dataclasses.asdict(limits)


# Formats


def value_of(expression: str) -> Any:
    """Value of an expression of the page; the names are those it uses."""
    names = {"set": set, "frozenset": frozenset, "date": date, "datetime": datetime, "float": float}
    return eval(expression, {"__builtins__": {}}, names)  # noqa: S307 - our own page


def test_the_golden_vectors_of_the_canonical_form_hold() -> None:
    vectors = rows(section(page("fingerprint-format.md"), "Golden vectors"))
    assert len(vectors) > 15
    for expression, form, digest in vectors:
        value = value_of(code(expression))
        assert canonical(value) == ast.literal_eval(f'b"{code(form)}"'), expression
        assert canonical_digest(value).hex()[:16] == code(digest), expression


def test_the_table_of_items_says_which_key_reads_what() -> None:
    written = rows(section(page("fingerprint-format.md"), "Items"))
    expected = [
        [f"`{item.name}`", item.identity.name, ", ".join(f"`{key}`: {aspect}" for key, aspect in item.read_by.items())]
        for kind in BUILT_IN_KINDS
        for item in kind.item_kinds
    ]
    assert [[row[0], row[1], row[-1]] for row in written] == expected


def test_all_keys_are_described() -> None:
    assert names_in(section(page("fingerprint-format.md"), "Keys")) == {
        *FINGERPRINT_KEYS,
        *further_keys(ReadingRules().item_kinds()),
    }


def test_sections_are_written_with_their_keys() -> None:
    written = {
        row[0]: set(re.findall(r"`([^`]+)`", row[1]))
        for row in rows(section(page("fingerprint-format.md"), "Sections"))
    }
    assert written == {f"`{part.name}`": set(part.relevant_keys) for part in SECTIONS}


def test_the_worked_example_holds() -> None:
    rules = ReadingRules()
    table = ItemTable((DocumentId("memory", "nlu"),), items_of(NLU, NluData((Example("hi", "greet"),)), rules))
    (item,) = table
    found = fingerprint_of(table, rules.item_kinds())
    item_form = canonical(("intent-example", ("nlu", "greet", "hi"), ((), None)))
    key_form = b"s8:messagese1:" + sha256(item_form).digest()
    written = section(page("fingerprint-format.md"), "A worked example")
    assert item_form.decode() in written
    assert item.digest == sha256(item_form).digest()
    assert found["messages"] == f"sha256:{sha256(key_form).hexdigest()}"
    for digest in (item.digest.hex(), found["messages"], root_of(found)):
        assert digest in written


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Return a copy of the assistant that has a model."""
    project = tmp_path / "assistant"
    shutil.copytree(ROOT / "docs/tutorial/assistant", project, ignore=shutil.ignore_patterns("models"))
    run_project(project, "train")
    return project


def test_the_members_of_an_archive_are_those_described(trained: Path) -> None:
    model = str(next((trained / "models").glob("*.tar.gz")))
    members = archive_member_names(model)
    written = [code(row[0]).rstrip("/") for row in rows(section(page("archive-format.md"), "Members"))]
    assert [name for name in written if "/" not in name] == list(PACKING_ORDER)
    for member in members:
        assert any(re.fullmatch(re.sub(r"<[a-z]+>", "[^/]+", name), member) for name in written), member


@pytest.mark.parametrize("name", ["metadata.json", "run.json", "component.json", "fingerprint.json"])
def test_the_documents_of_an_archive_have_the_keys_described(trained: Path, tmp_path: Path, name: str) -> None:
    unpack_model(str(next((trained / "models").glob("*.tar.gz"))), tmp_path / "model")
    found = json.loads(next((tmp_path / "model").rglob(name)).read_text(encoding="utf-8"))
    assert names_in(section(page("archive-format.md"), name)) == set(found)


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        (["plan", "--json"], "tenprint.plan/1"),
        (["explain", "--json"], "tenprint.explain/1"),
        (["train", "--json"], "tenprint.run/1"),
        (["fingerprint", "--json"], "tenprint.fingerprint/1"),
        (["validate", "--json"], "tenprint.diagnostics/1"),
        (["show", "--json"], "tenprint.project/1"),
        (["models", "--json"], "tenprint.models/1"),
        (["parse", "--json", "hello"], "tenprint.parse/1"),
    ],
)
def test_json_has_the_keys_described(
    trained: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], schema: str
) -> None:
    assert run(["-C", str(trained), *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["schema"] == schema
    assert names_in(section(page("json.md"), schema)) == set(printed)


def test_the_parts_of_a_plan_have_the_keys_described(trained: Path) -> None:
    story = trained / "data/stories.yml"
    text = story.read_text(encoding="utf-8").replace("utter_sign_up", "utter_signed")
    story.write_text(text, encoding="utf-8")
    plan = run_project(trained, "plan").to_json()
    parts: Mapping[str, Callable[[], Mapping[str, Any]]] = {
        "A section": lambda: plan["sections"]["core"],
        "A reason": lambda: plan["sections"]["core"]["reasons"][0],
        "A change": lambda: plan["changes"][0],
        "A location": lambda: plan["changes"][0]["locations"][0],
        "A source": lambda: plan["sources"][0],
        "A node": lambda: plan["nodes"][0],
        "A problem": lambda: plan["problems"][0],
    }
    for heading, part in parts.items():
        assert names_in(section(page("json.md"), heading)) == set(part()), heading


def test_the_parts_of_a_shown_project_have_the_keys_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "config.yml").write_text("language: en\n", encoding="utf-8")
    for number, kind in enumerate(("text", "bool")):
        (tmp_path / f"domain/{number}.yml").write_text(f"slots:\n  s: {{type: {kind}}}\n", encoding="utf-8")

    def shown(*arguments: str) -> Any:
        assert run(["-C", str(tmp_path), "show", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    blamed, named = shown("slot"), shown("slot", "s")
    sources, conflicts = shown("sources"), shown("conflicts")
    further = {*blamed, *named, *sources, *conflicts} - {"schema", "sources"}
    assert names_in(section(page("json.md"), "Further keys of a project")) == further
    parts = {
        "A source of a project": sources["sources"][0],
        "An item": blamed["items"][0],
        "An override": blamed["items"][0]["overrides"][0],
        "A name": named["item"],
        "A file": sources["files"][0],
        "A conflict": conflicts["conflicts"][0],
    }
    for heading, part in parts.items():
        assert names_in(section(page("json.md"), heading)) == set(part), heading


def test_codes_of_reasons_are_all_described() -> None:
    tree = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    calls = [node for part in tree for node in ast.walk(part) if isinstance(node, ast.Call)]
    reasons = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Reason"]
    codes = {str(found.value) for found in reasons if isinstance(found, ast.Constant)}
    assert names_in(section(page("json.md"), "Codes of reasons")) == codes
