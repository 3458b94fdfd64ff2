"""The environment git runs in: nothing of the user's reaches it but what is named here.

Rules kept here:

* no `GIT_*` variable is inherited, no configuration is read, the home directory is one of our own;
* only the protocol of the address is allowed, for git and for everything git starts;
* nothing asks a question; there is no terminal, no prompt and no credential helper;
* a credential stands in a variable, never in an argument, and goes to the address of the repository only;
* programs that read the cache have no protocol at all, so nothing is fetched behind our back.

`use_git_config: true` opens the first and the third of them: people rely on helpers, proxies and `insteadOf`.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tenprint.importers.git.address import Address
from tenprint.importers.secret import HiddenValues

REMOTE = "tenprint-source"
"""The name the repository has in commands, so its address stands in none; nobody's settings have one like it."""

_PLAIN = ("PATH", "TMPDIR", "USER", "LOGNAME", "SSH_AUTH_SOCK")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""As curl reads them."""
_OWN_GIT = (
    "GIT_ASKPASS",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_PROXY_SSL_CERT",
    "GIT_PROXY_SSL_KEY",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
)
"""What of `GIT_*` is inherited with the user's own settings; the others would lead git to another repository."""

_SSH = "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=30"

_SETTINGS = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("protocol.version", "2"),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("fetch.unpackLimit", "1"),
    ("transfer.bundleURI", "false"),
    ("transfer.fsckObjects", "true"),
    # Harmless slips of old tools, which many repositories have in their past.
    ("fetch.fsck.badTimezone", "ignore"),
    ("fetch.fsck.missingSpaceBeforeDate", "ignore"),
    ("fetch.fsck.zeroPaddedFilemode", "ignore"),
    # A file above this size is written through instead of being held in memory.
    ("core.bigFileThreshold", "64m"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
)
_UNASKED = (("credential.helper", ""), ("core.askPass", ""))


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a token for the server of one address."""

    username: str
    token: str

    def __repr__(self) -> str:
        return "Login()"

    def header(self) -> str:
        return f"Authorization: Basic {self._encoded()}"

    def secrets(self) -> tuple[str, ...]:
        """All the forms in which the token could be told, the longest first."""
        forms = {
            self.token,
            quote(self.token, safe=""),
            self._encoded(),
            base64.b64encode(self.token.encode()).decode(),
        }
        return tuple(sorted(forms, key=len, reverse=True))

    def _encoded(self) -> str:
        return base64.b64encode(f"{self.username}:{self.token}".encode()).decode()


def local_environment(inherited: Mapping[str, str], *, home: Path) -> HiddenValues:
    """Make the environment of programs that only read the cache."""
    variables = {
        **{name: inherited[name] for name in ("PATH", "TMPDIR") if name in inherited},
        **_closed(home),
        **_as_variables((("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"))),
        "GIT_ALLOW_PROTOCOL": "",
    }
    return HiddenValues(variables)


def remote_environment(
    inherited: Mapping[str, str],
    address: Address,
    *,
    home: Path,
    login: Login | None = None,
    use_git_config: bool = False,
) -> HiddenValues:
    """Make the environment of programs that talk to the server of an address."""
    allowed = _protocols(address, use_git_config=use_git_config)
    settings = [
        *_SETTINGS,
        *((f"protocol.{scheme}.allow", "always") for scheme in allowed),
        (f"remote.{REMOTE}.url", address.text),
        # In the environment alone: so nothing that reads the cache believes it could fetch what is missing.
        (f"remote.{REMOTE}.promisor", "true"),
        (f"remote.{REMOTE}.partialclonefilter", "blob:none"),
        # The first answer may lead elsewhere, but nobody's token does.
        ("http.followRedirects", "initial" if login is None else "false"),
    ]
    if login is not None:
        settings.append((f"http.{address.text}.extraHeader", login.header()))
    environment = _own(inherited, home) if use_git_config else _strange(inherited, home)
    if not use_git_config:
        settings += _UNASKED
        settings += [
            (key, inherited[name])
            for name, key in (("SSL_CERT_FILE", "http.sslCAInfo"), ("SSL_CERT_DIR", "http.sslCAPath"))
            if inherited.get(name)
        ]
    variables = {
        **environment,
        **_as_variables(settings),
        "GIT_ALLOW_PROTOCOL": ":".join(allowed),
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    return HiddenValues(variables)


def _protocols(address: Address, *, use_git_config: bool) -> tuple[str, ...]:
    """Protocols git may speak; `insteadOf` may lead from one of the safe ones to the other."""
    safe = ("https", "ssh") if use_git_config else ()
    return tuple(dict.fromkeys((address.scheme, *safe)))


def _strange(inherited: Mapping[str, str], home: Path) -> dict[str, str]:
    return {
        **{name: inherited[name] for name in (*_PLAIN, *_PROXIES) if name in inherited},
        **_closed(home),
        "GIT_SSH_COMMAND": _SSH,
        "GIT_SSH_VARIANT": "ssh",
    }


def _own(inherited: Mapping[str, str], home: Path) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if not name.startswith("GIT_") or name in _OWN_GIT}
    return {"HOME": str(home), **kept, **_always()}


def _closed(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", **_always()}


def _always() -> dict[str, str]:
    return {
        "LC_ALL": "C",
        "GIT_ADVICE": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def _as_variables(settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Write settings as variables, which no list of processes shows to others."""
    rows = list(settings)
    variables = {"GIT_CONFIG_COUNT": str(len(rows))}
    for number, (key, value) in enumerate(rows):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
