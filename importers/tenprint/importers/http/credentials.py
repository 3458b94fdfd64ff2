"""Credentials and headers of the user's own: named in the options, read when they are sent.

Rules:
- A header whose name says credential holds a reference, never the value itself.
- No header can be set that tells where a request ends, where it goes or what it is answered with: those are ours.
- Values are one line of ASCII; what is wrong with one is told without it.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tenprint.importers.errors import SourceError
from tenprint.importers.secret import HiddenValues, Secret

HeaderValue: TypeAlias = "str | Secret"

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = re.compile(
    r"(?i)host|connection|keep-alive|content-.*|transfer-encoding|te|trailer|upgrade|expect|range|if-.*|proxy-.*"
    r"|accept-encoding"
)
_CREDENTIAL = re.compile(r"(?i).*(authori[sz]ation|cookie|token|secret|passw|key|credential|signature).*")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is sent along, by reference; a password of netrc brings its login."""

    token: Secret | None = None
    username: Secret | None = None
    password: Secret | None = None
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)

    def names(self) -> dict[str, str]:
        """Name all that is sent, so that contents fetched with other credentials are told apart; no secret in it."""
        logins = {"token": self.token, "username": self.username, "password": self.password}
        told = {name: secret.name for name, secret in logins.items() if secret is not None}
        for name, value in self.headers.items():
            told[f"header {name.lower()}"] = value.name if isinstance(value, Secret) else f"={value}"
        return told


def header_values(given: Any) -> dict[str, HeaderValue]:
    """Check the option `headers`.

    Raises:
        ValueError: What is wrong with it; values are not repeated.
    """
    if not isinstance(given, Mapping):
        raise ValueError("must be a mapping of names to values")  # noqa: TRY004 - a reason, like all here
    values: dict[str, HeaderValue] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError("has a name that is no name of a header")
        if _OURS.fullmatch(name):
            raise ValueError(f"cannot set {name}, which belongs to the connection or to what is asked for")
        if name.lower() in {known.lower() for known in values}:
            raise ValueError(f"sets {name} twice")
        values[name] = _value(name, value)
    return values


def request_headers(credentials: Credentials, environment: Mapping[str, str], project: Path) -> HiddenValues:
    """Read all values now.

    Raises:
        SourceError: A secret is not there, or cannot be sent.
    """
    headers = HiddenValues()
    for name, value in credentials.headers.items():
        headers[name] = value if isinstance(value, str) else _revealed(value, environment, project)
    if credentials.token is not None:
        headers["Authorization"] = f"Bearer {_revealed(credentials.token, environment, project)}"
    if credentials.password is not None:
        if credentials.username is not None:
            login: str | None = credentials.username.reveal(environment, project)
        else:
            login = credentials.password.reveal_login(environment)
        pair = f"{login or ''}:{credentials.password.reveal(environment, project)}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
    return headers


def _value(name: str, value: Any) -> HeaderValue:
    if isinstance(value, Secret):
        return value
    if isinstance(value, Mapping):
        try:
            return Secret(value)
        except ValueError as reason:
            raise ValueError(f"has a secret for {name} that cannot be used: {reason}") from None
    if not isinstance(value, str) or not _is_sendable(value):
        raise ValueError(f"has a value for {name} that is not one line of ASCII text")
    if _CREDENTIAL.fullmatch(name):
        raise ValueError(
            f"holds what {name} sends; write where it is, {{env: NAME}}, {{file: path}} or {{netrc: host}}"
        )
    return value


def _revealed(secret: Secret, environment: Mapping[str, str], project: Path) -> str:
    value = secret.reveal(environment, project)
    if _is_sendable(value):
        return value
    del value
    raise SourceError(f"the secret {secret.name} cannot be sent", hint="it must be one line of ASCII text")


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip() and bool(value)
