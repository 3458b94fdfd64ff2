"""Addresses of schedulers: who may be believed. Pure.

What a scheduler sends is unpickled, so whoever speaks as one can do as he likes with this process. So it is on this
machine, or proves who it is.
"""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers import ConfigurationError

EXAMPLE = "tcp://127.0.0.1:8786"

_ADDRESS = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/\[\]@?#\s]+):(?P<port>\d{1,5})")
_HINT = f"write {EXAMPLE} for a scheduler on this machine, or tls://host:8786 for one elsewhere"


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files for TLS: of the authority that is believed, and what proves who we are."""

    authority: Path
    certificate: Path
    key: Path


def is_encrypted(address: str) -> bool:
    """Tell whether an address needs a certificate.

    Raises:
        ConfigurationError: It is no address of a scheduler, or of one that may not be believed.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) < 2**16:
        raise ConfigurationError(f"{address!a} is no address of a scheduler", hint=_HINT)
    if match["scheme"] == "tls":
        return True
    if match["scheme"] != "tcp":
        raise ConfigurationError(f"{address}: schedulers are reached by tcp or tls", hint=_HINT)
    if not _is_loopback(match["host"]):
        raise ConfigurationError(f"{address}: a scheduler elsewhere must be reached by tls", hint=_HINT)
    return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
