"""Nothing escapes the key: what plugins declare counts, and what they read without that is told, or refused."""

import csv
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.program import PROJECT, Outcome, run_here

from tenprint.fingerprinting import NluComponent, TrainingPlan
from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ReadingRules,
    TrainingDataImporter,
    Transform,
    TransformContext,
    TransformedImporter,
    TransformItem,
)
from tenprint.importers.data import Example, NluData
from tenprint.importers.inputs import AuditMode, Inputs
from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

PLUGIN = """
import os
from pathlib import Path

from tenprint.fingerprinting import NluComponent
from tenprint.importers import TrainingDataImporter, Transform
from tenprint.importers.data import Example, NluData
from tenprint.importers.inputs import Inputs
from tenprint.plugins import hookimpl

DECLARED = os.environ.get("DECLARED") == "yes"
HERE = Path(__file__).parent


class FaqImporter(TrainingDataImporter):
    NAME = "faq"

    def declared_inputs(self):
        return Inputs(("faq.txt",), ("FAQ_INTENT",)) if DECLARED else Inputs()

    def get_nlu_data(self, language="en"):
        lines = (self.context.project / "faq.txt").read_text().splitlines()
        intent = os.environ.get("FAQ_INTENT", "greet")
        return NluData(tuple(Example(line, intent) for line in lines))


class Suffix(Transform):
    NAME = "suffix"
    KINDS = ("intent-example",)

    def declared_inputs(self):
        return Inputs(("suffix.txt",)) if DECLARED else Inputs()

    def transform(self, items):
        suffix = (HERE / "suffix.txt").read_text().strip()
        return [item.replaced(item.value._replace(text=item.value.text + suffix)) for item in items]


class Lexicon(NluComponent):
    NAME = "Lexicon"
    VERSION = "1"

    @staticmethod
    def get_default_config():
        return {"path": "lexicon.txt"}

    @classmethod
    def declared_inputs(cls, config):
        return Inputs((config["path"],)) if DECLARED else Inputs()

    @classmethod
    def train(cls, config, nlu):
        return {"words.json": (HERE / config["path"]).read_text().split()}

    @classmethod
    def load(cls, config, files):
        return cls()

    def process(self, message):
        return message


@hookimpl
def tenprint_register_importers():
    return [FaqImporter]


@hookimpl
def tenprint_register_transforms():
    return [Suffix]


@hookimpl
def tenprint_register_components():
    return [Lexicon]
"""

SETTINGS = "plugins: [{module}]\nimporters: [{{name: file}}, {{name: faq}}]\ntransforms: [{{name: suffix}}]\n"


@pytest.fixture
def project(write_project: ProjectWriter, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose importer, transform and component read one file each, and declare it only if told to."""
    monkeypatch.delenv("TENPRINT_AUDIT", raising=False)
    # A module is imported once in a process, so every test has its own.
    module = re.sub(r"\W", "_", f"reading_plugin_{request.node.name}")
    return write_project(
        {
            **PROJECT,
            "config.yml": "pipeline:\n- name: KeywordIntentClassifier\n- name: Lexicon\npolicies:\n"
            "- name: MemoizationPolicy\n",
            f"{module}.py": PLUGIN,
            "tenprint.yml": SETTINGS.format(module=module),
            "faq.txt": "how are you\n",
            "suffix.txt": "!\n",
            "lexicon.txt": "one two\n",
        }
    )


def stricter(project: Path) -> None:
    with (project / "tenprint.yml").open("a") as file:
        file.write("strict: true\n")


def undeclared(outcome: Outcome) -> list[tuple[str, str]]:
    return [
        (problem["severity"], problem["message"])
        for problem in outcome.document.get("problems", [])
        if problem["code"] == "undeclared-read"
    ]


def test_nobody_watches_by_default(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "-C", str(project), "train")
    assert (outcome.code, "undeclared" in outcome.out + outcome.err) == (0, False)


def test_an_audit_names_plugin_and_path(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENPRINT_AUDIT", "1")
    outcome = run_here(capsys, "-C", str(project), "plan", "--json")
    module = next(project.glob("reading_plugin_*")).stem
    assert undeclared(outcome) == [
        (
            "warning",
            f"the importer 'faq' (FaqImporter of {module}) reads faq.txt, which it does not declare",
        ),
        (
            "warning",
            f"the transform 'suffix' (Suffix of {module}) reads suffix.txt, which it does not declare",
        ),
    ]
    trained = run_here(capsys, "-C", str(project), "train")
    assert trained.code == 0
    assert (
        f"warning: `Lexicon`, entry 2 of `pipeline` ({module}) reads lexicon.txt, which it does not declare"
        in trained.err
    )


def test_strict_refuses_and_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stricter(project)
    outcome = run_here(capsys, "-C", str(project), "plan", "--json")
    assert (outcome.code, [severity for severity, _ in undeclared(outcome)]) == (1, ["error"])
    # Importers are refused before transforms, both before anything is trained; without them, the component is.
    settings = (project / "tenprint.yml").read_text().replace(", {name: faq}", "").replace("{name: suffix}", "")
    (project / "tenprint.yml").write_text(settings)
    outcome = run_here(capsys, "-C", str(project), "train", "--json")
    assert outcome.code == 1
    ((severity, message),) = undeclared(outcome)
    assert (severity, "Lexicon" in message, "lexicon.txt" in message) == ("error", True, True)
    assert not (project / "models").exists()


def test_what_is_declared_passes_the_strictest_run(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECLARED", "yes")
    stricter(project)
    outcome = run_here(capsys, "-C", str(project), "train")
    assert (outcome.code, outcome.err) == (0, "")
    assert run_here(capsys, "-C", str(project), "plan", "--exit-code").code == 0


def plan(project: Path) -> TrainingPlan:
    found = run_project(project, "plan")
    assert isinstance(found, TrainingPlan)
    return found


def revisions(plan: TrainingPlan) -> dict[str, str | None]:
    return {state.name: state.revision for state in plan.sources}


def test_declared_inputs_are_part_of_what_decides(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLARED", "yes")
    run_project(project, "train")
    before = plan(project)
    assert before.action == "none"

    # A component that reads another file is trained again, though no data differ, and the reason names the file.
    (project / "lexicon.txt").write_text("one two three\n")
    after = plan(project)
    assert (after.retrains("nlu"), after.retrains("core"), after.changes) == (True, False, ())
    (reason,) = after.sections["nlu"].reasons
    assert (reason.code, reason.message.count("file lexicon.txt ")) == ("component", 2)
    (project / "lexicon.txt").write_text("one two\n")
    assert plan(project).action == "none"

    # An importer has another revision, whatever its data are.
    monkeypatch.setenv("FAQ_INTENT", "greet")
    same = plan(project)
    assert same.action == "none"
    assert revisions(same)["faq"] != revisions(before)["faq"]
    assert revisions(same)["file"] == revisions(before)["file"]

    # A transform is another one, and a change is named for it.
    (project / "suffix.txt").write_text("!\n\n")
    (change,) = plan(project).changes
    assert (change.kind, change.path, change.sections) == ("transform", ("transforms", "suffix"), ())


class Reader(TrainingDataImporter):
    """Reads what it likes."""

    NAME = "reader"

    def __init__(self, read: Callable[[], Any], context: ImporterContext, inputs: Any = None) -> None:
        super().__init__({}, context)
        self.read = read
        self.inputs = inputs

    def declared_inputs(self) -> Inputs:  # type: ignore[override]  # plain
        inputs: Inputs = self.inputs() if callable(self.inputs) else self.inputs or Inputs()
        return inputs

    def get_nlu_data(self, language: str = "en") -> NluData:  # type: ignore[override]  # plain
        self.read()
        return NluData((Example(language, "greet"),))


class Copied(Transform):
    NAME = "copied"
    KINDS = ("intent-example",)

    def transform(self, items: Sequence[TransformItem]) -> list[TransformItem]:
        (self.context.project / "list.csv").read_text()
        return list(items)


def context_of(folder: Path, audit: AuditMode = "report") -> ImporterContext:
    return ImporterContext(folder, rules=ReadingRules(environment=dict(os.environ)), audit=audit)


@pytest.mark.anyio
async def test_a_snapshot_tells_the_inputs_as_they_were_before_the_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("first")

    def read() -> None:
        path.write_text("second")

    context = context_of(tmp_path)
    inputs = Inputs(("list.csv",), ("NOT_SET",), {"sheet": "7"})
    snapshot = await CombinedDataImporter([Reader(read, context, inputs)], context).snapshot()
    assert [(state.owner, state.sort, state.name) for state in snapshot.inputs] == [
        ("importer reader", "environment", "NOT_SET"),
        ("importer reader", "file", "list.csv"),
        ("importer reader", "version", "sheet"),
    ]
    later = await CombinedDataImporter([Reader(lambda: None, context, inputs)], context).snapshot()
    assert [one != two for one, two in zip(snapshot.inputs, later.inputs, strict=True)] == [False, True, False]


@pytest.mark.anyio
async def test_a_transform_of_one_source_is_told_apart_from_its_importer(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a")
    context = context_of(tmp_path, "refuse")
    inner = Reader(lambda: list(csv.reader(["a"])), context)
    importer = TransformedImporter(inner, [Copied({}, TransformContext("copied", project=tmp_path))])
    snapshot = await CombinedDataImporter([importer], context).snapshot()
    (problem,) = [problem for problem in snapshot.problems if problem.code == "undeclared-read"]
    assert problem.message.startswith("the transform 'copied' (Copied of ")
    assert problem.severity == "error"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (lambda: 1 / 0, "declared_inputs of the importer reader failed: ZeroDivisionError"),
        (lambda: ["list.csv"], "declared_inputs of the importer reader returned list, not Inputs"),
    ],
    ids=["fails", "wrong-answer"],
)
async def test_a_declaration_that_fails_is_an_error_of_the_source(
    tmp_path: Path, inputs: Callable[[], Any], told: str
) -> None:
    context = context_of(tmp_path)
    with pytest.raises(Exception, match=told):
        await CombinedDataImporter([Reader(lambda: None, context, inputs)], context).snapshot()


@pytest.mark.parametrize("value", ["yes", "2", "true"])
def test_a_wrong_value_of_the_variable_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TENPRINT_AUDIT", value)
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, f"TENPRINT_AUDIT holds {value!r}" in outcome.err) == (1, True)


@pytest.mark.parametrize("value", ["yes please", "1", "[]", "null"])
def test_a_wrong_value_of_the_setting_is_told_at_its_place(
    project: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    (project / "tenprint.yml").write_text(f"strict: {value}\n")
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert outcome.code == 1
    assert "tenprint.yml:1:9: error: strict must be true or false" in outcome.err


def test_components_of_ours_declare_and_read_nothing() -> None:
    assert NluComponent.declared_inputs({}) == Inputs()
