"""Cases H of the engine: resources, the storage they live in, and archives made of it."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import anyio
import pytest

from tenprint.fingerprinting import BrokenArchive, ModelError, ModelNotFound, UnsafeArchive
from tenprint.fingerprinting.engine import (
    GraphModelConfiguration,
    GraphSchema,
    GraphSchemaError,
    GraphStorageError,
    LocalModelStorage,
    ModelMetadata,
    Resource,
    SchemaNode,
    TrainingType,
    UnsupportedModelVersion,
    known_classes,
)
from tenprint.fingerprinting.engine.file_tree import tree_fingerprint

pytestmark = pytest.mark.filterwarnings("error")

WORDS = Resource("nlu/0-Words")
FILES = {"words.json": b"[]\n", "sub/deep/weights.npy": b"\x00\x01", "sub/empty": b""}


def fill(folder: Path, files: dict[str, bytes] = FILES) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stored(storage: LocalModelStorage, resource: Resource = WORDS) -> dict[str, bytes]:
    with storage.read_from(resource) as folder:
        return files_in(folder)


def put(storage: LocalModelStorage, resource: Resource = WORDS, files: dict[str, bytes] = FILES) -> Resource:
    with storage.write_to(resource) as folder:
        fill(folder, files)
    return resource.with_fingerprint(storage)


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path / "storage")


# Resources in a storage


def test_h01_what_was_written_is_read(storage: LocalModelStorage) -> None:
    put(storage)
    assert stored(storage) == FILES
    assert storage.resources() == (WORDS,)


@pytest.mark.anyio
async def test_h01_on_an_event_loop_too(storage: LocalModelStorage) -> None:
    async with storage.write_to(WORDS) as folder:
        fill(folder)
    async with storage.read_from(WORDS) as folder:
        assert files_in(folder) == FILES


def test_h02_a_resource_nobody_has_written_is_a_value_error(storage: LocalModelStorage) -> None:
    put(storage)
    with pytest.raises(ValueError, match=r"resource nlu/1-Other: nothing was ever stored for it") as refused:
        stored(storage, Resource("nlu/1-Other"))
    assert isinstance(refused.value, GraphStorageError)
    assert "the node that stores it must be among those" in str(refused.value.hint)


def test_a_storage_makes_its_folder_when_something_is_written(tmp_path: Path) -> None:
    empty = LocalModelStorage(tmp_path / "a" / "b")
    assert (empty.resources(), empty.holds(WORDS)) == ((), False)
    with pytest.raises(GraphStorageError, match="nothing was ever stored"):
        stored(empty)
    assert list(tmp_path.iterdir()) == []
    put(empty)
    assert stored(empty) == FILES


def test_a_second_writing_replaces_the_first_whole(storage: LocalModelStorage) -> None:
    first = put(storage)
    second = put(storage, files={"other.json": b"{}"})
    assert stored(storage) == {"other.json": b"{}"}
    assert first == second  # of one name
    assert first.fingerprint() != second.fingerprint()


def write_half(storage: LocalModelStorage, resource: Resource) -> None:
    with storage.write_to(resource) as folder:
        fill(folder, {"half.json": b"{"})
        raise ZeroDivisionError


def test_a_writing_that_fails_leaves_what_was_there(storage: LocalModelStorage) -> None:
    put(storage)
    with pytest.raises(ZeroDivisionError):
        write_half(storage, WORDS)
    assert stored(storage) == FILES
    with pytest.raises(ZeroDivisionError):
        write_half(storage, Resource("new"))
    assert not storage.holds(Resource("new"))
    assert list((storage.root / "+open").iterdir()) == []


def test_what_a_reader_does_reaches_nobody(storage: LocalModelStorage) -> None:
    put(storage)
    with storage.read_from(WORDS) as one, storage.read_from(WORDS) as other:
        (one / "words.json").write_bytes(b"changed")
        (one / "sub" / "empty").unlink()
        assert files_in(other) == FILES
    assert stored(storage) == FILES
    assert list((storage.root / "+open").iterdir()) == []


def test_one_writer_at_a_time(storage: LocalModelStorage) -> None:
    put(storage)
    with storage.write_to(WORDS) as first:
        with pytest.raises(GraphStorageError, match="it is being written already"), storage.write_to(WORDS):
            pytest.fail("two writers")  # pragma: no cover
        assert stored(storage) == FILES  # what was there before, until the first is done
        put(storage, Resource("nlu/1-Other"))
        fill(first, {"new": b"1"})
    assert stored(storage) == {"new": b"1"}
    put(storage)


def test_a_folder_is_opened_once(storage: LocalModelStorage) -> None:
    opening = storage.write_to(WORDS)
    with opening, pytest.raises(GraphStorageError, match="this folder is open already"), opening:
        pytest.fail("open twice")  # pragma: no cover


def test_other_processes_share_the_storage(storage: LocalModelStorage) -> None:
    script = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from tenprint.fingerprinting.engine import LocalModelStorage, Resource\n"
        "storage = LocalModelStorage(sys.argv[1])\n"
        "with storage.write_to(Resource('nlu/0-Words')) as folder:\n"
        "    (folder / 'words.json').write_text('theirs')\n"
        "    print('open', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    put(storage)
    arguments = [sys.executable, "-c", script, str(storage.root), *sys.path]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(GraphStorageError, match="it is being written already"):
            put(storage)
        assert stored(storage) == FILES
        other.communicate("\n")
    assert (other.returncode, stored(storage)) == (0, {"words.json": b"theirs"})
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
        killed.wait()
    assert stored(storage) == {"words.json": b"theirs"}
    put(storage)  # the lock went with its owner
    assert stored(storage) == FILES


def test_readers_see_one_writing_or_the_other_whole(storage: LocalModelStorage) -> None:
    versions = [{f"{number}.txt": bytes([version]) * 1000 for number in range(20)} for version in range(2)]
    put(storage, files=versions[0])
    ready = Barrier(3)
    seen: list[dict[str, bytes]] = []

    def read() -> None:
        ready.wait()
        seen.extend(stored(storage) for _ in range(30))

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    ready.wait()
    for number in range(30):
        put(storage, files=versions[number % 2])
    for reader in readers:
        reader.join()
    assert all(each in versions for each in seen)


@pytest.mark.anyio
async def test_a_writing_that_is_cancelled_leaves_what_was_there(storage: LocalModelStorage) -> None:
    put(storage)
    with anyio.CancelScope() as scope:
        async with storage.write_to(WORDS) as folder:
            fill(folder, {"half": b"1"})
            scope.cancel()
            await anyio.lowlevel.checkpoint()
    assert scope.cancelled_caught
    assert stored(storage) == FILES
    assert list((storage.root / "+open").iterdir()) == []
    put(storage)


@pytest.mark.anyio
async def test_a_writing_that_was_cancelled_too_late_is_kept(storage: LocalModelStorage) -> None:
    with anyio.CancelScope() as scope:
        async with storage.write_to(WORDS) as folder:
            fill(folder)
            scope.cancel()
    assert stored(storage) == FILES


ODD: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: (folder / "link").symlink_to("/etc/passwd"), "a symbolic link"),
    (lambda folder: (folder / "folder").symlink_to(folder), "a symbolic link"),
    (lambda folder: os.mkfifo(folder / "pipe"), "neither a file nor a folder"),
    (lambda folder: (folder / "a\\b").write_bytes(b""), "a backslash"),
    (lambda folder: (folder / "a\nb").write_bytes(b""), "a control character"),
    (lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).write_bytes(b""), "not UTF-8"),
    (lambda folder: folder.joinpath(*"a" * 25).mkdir(parents=True), "too many folders within each other"),
]


@pytest.mark.parametrize(("make", "reason"), ODD, ids=[row[1] + str(number) for number, row in enumerate(ODD)])
def test_what_no_archive_could_hold_is_not_stored(
    storage: LocalModelStorage, make: Callable[[Path], object], reason: str
) -> None:
    put(storage)
    with pytest.raises(GraphStorageError, match=reason), storage.write_to(WORDS) as folder:
        make(folder)
    assert stored(storage) == FILES


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GraphStorageError, match="cannot be read or written: Not a directory"):
        put(LocalModelStorage(tmp_path / "file" / "storage"))


NAMES = [
    "",
    ".",
    "..",
    "/",
    "a/",
    "/a",
    "a//b",
    "a/../b",
    "../a",
    "./a",
    "a b",
    "a\\b",
    "a\0",
    "ä",
    "a:b",
    "a+b",
    "a\n",
    "a" * 201,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_h18_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a resource") as refused:
        Resource(name)
    assert isinstance(refused.value, GraphStorageError)
    with pytest.raises(GraphStorageError, match="cannot be the name of a resource"):
        replace(WORDS, name=name)


@pytest.mark.parametrize(
    "name", ["a", "a/b/c", "train_pkg.mod.Class0", "...", "a..b", "-", "a" * 200, "__importer__", "con"]
)
def test_plain_names_are_names_of_resources(storage: LocalModelStorage, name: str) -> None:
    put(storage, Resource(name))
    assert stored(storage, Resource(name)) == FILES
    assert storage.resources() == (Resource(name),)


def test_a_name_within_another_is_another_resource(storage: LocalModelStorage) -> None:
    put(storage, Resource("nlu"), {"a": b"1"})
    put(storage, Resource("nlu/words"), {"a": b"2"})
    put(storage, Resource("nlu"), {"a": b"3"})
    assert (stored(storage, Resource("nlu")), stored(storage, Resource("nlu/words"))) == ({"a": b"3"}, {"a": b"2"})


# Fingerprints


def test_h12_the_fingerprint_is_that_of_the_files(storage: LocalModelStorage, tmp_path: Path) -> None:
    one, same, other = (
        put(storage, Resource("one")),
        put(storage, Resource("two")),
        put(storage, Resource("three"), {"a": b""}),
    )
    assert one.fingerprint() == same.fingerprint() != other.fingerprint()
    assert one != same
    moved = put(storage, Resource("four"), {**{f"x/{name}": content for name, content in FILES.items()}})
    assert moved.fingerprint() != one.fingerprint()
    elsewhere = tmp_path / "elsewhere"
    fill(elsewhere)
    os.utime(elsewhere / "words.json", (1, 1))
    (elsewhere / "words.json").chmod(0o600)
    (elsewhere / "nothing" / "here").mkdir(parents=True)
    assert tree_fingerprint(elsewhere) == one.fingerprint()


def test_a_fingerprint_nobody_asked_for_is_not_known(storage: LocalModelStorage) -> None:
    with pytest.raises(GraphStorageError, match="its fingerprint is not known"):
        WORDS.fingerprint()
    assert WORDS.with_fingerprint(storage).fingerprint() == tree_fingerprint(None)


def test_bytes_that_move_between_files_are_another_fingerprint(storage: LocalModelStorage) -> None:
    found = {
        put(storage, files=files).fingerprint()
        for files in (
            {"a": b"xy", "b": b""},
            {"a": b"x", "b": b"y"},
            {"a": b"", "b": b"xy"},
            {"ab": b"xy"},
            {"a": b"xy"},
            {"a/b": b"xy"},
        )
    }
    assert len(found) == 6


# Caching


def cached(storage: LocalModelStorage, directory: Path, resource: Resource = WORDS) -> Resource:
    known = resource.with_fingerprint(storage)
    directory.mkdir()
    known.to_cache(directory, storage)
    return known


def test_h09_a_resource_is_restored_in_a_new_storage(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage)
    known = cached(storage, tmp_path / "kept")
    fresh = LocalModelStorage(tmp_path / "fresh")
    restored = Resource.from_cache("nlu/0-Words", tmp_path / "kept", fresh, known.fingerprint())
    assert (restored, restored.fingerprint()) == (known, known.fingerprint())
    assert stored(fresh) == FILES


def test_h09_it_has_the_name_of_the_node_that_restores_it(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage)
    known = cached(storage, tmp_path / "kept")
    restored = Resource.from_cache("renamed", tmp_path / "kept", storage, known.fingerprint())
    assert stored(storage, restored) == stored(storage) == FILES


def test_h10_a_storage_may_hold_the_same_already(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage)
    known = cached(storage, tmp_path / "kept")
    assert Resource.from_cache("nlu/0-Words", tmp_path / "kept", storage, known.fingerprint()) == known


def test_h11_a_storage_that_holds_something_else_is_a_value_error(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage)
    known = cached(storage, tmp_path / "kept")
    put(storage, files={"other": b""})
    with pytest.raises(ValueError, match="the storage holds other files for it"):
        Resource.from_cache("nlu/0-Words", tmp_path / "kept", storage, known.fingerprint())
    assert stored(storage) == {"other": b""}


def test_h13_a_resource_nobody_has_written_is_cached_and_restored_as_nothing(
    storage: LocalModelStorage, tmp_path: Path
) -> None:
    known = cached(storage, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
    fresh = LocalModelStorage(tmp_path / "fresh")
    assert Resource.from_cache("nlu/0-Words", tmp_path / "kept", fresh, known.fingerprint()) == known
    assert not (tmp_path / "fresh").exists()


def test_files_that_were_changed_in_the_cache_are_not_restored(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage)
    known = cached(storage, tmp_path / "kept")
    (tmp_path / "kept" / "words.json").write_bytes(b"[1]\n")
    with pytest.raises(GraphStorageError, match="are not those that were stored"):
        Resource.from_cache("other", tmp_path / "kept", storage, known.fingerprint())
    assert not storage.holds(Resource("other"))


# Archives


class Train:
    """Something a schema uses."""


class Load:
    NAME = "Load"


KNOWN = known_classes(Train, Load)


def configuration(**options: Any) -> GraphModelConfiguration:
    train = SchemaNode({"importer": "__importer__"}, Train, "create", "train", {"sizes": (1, 2)}, is_target=True)
    load = SchemaNode({}, Load, "load", "run", {"x": None}, eager=True, resource=WORDS)
    settings = {"assistant_id": "peg", "language": "en", "nlu_target": "load", **options}
    return GraphModelConfiguration(GraphSchema({"train": train}), GraphSchema({"load": load}), **settings)


DOMAIN: dict[str, Any] = {"intents": ["greet"], "responses": {"utter_greet": [{"text": "Grüß dich"}]}}


def packed(storage: LocalModelStorage, archive: Path, **options: Any) -> ModelMetadata:
    put(storage)
    return storage.create_model_package(archive, configuration(), DOMAIN, project_fingerprint="abc", **options)


def unpacked(archive: Path, folder: Path) -> tuple[LocalModelStorage, ModelMetadata]:
    return LocalModelStorage.from_model_archive(folder, archive, known=KNOWN)


def test_h05_h15_a_model_keeps_what_it_was_packed_with(storage: LocalModelStorage, tmp_path: Path) -> None:
    before = datetime.now(timezone.utc)
    made = packed(storage, tmp_path / "m.tar.gz")
    read = LocalModelStorage.metadata_from_archive(tmp_path / "m.tar.gz", known=KNOWN)
    fresh, found = unpacked(tmp_path / "m.tar.gz", tmp_path / "fresh")
    assert read == found
    assert (read.trained_at, read.model_id) == (made.trained_at, made.model_id)
    assert before <= read.trained_at <= datetime.now(timezone.utc)
    assert (read.domain, read.assistant_id, read.language, read.nlu_target) == (DOMAIN, "peg", "en", "load")
    assert (read.core_target, read.project_fingerprint, read.training_type) == (None, "abc", TrainingType.BOTH)
    assert read.predict_schema == configuration().predict_schema
    assert read.train_schema.nodes["train"].config == {"sizes": [1, 2]}  # JSON has no tuples
    assert read.resources == {"nlu/0-Words": WORDS.with_fingerprint(storage).fingerprint()}
    assert fresh.resources() == (WORDS,)
    assert stored(fresh) == FILES


def test_h04_long_names_of_files_are_kept(storage: LocalModelStorage, tmp_path: Path) -> None:
    files = {"/".join(["x" * 200] * 5): b"1"}
    put(storage, Resource("r"), files)
    put(storage)
    storage.create_model_package(tmp_path / "m.tar.gz", configuration(), {})
    fresh, _ = unpacked(tmp_path / "m.tar.gz", tmp_path / "fresh")
    assert stored(fresh, Resource("r")) == files


def test_h07_folders_above_an_archive_are_made(storage: LocalModelStorage, tmp_path: Path) -> None:
    packed(storage, tmp_path / "a" / "b" / "m.tar.gz")
    assert (tmp_path / "a" / "b" / "m.tar.gz").is_file()
    assert stored(storage) == FILES


def test_h08_a_model_is_unpacked_into_an_empty_folder(storage: LocalModelStorage, tmp_path: Path) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_bytes(b"")
    with pytest.raises(ValueError, match="unpacked into an empty folder, and this one is not"):
        unpacked(tmp_path / "m.tar.gz", tmp_path / "full")
    assert files_in(tmp_path / "full") == {"file": b""}
    (tmp_path / "empty").mkdir()
    assert unpacked(tmp_path / "m.tar.gz", tmp_path / "empty")[0].holds(WORDS)


def test_h14_metadata_are_read_as_they_were_written(storage: LocalModelStorage, tmp_path: Path) -> None:
    made = packed(storage, tmp_path / "m.tar.gz")
    read = ModelMetadata.from_json(json.loads(json.dumps(made.to_json())), known=KNOWN)
    assert replace(read, train_schema=made.train_schema) == made
    again = ModelMetadata.from_json(json.loads(json.dumps(read.to_json())), known=KNOWN)
    assert again == read


def test_j13_the_same_content_gives_the_same_archive(
    storage: LocalModelStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one = packed(storage, tmp_path / "one.tar.gz")
    fresh, _ = unpacked(tmp_path / "one.tar.gz", tmp_path / "fresh")
    two = fresh.create_model_package(tmp_path / "two.tar.gz", configuration(), DOMAIN, project_fingerprint="abc")
    assert one == two
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
    put(fresh, files={"a": b""})
    three = fresh.create_model_package(tmp_path / "three.tar.gz", configuration(), DOMAIN, project_fingerprint="abc")
    assert three.model_id != one.model_id


def test_a_model_without_a_resource_it_names_is_not_packed(storage: LocalModelStorage, tmp_path: Path) -> None:
    with pytest.raises(GraphStorageError, match=r"cannot be packed without nlu/0-Words"):
        storage.create_model_package(tmp_path / "m.tar.gz", configuration(), {})
    put(storage)
    with pytest.raises(GraphStorageError, match=r"cannot be packed without a/b, c"):
        storage.create_model_package(tmp_path / "m.tar.gz", configuration(), {}, resources=["c", "a/b"])
    assert not (tmp_path / "m.tar.gz").exists()


def test_only_what_is_asked_for_is_packed(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage, Resource("core/0-Policy"))
    put(storage, Resource("scratch"))
    found = packed(storage, tmp_path / "m.tar.gz", resources=["core/0-Policy"])
    assert list(found.resources) == ["core/0-Policy", "nlu/0-Words"]


@pytest.mark.parametrize(
    "name",
    [
        "fingerprint.json",
        "metadata.json",
        "run.json",
        "run.json/x",
        "core",
        "nlu",
        "core/domain.yml",
        "core/domain.yml/x",
        "nlu/0-Words/x",
    ],
)
def test_a_name_that_stands_for_something_else_in_an_archive_is_refused(
    storage: LocalModelStorage, tmp_path: Path, name: str
) -> None:
    put(storage, Resource(name))
    with pytest.raises(GraphStorageError, match="names that an archive cannot hold"):
        packed(storage, tmp_path / "m.tar.gz")
    assert not (tmp_path / "m.tar.gz").exists()


Members = list[tuple[tarfile.TarInfo, bytes]]


def member(name: str, content: bytes = b"", **header: Any) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for key, value in header.items():
        setattr(entry, key, value)
    return entry, content


def archive_of(path: Path, members: Members) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry, content in members:
            archive.addfile(entry, io.BytesIO(content))
    return path


def members_of(path: Path) -> Members:
    with tarfile.open(path) as archive:
        return [(entry, found.read() if (found := archive.extractfile(entry)) else b"") for entry in archive]


def refused_both_ways(archive: Path, folder: Path, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LocalModelStorage.metadata_from_archive(archive, known=KNOWN)
    with pytest.raises(error, match=message):
        unpacked(archive, folder)
    assert not folder.exists()


def test_h03_a_model_of_rasa_is_refused_with_its_version(tmp_path: Path) -> None:
    old = archive_of(
        tmp_path / "old.tar.gz", [member("fingerprint.json", b'{"version": "2.8.12"}'), member("nlu/x", b"1")]
    )
    refused_both_ways(old, tmp_path / "fresh", UnsupportedModelVersion, r"made by Rasa 2\.8\.12")
    new = archive_of(tmp_path / "new.tar.gz", [member("metadata.json", b"{}"), member("components/x", b"1")])
    refused_both_ways(new, tmp_path / "fresh", UnsupportedModelVersion, "made by another program")


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0.dev1", "", "newest", None, 3])
def test_h06_a_model_of_an_old_version_is_refused_with_what_to_do(
    storage: LocalModelStorage, tmp_path: Path, version: object
) -> None:
    made = packed(storage, tmp_path / "m.tar.gz")
    members = members_of(tmp_path / "m.tar.gz")
    document = json.loads(members[0][1])
    document["graph"]["tenprint_version"] = version
    text = json.dumps(document).encode()
    old = archive_of(tmp_path / "old.tar.gz", [member("metadata.json", text), *members[1:]])
    refused_both_ways(old, tmp_path / "fresh", UnsupportedModelVersion, r"0\.1\.0 and later can be run")
    with pytest.raises(UnsupportedModelVersion) as refused:
        replace(made, tenprint_version=version)  # type: ignore[arg-type]  # what a caller may get wrong
    assert "train the model again" in str(refused.value.hint)


def test_a_model_whose_classes_are_not_known_is_refused(storage: LocalModelStorage, tmp_path: Path) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    with pytest.raises(GraphSchemaError, match=r"load: no class is known as 'Load'"):
        LocalModelStorage.from_model_archive(tmp_path / "fresh", tmp_path / "m.tar.gz", known=known_classes(Train))
    assert not (tmp_path / "fresh").exists()


HARMFUL: list[tuple[Members, str]] = [
    ([member("../escaped", b"1")], "may lead out of its folder"),
    ([member("nlu/../../escaped", b"1")], "may lead out of its folder"),
    ([member("link", type=tarfile.SYMTYPE, linkname="/etc")], "a symbolic link"),
    ([member("link", type=tarfile.LNKTYPE, linkname="metadata.json")], "a hard link"),
    ([member("device", type=tarfile.CHRTYPE)], "a character device"),
    ([member("pipe", type=tarfile.FIFOTYPE)], "a FIFO"),
    ([member("nlu/0-Words/words.json", b"twice")], "the same name twice"),
]


@pytest.mark.parametrize(("further", "reason"), HARMFUL, ids=[str(number) for number in range(len(HARMFUL))])
def test_h16_an_archive_that_would_do_harm_is_refused(
    storage: LocalModelStorage, tmp_path: Path, further: Members, reason: str
) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    bad = archive_of(tmp_path / "bad.tar.gz", [*members_of(tmp_path / "m.tar.gz"), *further])
    with pytest.raises(UnsafeArchive, match=reason):
        unpacked(bad, tmp_path / "fresh")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar.gz", "m.tar.gz", "storage"]


def test_h17_an_absolute_name_within_the_working_directory_is_refused(
    storage: LocalModelStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    members = [*members_of(tmp_path / "m.tar.gz"), member(str(tmp_path / "escaped"), b"1")]
    bad = archive_of(tmp_path / "bad.tar.gz", members)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsafeArchive, match="an absolute path"):
        unpacked(bad, tmp_path / "fresh")
    assert not (tmp_path / "escaped").exists()
    assert not (tmp_path / "fresh").exists()


def test_a_resource_that_is_not_what_the_metadata_say_is_refused(storage: LocalModelStorage, tmp_path: Path) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    members = members_of(tmp_path / "m.tar.gz")
    changed = [
        member(each.name, b"[2]\n") if each.name.endswith("words.json") else (each, text) for each, text in members
    ]
    with pytest.raises(BrokenArchive, match=r"resource nlu/0-Words is not what the metadata say"):
        unpacked(archive_of(tmp_path / "bad.tar.gz", changed), tmp_path / "fresh")
    without = [(each, text) for each, text in members if not each.name.startswith("nlu")]
    with pytest.raises(BrokenArchive, match=r"resource nlu/0-Words is not what the metadata say"):
        unpacked(archive_of(tmp_path / "bad.tar.gz", without), tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()


def test_no_flipped_bit_of_an_archive_goes_unnoticed(storage: LocalModelStorage, tmp_path: Path) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    whole = (tmp_path / "m.tar.gz").read_bytes()
    expected = unpacked(tmp_path / "m.tar.gz", tmp_path / "right")[1]
    bad = tmp_path / "bad.tar.gz"
    for position in range(0, len(whole), 7):
        bad.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        folder = tmp_path / f"fresh-{position}"
        try:
            fresh, found = unpacked(bad, folder)
        except (ModelError, GraphSchemaError, UnsupportedModelVersion):
            assert not folder.exists()
        else:
            # Some bits mean nothing, such as those after the end of what is compressed, in its last byte.
            assert (found, stored(fresh)) == (expected, FILES)


def test_a_flipped_bit_of_the_metadata_is_noticed_before_the_end_is_read(
    storage: LocalModelStorage, tmp_path: Path
) -> None:
    packed(storage, tmp_path / "m.tar.gz")
    tar = gzip.decompress((tmp_path / "m.tar.gz").read_bytes())
    changed = tar.replace(b'"language": "en"', b'"language": "de"')
    assert changed != tar
    (tmp_path / "bad.tar.gz").write_bytes(gzip.compress(changed))
    with pytest.raises(BrokenArchive, match="its id is not that of what it says"):
        LocalModelStorage.metadata_from_archive(tmp_path / "bad.tar.gz", known=KNOWN)


def test_an_archive_that_is_none_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        unpacked(tmp_path / "nothing.tar.gz", tmp_path / "fresh")
    (tmp_path / "text.tar.gz").write_bytes(b"not gzip")
    refused_both_ways(tmp_path / "text.tar.gz", tmp_path / "fresh", BrokenArchive, "not gzip, or damaged")
    refused_both_ways(
        archive_of(tmp_path / "e.tar.gz", []), tmp_path / "fresh", UnsupportedModelVersion, "another program"
    )
    bad = archive_of(tmp_path / "b.tar.gz", [member("metadata.json", b"[]")])
    refused_both_ways(bad, tmp_path / "fresh", BrokenArchive, "not a JSON object")


def test_only_the_beginning_of_an_archive_is_read_for_its_metadata(storage: LocalModelStorage, tmp_path: Path) -> None:
    put(storage, Resource("large"), {"bytes": os.urandom(3_000_000)})
    packed(storage, tmp_path / "m.tar.gz")
    short = tmp_path / "short.tar.gz"
    short.write_bytes((tmp_path / "m.tar.gz").read_bytes()[:100_000])
    found = LocalModelStorage.metadata_from_archive(short, known=KNOWN)
    assert found.assistant_id == "peg"
    with pytest.raises(BrokenArchive, match="cut off"):
        unpacked(short, tmp_path / "fresh")


def test_the_time_of_a_model_is_exact(storage: LocalModelStorage, tmp_path: Path) -> None:
    made = packed(storage, tmp_path / "m.tar.gz")
    zone = timezone(timedelta(hours=5))
    document = {**made.to_json(), "trained_at": made.trained_at.astimezone(zone).isoformat()}
    assert ModelMetadata.from_json(document, known=KNOWN).trained_at == made.trained_at


def test_a_type_of_training_has_a_word_for_names_of_models() -> None:
    words = {each.name: (each.value, each.model_type) for each in TrainingType}
    assert words == {"NLU": (1, "nlu"), "CORE": (2, "core"), "BOTH": (3, "rasa"), "END_TO_END": (4, "rasa")}
