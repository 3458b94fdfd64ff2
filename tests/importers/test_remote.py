"""What all remote sources share: the store, the lock, runs without network, and standing in for a dead source."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import digest_of, digest_text
from tenprint.importers.errors import ConfigurationError, SourceError
from tenprint.importers.fetching import Fetching, FetchMode, seconds_of
from tenprint.importers.importer import ImporterContext
from tenprint.importers.lock import SourceLock
from tenprint.importers.locking import lock_sources
from tenprint.importers.remote import (
    LATEST,
    MANIFESTS,
    Manifest,
    NotInStore,
    RemoteFile,
    RemoteImporter,
    SourceDrifted,
    SourceNotLocked,
    role_of,
)
from tenprint.importers.snapshot import Drift, Snapshot

pytestmark = pytest.mark.anyio

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"


class Shelf(RemoteImporter):
    """A source whose content the test changes; None stands for a dead one."""

    NAME = "shelf"

    def __init__(self, options: Mapping[str, Any], context: ImporterContext, files: Mapping[str, str] | None) -> None:
        super().__init__(options, context)
        self.files = files
        self.fetched = 0

    def identity(self) -> Mapping[str, Any]:
        return {"url": self.options.get("url", "shelf:1")}

    async def fetch(self, pinned: str | None) -> Manifest:  # noqa: ARG002 - a shelf holds one revision
        self.fetched += 1
        if self.files is None:
            raise SourceError("the shelf is gone", hint="look for it")
        files = tuple(
            RemoteFile(path, self.store.put(text.encode()), len(text)) for path, text in sorted(self.files.items())
        )
        return Manifest(f"r{len(str(self.files))}", files)

    async def drift(self, old: str, new: str) -> tuple[str, ...]:
        return (f"{old} became {new}",)


@pytest.fixture
def context(tmp_path: Path) -> ImporterContext:
    return ImporterContext(tmp_path / "project", cache=tmp_path / "cache", source="base")


def fetching(
    context: ImporterContext, mode: FetchMode, lock: SourceLock | None = None, max_age: float | None = None
) -> ImporterContext:
    return replace(context, fetching=Fetching(mode, lock or SourceLock(), max_age))


def examples(snapshot: Snapshot) -> list[str]:
    return [item.path[2] for item in snapshot.table.of_kind("intent-example")]


def shelf_key(shelf: Shelf, revision: str) -> str:
    return digest_text(canonical_digest((shelf.NAME, dict(shelf.identity()), revision)))


async def locked(context: ImporterContext, files: Mapping[str, str]) -> SourceLock:
    return (await lock_sources([Shelf({}, context, files)], SourceLock())).lock


async def test_files_are_read_by_their_place_with_the_revision(context: ImporterContext) -> None:
    shelf = Shelf(
        {}, context, {"domain/a.yml": "intents: [greet]", "n.yml": NLU, "README.md": "# x", "endpoints.yml": "a: b"}
    )
    snapshot = await shelf.snapshot()

    assert [(document.id.path, document.role) for document in snapshot.documents] == [
        ("domain/a.yml", "domain"),
        ("n.yml", "data"),
    ]
    (state,) = snapshot.sources
    assert (state.name, state.status, state.drift) == ("base", "ok", None)
    assert snapshot.documents[0].id.revision == state.revision
    assert examples(snapshot) == ["hi"]
    assert (await shelf.snapshot(), shelf.fetched) == (snapshot, 1)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("config.yml", "config"),
        ("sub/config.yml", None),
        ("domain.yml", "domain"),
        ("bots/domain/x.yml", "domain"),
        ("data/nlu.json", "data"),
        ("credentials.yml", None),
        ("a.txt", None),
    ],
)
def test_the_role_of_a_file_follows_from_its_place(path: str, role: str | None) -> None:
    assert role_of(path) == role


async def test_without_network_the_store_answers(context: ImporterContext) -> None:
    online = await Shelf({}, context, {"n.yml": NLU}).snapshot()
    dead = Shelf({}, fetching(context, "offline"), None)

    assert (await dead.snapshot()).table == online.table
    assert dead.fetched == 0


async def test_without_network_the_lock_says_which_revision(context: ImporterContext) -> None:
    lock = await locked(context, {"n.yml": NLU})
    await Shelf({}, context, {"n.yml": NLU.replace("hi", "hello there")}).snapshot()

    assert examples(await Shelf({}, fetching(context, "offline", lock), None).snapshot()) == ["hi"]
    assert examples(await Shelf({}, fetching(context, "offline"), None).snapshot()) == ["hello there"]


async def test_without_network_what_was_never_fetched_is_an_error(context: ImporterContext) -> None:
    with pytest.raises(NotInStore, match="'base' is not in the store"):
        await Shelf({}, fetching(context, "offline"), {"n.yml": NLU}).snapshot()


async def test_leaving_the_lock_is_told_or_refused(context: ImporterContext) -> None:
    lock = await locked(context, {"n.yml": NLU})
    moved = {"n.yml": NLU, "m.yml": NLU.replace("hi", "ho")}
    newest = await Shelf({}, fetching(context, "newest", lock), moved).snapshot()

    old = lock.sources["base"].revision
    new = newest.sources[0].revision
    assert newest.sources[0].drift == Drift(old, (f"{old} became {new}",))
    with pytest.raises(SourceDrifted, match=f"is at {new}, the lock says {old}\n    {old} became {new}"):
        await Shelf({}, fetching(context, "locked", lock), moved).snapshot()
    same = await Shelf({}, fetching(context, "locked", lock), {"n.yml": NLU}).snapshot()
    assert same.sources[0].drift is None


async def test_the_lock_of_other_data_says_nothing(context: ImporterContext) -> None:
    lock = await locked(context, {"n.yml": NLU})
    other = Shelf({"url": "shelf:2"}, fetching(context, "locked", lock), {"n.yml": NLU})

    with pytest.raises(SourceNotLocked, match="'base' is not in the lock"):
        await other.snapshot()


async def test_what_was_fetched_last_stands_in_for_a_dead_source(context: ImporterContext) -> None:
    await Shelf({}, context, {"n.yml": NLU}).snapshot()
    snapshot = await Shelf({}, fetching(context, "newest", max_age=60), None).snapshot()

    assert snapshot.sources[0].status == "last-good"
    assert examples(snapshot) == ["hi"]
    (problem,) = snapshot.problems
    assert (problem.code, problem.severity) == ("last-good-source", "warning")
    assert "the shelf is gone" in problem.message


@pytest.mark.parametrize("max_age", [None, 60.0])
async def test_nothing_stands_in_for_a_source_that_was_never_reached(
    context: ImporterContext, max_age: float | None
) -> None:
    with pytest.raises(SourceError, match="the shelf is gone"):
        await Shelf({}, fetching(context, "newest", max_age=max_age), None).snapshot()


async def test_what_is_too_old_does_not_stand_in(context: ImporterContext) -> None:
    await Shelf({}, context, {"n.yml": NLU}).snapshot()

    with pytest.raises(SourceError, match="older than its policy allows"):
        await Shelf({}, fetching(context, "newest", max_age=-1), None).snapshot()


async def test_content_that_was_damaged_is_never_read(context: ImporterContext) -> None:
    shelf = Shelf({}, context, {"n.yml": NLU})
    await shelf.snapshot()
    (content,) = [
        path for path in (context.cache or Path()).rglob("*") if path.is_file() and path.read_bytes() == NLU.encode()
    ]
    content.chmod(0o644)
    content.write_bytes(b"nlu: []")

    with pytest.raises(NotInStore):
        await Shelf({}, fetching(context, "offline"), None).snapshot()


ODD: tuple[Any, ...] = (None, 1, "x", [1], {"x": 1})
FILE = {"path": "n.yml", "digest": digest_text(digest_of(NLU.encode())), "size": len(NLU)}


@pytest.mark.parametrize(
    "change",
    [
        *({key: odd} for key in ("revision", "files", "details", "problems") for odd in ODD),
        *(
            {"files": [{**FILE, key: odd}]}
            for key in FILE
            for odd in ODD
            if key == "digest" or type(odd) is not type(FILE[key])
        ),
        {"files": [{"path": "n.yml"}]},
        {"files": [{**FILE, "mode": 1}]},
        {"problems": [{"code": "x"}]},
    ],
    ids=str,
)
async def test_what_the_store_says_of_a_source_is_read_as_it_was_written_or_not_at_all(
    context: ImporterContext, change: Mapping[str, Any]
) -> None:
    shelf = Shelf({}, context, {"n.yml": NLU})
    await shelf.snapshot()
    lock = await locked(context, {"n.yml": NLU})
    (entry,) = lock.sources.values()
    store = shelf.store
    for space, key in ((MANIFESTS, shelf_key(shelf, entry.revision)), (LATEST, shelf_key(shelf, ""))):
        record = store.find(space, key)
        assert record is not None
        store.record(space, key, {**record.value, **change}, record.contents)

    with pytest.raises(NotInStore):
        await Shelf({}, fetching(context, "offline"), None).snapshot()
    again = Shelf({}, fetching(context, "pinned", lock), {"n.yml": NLU})
    assert examples(await again.snapshot()) == ["hi"]
    assert again.fetched == 1
    assert examples(await Shelf({}, context, {"n.yml": NLU}).snapshot()) == ["hi"]
    assert examples(await Shelf({}, fetching(context, "offline"), None).snapshot()) == ["hi"]


async def test_locking_keeps_what_is_locked_unless_it_is_upgraded(context: ImporterContext) -> None:
    old = await locked(context, {"n.yml": NLU})
    shelf = Shelf({}, context, {"n.yml": NLU.replace("hi", "hello there")})

    kept = await lock_sources([shelf], old)
    upgraded = await lock_sources([shelf], old, upgrade=["base"])
    gone = await lock_sources([], old)

    assert (kept.lock, kept.changes, shelf.fetched) == (old, (), 1)
    (change,) = upgraded.changes
    assert change.before == old.sources["base"]
    assert change.after == upgraded.lock.sources["base"]
    assert change.changes == (f"{change.before.revision} became {change.after.revision}",)
    assert (gone.lock, [change.after for change in gone.changes]) == (SourceLock(), [None])


async def test_an_upgrade_of_nothing_is_an_error(context: ImporterContext) -> None:
    with pytest.raises(ConfigurationError, match="no remote source 'bse'"):
        await lock_sources([Shelf({}, context, {})], SourceLock(), upgrade=["bse"])


@pytest.mark.parametrize(("age", "seconds"), [("90s", 90), ("2 m", 120), ("12h", 43200), ("7d", 604800)])
def test_ages_have_units(age: str, seconds: float) -> None:
    assert seconds_of(age) == seconds


@pytest.mark.parametrize("age", ["", "7", "d", "-1d", "1w", "1.5h"])
def test_ages_without_a_known_unit_are_none(age: str) -> None:
    assert seconds_of(age) is None


async def test_a_cache_that_cannot_be_written_breaks_no_run(context: ImporterContext) -> None:
    assert context.cache is not None
    context.cache.write_bytes(b"mine")
    snapshot = await Shelf({}, context, {"n.yml": NLU}).snapshot()

    assert examples(snapshot) == ["hi"]
    assert [(problem.severity, problem.code.split("-")[0]) for problem in snapshot.problems] == [("warning", "cache")]


async def test_lookup_tables_name_files_of_their_source(context: ImporterContext) -> None:
    table = "nlu:\n- lookup: city\n  file: ../words/cities.txt\n- lookup: gone\n  file: gone.txt\n"
    files = {"data/n.yml": table, "words/cities.txt": "Paris\nRome\n", "words/others.txt": "x"}
    snapshot = await Shelf({}, context, files).snapshot()

    entries = [(str(snapshot.table.location(item)), item.path[2]) for item in snapshot.table.of_kind("lookup-entry")]
    assert entries == [("words/cities.txt:1:1", "city"), ("words/cities.txt:2:1", "city")]
    (problem,) = snapshot.problems
    assert (problem.code, str(problem.location)) == ("lookup-file", "data/n.yml:5:9")
