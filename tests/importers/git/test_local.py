"""A repository somebody works in: how it is found, what revisions mean, and how files are read without a checkout."""

import os
from pathlib import Path

import anyio
import pytest
from tests.projects_in_git import committed, run_git

from tenprint.importers import SourceError
from tenprint.importers.git import LocalRepository, repository_of, write_files

pytestmark = pytest.mark.anyio

LIMIT = 1_000


def found(folder: Path) -> LocalRepository:
    repository = repository_of(folder, os.environ)
    assert repository is not None
    return repository


async def written(repository: LocalRepository, commit: str, target: Path, *, project: str = "") -> set[str]:
    await anyio.Path(target).mkdir(exist_ok=True)
    await write_files(repository, await repository.files(commit), target, project=project, limit=LIMIT)
    return names_below(target)


def names_below(folder: Path) -> set[str]:
    """Paths of files and links."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix() for path in paths}


async def test_a_folder_is_found_in_its_repository(tmp_path: Path) -> None:
    committed(tmp_path / "top", {"bots/one/config.yml": ""})
    assert (found(tmp_path / "top").folder, found(tmp_path / "top").prefix) == (tmp_path / "top" / ".git", "")
    assert found(tmp_path / "top" / "bots" / "one").prefix == "bots/one"
    (tmp_path / "link").symlink_to(tmp_path / "top" / "bots")
    assert found(tmp_path / "link" / "one").prefix == "bots/one"
    assert repository_of(tmp_path, os.environ) is None


async def test_worktrees_submodules_and_bare_repositories_are_found(tmp_path: Path) -> None:
    top = tmp_path / "top"
    first = committed(top, {"a.yml": "a: 1\n"})
    run_git(top, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    run_git(top, "clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    other = tmp_path / "other"
    committed(other, {"b.yml": ""})
    run_git(other, "submodule", "add", "--quiet", str(top), "inside")
    for folder in (tmp_path / "tree", tmp_path / "bare.git", other / "inside"):
        repository = found(folder)
        assert (await repository.commit("HEAD"), repository.prefix) == (first, "")


async def test_revisions_are_those_of_git(tmp_path: Path) -> None:
    first = committed(tmp_path, {"a.yml": "a: 1\n"}, "First")
    run_git(tmp_path, "tag", "--annotate", "--message=one", "v1")
    second = committed(tmp_path, {"a.yml": "a: 2\n"}, "Second")
    repository = found(tmp_path)
    for revision in ("HEAD~1", "v1", "main~1", first, first[:7], "HEAD^", "HEAD^{/First}", "v1^{}"):
        assert await repository.commit(revision) == first
    assert await repository.commit("main") == second
    for revision in ("", "v2", "--all", "HEAD~5", "HEAD:a.yml", "a\nb", "HEAD..v1"):
        assert await repository.commit(revision) is None


async def test_files_are_written_as_git_has_them(tmp_path: Path) -> None:
    top = tmp_path / "top"
    attributes = "*.yml text eol=crlf\n"
    commit = committed(top, {".gitattributes": attributes, "a.yml": "a: 1\n", "bots/notes.txt": "x", "notes.txt": "x"})
    names = await written(found(top), commit, tmp_path / "out", project="bots")
    assert names == {"a.yml", "bots/notes.txt"}
    assert (tmp_path / "out" / "a.yml").read_bytes() == b"a: 1\n"


async def test_links_that_lead_elsewhere_are_left_out(tmp_path: Path) -> None:
    top = tmp_path / "top"
    committed(top, {"data/a.yml": "a: 1\n", "deep/er/b.yml": ""})
    for link, target in {
        "inside.yml": "data/a.yml",
        "folder": "deep/er",
        "absolute.yml": "/etc/hostname",
        "up.yml": "../secret.yml",
        "twice.yml": "folder/../../../secret.yml",
        "nowhere.yml": "missing.yml",
        "itself.yml": "itself.yml",
    }.items():
        (top / link).symlink_to(target)
    (tmp_path / "secret.yml").write_text("secret: 1\n")
    commit = committed(top, {})
    names = await written(found(top), commit, tmp_path / "out")
    assert {"inside.yml", "folder"} <= names
    assert not names & {"absolute.yml", "up.yml", "twice.yml"}
    assert (tmp_path / "out" / "inside.yml").read_text() == "a: 1\n"


async def test_a_large_file_is_an_error_only_where_it_may_be_training_data(tmp_path: Path) -> None:
    top = tmp_path / "top"
    commit = committed(top, {"model.bin": "x" * 2 * LIMIT, "a.yml": ""})
    assert await written(found(top), commit, tmp_path / "out") == {"a.yml"}
    commit = committed(top, {"b.yml": "x" * 2 * LIMIT})
    with pytest.raises(SourceError, match=r"b\.yml of \w+ has 2000 bytes"):
        await written(found(top), commit, tmp_path / "other")


async def test_a_partial_clone_says_that_it_lacks_files(tmp_path: Path) -> None:
    top = tmp_path / "top"
    commit = committed(top, {"a.yml": "a: 1\n"})
    run_git(top, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    run_git(top, "clone", "--quiet", "--no-checkout", "--filter=blob:none", top.as_uri(), str(clone))
    with pytest.raises(SourceError, match=r"could not fetch|not in the repository") as raised:
        await written(found(clone), commit, tmp_path / "out")
    assert "a partial clone lacks files" in str(raised.value.hint)


async def test_advice_names_what_may_be_meant(tmp_path: Path) -> None:
    committed(tmp_path, {"a.yml": ""})
    run_git(tmp_path, "tag", "v1.0")
    repository = found(tmp_path)
    assert await repository.advice("mian") == "did you mean main?"
    assert await repository.advice("zzz") == "branches and tags: main, v1.0"
