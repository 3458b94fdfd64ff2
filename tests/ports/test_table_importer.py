"""The importer `table` of the guide for ports: rows of a spreadsheet, at their rows and columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.ports.table_importer import TableImporter

from tenprint.importers import ImporterContext, ProblemsError, Snapshot, run_to_end
from tenprint.importers.data import Domain
from tenprint.plugins.testing import ImporterConformance

TABLE = """\
Intent;Text;Language;Answer;Reviewed by
greet;hello;en;Hi.;Ada
greet;hoi;nl;Dag.;Ada
find_cafe;is there a café?;en;"Yes,
by the pier.";
find_cafe;where is it?;en;;Bo
"""
OPTIONS = {"path": "chat.csv", "language": "en", "delimiter": ";", "notes": ["reviewed by"]}


class TestTable(ImporterConformance):
    IMPORTER = TableImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        (project / "chat.csv").write_text(TABLE, encoding="utf-8")
        return OPTIONS

    def change_source(self, project: Path) -> None:
        (project / "chat.csv").write_text(TABLE.replace("hello", "good day"), encoding="utf-8")

    def break_source(self, project: Path) -> int:
        (project / "chat.csv").write_text(f"{TABLE}greet;;en;;\n;what?;en;;\nbye;see you;;;\nbye\n", encoding="utf-8")
        return 4

    def remove_source(self, project: Path) -> None:
        (project / "chat.csv").unlink()


def snapshot(project: Path, text: str | bytes, **options: Any) -> Snapshot:
    (project / "chat.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return run_to_end(TableImporter({**OPTIONS, **options}, ImporterContext(project)).snapshot)


def test_each_item_stands_at_its_row_and_column(tmp_path: Path) -> None:
    found = snapshot(tmp_path, TABLE)
    assert [(item.path[1:], str(found.table.location(item))) for item in found.table] == [
        (("greet", "hello"), "chat.csv:2:2"),
        (("intents", "greet"), "chat.csv:2:1"),
        (("responses", "utter_greet"), "chat.csv:2:4"),
        (("find_cafe", "is there a caf\u00e9?"), "chat.csv:4:2"),
        (("intents", "find_cafe"), "chat.csv:4:1"),
        (("responses", "utter_find_cafe"), "chat.csv:4:4"),
        (("find_cafe", "where is it?"), "chat.csv:5:2"),
    ]


def test_an_answer_that_is_repeated_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "chat.csv").write_text(f"{TABLE}greet;hey;en;Hi.;\ngreet;yo;en;Hey.;\n", encoding="utf-8")
    domain: Domain = run_to_end(TableImporter(OPTIONS, ImporterContext(tmp_path)).get_domain)
    answers = {response.name: [said["text"] for said in response.variations] for response in domain.responses}
    assert answers == {"utter_greet": ["Hi.", "Hey."], "utter_find_cafe": ["Yes,\nby the pier."]}


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (TABLE, {"language": "n1"}, "chat.csv:1:3: error: there is no row of the language 'n1' [table-language]"),
        (TABLE + "bye;so long;;;\n", {}, "chat.csv:6:1: error: this row has no language [table-row]"),
        (TABLE + ";what?;en;;\n", {}, "chat.csv:6:2: error: this is no intent example"),
    ],
)
def test_what_is_wrong_with_rows_is_told_at_their_cells(
    tmp_path: Path, text: str, options: dict[str, str], told: str
) -> None:
    assert str(snapshot(tmp_path, text, **options).problems[0]).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            TABLE.replace("Answer", "Anwser"),
            ["the column 'answer' is missing", "nothing is known of the column 'anwser'"],
        ),
        (b"", ["the column 'intent' is missing"]),
        (b"\xff\xfe", ["this is no CSV file"]),
        ('intent;"text\n', ["this is no CSV file"]),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str | bytes, told: list[str]) -> None:
    with pytest.raises(ProblemsError) as caught:
        snapshot(tmp_path, text)
    for message in told:
        assert any(problem.message.startswith(message) for problem in caught.value.problems)
    assert all(problem.hint and problem.location for problem in caught.value.problems)
