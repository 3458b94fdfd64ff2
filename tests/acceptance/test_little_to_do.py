"""Runs that find nothing or next to nothing to do: they write nothing more, and load no library that computes."""

import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.nodes_project import FILES
from tests.acceptance.test_training_at_once import members
from tests.program import run_code

pytest.importorskip("sklearn")

ASSISTANT = Path(__file__).parents[2] / "docs/tutorial/assistant"

NOT_NEEDED = {
    "numpy",
    "scipy",
    "sklearn",
    "distributed",
    "multiprocessing",
    "tenprint.fingerprinting.engine.cache",
    "tenprint.fingerprinting.engine.key",
    "tenprint.fingerprinting.engine.runner",
    "tenprint.fingerprinting.recipe.former_model",
    "tenprint.fingerprinting.recipe.train_schema",
}
"""Modules that a run without a training does not load."""

PROGRAM = """
import json, sys
from tenprint.plugins.cli.main import run
code = run(["-C", *sys.argv[1:]])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def train(project: Path, *options: str) -> tuple[str, set[str]]:
    """Train in a process of its own; the answer are what it printed and the modules it loaded."""
    outcome = run_code(PROGRAM, str(project), "train", *options)
    assert outcome.code == 0, outcome.err
    return outcome.out, set(json.loads(outcome.err.splitlines()[-1]))


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of all files; answers that are repeated are no part of what is kept."""
    files = (path for path in folder.rglob("*") if path.is_file() and "memo" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def weights(model: Path) -> dict[str, bytes]:
    files = members(model)
    return {path: content for path, content in files.items() if path.count("/") > 1}


@pytest.fixture(params=["assistant", "matrices"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "kept" / "cache"))
    project = tmp_path / "kept" / "project"
    if request.param == "assistant":
        shutil.copytree(ASSISTANT, project, ignore=shutil.ignore_patterns("models"))
    else:
        for path, text in FILES.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text, encoding="utf-8")
    _, loaded = train(project)
    assert ("sklearn" in loaded) == (request.param == "matrices")
    return project


def test_a_run_with_nothing_to_do_writes_nothing_and_computes_nothing(project: Path) -> None:
    before = state(project.parent)

    for options in ((), ("--no-cache",), ("--trust-stat",)):
        printed, loaded = train(project, *options)
        assert printed.startswith("nothing to do")
        assert loaded & NOT_NEEDED == set()

    assert state(project.parent) == before


def test_an_edited_reply_leaves_every_weight_as_it_was(project: Path) -> None:
    (model,) = (project / "models").glob("*.tar.gz")
    (replies,) = (path for path in project.rglob("*.yml") if "utter_greet:" in path.read_text(encoding="utf-8"))
    text = replies.read_text(encoding="utf-8")
    begin = text.index("text: ", text.index("utter_greet:")) + len("text: ")
    replies.write_text(f"{text[:begin]}Ahoy!\n{text[text.index(chr(10), begin) + 1 :]}", encoding="utf-8")

    printed, loaded = train(project)

    assert printed.startswith("update the domain of")
    assert loaded & NOT_NEEDED == set()
    (new,) = set((project / "models").glob("*.tar.gz")) - {model}
    assert weights(new) == weights(model) != {}
    before, after = (json.loads(members(each)["metadata.json"]) for each in (model, new))
    assert {**after, "sources": before["sources"]} == before
    assert b"Ahoy!" in members(new)["core/domain.yml"]
    assert train(project)[0].startswith("nothing to do")
