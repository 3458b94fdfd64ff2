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
_SPARE_BYTES = 2**20
"""Beyond this, packs are written together when more than half of them is of no use any more."""


class KnownReadings:
    """Reads files, or takes what an earlier run has read; safe over the threads of one run.

    Methods block, so they are called in worker threads. The constructor does no I/O; the store is opened when the first
    file is read, and when something is saved.
    """

    def __init__(self, open_store: "Callable[[], Store]", project: Path) -> None:
        self._open_store = open_store
        self._scope = digest_of(os.fsencode(project.absolute())).hex()
        self._lock = threading.Lock()
        self._stored: dict[bytes, bytes] | None = None
        self._packs: tuple[str, ...] = ()
        self._size = 0
        self._code = b""
        self._used: dict[bytes, bytes] = {}
        self._new: dict[bytes, bytes] = {}
        self._bases: dict[int, tuple[ReadingRules, bytes]] = {}

    def read(self, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
        """Return what `read_file` returns."""
        stored = self._opened()
        key = table_key(file, rules, self._basis(rules))
        if key is None:
            return read_file(file, number, rules)
        table = stored.get(key) or self._new.get(key)
        known = None if table is None else reading_of(table, file, number, rules)
        if table is not None and known is not None:
            self._used[key] = table
            return known
        reading = read_file(file, number, rules)
        table = table_of(reading, rules)
        if table is not None:
            self._new[key] = table
        return reading

    def save(self) -> None:
        """Keep what was read for the first time, where that can be kept."""
        with self._lock:
            new, self._new = self._new, {}
            if not new:
                return
            with suppress(OSError, TenprintError, TypeError, ValueError):
                self._save(new)
            self._used |= new
            if self._stored is not None:
                self._stored |= new

    def _save(self, new: dict[bytes, bytes]) -> None:
        tables = {**self._used, **new}
        needed = sum(map(len, tables.values()))
        wasted = self._size + sum(map(len, new.values())) - needed
        is_whole = len(self._packs) >= MAX_PACKS or wasted > needed + _SPARE_BYTES
        pack = written_pack(tables if is_whole else new)
        store = self._open_store()
        try:
            digest = store.put(pack)
            if store.problems:  # nothing may name a pack that is not there
                return
            self._packs = (digest,) if is_whole else (*self._packs, digest)
            self._size = len(pack) + (0 if is_whole else self._size)
            store.record(TABLES, self._scope, {"scope": "project"}, self._packs)
        finally:
            store.close()

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
                packs = () if record is None else record.contents
                contents = [(digest, pack) for digest in packs if (pack := store.get(digest)) is not None]
            finally:
                store.close()
            for _, pack in contents:
                tables |= read_pack(pack)
            self._packs = tuple(digest for digest, _ in contents)
            self._size = sum(len(pack) for _, pack in contents)
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
