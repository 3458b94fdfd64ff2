"""Readings that an earlier run has made: only documents with bytes that were not seen before are parsed.

Every byte is still read and digested; what is looked up under the digest is an item table. The tables of a project lie
in a few packs in the content store, which one record names.

Rules:
- A run with known readings answers what it would answer without them. Whatever is missing, damaged, foreign, locked or
  full is parsed as if nothing were known, and nobody is told, because nothing is different.
- Nothing is written but by `save`, and then only when something new was read.
- A table counts for the code that made it: all modules that read, the YAML parser, and Python itself.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import digest_of
from tenprint.importers.errors import TenprintError
from tenprint.importers.item_tables import (
    read_pack,
    reading_of,
    rules_digest,
    table_key,
    table_of,
    written_pack,
)
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, read_file

if TYPE_CHECKING:  # only a run that reads something opens one
    from tenprint.importers.store import Store

TABLES = "tables"
"""Records of the store: the packs of a project."""

MAX_PACKS = 8
"""Each run that reads something new adds a pack; so many cost less to open than one more to write together."""
PACK_BYTES = 4 * 2**20
"""What is new waits for so much company in memory, before it goes to the store."""
_SPARE_BYTES = 2**20
"""Beyond this, packs are written together when more than half of them is of no use any more."""


class KnownReadings:
    """Reads files, or takes what an earlier run has read; safe over the threads of one run.

    Methods block, so they are called in worker threads. The constructor does no I/O; the store is opened when the first
    file is read, and when something is kept.
    """

    def __init__(self, open_store: "Callable[[], Store]", project: Path) -> None:
        self._open_store = open_store
        self._scope = digest_of(os.fsencode(project.absolute())).hex()
        self._lock = threading.Lock()
        self._stored: dict[bytes, bytes] | None = None
        self._packs: dict[str, int] = {}
        """Digests and sizes of all packs with tables of use."""
        self._recorded: tuple[str, ...] = ()
        self._code = b""
        self._sizes: dict[bytes, int] = {}
        """Sizes of the tables of this run, by their keys."""
        self._new: dict[bytes, bytes] = {}
        self._waiting = 0
        """Bytes of the new tables."""
        self._gave_up = False
        self._bases: dict[int, tuple[ReadingRules, bytes]] = {}

    def read(self, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
        """Return what `read_file` returns."""
        stored = self._opened()
        key = table_key(file, rules, self._basis(rules))
        if key is None:
            return read_file(file, number, rules)
        # Taken out: what was read needs its table no longer, and large projects have many.
        table = stored.pop(key, None)
        known = None if table is None else reading_of(table, file, number, rules)
        if table is not None and known is not None:
            self._sizes[key] = len(table)
            return known
        reading = read_file(file, number, rules)
        table = table_of(reading, rules)
        if table is not None:
            self._keep(key, table)
        return reading

    def save(self) -> None:
        """Let later runs take what was read for the first time, where it can be kept."""
        with self._lock, suppress(OSError, TenprintError, TypeError, ValueError):
            self._flush()
            if self._gave_up or tuple(self._packs) == self._recorded:
                return
            needed, size = sum(self._sizes.values()), sum(self._packs.values())
            if len(self._packs) > MAX_PACKS + size // PACK_BYTES or size - needed > needed + _SPARE_BYTES:
                self._write_together()
            store = self._open_store()
            try:
                store.record(TABLES, self._scope, {"scope": "project"}, self._packs)
            finally:
                store.close()
            self._recorded = tuple(self._packs)

    def _keep(self, key: bytes, table: bytes) -> None:
        with self._lock, suppress(OSError, TenprintError):
            if key in self._sizes or self._gave_up:  # one content may stand under two paths
                return
            self._sizes[key] = len(table)
            self._add(key, table)

    def _add(self, key: bytes, table: bytes) -> None:
        self._new[key] = table
        self._waiting += len(table)
        if self._waiting > PACK_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Put the new tables into a pack."""
        new, self._new, self._waiting = self._new, {}, 0
        if new and not self._gave_up:
            pack = written_pack(new)
            store = self._open_store()
            try:
                digest = store.put(pack)
                if store.problems:  # nothing may name a pack that is not there
                    self._gave_up = True
                else:
                    self._packs[digest] = len(pack)
            finally:
                store.close()

    def _write_together(self) -> None:
        """Put the tables of this run, and no others, into as few packs as may be."""
        packs, self._packs = self._packs, {}
        store = self._open_store()
        try:
            for digest in packs:
                for key, table in read_pack(store.get(digest) or b"").items():
                    if key in self._sizes:
                        self._add(key, table)
        finally:
            store.close()
        self._flush()

    def _opened(self) -> dict[bytes, bytes]:
        with self._lock:
            if self._stored is None:
                self._code = _code_digest()
                self._stored = self._load()
            return self._stored

    def _load(self) -> dict[bytes, bytes]:
        tables: dict[bytes, bytes] = {}
        with suppress(OSError, TenprintError, TypeError, ValueError):
            store = self._open_store()
            try:
                record = store.find(TABLES, self._scope, check="nothing")
                self._recorded = () if record is None else record.contents
                for digest in self._recorded:
                    pack = store.get(digest)
                    if pack is not None:
                        tables |= read_pack(pack)
                        self._packs[digest] = len(pack)
            finally:
                store.close()
        return tables

    def _basis(self, rules: ReadingRules) -> bytes:
        known = self._bases.get(id(rules))
        if known is None:  # with the rules themselves, or others could have their number later
            known = self._bases[id(rules)] = (rules, canonical_digest((self._code, rules_digest(rules))))
        return known[1]


def _code_digest() -> bytes:
    """Digest what reads documents: our modules by their times and sizes, the YAML parser, and Python."""
    import yaml  # noqa: PLC0415 - loaded by the reader anyway; its version is all that is wanted

    lines = [sys.version, yaml.__version__, str(yaml.__with_libyaml__), *sorted(_stamps(Path(__file__).parent))]
    return digest_of("\n".join(lines).encode("utf-8", "surrogateescape"))


def _stamps(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path}\0{found.st_size}\0{found.st_mtime_ns}"
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _stamps(Path(entry.path))
