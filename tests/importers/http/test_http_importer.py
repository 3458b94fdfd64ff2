"""HttpImporter against real servers: what is fetched, what is asked again, and what that costs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from tests.importers.http.serving import (
    DOMAIN,
    LONG_AGO,
    NLU,
    OTHER_NLU,
    digest,
    importer,
    tar_of,
    temporary_files,
    zip_of,
)
from werkzeug import Request, Response

from tenprint.importers import SourceError
from tenprint.importers.remote import RemoteFile

pytestmark = pytest.mark.anyio


def serve(server: HTTPServer, path: str, content: bytes, headers: Mapping[str, str] | None = None) -> str:
    server.expect_request(path).respond_with_data(content, headers=dict(headers or {}))
    return server.url_for(path)


def serve_conditionally(server: HTTPServer, path: str, contents: list[bytes], headers: Mapping[str, str]) -> str:
    """Serve the first content until another one is put in its place; conditions are answered as servers do."""

    def answer(request: Request) -> Response:
        tagged = {name: value.replace("DIGEST", digest(contents[0])[7:17]) for name, value in headers.items()}
        met = request.headers.get("If-None-Match") == tagged.get("ETag", "none")
        met = met or request.headers.get("If-Modified-Since") == tagged.get("Last-Modified", "none")
        return Response(b"" if met else contents[0], 304 if met else 200, tagged)

    server.expect_request(path).respond_with_handler(answer)
    return server.url_for(path)


def asked(server: HTTPServer) -> list[tuple[str, int]]:
    """Paths that were asked for, and the status of each answer."""
    return [(request.path, response.status_code) for request, response in server.log]


async def test_one_file_is_data_whose_revision_is_its_digest(tmp_path: Path, httpserver: HTTPServer) -> None:
    source = importer(tmp_path, serve(httpserver, "/data/nlu.yml", NLU))
    manifest = await source.fetch(None)
    assert manifest.revision == digest(NLU)
    assert manifest.files == (RemoteFile("nlu.yml", digest(NLU), len(NLU)),)
    snapshot = await source.snapshot()
    assert [(document.id.path, document.role) for document in snapshot.documents] == [("nlu.yml", "data")]
    assert [example.text for example in (await source.get_nlu_data()).examples] == ["hello"]
    assert temporary_files(tmp_path) == []


async def test_a_list_is_fetched_together_each_where_it_is_said(tmp_path: Path, httpserver: HTTPServer) -> None:
    urls = [serve(httpserver, "/nlu", NLU), serve(httpserver, "/domain.yml", DOMAIN)]
    source = importer(tmp_path, urls, path=["data/nlu.yml", "domain.yml"])
    manifest = await source.fetch(None)
    assert [file.path for file in manifest.files] == ["data/nlu.yml", "domain.yml"]
    assert manifest.revision == manifest.digest
    snapshot = await source.snapshot()
    assert [document.role for document in snapshot.documents] == ["data", "domain"]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("bot.tar.gz", tar_of({"bot/domain.yml": DOMAIN, "bot/data/nlu.yml": NLU, "bot/README.md": b"#"})),
        ("bot.tar", tar_of({"bot/domain.yml": DOMAIN, "bot/data/nlu.yml": NLU}, mode="w:")),
        ("bot.zip", zip_of({"bot/domain.yml": DOMAIN, "bot/data/nlu.yml": NLU, "bot/.hidden.yml": NLU})),
        ("download", zip_of({"bot/domain.yml": DOMAIN, "bot/data/nlu.yml": NLU, "bot/logo.png": b"\x89PNG"})),
    ],
)
@pytest.mark.parametrize("subdirectory", ["bot", "*"])
async def test_an_archive_is_the_files_of_its_folder(
    tmp_path: Path, httpserver: HTTPServer, name: str, packed: bytes, subdirectory: str
) -> None:
    source = importer(tmp_path, serve(httpserver, f"/{name}", packed), subdirectory=subdirectory)
    manifest = await source.fetch(None)
    assert [file.path for file in manifest.files] == ["data/nlu.yml", "domain.yml"]
    assert manifest.revision == manifest.digest
    assert manifest.details["download"] == digest(packed)
    assert temporary_files(tmp_path) == []


async def test_patterns_choose_within_an_archive(tmp_path: Path, httpserver: HTTPServer) -> None:
    files = {"data/nlu.yml": NLU, "data/old/nlu.yml": NLU, "data/cities.txt": b"Paris\n", "domain.yml": DOMAIN}
    url = serve(httpserver, "/bot.tar.gz", tar_of(files))
    source = importer(tmp_path, url, include=["data/"], exclude="old/", path="base")
    assert [file.path for file in (await source.fetch(None)).files] == ["base/data/cities.txt", "base/data/nlu.yml"]


VALIDATORS = [
    ({"ETag": '"DIGEST"'}, "If-None-Match"),
    ({"ETag": '"DIGEST"', "Last-Modified": LONG_AGO}, "If-None-Match"),
    ({"ETag": 'W/"DIGEST"', "Last-Modified": LONG_AGO}, "If-Modified-Since"),
    ({"ETag": 'W/"DIGEST"'}, "If-None-Match"),
]


@pytest.mark.parametrize(("headers", "asked_with"), VALIDATORS)
async def test_an_unchanged_second_run_makes_one_request_that_brings_nothing(
    tmp_path: Path, httpserver: HTTPServer, headers: Mapping[str, str], asked_with: str
) -> None:
    url = serve_conditionally(httpserver, "/nlu.yml", [NLU], headers)
    first = await importer(tmp_path, url).fetch(None)
    httpserver.clear_log()
    second = await importer(tmp_path, url).fetch(None)
    assert asked(httpserver) == [("/nlu.yml", 304)]
    conditions = [name for name, _ in list(httpserver.log[0][0].headers) if name.startswith("If-")]
    assert conditions == [asked_with]
    assert second == first


@pytest.mark.parametrize("headers", [{}, {"ETag": "no quotes"}, {"Last-Modified": "yesterday"}])
async def test_without_a_validator_the_same_bytes_are_the_same_revision(
    tmp_path: Path, httpserver: HTTPServer, headers: Mapping[str, str]
) -> None:
    url = serve(httpserver, "/bot.zip", zip_of({"nlu.yml": NLU}), headers)
    first = await importer(tmp_path, url).fetch(None)
    second = await importer(tmp_path, url).fetch(None)
    assert asked(httpserver) == [("/bot.zip", 200)] * 2
    assert (second.revision, second.files) == (first.revision, first.files)
    assert temporary_files(tmp_path) == []


async def test_other_content_is_another_revision(tmp_path: Path, httpserver: HTTPServer) -> None:
    contents = [NLU]
    url = serve_conditionally(httpserver, "/nlu.yml", contents, {"ETag": '"DIGEST"'})
    first = await importer(tmp_path, url).fetch(None)
    contents[0] = OTHER_NLU
    second = await importer(tmp_path, url).fetch(None)
    assert (first.revision, second.revision) == (digest(NLU), digest(OTHER_NLU))
    assert (await importer(tmp_path, url).fetch(digest(OTHER_NLU))).revision == digest(OTHER_NLU)
    with pytest.raises(SourceError, match="was asked for") as refused:
        await importer(tmp_path, url).fetch(digest(NLU))
    assert refused.value.reference == "http-checksum"


async def test_a_damaged_store_is_filled_again(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = serve_conditionally(httpserver, "/nlu.yml", [NLU], {"ETag": '"DIGEST"'})
    await importer(tmp_path, url).fetch(None)
    (stored,) = [path for path in (tmp_path / "cache/store/cas").rglob("*") if path.is_file()]
    stored.write_bytes(b"damaged")
    assert [example.text for example in (await importer(tmp_path, url).get_nlu_data()).examples] == ["hello"]
    assert asked(httpserver) == [("/nlu.yml", 200)] * 2


async def test_a_304_that_contradicts_itself_is_asked_again_without_condition(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    def answer(request: Request) -> Response:
        first = not httpserver.log
        conditional = "If-None-Match" in request.headers
        content = NLU if first else OTHER_NLU
        return Response(
            b"" if conditional else content, 304 if conditional else 200, {"ETag": '"1"' if first else '"2"'}
        )

    httpserver.expect_request("/nlu.yml").respond_with_handler(answer)
    await importer(tmp_path, httpserver.url_for("/nlu.yml")).fetch(None)
    second = await importer(tmp_path, httpserver.url_for("/nlu.yml")).fetch(None)
    assert second.revision == digest(OTHER_NLU)
    assert [status for _, status in asked(httpserver)] == [200, 304, 200]


async def test_a_pin_is_held_and_what_it_names_needs_no_network(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = serve(httpserver, "/nlu.yml", NLU)
    for pin in (digest(NLU), digest(NLU)[7:].upper()):
        assert (await importer(tmp_path, url, sha256=pin).fetch(None)).revision == digest(NLU)
    assert len(httpserver.log) == 1
    with pytest.raises(SourceError, match="is pinned") as refused:
        await importer(tmp_path, url, sha256=digest(OTHER_NLU)).fetch(None)
    assert refused.value.reference == "http-checksum"


async def test_what_fails_is_not_remembered(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = serve_conditionally(httpserver, "/bot.zip", [b"PK\x03\x04 broken"], {"ETag": '"DIGEST"'})
    for _ in range(2):
        with pytest.raises(SourceError, match="no archive that can be read"):
            await importer(tmp_path, url).fetch(None)
    assert asked(httpserver) == [("/bot.zip", 200)] * 2
    assert temporary_files(tmp_path) == []


async def test_other_credentials_are_asked_for_themselves(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = serve_conditionally(httpserver, "/nlu.yml", [NLU], {"ETag": '"DIGEST"'})
    environment = {"ONE": "1", "OTHER": "2"}
    for name in ("ONE", "OTHER", "ONE"):
        await importer(tmp_path, url, token={"env": name}, environment=environment).fetch(None)
    assert [status for _, status in asked(httpserver)] == [200, 200, 304]
    sent = [request.headers["Authorization"] for request, _ in httpserver.log]
    assert sent == ["Bearer 1", "Bearer 2", "Bearer 1"]


async def test_a_password_brings_its_login_from_netrc(tmp_path: Path, httpserver: HTTPServer) -> None:
    (tmp_path / "netrc").write_text("machine example.org login me password secret\n", encoding="utf-8")
    url = serve(httpserver, "/nlu.yml", NLU)
    environment = {"NETRC": str(tmp_path / "netrc"), "ME": "myself", "PASSWORD": "other"}
    await importer(tmp_path, url, password={"netrc": "example.org"}, environment=environment).fetch(None)
    pair: dict[str, Any] = {"username": {"env": "ME"}, "password": {"env": "PASSWORD"}}
    await importer(tmp_path, url, **pair, environment=environment).fetch(None)
    logins = [request.authorization for request, _ in httpserver.log]
    assert [(login.username, login.password) for login in logins if login] == [("me", "secret"), ("myself", "other")]


async def test_headers_of_the_users_own_are_sent(tmp_path: Path, httpserver: HTTPServer) -> None:
    headers: dict[str, Any] = {"X-Team": "bots", "Private-Token": {"env": "TOKEN"}}
    url = serve(httpserver, "/nlu.yml", NLU)
    await importer(tmp_path, url, headers=headers, environment={"TOKEN": "t"}).fetch(None)
    sent = httpserver.log[0][0].headers
    assert (sent["X-Team"], sent["Private-Token"], sent["Accept-Encoding"]) == ("bots", "t", "identity")


@pytest.mark.parametrize("suffix", ["", ".yml"])
async def test_a_web_page_is_no_training_data(tmp_path: Path, httpserver: HTTPServer, suffix: str) -> None:
    url = serve(httpserver, f"/login{suffix}", b"\n<!DOCTYPE html><title>Log in</title>")
    with pytest.raises(SourceError, match="web page"):
        await importer(tmp_path, url).fetch(None)
    with pytest.raises(SourceError, match="web page") as refused:
        await importer(tmp_path, url, kind="archive").fetch(None)
    assert refused.value.reference == "http-no-archive"


async def test_a_file_of_unknown_kind_has_to_be_named(tmp_path: Path, httpserver: HTTPServer) -> None:
    url = serve(httpserver, "/download", NLU)
    with pytest.raises(ValueError, match="what kind of file") as refused:
        await importer(tmp_path, url).fetch(None)
    assert getattr(refused.value, "option", None) == "path"
    assert (await importer(tmp_path, url, path="nlu.yml").fetch(None)).files[0].path == "nlu.yml"


async def test_two_downloads_cannot_be_the_same_file(tmp_path: Path, httpserver: HTTPServer) -> None:
    urls = [serve(httpserver, "/a/nlu.yml", NLU), serve(httpserver, "/b/nlu.yml", OTHER_NLU)]
    with pytest.raises(SourceError, match=r"have a file nlu\.yml"):
        await importer(tmp_path, urls).fetch(None)


async def test_one_url_that_fails_fails_the_source(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/nothing.yml").respond_with_data(b"", 404)
    urls = [httpserver.url_for("/nothing.yml"), serve(httpserver, "/nlu.yml", NLU)]
    with pytest.raises(SourceError, match="there is nothing at"):
        await importer(tmp_path, urls).fetch(None)
