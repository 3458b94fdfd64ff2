"""Options of the importer `http`: which there are, which values they can have, and what they mean together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import unquote

from tenprint.importers.archive_members.names import member_parts
from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import PREFIX, digest_text, parse_digest
from tenprint.importers.errors import OptionError, ProblemsError
from tenprint.importers.http.addresses import WebAddress, credential_names, web_address
from tenprint.importers.http.credentials import Credentials, header_values
from tenprint.importers.http.member_names import folder_parts
from tenprint.importers.http.proxies import FROM_ENVIRONMENT
from tenprint.importers.http.selecting import selection_of
from tenprint.importers.importer import ImporterContext
from tenprint.importers.options import read_options
from tenprint.importers.problem import Problem
from tenprint.importers.secret import Secret
from tenprint.importers.selection import Selection

TIMEOUT_SECONDS = 300.0
"""The largest projects seen come within it over a slow line."""

SourceKind = Literal["auto", "file", "archive"]

_DATA_SUFFIXES = (".yml", ".yaml", ".json", ".txt", ".csv")
_LONGEST_TIMEOUT = 86400
"""A day."""


def _check_timeout(seconds: float) -> str | None:
    return None if 0 < seconds <= _LONGEST_TIMEOUT else "it must be a number of seconds, at most a day"


def _check_subdirectory(text: str) -> str | None:
    return _reason(folder_parts, text)


def _check_paths(paths: tuple[str, ...]) -> str | None:
    return next((reason for path in paths if (reason := _reason(_folder, path)) is not None), None)


def _check_patterns(patterns: tuple[str, ...]) -> str | None:
    return _reason(lambda chosen: selection_of(chosen, ()), patterns)


def _check_digests(digests: tuple[str, ...]) -> str | None:
    return next((reason for digest in digests if (reason := _reason(_digest, digest)) is not None), None)


def _check_proxy(text: str) -> str | None:
    return None if text == FROM_ENVIRONMENT else _reason(lambda url: web_address(url, allow_http=True), text)


def _checked(check: Any, default: Any = None) -> Any:
    return field(default=default, metadata={"check": check})


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """What the entry of an HTTP source says, apart from its headers."""

    url: tuple[str, ...]
    path: tuple[str, ...] = _checked(_check_paths, ())
    kind: SourceKind = "auto"
    subdirectory: str | None = _checked(_check_subdirectory)
    include: tuple[str, ...] = _checked(_check_patterns, ())
    exclude: tuple[str, ...] = _checked(_check_patterns, ())
    sha256: tuple[str, ...] = _checked(_check_digests, ())
    token: Secret | None = None
    username: Secret | None = None
    password: Secret | None = None
    ca: str | None = None
    proxy: str | None = _checked(_check_proxy)
    timeout: float = _checked(_check_timeout, TIMEOUT_SECONDS)
    allow_private: bool = False
    allow_http: bool = False


@dataclass(frozen=True, slots=True)
class HttpSource:
    """One URL and what is made of it; under `key` the store remembers it."""

    address: WebAddress
    kind: SourceKind
    path: str | None
    sha256: str | None
    subdirectory: tuple[str, ...]
    selection: Selection = field(repr=False)
    key: str

    @property
    def file_path(self) -> str | None:
        """Where a file lies in the source: where the options say, else its name in the URL."""
        if self.path is not None:
            return self.path
        name = unquote(self.address.path.rpartition("/")[2])
        return name if _reason(member_parts, name) is None and "/" not in name else None

    @property
    def folder(self) -> str:
        """Where the files of an archive lie in the source, with a slash at its end."""
        return "" if self.path is None else f"{self.path}/"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """All options, checked together."""

    sources: tuple[HttpSource, ...]
    identity: Mapping[str, Any]
    credentials: Credentials
    ca: str | None
    proxy: str | None
    timeout: float
    allow_private: bool
    allow_http: bool


def is_data_name(path: str) -> bool:
    return PurePosixPath(path).suffix in _DATA_SUFFIXES


def settings_of(options: Mapping[str, Any], context: ImporterContext) -> HttpSettings:
    """Read and check the options of an importer.

    Raises:
        ProblemsError: All that is wrong with them.
    """
    problems: list[Problem] = []

    def told(option: str, message: str, hint: str | None = None) -> None:
        owner = f"the source {context.source!r}" if context.source else "the importer"
        text = f"the option {option!r} of {owner} {message}"
        problems.append(Problem(OptionError.reference, text, context.place_of(option), hint))

    headers: Mapping[str, Any] = {}
    try:
        headers = header_values(options.get("headers", {}))
    except ValueError as reason:
        told("headers", str(reason))
    known = {name: value for name, value in options.items() if name != "headers"}
    try:
        read = read_options(HttpOptions, known, context)
    except ProblemsError as error:
        raise ProblemsError([*error.problems, *problems]) from None
    credentials = Credentials(read.token, read.username, read.password, headers)
    _check_together(read, credentials, told)
    addresses = _addresses(read, told)
    if problems:
        raise ProblemsError(problems)
    identity = _identity(read, addresses)
    sources = tuple(_source(read, address, number, credentials) for number, address in enumerate(addresses))
    return HttpSettings(
        sources,
        identity,
        credentials,
        read.ca,
        read.proxy,
        read.timeout,
        read.allow_private,
        read.allow_http,
    )


def _check_together(read: HttpOptions, credentials: Credentials, told: Any) -> None:
    """Tell what each option may say for itself, and not beside the others."""
    for option, values in (("path", read.path), ("sha256", read.sha256)):
        if values and len(values) != len(read.url):
            told(option, f"is a list of {len(values)}, and `url` one of {len(read.url)}", "write one for each URL")
    if not read.url:
        told("url", "names nothing", "write a URL such as https://example.org/nlu.yml")
    if read.username is not None and read.password is None:
        told("username", "has no `password` beside it", "name both, or a `token`")
    authorising = [name for name in credentials.headers if name.lower() == "authorization"]
    if sum((read.token is not None, read.password is not None, bool(authorising))) > 1:
        told("token" if read.token is not None else "password", "is one of two ways to log in", "leave one of them out")
    if read.kind == "file" and (read.subdirectory or read.include or read.exclude):
        option = next(name for name in ("subdirectory", "include", "exclude") if getattr(read, name))
        told(option, "chooses within an archive, and `kind` says file", "leave one of them out")
    if read.path and read.kind == "file" and not all(is_data_name(path) for path in read.path):
        told("path", "names a file that is no training data", f"let it end in {', '.join(_DATA_SUFFIXES)}")


def _addresses(read: HttpOptions, told: Any) -> list[WebAddress]:
    addresses: list[WebAddress] = []
    for text in read.url:
        try:
            address = web_address(text, allow_http=read.allow_http)
        except ValueError as reason:
            which = "" if len(read.url) == 1 else f", entry {read.url.index(text) + 1},"
            told("url", f"cannot be used{which}: {reason}")
            continue
        names = credential_names(address)
        if names:
            told(
                "url",
                f"holds a credential in its query, under {names[0]}",
                "what a URL says is written into locks; use `token` or `headers`",
            )
        if address in addresses:
            told("url", f"names {address} twice")
        addresses.append(address)
    return addresses


def _identity(read: HttpOptions, addresses: Sequence[WebAddress]) -> dict[str, Any]:
    """What is fetched; options that are as usual are left out, so that locks are short."""
    urls = [address.url for address in addresses]
    written: dict[str, Any] = {"url": urls[0] if len(urls) == 1 else urls}
    if read.kind != "auto":
        written["kind"] = read.kind
    if read.subdirectory is not None:
        written["subdirectory"] = "/".join(folder_parts(read.subdirectory))
    for name in ("path", "include", "exclude"):
        values: tuple[str, ...] = getattr(read, name)
        if values:
            written[name] = values[0] if len(values) == 1 else list(values)
    if read.sha256:
        # Part of what is fetched: what was kept under another pin, or under none, stands in for nothing.
        pins = [_digest(digest) for digest in read.sha256]
        written["sha256"] = pins[0] if len(pins) == 1 else pins
    return written


def _source(read: HttpOptions, address: WebAddress, number: int, credentials: Credentials) -> HttpSource:
    path = _folder(read.path[number]) if read.path else None
    subdirectory = () if read.subdirectory is None else folder_parts(read.subdirectory)
    key = (address.url, credentials.names(), read.kind, path, subdirectory, read.include, read.exclude)
    return HttpSource(
        address,
        read.kind,
        path,
        _digest(read.sha256[number]) if read.sha256 else None,
        subdirectory,
        selection_of(read.include, read.exclude),
        digest_text(canonical_digest(key)),
    )


def _folder(text: str) -> str:
    parts = member_parts(text)
    if not parts:
        raise ValueError("it is no path within a source")
    return "/".join(parts)


def _digest(text: str) -> str:
    """Write a pin as we do; 64 bare digits, as `sha256sum` prints them, are one."""
    lowered = text.strip().lower()
    try:
        return digest_text(parse_digest(lowered if lowered.startswith(PREFIX) else PREFIX + lowered))
    except ValueError:
        raise ValueError("it is no sha256 of 64 hexadecimal digits") from None


def _reason(check: Any, value: Any) -> str | None:
    """Run a check that raises, and return its reason."""
    try:
        check(value)
    except ValueError as reason:
        return str(reason)
    return None
