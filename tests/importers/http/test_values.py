"""What decides over HTTP, as values: validators, redirects, proxies, pauses, what a body is."""

from datetime import datetime, timezone

import pytest

from tenprint.importers.http.addresses import WebAddress, web_address
from tenprint.importers.http.failures import RedirectRefused
from tenprint.importers.http.holdings import Holding, holding_of
from tenprint.importers.http.magic import form_of, is_page, promises_archive
from tenprint.importers.http.proxies import proxy_for
from tenprint.importers.http.redirects import Hop, next_hop
from tenprint.importers.http.retrying import wanted_pause
from tenprint.importers.http.validators import Validators, validators_of
from tenprint.importers.remote import RemoteFile

LONG_AGO = "Wed, 21 Oct 2015 07:28:00 GMT"


def at(url: str) -> WebAddress:
    return web_address(url, allow_http=True)


@pytest.mark.parametrize(
    ("headers", "name", "condition"),
    [
        ({"etag": '"a"', "last-modified": LONG_AGO}, "strong ETag", {"If-None-Match": '"a"'}),
        ({"etag": 'W/"a"', "last-modified": LONG_AGO}, "Last-Modified", {"If-Modified-Since": LONG_AGO}),
        ({"etag": 'W/"a"'}, "weak ETag", {"If-None-Match": 'W/"a"'}),
        ({"last-modified": LONG_AGO}, "Last-Modified", {"If-Modified-Since": LONG_AGO}),
        ({"last-modified": LONG_AGO, "date": LONG_AGO}, "digest", {}),
        ({"etag": "a", "last-modified": "long ago"}, "digest", {}),
        ({"etag": '"a\nb"'}, "digest", {}),
        ({"etag": f'"{"a" * 2000}"'}, "digest", {}),
        ({}, "digest", {}),
    ],
)
def test_the_best_validator_alone_is_asked_with(headers: dict[str, str], name: str, condition: dict[str, str]) -> None:
    validators = validators_of(headers)
    assert (validators.name, validators.condition()) == (name, condition)


def test_only_strong_tags_contradict_each_other() -> None:
    assert Validators('"a"').contradicted_by(Validators('"b"'))
    for other in (Validators('"a"'), Validators('W/"b"'), Validators()):
        assert not Validators('"a"').contradicted_by(other)


def test_a_redirect_takes_credentials_along_within_one_origin_only() -> None:
    start = Hop(at("https://example.org/a"))
    here = next_hop(start, "/b", allow_http=False, limit=5)
    there = next_hop(here, "https://other.example/c", allow_http=False, limit=5)
    back = next_hop(there, "https://example.org/d", allow_http=False, limit=5)
    assert [hop.trusted for hop in (start, here, there, back)] == [True, True, False, False]
    assert not next_hop(start, "https://example.org:8443/a", allow_http=False, limit=5).trusted
    assert next_hop(Hop(at("http://example.org/a")), "https://example.org/a", allow_http=True, limit=5).trusted


@pytest.mark.parametrize(
    ("url", "location", "reason"),
    [
        ("https://example.org/a", "http://example.org/a", "from https to http"),
        ("https://example.org/a", "/a", "in a circle"),
        ("https://example.org/a", "", "without saying where"),
        ("https://example.org/a", "file:///etc/passwd", "not fetched"),
        ("https://example.org/a", "https://me:pw@example.org/", "user name"),
        ("https://example.org/a", "https://2130706433/", "odd way"),
        ("https://example.org/a?token=canary", "/b c?canary", "blank"),
    ],
)
def test_a_redirect_is_refused_with_its_reason(url: str, location: str, reason: str) -> None:
    for allow_http in (False, True):
        with pytest.raises(RedirectRefused, match=reason) as refused:
            next_hop(Hop(at(url)), location, allow_http=allow_http, limit=5)
        assert "canary" not in str(refused.value)


def test_redirects_come_to_an_end() -> None:
    hop = Hop(at("https://example.org/0"))
    for number in range(1, 6):
        hop = next_hop(hop, f"/{number}", allow_http=False, limit=5)
    with pytest.raises(RedirectRefused, match="more than 5 times"):
        next_hop(hop, "/6", allow_http=False, limit=5)


@pytest.mark.parametrize(
    ("url", "option", "environment", "proxy"),
    [
        ("https://example.org/", None, {"https_proxy": "http://proxy:3128"}, None),
        ("https://example.org/", "http://proxy:3128", {}, "http://proxy:3128/"),
        ("https://example.org/", "environment", {"https_proxy": "proxy:3128"}, "http://proxy:3128/"),
        ("https://example.org/", "environment", {"HTTPS_PROXY": "https://proxy"}, "https://proxy/"),
        ("http://example.org/", "environment", {"HTTP_PROXY": "http://proxy"}, None),
        ("http://example.org/", "environment", {"http_proxy": "http://proxy"}, "http://proxy/"),
        ("http://example.org/", "environment", {"ALL_PROXY": "http://proxy"}, "http://proxy/"),
        ("https://example.org/", "environment", {"https_proxy": "http://p", "no_proxy": "*"}, None),
        ("https://a.example.org/", "environment", {"https_proxy": "http://p", "no_proxy": "x, .example.org"}, None),
        ("https://example.org/", "environment", {"https_proxy": "http://p", "NO_PROXY": "example.org"}, None),
        ("https://badexample.org/", "environment", {"https_proxy": "http://p", "no_proxy": "example.org"}, "http://p/"),
    ],
)
def test_a_proxy_is_the_one_that_is_named(
    url: str, option: str | None, environment: dict[str, str], proxy: str | None
) -> None:
    found = proxy_for(at(url), option, environment)
    assert (None if found is None else found.address.url) == proxy


def test_the_login_of_a_proxy_is_taken_apart_and_not_shown() -> None:
    found = proxy_for(at("https://example.org/"), "environment", {"https_proxy": "http://me:can%40ary@proxy:3128"})
    assert found is not None
    assert (found.address.url, found.login) == ("http://proxy:3128/", ("me", "can@ary"))
    assert "can@ary" not in repr(found)
    with pytest.raises(ValueError, match="neither") as refused:
        proxy_for(at("https://example.org/"), "environment", {"https_proxy": "socks5://me:canary@proxy"})
    assert "canary" not in str(refused.value)


NOW = datetime(2015, 10, 21, 7, 27, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (LONG_AGO, 60),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0),
        ("9" * 400, 999999999),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert wanted_pause(text, NOW) == seconds


def test_a_body_is_told_by_how_it_begins() -> None:
    assert form_of(b"PK\x03\x04") == "zip"
    assert form_of(b"\x1f\x8b\x08") == "tar"
    assert form_of(b"\0" * 257 + b"ustar") == "tar"
    assert form_of(b"nlu:") == form_of(b"") == "file"
    assert is_page(b"\xef\xbb\xbf\n<!DocType HTML>")
    assert not is_page(b"nlu: # <html>")
    assert promises_archive("/a/Bot.TGZ", "")
    assert promises_archive("/download", "application/zip")
    assert not promises_archive("/a.yml", "text/html")


def test_a_holding_is_read_back_as_it_was_recorded() -> None:
    file = RemoteFile("a.yml", f"sha256:{'0' * 64}", 3)
    holding = Holding("d", (file,), True, ("l",), Validators('"e"', LONG_AGO), "https://a")
    assert holding_of(holding.value()) == holding
    for missing in holding.value():
        assert holding_of({key: value for key, value in holding.value().items() if key != missing}) is None
    for files in ([[1]], [[1, file.digest, 3]], [["a.yml", "d", 3]], [["a.yml", 1, 3]], [["a.yml", file.digest, "3"]]):
        assert holding_of({**holding.value(), "files": files}) is None
    for links, etag in (([1], None), ([], 1), ("l", [])):
        assert holding_of({**holding.value(), "links": links, "etag": etag}) is None
