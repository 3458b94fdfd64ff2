"""What earlier runs have read: taken where the bytes are the same, and never the reason of another answer."""

import cProfile
import os
import pstats
import random
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ProjectWriter

from tenprint.importers import ImporterContext, KnownReadings, ReadingRules, Snapshot
from tenprint.importers.file import FileImporter
from tenprint.importers.git.importer import GitImporter
from tenprint.importers.store import Store

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n"
FILES = {
    "config.yml": "language: ${LANGUAGE}\npipeline: []\n",
    "domain.yml": "intents: [greet]\nresponses:\n  utter_hi:\n  - text: ${LANGUAGE}\n",
    "data/nlu.yml": NLU,
    "data/odd.yml": "nlu: []\nodd: 1\n",
    "data/wrong.yml": "nlu: 3\n",
    "data/table.yml": "nlu:\n- lookup: city\n  file: cities.txt\n",
    "data/cities.txt": "Paris\n",
}
CODE = """
import sys, anyio
from pathlib import Path
from tenprint.importers import ImporterContext, KnownReadings
from tenprint.importers.file import FileImporter
from tenprint.importers.store import Store
readings = KnownReadings(lambda: Store(Path(sys.argv[2])), Path(sys.argv[1]))
anyio.run(FileImporter({}, ImporterContext(project=Path(sys.argv[1]), readings=readings)).snapshot)
print("read", flush=True)
readings.save()
"""


def rules(language: str = "en") -> ReadingRules:
    return ReadingRules(environment={"LANGUAGE": language})


def cold(project: Path, language: str = "en") -> Snapshot:
    return anyio.run(FileImporter({}, ImporterContext(project=project, rules=rules(language))).snapshot)


def warm(project: Path, cache: Path, language: str = "en") -> Snapshot:
    readings = KnownReadings(lambda: Store(cache, patience=0.05), project)
    context = ImporterContext(project=project, rules=rules(language), readings=readings)
    snapshot = anyio.run(FileImporter({}, context).snapshot)
    readings.save()
    return snapshot


def read_anew(project: Path, cache: Path) -> bool:
    """Tell whether a run reads any file itself."""
    profile = cProfile.Profile()
    readings = KnownReadings(lambda: Store(cache), project)
    importer = FileImporter({}, ImporterContext(project=project, rules=rules(), readings=readings))
    files = [importer._open(found, rules())[0] for found in importer._find().files]
    profile.runcall(lambda: [readings.read(file, number, rules()) for number, file in enumerate(files)])
    readings.save()
    called = {name for _, _, name in pstats.Stats(profile).stats}  # type: ignore[attr-defined] # typeshed has no stats
    return "read_file" in called


def test_a_run_takes_what_an_earlier_one_has_read(write_project: ProjectWriter, tmp_path: Path) -> None:
    files = {path: content for path, content in FILES.items() if path != "data/wrong.yml"}
    project = write_project(files)

    assert read_anew(project, tmp_path / "cache")
    assert not read_anew(project, tmp_path / "cache")
    write_project({"data/nlu.yml": NLU + "    - good day\n"})
    assert read_anew(project, tmp_path / "cache")
    assert not read_anew(project, tmp_path / "cache")
    write_project({"data/nlu.yml": NLU})
    assert not read_anew(project, tmp_path / "cache")


def test_nothing_is_written_where_nothing_is_new(write_project: ProjectWriter, tmp_path: Path) -> None:
    project, cache = write_project(FILES), tmp_path / "cache"
    warm(project, cache)
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.name.isalnum() and path.is_file()}
    warm(project, cache)

    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path in before} == before


def test_many_runs_leave_few_packs(write_project: ProjectWriter, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    project = write_project(FILES)
    for number in range(30):
        write_project({**FILES, "data/nlu.yml": f"{NLU}    - {number}\n"})
        assert warm(project, cache) == cold(project)
    store = Store(cache)
    key = KnownReadings(lambda: store, project)._scope
    record = store.find("tables", key)
    store.close()

    assert record is not None
    assert 1 <= len(record.contents) <= 8


def test_large_projects_have_several_packs_and_lose_what_is_of_no_use(
    write_project: ProjectWriter, tmp_path: Path
) -> None:
    project, cache = write_project(FILES), tmp_path / "cache"
    for word in ("hello", "good day"):
        lines = "".join(f"    - {word} {number} {'x' * 2000}\n" for number in range(1500))
        large = {f"data/{name}.yml": f"nlu:\n- intent: {name}\n  examples: |\n{lines}" for name in ("a", "b", "c")}
        write_project(large)
        assert warm(project, cache) == cold(project)
        assert warm(project, cache) == cold(project)
    store = Store(cache)
    record = store.find("tables", KnownReadings(lambda: store, project)._scope)
    store.close()

    assert record is not None
    assert 2 <= len(record.contents) <= 4


@pytest.mark.parametrize("language", ["de", "", "${LANGUAGE}"])
def test_another_value_of_a_variable_is_another_reading(
    write_project: ProjectWriter, tmp_path: Path, language: str
) -> None:
    project = write_project(FILES)
    warm(project, tmp_path / "cache")

    assert warm(project, tmp_path / "cache", language) == cold(project, language) != cold(project)


CONTENTS = [
    *FILES.values(), "", "nlu: [", "# only a comment\n", "stories:\n- story: s\n  steps:\n  - intent: greet\n",
    "version: '9.0'\nnlu: []\n",
]  # fmt: skip
NAMES = ["nlu.yml", "more/nlu.yml", "test_nlu.yml", "nlu.json", "notes.md", "cities.txt", "other.yml"]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "rename", "language", "project"]),
        st.sampled_from(NAMES),
        st.integers(0, len(CONTENTS) - 1),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(edits=EDITS, seed=st.integers(0, 10**9))
def test_warm_equals_cold_after_any_edits(tmp_path_factory: pytest.TempPathFactory, edits: list, seed: int) -> None:  # type: ignore[type-arg] # as drawn
    del seed
    root = tmp_path_factory.mktemp("edits")
    project, cache, language = root / "project", root / "cache", "en"
    for path, content in FILES.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content)
    for edit, name, number in edits:
        path = project / "data" / name
        path.parent.mkdir(exist_ok=True)
        if edit == "write":
            path.write_text(CONTENTS[number])
        elif edit == "delete":
            path.unlink(missing_ok=True)
        elif edit == "rename" and path.exists():
            path.rename(project / "data" / NAMES[number % len(NAMES)].replace("/", "-"))
        elif edit == "language":
            language = CONTENTS[number][:3]
        elif edit == "project":
            (project / "config.yml").write_text(CONTENTS[number])
        assert warm(project, cache, language) == cold(project, language)


def contents_of(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file() and path.stat().st_size)


def test_a_damaged_cache_is_a_cold_run(write_project: ProjectWriter, tmp_path: Path) -> None:
    project, chance = write_project(FILES), random.Random(3)  # noqa: S311 - a seed for the test
    expected = cold(project)
    for round_ in range(40):
        cache = tmp_path / f"cache{round_ % 4}"
        warm(project, cache)
        path = chance.choice(contents_of(cache))
        raw = bytearray(path.read_bytes())
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        path.chmod(0o600)
        path.write_bytes(raw[: chance.choice([len(raw), chance.randrange(len(raw) + 1)])])
        assert warm(project, cache) == expected


@pytest.fixture(params=["file", "foreign", "locked", "removed", "newer"])
def unusable(request: pytest.FixtureRequest, tmp_path: Path, write_project: ProjectWriter) -> Iterator[Path]:
    """Return a cache that cannot be used."""
    cache = tmp_path / "cache"
    if request.param == "file":
        cache.write_text("mine")
        yield cache
        return
    if request.param == "foreign":
        (cache / "store").mkdir(parents=True)
        (cache / "store" / "mine.txt").write_text("mine")
        yield cache
        return
    warm(write_project(FILES), cache)
    index = cache / "store" / "index.sqlite"
    with sqlite3.connect(index) as connection:
        if request.param == "locked":
            connection.execute("BEGIN EXCLUSIVE")
        if request.param == "newer":
            connection.execute("PRAGMA user_version = 99")
            connection.commit()
        if request.param == "removed":
            index.unlink()
        yield cache
    connection.close()


def test_a_cache_that_cannot_be_used_is_a_cold_run(write_project: ProjectWriter, unusable: Path) -> None:
    project = write_project(FILES)

    assert warm(project, unusable) == cold(project)
    assert warm(project, unusable) == cold(project)


def test_a_full_disk_is_a_cold_run(write_project: ProjectWriter, tmp_path: Path) -> None:
    project, cache = write_project(FILES), tmp_path / "cache"
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(project), str(cache)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        env={**os.environ, "LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "read\n", "")
    assert warm(project, cache) == cold(project)


def test_processes_at_once_share_a_cache(write_project: ProjectWriter, tmp_path: Path) -> None:
    project, cache = write_project(FILES), tmp_path / "cache"
    running = [
        subprocess.Popen([sys.executable, "-c", CODE, str(project), str(cache)], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [process.communicate()[1] for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], told
    assert warm(project, cache) == cold(project)


def test_a_process_that_is_killed_leaves_a_cache_that_works(write_project: ProjectWriter, tmp_path: Path) -> None:
    project, cache = write_project(FILES), tmp_path / "cache"
    chance = random.Random(4)  # noqa: S311 - a seed for the test
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(project), str(cache)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # now it saves
        threading.Event().wait(chance.random() / 50)
        process.kill()
        process.communicate()
        assert warm(project, cache) == cold(project)


def test_the_blobs_of_git_are_known_by_their_bytes(write_project: ProjectWriter, tmp_path: Path) -> None:
    project = write_project({path: content for path, content in FILES.items() if path != "data/wrong.yml"})
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(project)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*run, *arguments], check=True)
    cache = tmp_path / "cache"

    def snapshot(*, known: bool) -> Snapshot:
        readings = KnownReadings(lambda: Store(cache), project) if known else None
        options = {"url": f"file://{project}", "allow_file": True}
        found = anyio.run(
            GitImporter(options, ImporterContext(project, rules=rules(), cache=cache, readings=readings)).snapshot
        )
        if readings is not None:
            readings.save()
        return found

    assert snapshot(known=True) == snapshot(known=True) == snapshot(known=False)
