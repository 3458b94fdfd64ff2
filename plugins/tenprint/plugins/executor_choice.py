"""Where nodes of a training run: the key `executor` of tenprint.yml. Reading it imports no library that runs anything.

executor:
  name: dask                             # or local, which is the default
  address: tls://dask.example.org:8786   # without it, dask starts workers on this machine
  workers: 4                             # how many to start; with `local`, how many nodes run at once
  authority: certificates/ca.pem         # for tls://: who is believed, and what proves who we are
  certificate: certificates/us.pem
  key: certificates/us.key
"""

from dataclasses import dataclass
from pathlib import Path

from tenprint.importers import ConfigurationError
from tenprint.importers.reading import MappingNode, Reader, nearest
from tenprint.plugins.executors.addresses import Certificates, is_encrypted

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


def read_executor(reader: Reader, root: MappingNode) -> ExecutorChoice:
    """Read the key `executor` of the settings; what is wrong is reported to the reader."""
    if "executor" not in root:
        return ExecutorChoice()
    node = reader.mapping(root["executor"], "executor", root.value_place("executor"))
    if node is None:
        return ExecutorChoice()
    before = len(reader.problems)
    reader.check_keys(node, EXECUTOR_KEYS, "executor")
    choice = ExecutorChoice(
        _text(reader, node, "name") or LOCAL,
        _text(reader, node, "address"),
        _workers(reader, node),
        *(_text(reader, node, file) for file in _FILES),
    )
    if len(reader.problems) > before:
        return choice
    if choice.name not in EXECUTOR_NAMES:
        hint = nearest(choice.name, EXECUTOR_NAMES, otherwise="executors")
        message = f"there is no executor {choice.name!r}"
        reader.report("unknown-executor", message, node.value_place("name"), hint=hint)
    elif choice.name == LOCAL:
        for key in ("address", *_FILES):
            _refuse_key(reader, node, key, "belongs to the executor `dask`")
    else:
        _check_dask(reader, node, choice)
    return choice


def _text(reader: Reader, node: MappingNode, key: str) -> str | None:
    if key not in node:
        return None
    found = reader.text(node[key], f"{key} of the executor", node.value_place(key))
    return None if found is None else str(found)


def _workers(reader: Reader, node: MappingNode) -> int | None:
    value = node.get("workers")
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return int(value)
    if "workers" in node:
        reader.wrong_type("workers of the executor", "a whole number from 1", value, node.value_place("workers"))
    return None


def _check_dask(reader: Reader, node: MappingNode, choice: ExecutorChoice) -> None:
    """Report what does not go together."""
    encrypted = False
    if choice.address is not None:
        _refuse_key(reader, node, "workers", "is for workers that are started here, not for a scheduler that is there")
        try:
            encrypted = is_encrypted(choice.address)
        except ConfigurationError as error:
            reader.report("executor", error.message, node.value_place("address"), hint=error.hint)
            return
    for file in _FILES:
        if not encrypted:
            _refuse_key(reader, node, file, "belongs to an address that begins with tls://")
        elif file not in node:
            hint = f"name the files: {', '.join(_FILES)}"
            reader.report("executor", f"tls:// needs the key `{file}`", node.value_place("address"), hint=hint)


def _refuse_key(reader: Reader, node: MappingNode, key: str, why: str) -> None:
    if key in node:
        reader.report("executor", f"`{key}` {why}", node.key_place(key), hint=_EXAMPLE)
