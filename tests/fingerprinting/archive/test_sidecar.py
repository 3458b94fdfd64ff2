"""What lies beside an archive of another program, and when it is believed."""

import json
import os
import tarfile
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting import (
    BrokenArchive,
    FingerprintError,
    ModelError,
    ModelNotFound,
    Sidecar,
    fitting_sidecar,
    list_models,
    read_archive_head,
    verify_model,
)
from tenprint.fingerprinting.archive.sidecar import ArchiveIdentity, ends_digest, read_sidecar, sidecar_text

FINGERPRINT = {"config": "sha256:00", "trained_at": 1700000000.5, "nlg": "sha256:01", "extra": None}
METADATA = {"schema": "tenprint.metadata/1", "trainer": "command: rasa train", "halves": ["core", "nlu"]}


def identity_of(archive: Path) -> ArchiveIdentity:
    with archive.open("rb") as file:
        return ArchiveIdentity(
            archive.stat().st_size, f"sha256:{sha256(archive.read_bytes()).hexdigest()}", ends_digest(file)
        )


def sidecar_of(path: Path, **changes: Any) -> Sidecar:
    return replace(Sidecar(identity_of(path), FINGERPRINT, METADATA, {"plan": {}}, [["nlu", "greet"]]), **changes)


def place(archive: Path) -> Path:
    return archive.with_name(archive.name + ".tenprint.json")


def written(path: Path, **changes: Any) -> Sidecar:
    sidecar = sidecar_of(path, **changes)
    place(path).write_text(sidecar_text(sidecar, root="sha256:02"), encoding="utf-8")
    return sidecar


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return the archive of another program, as far as its bytes matter."""
    path = tmp_path / "models" / "peg.tar.gz"
    path.parent.mkdir()
    path.write_bytes(b"\x1f\x8b" + bytes(range(256)) * 100)
    return path


def test_what_was_written_is_read_back(archive: Path) -> None:
    sidecar = written(archive)
    assert read_sidecar(archive) == fitting_sidecar(str(archive)) == sidecar
    assert (sidecar.trained_at, sidecar.trainer) == (1700000000.5, "command: rasa train")


def test_an_archive_may_have_none(archive: Path) -> None:
    assert read_sidecar(archive) is None
    assert fitting_sidecar(archive) is None


def test_the_items_can_be_left_unread(archive: Path) -> None:
    items = [["nlu", f'  "items": {number}'] for number in range(50_000)]
    sidecar = written(archive, items=items)
    assert read_sidecar(archive) == sidecar
    assert read_sidecar(archive, items=False) == replace(sidecar, items=None)


def test_it_is_read_however_its_json_is_laid_out(archive: Path) -> None:
    sidecar = written(archive)
    document = json.loads(place(archive).read_text())
    for text in (json.dumps(document), json.dumps(document, indent=2, sort_keys=True), json.dumps(document, indent=7)):
        place(archive).write_text(text)
        assert read_sidecar(archive) == sidecar
        read = read_sidecar(archive, items=False)
        assert read is not None
        assert replace(read, items=None) == replace(sidecar, items=None)


def test_the_head_of_a_model_is_what_its_sidecar_says(archive: Path) -> None:
    written(archive)
    head = read_archive_head(str(archive))
    assert (head.fingerprint, head.items, head.metadata) == (FINGERPRINT, [["nlu", "greet"]], METADATA)
    assert head.stale_sidecar is None


def test_a_sidecar_without_an_archive_says_nothing(archive: Path) -> None:
    written(archive)
    archive.unlink()
    assert read_sidecar(archive) is None
    assert list_models(str(archive.parent)) == ()
    with pytest.raises(ModelNotFound):
        read_archive_head(str(archive))


@pytest.mark.parametrize("position", [None, 0, 4095, -1, -4096])
def test_an_archive_that_was_exchanged_is_noticed(archive: Path, position: int | None) -> None:
    written(archive)
    content = bytearray(archive.read_bytes())
    if position is None:
        content += b"more"
    else:
        content[position] ^= 1
    archive.write_bytes(content)
    sidecar = read_sidecar(archive)
    assert sidecar is not None
    assert sidecar.archive.mismatch(archive) is not None
    assert fitting_sidecar(archive) is None
    (entry,) = list_models(str(archive.parent))
    assert entry.trained_by is None
    assert entry.trained_at != 1700000000.5


def test_an_archive_that_was_exchanged_is_read_as_what_it_is(archive: Path) -> None:
    written(archive)
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("metadata.json")
        member.size = 2
        tar.addfile(member, BytesIO(b"{}"))
    head = read_archive_head(str(archive))
    assert (head.fingerprint, head.metadata) == ({}, {})
    assert "bytes, this one has" in str(head.stale_sidecar)
    with pytest.raises(ModelError, match="was written for another archive"):
        verify_model(str(archive))
    written(archive)
    verify_model(str(archive))
    written(archive, archive=replace(identity_of(archive), sha256="sha256:ff"))
    assert fitting_sidecar(archive) is not None
    with pytest.raises(ModelError, match="another digest"):
        verify_model(str(archive))


def test_a_damaged_archive_is_noticed_where_all_of_it_is_read(archive: Path) -> None:
    written(archive)
    with pytest.raises(BrokenArchive):
        verify_model(str(archive))


def test_copies_and_times_of_files_do_not_matter(archive: Path) -> None:
    written(archive)
    os.utime(archive, (1, 1))
    os.utime(place(archive), (1, 1))
    moved = archive.parent / "other.tar.gz"
    moved.write_bytes(archive.read_bytes())
    place(moved).write_bytes(place(archive).read_bytes())
    assert {entry.trained_at for entry in list_models(str(archive.parent))} == {1700000000.5}
    assert {entry.trained_by for entry in list_models(str(archive.parent))} == {"command: rasa train"}


@pytest.mark.parametrize("trained_at", [None, "now", True, float("1e400"), 10**400, 1e300, -1e300, 253402300800])
def test_a_time_that_is_none_is_that_of_the_archive(archive: Path, trained_at: Any) -> None:
    text = sidecar_text(sidecar_of(archive, fingerprint={"trained_at": 7}), root="sha256:02")
    place(archive).write_text(text.replace('"trained_at": 7', f'"trained_at": {json.dumps(trained_at)}'))
    os.utime(archive, (5, 5))
    (entry,) = list_models(str(archive.parent))
    assert entry.trained_at == 5


DAMAGED = {
    "no JSON": "{",
    "a list": "[]",
    "another schema": '{"schema": "tenprint.sidecar/2"}',
    "nothing of an archive": '{"schema": "tenprint.sidecar/1", "metadata": {}, "run": {}}',
    "half of an archive": '{"schema": "tenprint.sidecar/1", "metadata": {}, "run": {}, "archive": {"size": 1}}',
    "no fingerprint": '{"schema": "tenprint.sidecar/1", "metadata": {}, "run": {},'
    ' "archive": {"size": 1, "sha256": "", "ends": ""}}',
    "a deep one": "[" * 100_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_sidecar_is_an_error(archive: Path, name: str) -> None:
    place(archive).write_text(DAMAGED[name])
    for read in (read_sidecar, fitting_sidecar, read_archive_head, verify_model):
        with pytest.raises(FingerprintError, match=r"peg\.tar\.gz\.tenprint\.json") as caught:
            read(str(archive))
        assert caught.value.hint
    assert len(list_models(str(archive.parent))) == 1


def test_a_sidecar_that_is_no_text_or_no_file_is_an_error(archive: Path) -> None:
    place(archive).write_bytes(b'{"schema": "\xff"}')
    with pytest.raises(FingerprintError, match="not UTF-8"):
        read_sidecar(archive)
    place(archive).unlink()
    os.mkfifo(place(archive))
    with pytest.raises(FingerprintError, match="not a file"):
        read_sidecar(archive)
