"""URLs of the importers that come with tenprint: to the name of an importer and its options. Pure.

    git+https://host/path.git@REF#subdirectory=DIR     git, as pip writes it
    git+ssh://git@host/path.git, ssh://..., git+file:///path
    https://host/path.git                              git as well, for its name says so
    https://host/file.yml#sha256=HEX                   http

What the parts say is checked by the importers; here they are only taken apart. Parts behind `#` are decoded once.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from tenprint.importers.reading import nearest
from tenprint.importers.urls import WrongUrl, check_url, scheme_of, without_revision

SCHEMES = ("git+https", "git+ssh", "git+file", "git+http", "ssh", "https", "http", "file")
"""Schemes that are known here."""

_GIT = "git+"
_REPOSITORY = re.compile(r"\.git/?(?:@.*)?$")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEY = re.compile(r"[\w.-]{1,30}")

_GIT_KEYS = ("subdirectory",)
_HTTP_KEYS = ("sha256", "subdirectory")


def source_for_url(url: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the name of the importer for a URL, and its options; None for one of another plugin.

    Raises:
        WrongUrl: It is one of ours, and cannot be understood.
    """
    scheme = scheme_of(url)
    if scheme.startswith(_GIT) or url.startswith(_GIT):
        check_url(url)
        return "git", _git_options(url[len(_GIT) :])
    if scheme == "ssh" or (scheme in ("https", "http", "file") and _names_repository(url)):
        check_url(url)
        return "git", _git_options(url)
    if scheme == "file":
        raise WrongUrl(
            "the url names something on this machine, and not what it is",
            "write git+file:///path for a repository; a folder is `name: file` with its `directory`",
        )
    if scheme not in ("https", "http"):
        return None
    check_url(url)
    address, _, fragment = url.partition("#")
    return "http", {"url": address, **_fragment(fragment, _HTTP_KEYS)}


def _names_repository(url: str) -> bool:
    return _REPOSITORY.search(re.split(r"[?#]", url, maxsplit=1)[0]) is not None


def _git_options(url: str) -> dict[str, Any]:
    """Take `address@ref#subdirectory=...` apart; an `@` before the path belongs to the user name of ssh."""
    address, _, fragment = url.partition("#")
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    repository, ref = without_revision(path)
    options: dict[str, Any] = {"url": f"{scheme}://{host}{slash}{repository}"}
    if ref is not None:
        if not ref:
            raise WrongUrl("nothing stands behind the @ of the url", "write a branch, tag or commit, or leave it out")
        options["ref"] = _decoded(ref)
    return {**options, **_fragment(fragment, _GIT_KEYS)}


def _fragment(fragment: str, known: Collection[str]) -> dict[str, str]:
    """Read `key=value&key=value`; of a key that is no name nothing is repeated."""
    found: dict[str, str] = {}
    for pair in fragment.split("&") if fragment else ():
        key, _, value = pair.partition("=")
        if key not in known:
            named = f" {key!r}" if _KEY.fullmatch(key) else ""
            hint = nearest(key, known, otherwise="known behind `#`") or "write further options beside the url"
            raise WrongUrl(f"the url has an unknown part{named} behind its #", hint)
        if key in found:
            raise WrongUrl(f"the url says twice what {key} is", "leave one of them out")
        if not value:
            raise WrongUrl(f"the url does not say what {key} is", f"write {key}=..., or leave it out")
        found[key] = _decoded(value)
    return found


def _decoded(text: str) -> str:
    """Decode what is written with percent signs; what that hides is refused."""
    if _PERCENT.search(text):
        raise WrongUrl("the url has a percent sign that stands for nothing", "write %25 for a percent sign")
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise WrongUrl("the url has percent signs that stand for no text", "write the letters themselves") from None
    if any(not character.isprintable() for character in decoded):
        raise WrongUrl("the url hides control characters behind percent signs", "remove them")
    return decoded
