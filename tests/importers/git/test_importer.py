"""GitImporter against real repositories: what is fetched, how often the server is asked, what is told when it fails."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.importers.git.repositories import Repository, git, nlu
from tests.importers.git.smart_http import GitServer

from tenprint.importers import ImporterContext, Limits, ReadingRules, SourceError
from tenprint.importers.git import GitImporter
from tenprint.importers.remote import Manifest

pytestmark = pytest.mark.anyio

Make = Callable[..., GitImporter]

PROJECT = {
    "config.yml": "language: en\n",
    "domain.yml": "intents:\n- greet\n",
    "data/nlu.yml": nlu("greet", "hello", "good day"),
    "data/README.md": "For people.\n",
    "data/.hidden.yml": "nlu: []\n",
    "notes.txt": "nothing\n",
}


def paths(manifest: Manifest) -> list[str]:
    return [file.path for file in manifest.files]


def content(importer: GitImporter, manifest: Manifest, path: str) -> bytes | None:
    return next(importer.store.get(file.digest) for file in manifest.files if file.path == path)


async def test_the_files_of_the_default_branch_are_read(repository: Repository, make_importer: Make) -> None:
    commit = repository.commit(PROJECT, "begin")
    importer = make_importer()
    manifest = await importer.fetch(None)
    assert manifest.revision == commit
    assert paths(manifest) == ["config.yml", "data/nlu.yml", "domain.yml"]
    assert content(importer, manifest, "data/nlu.yml") == PROJECT["data/nlu.yml"].encode()
    assert manifest.problems == ()
    assert manifest.details == {
        "author": "Ada",
        "date": "2026-03-01T12:00:00+01:00",
        "ref": "HEAD",
        "subject": "begin",
    }
    snapshot = await importer.snapshot()
    assert snapshot.sources[0].revision == commit
    assert [document.role for document in snapshot.documents] == ["config", "data", "domain"]


@pytest.mark.parametrize("annotated", [False, True])
async def test_a_tag_stands_for_its_commit(repository: Repository, make_importer: Make, *, annotated: bool) -> None:
    tagged = repository.commit({"data/nlu.yml": nlu("greet", "old")})
    repository.tag("v1", annotated=annotated)
    repository.commit({"data/nlu.yml": nlu("greet", "new")})
    manifest = await make_importer(ref="v1").fetch(None)
    assert manifest.revision == tagged
    assert manifest.details["ref"] == "refs/tags/v1"


async def test_a_branch_and_any_full_name_can_be_named(repository: Repository, make_importer: Make) -> None:
    repository.commit({"data/nlu.yml": nlu("greet", "old")})
    repository.branch("feature/new")
    branched = repository.commit({"data/nlu.yml": nlu("greet", "new")})
    git(repository.bare, "update-ref", "refs/pull/3/head", branched)
    for ref in ("feature/new", "refs/heads/feature/new", "refs/pull/3/head"):
        assert (await make_importer(ref=ref).fetch(None)).revision == branched


async def test_a_commit_is_fetched_that_no_branch_ends_with(repository: Repository, make_importer: Make) -> None:
    old = repository.commit({"data/nlu.yml": nlu("greet", "old")})
    repository.commit({"data/nlu.yml": nlu("greet", "new")})
    importer = make_importer(ref=old.upper())
    manifest = await importer.fetch(None)
    assert manifest.revision == old
    assert content(importer, manifest, "data/nlu.yml") == nlu("greet", "old").encode()
    assert importer.identity()["ref"] == old


async def test_a_pinned_commit_is_fetched_whatever_the_branch_holds(
    repository: Repository, make_importer: Make
) -> None:
    old = repository.commit({"data/nlu.yml": nlu("greet", "old")})
    repository.commit({"data/nlu.yml": nlu("greet", "new")})
    assert (await make_importer().fetch(old)).revision == old


async def test_repositories_with_the_longer_ids_are_read(tmp_path: Path, make_importer: Make) -> None:
    longer = Repository(tmp_path / "longer", object_format="sha256")
    commit = longer.commit(PROJECT)
    assert len(commit) == 64
    manifest = await make_importer(url=longer.url).fetch(None)
    assert (manifest.revision, len(manifest.files)) == (commit, 3)


async def test_paths_are_relative_to_the_subdirectory(repository: Repository, make_importer: Make) -> None:
    repository.commit({"bots/shop/domain.yml": "intents: []\n", "bots/other/domain.yml": "intents: []\n"})
    assert paths(await make_importer(subdirectory="bots/shop/").fetch(None)) == ["domain.yml"]


async def test_patterns_choose_files_and_let_lookup_files_in(repository: Repository, make_importer: Make) -> None:
    repository.commit(
        {"data/nlu.yml": "nlu: []\n", "data/cities.txt": "Rome\n", "data/old/nlu.yml": "nlu: []\n", "x.yml": "{}\n"}
    )
    importer = make_importer(include="data/**", exclude=["old/"])
    assert paths(await importer.fetch(None)) == ["data/cities.txt", "data/nlu.yml"]


async def test_only_the_blobs_that_match_are_fetched(repository: Repository, make_importer: Make) -> None:
    repository.commit({"data/nlu.yml": nlu("greet", "hello"), "movie.bin": b"\0" * 100_000})
    importer = make_importer()
    await importer.fetch(None)
    movie = git(repository.work, "rev-parse", "HEAD:movie.bin")
    wanted = git(repository.work, "rev-parse", "HEAD:data/nlu.yml")
    (cache,) = (importer.store.root / "git").glob("*/partial.git")
    listed = git(cache, "cat-file", "--batch-check", "--batch-all-objects", "--unordered")
    assert wanted in listed
    assert movie not in listed


async def test_links_submodules_and_hooks_stay_asleep_and_are_told(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    (repository.work / "data").mkdir()
    (repository.work / "data/link.yml").symlink_to("/etc/passwd")
    first = repository.commit(
        {
            "data/nlu.yml": nlu("greet", "hello"),
            ".gitattributes": "*.yml filter=evil\n",
            ".gitmodules": '[submodule "data/sub"]\n\tpath = data/sub\n\turl = https://example.org/x.git\n',
            ".githooks/post-checkout": f"#!/bin/sh\ntouch {touched}\n",
        }
    )
    git(repository.work, "update-index", "--add", "--cacheinfo", f"160000,{first},data/sub")
    repository.commit_index("a submodule")
    importer = make_importer()
    manifest = await importer.fetch(None)
    assert paths(manifest) == ["data/nlu.yml"]
    assert sorted(
        (problem.code, problem.location.path if problem.location else "") for problem in manifest.problems
    ) == [
        ("git-skipped", "data/link.yml"),
        ("git-skipped", "data/sub"),
    ]
    assert {problem.severity for problem in manifest.problems} == {"warning"}
    assert not touched.exists()
    assert list(importer.store.root.glob("git/*/*.git/hooks")) == []


async def test_what_is_too_large_or_elsewhere_is_told(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"
    repository.commit({"a.yml": "x" * 101, "b.yml": pointer, "c.yml": "nlu: []\n"})
    rules = ReadingRules(limits=Limits(file_bytes=100))
    context = ImporterContext(tmp_path, rules=rules, cache=tmp_path / "cache")
    manifest = await make_importer(context=context).fetch(None)
    assert paths(manifest) == ["c.yml"]
    assert [(problem.code, str(problem.location)) for problem in manifest.problems] == [
        ("file-too-large", "a.yml"),
        ("git-lfs", "b.yml"),
    ]


async def test_more_files_than_the_limit_are_refused(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    repository.commit({f"{number}.yml": "{}\n" for number in range(4)})
    rules = ReadingRules(limits=Limits(files=3))
    with pytest.raises(SourceError, match="more than 3 files") as caught:
        await make_importer(context=ImporterContext(tmp_path, rules=rules, cache=tmp_path / "cache")).fetch(None)
    assert caught.value.reference == "git-too-large"


# How often the server is asked


async def test_a_run_without_changes_asks_once_and_starts_no_fetch(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    repository.commit(PROJECT)
    url = f"{server.url}/assistant.git"
    first = await make_importer(url=url, allow_http=True).snapshot()
    assert len([request for request in server.requests if "git-upload-pack" in request]) > 2
    server.forget()
    second = await make_importer(url=url, allow_http=True).snapshot()
    # One `git ls-remote`: what the server can do, then its names.
    assert server.requests == [
        "GET /assistant.git/info/refs?service=git-upload-pack",
        "POST /assistant.git/git-upload-pack",
    ]
    assert second.sources == first.sources


async def test_a_commit_that_is_in_the_store_asks_nobody(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    commit = repository.commit(PROJECT)
    options = {"url": f"{server.url}/assistant.git", "allow_http": True, "ref": commit}
    await make_importer(**options).snapshot()
    server.forget()
    await make_importer(**options).snapshot()
    assert server.requests == []


async def test_all_missing_blobs_come_in_one_fetch(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    repository.packed(40)
    manifest = await make_importer(url=f"{server.url}/assistant.git", allow_http=True).fetch(None)
    assert len(manifest.files) == 40
    posts = [request for request in server.requests if request.startswith("POST")]
    assert len(posts) <= 4


async def test_a_change_fetches_what_changed_into_the_same_cache(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    repository.packed(40)
    options = {"url": f"{server.url}/assistant.git", "allow_http": True}
    await make_importer(**options).fetch(None)
    commit = repository.commit({"data/nlu_0001.yml": nlu("changed", "now")})
    importer = make_importer(**options)
    manifest = await importer.fetch(None)
    assert manifest.revision == commit
    assert len(manifest.files) == 40
    assert content(importer, manifest, "data/nlu_0001.yml") == nlu("changed", "now").encode()


# Servers that can do less


async def test_a_server_without_filters_sends_everything_of_one_commit(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    repository.configure("uploadpack.allowFilter", "false")
    repository.packed(10)
    manifest = await make_importer(url=f"{server.url}/assistant.git", allow_http=True).fetch(None)
    assert len(manifest.files) == 10


@pytest.mark.parametrize("filters", ["true", "false"])
async def test_a_server_with_the_old_protocol_is_read(
    repository: Repository, server: GitServer, make_importer: Make, filters: str
) -> None:
    server.old_protocol = True
    repository.configure("uploadpack.allowFilter", filters)
    old = repository.commit({"data/nlu.yml": nlu("greet", "old")})
    repository.packed(10)
    options = {"url": f"{server.url}/assistant.git", "allow_http": True}
    assert len((await make_importer(**options).fetch(None)).files) == 11
    assert (await make_importer(**options).fetch(old)).revision == old


async def test_a_server_of_plain_files_is_read(repository: Repository, server: GitServer, make_importer: Make) -> None:
    commit = repository.commit(PROJECT)
    git(repository.bare, "update-server-info")
    server.dumb = True
    importer = make_importer(url=f"{server.url}/assistant.git", allow_http=True)
    assert (await importer.fetch(None)).revision == commit
    assert [path.name for path in (importer.store.root / "git").glob("*/*.git")] == ["full.git"]
    new = repository.commit({"data/more.yml": "nlu: []\n"})
    git(repository.bare, "update-server-info")
    assert (await importer.fetch(None)).revision == new


# What is told when something is wrong


async def test_a_missing_name_tells_the_nearest(repository: Repository, make_importer: Make) -> None:
    repository.commit(PROJECT)
    repository.branch("release")
    repository.publish()
    with pytest.raises(SourceError, match="no branch or tag 'relaese'") as caught:
        await make_importer(ref="relaese").fetch(None)
    assert caught.value.reference == "git-ref-not-found"
    assert caught.value.hint == "did you mean release?"


async def test_a_short_commit_is_told_to_be_written_in_full(repository: Repository, make_importer: Make) -> None:
    commit = repository.commit(PROJECT)
    with pytest.raises(SourceError) as caught:
        await make_importer(ref=commit[:8]).fetch(None)
    assert caught.value.hint is not None
    assert "in full" in caught.value.hint


async def test_a_name_of_a_branch_and_a_tag_that_differ_is_refused(repository: Repository, make_importer: Make) -> None:
    repository.commit({"a.yml": "{}\n"})
    repository.tag("v1")
    repository.branch("v1")
    repository.commit({"b.yml": "{}\n"})
    with pytest.raises(SourceError, match="means two commits") as caught:
        await make_importer(ref="v1").fetch(None)
    assert caught.value.reference == "git-ref-not-found"


async def test_a_commit_that_is_gone_is_told(repository: Repository, make_importer: Make) -> None:
    repository.commit(PROJECT)
    with pytest.raises(SourceError) as caught:
        await make_importer(ref="1" * 40).fetch(None)
    assert caught.value.reference == "git-commit-not-found"


async def test_a_tag_of_a_file_leads_to_no_commit(repository: Repository, make_importer: Make) -> None:
    repository.commit(PROJECT)
    blob = git(repository.work, "rev-parse", "HEAD:domain.yml")
    git(repository.bare, "update-ref", "refs/tags/file", blob)
    with pytest.raises(SourceError, match="leads to no commit") as caught:
        await make_importer(ref="file").fetch(None)
    assert caught.value.reference == "git-ref-not-found"


async def test_an_empty_repository_has_no_default_branch(make_importer: Make) -> None:
    with pytest.raises(SourceError, match="no default branch"):
        await make_importer().fetch(None)


async def test_a_missing_folder_tells_the_nearest(repository: Repository, make_importer: Make) -> None:
    repository.commit({"bots/shop/domain.yml": "intents: []\n"})
    with pytest.raises(SourceError, match="no folder 'bots/shpo'") as caught:
        await make_importer(subdirectory="bots/shpo").fetch(None)
    assert caught.value.reference == "git-subdirectory-not-found"
    assert caught.value.hint == "did you mean bots/shop or bots?"
    with pytest.raises(SourceError, match="no folder"):
        await make_importer(subdirectory="bots/shop/domain.yml").fetch(None)


async def test_a_deleted_repository_is_told(repository: Repository, make_importer: Make) -> None:
    repository.commit(PROJECT)
    repository.bare.rename(repository.bare.with_name("gone"))
    with pytest.raises(SourceError) as caught:
        await make_importer().fetch(None)
    assert caught.value.reference == "git-repository-not-found"


@pytest.mark.parametrize(
    ("status", "reference"),
    [
        (401, "git-access"),
        (403, "git-access"),
        (404, "git-repository-not-found"),
        (410, "git-repository-not-found"),
        (500, "git-unreachable"),
        (503, "git-unreachable"),
    ],
)
async def test_what_a_server_answers_has_a_name(
    repository: Repository, server: GitServer, make_importer: Make, status: int, reference: str
) -> None:
    repository.commit(PROJECT)
    server.status = status
    with pytest.raises(SourceError) as caught:
        await make_importer(url=f"{server.url}/assistant.git", allow_http=True).fetch(None)
    assert caught.value.reference == reference


async def test_a_host_that_does_not_answer_or_exist_is_told(make_importer: Make) -> None:
    for url in ("http://127.0.0.1:9/x.git", "https://no-such-host.invalid/x.git", "ssh://git@127.0.0.1:9/x.git"):
        with pytest.raises(SourceError) as caught:
            await make_importer(url=url, allow_http=True).fetch(None)
        assert caught.value.reference == "git-unreachable"


async def test_a_server_that_is_silent_ends_with_the_deadline(server: GitServer, make_importer: Make) -> None:
    server.silent = True
    with pytest.raises(SourceError, match=r"longer than 0[.]5 s") as caught:
        await make_importer(url=f"{server.url}/assistant.git", allow_http=True, timeout=0.5).fetch(None)
    assert caught.value.reference == "git-timeout"


async def test_no_git_at_all_is_told(make_importer: Make, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no git on the search path") as caught:
        await make_importer(environment={"PATH": str(tmp_path)}).fetch(None)
    assert caught.value.reference == "git-not-installed"


async def test_a_git_that_is_too_old_is_told(make_importer: Make, tmp_path: Path) -> None:
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo git version 2.20.1 && exit\nexit 129\n')
    program.chmod(0o755)
    with pytest.raises(SourceError, match=r"git 2\.20 is too old") as caught:
        await make_importer(environment={"PATH": f"{program.parent}:/usr/bin:/bin"}).fetch(None)
    assert caught.value.reference == "git-not-installed"


# Drift


async def test_the_commits_between_are_told(repository: Repository, make_importer: Make) -> None:
    old = repository.commit({"a.yml": "{}\n"}, "first")
    repository.commit({"a.yml": "a: 1\n"}, "second")
    new = repository.commit({"a.yml": "a: 2\n"}, "third \x1b[31m")
    lines = await make_importer().drift(old, new)
    assert lines == (f"{new[:7]} 2026-03-01 Ada: third ?[31m", lines[1])
    assert lines[1].endswith(" 2026-03-01 Ada: second")


async def test_many_commits_are_counted(repository: Repository, make_importer: Make) -> None:
    old = repository.commit({"a.yml": "{}\n"}, "first")
    for number in range(24):
        git(repository.work, "commit", "--quiet", "--allow-empty", "--message", f"number {number}")
    new = repository.publish()
    lines = await make_importer().drift(old, new)
    assert len(lines) == 21
    assert lines[-1] == "and 4 more"


async def test_a_history_that_was_rewritten_is_told(repository: Repository, make_importer: Make) -> None:
    repository.commit({"a.yml": "{}\n"}, "first")
    old = repository.commit({"a.yml": "a: 1\n"}, "dropped")
    await make_importer().fetch(None)
    git(repository.work, "reset", "--quiet", "--hard", "HEAD~1")
    new = repository.commit({"a.yml": "a: 2\n"}, "instead")
    assert (await make_importer().fetch(None)).revision == new
    lines = await make_importer().drift(old, new)
    assert lines[0] == f"history was rewritten: {new[:10]} does not follow {old[:10]}; the newest commits are"
    assert lines[1].endswith("instead")
    assert (await make_importer().fetch(new)).revision == new


async def test_drift_that_cannot_be_told_is_no_failure(repository: Repository, make_importer: Make) -> None:
    repository.commit(PROJECT)
    (line,) = await make_importer().drift("1" * 40, "2" * 40)
    assert "are not known" in line
