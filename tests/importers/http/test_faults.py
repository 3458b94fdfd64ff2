"""What goes wrong on the way: each failure has a name, what may pass is tried again, and nothing is left behind."""

import gzip
import tarfile
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path

import anyio
import pytest
from pytest_httpserver import HTTPServer
from tests.faults import faulty_proxy, raw_server
from tests.importers.http.serving import (
    NETWORK,
    NLU,
    digest,
    importer,
    network,
    sockets,
    special,
    tar_of,
    temporary_files,
    zip_of,
)
from werkzeug import Request, Response

from tenprint.importers import SourceError
from tenprint.importers.http.importer import HttpImporter
from tenprint.importers.remote import Manifest

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/yaml\r\n"


async def failure(source: HttpImporter) -> SourceError:
    with pytest.raises(SourceError) as failed:
        await source.fetch(None)
    assert failed.value.hint
    return failed.value


@pytest.mark.parametrize(
    ("status", "reference", "requests"),
    [
        (401, "http-forbidden", 1),
        (403, "http-forbidden", 1),
        (404, "http-not-found", 1),
        (410, "http-not-found", 1),
        (418, "http-answer", 1),
        (206, "http-answer", 1),
        (304, "http-answer", 1),
        (429, "http-rate-limit", 3),
        (500, "http-server", 3),
        (501, "http-server", 1),
        (502, "http-server", 3),
        (503, "http-server", 3),
        (504, "http-server", 3),
    ],
)
async def test_a_status_has_a_name_and_is_tried_again_where_it_may_pass(
    tmp_path: Path, httpserver: HTTPServer, status: int, reference: str, requests: int
) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(b"", status)
    assert (await failure(importer(tmp_path, httpserver.url_for("/nlu.yml")))).reference == reference
    assert len(httpserver.log) == requests
    assert temporary_files(tmp_path) == []


def failing_first(server: HTTPServer, *answers: Response) -> str:
    """Give these answers, one after the other, then the file."""
    left = list(answers)

    def answer(request: Request) -> Response:
        del request
        return left.pop(0) if left else Response(NLU)

    server.expect_request("/nlu.yml").respond_with_handler(answer)
    return server.url_for("/nlu.yml")


async def test_a_server_that_recovers_is_heard(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = failing_first(httpserver, Response(status=500), Response(status=503))
    assert (await importer(tmp_path, url).fetch(None)).revision == digest(NLU)
    assert len(httpserver.log) == 3


async def test_retry_after_is_waited_for(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = failing_first(httpserver, Response(status=429, headers={"Retry-After": "1"}))
    began = time.monotonic()
    assert (await importer(tmp_path, url).fetch(None)).revision == digest(NLU)
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("wait", ["in the past", "soon"])
async def test_a_retry_after_that_names_no_wait_is_no_reason_to_give_up(
    tmp_path: Path, httpserver: HTTPServer, wait: str
) -> None:
    header = formatdate(time.time() - 60, usegmt=True) if wait == "in the past" else wait
    url = failing_first(httpserver, Response(status=429, headers={"Retry-After": header}))
    assert (await importer(tmp_path, url).fetch(None)).revision == digest(NLU)
    assert len(httpserver.log) == 2


async def test_a_wait_beyond_all_patience_is_told_and_not_waited_for(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = failing_first(httpserver, Response(status=429, headers={"Retry-After": "3600"}))
    error = await failure(importer(tmp_path, url))
    assert (error.reference, len(httpserver.log)) == ("http-rate-limit", 1)
    assert "3,600 s;" in str(error.hint)


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (HEAD + b"Content-Length: 1000\r\n\r\nnlu:", "http-truncated"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\nnlu:", "http-truncated"),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(NLU)[:20], "http-truncated"),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnlu:", "http-answer"),
        (HEAD + b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\nnlu:", "http-answer"),
        (HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nnlu:", "http-connection"),
        (HEAD + b"Content-Length: 999999999999\r\n\r\nnlu:", "http-too-large"),
        (b"", "http-connection"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "http-connection"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "http-redirect"),
    ],
)
async def test_a_wrong_answer_leaves_nothing_behind(tmp_path: Path, answer: bytes, reference: str) -> None:
    async with raw_server(answer) as server:
        error = await failure(importer(tmp_path, f"http://127.0.0.1:{server.port}/nlu.yml"))
    assert error.reference == reference
    assert temporary_files(tmp_path) == []
    assert list((tmp_path / "cache").rglob("cas/*/*")) == []


async def test_a_length_that_is_too_small_ends_the_body(tmp_path: Path) -> None:
    async with raw_server(HEAD + b"Content-Length: 7\r\n\r\nnlu: []and more") as server:
        manifest = await importer(tmp_path, f"http://127.0.0.1:{server.port}/nlu.yml").fetch(None)
    assert manifest.revision == digest(b"nlu: []")


@pytest.mark.parametrize("cut_after", [0, 30, 200])
async def test_a_line_that_is_cut_is_tried_again(tmp_path: Path, httpserver: HTTPServer, cut_after: int) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(NLU * 100)
    async with faulty_proxy(httpserver.port, cut_after=cut_after, heals_after=1) as proxy:
        manifest = await importer(tmp_path, f"http://127.0.0.1:{proxy.port}/nlu.yml").fetch(None)
    assert (manifest.revision, proxy.connections) == (digest(NLU * 100), 2)
    assert temporary_files(tmp_path) == []


async def test_a_line_that_stays_cut_is_a_failure(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(NLU * 100)
    async with faulty_proxy(httpserver.port, cut_after=400) as proxy:
        error = await failure(importer(tmp_path, f"http://127.0.0.1:{proxy.port}/nlu.yml"))
    assert error.reference in ("http-truncated", "http-connection")
    assert proxy.connections == 3


async def test_a_slow_line_is_waited_for(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(NLU)
    async with faulty_proxy(httpserver.port, delay=0.2) as proxy:
        manifest = await importer(tmp_path, f"http://127.0.0.1:{proxy.port}/nlu.yml", timeout=10).fetch(None)
    assert manifest.revision == digest(NLU)


async def test_a_line_that_swallows_everything_is_left_after_a_while(tmp_path: Path, httpserver: HTTPServer) -> None:
    async with faulty_proxy(httpserver.port, black_hole=True) as proxy:
        url = f"http://127.0.0.1:{proxy.port}/nlu.yml"
        error = await failure(importer(tmp_path, url, through=network(stall_seconds=0.1)))
    assert (error.reference, proxy.connections) == ("http-connection", 3)


@pytest.mark.parametrize("body", [HEAD, HEAD + b"Content-Length: 100\r\n\r\nnlu:"])
async def test_the_deadline_holds_for_all_of_it(tmp_path: Path, body: bytes) -> None:
    async with raw_server(body, hold=True) as server:
        began = time.monotonic()
        error = await failure(importer(tmp_path, f"http://127.0.0.1:{server.port}/nlu.yml", timeout=0.3))
    assert error.reference == "http-timeout"
    assert time.monotonic() - began < 30
    assert temporary_files(tmp_path) == []


async def test_nothing_listens(tmp_path: Path) -> None:
    async with raw_server(b"") as server:
        port = server.port
    assert (await failure(importer(tmp_path, f"http://127.0.0.1:{port}/nlu.yml"))).reference == "http-connection"


async def test_more_than_the_limit_is_refused_while_it_comes(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/nlu.yml").respond_with_data(b"#" * 5000)
    httpserver.expect_request("/bot.tgz").respond_with_data(tar_of({"nlu.yml": bytes(range(256)) * 20}))
    for path in ("/nlu.yml", "/bot.tgz"):
        limited = network(file_bytes=1000, archive_bytes=2000 if path == "/nlu.yml" else 100)
        error = await failure(importer(tmp_path, httpserver.url_for(path), through=limited))
        assert error.reference == "http-too-large"
    assert temporary_files(tmp_path) == []


async def test_a_bomb_of_the_encoding_is_stopped_by_what_comes_out_of_it(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    bomb = gzip.compress(b"#" * 20_000_000)
    httpserver.expect_request("/nlu.yml").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    limited = network(file_bytes=1_000_000)
    error = await failure(importer(tmp_path, httpserver.url_for("/nlu.yml"), through=limited))
    assert error.reference == "http-too-large"
    assert temporary_files(tmp_path) == []


async def test_an_encoding_nobody_asked_for_is_undone_where_that_is_safe(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    packed = gzip.compress(NLU * 1000)
    httpserver.expect_request("/nlu.yml").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    assert (await importer(tmp_path, httpserver.url_for("/nlu.yml")).fetch(None)).revision == digest(NLU * 1000)
    archive = gzip.compress(tar_of({"nlu.yml": NLU}, mode="w:"))
    httpserver.expect_request("/bot.tar.gz").respond_with_data(archive, headers={"Content-Encoding": "gzip"})
    manifest = await importer(tmp_path, httpserver.url_for("/bot.tar.gz")).fetch(None)
    assert [file.path for file in manifest.files] == ["nlu.yml"]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize(
    ("packed", "reference"),
    [
        (zip_of({"good.yml": NLU, "../../slip.yml": NLU}), "http-unsafe-archive"),
        (tar_of({"good.yml": NLU, "/slip.yml": NLU}), "http-unsafe-archive"),
        (tar_of({"good.yml": NLU}, special("link.yml", tarfile.LNKTYPE, "/etc/passwd")), "http-unsafe-archive"),
        (tar_of({"good.yml": NLU, "bomb.bin": bytes(30_000_000)}), "http-unsafe-archive"),
        (zip_of({"good.yml": NLU, "bomb.bin": bytes(30_000_000)}), "http-unsafe-archive"),
        (tar_of({"good.yml": NLU})[:-10], "http-no-archive"),
    ],
)
async def test_of_an_archive_that_would_do_harm_nothing_is_used(
    tmp_path: Path, httpserver: HTTPServer, packed: bytes, reference: str
) -> None:
    httpserver.expect_request("/bot").respond_with_data(packed, headers={"ETag": '"1"'})
    for _ in range(2):
        error = await failure(importer(tmp_path, httpserver.url_for("/bot")))
        assert error.reference == reference
    assert [response.status_code for _, response in httpserver.log] == [200, 200]
    assert temporary_files(tmp_path) == []
    assert names_in(tmp_path) == ["cache"]


async def test_links_of_an_archive_are_told(tmp_path: Path, httpserver: HTTPServer) -> None:
    packed = tar_of({"good.yml": NLU}, special("link.yml", tarfile.SYMTYPE, "/etc/passwd"))
    httpserver.expect_request("/bot.tgz").respond_with_data(packed)
    for _ in range(2):
        snapshot = await importer(tmp_path, httpserver.url_for("/bot.tgz")).snapshot()
        assert [document.id.path for document in snapshot.documents] == ["good.yml"]
        assert [(problem.code, problem.severity) for problem in snapshot.problems] == [("http-skipped", "warning")]


async def cancelled(fetching: Callable[[], Awaitable[Manifest]], seconds: float) -> bool:
    with anyio.move_on_after(seconds) as scope:
        await fetching()
    return scope.cancelled_caught


@pytest.mark.parametrize("seconds", [0.05, 0.2])
async def test_a_cancelled_fetch_leaves_no_socket_and_no_file(tmp_path: Path, seconds: float) -> None:
    before = sockets()
    async with raw_server(HEAD + b"Content-Length: 100000\r\n\r\n" + NLU, hold=True) as server:
        source = importer(tmp_path, [f"http://127.0.0.1:{server.port}/{name}.yml" for name in ("a", "b", "c")])
        assert await cancelled(lambda: source.fetch(None), seconds)
    await anyio.sleep(0.1)  # asyncio closes a socket in the next round of its loop
    # There may be fewer: servers of earlier tests close theirs when their threads come to it.
    assert sockets() <= before
    assert temporary_files(tmp_path) == []


async def test_requests_to_one_host_wait_for_each_other(tmp_path: Path, httpserver: HTTPServer) -> None:
    at_once = most = 0

    def answer(request: Request) -> Response:
        nonlocal at_once, most
        del request
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.05)
        at_once -= 1
        return Response(NLU)

    httpserver.expect_request("/").respond_with_handler(answer)
    for number in range(6):
        httpserver.expect_request(f"/{number}.yml").respond_with_handler(answer)
    urls = [httpserver.url_for(f"/{number}.yml") for number in range(6)]
    assert len((await importer(tmp_path, urls, through=network(at_once=2)).fetch(None)).files) == 6
    assert most <= 2
    assert NETWORK.limits.at_once == 4
