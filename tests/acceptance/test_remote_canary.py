"""A token is seen by its server and by nobody else.

Whole runs that succeed and that fail, with everything logged; then the token, and all forms in which it travels, is
searched for in all that was printed, in tracebacks with their variables, in lock, cache, archive and temporary files,
and in the arguments of all processes of the machine while the runs go on.
"""

import os
import subprocess
import sys
import tarfile
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import TracebackException
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import GitServer, served
from tests.program import PROJECT
from werkzeug import Request, Response

from tenprint.importers import ImporterContext, ReadingRules, SourceError
from tenprint.importers.git import GitImporter
from tenprint.importers.secret import Secret, SecretError

CANARY = "canary/7f3a19+b2==e8%20d4"
USER = "peg"
WORKER = Path(__file__).with_name("canary_worker.py")


def inside_base64(secret: bytes) -> Iterator[bytes]:
    """What base64 makes of a secret wherever it stands in a longer text: only letters that depend on it alone."""
    for before in range(3):
        encoded = b64encode(bytes(before) + secret + bytes(3))
        yield encoded[-(-8 * before // 6) : 8 * (before + len(secret)) // 6]


NEEDLES = tuple(
    {CANARY.encode(), quote(CANARY, safe="").encode(), quote(CANARY).encode(), *inside_base64(CANARY.encode())}
)


def found_in(haystack: bytes) -> bool:
    return any(needle in haystack for needle in NEEDLES)


@dataclass
class Watch:
    """Looks at the arguments of all processes, again and again."""

    seen: set[bytes] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        # A git that asks a server lives longer than such a pause, and without one the machine would do nothing else.
        while not self.ended.wait(0.003):
            for name in os.listdir("/proc"):  # noqa: PTH208 - as fast as can be
                if name.isdecimal():
                    try:
                        self.seen.add(Path(f"/proc/{name}/cmdline").read_bytes())
                    except OSError:
                        continue


@contextmanager
def watched_processes() -> Iterator[Watch]:
    watch = Watch()
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        thread.join()


@dataclass(frozen=True)
class Place:
    """Where the token is kept, as the entries of the two sources say it, and the login that git servers see."""

    git: str
    http: str
    user: str = "x-access-token"


PLACES = {
    "environment": Place("token: {env: CANARY_TOKEN}", "token: {env: CANARY_TOKEN}"),
    "file": Place("token: {file: ../secrets/token}", "headers: {X-Private-Token: {file: ../secrets/token}}"),
    "netrc": Place("token: {netrc: 127.0.0.1}", "password: {netrc: 127.0.0.1}", USER),
}


@dataclass
class Bench:
    """A server of git and one of HTTP that want a token, and projects with sources there."""

    folder: Path
    git: GitServer
    http: HTTPServer
    place: Place
    secret: str = CANARY
    printed: bytes = b""

    def serve(self, answer: Callable[[Request], Response]) -> None:
        self.http.clear_all_handlers()
        self.http.expect_request("/nlu.yml").respond_with_handler(answer)

    def files_if_known(self, request: Request) -> Response:
        headers = request.headers
        known = CANARY in headers.get("Authorization", "") + headers.get("X-Private-Token", "")
        basic = b64encode(f"{USER}:{CANARY}".encode()).decode() in headers.get("Authorization", "")
        return Response(nlu("greet", "hello from the web")) if known or basic else Response(status=401)

    def project(self, name: str, *kinds: str, timeout: float = 60) -> str:
        """Write a project with a source of each kind."""
        reached = f"  timeout: {timeout}\n  allow_http: true\n"
        entries = {
            "git": f"- name: git\n  url: {self.git.url}/assistant.git\n  {self.place.git}\n{reached}",
            "http": f"- name: http\n  url: http://127.0.0.1:{self.http.port}/nlu.yml\n  {self.place.http}\n{reached}"
            "  allow_private: true\n",
        }
        config = PROJECT["config.yml"] + "importers:\n- name: file\n" + "".join(entries[kind] for kind in kinds)
        for path, content in {**PROJECT, "config.yml": config}.items():
            target = self.folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
        return name

    def run(self, projects: Sequence[str], *commands: str) -> str:
        """Run commands in a process of their own, and the library after them; keep all it prints."""
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        (secrets / "token").write_text(self.secret)
        (secrets / "netrc").write_text(f"machine 127.0.0.1 login {USER} password {self.secret}\n")
        (self.folder / "tmp").mkdir(exist_ok=True)
        variables = {
            "CANARY_TOKEN": self.secret,
            "NETRC": str(secrets / "netrc"),
            "TENPRINT_CACHE_DIR": str(self.folder / "cache"),
            "TMPDIR": str(self.folder / "tmp"),
        }
        finished = subprocess.run(
            [sys.executable, "-X", "dev", str(WORKER), " ".join(projects), *commands],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            check=True,
            timeout=90,
        )
        self.printed += finished.stdout + finished.stderr
        return finished.stdout.decode()

    def written(self) -> Iterator[tuple[str, bytes]]:
        """All that lies about but the places of the secret; what is packed as it is inside."""
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and not name.startswith(("secrets/", "repository/")):
                yield name, path.read_bytes()
                if name.endswith(".tar.gz"):
                    with tarfile.open(path) as archive:
                        for member in archive.getmembers():
                            opened = archive.extractfile(member)
                            yield f"{name}: {member.name}", b"" if opened is None else opened.read()


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path, httpserver: HTTPServer) -> Iterator[Bench]:
    repository = Repository(tmp_path / "repository")
    repository.commit({"nlu.yml": nlu("greet", "hello from git")})
    with served(repository.bare.parent) as git_server:
        place = PLACES[request.param]
        git_server.user = f"{place.user}:{CANARY}"
        made = Bench(tmp_path, git_server, httpserver, place)
        made.serve(made.files_if_known)
        yield made


GOOD = ("lock", "plan --json", "train", "export out", "show --json", "validate", "plan --locked", "cache verify")


def let_them_fail(bench: Bench, failure: str) -> None:
    """Let both servers fail in one way."""
    if failure == "another login":
        bench.git.user = "somebody:else"
        bench.serve(lambda _: Response(CANARY, 401))
    elif failure == "a redirect":
        bench.git.redirect = "http://localhost:9"
        elsewhere = f"http://localhost:{bench.http.port}/elsewhere"
        bench.serve(lambda _: Response(status=302, headers={"Location": elsewhere}))
        bench.http.expect_request("/elsewhere").respond_with_data(status=401)
    elif failure == "silence":
        bench.git.silent = True
        bench.serve(lambda _: Response(status=401) if bench.git.released.wait(1) else Response(status=404))
    elif failure == "an answer that is none":
        bench.git.status = 404
        bench.serve(lambda _: Response("no gzip", headers={"Content-Encoding": "gzip"}))
    elif failure == "a secret of two lines":
        bench.secret = f"{CANARY}\n{CANARY}"
    else:
        bench.secret = f"{CANARY}\u00fc"


FAILURES: Mapping[str, Sequence[str]] = {
    "another login": ("git-access", "http-forbidden"),
    "a redirect": ("git-moved", "http-forbidden"),
    "silence": ("git-timeout", "http-timeout"),
    "an answer that is none": ("git-repository-not-found", "http-answer"),
    "a secret of two lines": ("secret",),
    "a secret that cannot be sent": ("git-access",),
}


def assert_nowhere(bench: Bench, watch: Watch) -> None:
    assert [line for line in bench.printed.splitlines() if found_in(line)] == []
    assert not found_in(bench.printed)
    assert [name for name, content in bench.written() if found_in(name.encode() + b"\n" + content)] == []
    assert [arguments for arguments in watch.seen if found_in(arguments)] == []


WHOLE = [pytest.param(place, marks=pytest.mark.slow if place == "file" else ()) for place in PLACES]


@pytest.mark.parametrize("bench", WHOLE, indirect=True)
def test_of_whole_runs_only_the_servers_see_the_token(bench: Bench) -> None:
    with watched_processes() as watch:
        printed = bench.run([bench.project("project", "git", "http")], *GOOD)
    assert [line for line in printed.splitlines() if line.startswith("exit code")] == ["exit code 0"] * len(GOOD)
    # It was used, and what is searched was there: else nothing would be proved.
    assert set(bench.git.authorizations) == {"Basic " + b64encode(f"{bench.place.user}:{CANARY}".encode()).decode()}
    assert {answer.status_code for _, answer in bench.http.log} == {200}
    assert any(b"ls-remote" in arguments for arguments in watch.seen)
    assert b"DEBUG:asyncio" in bench.printed
    written = [name for name, _ in bench.written()]
    assert "project/tenprint.lock" in written
    assert any(name.endswith(": run.json") for name in written)
    assert any(name.endswith("partial.git/config") for name in written)
    assert any(name.endswith("index.sqlite") for name in written)
    assert_nowhere(bench, watch)


# Each failure with one of the places, and the others in the slow set.
CASES = [
    pytest.param(place, failure, marks=() if number % len(PLACES) == turn % len(PLACES) else pytest.mark.slow)
    for turn, failure in enumerate(FAILURES)
    for number, place in enumerate(PLACES)
]


@pytest.mark.parametrize(("bench", "failure"), CASES, indirect=["bench"])
def test_of_runs_that_fail_nothing_tells_the_token(bench: Bench, failure: str) -> None:
    let_them_fail(bench, failure)
    timeout = 0.3 if failure == "silence" else 60
    projects = [bench.project(kind, kind, timeout=timeout) for kind in ("git", "http")]
    with watched_processes() as watch:
        printed = bench.run(projects, "plan")
    assert printed.count("exit code 1") == len(projects)
    assert printed.count("Traceback (most recent call last)") >= len(projects)
    for code in FAILURES[failure]:
        assert f"[{code}]" in bench.printed.decode()
    assert_nowhere(bench, watch)


UNUSABLE: Sequence[tuple[Mapping[str, str], bytes]] = (
    ({"env": "CANARY_TOKEN"}, b""),
    ({"file": "secret"}, f"{CANARY}\n{CANARY}".encode()),
    ({"file": "secret"}, f"{CANARY}\xfc".encode("latin-1")),
    ({"file": "secret"}, CANARY.encode() * 5000),
    ({"netrc": "127.0.0.1"}, f"machine other.test login {USER} password {CANARY}\n".encode()),
    ({"netrc": "127.0.0.1"}, f"machine 127.0.0.1 login {USER} passwort {CANARY}\n".encode()),
    ({"netrc": "127.0.0.1"}, f'machine 127.0.0.1 login {USER} password "{CANARY}\n"\n'.encode()),
)


@pytest.mark.parametrize(("reference", "content"), UNUSABLE)
def test_a_secret_that_cannot_be_used_is_in_no_variable_of_its_error(
    tmp_path: Path, reference: Mapping[str, str], content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)
    variables = {"CANARY_TOKEN": f"{CANARY}\n{CANARY}", "NETRC": str(tmp_path / "secret")}
    context = ImporterContext(tmp_path, rules=ReadingRules(environment=variables))
    with pytest.raises(SecretError) as failed:
        Secret(reference).reveal(context.rules.environment, tmp_path)
    assert not found_in(with_variables(failed.value))


@pytest.mark.anyio
async def test_a_git_that_cannot_be_started_tells_nothing_of_its_environment(tmp_path: Path) -> None:
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_bytes(b"\x7fELF no program")
    program.chmod(0o755)
    variables = {"PATH": str(program.parent), "CANARY_TOKEN": CANARY}
    context = ImporterContext(tmp_path, rules=ReadingRules(environment=variables), cache=tmp_path / "cache")
    options = {"url": "https://git.example.org/phrases.git", "token": {"env": "CANARY_TOKEN"}}
    with pytest.raises(SourceError, match="cannot be run") as failed:
        await GitImporter(options, context).fetch(None)
    assert failed.value.reference == "git-not-installed"
    assert not found_in(with_variables(failed.value))


def with_variables(error: BaseException) -> bytes:
    """Write an error as tools do that collect errors; the frame of the test is left out, which knows everything."""
    assert error.__traceback__ is not None
    error.__traceback__ = error.__traceback__.tb_next
    return "".join(TracebackException.from_exception(error, capture_locals=True).format()).encode()
