"""A source over HTTP that fails in every way: what each policy makes of it, and that nothing is lost.

The table is the proof: a fault and the outcome by policy. A source that cannot be fetched is an error, missing, or as
it was last; data that were fetched and are wrong are errors whatever the policy, or a typing mistake would untrain half
of an assistant without a word.
"""

import ssl
import tarfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.faults import Front, faulty_proxy, front, raw_server
from tests.importers.http.serving import special, tar_of, zip_of
from tests.program import tree
from tests.remote import MOVED, NLU, OTHER_NLU, POLICIES, REFUSED, UNREAD, RemoteProject

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", pytest.param("trio", marks=pytest.mark.slow)])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Write an answer; a length of its own replaces the right one."""
    lines = [f"HTTP/1.1 {status} Words", *headers]
    if not any(header.startswith("Content-Length") for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


GOOD, OTHER = answer(200, NLU), answer(200, OTHER_NLU)
ARCHIVE = tar_of({"nlu.yml": NLU})
BOMB = tar_of({"nlu.yml": NLU, "bomb.bin": bytes(20_000_000)})
LINKS = tar_of({}, special("nlu.yml", tarfile.SYMTYPE, "/etc/passwd"))
HARD_LINK = tar_of({"nlu.yml": NLU}, special("link.yml", tarfile.LNKTYPE, "/etc/passwd"))
SLIP = zip_of({"nlu.yml": NLU, "../../slip.yml": NLU})
BROKEN = b"nlu:\n  - intent: greet\n    examples: [\n"
UNPINNED = ("error", "missing", "error", "error", "error")
"""What was kept under another pin, or none, never stands in for what is pinned."""
NOBODYS_PIN = sha256(b"something else").hexdigest()


@dataclass(frozen=True)
class Fault:
    """What happens to a source that was good: the answers from now on, or a way of its own to fail.

    `code` is that of the error; `options` stand in the entry of the source from now on; `limits` are those of HTTP.
    """

    name: str
    code: str
    outcomes: Sequence[str] = REFUSED
    answers: Sequence[bytes] = (GOOD,)
    options: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    hold: bool = False
    cut_after: int | None = None
    black_hole: bool = False
    secure: bool = False
    """Whether it is https, with a certificate of an authority that the project trusts."""
    stranger: bool = False
    """Whether somebody else with another authority answers now."""
    closed: bool = False
    good: bytes = GOOD
    path: str = "nlu.yml"


async def nobody_knows(host: str, port: int) -> Sequence[str]:
    raise OSError(f"{host}:{port} is unknown")


archive = partial(Fault, good=answer(200, ARCHIVE), path="bot.tar.gz")

FAULTS = (
    # No answer
    Fault("nothing listens", "http-connection", closed=True),
    Fault("the host is unknown", "http-connection", network={"resolver": nobody_knows}),
    Fault("a line that swallows all", "http-connection", black_hole=True, network={"stall_seconds": 0.1}),
    Fault("an answer that never comes", "http-timeout", answers=[b""], hold=True, options={"timeout": 0.3}),
    Fault("a body that stops", "http-timeout", answers=[GOOD[:-20]], hold=True, options={"timeout": 0.3}),
    # Less than the whole
    Fault("a line that is cut", "http-truncated", answers=[answer(200, OTHER_NLU * 50)], cut_after=400),
    Fault("a body that is cut off", "http-truncated", answers=[answer(200, NLU, "Content-Length: 999")]),
    Fault("a length that is none", "http-connection", answers=[answer(200, NLU, "Content-Length: some")]),
    Fault("two lengths", "http-connection", answers=[answer(200, NLU, "Content-Length: 4", "Content-Length: 5")]),
    Fault("a length that is too small", "not-a-mapping", UNREAD, [answer(200, NLU, "Content-Length: 3")]),
    # No
    Fault("401", "http-forbidden", answers=[answer(401)]),
    Fault("403", "http-forbidden", answers=[answer(403)]),
    Fault("404", "http-not-found", answers=[answer(404)]),
    Fault("429 for an hour", "http-rate-limit", answers=[answer(429, b"", "Retry-After: 3600")]),
    Fault("500 for ever", "http-server", answers=[answer(500)]),
    # Elsewhere
    Fault("a circle", "http-redirect", answers=[answer(302, b"", "Location: /nlu.yml")]),
    Fault("to another scheme", "http-redirect", answers=[answer(302, b"", "Location: ftp://127.0.0.1/nlu.yml")]),
    Fault("to a host that wants a login", "http-forbidden",
          answers=[answer(302, b"", "Location: http://other.test:{port}/nlu.yml"), answer(401)]),
    Fault("to a lower scheme", "http-redirect", secure=True,
          answers=[answer(302, b"", "Location: http://base.test:{port}/nlu.yml")]),
    Fault("an authority nobody knows", "http-tls", secure=True, stranger=True),
    # Something else
    Fault("a page to log in", "http-answer", answers=[answer(200, b"<!DOCTYPE html><html>")]),
    Fault("not what is pinned", "http-checksum", UNPINNED, [OTHER], options={"sha256": NOBODYS_PIN}),
    Fault("broken YAML", "yaml-syntax", UNREAD, [answer(200, BROKEN)]),
    Fault("other data", "", MOVED, [OTHER]),
    archive("a text for an archive", "http-no-archive", answers=[GOOD]),
    archive("an archive that is cut", "http-no-archive", answers=[answer(200, ARCHIVE[:-9])]),
    archive("a bomb", "http-unsafe-archive", answers=[answer(200, BOMB)]),
    archive("a zip that slips out", "http-unsafe-archive", answers=[answer(200, SLIP)]),
    archive("a hard link", "http-unsafe-archive", answers=[answer(200, HARD_LINK)]),
    archive("nothing but links", "http-skipped", MOVED, [answer(200, LINKS)]),
)  # fmt: skip


@pytest.fixture(scope="module")
def authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(), trustme.CA()


def proving(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("base.test").configure_cert(context)
    return context


@asynccontextmanager
async def failing(fault: Fault, door: Front, tls: ssl.SSLContext | None) -> AsyncIterator[None]:
    """Let the source fail."""
    if fault.closed:
        await door.close()
    answers = [given.replace(b"{port}", str(door.port).encode()) for given in fault.answers]
    async with AsyncExitStack() as servers:
        server = await servers.enter_async_context(raw_server(*answers, hold=fault.hold, tls=tls))
        line = faulty_proxy(server.port, cut_after=fault.cut_after, black_hole=fault.black_hole)
        door.target = (await servers.enter_async_context(line)).port
        yield


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
async def test_a_source_that_fails_ends_as_its_policy_says_and_nothing_is_lost(
    tmp_path: Path, temporary_files: Path, authorities: tuple[trustme.CA, trustme.CA], fault: Fault
) -> None:
    ours, other = authorities
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    good, bad = (proving(ours), proving(other if fault.stranger else ours)) if fault.secure else (None, None)
    async with front() as door:
        project = RemoteProject(tmp_path, options_of(fault, door.port))
        async with raw_server(fault.good, tls=good) as server:
            door.target = server.port
            await project.prime()
        project.network = fault.network
        for policy, expected in zip(POLICIES, fault.outcomes, strict=True):
            async with failing(fault, door, bad):
                outcome, told = await project.outcome(policy, **fault.options)
            assert (policy, outcome) == (policy, expected), told
            codes = {problem.code for problem in told.problems}
            if outcome == "error":
                assert fault.code in codes
            else:
                assert codes == {fault.code if outcome == "ok" else f"{outcome}-source"} - {""}
            if policy.endswith("too old") and fault.outcomes is REFUSED:
                assert "older than its policy allows" in str(told)
            assert tree(temporary_files) == {}
            await project.assert_nothing_was_lost()


def options_of(fault: Fault, port: int) -> dict[str, str]:
    scheme = "https" if fault.secure else "http"
    reached = {"ca": "../ca.pem"} if fault.secure else {"allow_http": "true"}
    return {"name": "http", "url": f"{scheme}://base.test:{port}/{fault.path}", "allow_private": "true", **reached}
