"""What is not fetched, though a server would give it: private networks, redirects out of bounds, untrusted servers.

And what nobody ever gets to see: credentials.
"""

import logging
import ssl
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from tests.faults import faulty_proxy, raw_server
from tests.importers.http.serving import NLU, PAUSES, digest, importer, tar_of
from werkzeug import Request, Response

from tenprint.importers import SourceError
from tenprint.importers.http.client import Network
from tenprint.importers.http.importer import HttpImporter

pytestmark = pytest.mark.anyio

CANARY = "canary-7c1f0e55aa"


async def failure(source: HttpImporter) -> SourceError:
    with pytest.raises(SourceError) as failed:
        await source.fetch(None)
    return failed.value


# Networks


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "intranet.test"]
)
async def test_a_private_network_is_not_reached_unless_allowed(
    tmp_path: Path, httpserver: HTTPServer, host: str
) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(NLU)
    error = await failure(importer(tmp_path, f"http://{host}:{httpserver.port}/nlu.yml", allow_private=False))
    assert (error.reference, httpserver.log) == ("http-address", [])
    assert "allow_private" in str(error.hint)


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:10.0.0.1"], ["169.254.169.254"], ["fe80::1%1"], ["no address"]],
)
async def test_a_name_is_judged_by_all_addresses_it_leads_to(tmp_path: Path, answer: list[str]) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        del host, port
        return answer

    source = importer(tmp_path, "https://example.org/nlu.yml", through=Network(resolver), allow_private=False)
    assert (await failure(source)).reference == "http-address"


async def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    """A resolver that answers differently the second time is never asked a second time."""
    asked: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        del port
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    httpserver.expect_request("/nlu.yml").respond_with_data(NLU)
    source = importer(tmp_path, f"http://rebound.test:{httpserver.port}/nlu.yml", through=Network(resolver))
    assert (await source.fetch(None)).revision == digest(NLU)
    assert asked == ["rebound.test"]
    assert httpserver.log[0][0].headers["Host"] == f"rebound.test:{httpserver.port}"


async def test_a_redirect_into_a_private_network_is_refused_where_it_leads(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    """The first host is allowed by its address; the one it leads to is not."""
    metadata = "http://169.254.169.254/latest/meta-data"
    httpserver.expect_request("/nlu.yml").respond_with_data(b"", 302, headers={"Location": metadata})

    async def public(host: str, port: int) -> Sequence[str]:
        del host, port
        return ["127.0.0.1"]

    network = Network(public, pauses=PAUSES)
    source = importer(tmp_path, f"http://public.test:{httpserver.port}/nlu.yml", through=network, allow_private=False)
    assert (await failure(source)).reference == "http-address"
    assert httpserver.log == []


async def test_nobody_knows_the_host(tmp_path: Path) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host}:{port} is unknown")

    source = importer(tmp_path, "https://nowhere.test/nlu.yml", through=Network(resolver, pauses=PAUSES))
    assert (await failure(source)).reference == "http-connection"


async def test_the_next_address_is_tried_where_one_does_not_answer(tmp_path: Path, httpserver: HTTPServer) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        del host, port
        return ["127.0.0.2", "127.0.0.1"]

    httpserver.expect_request("/nlu.yml").respond_with_data(NLU)
    source = importer(tmp_path, f"http://a.test:{httpserver.port}/nlu.yml", through=Network(resolver))
    assert (await source.fetch(None)).revision == digest(NLU)


# Redirects


def redirect(server: HTTPServer, path: str, location: str, status: int = 302) -> None:
    server.expect_request(path).respond_with_data(b"", status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_takes_credentials_along(
    tmp_path: Path, httpserver: HTTPServer, status: int
) -> None:
    redirect(httpserver, "/old.yml", "/new.yml", status)
    httpserver.expect_request("/new.yml").respond_with_data(NLU)
    source = importer(tmp_path, httpserver.url_for("/old.yml"), token={"env": "TOKEN"}, environment={"TOKEN": CANARY})
    manifest = await source.fetch(None)
    assert [file.path for file in manifest.files] == ["old.yml"]
    assert [request.headers["Authorization"] for request, _ in httpserver.log] == [f"Bearer {CANARY}"] * 2


async def test_credentials_and_headers_never_reach_another_host(tmp_path: Path, httpserver: HTTPServer) -> None:
    port = httpserver.port
    redirect(httpserver, "/nlu.yml", f"http://other.test:{port}/there")
    redirect(httpserver, "/there", f"http://one.test:{port}/back")
    httpserver.expect_request("/back").respond_with_data(NLU, headers={"ETag": '"1"'})
    options: dict[str, Any] = {
        "token": {"env": "TOKEN"},
        "headers": {"X-Team": "bots"},
        "environment": {"TOKEN": CANARY},
    }
    await importer(tmp_path, f"http://one.test:{port}/nlu.yml", **options).fetch(None)
    sent = [
        (request.headers["Host"].partition(":")[0], "Authorization" in request.headers, "X-Team" in request.headers)
        for request, _ in httpserver.log
    ]
    assert sent == [("one.test", True, True), ("other.test", False, False), ("one.test", False, False)]


async def test_validators_are_sent_to_the_host_that_gave_them(tmp_path: Path, httpserver: HTTPServer) -> None:
    port = httpserver.port
    redirect(httpserver, "/nlu.yml", f"http://files.test:{port}/file")

    def answer(request: Request) -> Response:
        met = request.headers.get("If-None-Match") == '"1"'
        return Response(b"" if met else NLU, 304 if met else 200, {"ETag": '"1"'})

    httpserver.expect_request("/file").respond_with_handler(answer)
    for _ in range(2):
        manifest = await importer(tmp_path, f"http://one.test:{port}/nlu.yml").fetch(None)
        assert manifest.revision == digest(NLU)
    assert [(answer.status_code, "If-None-Match" in request.headers) for request, answer in httpserver.log] == [
        (302, False),
        (200, False),
        (302, False),
        (304, True),
    ]


async def test_a_login_that_was_left_behind_is_explained(tmp_path: Path, httpserver: HTTPServer) -> None:
    redirect(httpserver, "/nlu.yml", f"http://other.test:{httpserver.port}/there")
    httpserver.expect_request("/there").respond_with_data(b"", 401)
    source = importer(
        tmp_path,
        f"http://one.test:{httpserver.port}/nlu.yml",
        token={"env": "TOKEN"},
        environment={"TOKEN": CANARY},
    )
    assert "redirected from another host" in str((await failure(source)).hint)


async def test_a_redirect_that_never_ends_ends(tmp_path: Path, httpserver: HTTPServer) -> None:
    redirect(httpserver, "/circle.yml", "/circle.yml")
    for number in range(8):
        redirect(httpserver, f"/{number}.yml", f"/{number + 1}.yml")
    assert "circle" in str(await failure(importer(tmp_path, httpserver.url_for("/circle.yml"))))
    error = await failure(importer(tmp_path, httpserver.url_for("/0.yml")))
    assert (error.reference, len(httpserver.log)) == ("http-redirect", 7)


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure_server(authority: trustme.CA) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("secure.test").configure_cert(context)
    server = HTTPServer(ssl_context=context)
    server.start()
    yield server
    server.clear()
    server.stop()


async def test_an_unknown_authority_is_not_trusted(tmp_path: Path, secure_server: HTTPServer) -> None:
    secure_server.expect_request("/nlu.yml").respond_with_data(NLU)
    error = await failure(importer(tmp_path, f"https://secure.test:{secure_server.port}/nlu.yml"))
    assert error.reference == "http-tls"
    assert "`ca`" in str(error.hint)
    assert secure_server.log == []


async def test_an_authority_of_the_users_own_is_trusted(
    tmp_path: Path, secure_server: HTTPServer, authority: trustme.CA
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    secure_server.expect_request("/nlu.yml").respond_with_data(NLU)
    url = f"https://secure.test:{secure_server.port}/nlu.yml"
    assert (await importer(tmp_path, url, ca="ca.pem").fetch(None)).revision == digest(NLU)
    wrong = await failure(importer(tmp_path, f"https://wrong.test:{secure_server.port}/nlu.yml", ca="ca.pem"))
    assert wrong.reference == "http-tls"


async def test_a_redirect_to_plain_http_is_refused(
    tmp_path: Path, secure_server: HTTPServer, httpserver: HTTPServer, authority: trustme.CA
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    redirect(secure_server, "/nlu.yml", httpserver.url_for("/nlu.yml"))
    error = await failure(importer(tmp_path, f"https://secure.test:{secure_server.port}/nlu.yml", ca="ca.pem"))
    assert (error.reference, httpserver.log) == ("http-redirect", [])


@pytest.mark.parametrize("content", [None, b"no certificate"])
async def test_a_file_without_a_certificate_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(ValueError, match="no certificate that can be read"):
        await importer(tmp_path, "https://secure.test/nlu.yml", ca="ca.pem").fetch(None)


async def test_a_server_without_tls_is_told_apart(tmp_path: Path, httpserver: HTTPServer) -> None:
    error = await failure(importer(tmp_path, f"https://127.0.0.1:{httpserver.port}/nlu.yml"))
    assert error.reference == "http-tls"


# Proxies


async def test_the_environment_counts_only_where_it_is_named(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(NLU)
    url = f"http://one.test:{httpserver.port}/nlu.yml"
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nnlu: []") as proxy:
        environment = {"http_proxy": f"http://me:{CANARY}@127.0.0.1:{proxy.port}"}
        assert (await importer(tmp_path, url, environment=environment).fetch(None)).revision == digest(NLU)
        through = await importer(tmp_path, url, proxy="environment", environment=environment).fetch(None)
    assert (through.revision, proxy.connections) == (digest(b"nlu: []"), 1)


async def test_a_proxy_is_no_way_round_the_refusal_of_addresses(tmp_path: Path, httpserver: HTTPServer) -> None:
    async with faulty_proxy(httpserver.port) as proxy:
        for host in ("127.0.0.1", "localhost", "169.254.169.254"):
            source = importer(
                tmp_path, f"http://{host}/nlu.yml", proxy=f"http://127.0.0.1:{proxy.port}", allow_private=False
            )
            assert (await failure(source)).reference == "http-address"
    assert proxy.connections == 0


async def test_a_secure_server_is_reached_through_a_proxy_and_checked(
    tmp_path: Path, secure_server: HTTPServer, authority: trustme.CA
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    secure_server.expect_request("/nlu.yml").respond_with_data(NLU)
    async with faulty_proxy(secure_server.port, tunnel=True) as proxy:
        through = f"http://127.0.0.1:{proxy.port}"
        source = importer(tmp_path, "https://secure.test/nlu.yml", proxy=through, ca="ca.pem", allow_private=False)
        assert (await source.fetch(None)).revision == digest(NLU)
        other = importer(tmp_path, "https://other.test/nlu.yml", proxy=through, ca="ca.pem", allow_private=False)
        assert (await failure(other)).reference == "http-tls"
    assert proxy.asked == [b"CONNECT secure.test:443 HTTP/1.1", b"CONNECT other.test:443 HTTP/1.1"]


async def test_a_proxy_that_does_not_let_through_is_told(tmp_path: Path) -> None:
    async with raw_server(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy:
        source = importer(tmp_path, "https://one.test/nlu.yml", proxy=f"http://127.0.0.1:{proxy.port}")
        assert (await failure(source)).reference == "http-connection"


# Secrets


def whole_story(error: BaseException) -> str:
    """Everything a log could hold of an error, its whole chain."""
    told = "".join(traceback.TracebackException.from_exception(error).format())
    seen: BaseException | None = error
    while seen is not None:
        told += repr(seen) + repr(seen.__dict__) + repr(seen.args)
        seen = seen.__cause__ or seen.__context__
    return told


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("outcome", ["good", "archive", 401, 404, 500, "circle", "truncated", "web page", "refused"])
async def test_a_credential_is_seen_by_its_server_and_by_nobody_else(
    tmp_path: Path, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, outcome: object
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "werkzeug")  # the server of the test, which logs what it is asked
    url = httpserver.url_for("/bot")
    request = httpserver.expect_request("/bot")
    if outcome == "good":
        request.respond_with_data(NLU, headers={"ETag": '"1"'})
    elif outcome == "archive":
        request.respond_with_data(tar_of({"a.yml": NLU}))
    elif outcome == "circle":
        request.respond_with_data(b"", 302, headers={"Location": "/bot"})
    elif outcome == "web page":
        request.respond_with_data(b"<html>")
    elif isinstance(outcome, int):
        request.respond_with_data(CANARY.encode(), outcome)
    environment = {"TOKEN": CANARY, "KEY": f"{CANARY}-too"}
    options: dict[str, Any] = {"token": {"env": "TOKEN"}, "headers": {"X-Api-Key": {"env": "KEY"}}}
    told = ""
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + NLU) as server:
        if outcome == "truncated":
            url = f"http://127.0.0.1:{server.port}/nlu.yml"
        if outcome == "refused":
            options["allow_private"] = False
        source = importer(tmp_path, url, path="data.yml", environment=environment, **options)
        try:
            told += repr(await source.fetch(None))
        except SourceError as error:
            assert outcome not in ("good", "archive")
            told += whole_story(error)
    told += repr(source.identity()) + repr(source.settings) + repr(source.options) + caplog.text
    told += "".join(repr(record.__dict__) for record in caplog.records)
    assert CANARY not in told
    assert not any(CANARY.encode() in content for content in contents(tmp_path))


async def test_a_query_is_shown_nowhere(
    tmp_path: Path, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "werkzeug")
    redirect(httpserver, "/bot.yml", f"/signed?X-Signature={CANARY}")
    httpserver.expect_request("/signed").respond_with_data(b"", 403)
    error = await failure(importer(tmp_path, httpserver.url_for("/bot.yml")))
    assert "/signed?..." in str(error)
    assert CANARY not in whole_story(error)
    assert CANARY not in caplog.text


async def test_a_secret_that_would_end_a_header_is_not_sent(tmp_path: Path, httpserver: HTTPServer) -> None:
    for value in (f"{CANARY}\r\nHost: evil", f"{CANARY}\u00fc", f" {CANARY}"):
        source = importer(
            tmp_path, httpserver.url_for("/nlu.yml"), token={"env": "TOKEN"}, environment={"TOKEN": value}
        )
        assert CANARY not in whole_story(await failure(source))
    assert httpserver.log == []


async def test_the_program_is_not_told_of_each_retry(
    tmp_path: Path, httpserver: HTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(b"", 500)
    await failure(importer(tmp_path, httpserver.url_for("/nlu.yml")))
    assert logging.getLogger("stamina").handlers
    assert "stamina" not in capfd.readouterr().err
