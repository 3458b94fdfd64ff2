"""tenprint cache: what was fetched is counted, verified and removed, and nothing else is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.importers.git.repositories import Repository, nlu
from tests.program import run_here, tree

from tenprint.importers import ImporterContext, run_to_end
from tenprint.importers.git import GitImporter
from tenprint.importers.store import Store
from tenprint.plugins.sizes import counted, size_text


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache root of this test, with two contents and a record."""
    found = tmp_path / "cache"
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(found))
    with closing(Store(found)) as store:
        store.record("http", "https://x", {}, [store.put(b"1" * 1500), store.put(b"2")])
    return found


def damage(root: Path) -> None:
    next(path for path in (root / "store" / "cas").rglob("*") if path.is_file()).write_bytes(b"rotten")


def test_stats_counts_what_there_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "cache", "stats")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        f"{root}, 1.5 kB of 5.0 GB",
        "  contents             2     1.5 kB",
        "  records              1, http 1",
        "  repositories         0        0 B",
        "  temporary            0        0 B",
        "  quarantined          0        0 B",
    ]
    assert run_here(capsys, "cache", "stats", "--json").document == {
        "schema": "tenprint.cache/1",
        "action": "stats",
        "root": str(root),
        "contents": {"count": 2, "bytes": 1501},
        "records": {"http": 1},
        "repositories": {"count": 0, "bytes": 0},
        "temporary": {"count": 0, "bytes": 0},
        "quarantined": {"count": 0, "bytes": 0},
        "quota": 5_000_000_000,
    }


def test_no_cache_at_all_is_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "none"))
    for action in ("stats", "verify", "gc", "clear"):
        assert run_here(capsys, "cache", action).code == 0
    assert not (tmp_path / "none").exists()


def test_a_relative_cache_is_relative_to_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "cache")
    for arguments in (["cache", "stats", "-C", str(tmp_path)], ["-C", str(tmp_path), "cache", "stats"]):
        assert run_here(capsys, *arguments).out.startswith(f"{tmp_path / 'cache'}, ")


def test_verify_is_clean_or_fails_and_puts_aside(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "cache", "verify")
    assert (outcome.code, outcome.out) == (0, "2 contents (1.5 kB), 1 record and 0 repositories are sound\n")
    damage(root)
    outcome = run_here(capsys, "cache", "verify")
    assert (outcome.code, outcome.out) == (1, "")
    assert "[cache-damaged]" in outcome.err
    assert "1 error, 1 warning" in outcome.err
    document = run_here(capsys, "cache", "verify", "--json").document
    assert document["contents"]["count"] == 1
    assert document["problems"] == []
    assert run_here(capsys, "cache", "stats", "--json").document["quarantined"]["count"] == 1


def test_verify_as_json_tells_damage_as_diagnostics(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(root)
    outcome = run_here(capsys, "cache", "verify", "--json")
    assert outcome.code == 1
    assert outcome.document["schema"] == "tenprint.diagnostics/1"


def test_a_record_without_its_contents_is_removed_and_no_failure(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    next(path for path in (root / "store" / "cas").rglob("*") if path.is_file()).unlink()
    outcome = run_here(capsys, "cache", "verify")
    assert (outcome.code, outcome.out.split(", ")[-1]) == (0, "1 useless record removed\n")


def test_gc_keeps_what_is_fresh_and_clear_keeps_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "cache", "gc", "--quota", "0")
    assert (outcome.code, outcome.out) == (
        0,
        "removed 0 contents, 0 records, 0 repositories and 0 leftovers: 0 B\n",
    )
    (root / "mine").write_bytes(b"mine")
    assert run_here(capsys, "cache", "clear", "--json").document == {
        "schema": "tenprint.cache/1",
        "action": "clear",
        "root": str(root),
        "removed": {"contents": 2, "records": 1, "repositories": 0, "leftovers": 0},
        "freed": 1501,
        "problems": [],
    }
    left = {name for name, content in tree(root).items() if content is not None}
    assert left == {"mine", "store/CACHEDIR.TAG", "store/index.sqlite", "store/index.lock"}


def test_quiet_prints_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("stats", "verify", "gc", "clear"):
        outcome = run_here(capsys, "cache", action, "--quiet")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert root.exists()


@pytest.mark.parametrize("action", ["stats", "verify", "gc", "clear"])
def test_a_folder_that_is_not_ours_is_refused_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path))
    (tmp_path / "store" / "cas" / "ab").mkdir(parents=True)
    (tmp_path / "store" / "cas" / "ab" / ("0" * 62)).write_bytes(b"mine")
    before = tree(tmp_path)
    outcome = run_here(capsys, "cache", action)
    assert (outcome.code, outcome.out) == (1, "")
    assert "not made by this version of tenprint [cache]" in outcome.err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("action", ["stats", "verify", "gc", "clear"])
def test_a_place_that_cannot_be_a_folder_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    file = tmp_path / "notes.md"
    file.write_text("mine", encoding="utf-8")
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(file))
    outcome = run_here(capsys, "cache", action)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error: cannot use the cache {file}")
    assert "hint: let TENPRINT_CACHE_DIR name another folder" in outcome.err
    assert file.read_text(encoding="utf-8") == "mine"


def test_an_index_that_is_no_index_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = root / "store" / "index.sqlite"
    index.unlink()
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    outcome = run_here(capsys, "cache", "stats")
    assert outcome.code == 0
    assert "[cache-index]" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing argument"),
        (["empty"], "stats"),
        (["stats", "--quota", "1"], "--quota belongs to `gc`"),
        (["gc", "--quota", "much"], "no size"),
        (["gc", "--quota", "-1"], "no size"),
    ],
)
def test_wrong_usage_is_two(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    outcome = run_here(capsys, "cache", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


@pytest.mark.parametrize("quota", ["0", "500MB", "1.5 gb", "3T", "10k"])
def test_sizes_may_have_units(root: Path, capsys: pytest.CaptureFixture[str], quota: str) -> None:
    assert run_here(capsys, "cache", "gc", "--quota", quota).code == 0
    assert root.exists()


def test_repositories_are_counted_and_removed_with_the_rest(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.commit({"nlu.yml": nlu("greet", "hi")})
    importer = GitImporter({"url": repository.url, "allow_file": True}, ImporterContext(tmp_path, cache=root))
    run_to_end(importer.snapshot)
    kept = run_here(capsys, "cache", "stats", "--json").document["repositories"]
    assert kept["count"] == 1
    assert kept["bytes"] > 500
    assert run_here(capsys, "cache", "verify").out == "3 contents (1.5 kB), 3 records and 1 repository are sound\n"
    pack = next((root / "git").glob("*/partial.git/objects/pack/*.idx"))
    pack.chmod(0o600)
    pack.write_bytes(b"rotten")
    assert "idx was damaged; it was removed [cache-damaged]" in run_here(capsys, "cache", "verify").err
    repository.commit({"nlu.yml": nlu("greet", "hello")})
    run_to_end(GitImporter({"url": repository.url, "allow_file": True}, ImporterContext(tmp_path, cache=root)).snapshot)
    (root / "git" / "mine").write_bytes(b"mine")
    removed = run_here(capsys, "cache", "clear")
    assert removed.out.startswith("removed 4 contents, 4 records, 1 repository and 0 leftovers: ")
    assert "git/mine was not made by tenprint, so it stays [cache-foreign]" in removed.err
    assert sorted(path.name for path in (root / "git").iterdir()) == ["CACHEDIR.TAG", "mine"]


SETTINGS = "cache:\n  quota: 1kB\n  directory: kept\n"


def test_the_settings_of_a_project_say_where_and_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TENPRINT_CACHE_DIR", raising=False)
    (tmp_path / "tenprint.yml").write_text(SETTINGS)
    document = run_here(capsys, "-C", str(tmp_path), "cache", "stats", "--json").document
    assert (document["root"], document["quota"]) == (str(tmp_path / "kept"), 1000)
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "elsewhere")
    assert run_here(capsys, "-C", str(tmp_path), "cache", "stats", "--json").document["root"].endswith("elsewhere")


def test_the_option_wins_over_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TENPRINT_CACHE_DIR", raising=False)
    (tmp_path / "tenprint.yml").write_text(SETTINGS)
    with closing(Store(tmp_path / "kept", clock=lambda: 1.6e9)) as store:
        for number in range(3):
            store.record("http", f"https://{number}", {}, [store.put(b"%d" % number * 400)])
    arguments = ["-C", str(tmp_path), "cache", "gc", "--json"]
    assert run_here(capsys, *arguments, "--quota", "5kB").document["removed"]["records"] == 0
    assert run_here(capsys, *arguments).document["removed"]["records"] == 1


def test_wrong_settings_are_told_with_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tenprint.yml").write_text("cache:\n  quota: much\n  size: 1\n")
    outcome = run_here(capsys, "-C", str(tmp_path), "cache", "stats")
    assert outcome.code == 1
    assert "tenprint.yml:2:10: error: the text 'much' is no size [wrong-size]" in outcome.err
    assert "such as 500MB or 5GB" in outcome.err
    assert "tenprint.yml:3:3" in outcome.err


def test_sizes_are_written_for_people() -> None:
    written = [size_text(size) for size in (0, 999, 1000, 1_500_000, 5 * 10**9, 10**16)]
    assert written == ["0 B", "999 B", "1.0 kB", "1.5 MB", "5.0 GB", "10000.0 TB"]


def test_one_is_told_apart_from_many() -> None:
    assert [counted(number, "error") for number in (0, 1, 2, 1000)] == [
        "0 errors",
        "1 error",
        "2 errors",
        "1,000 errors",
    ]
    told = [counted(number, "repository", plural="repositories") for number in (0, 1, 2)]
    assert told == ["0 repositories", "1 repository", "2 repositories"]
