"""The importer `database`: what one tenant has taught its assistant, from the rows of an SQLite database."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tenprint.importers import (
    DocumentId,
    ImporterContext,
    PlacedValue,
    Snapshot,
    SnapshotImporter,
    SourceError,
    SourceState,
    TrainingDataImporter,
    read_options,
    read_values,
    snapshot_of,
)
from tenprint.importers.data import Domain, Example, Intent, NluData, Response
from tenprint.importers.inputs import Inputs
from tenprint.importers.kinds import DOMAIN, NLU
from tenprint.plugins import hookimpl

REVISION = """
SELECT count(*), max(changed)
FROM (SELECT tenant, changed FROM phrase UNION ALL SELECT tenant, changed FROM reply) WHERE tenant = ?
"""
PHRASES = "SELECT id, ifnull(intent, ''), ifnull(text, '') FROM phrase WHERE tenant = ? ORDER BY id"
REPLIES = "SELECT id, ifnull(name, ''), ifnull(text, '') FROM reply WHERE tenant = ? ORDER BY id"

Row = tuple[int, str, str]


@dataclass(frozen=True)
class DatabaseOptions:
    """Options of an entry `name: database`."""

    path: str
    tenant: str


class DatabaseImporter(SnapshotImporter):
    """Reads the rows of a tenant. Options: `path`, the database, relative to the project, and the `tenant`."""

    NAME = "database"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.wanted = read_options(DatabaseOptions, self.options, self.context)

    async def declared_inputs(self) -> Inputs:
        return Inputs((self.wanted.path,))

    # A plain method runs in a worker thread, so the driver may block.
    def take_snapshot(self) -> Snapshot:  # type: ignore[override]  # plain, in place of async
        path = self.context.project / self.wanted.path
        # Only to be read: without `mode=ro`, a path that is wrong would make an empty database.
        address = f"{path.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
                database.execute("BEGIN")  # the revision and all rows are of one moment
                count, changed = database.execute(REVISION, [self.wanted.tenant]).fetchone()
                tables = {
                    "phrase": list(_examples(database.execute(PHRASES, [self.wanted.tenant]))),
                    "reply": list(_responses(database.execute(REPLIES, [self.wanted.tenant]))),
                }
        except sqlite3.Error as error:
            raise SourceError(f"{path} cannot be read: {error}", hint="check `path`, and the tables in it") from error
        if not count:
            raise SourceError(f"{path} has nothing of the tenant {self.wanted.tenant!r}", hint="check `tenant`")
        revision = f"{count}-{changed}"
        readings = [
            read_values(
                DocumentId(self.source_name, f"{path.name}/{table}", revision), values, number, self.context.rules
            )
            for number, (table, values) in enumerate(tables.items())
        ]
        return snapshot_of(SourceState(self.source_name, revision), readings, self.context.rules)


def _examples(rows: Iterable[Row]) -> Iterator[PlacedValue]:
    known = set()
    for number, intent, text in rows:
        if intent not in known:
            known.add(intent)
            yield PlacedValue(DOMAIN, Domain(intents=(Intent(intent),)), (number, 0))
        yield PlacedValue(NLU, NluData((Example(text, intent),)), (number, 0))


def _responses(rows: Iterable[Row]) -> Iterator[PlacedValue]:
    for number, name, text in rows:
        yield PlacedValue(DOMAIN, Domain(responses=(Response(name, ({"text": text},)),)), (number, 0))


@hookimpl
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:
    return [DatabaseImporter]
