"""Which proxy a request takes. Pure: it is named in an option, or in an environment that is given.

The environment counts only where the user says `proxy: environment`. `HTTP_PROXY` in capitals is not read: where a
program runs behind a web server, whoever sends a request can set it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from tenprint.importers.http.addresses import WebAddress, web_address

FROM_ENVIRONMENT = "environment"

_LOGIN = re.compile(r"(?P<scheme>\w+://)(?P<login>[^/@]*)@(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and what it is told about the user; a login stands in the environment only."""

    address: WebAddress
    login: tuple[str, str] | None = field(default=None, repr=False)


def proxy_for(address: WebAddress, option: str | None, environment: Mapping[str, str]) -> Proxy | None:
    """Choose the proxy of one request.

    Raises:
        ValueError: What should be a proxy is none; the reason does not repeat it.
    """
    if option is None:
        return None
    if option != FROM_ENVIRONMENT:
        return Proxy(web_address(option, allow_http=True))
    if _is_excepted(address, environment.get("no_proxy") or environment.get("NO_PROXY") or ""):
        return None
    names = [
        f"{address.scheme}_proxy",
        *(["HTTPS_PROXY"] if address.scheme == "https" else []),
        "all_proxy",
        "ALL_PROXY",
    ]
    text = next((environment[name] for name in names if environment.get(name)), None)
    return None if text is None else _from_environment(text)


def _from_environment(text: str) -> Proxy:
    text = text if "://" in text else f"http://{text}"
    match = _LOGIN.fullmatch(text)
    if match is None:
        return Proxy(web_address(text, allow_http=True))
    name, _, password = match["login"].partition(":")
    return Proxy(web_address(match["scheme"] + match["rest"], allow_http=True), (unquote(name), unquote(password)))


def _is_excepted(address: WebAddress, exceptions: str) -> bool:
    """Tell whether a host is named by `no_proxy`, itself or with a domain it belongs to."""
    hosts = {address.host, f"{address.host}:{address.port}"}
    for entry in exceptions.lower().replace(",", " ").split():
        name = entry.removeprefix("*").removeprefix(".")
        if entry == "*" or entry in hosts or (name and address.host.endswith(f".{name}")) or address.host == name:
            return True
    return False
