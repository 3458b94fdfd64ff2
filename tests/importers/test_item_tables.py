"""Item tables: what reading gave, as bytes; and the keys they are found under."""

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.item_tables import (
    read_pack,
    reading_of,
    rules_digest,
    table_key,
    table_of,
    variables_in,
    written_pack,
)
from tenprint.importers.itemising import ReadingRules, SourceFile, read_file
from tenprint.importers.kinds import BUILT_IN_KINDS, Kind
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.naming import Namespace
from tenprint.importers.snapshot import Role

RULES = ReadingRules(environment={"NAME": "value"})
NLU = """nlu:
- intent: greet
  examples: |
    - hi
    - from [Paris]{"entity": "city", "role": "from"} to [\u6771\u4eac](city)
- synonym: x
  examples: |
    - y
- lookup: cities
  file: cities.txt
"""
STORIES = """stories:
- story: one
  steps:
  - intent: greet
    entities:
    - city: Paris
  - action: utter_hello
rules:
- rule: two
  steps:
  - intent: greet
  - action: utter_hello
"""
DOMAIN = """intents: [greet]
entities: [city]
slots:
  city:
    type: text
    mappings:
    - type: from_entity
      entity: city
responses:
  utter_hello:
  - text: hello
"""
CONFIG = "language: en\npipeline:\n- name: X\n  option: ${NAME}\n"
DOCUMENTS: list[tuple[Role, str, str]] = [
    ("data", "data/nlu.yml", NLU),
    ("data", "data/stories.yml", STORIES),
    ("data", "data/all.yml", NLU + STORIES + DOMAIN),
    ("domain", "domain.yml", DOMAIN),
    ("config", "config.yml", CONFIG),
    ("data", "data/test_stories.yml", STORIES),
    ("data", "data/nothing.yml", "version: '3.1'\n"),
    ("data", "data/unknown.yml", "nlu: []\nfoo: 1\n"),
    ("data", "data/notes.md", "# notes\n"),
    ("data", "data/nlu.json", '{"rasa_nlu_data": {"common_examples": [{"text": "hi", "intent": "greet"}]}}'),
]


def file_of(
    content: str | bytes, *, role: Role = "data", path: str = "data/nlu.yml", source: str = "file"
) -> SourceFile:
    raw = content if isinstance(content, bytes) else content.encode()
    return SourceFile(DocumentId(source, path), role, raw)


def key_of(file: SourceFile, rules: ReadingRules = RULES) -> bytes | None:
    return table_key(file, rules, rules_digest(rules))


@pytest.mark.parametrize(("role", "path", "content"), DOCUMENTS, ids=[document[1] for document in DOCUMENTS])
def test_a_table_gives_the_reading_back(role: Role, path: str, content: str) -> None:
    file = file_of(content, role=role, path=path)
    reading = read_file(file, 7, RULES)
    table = table_of(reading, RULES)

    assert table is not None
    assert reading_of(table, file, 7, RULES) == reading


def test_a_table_of_a_lookup_file_keeps_its_tables() -> None:
    file = replace(file_of("Paris\nRome\n", role="lookup", path="data/cities.txt"), tables=("cities", "places"))
    reading = read_file(file, 3, RULES)
    table = table_of(reading, RULES)

    assert table is not None
    assert reading_of(table, file, 3, RULES) == reading


def test_one_table_serves_every_source_and_number() -> None:
    table = table_of(read_file(file_of(NLU), 0, RULES), RULES)
    other = SourceFile(DocumentId("git", "elsewhere/nlu.yml", "abc"), "data", NLU.encode(), origin="1:2")

    assert table is not None
    assert key_of(other) == key_of(file_of(NLU))
    assert reading_of(table, other, 12, RULES) == read_file(other, 12, RULES)


def test_a_table_with_warnings_counts_under_the_same_path_only() -> None:
    content = "nlu: []\nfoo: 1\n"
    file = file_of(content)
    table = table_of(read_file(file, 0, RULES), RULES)

    assert table is not None
    assert reading_of(table, file, 0, RULES) == read_file(file, 0, RULES)
    assert reading_of(table, file_of(content, path="data/other.yml"), 0, RULES) is None
    assert reading_of(table, file_of(content, source="other"), 0, RULES) is None


@pytest.mark.parametrize("content", ["nlu: [", "nlu: 3\n", b"\xff\xfe\x00", "intents: [greet, greet]\nintents: []\n"])
def test_what_has_errors_is_read_again(content: str | bytes) -> None:
    assert table_of(read_file(file_of(content), 0, RULES), RULES) is None


def test_what_other_peoples_code_reads_is_read_again() -> None:
    further = Kind("recipes", frozenset({"recipes"}), (), lambda _: None, lambda _: (), lambda _: None)
    rules = ReadingRules(kinds=(*BUILT_IN_KINDS, further))

    assert table_of(read_file(file_of("recipes: []\n"), 0, rules), rules) is None
    assert table_of(read_file(file_of(NLU), 0, rules), rules) is not None


def test_everything_reading_depends_on_is_in_the_key() -> None:
    further = Kind("recipes", frozenset({"recipes"}), (), lambda _: None, lambda _: (), lambda _: None)
    overlay = MergeSettings(files=MergeRules(default="overlay"))
    keys = [
        key_of(file_of(NLU)),
        key_of(file_of(NLU + "\n")),
        key_of(file_of(NLU, role="domain")),
        key_of(file_of(NLU, path="data/nlu.json")),
        key_of(file_of(NLU, path="data/nlu.md")),
        key_of(file_of(NLU, path="data/test_nlu.yml")),
        key_of(replace(file_of(NLU, role="lookup"), tables=("a",))),
        key_of(replace(file_of(NLU, role="lookup"), tables=("b",))),
        key_of(file_of(NLU), ReadingRules(limits=Limits(depth=3))),
        key_of(file_of(NLU), ReadingRules(limits=Limits(nodes=3))),
        key_of(file_of(NLU), ReadingRules(limits=Limits(file_bytes=3))),
        key_of(file_of(NLU), ReadingRules(namespace=Namespace("a"))),
        key_of(file_of(NLU), ReadingRules(namespace=Namespace("a", frozenset({"intent"})))),
        key_of(file_of(NLU), ReadingRules(merge=overlay)),
        key_of(file_of(NLU), ReadingRules(kinds=(*BUILT_IN_KINDS, further))),
    ]

    assert None not in keys
    assert len(set(keys)) == len(keys)


def test_rules_and_files_say_nothing_else() -> None:
    """A new field is to enter the key, or to be listed here."""
    in_key = {"kinds", "environment", "limits", "merge", "namespace"}

    assert {field.name for field in fields(ReadingRules)} == in_key
    assert {field.name for field in fields(SourceFile)} == {"id", "role", "content", "digest", "tables", "origin"}
    assert {field.name for field in fields(Limits)} == {"file_bytes", "depth", "nodes", "files"}


@pytest.mark.parametrize("environment", [{}, {"NAME": ""}, {"NAME": "other"}])
def test_the_values_of_variables_are_in_the_key_of_who_may_use_them(environment: dict[str, str]) -> None:
    rules = ReadingRules(environment=environment)

    assert key_of(file_of(CONFIG, role="config"), rules) != key_of(file_of(CONFIG, role="config"))
    assert key_of(file_of(NLU), rules) == key_of(file_of(NLU))


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("a: b\n", set()),
        ("a: ${A} and ${B_2}\n", {"A", "B_2"}),
        ("a: ${A\n", set()),
        ("a: ${A B}\n", None),
        ("a: ${A\n  B}\n", None),
        ("a: ${A${B}}\n", None),
        ("a: ${}\n", None),
        ("a: ${\u00c4}\n", None),
    ],
)
def test_variables_are_found_in_bytes_where_their_names_are_plain(content: str, names: set[str] | None) -> None:
    assert variables_in(content.encode()) == names
    assert (key_of(file_of(content, role="config")) is None) is (names is None)


@given(st.text(alphabet="${}AB_ \n-:'\"", max_size=30), st.sampled_from(["config", "domain"]))
def test_every_variable_that_is_used_is_found(text: str, role: Role) -> None:
    content = f"policies:\n- name: {text}\n"
    file = file_of(content, role=role, path=f"{role}.yml")
    used = [read_file(file, 0, ReadingRules(environment={"A": value, "B": value})).rows for value in ("x", "y")]
    names = variables_in(content.encode())

    assert used[0] == used[1] or names is None or names & {"A", "B"}


def test_damaged_tables_are_none_or_equal_to_another_reading() -> None:
    chance = random.Random(1)  # noqa: S311 - a seed for the test
    file = file_of(NLU + STORIES)
    table = table_of(read_file(file, 0, RULES), RULES)
    assert table is not None
    for _ in range(3000):
        damaged = bytearray(table)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        reading_of(bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])]), file, 0, RULES)


def test_a_pack_gives_its_tables_back_and_a_damaged_one_raises_nothing() -> None:
    tables = {bytes([number]) * 32: bytes(number) for number in range(5)}
    pack = written_pack(tables)
    chance = random.Random(2)  # noqa: S311 - as above

    assert read_pack(pack) == tables
    assert read_pack(b"") == {}
    for _ in range(1000):
        damaged = bytearray(pack)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        read_pack(bytes(damaged))
