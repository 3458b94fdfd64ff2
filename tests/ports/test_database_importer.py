"""The importer `database` of the guide for ports: rows of a tenant, at a cheap revision."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.ports.database_importer import DatabaseImporter

from tenprint.importers import ImporterContext, Snapshot, SourceError, run_to_end
from tenprint.plugins.testing import ImporterConformance

SCHEMA = """
CREATE TABLE phrase (id INTEGER PRIMARY KEY, tenant TEXT, intent TEXT, text TEXT, changed INTEGER);
CREATE TABLE reply (id INTEGER PRIMARY KEY, tenant TEXT, name TEXT, text TEXT, changed INTEGER);
INSERT INTO phrase (tenant, intent, text, changed) VALUES
  ('harbour', 'greet', 'ahoy', 1), ('museum', 'greet', 'good day', 2), ('harbour', 'find_cafe', 'a caf\u00e9?', 3),
  ('harbour', 'greet', 'hello', 4);
INSERT INTO reply (tenant, name, text, changed) VALUES
  ('harbour', 'utter_greet', 'Ahoy!', 5), ('harbour', 'utter_greet', 'Welcome!', 6),
  ('museum', 'utter_greet', 'Hush.', 7);
"""


def change(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statements)


class TestDatabase(ImporterConformance):
    IMPORTER = DatabaseImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        change(project / "shop.db", SCHEMA)
        return {"path": "shop.db", "tenant": "harbour"}

    def change_source(self, project: Path) -> None:
        change(project / "shop.db", "UPDATE phrase SET text = 'aye', changed = 8 WHERE id = 1")

    def break_source(self, project: Path) -> int:
        change(
            project / "shop.db",
            "UPDATE phrase SET intent = NULL WHERE id = 1; UPDATE phrase SET text = '' WHERE id = 4",
        )
        return 2

    def remove_source(self, project: Path) -> None:
        (project / "shop.db").unlink()


def snapshot(project: Path, tenant: str = "harbour") -> Snapshot:
    return run_to_end(DatabaseImporter({"path": "shop.db", "tenant": tenant}, ImporterContext(project)).snapshot)


def test_each_item_stands_at_its_row(tmp_path: Path) -> None:
    change(tmp_path / "shop.db", SCHEMA)
    found = snapshot(tmp_path)
    assert [(item.path[1:], str(found.table.location(item))) for item in found.table] == [
        (("intents", "greet"), "shop.db/phrase:1"),
        (("greet", "ahoy"), "shop.db/phrase:1"),
        (("intents", "find_cafe"), "shop.db/phrase:3"),
        (("find_cafe", "a caf\u00e9?"), "shop.db/phrase:3"),
        (("greet", "hello"), "shop.db/phrase:4"),
        (("responses", "utter_greet"), "shop.db/reply:1"),
        (("responses", "utter_greet"), "shop.db/reply:2"),
    ]


def test_a_tenant_sees_its_own_rows_and_revision(tmp_path: Path) -> None:
    change(tmp_path / "shop.db", SCHEMA)
    harbour, museum = (snapshot(tmp_path, tenant) for tenant in ("harbour", "museum"))
    assert (harbour.sources[0].revision, museum.sources[0].revision) == ("5-6", "2-7")
    assert [item.path[2] for item in museum.table.of_kind("intent-example")] == ["good day"]
    change(tmp_path / "shop.db", "DELETE FROM reply WHERE tenant = 'museum'")
    assert snapshot(tmp_path).sources[0].revision == "5-6"
    assert snapshot(tmp_path, "museum").sources[0].revision == "1-2"


def test_nothing_of_a_tenant_is_an_error_and_no_database_is_made(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: unable to open"):
        snapshot(tmp_path)
    assert not (tmp_path / "shop.db").exists()
    change(tmp_path / "shop.db", SCHEMA)
    with pytest.raises(SourceError, match="nothing of the tenant 'habour'"):
        snapshot(tmp_path, "habour")
