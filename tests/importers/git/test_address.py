import pytest

from tenprint.importers.git.address import WrongAddress, read_address


@pytest.mark.parametrize(
    ("text", "scheme", "host"),
    [
        ("https://github.com/acme/bot.git", "https", "github.com"),
        ("HTTPS://git.example.org:8443/acme/bot", "https", "git.example.org"),
        ("https://xn--bcher-kva.example/acme/bot", "https", "xn--bcher-kva.example"),
        ("https://[2001:db8::1]/bot.git", "https", "[2001:db8::1]"),
        ("ssh://git@example.org:2222/acme/bot.git", "ssh", "example.org"),
        ("ssh://example.org/~ada/bot", "ssh", "example.org"),
        ("git@github.com:acme/bot.git", "ssh", "github.com"),
        ("build-host:/srv/git/bot.git", "ssh", "build-host"),
    ],
)
def test_encrypted_addresses_are_used_as_they_are_written(text: str, scheme: str, host: str) -> None:
    address = read_address(text)
    assert (address.text, address.scheme, address.host) == (text, scheme, host)


@pytest.mark.parametrize("text", ["http://localhost/x.git", "http://127.0.0.1:8000/x.git", "http://[::1]:80/x.git"])
def test_this_machine_may_be_reached_without_encryption_where_that_is_allowed(text: str) -> None:
    assert read_address(text, allow_http=True).scheme == "http"
    with pytest.raises(WrongAddress):
        read_address(text)


@pytest.mark.parametrize(
    "text", ["http://example.org/x.git", "http://10.0.0.1/x.git", "http://localhost.example.org/x"]
)
def test_other_machines_are_never_reached_without_encryption(text: str) -> None:
    with pytest.raises(WrongAddress, match="http://"):
        read_address(text, allow_http=True)


def test_folders_of_this_machine_must_be_allowed() -> None:
    with pytest.raises(WrongAddress, match="this machine"):
        read_address("file:///srv/git/bot.git")
    assert read_address("file:///srv/git/bot.git", allow_file=True).scheme == "file"
    with pytest.raises(WrongAddress, match="names no folder"):
        read_address("file://elsewhere/srv/git", allow_file=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " https://example.org/x",
        "https://example.org/x y",
        "https://example.org/x\n",
        "https://example.org/x\x00",
        "https://example.org/%0a/x",
        "https://example.org/%0D/x",
        "https://example.org\\@evil.org/x",
        "-oProxyCommand=touch /tmp/x",
        "--upload-pack=touch",
        "ext::sh -c touch% /tmp/x",
        "ext::https://example.org/x",
        "fd::17",
        "git://example.org/x",
        "ftp://example.org/x",
        "https+git://example.org/x",
        "ssh://-oProxyCommand=touch/x",
        "ssh://git@-oProxyCommand=touch/x",
        "ssh://-oX@example.org/x",
        "-oX@example.org:x",
        "git@example.org:-x",
        "git@-evil:x",
        "https://example.org",
        "https://example.org/",
        "https:///x",
        "https://example.org/x?token=1",
        "https://example.org/x#main",
        "https://example.org:99999/x",
        "https://example.org:x/y",
        "https://exаmple.org/x",  # noqa: RUF001 - a Cyrillic letter is the test
        "https://bücher.example/x",
        "https://exa_mple$.org/x",
        "../sibling",
        "/srv/git/bot.git",
        "bot.git",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        read_address(text, allow_file=True, allow_http=True)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "https://ada:canary-7f3a@example.org/x",
        "https://canary-7f3a@example.org/x",
        "https://:canary-7f3a@example.org/x",
        "ssh://git:canary-7f3a@example.org/x",
        "https://ada:canary-7f3a@example.org:canary-7f3a/x",
        "https://ada@canary-7f3a:x@example.org/x",
    ],
)
def test_a_credential_in_an_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        read_address(text)
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"
