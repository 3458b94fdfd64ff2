"""tenprint lock, --locked and --offline, with an importer of the project whose source is a folder."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

SHELF = """
from pathlib import Path

import anyio.to_thread

from tenprint.importers import Manifest, RemoteFile, RemoteImporter, SourceError


class Shelf(RemoteImporter):
    NAME = "shelf"

    def identity(self):
        return {"folder": self.options["folder"]}

    async def fetch(self, pinned):
        folder = self.context.project / self.options["folder"]
        if not folder.is_dir():
            raise SourceError(f"the shelf {folder.name} is gone", hint="look for it")
        files = []
        for path in sorted(folder.rglob("*.yml")):
            content = path.read_bytes()
            digest = await anyio.to_thread.run_sync(self.store.put, content)
            files.append(RemoteFile(path.relative_to(folder).as_posix(), digest, len(content)))
        return Manifest(f"r{sum(file.size for file in files)}", tuple(files))

    async def drift(self, old, new):
        return (f"somebody turned {old} into {new}",)
"""

DATA = (
    "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n- intent: bye\n  examples: |\n    - bye\n    - ciao\n"
)


@pytest.fixture
def project(write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    # A name of its own: Python keeps modules, and one of another project is never taken.
    module = f"shelf_{tmp_path.name}"
    return write_project(
        {
            "config.yml": f"importers:\n- name: {module}.Shelf\n  as: base\n  folder: elsewhere\n",
            f"{module}.py": SHELF,
            "elsewhere/nlu.yml": DATA,
        }
    )


def test_a_source_is_locked_and_then_kept_to(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    outcome = run_here(capsys, "-C", str(project), "lock")
    assert outcome.code == 0
    assert outcome.err.startswith("fetched 1 source, 0 B in ")
    assert outcome.out == f"+ base: r{len(DATA)}\n1 remote source locked; wrote tenprint.lock\n"
    text = (project / "tenprint.lock").read_text()
    assert f'revision: "r{len(DATA)}"' in text

    again = run_here(capsys, "-C", str(project), "lock")
    assert again.out == "1 remote source locked; tenprint.lock is up to date\n"
    assert (project / "tenprint.lock").read_text() == text
    assert run_here(capsys, "-C", str(project), "plan", "--locked").code == 0


def test_a_source_that_left_the_lock_is_named_or_refused(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    run_here(capsys, "-C", str(project), "lock")
    (project / "elsewhere" / "nlu.yml").write_text(DATA + "    - farewell\n")

    planned = json.loads(run_here(capsys, "-C", str(project), "plan", "--json").out)
    new = f"r{len(DATA) + 15}"
    assert planned["sources"] == [
        {
            "name": "base",
            "revision": new,
            "status": "ok",
            "fetched_at": None,
            "drift": {"locked": f"r{len(DATA)}", "changes": [f"somebody turned r{len(DATA)} into {new}"]},
        }
    ]
    refused = run_here(capsys, "-C", str(project), "plan", "--locked")
    assert refused.code == 1
    assert f"somebody turned r{len(DATA)} into {new}" in refused.err
    assert "[source-drift]" in refused.err
    upgraded = run_here(capsys, "-C", str(project), "lock", "--upgrade", "base")
    assert upgraded.out.startswith(f"~ base: r{len(DATA)} -> {new}\n    somebody turned")
    assert run_here(capsys, "-C", str(project), "plan", "--locked").code == 0


def test_the_text_of_a_plan_names_the_source_that_left_the_lock(
    capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    run_here(capsys, "-C", str(project), "lock")
    (project / "elsewhere" / "nlu.yml").write_text(DATA + "    - farewell\n")

    out = run_here(capsys, "-C", str(project), "plan").out
    assert f"base left the lock: r{len(DATA)} -> r{len(DATA) + 15}" in out
    assert "somebody turned" in out


def test_without_the_source_the_lock_is_replayed(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    locked = run_here(capsys, "-C", str(project), "fingerprint").out
    run_here(capsys, "-C", str(project), "lock")
    (project / "elsewhere").rename(project / "away")

    dead = run_here(capsys, "-C", str(project), "fingerprint")
    assert (dead.code, "the shelf elsewhere is gone" in dead.err) == (1, True)
    assert run_here(capsys, "-C", str(project), "fingerprint", "--offline").out == locked
    assert run_here(capsys, "-C", str(project), "train", "--offline").code == 0


def test_a_dead_source_may_be_as_it_was_last(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    run_here(capsys, "-C", str(project), "plan")
    (project / "elsewhere").rename(project / "away")
    config = (project / "config.yml").read_text()
    (project / "config.yml").write_text(config + "  policy: last-good\n  max_age: 1h\n")

    report = json.loads(run_here(capsys, "-C", str(project), "train", "--json").out)
    assert report["plan"]["sources"][0]["status"] == "last-good"
    assert [problem["code"] for problem in report["plan"]["problems"]] == ["last-good-source"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan", "--locked"], 1, "has no tenprint.lock"),
        (["plan", "--offline"], 1, "'base' is not in the store"),
        (["lock", "--upgrade", "bse"], 1, "did you mean base?"),
    ],
)
def test_what_was_never_locked_or_fetched_is_an_error(
    capsys: pytest.CaptureFixture[str], project: Path, arguments: list[str], code: int, words: str
) -> None:
    outcome = run_here(capsys, "-C", str(project), *arguments)
    assert (outcome.code, words in outcome.err) == (code, True)
    assert not (project / "tenprint.lock").exists()


def test_a_broken_lock_is_an_error_with_its_line(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    (project / "tenprint.lock").write_text("version: 1\nsources:\n  base: text\n")

    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, "tenprint.lock:3:9" in outcome.err) == (1, True)


def test_a_project_of_files_has_nothing_to_lock(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    project = write_project({"config.yml": "language: en\n", "data/nlu.yml": DATA})

    assert run_here(capsys, "-C", str(project), "lock").out == "no remote sources; nothing to lock\n"
    assert not (project / "tenprint.lock").exists()


def test_json_holds_the_lock_and_what_changed(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    document = json.loads(run_here(capsys, "-C", str(project), "lock", "--json").out)

    assert document["schema"] == "tenprint.lock/1"
    entry = document["sources"]["base"]
    assert (entry["importer"], entry["from"], entry["files"]) == ("shelf", {"folder": "elsewhere"}, 1)
    assert document["changes"] == [{"source": "base", "before": None, "after": entry, "changes": []}]
