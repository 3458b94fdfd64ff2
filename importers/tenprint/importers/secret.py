"""Secret: a reference to a value that is read where it is used, and is in nothing that can be printed or stored.

    token: {env: GIT_TOKEN}
    token: {file: /run/secrets/git}
    token: {netrc: git.example.org}

Rules:
- The object holds the reference alone, so there is no value to print, digest, pickle or compare by mistake.
- Errors name the reference. Nothing that was read is in their text, in an error before them, or in a variable of a
  frame they are raised in.
- A reference that may be the secret itself is refused without being repeated: `{env: ${TOKEN}}` has been replaced by
  its value before we see it.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tenprint.importers.errors import SourceError

_KINDS = ("env", "file", "netrc")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_MAX_BYTES = 64 * 2**10
"""Tokens have a hundred bytes, keys a few thousand; what is larger is another file."""
_HOW = "write {env: NAME}, {file: path} or {netrc: host}"


class HiddenValues(dict[str, str]):
    """Texts by name of which only the names are printed: environments and headers, which may hold secrets.

    Tools that collect errors print the variables of all frames an error came through.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"HiddenValues({', '.join(sorted(self))})"


class SecretError(SourceError):
    """A secret is not where its reference says, or cannot be used."""

    reference = "secret"


class Secret:
    """Where a secret value comes from; two are equal when their references are.

    Raises:
        ValueError: It is no reference. The message repeats nothing of it.
    """

    __slots__ = ("_kind", "_place")

    _kind: str
    _place: str

    def __init__(self, reference: Any) -> None:
        if not isinstance(reference, Mapping) or len(reference) != 1:
            raise ValueError(f"a secret is never written down, only where it is: {_HOW}")
        kind, place = next(iter(reference.items()))
        if kind not in _KINDS or not isinstance(place, str) or not place.strip() or not place.isprintable():
            raise ValueError(f"it is not said where the secret is: {_HOW}")
        if kind == "env" and not _VARIABLE.fullmatch(place):
            raise ValueError(
                "`env` is followed by the name of a variable, in capital letters, digits and `_`; without ${}"
            )
        if kind == "netrc" and not _HOST.fullmatch(place):
            raise ValueError("`netrc` is followed by the name of a host")
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_place", place)

    @property
    def name(self) -> str:
        """The reference as one word for messages, such as `env:GIT_TOKEN`."""
        return f"{self._kind}:{self._place}"

    def reveal(self, environment: Mapping[str, str], project: Path) -> str:
        """Read the value now; of a netrc entry the password. Files are relative to the project.

        Raises:
            SecretError: There is none, it is empty, or it has control characters, which could end a header.
        """
        if self._kind == "env":
            value = self._from_environment(environment)
        elif self._kind == "file":
            value = self._from_file(project / Path(self._place), environment)
        else:
            value = self._from_netrc(environment)[1]
        if not value:
            raise SecretError(f"the secret {self.name} is empty", hint="give it a value")
        if value.isprintable():
            return value
        del value
        raise SecretError(
            f"the secret {self.name} has control characters or line ends", hint="it must be one line of text"
        )

    def reveal_login(self, environment: Mapping[str, str]) -> str | None:
        """Read the login beside a password in netrc; None where there is none, and for other secrets.

        Raises:
            SecretError: There is no such entry.
        """
        return (self._from_netrc(environment)[0] or None) if self._kind == "netrc" else None

    def __repr__(self) -> str:
        return f"Secret({self.name})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"a secret is not pickled: {self.name}")

    def _from_environment(self, environment: Mapping[str, str]) -> str:
        value = environment.get(self._place)
        if value is not None:
            return value
        if self._place in environment.values():
            raise SecretError("`env` is followed by a value in place of a name", hint="write the name without ${}")
        raise SecretError(f"the environment variable {self._place} is not set", hint="set it, or name another one")

    def _from_file(self, path: Path, environment: Mapping[str, str]) -> str:
        raw, reason = _read_plain(_expanded(path, self._place, environment))
        if reason is not None:
            raise SecretError(f"cannot read the secret {self.name}: {reason}", hint="check the path and its rights")
        try:
            return raw.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            del raw  # that error holds the whole value, so it must not be the context of ours
        raise SecretError(f"the secret {self.name} is no UTF-8 text")

    def _from_netrc(self, environment: Mapping[str, str]) -> tuple[str, str]:
        named = environment.get("NETRC")
        home = environment.get("HOME")
        if not named and not home:
            raise SecretError(f"there is no netrc file for {self.name}", hint="set NETRC or HOME")
        path = Path(named) if named else Path(home or "") / ".netrc"
        hosts, reason = _netrc_hosts(path)
        if reason is not None:
            raise SecretError(f"cannot read {path} for the secret {self.name}: {reason}")
        entry = hosts.get(self._place)
        del hosts  # those of others
        if entry is None:
            raise SecretError(f"{path} has no entry for the host {self._place}", hint="add `machine HOST ...`")
        login, _, password = entry
        return login or "", password or ""


def _expanded(path: Path, place: str, environment: Mapping[str, str]) -> Path:
    home = environment.get("HOME")
    return Path(home) / place[2:] if place.startswith("~/") and home else path


def _read_plain(path: Path) -> tuple[bytes, str | None]:
    """Read a small plain file; the second value is the reason why not."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe must not stop us
    except OSError as error:
        return b"", error.strerror
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b"", "it is no plain file"
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        return b"", error.strerror
    finally:
        os.close(descriptor)
    return (b"", "it is too large") if len(raw) > _MAX_BYTES else (raw, None)


def _netrc_hosts(path: Path) -> tuple[Mapping[str, tuple[str, str | None, str | None]], str | None]:
    """Read a netrc file; the second value is the reason why not, without what the parser repeats of the file."""
    from netrc import NetrcParseError, netrc  # noqa: PLC0415 - every run loads this module, and few have such a secret

    try:
        return netrc(str(path)).hosts, None
    except NetrcParseError as error:
        return {}, f"line {error.lineno} cannot be understood"
    except UnicodeDecodeError:
        return {}, "it is no UTF-8 text"
    except OSError as error:
        return {}, error.strerror
