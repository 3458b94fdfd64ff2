"""The page that describes the fingerprint is enough to compute one: a second implementation of it agrees everywhere.

The golden vectors are for other languages: tests/goldens/fingerprint.json has the items of one project that holds
something of everything, with their contents, forms and digests, then the keys and the root. Write them anew with

    python -m tests.properties.test_fingerprint_format
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import mini_fingerprint as mini
from tests.assistant import ASSISTANT
from tests.strategies import projects
from tests.whole_projects import any_values, whole_projects

from tenprint.fingerprinting import Fingerprint, fingerprint_of, root_of
from tenprint.importers import SCHEME, ImporterContext, ReadingRules, Snapshot, project_data
from tenprint.importers.canonical import canonical
from tenprint.importers.data import NluData, ProjectData
from tenprint.importers.file import FileImporter
from tenprint.importers.memory import MemoryImporter

GOLDENS = Path(__file__).parents[1] / "goldens"
RULES = ReadingRules()


def in_memory(project: ProjectData) -> Snapshot:
    importer = MemoryImporter(config=project.config, domain=project.domain, stories=project.stories, nlu=project.nlu)
    return anyio.run(importer.snapshot)


def from_files(folder: Path) -> Snapshot:
    return anyio.run(FileImporter({}, ImporterContext(folder)).snapshot)


def computed_keys(fingerprint: Fingerprint) -> dict[str, Any]:
    """Leave out what does not follow from items."""
    return {key: value for key, value in fingerprint.items() if key not in ("project", "trained_at", "version")}


def once(nlu: NluData) -> NluData:
    """Without a second meaning of a synonym, which would be a conflict."""
    return replace(nlu, synonyms=tuple({synonym.text: synonym for synonym in nlu.synonyms}.values()))


def assert_both_agree(snapshot: Snapshot) -> None:
    """Hold the product against the page: digest by digest, then key by key."""
    project = project_data(snapshot, RULES)
    items = mini.items_of_project(project)
    fingerprint = fingerprint_of(snapshot.table, RULES.item_kinds())

    ours = Counter((item.kind, item.path, item.digest) for item in snapshot.table)
    assert Counter((item.kind, item.path, item.digest) for item in items) == ours
    assert mini.fingerprint(items) == computed_keys(fingerprint)
    assert mini.root(fingerprint) == root_of(fingerprint)


@given(projects.map(lambda project: replace(project, nlu=once(project.nlu))))
def test_a_small_project_has_the_fingerprint_of_the_page(project: ProjectData) -> None:
    assert_both_agree(in_memory(project))


@given(whole_projects)
def test_a_project_of_odd_words_has_the_fingerprint_of_the_page(project: ProjectData) -> None:
    assert_both_agree(in_memory(replace(project, nlu=once(project.nlu))))


@pytest.mark.parametrize("folder", [ASSISTANT, GOLDENS / "project"], ids=["assistant", "golden"])
def test_a_project_of_files_has_the_fingerprint_of_the_page(folder: Path) -> None:
    assert_both_agree(from_files(folder))


@given(any_values | st.binary() | st.sets(st.integers() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_value_has_the_form_of_the_page(value: Any) -> None:
    assert mini.form(value) == canonical(value)
    assert mini.form((value, [value], {"x": value})) == canonical((value, [value], {"x": value}))


def tagged(value: Any) -> Any:
    """Write a value as JSON that tells types apart; texts, whole numbers, booleans and null are themselves."""
    if isinstance(value, Mapping):
        return {"mapping": [[tagged(key), tagged(entry)] for key, entry in value.items()]}
    for kind, name in ((tuple, "tuple"), (list, "list"), ((set, frozenset), "set")):
        if isinstance(value, kind):
            entries = sorted(value, key=mini.form) if name == "set" else value
            return {name: [tagged(entry) for entry in entries]}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return {"date": value.isoformat()} if isinstance(value, dt.date) else value


def untagged(value: Any) -> Any:
    """Read what `tagged` wrote."""
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "mapping":
        return {untagged(key): untagged(entry) for key, entry in content}
    readers: dict[str, Any] = {
        "float": float.fromhex,
        "bytes": bytes.fromhex,
        "date": dt.datetime.fromisoformat if "T" in content else dt.date.fromisoformat,
    }
    if tag in readers:
        return readers[tag](content)
    return {"tuple": tuple, "list": list, "set": set}[tag](untagged(entry) for entry in content)


def content_of(item: mini.MiniItem) -> tuple[Any, ...]:
    """What the digest of an item is of."""
    parts = item.content if item.kind in ("story", "rule") else (item.content,)
    return (item.kind, item.path, *parts)


def vectors() -> dict[str, Any]:
    snapshot = from_files(GOLDENS / "project")
    items = mini.items_of_project(project_data(snapshot, RULES))
    keys = {**mini.fingerprint(items), "version": "1.0"}
    return {
        "scheme": SCHEME,
        "items": [
            {
                "value": tagged(content_of(item)),
                "form": mini.form(content_of(item)).hex(),
                "digest": item.digest.hex(),
            }
            for item in items
        ],
        "keys": keys,
        "root": mini.root(keys),
    }


def golden() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((GOLDENS / "fingerprint.json").read_text(encoding="utf-8"))
    return read


def test_golden_vectors_are_those_of_the_first_release() -> None:
    assert golden() == vectors()


def test_every_golden_vector_is_what_the_product_computes() -> None:
    snapshot = from_files(GOLDENS / "project")
    fingerprint = fingerprint_of(snapshot.table, RULES.item_kinds())
    written = golden()

    assert sorted(item["digest"] for item in written["items"]) == sorted(item.digest.hex() for item in snapshot.table)
    assert {canonical(untagged(item["value"])).hex() for item in written["items"]} == {
        item["form"] for item in written["items"]
    }
    assert {**computed_keys(fingerprint), "version": fingerprint["version"]} == written["keys"]
    assert root_of(fingerprint) == written["root"]


if __name__ == "__main__":
    text = json.dumps(vectors(), indent=1, ensure_ascii=False)
    (GOLDENS / "fingerprint.json").write_text(text + "\n", encoding="utf-8")
