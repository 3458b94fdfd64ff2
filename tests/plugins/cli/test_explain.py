"""What is told of nodes: `explain`, `plan --nodes` and `plan --graph`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

MORE = {"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"}
CLASSIFIER, POLICY = "nlu/0-KeywordIntentClassifier", "core/0-MemoizationPolicy"


@pytest.fixture
def project(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> str:
    """Return a project whose model is up to date."""
    folder = str(write_project(PROJECT))
    assert run_here(capsys, "-C", folder, "train", "--fixed-model-name", "first").code == 0
    return folder


def test_a_node_that_runs_is_explained_down_to_the_line_of_the_data(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    outcome = run_here(capsys, "-C", project, "explain", "keyword")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"{CLASSIFIER} runs:\n"
        "  the input `examples` is another; `nlu-data/examples` gives it\n"
        "\n"
        "changes in what it reads:\n"
        "  + intent example: greet > hi there  (data/nlu.yml:6:7)  [NLU]\n"
        "\n"
        "it is given:\n"
        "  nlu-data/examples\n"
    )


def test_an_option_is_told_as_it_was_and_is(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project({"config.yml": PROJECT["config.yml"].replace("Policy\n", "Policy\n    max_history: 3\n")})
    outcome = run_here(capsys, "-C", project, "explain", POLICY, "--json")
    (reason,) = outcome.document["nodes"][0]["node"]["reasons"]
    assert (reason["code"], reason["key"], reason["after"]) == ("config-changed", "max_history", "3")
    assert f"{POLICY} runs:\n  the option `max_history` is 3, and was " in (
        run_here(capsys, "-C", project, "explain", POLICY).out
    )


def test_a_node_of_a_section_that_is_not_due_is_skipped(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(capsys, "-C", project, "explain", "memo").out == f"{POLICY} is skipped:\n  Core is not due\n"


def test_the_document_of_a_node_has_what_the_text_tells(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    document = run_here(capsys, "-C", project, "explain", CLASSIFIER, "--json").document
    assert document["schema"] == "tenprint.explain/1"
    (entry,) = document["nodes"]
    assert (entry["node"]["name"], entry["node"]["verdict"], entry["feeds"]) == (CLASSIFIER, "run", [])
    assert entry["node"]["needs"] == ["nlu-data/examples"]
    assert [change["path"] for change in entry["changes"]] == [["nlu", "greet", "hi there"]]


def test_all_nodes_are_listed_without_a_name(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", project, "explain")
    assert outcome.out.splitlines() == [
        f"  skipped   {CLASSIFIER}  NLU is not due",
        f"  skipped   {POLICY:<{len(CLASSIFIER)}}  Core is not due",
    ]
    names = [entry["node"]["name"] for entry in run_here(capsys, "-C", project, "explain", "--json").document["nodes"]]
    assert names == [CLASSIFIER, POLICY]


def test_the_first_run_of_a_project_is_not_explained_by_another_project(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project
    other = tmp_path / "other project"
    for name, text in {**PROJECT, **MORE}.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text, encoding="utf-8")
    entries = run_here(capsys, "-C", str(other), "explain", "--json").document["nodes"]
    reasons = {entry["node"]["name"]: entry["node"]["reasons"] for entry in entries}
    assert [reason["code"] for reason in reasons[CLASSIFIER]] == ["no-record"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("0-", f"several nodes could be meant by '0-' [unknown-node]\n  hint: there are {CLASSIFIER}, {POLICY}"),
        ("nlu/0-KeywordIntentClasifier", f"hint: did you mean {CLASSIFIER}?"),
        ("nothing", "there is no node 'nothing' [unknown-node]"),
    ],
)
def test_a_name_that_means_no_one_node_is_refused(
    project: str, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    outcome = run_here(capsys, "-C", project, "explain", name)
    assert (outcome.code, outcome.out) == (1, "")
    assert told in outcome.err


def test_what_gives_data_is_told_with_the_nodes_it_gives_to(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    outcome = run_here(capsys, "-C", project, "explain", "nlu-data/examples")
    assert outcome.code == 1
    assert outcome.err == (
        f"error: 'nlu-data/examples' gives data and is never trained [unknown-node]\n  hint: it gives to {CLASSIFIER}\n"
    )


def test_explaining_writes_nothing(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_project(PROJECT)
    assert run_here(capsys, "-C", str(folder), "explain", "keyword", "--force").code == 0
    assert set(tree(folder)) == {*PROJECT, "data"}


def test_a_plan_tells_of_nodes_where_it_is_asked_to(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    lines = run_here(capsys, "-C", project, "plan", "--nodes").out.splitlines()
    start = lines.index("nodes:")
    assert lines[start + 1 : start + 3] == [
        f"  run       {CLASSIFIER}  the input `examples` is another; `nlu-data/examples` gives it",
        f"  skipped   {POLICY:<{len(CLASSIFIER)}}  Core is not due",
    ]
    assert "nodes:" not in run_here(capsys, "-C", project, "plan").out


def test_a_plan_with_nodes_that_is_repeated_says_the_same(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = [run_here(capsys, "-C", project, "plan", *how).out for how in (["--nodes"], [], ["--nodes"], [])]
    assert told[:2] == told[2:]
    assert told[0] != told[1]


def test_the_graph_is_drawn_in_each_language(
    project: str, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(MORE)
    dot, mermaid, svg = (
        run_here(capsys, "-C", project, "plan", "--graph", language).out for language in ("dot", "mermaid", "svg")
    )
    assert f'  "nlu-data/examples" -> "{CLASSIFIER}";\n' in dot
    assert re.search(r"^flowchart LR\n.*:::verdict_run\n", mermaid, re.DOTALL)
    texts = [each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - ours
    assert texts == ["nlu-data/examples", CLASSIFIER, "run", POLICY, "skipped"]


@pytest.mark.parametrize("others", [["--json"], ["--format", "text"], ["--nodes"], ["--quiet"], ["--json", "--nodes"]])
def test_a_picture_stands_alone(project: str, capsys: pytest.CaptureFixture[str], others: list[str]) -> None:
    outcome = run_here(capsys, "-C", project, "plan", "--graph", "dot", *others)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--graph prints a picture and nothing else: leave out --" in outcome.err


def test_a_picture_does_not_hide_that_something_is_due(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(write_project(PROJECT))
    assert run_here(capsys, "-C", folder, "plan", "--graph", "dot", "--exit-code").code == 3
