"""Which URLs and addresses are fetched, as values."""

import pytest

from tenprint.importers.http.addresses import (
    ascii_host,
    credential_names,
    joined,
    names_this_machine,
    reason_against,
    web_address,
)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/nlu.yml", "https://example.org/nlu.yml"),
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org.:443/a", "https://example.org/a"),
        ("https://example.org:8443/a?b=c&d", "https://example.org:8443/a?b=c&d"),
        ("https://[2606:4700::1111]:8443/a", "https://[2606:4700::1111]:8443/a"),
        ("https://b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://\u043f\u0440\u0438\u043c\u0435\u0440.example/", "https://xn--e1afmkfd.example/"),
        ("https://\u65e5\u672c\u306e\u30c7\u30fc\u30bf.example/", None),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
    ],
)
def test_a_plain_url_is_written_in_one_form(text: str, url: str | None) -> None:
    address = web_address(text)
    assert url is None or address.url == url
    assert web_address(address.url) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no URL"),
        ("example.org/nlu.yml", "no URL"),
        ("/etc/passwd", "no URL"),
        ("file:///etc/passwd", "neither https nor http"),
        ("ftp://example.org/a", "neither https nor http"),
        ("http://example.org/a", "allow_http"),
        ("https://", "no host"),
        ("https:///a", "no host"),
        ("https://me:canary@example.org/", "user name"),
        ("https://me@example.org/", "user name"),
        ("https://example.org/#canary", "fragment"),
        ("https://example.org/a b", "a blank, a line break or a character nobody sees; a blank is written %20"),
        (" https://example.org/", "blank"),
        ("https://example.org/\n", "blank"),
        ("https://example.org/a\r\nHost: evil", "blank"),
        ("https://exam\x00ple.org/", "blank"),
        ("https://example.org/\u202egpj", "nobody sees"),
        ("https://exam\u200bple.org/", "nobody sees"),
        ("https://example.org\\@evil.example/", "backslash"),
        ("https://example.org:0/", "no port"),
        ("https://example.org:65536/", "no port"),
        ("https://example.org:https/", "no host"),
        ("https://exam%70le.org/", "percent"),
        ("https://-a.example/", "no name of a host"),
        ("https://a..example/", "no name of a host"),
        ("https://exa_mple!/", "no name of a host"),
        ("https://" + "a" * 64 + ".example/", "no name of a host"),
        ("https://" + "a." * 127 + "example/", "longer"),
        ("https://2130706433/", "odd way"),
        ("https://0x7f000001/", "odd way"),
        ("https://0177.0.0.1/", "odd way"),
        ("https://127.1/", "odd way"),
        ("https://0x7f.0.0.1/", "odd way"),
        ("https://256.1.1.1/", "odd way"),
        ("https://[::1/", "no host"),
        ("https://[::ffff:1.2.3]/", "odd way"),
        ("https://\u0440\u0430\u0443pal.example/", "CYRILLIC and LATIN"),
        ("https://xn--pal-2ddl9a.example/", None),
        ("https://\uff45xample.org/", "stand for others"),
        ("https://example\u3002org/", None),
        ("https://\u2460.example/", "stand for others"),
        ("https://xn--\u00fc.example/", None),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, reason: str | None) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        web_address(text)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - nobody listens here
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "nonsense",
    ],
)
def test_addresses_that_are_none_of_the_internet_are_known(address: str) -> None:
    assert reason_against(address) is not None


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "172.32.0.1", "169.253.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_addresses_of_the_internet_are_let_through(address: str) -> None:
    assert reason_against(address) is None


def test_names_of_the_machine_itself_are_known() -> None:
    for name in ("localhost", "LOCALHOST.", "a.localhost", "localhost.localdomain"):
        assert names_this_machine(ascii_host(name))
    assert not names_this_machine(ascii_host("localhost.example"))


def test_a_redirect_is_resolved_and_checked() -> None:
    base = web_address("https://example.org/a/b?token=1")
    assert joined(base, "../c#part", allow_http=False).url == "https://example.org/c"
    assert joined(base, "//other.example/d", allow_http=False).url == "https://other.example/d"
    for location in ("http://example.org/", "//me@other.example/", "file:///etc/passwd", "https://a b/", "\x01"):
        with pytest.raises(ValueError, match=r"\w"):
            joined(base, location, allow_http=False)


def test_a_url_is_shown_without_its_query() -> None:
    assert str(web_address("https://example.org/a?b=canary")) == "https://example.org/a?..."


@pytest.mark.parametrize(
    "name", ["token", "access_token", "api_key", "apikey", "X-Amz-Signature", "sig", "password", "key"]
)
def test_credentials_in_a_query_are_recognised(name: str) -> None:
    assert credential_names(web_address(f"https://example.org/?a=1&{name}=x")) == [name]
    assert credential_names(web_address("https://example.org/?ref=main&keyboard=1&design=2")) == []
