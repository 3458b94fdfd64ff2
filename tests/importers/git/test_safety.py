"""What a url, a ref or a repository could try, what may be seen of a token, and what a cancelled run leaves behind."""

import base64
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.importers.git.repositories import Repository, git, nlu
from tests.importers.git.smart_http import GitServer, served
from tests.leftovers import processes, processes_left

from tenprint.importers import ProblemsError, SourceError, TenprintError
from tenprint.importers.git import GitImporter

Make = Callable[..., GitImporter]

CANARY = "canary-7f3a19"
ENCODED = base64.b64encode(f"x-access-token:{CANARY}".encode()).decode()


def refused(make: Make, **options: Any) -> str:
    with pytest.raises(TenprintError) as caught:
        make(**options)
    assert {problem.code for problem in caught.value.problems} == {"option"}
    return "".join(traceback.format_exception(caught.value))


# Injection


@pytest.mark.parametrize(
    "options",
    [
        {"url": "ext::sh -c touch% {touched}"},
        {"url": "--upload-pack=touch {touched}"},
        {"url": "-oProxyCommand=touch"},
        {"url": "ssh://-oProxyCommand=touch${IFS}{touched}/x"},
        {"url": "https://example.org/x\n"},
        {"url": "https://u:p@example.org/x"},
        {"url": "file:///srv/x", "allow_file": False},
        {"url": "http://example.org/x", "allow_http": True},
        {"ref": "--upload-pack=touch {touched};git-upload-pack"},
        {"ref": "-x"},
        {"ref": "main:refs/heads/evil"},
        {"subdirectory": "../elsewhere"},
        {"subdirectory": "/etc"},
        {"subdirectory": "a\nb"},
        {"subdirectory": "data:evil"},
        {"include": ["a\nb"]},
        {"exclude": "!"},
        {"timeout": 0},
        {"timeout": -1},
        {"reff": "main"},
        {"token": "written-down"},
        {"token": {"env": "GIT_TOKEN"}},
        {"url": "https://example.org/x", "username": {"env": "GIT_USER"}},
        {"url": 3},
    ],
)
def test_options_that_could_mean_more_are_refused(make_importer: Make, tmp_path: Path, options: dict[str, Any]) -> None:
    touched = tmp_path / "touched"
    written = {
        name: value.replace("{touched}", str(touched)) if isinstance(value, str) else value
        for name, value in options.items()
    }
    refused(make_importer, **written)
    assert not touched.exists()


def test_all_wrong_options_are_told_at_once(make_importer: Make) -> None:
    with pytest.raises(ProblemsError) as caught:
        make_importer(ref="-x", subdirectory="..", timeout="soon", token=CANARY, depth=3)
    assert len(caught.value.problems) == 5
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_password_in_a_url_is_not_repeated(make_importer: Make) -> None:
    assert CANARY not in refused(make_importer, url=f"https://ada:{CANARY}@example.org/x")


@pytest.mark.anyio
async def test_a_subdirectory_with_a_dash_is_only_a_folder(repository: Repository, make_importer: Make) -> None:
    repository.commit({"-rf/domain.yml": "intents: []\n"})
    assert len((await make_importer(subdirectory="-rf").fetch(None)).files) == 1


@pytest.mark.anyio
async def test_variables_and_settings_of_the_user_reach_git_only_when_asked_for(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    repository.commit({"a.yml": "{}\n"})
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[url "file://{repository.bare}"]\n\tinsteadOf = https://short.invalid/\n')
    environment = {
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_DIR": "/nonexistent",
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_EXEC_PATH": "/nonexistent",
    }
    own: dict[str, Any] = {"environment": environment, "url": "https://short.invalid/", "timeout": 20}
    with pytest.raises(SourceError):
        await make_importer(**{**own, "url": "https://short.invalid/x"}).fetch(None)
    # The settings lead to a protocol that the address does not have: even then it is not allowed.
    with pytest.raises(SourceError) as caught:
        await make_importer(**{**own, "url": "https://short.invalid/x", "use_git_config": True}).fetch(None)
    assert caught.value.reference == "git-moved"
    assert len((await make_importer(environment=environment).fetch(None)).files) == 1
    assert not (tmp_path / "trace").exists()


@pytest.mark.anyio
async def test_ssh_runs_the_users_own_command_only_when_asked_for(
    repository: Repository, make_importer: Make, tmp_path: Path
) -> None:
    commit = repository.commit({"a.yml": "{}\n"})
    script, seen = tmp_path / "ssh", tmp_path / "seen"
    script.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$@" >> {seen}\nexec sh -c "$last"\n')
    script.chmod(0o755)
    options = {"url": f"ssh://git@127.0.0.1:9{repository.bare}", "environment": {"GIT_SSH_COMMAND": str(script)}}
    with pytest.raises(SourceError) as caught:
        await make_importer(**options).fetch(None)
    assert caught.value.reference == "git-unreachable"
    assert not seen.exists()
    assert (await make_importer(**options, use_git_config=True).fetch(None)).revision == commit
    assert "git@127.0.0.1" in seen.read_text()


# Tokens


@pytest.mark.anyio
async def test_a_token_is_used_and_seen_nowhere(
    repository: Repository, server: GitServer, make_importer: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    repository.commit({"data/nlu.yml": nlu("greet", "hello")})
    server.user = f"x-access-token:{CANARY}"
    options = {
        "url": f"{server.url}/assistant.git",
        "allow_http": True,
        "token": {"env": "GIT_TOKEN"},
        "environment": {"GIT_TOKEN": CANARY},
    }
    importer = make_importer(**options)
    manifest = await importer.fetch(None)
    assert len(manifest.files) == 1
    assert set(server.authorizations) == {f"Basic {ENCODED}"}
    shown = [repr(importer._wanted), repr(importer.identity()), repr(manifest), caplog.text]
    cached = (tmp_path / "cache").rglob("*")
    shown += [file.read_bytes().decode("latin-1") for file in cached if file.is_file()]
    server.user = "somebody:else"
    with pytest.raises(SourceError) as caught:
        await make_importer(**options).fetch(None)
    assert caught.value.reference == "git-access"
    shown += traceback.format_exception(caught.value)
    assert not [text for text in shown if CANARY in text or ENCODED in text]


@pytest.mark.anyio
async def test_a_token_is_in_no_argument_of_a_process(server: GitServer, make_importer: Make, tmp_path: Path) -> None:
    server.silent = True
    importer = make_importer(
        url=f"{server.url}/assistant.git",
        allow_http=True,
        token={"env": "GIT_TOKEN"},
        environment={"GIT_TOKEN": CANARY},
    )
    found: list[tuple[bytes, bytes]] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(importer.fetch, None)
        await anyio.to_thread.run_sync(server.reached.wait, 30)
        found += processes(str(tmp_path))
        tasks.cancel_scope.cancel()
    assert len(found) >= 2
    for arguments, _ in found:
        assert CANARY.encode() not in arguments
        assert ENCODED.encode() not in arguments


@pytest.mark.anyio
async def test_a_token_does_not_follow_to_another_host(
    repository: Repository, server: GitServer, make_importer: Make
) -> None:
    repository.commit({"a.yml": "{}\n"})
    with served(repository.bare.parent) as other:
        server.redirect = other.url
        options = {"url": f"{server.url}/assistant.git", "allow_http": True}
        with pytest.raises(SourceError) as caught:
            await make_importer(**options, token={"env": "T"}, environment={"T": CANARY}).fetch(None)
        assert caught.value.reference == "git-moved"
        assert other.requests == []
        assert len((await make_importer(**options).fetch(None)).files) == 1
        assert set(other.authorizations) == {None}


@pytest.mark.anyio
async def test_a_missing_token_is_told_by_its_name(make_importer: Make) -> None:
    importer = make_importer(url="https://example.org/x", token={"env": "NO_SUCH_TOKEN"})
    with pytest.raises(SourceError, match="NO_SUCH_TOKEN"):
        await importer.fetch(None)


# Caches, and runs beside each other


@pytest.mark.anyio
async def test_a_cancelled_run_leaves_no_child_and_no_lock(
    repository: Repository, server: GitServer, make_importer: Make, tmp_path: Path
) -> None:
    repository.commit({"a.yml": "{}\n"})
    server.silent = True
    options = {"url": f"{server.url}/assistant.git", "allow_http": True, "ref": "1" * 40}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(make_importer(**options).fetch, None)
        await anyio.to_thread.run_sync(server.reached.wait, 30)
        tasks.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(processes_left, str(tmp_path)) == []
    assert list((tmp_path / "cache").rglob("tmp_*")) == []
    server.silent = False
    with anyio.fail_after(60):
        assert len((await make_importer(**{**options, "ref": "main"}).fetch(None)).files) == 1


@pytest.mark.anyio
async def test_a_child_that_does_not_want_to_end_is_ended(make_importer: Make, tmp_path: Path) -> None:
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntrap '' TERM\nsleep 60 &\nsleep 60\n")
    program.chmod(0o755)
    importer = make_importer(environment={"PATH": f"{program.parent}:/usr/bin:/bin"}, timeout=0.3)
    with anyio.fail_after(60), pytest.raises(SourceError) as caught:
        await importer.fetch(None)
    assert caught.value.reference == "git-timeout"
    assert await anyio.to_thread.run_sync(processes_left, str(tmp_path)) == []


def damage(cache: Path, harm: str) -> None:
    if harm == "pack":
        for pack in cache.glob("objects/pack/*.pack"):
            pack.chmod(0o600)
            pack.write_bytes(pack.read_bytes()[:40] + b"\0" * 40)
    elif harm == "head":
        (cache / "HEAD").unlink()
    elif harm == "config":
        (cache / "config").write_text("nonsense [\n")
    else:
        (cache / "shallow.lock").write_text("")


@pytest.mark.anyio
@pytest.mark.parametrize("harm", ["pack", "head", "config", "lock"])
async def test_a_broken_cache_is_made_anew(repository: Repository, make_importer: Make, harm: str) -> None:
    repository.commit({"a.yml": "{}\n"})
    importer = make_importer()
    await importer.fetch(None)
    (cache,) = (importer.store.root / "git").glob("*/partial.git")
    damage(cache, harm)
    commit = repository.commit({"b.yml": "b: 1\n"})
    manifest = await make_importer().fetch(None)
    assert (manifest.revision, len(manifest.files)) == (commit, 2)


@pytest.mark.anyio
async def test_a_cache_of_many_packs_is_made_anew(repository: Repository, make_importer: Make) -> None:
    repository.commit({"a.yml": "{}\n"})
    importer = make_importer()
    await importer.fetch(None)
    (cache,) = (importer.store.root / "git").glob("*/partial.git")
    for number in range(101):
        (cache / f"objects/pack/x{number}.pack").write_bytes(b"")
    repository.commit({"b.yml": "b: 1\n"})
    assert len((await make_importer().fetch(None)).files) == 2
    assert len(list(cache.glob("objects/pack/*.pack"))) < 5


@pytest.mark.anyio
async def test_many_runs_share_one_cache(repository: Repository, server: GitServer, make_importer: Make) -> None:
    commits = [repository.commit({f"{number}.yml": f"a: {number}\n"}) for number in range(8)]
    counted: dict[str, int] = {}

    async def run(commit: str) -> None:
        manifest = await make_importer(url=f"{server.url}/assistant.git", allow_http=True, ref=commit).fetch(None)
        counted[manifest.revision] = len(manifest.files)

    async with anyio.create_task_group() as tasks:
        for commit in commits:
            tasks.start_soon(run, commit)
    assert counted == {commit: number + 1 for number, commit in enumerate(commits)}


@pytest.mark.anyio
async def test_a_cache_that_cannot_be_made_is_lived_without(
    repository: Repository, make_importer: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.yml": "{}\n"})
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/git").write_text("not a folder")
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    assert len((await make_importer().fetch(None)).files) == 1
    assert list(passing.iterdir()) == []


@pytest.mark.anyio
async def test_objects_that_are_not_what_their_id_says_are_refused(repository: Repository, make_importer: Make) -> None:
    repository.commit({"a.yml": "{}\n"})
    tree = git(
        repository.work,
        "hash-object",
        "-t",
        "tree",
        "--literally",
        "-w",
        "--stdin",
        feed=b"100644 ../x.yml\0" + bytes.fromhex(git(repository.work, "rev-parse", "HEAD:a.yml")),
    )
    commit = git(repository.work, "commit-tree", tree, "-m", "evil")
    git(repository.work, "reset", "--quiet", "--soft", commit)
    repository.publish()
    with pytest.raises(SourceError) as caught:
        await make_importer().fetch(None)
    assert caught.value.reference == "git"
    assert "hasDotdot" in str(caught.value) or "fullPathname" in str(caught.value)


_RUN = """
import sys
from pathlib import Path
import anyio
from tenprint.importers import ImporterContext
from tenprint.importers.git import GitImporter
url, ref, cache = sys.argv[1:]
importer = GitImporter({"url": url, "allow_http": True, "ref": ref}, ImporterContext(Path(cache), cache=Path(cache)))
print(len(anyio.run(importer.fetch, None).files))
"""


def test_processes_share_one_cache_and_one_that_is_killed_harms_nobody(
    repository: Repository, server: GitServer, tmp_path: Path
) -> None:
    commits = [repository.commit({f"{number}.yml": f"a: {number}\n"}) for number in range(3)]
    command = [sys.executable, "-c", _RUN, f"{server.url}/assistant.git"]
    cache = str(tmp_path / "cache")
    server.silent = True
    victim = subprocess.Popen([*command, commits[0], cache])
    assert server.reached.wait(60)
    victim.kill()
    assert victim.wait(60) == -signal.SIGKILL
    server.silent = False
    others = [subprocess.Popen([*command, commit, cache], stdout=subprocess.PIPE, text=True) for commit in commits]
    assert [other.communicate(timeout=90)[0] for other in others] == ["1\n", "2\n", "3\n"]
