"""An answer that is amended after edits of examples: equal to that of the full way, and given up for every doubt."""

import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.plugins.cli.test_memo import settle, told, wait_for_code

from tenprint.plugins.cli import memo
from tenprint.plugins.cli.amending import amended

PLAN = ["plan", "--exit-code"]
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - good day\n    - hi\n"
BYE = "nlu:\n- intent: bye\n  examples: |\n    - see you\n    - hi\n    - so long\n"
FILES = {
    "config.yml": "language: en\npipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: MemoizationPolicy\n",
    "domain.yml": "intents: [greet, bye, faq]\nresponses:\n  utter_hello:\n  - text: hello\n",
    "data/bye.yml": BYE,
    "data/greet.yml": NLU,
    "data/more.yml": (
        "nlu:\n- regex: digits\n  examples: |\n    - \\d+\n- lookup: city\n  examples: |\n    - Paris\n    - Rome\n"
        "- synonym: Rome\n  examples: |\n    - Roma\n- intent: greet\n  examples: |\n    - hey\n    - good day\n"
    ),
    "data/faq.yml": "nlu:\n- intent: faq/how\n  examples: |\n    - how so\n",
    "data/odd.yml": "nlu:\n- intent: greet\n  examples: |\n    - hey\nodd: 1\n",
    "data/file.yml": "nlu:\n- lookup: river\n  file: rivers.txt\n",
    "data/rivers.txt": "Rhine\n",
    "data/stories.yml": (
        "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: action_unknown\n"
        "- story: two\n  steps:\n  - intent: bye\n  - action: utter_hello\n"
    ),
}  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def trained(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current directory: a project with a model that is up to date, and a baseline beside its memo."""
    assert not cache.exists()
    return prepared(tmp_path / "project", monkeypatch)


def prepared(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILES.items():
        write(project / name, content)
    monkeypatch.chdir(project)
    assert told("train")[0] == 0
    settle()
    wait_for_code()
    return project


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def known(*arguments: str) -> tuple[int, str] | None:
    """Return what is known without going the full way; None where it has to be gone."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        looked = memo.look(arguments)
        if looked.edited:
            looked = amended(looked)
    return None if looked.text is None else (looked.code, looked.text)


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def replace(project: Path) -> None:
        path = project / name
        content = path.read_text()
        assert old in content
        path.write_text(content.replace(old, new))

    return replace


def each(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    def make(project: Path) -> None:
        for one in edits:
            one(project)

    return make


AMENDED = {
    "another example": edit("data/greet.yml", "- hi\n", "- hi\n    - howdy\n"),
    "an example less": edit("data/greet.yml", "    - hello\n", ""),
    "an edited example": edit("data/greet.yml", "hello", "hallo"),
    "two edited examples": each(edit("data/greet.yml", "hello", "hallo"), edit("data/greet.yml", "- hi", "- hiya")),
    "an annotation": edit("data/greet.yml", "hello", "hello [Rome](city)"),
    "a new intent": edit("data/greet.yml", "intent: greet", "intent: welcome"),
    "an example of another file once more": edit("data/greet.yml", "- hi\n", "- hi\n    - hey\n"),
    "an example twice": edit("data/greet.yml", "- hi\n", "- hi\n    - new\n    - new\n"),
    "one of two equal examples less": edit("data/greet.yml", "    - good day\n", ""),
    "both of two equal examples less": each(
        edit("data/greet.yml", "    - good day\n", ""), edit("data/more.yml", "    - good day\n", "")
    ),
    "one of two equal examples edited": edit("data/more.yml", "good day", "a good day"),
    "an example that moves": each(
        edit("data/greet.yml", "    - hello\n", ""), edit("data/more.yml", "- hey\n", "- hey\n    - hello\n")
    ),
    "an example that changes its intent": each(
        edit("data/greet.yml", "    - hello\n", ""), edit("data/bye.yml", "- hi\n", "- hi\n    - hello\n")
    ),
    "another order": edit("data/greet.yml", "    - hello\n    - good day\n", "    - good day\n    - hello\n"),
    "a comment": edit("data/greet.yml", "nlu:\n", "# mine\nnlu:\n"),
    "another pattern": edit("data/more.yml", "\\d+", "\\d{2}"),
    "another lookup entry": edit("data/more.yml", "- Paris\n", "- Paris\n    - Berlin\n"),
    "lines that a synonym moves by": edit("data/more.yml", "nlu:\n", "nlu:\n\n\n"),
    "a retrieval example that moves by a line": edit("data/bye.yml", "nlu:\n", "\nnlu:\n"),
    "three files": each(
        edit("data/greet.yml", "hello", "hallo"),
        edit("data/bye.yml", "so long", "bye"),
        edit("data/more.yml", "Paris", "Oslo"),
    ),
}  # fmt: skip

NOT_AMENDED = {
    "a synonym": edit("data/more.yml", "- Roma", "- Romae"),
    "a retrieval example": edit("data/faq.yml", "- how so\n", "- how so\n    - why\n"),
    "a file that a warning is about": edit("data/faq.yml", "nlu:\n", "\nnlu:\n"),
    "a file with a warning of its own": edit("data/odd.yml", "hey", "ho"),
    "a warning that is new": edit("data/greet.yml", "nlu:\n", "odd: 1\nnlu:\n"),
    "an error": edit("data/greet.yml", "nlu:\n", "nlu: [\n"),
    "a lookup file": edit("data/rivers.txt", "Rhine", "Oder"),
    "a file that names a lookup file": edit("data/file.yml", "river\n", "stream\n"),
    "a file that comes to name one": edit("data/bye.yml", "nlu:\n", "nlu:\n- lookup: river\n  file: rivers.txt\n"),
    "stories beside examples": edit("data/bye.yml", "nlu:\n", "stories: []\nnlu:\n"),
    "a story": edit("data/stories.yml", "story: one", "story: first"),
    "the domain": edit("domain.yml", "text: hello", "text: hi"),
    "the configuration": edit("config.yml", "language: en", "language: de"),
    "examples and a story": each(
        edit("data/greet.yml", "hello", "hallo"), edit("data/stories.yml", "story: one", "story: first")
    ),
    "an empty file": edit("data/bye.yml", BYE, ""),
}


@pytest.mark.parametrize("name", AMENDED)
def test_edits_of_examples_are_told_as_the_full_way_tells_them(trained: Path, name: str) -> None:
    ways = [["plan"], ["plan", "--quiet"], ["plan", "--exit-code"], ["plan", "--format=text"]]
    for way in ways:
        told(*way)
    AMENDED[name](trained)

    for way in ways:
        assert known(*way) == told(*way, "--no-cache") == told(*way)


@pytest.mark.parametrize("way", [["plan", "--json"], ["plan", "--format=json"], ["train", "--dry-run"]], ids=" ".join)
def test_answers_that_tell_of_nodes_go_the_full_way(trained: Path, way: list[str]) -> None:
    told(*way)
    edit("data/greet.yml", "hello", "hallo")(trained)

    assert known(*way) is None
    assert told(*way) == told(*way, "--no-cache")


@pytest.mark.parametrize("name", NOT_AMENDED)
def test_all_other_edits_go_the_full_way(trained: Path, name: str) -> None:
    told(*PLAN)
    assert known(*PLAN) is not None
    NOT_AMENDED[name](trained)

    assert known(*PLAN) is None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


def test_a_removed_retrieval_example_or_the_last_example_goes_the_full_way(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"data/greet.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n", "domain.yml": "intents: [greet]\n"}
    for name, content in {"config.yml": FILES["config.yml"], **files}.items():
        write(tmp_path / "project" / name, content)
    monkeypatch.chdir(tmp_path / "project")
    assert cache.parent == tmp_path
    told("train")
    settle()
    wait_for_code()
    told(*PLAN)
    write(Path("data/greet.yml"), "nlu:\n- intent: greet\n  examples: |\n    - ho\n")
    assert known(*PLAN) == told(*PLAN, "--no-cache")
    write(Path("data/greet.yml"), "nlu: []\n")

    assert known(*PLAN) is None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


@pytest.mark.parametrize(
    "settings_text",
    ["merge: last\n", "merge: {files: {nlu: error}}\n", "importers:\n- name: file\n- name: file\n  directory: d\n"],
    ids=["another policy", "a policy for NLU", "two sources"],
)
def test_a_project_that_is_read_in_another_way_has_no_baseline(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, settings_text: str
) -> None:
    assert not cache.exists()
    write(tmp_path / "project/tenprint.yml", settings_text)
    write(tmp_path / "project/d/data/nlu.yml", "nlu:\n- intent: greet\n  examples: |\n    - aloha\n")
    project = prepared(tmp_path / "project", monkeypatch)
    told(*PLAN)
    edit("data/greet.yml", "hello", "hallo")(project)

    assert known(*PLAN) is None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


def test_a_model_whose_items_stand_in_another_order_has_no_baseline(trained: Path) -> None:
    (trained / "data/greet.yml").rename(trained / "data/a_greet.yml")
    told(*PLAN)
    assert known(*PLAN) is not None
    edit("data/a_greet.yml", "hello", "hallo")(trained)

    assert known(*PLAN) is None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


def test_more_edited_files_than_are_worth_it_go_the_full_way(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not cache.exists()
    names = [f"data/n{number}.yml" for number in range(memo.MOST_EDITED + 1)]
    for number, name in enumerate(names):
        write(tmp_path / "project" / name, f"nlu:\n- intent: greet\n  examples: |\n    - number {number}\n")
    project = prepared(tmp_path / "project", monkeypatch)
    told(*PLAN)
    for name in names[:-1]:
        edit(name, "number", "figure")(project)
    assert known(*PLAN) == told(*PLAN, "--no-cache")
    edit(names[-1], "number", "figure")(project)

    assert known(*PLAN) is None
    assert told(*PLAN) == told(*PLAN, "--no-cache")


def test_a_baseline_or_a_table_that_is_damaged_or_gone_is_none(trained: Path, cache: Path) -> None:
    told(*PLAN)
    edit("data/greet.yml", "hello", "hallo")(trained)
    full = told(*PLAN, "--no-cache")
    assert known(*PLAN) == full
    chance = random.Random(7)  # noqa: S311 - a seed for the test
    stored = [path for path in (cache / "store" / "cas").rglob("*") if path.is_file()]
    assert len(stored) > 1
    answers = set()
    for _ in range(200):
        path = chance.choice(stored)
        raw = path.read_bytes()
        damaged = bytearray(raw)
        damaged[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged[: chance.choice([len(raw), chance.randrange(len(raw))])])
        answers.add(known(*PLAN))
        path.write_bytes(raw)
    assert answers == {None, full}
    for path in stored:
        path.unlink()
    assert known(*PLAN) is None
    assert told(*PLAN) == full


@pytest.mark.parametrize("odd", [None, 1, 2**64, "\ud800", [1], [[2**64, ""]] * 256, {}], ids=ascii)
def test_a_baseline_that_says_something_odd_fails_nothing(trained: Path, cache: Path, odd: object) -> None:
    """Its digest and the checksum of the memo hold: whoever wrote them took care of that."""
    told(*PLAN)
    edit("data/greet.yml", "hello", "hallo")(trained)
    (path,) = (path for path in (cache / "memo").iterdir() if b'"baseline": {' in path.read_bytes())
    written = json.loads(path.read_bytes().partition(b"\n")[2])
    kept = written["baseline"]
    whole = Path(kept["path"]).read_bytes()
    front = json.loads(whole[: kept["size"]])
    beside = front["beside"]
    changes = [{**front, key: odd} for key in front]
    changes += [{**front, "beside": {**beside, key: odd}} for key in beside]
    changes += [{**front, "beside": {**beside, "told": {**beside["told"], key: odd}}} for key in beside["told"]]
    for change in changes:
        made = json.dumps(change).encode()
        Path(kept["path"]).write_bytes(made + whole[kept["size"] :])
        text = json.dumps({**written, "baseline": {**kept, "size": len(made), "digest": sha256(made).hexdigest()}})
        path.write_bytes(f"{sha256(text.encode()).hexdigest()}\n{text}".encode())
        assert told(*PLAN)[0] in (0, 3)


NOT_FOR_AN_EDITED_EXAMPLE = {
    *("yaml", "anyio", "asyncio", "click", "pluggy", "sqlite3", "ssl", "importlib.metadata"),
    *(f"tenprint.importers.data.{name}" for name in ("domain", "project", "stories")),
    *(f"tenprint.importers.kinds.{name}" for name in ("config", "domain", "guarding", "known", "stories")),
    *(f"tenprint.importers.reading.{name}" for name in ("domain", "json_document", "stories", "yaml_parsing")),
    *(f"tenprint.importers.{name}" for name in ("item_tables", "itemising", "known_readings", "naming", "snapshot")),
    *(f"tenprint.fingerprinting.{name}" for name in ("comparison", "edited_plans", "explain", "plan", "preparing")),
    *(f"tenprint.plugins.{name}" for name in ("cli.context", "project", "registry", "report", "reports.wording")),
}
"""What is loaded decides how long an edit takes: these are not needed where a file has the plainest layout."""


@pytest.mark.parametrize(
    ("made", "not_loaded"),
    [
        (edit("data/greet.yml", "hello", "hallo"), NOT_FOR_AN_EDITED_EXAMPLE),
        (edit("data/greet.yml", "hello", "hello [Rome](city)"), NOT_FOR_AN_EDITED_EXAMPLE),
        (edit("data/greet.yml", "nlu:\n", "# mine\n\nnlu:\n"), NOT_FOR_AN_EDITED_EXAMPLE),
        (edit("data/more.yml", "Paris", "Oslo"), {"anyio", "click", "tenprint.fingerprinting.plan"}),
    ],
    ids=["an example", "an annotated one", "a comment", "an entry of a lookup table"],
)
def test_an_answer_is_amended_without_what_the_full_way_loads(
    trained: Path, made: Callable[[Path], None], not_loaded: set[str]
) -> None:
    code = (
        "import sys\nfrom tenprint.plugins.cli.main import run\nrun(sys.argv[1:])\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    arguments = [sys.executable, "-c", code, *PLAN]
    subprocess.run(arguments, cwd=trained, capture_output=True, check=True)
    made(trained)
    done = subprocess.run(arguments, cwd=trained, capture_output=True, text=True, check=True)

    assert done.stdout in ("", told(*PLAN, "--no-cache")[1])
    assert "tenprint.plugins.cli.amending" in done.stderr.split()
    assert not_loaded.isdisjoint(done.stderr.split())


NAMES = ["data/greet.yml", "data/bye.yml", "data/more.yml", "data/faq.yml", "data/odd.yml"]
WORDS = ["hello", "good day", "hi", "hey", "[Rome](city)", "see you", "how so", "new"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "drop", "change", "intent", "comment", "revert", "train", "story", "swap"]),
        st.sampled_from(NAMES),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=6,
)


def apply(project: Path, step: str, name: str, number: int) -> None:
    """Make one edit; one that has nothing to change changes nothing."""
    path, word = project / name, WORDS[number]
    lines = path.read_text().splitlines(keepends=True)
    examples = [place for place, line in enumerate(lines) if line.startswith("    - ")]
    place = examples[number % len(examples)] if examples else len(lines)
    if step == "add":
        lines.insert(place, f"    - {word}\n")
    elif step == "drop" and len(examples) > 1:
        del lines[place]
    elif step == "change" and examples:
        lines[place] = f"    - {word}\n"
    elif step == "intent":
        lines = [line.replace("intent: greet", f"intent: {['bye', 'greet', 'faq/how'][number % 3]}") for line in lines]
    elif step == "comment":
        lines.insert(0, "# a comment\n")
    elif step == "revert":
        lines = [FILES[name]]
    elif step == "story":
        edited = "story: one" if number % 2 else "story: first"
        stories = project / "data/stories.yml"
        stories.write_text(FILES["data/stories.yml"].replace("story: one", edited))
    elif step == "swap":
        other = project / NAMES[number % len(NAMES)]
        lines, rest = [other.read_text()], "".join(lines)
        other.write_text(rest)
    path.write_text("".join(lines))


WAYS = st.sampled_from([["plan"], PLAN, ["plan", "--trust-stat"], ["plan", "--quiet"]])
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=12, suppress_health_check=UNHURRIED)
@given(steps=STEPS, way=WAYS)
def test_any_edits_of_examples_have_the_same_answer_warm_and_cold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], way: list[str]
) -> None:
    check_edits(tmp_path_factory.mktemp("edits"), steps, way)


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=UNHURRIED)
@given(steps=STEPS, way=WAYS)
def test_many_edits_of_examples_have_the_same_answer_warm_and_cold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], way: list[str]
) -> None:
    check_edits(tmp_path_factory.mktemp("edits"), steps, way)


def check_edits(root: Path, steps: list[tuple[str, str, int]], way: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENPRINT_CACHE_DIR", str(root / "cache"))
        project = prepared(root / "project", patch)
        told(*way)
        for step, name, number in steps:
            if step == "train":
                told("train")
                settle()
                told(*way)
            else:
                apply(project, step, name, number)
            full = told(*way, "--no-cache")
            assert known(*way) in (None, full)
            assert told(*way) == full
    assert os.environ.get("TENPRINT_CACHE_DIR") != str(root / "cache")
