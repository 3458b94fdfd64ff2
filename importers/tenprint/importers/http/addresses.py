"""Which URLs and network addresses may be fetched. Pure: text in, a checked value or the reason against it out.

Rules:
- A URL is written in full and plainly: no user names, fragments, blanks or control characters, no odd ways to write an
  address, and no host whose letters come from several scripts.
- Hosts are compared, shown and sent in their ASCII form, so two that look alike never look alike here.
- What a URL says is not enough: `reason_against` is asked again about the address that is connected to.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urljoin

Address: TypeAlias = "IPv4Address | IPv6Address"

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>\d{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_CREDENTIAL = re.compile(
    r"(?i)token|secret|passw|api_?key|access_?key|signature|credential|(?:^|[-_])(?:auth|sig|pwd|key)$"
)
"""Names of query parameters that hold credentials."""

_LONGEST_HOST = 253
_LAST_PORT = 65535
_PUNYCODE = "xn--"

_REFUSED = tuple(
    (ip_network(network), meaning)
    for network, meaning in (
        ("169.254.169.254/32", "the metadata service of a cloud"),
        ("fd00:ec2::254/128", "the metadata service of a cloud"),
        ("100.100.100.200/32", "the metadata service of a cloud"),
        ("0.0.0.0/8", "this machine"),
        ("::/128", "this machine"),
        ("127.0.0.0/8", "this machine"),
        ("::1/128", "this machine"),
        ("10.0.0.0/8", "a private network"),
        ("172.16.0.0/12", "a private network"),
        ("192.168.0.0/16", "a private network"),
        ("100.64.0.0/10", "the network of a provider"),
        ("fc00::/7", "a private network"),
        ("fec0::/10", "a private network"),
        ("169.254.0.0/16", "a link-local network"),
        ("fe80::/10", "a link-local network"),
        ("192.0.0.0/24", "a reserved network"),
        ("192.0.2.0/24", "a network for documentation"),
        ("198.51.100.0/24", "a network for documentation"),
        ("203.0.113.0/24", "a network for documentation"),
        ("2001:db8::/32", "a network for documentation"),
        ("3fff::/20", "a network for documentation"),
        ("198.18.0.0/15", "a network for benchmarks"),
        ("224.0.0.0/4", "many machines at once"),
        ("ff00::/8", "many machines at once"),
        ("240.0.0.0/4", "a reserved network"),
        ("100::/64", "a network that discards everything"),
    )
)
"""What the registries of special addresses of IANA keep from the internet; the most particular first."""

_NAT64 = ip_network("64:ff9b::/96")
_NAT64_LOCAL = ip_network("64:ff9b:1::/48")
_COMPATIBLE = ip_network("::/96")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A checked URL; `host` is in its ASCII form, without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = field(default="", repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}{self.query}"

    def __str__(self) -> str:
        """Show it without its query, which may hold what nobody else should see."""
        return f"{self.scheme}://{self.authority}{self.path}" + ("?..." if self.query else "")


def web_address(text: str, *, allow_http: bool = False) -> WebAddress:
    """Check a URL.

    Raises:
        ValueError: The reason why it is not fetched; it never repeats a user name, password or query.
    """
    match = _URL.fullmatch(_plain(text))
    if match is None:
        raise ValueError("it is no URL such as https://example.org/nlu.yml")
    scheme = match["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"{scheme}: is neither https nor http")
    if scheme == "http" and not allow_http:
        raise ValueError("http is neither secret nor safe from changes on the way; allow it with `allow_http: true`")
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None:
        raise ValueError("what stands between // and / is no host, or no host and port")
    port = int(authority["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port <= _LAST_PORT:
        raise ValueError(f"there is no port {port}")
    path, query = (_quoted(match[part] or "") for part in ("path", "query"))
    return WebAddress(scheme, ascii_host(authority["host"]), port, path or "/", query)


def joined(base: WebAddress, location: str, *, allow_http: bool) -> WebAddress:
    """Follow a redirect from one address to another; a fragment at its end says nothing to a server and is left out.

    Raises:
        ValueError: The reason why the other is not fetched.
    """
    target = location.partition("#")[0]
    return web_address(urljoin(base.url, _plain(target)), allow_http=allow_http)


def credential_names(address: WebAddress) -> list[str]:
    """Names of query parameters that look as if they held credentials."""
    names = (pair.partition("=")[0] for pair in address.query[1:].split("&"))
    return [name for name in names if _CREDENTIAL.search(name)]


def ascii_host(text: str) -> str:
    """Check a host and write it in ASCII.

    Raises:
        ValueError: It is no host, one address written in an odd way, or a name that deceives.
    """
    if text.startswith("["):
        return _address(text[1:-1])
    host = text.lower().removesuffix(".")
    if "%" in host:
        raise ValueError("a host has no percent sign; write its letters")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _address(host)
    labels = [_ascii_label(label) for label in host.split(".")]
    host = ".".join(labels)
    if len(host) > _LONGEST_HOST:
        raise ValueError("its host is longer than any may be")
    return host


def reason_against(address: str) -> str | None:
    """Tell what kind of network an address belongs to, when it is none of the internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "no address"
    for candidate in (found, *_within(found)):
        for network, meaning in _REFUSED:
            if candidate.version == network.version and candidate in network:
                return meaning
    return None


def names_this_machine(host: str) -> bool:
    """Tell whether a name means the machine itself whatever a resolver says."""
    return host == "localhost" or host.endswith((".localhost", ".localdomain"))


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _within(address: Address) -> list[Address]:
    """Addresses of the old kind that one of the new kind stands for."""
    if isinstance(address, IPv4Address):
        return []
    embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _NAT64_LOCAL or address in _COMPATIBLE:
        embedded.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [found for found in embedded if found is not None]


def _plain(text: str) -> str:
    for character in text:
        if character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            raise ValueError("it holds a blank, a line break or a character nobody sees; a blank is written %20")
    if "\\" in text:
        raise ValueError("it holds a backslash, which is understood in several ways")
    if "#" in text:
        raise ValueError("it has a fragment, `#...`, which no server ever sees; leave it out")
    if "@" in re.split(r"[/?]", text.partition("://")[2], maxsplit=1)[0]:
        raise ValueError("it holds a user name; write `username` and `password` instead")
    return text


def _quoted(text: str) -> str:
    """Write a path or query in ASCII; what is quoted already stays as it is."""
    return "".join(
        character if " " < character < "\x7f" else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text} is an address written in an odd way; write four numbers from 0 to 255") from None


def _ascii_label(label: str) -> str:
    shown = _decoded(label) if label.startswith(_PUNYCODE) and label.isascii() else label
    if not shown.isascii():
        _check_letters(shown)
        label = _PUNYCODE + shown.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(label):
        raise ValueError("its host is no name of a host")
    return label


def _decoded(label: str) -> str:
    try:
        return label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode")
    except UnicodeError:
        raise ValueError(f"{label} stands for no letters") from None


def _check_letters(label: str) -> None:
    if label.startswith(_PUNYCODE):
        raise ValueError("its host is written half in letters and half in what stands for them")
    if unicodedata.normalize("NFKC", label).casefold() != label:
        raise ValueError("its host has letters that stand for others; write the plain ones")
    if not all(character.isalnum() or character == "-" or unicodedata.combining(character) for character in label):
        raise ValueError("its host is no name of a host")
    scripts = {script for character in label if (script := _script(character)) is not None}
    if len(scripts - {_EASTERN_SCRIPT}) > 1:
        raise ValueError(f"its host mixes letters that look alike: {' and '.join(sorted(scripts))}")


_EASTERN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_EASTERN_SCRIPT = "CJK"
"""Scripts that are written together, and beside letters of others, and look like none of them."""


def _script(character: str) -> str | None:
    """Name the script of a letter, as its Unicode name begins; digits and marks have none."""
    if not character.isalpha():
        return None
    first = unicodedata.name(character, "UNKNOWN").partition(" ")[0]
    return _EASTERN_SCRIPT if first in _EASTERN else first
