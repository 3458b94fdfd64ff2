"""Where nodes of a training run: the key `executor` of tenprint.yml.

executor:
  name: dask                        # or local, which is the default
  address: tls://dask.example.org:8786   # without it, dask starts workers on this machine
  workers: 4                        # how many to start; with `local`, how many nodes run at once
  authority: certificates/ca.pem    # for tls://: who is believed, and what proves who we are
  certificate: certificates/us.pem
  key: certificates/us.key
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tenprint.fingerprinting.engine import Executor, LocalExecutor
from tenprint.importers import ConfigurationError
from tenprint.importers.reading import MappingNode, Reader, nearest
from tenprint.plugins.executors.addresses import is_encrypted
from tenprint.plugins.executors.dask_executor import Certificates, DaskExecutor

LOCAL, DASK = "local", "dask"
EXECUTOR_NAMES = (DASK, LOCAL)
EXECUTOR_KEYS = ("address", "authority", "certificate", "key", "name", "workers")

_FILES = ("authority", "certificate", "key")
_EXAMPLE = "write it like `executor: {name: dask, address: tcp://127.0.0.1:8786}`"


@dataclass(frozen=True, slots=True)
class ExecutorChoice:
    """What a project says; paths are relative to it. None is what everybody has."""

    name: str = LOCAL
    address: str | None = None
    workers: int | None = None
    authority: str | None = None
    certificate: str | None = None
    key: str | None = None

    def certificates(self, project: Path) -> Certificates | None:
        """Return the files for TLS, where they are named."""
        if self.authority is None or self.certificate is None or self.key is None:
            return None
        return Certificates(project / self.authority, project / self.certificate, project / self.key)


@asynccontextmanager
async def opened_executor(choice: ExecutorChoice, project: Path) -> AsyncIterator[Executor]:
    """Open the executor of a project for the time of a block.

    Raises:
        ConfigurationError: Nobody answers at its address, or what it needs is not installed.
    """
    if choice.name == DASK:
        certificates = choice.certificates(project)
        opened = await DaskExecutor.open(choice.address, workers=choice.workers, certificates=certificates)
        async with opened as executor:
            yield executor
    else:
        yield LocalExecutor(processes=choice.workers)


def read_executor(reader: Reader, root: MappingNode) -> ExecutorChoice:
    """Read the key `executor` of the settings; what is wrong is reported to the reader."""
    if "executor" not in root:
        return ExecutorChoice()
    node = reader.mapping(root["executor"], "executor", root.value_place("executor"))
    if node is None:
        return ExecutorChoice()
    reader.check_keys(node, EXECUTOR_KEYS, "executor")
    name = _text(reader, node, "name")
    if name is not None and name not in EXECUTOR_NAMES:
        hint = nearest(name, EXECUTOR_NAMES, otherwise="executors")
        reader.report("unknown-executor", f"there is no executor {name!r}", node.value_place("name"), hint=hint)
    choice = ExecutorChoice(
        LOCAL if name is None else name,
        _text(reader, node, "address"),
        _workers(reader, node),
        **{file: _text(reader, node, file) for file in _FILES},
    )
    if len(reader.problems) == 0 or name in EXECUTOR_NAMES:
        _check_together(reader, node, choice)
    return choice


def _text(reader: Reader, node: MappingNode, key: str) -> str | None:
    if key not in node:
        return None
    found = reader.text(node[key], f"{key} of the executor", node.value_place(key))
    return None if found is None else str(found)


def _workers(reader: Reader, node: MappingNode) -> int | None:
    if "workers" not in node:
        return None
    value = node["workers"]
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return int(value)
    reader.wrong_type("workers of the executor", "a number from 1", value, node.value_place("workers"))
    return None


def _check_together(reader: Reader, node: MappingNode, choice: ExecutorChoice) -> None:
    """Report what does not go together."""
    named = [file for file in _FILES if getattr(choice, file) is not None]
    if choice.name != DASK:
        for key in ("address", *named):
            if key in node:
                reader.report("executor", f"{key} belongs to the executor `dask`", node.key_place(key), hint=_EXAMPLE)
        return
    if choice.address is None:
        encrypted = False
    else:
        try:
            encrypted = is_encrypted(choice.address)
        except ConfigurationError as error:
            reader.report("executor", error.message, node.value_place("address"), hint=error.hint)
            return
    ...
