"""tenprint diff: each pair of kinds of sides, what a side may be called, and what is told of it."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, Outcome, run_here
from tests.projects_in_git import committed, run_git, write_files

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]
Capsys = pytest.CaptureFixture[str]

GREETED = {"data/nlu.yml": PROJECT["data/nlu.yml"].replace("good day", "good morning")}
"""One example is another one: NLU is due."""
REPLIED = {"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: hi")}
"""One reply is another one: the domain is due."""
RENAMED = {"data/stories.yml": PROJECT["data/stories.yml"].replace("story: greet", "story: welcome")}
"""A story has another name: nothing is due."""

EXAMPLE = ("modified", ["nlu", "greet", "good morning"], ["nlu"])
REPLY = ("modified", ["domain", "responses", "utter_hello"], ["nlg"])


def told(outcome: Outcome) -> list[tuple[str, list[str], list[str]]]:
    return [(one["change"], one["path"], one["sections"]) for one in outcome.document["changes"]]


def write_foreign_archive(path: Path) -> None:
    """Write a model as Rasa 2 packs one."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("fingerprint.json", b'{"config": "1", "domain": 2}'), ("core/x", b""), ("nlu/x", b"")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def sides(tmp_path: Path, capsys: Capsys) -> Path:
    """One project before and after an edit, as every kind of side: folders, models, and commits that have tags."""
    project = tmp_path / "project"
    committed(project, {**PROJECT, ".gitignore": "models/\n"})
    run_git(project, "tag", "old")
    write_files(tmp_path / "old", PROJECT)
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "old").code == 0
    committed(project, {**GREETED, **RENAMED})
    run_git(project, "tag", "new")
    write_files(tmp_path / "new", {**PROJECT, **GREETED, **RENAMED})
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "new").code == 0
    return project


OLD = {"project": "../old", "model": "models/old.tar.gz", "revision": "old"}
NEW = {"project": "../new", "model": "models/new.tar.gz", "revision": "new", "this": None}


@pytest.mark.parametrize("new", NEW)
@pytest.mark.parametrize("old", OLD)
def test_any_two_sides_can_be_compared_and_give_the_same_changes(
    sides: Path, capsys: Capsys, old: str, new: str
) -> None:
    names = [name for name in (OLD[old], NEW[new]) if name is not None]
    outcome = run_here(capsys, "-C", str(sides), "diff", *names, "--json")
    document = outcome.document
    assert outcome.code == 0
    assert (document["before"], document["after"]) == (OLD[old], NEW[new])
    assert (document["schema"], document["action"]) == ("tenprint.plan/1", "train")
    assert {name: section["retrain"] for name, section in document["sections"].items()} == {
        "core": False, "nlu": True, "nlg": False
    }  # fmt: skip
    assert told(outcome) == [EXAMPLE, ("renamed", ["stories", "welcome"], [])]
    example, story = document["changes"]
    assert story["from"] == ["stories", "greet"]
    assert example["before"] != example["after"]
    assert [bool(example["locations"]), bool(example["former_locations"])] == [new != "model", old != "model"]


@pytest.mark.parametrize("side", ["../new", "models/new.tar.gz", "models", "new", "HEAD", "git:main", "HEAD:", "."])
def test_a_side_does_not_differ_from_itself(sides: Path, capsys: Capsys, side: str) -> None:
    for other in ([], [side]):
        outcome = run_here(capsys, "-C", str(sides), "diff", side, *other, "--exit-code")
        assert (outcome.code, outcome.out.splitlines()[0][:13]) == (0, "no difference")


def test_the_verdict_from_a_model_is_that_of_the_plan(sides: Path, capsys: Capsys) -> None:
    write_files(sides, REPLIED)
    plan = run_here(capsys, "-C", str(sides), "plan", "--model", "models/old.tar.gz", "--json").document
    found = run_here(capsys, "-C", str(sides), "diff", "models/old.tar.gz", "--json").document
    assert {key: found[key] for key in plan if key != "model"} == {key: plan[key] for key in plan if key != "model"}
    assert Path(found["model"]).samefile(plan["model"])


def test_the_verdict_between_projects_is_that_of_a_plan(sides: Path, capsys: Capsys) -> None:
    of_model = run_here(capsys, "-C", str(sides), "diff", "models/old.tar.gz", "new", "--json").document
    for old in ("../old", "old"):
        found = run_here(capsys, "-C", str(sides), "diff", old, "new", "--json").document
        for key in ("action", "sections"):
            assert found[key] == of_model[key]
        # A model remembers what its nodes ran with, a project does not.
        assert {node["name"] for node in found["nodes"]} <= {node["name"] for node in of_model["nodes"]}


def test_the_way_back_is_told_too(sides: Path, capsys: Capsys) -> None:
    outcome = run_here(capsys, "-C", str(sides), "diff", "new", "old", "--json")
    assert told(outcome) == [
        ("modified", ["nlu", "greet", "good day"], ["nlu"]),
        ("renamed", ["stories", "greet"], []),
    ]


def test_what_was_added_and_removed_stands_where_it_is_and_was(tmp_path: Path, capsys: Capsys) -> None:
    project = tmp_path / "project"
    first = committed(project, PROJECT)
    write_files(project, {"domain.yml": "intents:\n  - greet\nresponses:\n  utter_hi:\n    - text: hello\n"})
    outcome = run_here(capsys, "-C", str(project), "diff", "HEAD", "--json")
    changes = {one["change"]: one for one in outcome.document["changes"] if one["kind"] == "response"}
    assert [place["line"] for place in changes["added"]["locations"]] == [5]
    assert (changes["added"]["before"], changes["removed"]["after"]) == (None, None)
    (place,) = changes["removed"]["former_locations"]
    assert (place["path"], place["line"], place["revision"]) == ("domain.yml", 5, first)
    text = run_here(capsys, "-C", str(project), "diff", "HEAD").out
    assert "- response: responses > utter_hello  (was domain.yml:5:7)" in text


def test_only_what_is_committed_counts_at_a_revision(sides: Path, capsys: Capsys) -> None:
    assert run_git(sides, "status", "--short") == ""
    write_files(sides, REPLIED)
    assert told(run_here(capsys, "-C", str(sides), "diff", "HEAD", "--json")) == [REPLY]
    assert run_here(capsys, "-C", str(sides), "diff", "HEAD", "new", "--exit-code").code == 0
    run_git(sides, "add", "--all")
    assert told(run_here(capsys, "-C", str(sides), "diff", "HEAD", "--json")) == [REPLY]


def test_nothing_in_the_repository_changes(sides: Path, capsys: Capsys, temporary_files: Path) -> None:
    write_files(sides, REPLIED)
    hook = sides / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {sides}/called\n")
    hook.chmod(0o755)
    before = {path: path.stat().st_mtime_ns for path in sides.rglob("*") if path.is_file()}
    assert run_here(capsys, "-C", str(sides), "diff", "old", "new").code == 0
    assert {path: path.stat().st_mtime_ns for path in sides.rglob("*") if path.is_file()} == before
    assert list(temporary_files.iterdir()) == []


def test_a_project_may_lie_in_a_folder_of_a_repository_and_read_its_neighbours(tmp_path: Path, capsys: Capsys) -> None:
    top = tmp_path / "top"
    project = {f"bots/one/{path}": content for path, content in PROJECT.items()}
    project["bots/one/config.yml"] += "importers:\n  - name: multi-project\nimports:\n  - ../shared\n"
    shared = "nlu:\n  - intent: greet\n    examples: |\n      - ahoy\n"
    committed(top, {**project, "bots/shared/nlu.yml": shared})
    write_files(top, {"bots/shared/nlu.yml": shared.replace("ahoy", "ahoi")})
    folder = str(top / "bots" / "one")
    for name in ("HEAD", "HEAD:", "HEAD:.", "HEAD:./", "HEAD:bots/one", "git:HEAD:bots/one"):
        outcome = run_here(capsys, "-C", folder, "diff", name, "--json")
        assert told(outcome) == [("modified", ["nlu", "greet", "ahoi"], ["nlu"])], outcome.err
    (change,) = run_here(capsys, "-C", folder, "diff", "HEAD", "--json").document["changes"]
    assert [place["path"] for place in change["former_locations"]] == ["../shared/nlu.yml"]


def test_two_projects_of_one_commit_can_be_compared(tmp_path: Path, capsys: Capsys) -> None:
    top = tmp_path / "top"
    written = {f"{name}/{path}": content for name in ("a", "b") for path, content in PROJECT.items()}
    committed(top, {**written, **{f"b/{path}": content for path, content in GREETED.items()}})
    assert told(run_here(capsys, "-C", str(top / "a"), "diff", "HEAD", "HEAD:b", "--json")) == [EXAMPLE]
    assert told(run_here(capsys, "-C", str(top / "a"), "diff", "HEAD", "HEAD:../b", "--json")) == [EXAMPLE]


def test_a_bare_repository_has_revisions_and_no_project(sides: Path, capsys: Capsys) -> None:
    bare = sides.parent / "bare.git"
    run_git(sides, "clone", "--quiet", "--bare", ".", str(bare))
    assert told(run_here(capsys, "-C", str(bare), "diff", "old", "new", "--json"))[0] == EXAMPLE
    outcome = run_here(capsys, "-C", str(bare), "diff", "old")
    assert (outcome.code, "has no config.yml" in outcome.err) == (1, True)


def test_a_worktree_has_a_head_of_its_own(sides: Path, capsys: Capsys) -> None:
    tree = sides.parent / "tree"
    run_git(sides, "worktree", "add", "--quiet", "--detach", str(tree), "old")
    assert told(run_here(capsys, "-C", str(tree), "diff", "HEAD", "new", "--json"))[0] == EXAMPLE
    assert run_here(capsys, "-C", str(tree), "diff", "HEAD", "--exit-code").code == 0


def test_a_shallow_clone_says_that_it_is_one(sides: Path, capsys: Capsys) -> None:
    clone = sides.parent / "clone"
    run_git(sides, "clone", "--quiet", "--depth=1", sides.as_uri(), str(clone))
    assert run_here(capsys, "-C", str(clone), "diff", "HEAD", "--exit-code").code == 0
    outcome = run_here(capsys, "-C", str(clone), "diff", "HEAD~1")
    assert outcome.code == 1
    assert "no revision 'HEAD~1'" in outcome.err
    assert "git fetch --unshallow" in outcome.err


def test_a_path_that_exists_wins_and_a_revision_can_be_forced(sides: Path, capsys: Capsys) -> None:
    run_git(sides, "branch", "data", "old")
    run_git(sides, "branch", "project", "old")
    outcome = run_here(capsys, "-C", str(sides), "diff", "data")
    assert (outcome.code, "has neither a config.yml nor a model in it" in outcome.err) == (1, True)
    assert "git:data" in outcome.err
    assert told(run_here(capsys, "-C", str(sides), "diff", "git:data", "--json"))[0] == EXAMPLE
    assert run_here(capsys, "-C", str(sides), "diff", "../project", "--exit-code").code == 0


def test_paths_are_relative_to_the_project_else_to_the_current_directory(
    sides: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sides.parent)
    assert told(run_here(capsys, "-C", "project", "diff", "old", "--json"))[0] == EXAMPLE
    assert told(run_here(capsys, "-C", "project", "diff", "project/models/old.tar.gz", "--json"))[0] == EXAMPLE
    write_files(sides / "old", {**PROJECT, **REPLIED})
    assert REPLY[1] in [path for _, path, _ in told(run_here(capsys, "-C", "project", "diff", "old", "--json"))]


@pytest.mark.parametrize("name", ["nwe", "HEAD~9", "old:nowhere", "old:data", "--upload-pack=touch", "", "git:", ":"])
def test_a_name_that_stands_for_nothing_tells_what_was_tried(sides: Path, capsys: Capsys, name: str) -> None:
    outcome = run_here(capsys, "-C", str(sides), "diff", "--", name)
    assert outcome.code == 1
    assert "is nothing to compare with" in outcome.err
    assert "[unknown-side]" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_typing_error_is_answered_with_what_may_be_meant(sides: Path, capsys: Capsys) -> None:
    assert "did you mean new?" in run_here(capsys, "-C", str(sides), "diff", "nwe").err


def test_outside_of_a_repository_there_are_no_revisions(write_project: ProjectWriter, capsys: Capsys) -> None:
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "diff", "HEAD")
    assert (outcome.code, "no git repository holds" in outcome.err) == (1, True)


def test_wrong_data_of_a_revision_are_told_with_its_name(tmp_path: Path, capsys: Capsys, temporary_files: Path) -> None:
    project = tmp_path / "project"
    committed(project, {**PROJECT, "data/nlu.yml": "nlu: [\n"})
    write_files(project, PROJECT)
    outcome = run_here(capsys, "-C", str(project), "diff", "HEAD")
    assert outcome.code == 1
    assert outcome.err.startswith("data/nlu.yml:")
    assert "(at HEAD)" in outcome.err
    assert str(temporary_files) not in outcome.err


def test_a_damaged_model_is_not_told_as_a_fault_of_the_revision_it_is_compared_with(
    sides: Path, capsys: Capsys
) -> None:
    (sides / "models" / "old.tar.gz").write_bytes(b"no archive")
    for pair in (("models/old.tar.gz", "new"), ("new", "models/old.tar.gz")):
        outcome = run_here(capsys, "-C", str(sides), "diff", *pair)
        assert (outcome.code, "[broken-archive]" in outcome.err) == (1, True)
        assert "(at new)" not in outcome.err


def test_files_of_git_lfs_are_told(tmp_path: Path, capsys: Capsys) -> None:
    project = tmp_path / "project"
    committed(project, {**PROJECT, "data/more.yml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"})
    outcome = run_here(capsys, "-C", str(project), "diff", "HEAD")
    assert (outcome.code, "data/more.yml" in outcome.err, "Git LFS" in outcome.err) == (1, True, True)


def test_links_of_a_revision_are_followed_inside_of_it_alone(tmp_path: Path, capsys: Capsys) -> None:
    project = tmp_path / "project"
    write_files(tmp_path, {"secret.yml": "nlu:\n  - intent: greet\n    examples: |\n      - psst\n"})
    write_files(project, {**PROJECT, "kept/more.yml": "nlu:\n  - intent: greet\n    examples: |\n      - ahoy\n"})
    (project / "data" / "inside.yml").symlink_to("../kept/more.yml")
    (project / "data" / "outside.yml").symlink_to("../../secret.yml")
    (project / "data" / "absolute.yml").symlink_to(tmp_path / "secret.yml")
    committed(project, {})
    for link in ("outside.yml", "absolute.yml"):
        (project / "data" / link).unlink()
    outcome = run_here(capsys, "-C", str(project), "diff", "HEAD", "--json")
    assert (outcome.code, told(outcome)) == (0, [])


def test_a_model_of_another_maker_has_verdicts_and_no_changes(sides: Path, capsys: Capsys) -> None:
    write_foreign_archive(sides / "models" / "rasa.tar.gz")
    for names in (["models/rasa.tar.gz", "models/new.tar.gz"], ["new", "models/rasa.tar.gz"]):
        document = run_here(capsys, "-C", str(sides), "diff", *names, "--json").document
        assert (document["action"], document["changes"]) == ("train", [])
        assert "no-items" in [problem["code"] for problem in document["problems"]]


LOCK = """version: 1
sources:
  base:
    importer: git
    from: {"url": "https://example.org/base.git"}
    revision: "aaa"
    digest: "sha256:00000000ff"
    files: 12
    size: 34567
    locked: "2026-11-22T06:00:00Z"
"""


def test_two_locks_say_which_sources_moved(tmp_path: Path, capsys: Capsys) -> None:
    project = tmp_path / "project"
    committed(project, {**PROJECT, "tenprint.lock": LOCK})
    moved = LOCK.replace('"aaa"', '"bbb"').replace("files: 12", "files: 13").replace("34567", "35000")
    write_files(project, {"tenprint.lock": moved})
    for names in (["HEAD:tenprint.lock"], ["HEAD:./tenprint.lock", "tenprint.lock"], ["HEAD", "tenprint.lock"]):
        outcome = run_here(capsys, "-C", str(project), "diff", *names, "--exit-code")
        assert outcome.code == 3
        assert "base: aaa -> bbb" in outcome.out
        assert "12 files, 34,567 bytes, 00000000 -> 13 files, 35,000 bytes, 00000000" in outcome.out
    document = run_here(capsys, "-C", str(project), "diff", "HEAD:tenprint.lock", "--json").document
    assert document["schema"] == "tenprint.lock/1"
    assert [(one["source"], one["before"]["revision"], one["after"]["revision"]) for one in document["changes"]] == [
        ("base", "aaa", "bbb")
    ]


def test_projects_are_compared_with_their_locks(tmp_path: Path, capsys: Capsys) -> None:
    project = tmp_path / "project"
    committed(project, PROJECT)
    write_files(project, {"tenprint.lock": LOCK})
    outcome = run_here(capsys, "-C", str(project), "diff", "HEAD", "--json")
    assert [one["source"] for one in outcome.document["locks"]] == ["base"]
    text = run_here(capsys, "-C", str(project), "diff", "HEAD").out
    assert "in the lock:\n  base: locked at aaa (12 files, 34,567 bytes, 00000000)" in text


def test_remote_sources_of_a_revision_are_read_as_its_lock_names_them(tmp_path: Path, capsys: Capsys) -> None:
    base, project = tmp_path / "base", tmp_path / "project"
    greeting = "nlu:\n  - intent: greet\n    examples: |\n      - ahoy\n"
    first = committed(base, {"nlu.yml": greeting})
    settings = f"importers:\n- name: file\n- {{name: git, as: base, url: 'file://{base}', allow_file: true}}\n"
    write_files(project, {**PROJECT, "tenprint.yml": settings})
    assert run_here(capsys, "-C", str(project), "lock").code == 0
    committed(project, {})
    second = committed(base, {"nlu.yml": greeting.replace("ahoy", "ahoi")})
    assert run_here(capsys, "-C", str(project), "lock", "--all").code == 0
    document = run_here(capsys, "-C", str(project), "diff", "HEAD", "--json").document
    assert [(change["change"], change["path"]) for change in document["changes"]] == [
        ("modified", ["nlu", "greet", "ahoi"])
    ]
    (change,) = document["changes"]
    assert [place["revision"] for place in change["former_locations"] + change["locations"]] == [first, second]
    (moved,) = document["locks"]
    assert (moved["before"]["revision"], moved["after"]["revision"]) == (first, second)
    committed(project, {})
    shutil.rmtree(base)
    assert told(run_here(capsys, "-C", str(project), "diff", "HEAD~1", "HEAD", "--json")) == [
        ("modified", ["nlu", "greet", "ahoi"], ["nlu"])
    ]


def test_a_lock_and_a_model_have_nothing_in_common(sides: Path, capsys: Capsys) -> None:
    write_files(sides, {"tenprint.lock": LOCK})
    outcome = run_here(capsys, "-C", str(sides), "diff", "models/old.tar.gz", "tenprint.lock")
    assert (outcome.code, "is a lock" in outcome.err) == (1, True)


def test_exit_code_is_three_for_any_difference(sides: Path, capsys: Capsys) -> None:
    write_files(sides, {"data/stories.yml": PROJECT["data/stories.yml"]})
    arguments = ("-C", str(sides), "diff", "HEAD", "--exit-code")
    outcome = run_here(capsys, *arguments, "--quiet")
    assert (outcome.code, outcome.out) == (3, "")
    assert run_here(capsys, *arguments).out.startswith("HEAD -> the project: nothing is due\n")
    assert run_here(capsys, "-C", str(sides), "diff", "HEAD").code == 0


@pytest.mark.parametrize("command", [["plan"], ["diff", "old"]])
def test_an_unknown_format_is_answered_with_the_nearest(sides: Path, capsys: Capsys, command: list[str]) -> None:
    outcome = run_here(capsys, "-C", str(sides), *command, "--format", "markdwn")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("Error: there is no format 'markdwn': did you mean markdown?\n")
    outcome = run_here(capsys, "-C", str(sides), *command, "--format", "html", "--json")
    assert (outcome.code, "--format names another one" in outcome.err) == (2, True)
    same = [run_here(capsys, "-C", str(sides), *command, *option).out for option in (["--json"], ["--format", "json"])]
    assert json.loads(same[0]) == json.loads(same[1])


def test_a_failure_is_json_where_json_is_wanted(sides: Path, capsys: Capsys) -> None:
    for option in (["--json"], ["--format", "json"], ["--format=json"]):
        document = run_here(capsys, "-C", str(sides), "diff", "nowhere", *option).document
        assert [problem["code"] for problem in document["problems"]] == ["unknown-side"]


PLUGIN = """from tenprint.plugins import Report, hookimpl


class Counting(Report):
    NAME = "count"

    def render(self, findings):
        return b"\\xff\\n" if findings.before is None else f"{len(findings.plan.changes)} \\x1b[31m"


class Failing(Report):
    NAME = "fail"

    def render(self, findings):
        raise ValueError("no ink")


class Odd(Report):
    NAME = "odd"

    def render(self, findings):
        return 3


@hookimpl
def tenprint_register_reports():
    return [Counting, Failing, Odd]
"""


def test_plugins_add_formats(sides: Path, capsys: Capsys) -> None:
    write_files(sides, {"report_plugin.py": PLUGIN, "tenprint.yml": "plugins: [report_plugin]\n"})
    assert run_here(capsys, "-C", str(sides), "diff", "old", "--format", "count").out == "2 \\x1b[31m\n"
    for name, message in (("fail", "ValueError: no ink"), ("odd", "made int where text or bytes are expected")):
        outcome = run_here(capsys, "-C", str(sides), "diff", "old", "--format", name)
        assert (outcome.code, message in outcome.err) == (1, True)
    assert "did you mean count?" in run_here(capsys, "-C", str(sides), "plan", "--format", "cout").err
