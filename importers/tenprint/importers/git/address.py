"""Addresses of repositories: which of them are used at all.

The list is one of what is allowed, and no address carries a credential: what is written in a configuration ends up in
messages, locks and caches. Git itself gets the address as it is written.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["https", "http", "ssh", "file"]

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/]*)(?P<path>/.*)?")
_SHORT = re.compile(r"(?:(?P<user>[^@/:]+)@)?(?P<host>[^@/:]+):(?P<path>[^/:].*|/.*)")
"""The form of scp, `git@host:path`, as git itself tells it from a path."""
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_HIDDEN = re.compile(r"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
"""Control characters in the spelling of URLs; git decodes them."""

_CREDENTIALS = "remove it, and name the variable that holds the token: `token: {env: GIT_TOKEN}`"
_SCHEMES = "use https://host/path or ssh://git@host/path"


@dataclass(frozen=True, slots=True)
class Address:
    """A repository: the text git is given, and what decides which protocols and credentials go with it."""

    text: str
    scheme: Scheme
    host: str


class WrongAddress(ValueError):  # noqa: N818 - says what it is
    """An address that is not used; the message never repeats a credential."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_address(text: str, *, allow_file: bool = False, allow_http: bool = False) -> Address:
    """Read the address of a repository.

    Args:
        text: What is written.
        allow_file: Whether it may be a folder of this machine.
        allow_http: Whether it may be reached without encryption; even then on this machine only.

    Raises:
        WrongAddress: It is none, or none that is allowed.
    """
    _check_characters(text)
    url = _URL.fullmatch(text)
    if url is None:
        return _short_address(text)
    scheme, authority, path = url["scheme"].lower(), url["authority"], url["path"] or ""
    user, host = _user_and_host(authority)
    if "?" in text or "#" in text:
        raise WrongAddress("the url has a query or a fragment", "write the address of the repository alone")
    if scheme == "file":
        return _file_address(text, host, path, allow_file=allow_file)
    if scheme not in ("https", "http", "ssh"):
        raise WrongAddress(f"{scheme}:// is not used for repositories", _SCHEMES)
    if user and scheme != "ssh":
        raise WrongAddress("the url has a user name or a password in it", _CREDENTIALS)
    if ":" in user:
        raise WrongAddress("the url has a password in it", "remove it; ssh takes its keys from the agent")
    _check_host(host)
    if user and not _USER.fullmatch(user):
        raise WrongAddress("the user name in the url has characters that user names do not have", _SCHEMES)
    if not path.strip("/"):
        raise WrongAddress("the url names a host and no repository", _SCHEMES)
    if scheme == "http" and not (allow_http and _is_loopback(host)):
        raise WrongAddress(
            "http:// is not used for repositories, because anybody on the way can change what comes",
            "use https://" if not allow_http else "`allow_http` is for hosts such as localhost; use https://",
        )
    return Address(text, _known(scheme), host)


def _known(scheme: str) -> Scheme:
    known: dict[str, Scheme] = {"https": "https", "http": "http", "ssh": "ssh", "file": "file"}
    return known[scheme]


def _check_characters(text: str) -> None:
    if not text:
        raise WrongAddress("the url is empty", _SCHEMES)
    if any(character <= " " or character == "\x7f" for character in text) or _HIDDEN.search(text):
        raise WrongAddress("the url has white space or control characters in it", "remove them")
    if text.startswith("-"):
        raise WrongAddress("the url begins with a dash, as options do", _SCHEMES)
    if "::" in text.split("/", 1)[0] and not text.startswith("["):
        raise WrongAddress("the url names a helper program of git", _SCHEMES)
    if "\\" in text:
        raise WrongAddress("the url has a backslash in it", "write `/`")


def _short_address(text: str) -> Address:
    short = _SHORT.fullmatch(text)
    if short is None:
        raise WrongAddress("the url is neither a URL nor of the form user@host:path", _SCHEMES)
    _check_host(short["host"])
    if short["user"] and not _USER.fullmatch(short["user"]):
        raise WrongAddress("the user name in the url has characters that user names do not have", _SCHEMES)
    if short["path"].startswith("-"):
        raise WrongAddress("the path in the url begins with a dash, as options do", _SCHEMES)
    return Address(text, "ssh", short["host"])


def _file_address(text: str, host: str, path: str, *, allow_file: bool) -> Address:
    if not allow_file:
        raise WrongAddress(
            "file:// is a folder of this machine, which other machines do not have",
            "write `allow_file: true` beside it if that is meant",
        )
    if host not in ("", "localhost") or not path.strip("/"):
        raise WrongAddress("the url names no folder of this machine", "write file:///absolute/path")
    return Address(text, "file", "")


def _user_and_host(authority: str) -> tuple[str, str]:
    """Divide `user@host:port`; the port is only looked at."""
    user, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":")
    if place.startswith("[") and place.endswith("]"):
        host, colon, port = place, "", ""
    if colon and not (port.isascii() and port.isdigit() and int(port) < 2**16):
        if at or not host:
            raise WrongAddress("the url has a user name or a password in it", _CREDENTIALS)
        raise WrongAddress("the port in the url is no number of a port", _SCHEMES)
    return user + (":" if at and not user else ""), host if colon else place


def _check_host(host: str) -> None:
    if not host.isascii():
        raise WrongAddress(
            "the name of the host has letters that look like others", "write it in its ASCII form, `xn--...`"
        )
    if not _HOST.fullmatch(host):
        raise WrongAddress("the name of the host has characters that names of hosts do not have", _SCHEMES)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
