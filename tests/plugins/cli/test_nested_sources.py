"""The program with imports that are URLs: shown, planned, locked, upgraded, replayed."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.importers.git.repositories import Repository, nlu
from tests.program import run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

OWN = """\
importers:
- name: multi-project
  as: own
  allow_file: true
imports:
- url: git+{}
  as: base
  allow_file: true
"""


@pytest.fixture
def repositories(tmp_path: Path) -> tuple[Repository, Repository]:
    """A repository that imports another one."""
    base, deep = Repository(tmp_path / "base"), Repository(tmp_path / "deep")
    deep.commit({"nlu.yml": nlu("greet", "hi", "hello")})
    base.commit(
        {
            "config.yml": f"imports:\n- {{url: 'git+{deep.url}', as: deep, allow_file: true}}\n",
            "nlu.yml": nlu("bye", "bye", "ciao"),
        }
    )
    return base, deep


@pytest.fixture
def project(
    repositories: tuple[Repository, Repository],
    write_project: ProjectWriter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> str:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    return str(write_project({"config.yml": OWN.format(repositories[0].url)}))


def test_a_url_in_importers_is_a_source(
    capsys: pytest.CaptureFixture[str],
    repositories: tuple[Repository, Repository],
    project: str,
    write_project: ProjectWriter,
) -> None:
    write_project({"config.yml": f"importers:\n- url: git+{repositories[1].url}@main\n  allow_file: true\n"})
    shown = run_here(capsys, "-C", project, "show", "sources", "--json").document

    assert [(source["name"], source["importer"]) for source in shown["sources"]] == [("assistant", "git")]

    write_project({"config.yml": f"importers:\n- git+{repositories[1].url}\n"})
    refused = run_here(capsys, "-C", project, "plan")
    assert refused.code == 1
    assert "config.yml:2:3: error: the importer 'git': file:// is a folder of this machine" in refused.err


def test_sources_at_all_depths_are_shown_planned_and_locked(capsys: pytest.CaptureFixture[str], project: str) -> None:
    shown = run_here(capsys, "-C", project, "show", "sources", "--json").document
    assert [(source["name"], source["importer"], source["documents"]) for source in shown["sources"]] == [
        ("own", "multi-project", 1),
        ("base", "git", 1),
        ("deep", "git", 1),
    ]
    locked = run_here(capsys, "-C", project, "lock")
    assert (locked.code, "2 remote sources locked; wrote tenprint.lock" in locked.out) == (0, True)
    assert "2 remote sources locked; tenprint.lock is up to date" in run_here(capsys, "-C", project, "lock").out
    planned = run_here(capsys, "-C", project, "plan", "--locked", "--json").document
    assert [(source["name"], source["status"]) for source in planned["sources"]] == [
        ("own", "ok"),
        ("base", "ok"),
        ("deep", "ok"),
    ]


def test_a_source_at_any_depth_is_upgraded_alone(
    capsys: pytest.CaptureFixture[str], repositories: tuple[Repository, Repository], project: str
) -> None:
    base, deep = repositories
    run_here(capsys, "-C", project, "lock")
    base.commit({"more.yml": nlu("bye", "farewell")}, "more farewells")
    new = deep.commit({"more.yml": nlu("greet", "good day")}, "more greetings")
    planned = run_here(capsys, "-C", project, "plan").out
    assert "base left the lock" in planned
    assert "more farewells" in planned
    assert "deep left the lock" in planned

    upgraded = run_here(capsys, "-C", project, "lock", "--upgrade", "deep")
    assert (upgraded.code, "more greetings" in upgraded.out, "~ base" in upgraded.out) == (0, True, False)
    lock = (Path(project) / "tenprint.lock").read_text()
    assert new in lock
    refused = run_here(capsys, "-C", project, "plan", "--locked")
    assert (refused.code, "'base' is at" in refused.err, "config.yml:6:3: error" in refused.err) == (1, True, True)
    unknown = run_here(capsys, "-C", project, "lock", "--upgrade", "deeep")
    assert (unknown.code, "did you mean deep?" in unknown.err) == (1, True)


def test_locked_and_offline_replays_the_lock_and_nothing_else(
    capsys: pytest.CaptureFixture[str], repositories: tuple[Repository, Repository], project: str
) -> None:
    run_here(capsys, "-C", project, "lock")
    online = run_here(capsys, "-C", project, "fingerprint").out
    for repository in repositories:
        repository.bare.rename(repository.bare.with_name("away"))
    assert run_here(capsys, "-C", project, "fingerprint").code == 1
    assert run_here(capsys, "-C", project, "fingerprint", "--offline").out == online
    assert run_here(capsys, "-C", project, "fingerprint", "--offline", "--locked").out == online

    lock = Path(project) / "tenprint.lock"
    lock.write_text(lock.read_text().partition('  "deep"')[0])
    assert run_here(capsys, "-C", project, "fingerprint", "--offline").out == online
    refused = run_here(capsys, "-C", project, "fingerprint", "--offline", "--locked")
    assert (refused.code, "the source 'deep' is not in the lock" in refused.err) == (1, True)
    lock.unlink()
    assert "has no tenprint.lock" in run_here(capsys, "-C", project, "fingerprint", "--offline", "--locked").err


def test_a_run_writes_down_all_its_sources(capsys: pytest.CaptureFixture[str], project: str) -> None:
    report = json.loads(run_here(capsys, "-C", project, "train", "--dry-run", "--json").out)

    assert [source["name"] for source in report["plan"]["sources"]] == ["own", "base", "deep"]
