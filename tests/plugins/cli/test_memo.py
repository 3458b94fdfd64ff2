"""An answer that is repeated: equal to that of the full way, and given up for every doubt."""

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ProjectWriter
from tests.program import PROJECT, run_apart

from tenprint.importers import Stamp
from tenprint.plugins.cli import memo
from tenprint.plugins.cli.main import run

PLAN = ["plan", "--json"]
LIGHT = """
import sys
from tenprint.plugins.cli.main import run
code = run(sys.argv[1:])
heavy = {"yaml", "anyio", "sqlite3", "pluggy", "click", "asyncio", "dataclasses", "importlib.metadata"}
print(code, sorted(heavy & sys.modules.keys()), file=sys.stderr)
"""


def told(*arguments: str) -> tuple[int, str]:
    """Run the program here; what it prints goes through one stream, so that all runs are called alike."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run(list(arguments))
    out.flush()
    return code, out.buffer.getvalue().decode()


def repeated(*arguments: str) -> str | None:
    """What would be repeated, without going the full way."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        return memo.look(arguments).text


def plan_of(outcome: tuple[int, str]) -> tuple[int, object]:
    """Leave out what nodes will do: without a cache none of them can be restored from an earlier training."""
    code, text = outcome
    document = json.loads(text)
    return code, {**document, "nodes": [node["name"] for node in document.get("nodes", ())]}


def settle() -> None:
    """Wait until what was written is older than a run that begins now, and code is old enough to count."""
    threading.Event().wait(0.03)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def trained(write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current directory: a project with a model that is up to date, and a memo that says so."""
    assert not cache.exists()
    project = write_project(PROJECT)
    monkeypatch.chdir(project)
    assert told("train")[0] == 0
    settle()
    wait_for_code()
    assert told(*PLAN)[0] == 0
    assert repeated(*PLAN) is not None
    return project


def wait_for_code() -> None:
    """Let files of the program that were just edited grow old."""
    files = [vars(module).get("__file__") for module in list(sys.modules.values())]
    paths = [Path(file) for file in files if isinstance(file, str)]
    newest = max(path.stat().st_mtime for path in paths if path.exists())
    threading.Event().wait(max(0.0, newest + 2.1 - time.time()))


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    "arguments",
    [["plan"], ["plan", "--json"], ["plan", "--quiet"], ["plan", "--exit-code"], ["plan", "--trust-stat"], ["train"]],
    ids=" ".join,
)
def test_a_repeated_answer_is_that_of_the_full_way(arguments: list[str]) -> None:
    full = told(*arguments)
    known = repeated(*arguments)

    assert known is not None
    assert (0, known) == full == told(*arguments) == told(*arguments, "--no-cache")


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    "arguments",
    [["plan", "--force"], ["train", "--json"], ["plan", "--no-cache"], ["plan", "--format", "html"], ["show"]],
    ids=" ".join,
)
def test_what_may_differ_each_time_is_not_repeated(arguments: list[str]) -> None:
    told(*arguments)

    assert repeated(*arguments) is None


def test_nothing_heavy_is_loaded_to_say_that_nothing_has_changed(trained: Path) -> None:
    arguments = [sys.executable, "-c", LIGHT, "plan"]
    outcomes = [subprocess.run(arguments, cwd=trained, capture_output=True, text=True, check=True) for _ in range(2)]

    assert outcomes[0].stdout == outcomes[1].stdout
    assert outcomes[0].stderr != "0 []\n"
    assert outcomes[1].stderr == "0 []\n"


def test_a_local_project_that_goes_the_full_way_alone_loads_no_store(trained: Path) -> None:
    code = LIGHT.replace("heavy = {", "heavy = {'ssl', 'httpx', 'tenprint.importers.git', 'tenprint.importers.http', ")
    arguments = [sys.executable, "-c", code, "plan", "--no-cache"]
    done = subprocess.run(arguments, cwd=trained, capture_output=True, text=True, check=True)

    assert "sqlite3" not in done.stderr
    assert "tenprint" not in done.stderr


def write(path: str, content: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content)

    return edit


def swap_for_link(project: Path) -> None:
    (project / "data/nlu.yml").rename(project / "nlu.txt")
    (project / "data/nlu.yml").symlink_to("../nlu.txt")


def same_size_and_time(project: Path) -> None:
    path = project / "data/nlu.yml"
    before = path.stat()
    path.write_text(path.read_text().replace("hello", "hallo"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swap_two_files(project: Path) -> None:
    """Make one file of two, so that stories of it count once."""
    (project / "data/stories2.yml").unlink()
    os.link(project / "data/stories.yml", project / "data/stories2.yml")


def without_models(project: Path) -> None:
    for path in (project / "models").iterdir():
        path.unlink()


def another_model(project: Path) -> None:
    for path in (project / "models").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"x")


EDITS: dict[str, Callable[[Path], object]] = {
    "an edited file": write("data/nlu.yml", PROJECT["data/nlu.yml"] + "      - hallo\n"),
    "an edited configuration": write("config.yml", PROJECT["config.yml"] + "language: de\n"),
    "an edited domain": write("domain.yml", PROJECT["domain.yml"] + "actions: [a]\n"),
    "a new file": write("data/new.yml", "nlu: []\n"),
    "a new file in a new folder": write("data/deep/new.yml", "nlu: []\n"),
    "a new domain folder": write("domain/new.yml", "actions: [a]\n"),
    "new settings": write("tenprint.yml", "merge: error\n"),
    "a lock": write("tenprint.lock", ""),
    "a file less": lambda project: (project / "data/nlu.yml").unlink(),
    "another name": lambda project: (project / "data/nlu.yml").rename(project / "data/test_nlu.yml"),
    "a file of another sort": write("data/readme.txt", ""),
    "a link": swap_for_link,
    "the same size and time": same_size_and_time,
    "a newer model": write("models/x.tar.gz", ""),
    "no model": without_models,
    "a model that is another": another_model,
}


@pytest.mark.parametrize("options", [[], ["--trust-stat"]], ids=["reading", "trusting"])
@pytest.mark.parametrize("edit", EDITS)
def test_every_change_is_noticed(trained: Path, edit: str, options: list[str]) -> None:
    arguments = [*PLAN, *options]
    told(*arguments)
    assert repeated(*arguments) is not None
    EDITS[edit](trained)

    assert repeated(*arguments) is None
    assert plan_of(told(*arguments)) == plan_of(told(*PLAN, "--no-cache"))


@pytest.mark.parametrize("harmless", ["touch", "revert", "hidden", "unrelated"])
def test_what_changes_nothing_may_be_repeated(trained: Path, harmless: str) -> None:
    path = trained / "data/nlu.yml"
    if harmless == "touch":
        os.utime(path)
    elif harmless == "revert":
        content = path.read_text()
        path.write_text("")
        path.write_text(content)
    else:
        (trained / ("data/.notes.swp" if harmless == "hidden" else "notes.txt")).write_text("x")

    assert repeated(*PLAN) is not None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


def test_two_files_that_became_one_are_noticed(
    write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not cache.exists()
    monkeypatch.chdir(write_project({**PROJECT, "data/stories2.yml": PROJECT["data/stories.yml"]}))
    told("train")
    settle()
    told(*PLAN)
    assert repeated(*PLAN) is not None
    swap_two_files(Path.cwd())

    assert repeated(*PLAN) is None


def test_variables_that_are_used_count(
    write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not cache.exists()
    monkeypatch.setenv("GREETING", "hi")
    monkeypatch.setenv("OTHER", "1")
    domain = PROJECT["domain.yml"].replace("text: hello", "text: ${GREETING}")
    monkeypatch.chdir(write_project({**PROJECT, "domain.yml": domain}))
    told("train")
    settle()
    told(*PLAN)
    monkeypatch.setenv("OTHER", "2")
    assert repeated(*PLAN) is not None
    for value in ("hello", ""):
        monkeypatch.setenv("GREETING", value)
        assert repeated(*PLAN) is None
    monkeypatch.setenv("GREETING", "hi")
    assert repeated(*PLAN) is not None
    monkeypatch.setenv("TENPRINT_NO_CACHE", "1")
    assert repeated(*PLAN) is None


def test_components_of_the_project_count(write_project: ProjectWriter, cache: Path) -> None:
    plugin = "from tenprint.plugins import hookimpl\n@hookimpl\ndef tenprint_register_components():\n    return []\n"
    project = write_project({**PROJECT, "tenprint.yml": "plugins: [mine]\n", "mine.py": plugin})
    os.utime(project / "mine.py", (1, 1))
    environment = {"TENPRINT_CACHE_DIR": str(cache)}

    def memos() -> int:
        return len(list((cache / "memo").iterdir())) if (cache / "memo").exists() else 0

    def light() -> bool:
        done = subprocess.run(
            [sys.executable, "-c", LIGHT, "plan"],
            cwd=project,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr == "0 []\n"

    run_apart(["train"], cwd=project, environment=environment)
    settle()
    wait_for_code()
    assert [light(), light()] == [False, True]
    (project / "mine.py").write_text(plugin + "X = 1\n")
    assert not light()
    os.utime(project / "mine.py", (2, 2))
    assert [light(), light()] == [False, True]
    (project / "pluggy_helper.py").write_text("")
    assert not light()
    assert memos() == 1


LAZY = """
from tenprint.fingerprinting import NluComponent
from tenprint.plugins import hookimpl


class Lazy(NluComponent):
    NAME = "Lazy"

    @classmethod
    def train(cls, config, nlu):
        from words_of_lazy import known

        return {"words.json": known()}

    @classmethod
    def load(cls, config, files):
        return cls()

    def process(self, message):
        return message


@hookimpl
def tenprint_register_components():
    return [Lazy]
"""


def test_code_that_only_a_training_loads_counts(write_project: ProjectWriter, cache: Path) -> None:
    config = PROJECT["config.yml"].replace("policies:", "  - name: Lazy\npolicies:")
    files = {**PROJECT, "config.yml": config, "tenprint.yml": "plugins: [lazy]\n", "lazy.py": LAZY}
    project = write_project({**files, "words_of_lazy.py": "def known():\n    return ['a']\n"})
    environment = {"TENPRINT_CACHE_DIR": str(cache)}

    def planned() -> str:
        return run_apart(["plan"], cwd=project, environment=environment).out.partition("\n")[0]

    assert run_apart(["train"], cwd=project, environment=environment).code == 0
    settle()
    wait_for_code()
    assert [planned().partition(":")[0], planned().partition(":")[0]] == ["nothing to do", "nothing to do"]
    (project / "words_of_lazy.py").write_text("def known():\n    return ['b']\n")
    assert planned() == "train NLU"


def test_sources_that_are_not_local_files_are_never_repeated(
    write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not cache.exists()
    project = write_project(PROJECT)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", project, *arguments], check=True)
    write_project({"tenprint.yml": f"importers:\n- name: git\n  url: file://{project}\n  allow_file: true\n"})
    monkeypatch.chdir(project)
    assert told("train")[0] == 0
    settle()
    assert told(*PLAN)[0] == 0

    assert repeated(*PLAN) is None


def test_a_damaged_memo_is_none(trained: Path, cache: Path) -> None:
    assert trained.is_dir()
    (path,) = (cache / "memo").iterdir()
    raw, chance = path.read_bytes(), random.Random(5)  # noqa: S311 - a seed for the test
    answer = repeated(*PLAN)
    for _ in range(300):
        damaged = bytearray(raw)
        damaged[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged[: chance.choice([len(raw), chance.randrange(len(raw))])])
        assert repeated(*PLAN) is None
    path.write_bytes(raw)
    assert repeated(*PLAN) == answer


@pytest.mark.parametrize("odd", [None, True, -1, 2**62, 2**64, "\ud800", [], {}, [[]]], ids=ascii)
def test_a_memo_that_says_something_odd_is_none(trained: Path, cache: Path, odd: object) -> None:
    """Its checksum holds: whoever wrote it took care of that."""
    assert trained.is_dir()
    (path,) = (cache / "memo").iterdir()
    written = json.loads(path.read_bytes().partition(b"\n")[2])
    full = plan_of(told(*PLAN, "--no-cache"))
    sizes = {name: [digest, *([odd] * 5)] for name, (digest, *_) in written["files"].items()}
    changes: list[dict[str, object]] = [{"files": sizes}, {"files": sizes, "trusting": True}]
    for change in (*changes, *({key: odd} for key in written)):
        text = json.dumps({**written, **change}).encode()
        path.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)
        assert plan_of(told(*PLAN)) == full


@pytest.mark.parametrize("how", ["writable by others", "a link", "a folder"])
def test_a_memo_that_others_could_have_written_does_not_count(trained: Path, cache: Path, how: str) -> None:
    assert trained.is_dir()
    (path,) = (cache / "memo").iterdir()
    if how == "writable by others":
        path.chmod(0o666)
    else:
        path.rename(path.with_name("other"))
        path.symlink_to("other") if how == "a link" else path.mkdir()

    assert repeated(*PLAN) is None
    assert told(*PLAN)[0] == 0


def test_no_cache_writes_nothing(write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(PROJECT))
    told("train", "--no-cache")
    settle()
    told("plan", "--no-cache")

    assert not cache.exists()


def test_memos_are_few_and_are_cleared_with_the_cache(trained: Path, cache: Path) -> None:
    assert trained.is_dir()
    for number in range(memo.KEPT + 5):
        (cache / "memo" / f"{number}").write_text("")
        os.utime(cache / "memo" / f"{number}", (number, number))
    told("plan")
    assert len(list((cache / "memo").iterdir())) == memo.KEPT
    told("cache", "clear")
    assert list((cache / "memo").iterdir()) == []


@pytest.mark.parametrize(
    ("stamp", "older"),
    [
        ((5, 5), True),
        ((980_000_001, 5), False),
        ((5, 980_000_001), False),
        ((2_000_000_000, 5), False),
        ((5, 1_000_000_000), False),
        ((5, 979_999_999), True),
    ],
)
def test_a_file_as_young_as_the_memo_is_not_trusted(stamp: tuple[int, int], *, older: bool) -> None:
    assert memo.is_older(Stamp(*stamp, 1, 1, 1), 1_000_000_000) is older


def test_on_a_coarse_file_system_seconds_count() -> None:
    second = 1_000_000_000
    assert not memo.is_older(Stamp(5, 9 * second, 1, 1, 1), 10 * second + 5)
    assert memo.is_older(Stamp(5, 7 * second, 1, 1, 1), 10 * second)


def test_trusting_does_not_read_old_files_and_reads_young_ones(trained: Path, cache: Path) -> None:
    threading.Event().wait(0.05)
    told(*PLAN, "--trust-stat")
    (path,) = (path for path in (cache / "memo").iterdir() if json.loads(path.read_bytes()[65:])["trusting"])
    known = json.loads(path.read_bytes()[65:])
    for name in known["files"]:
        known["files"][name][0] = "0" * 64
    old = known["files"]
    assert memo._changed_files(old, {}, most=0, trusted_before=known["began"]) == []
    with pytest.raises(memo.Differs):
        memo._changed_files(old, {}, most=0, trusted_before=0)
    young = {name: [entry[0], entry[1], known["began"], *entry[3:]] for name, entry in old.items()}
    with pytest.raises(memo.Differs):
        memo._changed_files(young, {}, most=0, trusted_before=known["began"])
    assert trained.is_dir()


def test_what_was_read_is_handed_over_but_for_much_of_what_is_unchanged(
    write_project: ProjectWriter, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not cache.exists()
    large = "# large\n" * (memo.UNCHANGED_BYTES // 8)
    project = write_project({**PROJECT, "data/large.yml": large})
    monkeypatch.chdir(project)
    told("train")
    settle()
    wait_for_code()
    told(*PLAN)
    assert repeated(*PLAN) is not None
    stories = project / "data/stories.yml"
    stories.write_text(PROJECT["data/stories.yml"] + "# new\n")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        looked = memo.look(PLAN)

    read = {Path(path).name for path in looked.contents}
    assert {"config.yml", "nlu.yml", "stories.yml"} <= read
    assert "large.yml" not in read
    assert looked.contents[str(stories)] == stories.read_bytes()
    assert 0 < looked.began < time.time_ns()
    assert plan_of(told(*PLAN)) == plan_of(told(*PLAN, "--no-cache"))


EDITED = ["data/nlu.yml", "data/more.yml", "domain.yml", "config.yml", "data/test_a.yml", "tenprint.yml"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "rename", "touch", "revert", "language", "train"]),
        st.sampled_from(EDITED),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=7,
)  # fmt: skip


OPTIONS = st.sampled_from([[], ["--trust-stat"], ["--data", "data"]])
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, suppress_health_check=UNHURRIED)
@given(steps=STEPS, options=OPTIONS)
def test_any_edits_have_the_same_answer_warm_and_cold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], options: list[str]
) -> None:
    check_edits(tmp_path_factory.mktemp("edits"), steps, options)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=UNHURRIED)
@given(steps=STEPS, options=OPTIONS)
def test_many_edits_have_the_same_answer_warm_and_cold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], options: list[str]
) -> None:
    check_edits(tmp_path_factory.mktemp("edits"), steps, options)


def check_edits(root: Path, steps: list[tuple[str, str, int]], options: list[str]) -> None:
    project = root / "project"
    for place, content in PROJECT.items():
        write(place, content)(project)
    contents = [*PROJECT.values(), "nlu: []\n", "merge: ${GREETING}\n"]
    before: dict[Path, bytes] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENPRINT_CACHE_DIR", str(root / "cache"))
        patch.chdir(project)
        told("train")
        for step, name, number in steps:
            path = project / name
            if step == "write":
                before[path] = path.read_bytes() if path.exists() else b""
                path.write_text(contents[number])
            elif step == "revert" and path in before:
                path.write_bytes(before[path])
            elif step == "delete":
                path.unlink(missing_ok=True)
            elif step == "rename" and path.exists():
                path.rename(path.with_name(f"x{number}.yml"))
            elif step == "touch" and path.exists():
                path.touch()
            elif step == "language":
                patch.setenv("GREETING", contents[number][:4])
            elif step == "train":
                told("train")
            warm = [plan_of(told(*PLAN, *options)) for _ in range(2)]
            assert warm == [plan_of(told(*PLAN, *options, "--no-cache"))] * 2
            assert told("fingerprint", "--json") == told("fingerprint", "--json", "--no-cache")
            assert told("validate", "--json") == told("validate", "--json", "--no-cache")
