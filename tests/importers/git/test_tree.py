import pytest

from tenprint.importers.git.tree import TreeEntry, choose, wrong_path
from tenprint.importers.selection import Selection, wrong_patterns

BLOB = "a" * 40


def listing(*rows: tuple[str, bytes]) -> bytes:
    kinds = {"160000": "commit", "040000": "tree"}
    return b"".join(f"{mode} {kinds.get(mode, 'blob')} {BLOB}\t".encode() + path + b"\0" for mode, path in rows)


def test_files_are_chosen_sorted_and_all_else_is_told() -> None:
    rows = listing(
        ("100644", b"b.yml"),
        ("100755", b"a/nlu.json"),
        ("120000", b"a/link.yml"),
        ("160000", b"a/sub"),
        ("100644", b"a\\b.yml"),
        ("100644", b"tab\there.yml"),
        ("100644", b"\xff.yml"),
        ("100644", b"notes.txt"),
    )
    chosen = choose(rows, Selection(), source="git", revision="c")
    assert chosen.entries == (TreeEntry("a/nlu.json", BLOB), TreeEntry("b.yml", BLOB))
    told = {(problem.location.path if problem.location else "", problem.code) for problem in chosen.problems}
    assert told == {
        ("a/link.yml", "git-skipped"),
        ("a/sub", "git-skipped"),
        ("a\\b.yml", "git-path"),
        ("tab\there.yml", "git-path"),
        ("\\xff.yml", "git-path"),
    }


@pytest.mark.parametrize(
    "path", [b"../x.yml", b"/x.yml", b"a/../x.yml", b"a//x.yml", b".GIT/x.yml", b"a/./x", b"a\0b", b"a\\b"]
)
def test_paths_that_lead_elsewhere_are_wrong(path: bytes) -> None:
    assert wrong_path(path) is not None


def test_paths_that_some_machines_cannot_keep_apart_are_told() -> None:
    rows = listing(("100644", b"Data/nlu.yml"), ("100644", b"data/NLU.yml"), ("100644", b"data/x.yml"))
    chosen = choose(rows, Selection(), source="git", revision="c")
    assert len(chosen.entries) == 3
    assert [problem.code for problem in chosen.problems] == ["git-path"]
    assert "Data/nlu.yml" in chosen.problems[0].message


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("data/nlu.yml", True),
        ("data/nlu.yaml", True),
        ("data/nlu.json", True),
        ("data/cities.txt", False),
        ("README.md", False),
        (".github/ci.yml", False),
        ("data/.x.yml", False),
    ],
)
def test_without_patterns_all_that_can_hold_training_data_is_fetched(path: str, *, held: bool) -> None:
    assert Selection().holds(path) is held


@pytest.mark.parametrize(
    ("include", "exclude", "path", "held"),
    [
        (["data/"], [], "data/a/b.yml", True),
        (["data/"], [], "other/data/b.yml", True),
        (["/data/"], [], "other/data/b.yml", False),
        (["*.yml"], [], "a/b.yml", True),
        (["data/**/nlu.yml"], [], "data/nlu.yml", True),
        (["data/*"], [], "x.yml", False),
        (["*", "!old.yml"], [], "a/old.yml", False),
        ([], ["tests/"], "tests/x.yml", False),
        (["*.txt"], [], "cities.txt", True),
        (["*.txt"], [], "nlu.yml", False),
        (["*.bin"], [], "x.bin", False),
    ],
)
def test_patterns_mean_what_they_mean_in_gitignore(
    include: list[str], exclude: list[str], path: str, *, held: bool
) -> None:
    assert Selection(include, exclude).holds(path) is held


@pytest.mark.parametrize("pattern", ["", "  ", "# all", "a\nb", "!", "a***/[b"])
def test_patterns_that_choose_nothing_are_wrong(pattern: str) -> None:
    assert (wrong_patterns([pattern]) is not None) is (pattern != "a***/[b")
