import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.git.refs import (
    Resolved,
    candidates,
    is_commit,
    is_short_commit,
    patterns_for,
    read_refs,
    wrong_ref,
)

A, B = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    "name", ["main", "v1.2", "feature/new-intents", "refs/heads/main", "HEAD", "übung", "a@b", "-"[1:] + "x"]
)
def test_names_of_branches_and_tags_are_possible(name: str) -> None:
    assert wrong_ref(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-",
        "--upload-pack=touch /tmp/x;git-upload-pack",
        "main:other",
        "main~1",
        "main^",
        "main..other",
        "main@{1}",
        "@",
        "a b",
        "a\nb",
        "a\0b",
        "a*",
        "a?",
        "a[b",
        "a\\b",
        "/main",
        "main/",
        "a//b",
        "a/.b",
        ".a",
        "a.lock",
        "a.lock/b",
        "a.",
        "x" * 300,
    ],
)
def test_what_git_or_a_refspec_would_take_otherwise_is_no_name(name: str) -> None:
    assert wrong_ref(name) is not None


# Of single characters alone hardly any name is allowed.
PIECES = [*"./-@{}~^:?*[\\ \t\x7f", "ab", "a/b", "a.b", "a-b", "a@b", "a{b"]


@given(st.lists(st.sampled_from(PIECES), max_size=3).map("".join))
def test_no_name_is_allowed_that_git_forbids(name: str) -> None:
    if wrong_ref(name) is None:
        checked = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], check=False)
        assert checked.returncode == 0, name


def test_commits_are_told_from_names_by_their_length() -> None:
    assert is_commit(A)
    assert is_commit("F" * 64)
    assert not is_commit("a" * 41)
    assert is_short_commit("a1b2c3d")
    assert not is_short_commit("main")
    assert not is_short_commit(A)


def test_only_full_names_are_asked_for_alone() -> None:
    assert patterns_for(None) == ("HEAD",)
    assert patterns_for("main") == ()
    assert patterns_for("refs/pull/3/head") == ("refs/pull/3/head", "refs/pull/3/head^{}")


def test_a_tag_with_a_text_is_followed_to_its_commit() -> None:
    listing = (
        f"{A}\trefs/heads/main\n{A}\trefs/tags/v1\n{B}\trefs/tags/v1^{{}}\n".encode()
        + b"nonsense\n"
        + b"a" * 40
        + b"\t\xff\n"
    )
    refs = read_refs(listing)
    assert refs == {"refs/heads/main": A, "refs/tags/v1": B}
    assert candidates("v1", refs) == (Resolved(B, "refs/tags/v1"),)
    assert candidates("main", refs) == (Resolved(A, "refs/heads/main"),)
    assert candidates("other", refs) == ()


def test_a_branch_and_a_tag_of_one_name_are_one_where_they_agree() -> None:
    assert candidates("x", {"refs/heads/x": A, "refs/tags/x": A}) == (Resolved(A, "refs/heads/x"),)
    assert len(candidates("x", {"refs/heads/x": A, "refs/tags/x": B})) == 2
