from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

WELL_KNOWN = {
    "config",
    "core-config",
    "nlu-config",
    "config-without-epochs",
    "domain",
    "nlg",
    "messages",
    "stories",
    "project",
    "trained_at",
    "version",
    "nlu_labels",
}


def test_each_line_is_a_key_with_its_digest_and_the_last_is_the_root(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "fingerprint")
    assert (outcome.code, outcome.err) == (0, "")
    lines = dict(line.split() for line in outcome.out.splitlines())
    assert list(lines)[-1] == "root"
    assert {key for key, value in lines.items() if value.startswith("sha256:")} >= {"config", "messages", "stories"}
    assert "trained_at" not in lines
    assert set(tree(project)) == {*PROJECT, "data"}


def test_the_document_has_the_keys_of_the_schema(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "fingerprint", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    fingerprint = outcome.document
    assert set(fingerprint) == {"schema", "keys", "further", "root", "scheme"}
    assert fingerprint["schema"] == "tenprint.fingerprint/1"
    assert set(fingerprint["keys"]) == WELL_KNOWN
    assert fingerprint["keys"]["trained_at"] is None
    assert fingerprint["root"].startswith("sha256:")
    assert isinstance(fingerprint["scheme"], int)


def test_comments_order_and_file_names_do_not_count(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(PROJECT)
    before = run_here(capsys, "-C", str(project), "fingerprint").out
    (project / "data" / "nlu.yml").unlink()
    nlu = "nlu:\n  # Said by visitors.\n  - intent: greet\n    examples: |\n      - good day\n      - hello\n"
    write_project({"data/talk/said.yaml": nlu})
    assert run_here(capsys, "-C", str(project), "fingerprint").out == before
