"""A git source that fails in every way: what each policy makes of it, and that nothing is lost."""

import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.faults import Front, faulty_proxy, front
from tests.importers.git.repositories import Repository, git
from tests.importers.git.smart_http import GitServer, served
from tests.program import tree
from tests.remote import MOVED, NLU, OTHER_NLU, POLICIES, REFUSED, UNREAD, RemoteProject

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", pytest.param("trio", marks=pytest.mark.slow)])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


@dataclass
class Host:
    """A repository, the server it lies on, the port it is reached at, and the script that stands for ssh."""

    repository: Repository
    server: GitServer
    door: Front
    script: Path

    def answers(self, **faults: Any) -> None:
        for name, value in faults.items():
            setattr(self.server, name, value)

    def commit(self, content: bytes, **arguments: Any) -> None:
        self.repository.commit({"pirate/data/nlu.yml": content}, **arguments)

    def rewrite(self) -> None:
        git(self.repository.work, "reset", "--quiet", "--hard", "HEAD~1")
        self.commit(OTHER_NLU, message="Greet in another way")

    def leave(self, *, path: str) -> None:
        git(self.repository.work, "mv", "pirate", path)
        self.repository.commit_index("Move away")

    def delete_branch(self) -> None:
        git(self.repository.work, "checkout", "--quiet", "-b", "other")
        git(self.repository.work, "branch", "--quiet", "-D", "main")
        self.repository.configure("receive.denyDeleteCurrent", "ignore")
        self.repository.publish()

    def delete(self) -> None:
        self.repository.bare.rename(self.repository.bare.with_name("gone"))

    def let_ssh(self, *lines: str) -> None:
        """Let ssh run the command on this machine after these lines."""
        self.script.write_text("\n".join(["#!/bin/sh", *lines, "for last; do :; done", 'exec sh -c "$last"', ""]))
        self.script.chmod(0o755)


Harm = Callable[[Host], object]


@dataclass(frozen=True)
class Fault:
    """What is done to a host, and what is told: the code of an error, or some words of how it left the lock.

    `options` stand in the entry of the source from then on.
    """

    name: str
    harm: Harm
    told: str
    outcomes: Sequence[str] = REFUSED
    options: Mapping[str, Any] = field(default_factory=dict)
    cut_after: int | None = None
    closed: bool = False
    ssh: bool = False


def nothing(host: Host) -> None:
    del host


SOON = {"timeout": 0.3}
BROKEN = b"nlu:\n  - intent: greet\n    examples: [\n"

LARGE = NLU + b"# " + random.Random(4).randbytes(50_000).hex().encode()  # noqa: S311 - chance is no secret

FAULTS = (
    Fault("nothing listens", nothing, "git-unreachable", closed=True),
    Fault("a server that hangs", lambda host: host.answers(silent=True), "git-timeout", options=SOON),
    Fault("a pack that is cut", lambda host: host.commit(LARGE), "git", cut_after=20_000),
    Fault("401", lambda host: host.answers(user="somebody:else"), "git-access"),
    Fault("403", lambda host: host.answers(status=403), "git-access"),
    Fault("500 for ever", lambda host: host.answers(status=500), "git-unreachable"),
    Fault("a repository that is gone", Host.delete, "git-repository-not-found"),
    Fault("a branch that is gone", Host.delete_branch, "git-ref-not-found"),
    Fault("a folder that is gone", lambda host: host.leave(path="elsewhere"), "git-subdirectory-not-found"),
    Fault("ssh that fails", lambda host: host.let_ssh("echo Permission denied >&2; exit 255"), "git-access", ssh=True),
    Fault("ssh that hangs", lambda host: host.let_ssh("sleep 60"), "git-timeout", options=SOON, ssh=True),
    Fault("broken YAML", lambda host: host.commit(BROKEN), "yaml-syntax", UNREAD),
    Fault("a branch that moved", lambda host: host.commit(OTHER_NLU, message="Say more"), "Say more", MOVED),
    Fault("a history that was rewritten", Host.rewrite, "history was rewritten", MOVED),
)  # fmt: skip

CASES = [
    *(pytest.param(fault, tuple(POLICIES), id=fault.name.replace(" ", "-")) for fault in FAULTS if not fault.options),
    # A deadline has to pass for each of them, and what git started has to end.
    *(
        pytest.param(fault, policies, id=f"{fault.name} {len(policies)}".replace(" ", "-"), marks=marks)
        for fault in FAULTS
        if fault.options
        for policies, marks in ((("required", "last-good"), ()), (tuple(POLICIES), pytest.mark.slow))
    ),
]


@asynccontextmanager
async def hosted(folder: Path, *, ssh: bool) -> AsyncIterator[tuple[Host, RemoteProject]]:
    """Serve a repository, and have a project that was trained with it."""
    repository = Repository(folder / "repository")
    repository.commit({"pirate/data/nlu.yml": NLU.replace(b"avast", b"hoy")}, "Begin")
    repository.commit({"pirate/data/nlu.yml": NLU}, "Greet like a pirate")
    with served(repository.bare.parent) as server:
        async with front() as door:
            host = Host(repository, server, door, folder / "ssh")
            host.let_ssh()
            door.target = int(server.url.rpartition(":")[2])
            url = f"ssh://git@127.0.0.1:9{repository.bare}" if ssh else f"http://127.0.0.1:{door.port}/assistant.git"
            way = {"use_git_config": "true"} if ssh else {"allow_http": "true"}
            project = RemoteProject(folder, {"name": "git", "url": url, "ref": "main", "subdirectory": "pirate", **way})
            await project.prime()
            yield host, project


@asynccontextmanager
async def failing(fault: Fault, host: Host) -> AsyncIterator[None]:
    fault.harm(host)
    if fault.closed:
        await host.door.close()
    async with faulty_proxy(host.door.target, cut_after=fault.cut_after) as line:
        host.door.target = line.port
        yield


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "ssh"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "")


@pytest.mark.parametrize(("fault", "policies"), CASES)
async def test_a_source_that_fails_ends_as_its_policy_says_and_nothing_is_lost(
    tmp_path: Path, temporary_files: Path, fault: Fault, policies: Sequence[str]
) -> None:
    async with hosted(tmp_path, ssh=fault.ssh) as (host, project), failing(fault, host):
        for policy, expected in zip(POLICIES, fault.outcomes, strict=True):
            if policy in policies:
                outcome, told = await project.outcome(policy, **fault.options)
                assert (policy, outcome) == (policy, expected), told
                assert_told(told, fault, outcome)
                if policy.endswith("too old") and fault.outcomes is REFUSED:
                    assert "older than its policy allows" in str(told)
                assert tree(temporary_files) == {}
                await project.assert_nothing_was_lost()


def assert_told(told: Any, fault: Fault, outcome: str) -> None:
    """Assert that an error has its code, and that a plan has a warning, or says by which commits the lock was left."""
    codes = {problem.code for problem in told.problems}
    if outcome == "error":
        assert fault.told in codes
    elif outcome == "ok":
        (drift,) = (source.drift for source in told.sources if source.drift is not None)
        assert any(fault.told in line for line in drift.changes)
    else:
        assert codes == {f"{outcome}-source"}
