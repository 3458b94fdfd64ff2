"""What a configuration, a resolver or a server could try: refused before anything is started or connected to."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpcore2
import pytest
from pytest_httpserver import HTTPServer
from tests.faults import raw_server
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import GitServer, served
from tests.importers.http.serving import PAUSES, importer
from tests.program import PROJECT, run_here
from tests.remote import NLU

from tenprint.importers import SourceError
from tenprint.importers.http import Network

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

CANARY = "canary-51d0c2"


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


def config(name: str, **options: Any) -> str:
    """Write an entry; JSON is YAML, and shows what cannot be seen."""
    entry = {"name": name, "as": "base", **options}
    return f"{PROJECT['config.yml']}importers:\n- name: file\n- {json.dumps(entry)}\n"


# Options that could mean more

GIT = "https://example.org/team/phrases.git"
HTTP = "https://example.org/nlu.yml"

WRONG_GIT: Sequence[Mapping[str, Any]] = (
    {"url": "ext::sh -c touch% TOUCHED"},
    {"url": "fd::17"},
    {"url": "fd::17,18/phrases"},
    {"url": "evil::https://example.org/phrases.git"},
    {"url": "--upload-pack=touch TOUCHED"},
    {"url": "-oProxyCommand=touch TOUCHED"},
    {"url": "ssh://-oProxyCommand=touch${IFS}TOUCHED/phrases"},
    {"url": "ssh://git@-oProxyCommand=touch/phrases"},
    {"url": "-git@example.org:phrases"},
    {"url": "git@example.org:-phrases"},
    {"url": "git://example.org/phrases.git"},
    {"url": f"{GIT}\n"},
    {"url": f"{GIT}\r\nHost: evil"},
    {"url": "https://example.org/\tphrases"},
    {"url": "https://example.org/\x1b[2Jphrases"},
    {"url": "https://example.org/\x7f"},
    {"url": "https://example.org/%0aphrases"},
    {"url": "https://example.org/%00"},
    {"url": f"https://peg:{CANARY}@example.org/phrases.git"},
    {"url": "https://ex\u0430mple.org/phrases.git"},
    {"url": "git@ex\u0430mple.org:phrases.git"},
    {"url": GIT, "ref": "--upload-pack=touch TOUCHED"},
    {"url": GIT, "ref": "-x"},
    {"url": GIT, "ref": "main\nother"},
    {"url": GIT, "ref": "main:refs/heads/evil"},
    {"url": GIT, "ref": "main..other"},
    {"url": GIT, "subdirectory": "../elsewhere"},
    {"url": GIT, "subdirectory": "a\nb"},
    {"url": GIT, "subdirectory": ":(glob)**"},
    {"url": GIT, "token": {"env": "TOKEN\nOTHER"}},
    {"url": GIT, "token": {"file": "a\nb"}},
    {"url": GIT, "token": {"netrc": "example.org\nother"}},
)
WRONG_HTTP: Sequence[Mapping[str, Any]] = (
    {"url": "file:///etc/passwd"},
    {"url": "ftp://example.org/nlu.yml"},
    {"url": "http://example.org/nlu.yml"},
    {"url": f"{HTTP}\n"},
    {"url": "https://example.org/a\r\nHost: evil"},
    {"url": "https://example.org/\x00"},
    {"url": "https://example.org/\u202elmy.uln"},
    {"url": "https://exam\u200bple.org/nlu.yml"},
    {"url": "https://example.org\\@evil.org/nlu.yml"},
    {"url": f"https://peg:{CANARY}@example.org/nlu.yml"},
    {"url": f"https://example.org/nlu.yml?access_token={CANARY}"},
    {"url": "https://ex\u0430mple.org/nlu.yml"},
    {"url": "https://\u0440\u0430ypal.org/nlu.yml"},
    {"url": "https://xn--exmple-4nf.org/nlu.yml"},
    {"url": "https://example\uff0eorg/nlu.yml"},
    {"url": "https://2130706433/nlu.yml"},
    {"url": "https://0x7f.1/nlu.yml"},
    {"url": "https://0177.0.0.1/nlu.yml"},
    {"url": HTTP, "headers": {"X-Team": "bots\r\nHost: evil"}},
    {"url": HTTP, "headers": {"X-Team\r\nHost": "evil"}},
    {"url": HTTP, "headers": {"X-Team": "b\u00f6ts"}},
    {"url": HTTP, "headers": {"Host": "evil"}},
    {"url": HTTP, "headers": {"Transfer-Encoding": "chunked"}},
    {"url": HTTP, "headers": {"Authorization": f"Bearer {CANARY}"}},
    {"url": HTTP, "token": CANARY},
    {"url": HTTP, "path": "../../etc/passwd"},
    {"url": HTTP, "path": "data/nlu.yml\n"},
    {"url": HTTP, "subdirectory": "../.."},
    {"url": HTTP, "proxy": "http://proxy.example.org\r\nHost: evil"},
)
CASES = [(name, options) for name, rows in (("git", WRONG_GIT), ("http", WRONG_HTTP)) for options in rows]


def shown(value: object) -> str:
    return value if isinstance(value, str) and value in ("git", "http") else ascii(value)


@pytest.mark.parametrize(("name", "options"), CASES, ids=shown)
def test_an_option_that_could_mean_more_is_refused_where_it_stands(
    tmp_path: Path,
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    name: str,
    options: Mapping[str, Any],
) -> None:
    touched = tmp_path / "touched"
    written = json.loads(json.dumps(options).replace("TOUCHED", str(touched)))
    project = write_project({**PROJECT, "config.yml": config(name, **written)})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("config.yml:7:")
    assert "[option]" in outcome.err
    assert CANARY not in outcome.err
    assert all(letter.isprintable() for line in outcome.err.splitlines() for letter in line)
    assert not touched.exists()
    assert [name for name in ("git", "store") if (tmp_path / "cache" / name).exists()] == []


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.commit({"nlu.yml": nlu("greet", "hello from git")})
    return made


def test_a_folder_named_like_an_option_is_only_a_folder(
    tmp_path: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    touched = tmp_path / "touched"
    options = {"url": repository.url, "allow_file": True, "subdirectory": f"--upload-pack=touch {touched}".strip("/")}
    project = write_project({**PROJECT, "config.yml": config("git", **options)})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, "[git-subdirectory-not-found]" in outcome.err) == (1, True)
    assert not touched.exists()


# Resolvers

PUBLIC = "93.184.215.14"
PRIVATE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - nobody listens
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
)


class Elsewhere(httpcore2.AnyIOBackend):
    """Connects to one port of this machine, and remembers where it was to connect to."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.reached: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        del port
        self.reached.append(host)
        return await super().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)


def network(port: int, names: Mapping[str, Sequence[str]]) -> tuple[Network, Elsewhere]:
    async def resolver(host: str, port: int) -> Sequence[str]:
        del port
        return names[host]

    backend = Elsewhere(port)
    return Network(resolver, pauses=PAUSES, backend=backend), backend


@pytest.mark.anyio
@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_at_a_private_address_is_not_connected_to(tmp_path: Path, address: str) -> None:
    for found in ([address], [PUBLIC, address]):
        through, backend = network(9, {"base.test": found})
        source = importer(tmp_path, "http://base.test/nlu.yml", through=through, allow_private=False)
        with pytest.raises(SourceError) as failed:
            await source.fetch(None)
        assert (failed.value.reference, backend.reached) == ("http-address", [])
        assert "allow_private" in str(failed.value.hint)


@pytest.mark.anyio
@pytest.mark.parametrize("address", PRIVATE)
async def test_nor_is_it_after_a_redirect(tmp_path: Path, address: str) -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: http://inner.test/nlu.yml\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(away) as server:
        through, backend = network(server.port, {"base.test": [PUBLIC], "inner.test": [address]})
        source = importer(tmp_path, "http://base.test/nlu.yml", through=through, allow_private=False)
        with pytest.raises(SourceError) as failed:
            await source.fetch(None)
    assert (failed.value.reference, backend.reached) == ("http-address", [PUBLIC])


@pytest.mark.anyio
async def test_a_name_that_moves_between_two_answers_of_the_resolver_is_looked_at_again(tmp_path: Path) -> None:
    """The first connection was closed; for the next one the resolver has another answer."""
    answers = [[PUBLIC], ["127.0.0.1"]]

    async def resolver(host: str, port: int) -> Sequence[str]:
        del host, port
        return answers.pop(0)

    away = b"HTTP/1.1 302 Found\r\nLocation: /there.yml\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(away, b"HTTP/1.1 200 OK\r\n\r\n" + NLU) as server:
        backend = Elsewhere(server.port)
        through = Network(resolver, pauses=PAUSES, backend=backend)
        source = importer(tmp_path, "http://base.test/nlu.yml", through=through, allow_private=False)
        with pytest.raises(SourceError) as failed:
            await source.fetch(None)
    assert (failed.value.reference, backend.reached) == ("http-address", [PUBLIC])


# Logins of others

NETRC = f"machine other.test login peg password {CANARY}\ndefault login peg password {CANARY}\n"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Repository) -> Iterator[GitServer]:
    """A server, and a file with logins that are not meant for it."""
    (tmp_path / "netrc").write_text(NETRC)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with served(repository.bare.parent) as state:
        yield state


@pytest.mark.parametrize("name", ["git", "http"])
def test_the_login_of_another_host_is_not_taken(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    server: GitServer,
    httpserver: HTTPServer,
    name: str,
) -> None:
    options: dict[str, Any] = {"allow_http": True, "token": {"netrc": "127.0.0.1"}}
    if name == "git":
        options["url"] = f"{server.url}/assistant.git"
    else:
        options |= {"url": f"http://127.0.0.1:{httpserver.port}/nlu.yml", "allow_private": True}
    project = write_project({**PROJECT, "config.yml": config(name, **options)})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert (outcome.code, "[secret]" in outcome.err) == (1, True)
    assert (server.requests, httpserver.log) == ([], [])
    assert CANARY not in outcome.err


def test_a_netrc_in_the_home_of_the_user_is_nothing_to_git_unless_it_is_named(
    tmp_path: Path,
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    server: GitServer,
) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login peg password {CANARY}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    server.user = f"peg:{CANARY}"
    options = {"url": f"{server.url}/assistant.git", "allow_http": True}
    project = write_project({**PROJECT, "config.yml": config("git", **options)})
    assert "[git-access]" in run_here(capsys, "-C", str(project), "plan").err
    assert set(server.authorizations) == {None}
