"""Readings that an earlier run has made: only documents with bytes that were not seen before are parsed.

Every byte is still read and digested; what is looked up under the digest is an item table. The tables of a project lie
in a few packs in the content store, which one record names.

Rules:
- A run with known readings answers what it would answer without them. Whatever is missing, damaged, foreign, locked or
  full is parsed as if nothing were known, and nobody is told, because nothing is different. An index that had to be
  put aside is in `problems`: others lose by it.
- Nothing is written but by `save`, and then only when something new was read.
- A table counts for the code that made it: all modules that read, the YAML parser, and Python itself.
"""

import os
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import digest_of
from tenprint.importers.errors import TenprintError
from tenprint.importers.item_tables import (
    digests_in,
    pack_places,
    read_pack,
    reading_of,
    rules_digest,
    table_key,
    table_of,
    written_pack,
)
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, read_file
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem

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


class TablePlace(NamedTuple):
    """Where a table lies: a file, the place in it, and the digest of what stands there."""

    path: str
    start: int
    size: int
    digest: bytes


class KnownReadings:
    """Reads files, or takes what an earlier run has read; safe over the threads of one run.

    Methods block, so they are called in worker threads. The constructor does no I/O; the store is opened when the first
    file is read, and when something is kept.
    """

    def __init__(self, open_store: "Callable[[], Store]", project: Path) -> None:
        self._open_store = open_store
        self._stores: list[Store] = []
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
        self._keys: dict[DocumentId, bytes] = {}
        """Keys of the tables that stand for documents."""
        self._bases: dict[int, tuple[ReadingRules, bytes]] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """That the index was put aside: more is lost with it than readings, so this alone is told."""
        return tuple(problem for store in self._stores for problem in store.problems if problem.code == "cache-index")

    def read(self, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
        """Return what `read_file` returns."""
        known = self.find(file, number, rules)
        if known is not None:
            return known
        reading = read_file(file, number, rules)
        self.add(file, reading, rules)
        return reading

    def is_empty(self) -> bool:
        """Tell whether no earlier run has left anything, so that nothing needs to be looked up."""
        return not self._opened()

    def find(self, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading | None:
        """Return what an earlier run has read; None where the file is to be read."""
        stored = self._opened()
        key = table_key(file, rules, self._basis(rules))
        # Taken out: what was read needs its table no longer, and large projects have many.
        table = None if key is None else stored.pop(key, None)
        if key is None or table is None:
            return None
        known = reading_of(table, file, number, rules)
        if known is not None:
            self._sizes[key] = len(table)
            self._keys[file.id] = key
        return known

    def add(
        self, file: SourceFile, reading: DocumentReading, rules: ReadingRules, *, table: bytes | None = None
    ) -> None:
        """Keep what was read of a file, for later runs; `table` is its table where there is one already."""
        self._opened()
        key = table_key(file, rules, self._basis(rules))
        if key is not None and table is None:
            table = table_of(reading, rules)
        if key is not None and table is not None:
            self._keep(key, table)
            self._keys[file.id] = key

    def save(self) -> None:
        """Let later runs take what was read for the first time, where it can be kept."""
        with self._lock, suppress(OSError, TenprintError, TypeError, ValueError):
            self._flush()
            if self._gave_up or tuple(self._packs) == self._recorded:
                return
            needed, size = sum(self._sizes.values()), sum(self._packs.values())
            if len(self._packs) > MAX_PACKS + size // PACK_BYTES or size - needed > needed + _SPARE_BYTES:
                self._write_together()
            store = self._opened_store()
            try:
                store.record(TABLES, self._scope, {"scope": "project"}, self._packs)
            finally:
                store.close()
            self._recorded = tuple(self._packs)

    def places(self, digests: Mapping[DocumentId, bytes]) -> tuple[dict[DocumentId, TablePlace], tuple[str, ...]]:
        """Tell where the tables of documents lie, once they are saved, and the digests of all packs.

        Args:
            digests: Documents, with the digests of their rows one behind the other. One that is read in another way, or
                whose table could not be kept, is missing in the answer.
        """
        places: dict[DocumentId, TablePlace] = {}
        with self._lock, suppress(OSError, TenprintError, ValueError):
            wanted: dict[bytes, list[DocumentId]] = {}
            for document in digests.keys() & self._keys.keys():
                wanted.setdefault(self._keys[document], []).append(document)
            store = self._opened_store()
            try:
                for pack in self._packs:
                    for key, place, found in _tables_in(store, pack, wanted):
                        places |= {document: place for document in wanted[key] if digests[document] == found}
            finally:
                store.close()
        return places, tuple(self._packs)

    def keep(self, space: str, key: str, content: bytes, beside: Iterable[str] = ()) -> Path | None:
        """Keep something under a key in place of what was there, with contents it needs; return where it lies."""
        with suppress(OSError, TenprintError, TypeError, ValueError):
            store = self._opened_store()
            try:
                digest = store.put(content)
                store.record(space, key, {}, [digest, *beside])
                return None if store.problems else store.path_of(digest)
            finally:
                store.close()
        return None

    def _opened_store(self) -> "Store":
        store = self._open_store()
        self._stores.append(store)
        return store

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
            store = self._opened_store()
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
        store = self._opened_store()
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
            store = self._opened_store()
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


def _tables_in(store: "Store", digest: str, wanted: Collection[bytes]) -> Iterator[tuple[bytes, TablePlace, bytes]]:
    """Yield the wanted tables of a pack: key, place, and the digests of all rows."""
    pack = store.get(digest) or b""
    path = str(store.path_of(digest).absolute())
    for key, (start, end) in pack_places(pack).items():
        if key in wanted:
            table = pack[start:end]
            yield key, TablePlace(path, start, end - start, digest_of(table)), digests_in(table)


def _code_digest() -> bytes:
    """Digest what reads documents: our modules and those of the YAML parser by their times and sizes, and Python."""
    parser = find_spec("yaml")
    folders = [Path(__file__).parent, *([] if parser is None else map(Path, parser.submodule_search_locations or ()))]
    lines = [sys.version, *sorted(stamp for folder in folders for stamp in _stamps(folder))]
    return digest_of("\n".join(lines).encode("utf-8", "surrogateescape"))


def _stamps(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", *EXTENSION_SUFFIXES)):
                found = entry.stat()
                yield f"{entry.path}\0{found.st_size}\0{found.st_mtime_ns}"
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _stamps(Path(entry.path))
