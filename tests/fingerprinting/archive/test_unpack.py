import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenprint.fingerprinting.archive.archive_reader import open_archive
from tenprint.fingerprinting.archive.limits import ArchiveLimits
from tenprint.fingerprinting.archive.pack import create_package_rasa, package_model
from tenprint.fingerprinting.archive.unpack import (
    ArchiveHead,
    archive_member_names,
    get_model,
    get_model_subdirectories,
    read_archive_head,
    unpack_model,
)
from tenprint.fingerprinting.errors import BrokenArchive, FingerprintError, ModelError, ModelNotFound, UnsafeArchive
from tenprint.fingerprinting.fingerprint_file import FINGERPRINT_FILE, persist_fingerprint

Format = Literal[0, 1, 2]
"""Formats of `tarfile`: USTAR, GNU, PAX."""

FINGERPRINT = {"domain": "sha256:00", "trained_at": 1700000000.25, "version": "1.0"}


def make_model(folder: Path) -> str:
    training = folder / "training"
    for name in ("core/domain.yml", "core/policy/weights.json", "nlu/classifier/weights.json"):
        (training / name).parent.mkdir(parents=True, exist_ok=True)
        (training / name).write_text(f"content of {name}", encoding="utf-8")
    (training / "metadata.json").write_text('{"schemas": {"archive": 1}}', encoding="utf-8")
    return package_model(FINGERPRINT, str(folder / "models"), str(training), "model")


def member(
    name: str, *, kind: bytes = tarfile.REGTYPE, content: bytes = b"", **fields: object
) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.size = len(content)
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry, content


def write_archive(
    path: Path, entries: Iterable[tuple[tarfile.TarInfo, bytes]], *, form: Format = tarfile.PAX_FORMAT
) -> str:
    with tarfile.open(path, "w:gz", format=form) as archive:
        for entry, content in entries:
            archive.addfile(entry, io.BytesIO(content))
    return str(path)


def raw_tar(entries: Iterable[tuple[tarfile.TarInfo, bytes]], *, form: Format = tarfile.USTAR_FORMAT) -> bytes:
    """Build a tar whose headers may claim anything; the contents follow as they are."""
    blocks = []
    for entry, content in entries:
        blocks += [entry.tobuf(format=form), content, b"\0" * (-len(content) % 512)]
    return b"".join(blocks) + b"\0" * 1024


def write_gzip(path: Path, content: bytes) -> str:
    path.write_bytes(gzip.compress(content))
    return str(path)


def names_in(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def files_below(folder: str | Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_a05_unpacking_yields_core_and_nlu(tmp_path: Path) -> None:
    with unpack_model(make_model(tmp_path)) as unpacked:
        assert (Path(unpacked) / "core").is_dir()
        assert (Path(unpacked) / "nlu").is_dir()
        assert files_below(unpacked)["core/domain.yml"] == b"content of core/domain.yml"


def test_a06_an_unpacked_model_is_gone_after_its_block(tmp_path: Path) -> None:
    make_model(tmp_path)
    with get_model(str(tmp_path / "models")) as unpacked:
        assert Path(unpacked).is_dir()
        assert isinstance(unpacked, str)
    assert not Path(unpacked).exists()


def test_a06_a_directory_that_is_gone_already_can_be_left(tmp_path: Path) -> None:
    with unpack_model(make_model(tmp_path), tmp_path / "out") as unpacked:
        Path(unpacked).rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "core").is_dir()


def test_a07_the_subdirectories_of_a_full_model_are_both_returned(tmp_path: Path) -> None:
    with unpack_model(make_model(tmp_path)) as unpacked:
        assert get_model_subdirectories(unpacked) == (f"{unpacked}/core", f"{unpacked}/nlu")


def test_a07_an_empty_directory_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=str(tmp_path)):
        get_model_subdirectories(str(tmp_path))


@pytest.mark.parametrize("half", ["core", "nlu"])
def test_a08_a_half_that_is_missing_is_none(tmp_path: Path, half: str) -> None:
    with unpack_model(make_model(tmp_path)) as unpacked:
        Path(unpacked, half).rename(tmp_path / half)
        halves = dict(zip(("core", "nlu"), get_model_subdirectories(unpacked), strict=True))
    assert halves.pop(half) is None
    assert all(halves.values())


UNPACK_TWICE = """
import sys
from tenprint.fingerprinting.archive.unpack import get_model
from tenprint.fingerprinting.errors import ModelError
with get_model(sys.argv[1]):
    pass
try:
    get_model(sys.argv[2])
except ModelError:
    print("refused")
"""


def test_a13_neither_success_nor_failure_leaves_temporary_entries(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(Path(model).read_bytes()[:-10])
    (tmp_path / "temporary").mkdir()
    run = subprocess.run(
        [sys.executable, "-c", UNPACK_TWICE, model, str(broken)],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "refused\n"
    assert names_in(tmp_path / "temporary") == []


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_archives_of_every_common_format_are_read(tmp_path: Path, form: Format) -> None:
    name = "nlu/" + "/".join(["folder-" * 5] * 4) + "/weights.json"
    entries = [
        member("./", kind=tarfile.DIRTYPE),
        member("./core", kind=tarfile.DIRTYPE, mode=0o2700),
        member("./core//domain.yml", content=b"intents: []", mtime=5, uname="root", mode=0o4755),
        member(name, content=b"x" * 1000),
    ]
    with unpack_model(write_archive(tmp_path / "m.tar.gz", entries, form=form)) as unpacked:
        assert files_below(unpacked) == {"core/domain.yml": b"intents: []", name: b"x" * 1000}


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_names_too_long_for_a_header_are_read(tmp_path: Path, form: Format) -> None:
    name = "core/" + "größe-" * 30 + "/a"
    path = write_archive(tmp_path / "m.tar.gz", [member(name, content=b"x", mtime=1)], form=form)
    assert archive_member_names(path) == (name,)


def test_v7_archives_mark_folders_by_a_slash(tmp_path: Path) -> None:
    entries = [member("core/", kind=tarfile.AREGTYPE), member("core/a", kind=tarfile.AREGTYPE, content=b"x")]
    with unpack_model(write_gzip(tmp_path / "m.tar.gz", raw_tar(entries))) as unpacked:
        assert files_below(unpacked) == {"core/a": b"x"}


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="/\\:"), min_size=1, max_size=60
).filter(lambda part: part not in {".", ".."})


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(names, st.binary(max_size=1500), max_size=4), st.floats(0, 2e9))
def test_the_standard_library_and_our_reader_agree(contents: dict[str, bytes], time: float) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in contents.items():
            entry, _ = member(name, content=content, mtime=time)
            archive.addfile(entry, io.BytesIO(content))
    with tempfile.TemporaryDirectory() as scratch:
        path = write_gzip(Path(scratch) / "m.tar.gz", buffer.getvalue())
        with open_archive(path) as reader:
            read = [(one.name, b"".join(reader.chunks()), one.mtime) for one in reader.members()]
    assert read == [(name, content, time) for name, content in contents.items()]


def test_a_folder_that_was_packed_without_a_name_is_the_root(tmp_path: Path) -> None:
    # As `tarfile` writes a folder that was added under an empty name, and with it Rasa 3.
    entries = [member("/", kind=tarfile.DIRTYPE), member("components/a.json", content=b"{}")]
    path = write_archive(tmp_path / "m.tar.gz", entries)

    with unpack_model(path, tmp_path / "out") as unpacked:
        assert files_below(unpacked) == {"components/a.json": b"{}"}


HOSTILE = {
    "the root as an absolute file": ([member("/", content=b"x")], "ends with a slash"),
    "..": ([member("core/../../out", content=b"x")], "`..`"),
    ".. alone": ([member("..", kind=tarfile.DIRTYPE)], "`..`"),
    "absolute": ([member("/out", content=b"x")], "absolute"),
    "backslash": ([member("..\\out", content=b"x")], "backslash"),
    "drive": ([member("C:/out", content=b"x")], "drive letter"),
    "control character": ([member("core/a\x1b[2Jb", content=b"x")], "control character"),
    "not UTF-8": ([member("core/\udcff", content=b"x")], "not UTF-8"),
    "the root as a file": ([member(".", content=b"x")], "place of the folder"),
    "symbolic link": ([member("core/link", kind=tarfile.SYMTYPE, linkname="domain.yml")], "symbolic link"),
    "symbolic link outside": ([member("core", kind=tarfile.SYMTYPE, linkname="/etc")], "symbolic link"),
    "hard link": ([member("a", content=b"x"), member("b", kind=tarfile.LNKTYPE, linkname="a")], "hard link"),
    "long link": ([member("b", kind=tarfile.SYMTYPE, linkname="x" * 300)], "symbolic link"),
    "character device": ([member("null", kind=tarfile.CHRTYPE)], "character device"),
    "block device": ([member("disk", kind=tarfile.BLKTYPE)], "block device"),
    "FIFO": ([member("pipe", kind=tarfile.FIFOTYPE)], "FIFO"),
    "contiguous": ([member("a", kind=tarfile.CONTTYPE)], "contiguous"),
    "sparse": ([member("a", kind=tarfile.GNUTYPE_SPARSE)], "sparse"),
    "sparse by record": ([member("a", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0"})], "sparse"),
    "unknown type": ([member("a", kind=b"Z")], "unknown type"),
    "twice": ([member("a", content=b"1"), member("./a", content=b"2")], "same name twice"),
    "folder twice": ([member("a", kind=tarfile.DIRTYPE), member("a/", kind=tarfile.DIRTYPE)], "same name twice"),
    "file, then below it": ([member("a", content=b"1"), member("a/b", content=b"2")], "below 'a', which is a file"),
    "file, then a folder": ([member("a", content=b"1"), member("a", kind=tarfile.DIRTYPE)], "same name twice"),
    "folder, then a file": ([member("a/b", content=b"1"), member("a", content=b"2")], "where a folder is needed"),
    "deep": ([member("/".join("a" * 40), content=b"x")], "32 folders"),
    "long name": ([member("core/" + "x" * 5000, content=b"x")], "4,096 bytes"),
    "name by record": ([member("a", pax_headers={"path": "../out"}, content=b"x")], "`..`"),
    "long record": ([member("a", pax_headers={"comment": "x" * 2_000_000})], "extended header"),
}


def formats_of(case: str) -> tuple[Format, ...]:
    """Only the PAX format can hold records."""
    recorded = any(entry.pax_headers for entry, _ in HOSTILE[case][0])
    return (tarfile.PAX_FORMAT,) if recorded else (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


@pytest.mark.parametrize(("case", "form"), [(case, form) for case in HOSTILE for form in formats_of(case)])
def test_a_hostile_archive_is_refused_and_leaves_nothing_behind(tmp_path: Path, case: str, form: Format) -> None:
    entries, reason = HOSTILE[case]
    path = write_archive(tmp_path / "hostile.tar.gz", [member("core/first", content=b"1"), *entries], form=form)
    with pytest.raises(UnsafeArchive) as caught:
        unpack_model(path, tmp_path / "deep" / "out")
    assert reason in str(caught.value)
    assert path in str(caught.value)
    assert caught.value.hint
    assert names_in(tmp_path) == ["hostile.tar.gz"]
    with pytest.raises(UnsafeArchive):
        archive_member_names(path)


def test_the_message_names_the_member(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.tar.gz", [member("core/link", kind=tarfile.SYMTYPE, linkname="x")])
    with pytest.raises(UnsafeArchive) as caught:
        unpack_model(path)
    assert str(caught.value) == f"{path}: member 'core/link': a symbolic link; only plain files and folders are allowed"


def test_a_name_with_nul_in_a_record_is_refused(tmp_path: Path) -> None:
    records = b"14 path=a\0bcd\n"
    entries = [member("x", kind=tarfile.XHDTYPE, content=records), member("a")]
    with pytest.raises(UnsafeArchive, match="control character"):
        unpack_model(write_gzip(tmp_path / "m.tar.gz", raw_tar(entries)))


def test_a_global_header_may_comment_but_not_rename(tmp_path: Path) -> None:
    for records, harmless in ((b"13 comment=a\n", True), (b"9 path=x\n", False)):
        entries = [member("g", kind=tarfile.XGLTYPE, content=records), member("a", content=b"1")]
        path = write_gzip(tmp_path / "m.tar.gz", raw_tar(entries))
        if harmless:
            assert archive_member_names(path) == ("a",)
        else:
            with pytest.raises(UnsafeArchive, match="global header"):
                archive_member_names(path)


def test_permissions_are_those_of_new_files(tmp_path: Path) -> None:
    entries = [
        member("core", kind=tarfile.DIRTYPE, mode=0o7000),
        member("core/a", content=b"x", mode=0o6777),
        member("core/b", content=b"x", mode=0),
    ]
    (tmp_path / "new-file").touch()
    (tmp_path / "new-folder").mkdir()
    with unpack_model(write_archive(tmp_path / "m.tar.gz", entries)) as unpacked:
        core = Path(unpacked) / "core"
        assert core.stat().st_mode == (tmp_path / "new-folder").stat().st_mode
        for name in "ab":
            assert (core / name).stat().st_mode == (tmp_path / "new-file").stat().st_mode


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ArchiveLimits(members=3), "more than 3 members"),
        (ArchiveLimits(total_bytes=4000), "more than 4,000 bytes"),
        (ArchiveLimits(member_bytes=10), "a file of 11 bytes"),
        (ArchiveLimits(ratio=2, ratio_free_bytes=0), "more than 2 times its size"),
    ],
)
def test_each_limit_holds(tmp_path: Path, limits: ArchiveLimits, reason: str) -> None:
    entries = [member(f"file-{number}", content=b"eleven byte") for number in range(5)]
    path = write_archive(tmp_path / "m.tar.gz", entries)
    with pytest.raises(UnsafeArchive, match=reason):
        unpack_model(path, tmp_path / "out", limits=limits)
    assert names_in(tmp_path) == ["m.tar.gz"]
    with unpack_model(path) as unpacked:
        assert len(names_in(unpacked)) == 5


@pytest.mark.parametrize("size", [2**35, 2**33 - 1, 2**80])
def test_a_huge_claimed_size_is_refused_before_anything_is_written(tmp_path: Path, size: int) -> None:
    path = write_gzip(tmp_path / "m.tar.gz", raw_tar([member("a", size=size)], form=tarfile.GNU_FORMAT))
    with pytest.raises(UnsafeArchive, match="'a'"):
        unpack_model(path)


def test_a_negative_size_is_broken(tmp_path: Path) -> None:
    path = write_gzip(tmp_path / "m.tar.gz", raw_tar([member("a", size=-512)], form=tarfile.GNU_FORMAT))
    with pytest.raises(BrokenArchive, match="negative size"):
        unpack_model(path)


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    size = 200 * 2**20
    entry, _ = member("core/zeros")
    entry.size = size
    with gzip.open(path, "wb") as stream:
        stream.write(entry.tobuf())
        for _ in range(size // 2**20):
            stream.write(b"\0" * 2**20)
        stream.write(b"\0" * 1024)
    with pytest.raises(UnsafeArchive, match="more than 250 times its size"):
        unpack_model(str(path), tmp_path / "out")
    assert names_in(tmp_path) == ["bomb.tar.gz"]


def test_a_bomb_behind_the_end_is_refused(tmp_path: Path) -> None:
    limits = ArchiveLimits(total_bytes=2**20)
    path = write_gzip(tmp_path / "m.tar.gz", raw_tar([member("a")]) + b"\0" * 2**21)
    with pytest.raises(UnsafeArchive):
        unpack_model(path, limits=limits)


@pytest.mark.parametrize("part", range(20))
def test_an_archive_cut_off_anywhere_is_broken_and_leaves_nothing_behind(tmp_path: Path, part: int) -> None:
    whole = Path(make_model(tmp_path)).read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: len(whole) * part // 20])
    with pytest.raises(BrokenArchive, match=r"cut off|empty"):
        unpack_model(str(cut), tmp_path / "out")
    assert names_in(tmp_path) == ["cut.tar.gz", "models"]


@pytest.mark.parametrize("missing", range(1, 9))
def test_even_the_sums_at_the_end_must_be_there(tmp_path: Path, missing: int) -> None:
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(Path(make_model(tmp_path)).read_bytes()[:-missing])
    with pytest.raises(BrokenArchive):
        unpack_model(str(cut), tmp_path / "out")


@pytest.mark.parametrize("kept", [1, 100, 511, 512, 513, 700, 1024])
def test_a_tar_cut_off_within_an_intact_gzip_is_broken(tmp_path: Path, kept: int) -> None:
    path = write_gzip(tmp_path / "m.tar.gz", raw_tar([member("a", content=b"x" * 300)])[:kept])
    with pytest.raises(BrokenArchive):
        unpack_model(path, tmp_path / "out")
    assert names_in(tmp_path) == ["m.tar.gz"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"plain text, not an archive at all", "not gzip"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"plain text"), "cut off"),
        (gzip.compress(b"plain text" * 100), "no tar within the gzip"),
        (gzip.compress(raw_tar([member("a")])) + b"garbage", "behind its end"),
        (gzip.compress(raw_tar([member("a")])) + gzip.compress(b"second"), "behind its end"),
        (gzip.compress(raw_tar([member("a")]) + raw_tar([member("b")])), "behind its end"),
        (gzip.compress(raw_tar([member("a"), member("b")]).replace(b"b\0", b"c\0", 1)), "checksum"),
        (gzip.compress(raw_tar([member("x", kind=b"x", content=b"99 path=a\n"), member("a")])), "malformed record"),
        (gzip.compress(raw_tar([member("x", kind=b"x", content=b"path=a\n"), member("a")])), "without a length"),
        (gzip.compress(raw_tar([member("x", kind=b"x", content=b"0 path=a\n"), member("a")])), "malformed record"),
        (gzip.compress(raw_tar([member("x", kind=b"x", content=b"11 size=-1\n"), member("a")])), "size"),
    ],
    # Not the bytes: they hold the second they were compressed in, and the workers of a parallel run must agree.
    ids=lambda value: value if isinstance(value, str) else "archive",
)
def test_what_is_no_whole_archive_is_broken(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "m.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BrokenArchive, match=reason) as caught:
        unpack_model(str(path))
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = Path(make_model(tmp_path))
    whole = path.read_bytes()
    for place in range(10, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ModelError):
            unpack_model(str(path), tmp_path / "out")
    assert names_in(tmp_path) == ["models"]


def test_a_folder_a_pipe_and_nothing_are_no_archives(tmp_path: Path) -> None:
    (tmp_path / "folder.tar.gz").mkdir()
    os.mkfifo(tmp_path / "pipe.tar.gz")
    for name in ("folder.tar.gz", "pipe.tar.gz"):
        with pytest.raises(BrokenArchive, match=name):
            unpack_model(str(tmp_path / name))
    for name in ("missing.tar.gz", "pipe.tar.gz/below"):
        with pytest.raises(ModelNotFound, match=name):
            unpack_model(str(tmp_path / name))


def test_a_working_directory_is_created_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = make_model(tmp_path)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "notes.txt").write_text("mine", encoding="utf-8")
    for working in (tmp_path / "work", str(tmp_path / "new" / "deep")):
        assert unpack_model(path, working) == str(working)
        assert get_model_subdirectories(str(working)) == (f"{working}/core", f"{working}/nlu")
    assert (tmp_path / "work" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_nothing_in_the_working_directory_is_replaced(tmp_path: Path) -> None:
    path = make_model(tmp_path)
    (tmp_path / "work" / "core").mkdir(parents=True)
    (tmp_path / "work" / "core" / "mine").touch()
    with pytest.raises(ModelError, match="already holds core"):
        unpack_model(path, tmp_path / "work")
    assert list(files_below(tmp_path / "work")) == ["core/mine"]
    assert names_in(tmp_path / "work") == ["core"]


@pytest.mark.parametrize("place", ["/proc/tenprint/out", "/dev/null", "file/out"])
def test_a_working_directory_that_cannot_be_written_is_an_error(tmp_path: Path, place: str) -> None:
    path = make_model(tmp_path)
    (tmp_path / "file").touch()
    target = place if place.startswith("/") else str(tmp_path / place)
    with pytest.raises(ModelError, match=target) as caught:
        unpack_model(path, target)
    assert not isinstance(caught.value, BrokenArchive)
    assert caught.value.hint


SMALL_DISK = """
import resource, sys
from tenprint.fingerprinting.archive.unpack import unpack_model
from tenprint.fingerprinting.errors import ModelError
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    unpack_model(sys.argv[1], sys.argv[2])
except ModelError as error:
    print(error.message)
"""


def test_a_disk_that_takes_no_more_leaves_nothing_behind(tmp_path: Path) -> None:
    path = make_model(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, path, str(tmp_path / "out")], check=True, capture_output=True, text=True
    )
    assert "cannot be unpacked" in run.stdout
    assert "File too large" in run.stdout
    assert names_in(tmp_path) == ["models"]


def test_the_head_of_an_archive_is_read_without_the_rest(tmp_path: Path) -> None:
    training = tmp_path / "training"
    (training / "core").mkdir(parents=True)
    (training / "core" / "weights").write_bytes(os.urandom(2**20))
    (training / "metadata.json").write_text('{"schemas": {}}', encoding="utf-8")
    persist_fingerprint(str(training), FINGERPRINT, items=["item"])
    path = Path(create_package_rasa(str(training), str(tmp_path / "m.tar.gz")))
    path.write_bytes(path.read_bytes()[:20_000])
    assert read_archive_head(str(path)) == ArchiveHead(FINGERPRINT, ["item"], {"schemas": {}}, scheme=1)
    with pytest.raises(BrokenArchive):
        archive_member_names(str(path))


def test_the_head_of_a_rasa_2_archive_is_found_wherever_it_stands(tmp_path: Path) -> None:
    flat = b'{"version": "2.8.34", "trained_at": 1.5}'
    entries = [
        member("nlu/a", content=b"x" * 5000),
        member(FINGERPRINT_FILE, content=flat),
        member("core/a", content=b"x"),
    ]
    path = write_archive(tmp_path / "m.tar.gz", entries)
    assert read_archive_head(path) == ArchiveHead({"version": "2.8.34", "trained_at": 1.5}, None, {})


def test_metadata_that_stands_further_back_is_found_too(tmp_path: Path) -> None:
    model = make_model(tmp_path)
    with unpack_model(model) as unpacked:
        contents = files_below(unpacked)
    entries = [member(name, content=contents[name]) for name in sorted(contents)]
    assert read_archive_head(write_archive(tmp_path / "m.tar.gz", entries)) == read_archive_head(model)


def test_an_archive_without_a_fingerprint_has_an_empty_one(tmp_path: Path) -> None:
    entries = [member("metadata.json", content=b'{"model_id": "3.x"}'), member("components/a", content=b"x")]
    path = write_archive(tmp_path / "m.tar.gz", entries)
    assert read_archive_head(path) == ArchiveHead({}, None, {"model_id": "3.x"})


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_damaged_metadata_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = write_archive(tmp_path / "m.tar.gz", [member("metadata.json", content=content)])
    with pytest.raises(BrokenArchive, match=r"m\.tar\.gz: metadata\.json: "):
        read_archive_head(path)


def test_a_damaged_fingerprint_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.tar.gz", [member(FINGERPRINT_FILE, content=b"{")])
    with pytest.raises(FingerprintError, match=r"m\.tar\.gz: fingerprint\.json:1:2: malformed JSON"):
        read_archive_head(path)


def test_a_document_larger_than_the_limit_is_not_read_into_memory(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.tar.gz", [member(FINGERPRINT_FILE, content=b"{" + b" " * 100 + b"}")])
    with pytest.raises(UnsafeArchive, match="a document of 102 bytes"):
        read_archive_head(path, limits=ArchiveLimits(document_bytes=100))


def test_the_names_of_an_archive_are_listed_in_its_order(tmp_path: Path) -> None:
    assert archive_member_names(make_model(tmp_path)) == (
        "fingerprint.json",
        "metadata.json",
        "core",
        "core/domain.yml",
        "core/policy",
        "core/policy/weights.json",
        "nlu",
        "nlu/classifier",
        "nlu/classifier/weights.json",
    )
