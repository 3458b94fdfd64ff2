"""URLs as people write them into a configuration: what is one, what it is called, and what never stands in it. Pure.

What a URL means is the business of plugins. They get none that carries a password, because what is written in a
configuration ends up in messages, locks and caches; and no message about a URL repeats more of it than its scheme.
"""

import re
from typing import Any
from urllib.parse import unquote

from tenprint.importers.errors import OptionError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_GIT = "git+"
_AUTHORITY = re.compile(r"(?:(?P<user>[^@:/]*)@)?(?:[^@:\[\]/]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?")
_REVISION = re.compile(r"(?P<path>.*?[^/@])@(?P<revision>.*)", re.DOTALL)
_ANONYMOUS = ("https", "http")
"""Schemes whose user names are credentials: servers take a token for one."""

_SUFFIXES = (".git", ".tar.gz", ".tgz", ".tar", ".zip", ".yml", ".yaml", ".json", ".txt", ".csv")
_UNFIT = re.compile(r"[^\w.-]+")
_NAMELESS = "source"

_CREDENTIALS = "remove it, and name what holds it as an option of its own, such as `token: {env: TOKEN}`"


class WrongUrl(OptionError):  # noqa: N818 - says what it is
    """A URL that is refused before anybody looks at what it means."""

    reference = "source-url"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, "url", hint=hint)


def is_url(value: Any) -> bool:
    """Tell whether a value is meant as a URL; anything else is a name or a path."""
    return isinstance(value, str) and (_SCHEME.match(value.strip()) is not None or value.strip().startswith(_GIT))


def scheme_of(url: str) -> str:
    """Return the scheme in small letters; empty where there is none."""
    match = _SCHEME.match(url)
    return "" if match is None else match[1].lower()


def check_url(url: str) -> None:
    """Refuse what may stand in no URL, whatever it is for.

    Raises:
        WrongUrl: It has control characters, white space or a credential in it.
    """
    if any(character.isspace() or not character.isprintable() for character in url):
        raise WrongUrl("the url has white space or control characters in it", "remove them")
    if _SCHEME.match(url) is None:
        raise WrongUrl("the url has no `://`", "write git+https://host/path or git+ssh://user@host/path")
    if "\\" in url:
        raise WrongUrl("the url has a backslash in it", "write `/`")
    authority = _AUTHORITY.fullmatch(_authority(url))
    if authority is None:
        raise WrongUrl("the url has a password in it, or no host that can be read", _CREDENTIALS)
    if authority["user"] is not None and scheme_of(url).rpartition("+")[2] in _ANONYMOUS:
        raise WrongUrl("the url has a user name or a password in it", _CREDENTIALS)


def name_in_url(url: str) -> str:
    """Make the name of a source of the last part of a path: of a repository, a file or an archive."""
    if _SCHEME.match(url) is None or _AUTHORITY.fullmatch(_authority(url)) is None:
        return _NAMELESS
    path = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0].partition("/")[2]
    name = unquote(without_revision(path)[0].rstrip("/").rpartition("/")[2])
    while suffix := next((suffix for suffix in _SUFFIXES if name.lower().endswith(suffix)), None):
        name = name[: -len(suffix)]
    return _UNFIT.sub("-", name).strip("-.") or _NAMELESS


def without_revision(path: str) -> tuple[str, str | None]:
    """Divide `path@revision`; an `@` at the beginning of a folder or file is a part of its name."""
    match = _REVISION.fullmatch(path)
    return (path, None) if match is None else (match["path"], match["revision"])


def _authority(url: str) -> str:
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
