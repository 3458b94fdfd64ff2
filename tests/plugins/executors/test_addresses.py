"""Which schedulers may be believed."""

import pytest

from tenprint.importers import ConfigurationError
from tenprint.plugins.executors.addresses import is_encrypted


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://127.1.2.3:1", "tcp://localhost:65535", "tcp://[::1]:8786"]
)
def test_this_machine_is_reached_by_tcp(address: str) -> None:
    assert not is_encrypted(address)


@pytest.mark.parametrize("address", ["tls://127.0.0.1:8786", "tls://dask.example.org:8786", "tls://[2001:db8::1]:8786"])
def test_any_machine_is_reached_by_tls(address: str) -> None:
    assert is_encrypted(address)


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.0.0.1:8786",
        "tcp://0.0.0.0:8786",
        "tcp://dask.example.org:8786",
        "tcp://127.0.0.1.example.org:8786",
        "tcp://localhost.example.org:8786",
        "tcp://[::]:8786",
        "tcp://[2001:db8::1]:8786",
        "tcp://2130706433:8786",
        "tcp://0177.0.0.1:8786",
    ],
)
def test_another_machine_is_not_reached_by_tcp(address: str) -> None:
    with pytest.raises(ConfigurationError, match="must be reached by tls") as refused:
        is_encrypted(address)
    assert refused.value.hint is not None
    assert "tls://" in refused.value.hint


@pytest.mark.parametrize("scheme", ["inproc", "ucx", "ws", "wss", "http", "https"])
def test_nothing_but_tcp_and_tls_is_spoken(scheme: str) -> None:
    with pytest.raises(ConfigurationError, match="tcp or tls"):
        is_encrypted(f"{scheme}://127.0.0.1:8786")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:8786",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:8786/x",
        "tcp://127.0.0.1:8786\n",
        " tcp://127.0.0.1:8786",
        "tcp://user@127.0.0.1:8786",
        "tcp://127.0.0.1:8786@example.org:1",
        "TCP://127.0.0.1:8786",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address of a scheduler"):
        is_encrypted(address)
