"""Archives: what they hold ends up in the store, what would do harm nowhere."""

import gzip
import io
import struct
import tarfile
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.importers.http.serving import NLU, digest, special, tar_of, zip_of

from tenprint.importers import SourceError
from tenprint.importers.http.archives import ArchiveChoice, Unpacking
from tenprint.importers.http.bodies import SavedBody
from tenprint.importers.http.failures import NotAnArchive, TooLarge, UnsafeDownload
from tenprint.importers.http.limits import DEFAULT_LIMITS, DownloadLimits
from tenprint.importers.http.magic import HEAD_BYTES
from tenprint.importers.http.selecting import selection_of


def unpacked(
    folder: Path,
    packed: bytes,
    *,
    subdirectory: str = "",
    limits: DownloadLimits = DEFAULT_LIMITS,
    include: tuple[str, ...] = (),
) -> Unpacking:
    path = folder / "body"
    path.write_bytes(packed)
    body = SavedBody(path, packed[:HEAD_BYTES], len(packed), digest(packed))
    choice = ArchiveChoice(selection_of(include, ()), tuple(subdirectory.split("/")) if subdirectory else ())
    stored: list[bytes] = []

    def put(content: bytes) -> str:
        stored.append(content)
        return f"sha256:{sha256(content).hexdigest()}"

    unpacking = Unpacking(body, "https://example.org/bot", choice, limits=limits, put=put)
    try:
        unpacking.open()
        while unpacking.step():
            pass
    finally:
        unpacking.close()
    return unpacking


def refusal(folder: Path, packed: bytes, **options: DownloadLimits | str) -> SourceError:
    with pytest.raises(SourceError) as refused:
        unpacked(folder, packed, **options)  # type: ignore[arg-type]  # the options of `unpacked`
    assert refused.value.hint
    return refused.value


def paths(unpacking: Unpacking) -> list[str]:
    return sorted(file.path for file in unpacking.files)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (form, name)
        for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
        for name in ("a.yml", "./a//b.yml", "d/" * 25 + "n" * 90 + ".yml", "\u00fcber/m\u00e4rchen.yml")
    ]
    + [(form, "d/" * 20 + "n" * 120 + ".yml") for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)],
)
def test_all_usual_tars_are_read(tmp_path: Path, form: int, name: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=form, pax_headers={"comment": "from git"}) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(NLU)
        archive.addfile(member, io.BytesIO(NLU))
    (file,) = unpacked(tmp_path, packed.getvalue()).files
    assert file.path == name.replace("./", "").replace("//", "/")
    assert file.digest == digest(NLU)


@pytest.mark.parametrize(
    "name",
    ["../a.yml", "a/../../b.yml", "/etc/a.yml", "C:/a.yml", "a\\b.yml", "a\x01.yml", "a/b\n.yml", "x" * 5000 + ".yml"],
)
def test_a_name_that_leads_out_refuses_the_whole_archive(tmp_path: Path, name: str) -> None:
    for packed in (tar_of({"good.yml": NLU, name: NLU}), zip_of({"good.yml": NLU, name: NLU})):
        assert refusal(tmp_path, packed).reference == "http-unsafe-archive"


def test_a_name_that_is_no_utf8_refuses_the_whole_archive(tmp_path: Path) -> None:
    packed = tar_of({"caf\udce9.yml": NLU})
    assert refusal(tmp_path, packed).reference == "http-unsafe-archive"
    named = zip_of({"cafX.yml": NLU}).replace(b"cafX", b"caf\xe9")
    assert refusal(tmp_path, named).reference == "http-unsafe-archive"


def test_a_zip_name_in_utf8_without_its_flag_is_read(tmp_path: Path) -> None:
    packed = zip_of({"caXX.yml": NLU}).replace(b"caXX", "ca\u00e9".encode())
    assert paths(unpacked(tmp_path, packed)) == ["ca\u00e9.yml"]


def test_nothing_comes_twice_or_below_a_file(tmp_path: Path) -> None:
    member = special("a.yml", tarfile.REGTYPE)
    below = special("a.yml/b.yml", tarfile.REGTYPE)
    over = special("d", tarfile.REGTYPE)
    for packed in (
        tar_of({"a.yml": NLU}, member),
        tar_of({"a.yml": NLU}, below),
        tar_of({"d/a.yml": NLU}, over),
        tar_of({"a.yml": NLU}, special("./a.yml", tarfile.DIRTYPE)),
    ):
        assert refusal(tmp_path, packed).reference == "http-unsafe-archive"
    twice = zip_of({"a.yml": NLU, "b.yml": NLU}).replace(b"b.yml", b"a.yml")
    assert refusal(tmp_path, twice).reference == "http-unsafe-archive"


def test_symbolic_links_are_told_and_passed_over(tmp_path: Path) -> None:
    link = special("data/link.yml", tarfile.SYMTYPE, "/etc/passwd")
    found = unpacked(tmp_path, tar_of({"a.yml": NLU}, link, special(".hidden", tarfile.SYMTYPE, "/")))
    assert (paths(found), found.links) == (["a.yml"], ["data/link.yml"])
    linked = zipfile.ZipInfo("link.yml")
    linked.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(linked, "/etc/passwd")
    assert unpacked(tmp_path, packed.getvalue()).links == ["link.yml"]


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"7", b"V"])
def test_other_kinds_refuse_the_whole_archive(tmp_path: Path, kind: bytes) -> None:
    packed = tar_of({"a.yml": NLU}, special("dev", kind, "a.yml"))
    assert refusal(tmp_path, packed).reference == "http-unsafe-archive"


def test_a_member_below_a_link_goes_nowhere(tmp_path: Path) -> None:
    packed = tar_of({}, special("data", tarfile.SYMTYPE, "/etc"), special("data/a.yml", tarfile.REGTYPE))
    assert refusal(tmp_path, packed).reference == "http-unsafe-archive"


def test_bombs_are_stopped_by_their_ratio_and_by_their_size(tmp_path: Path) -> None:
    files = {"a.bin": bytes(20_000_000), "b.yml": NLU}
    for packed in (tar_of(files), zip_of(files)):
        assert "unpacks to more than" in str(refusal(tmp_path, packed))
        small = DownloadLimits(total_bytes=10_000, ratio=10**6)
        assert "10,000" in str(refusal(tmp_path, packed, limits=small))


def test_a_file_that_is_wanted_has_a_limit_and_others_have_not(tmp_path: Path) -> None:
    files = {"big.bin": bytes(range(256)) * 20, "a.yml": NLU}
    limits = DownloadLimits(file_bytes=1000)
    assert paths(unpacked(tmp_path, tar_of(files), limits=limits)) == ["a.yml"]
    big = {"big.yml": files["big.bin"]}
    assert refusal(tmp_path, zip_of(big), limits=limits).reference == "http-too-large"


@pytest.mark.parametrize("limits", [DownloadLimits(members=50), DownloadLimits(directory_bytes=1000)])
def test_a_huge_count_is_refused(tmp_path: Path, limits: DownloadLimits) -> None:
    files = {f"{number}.yml": b"" for number in range(100)}
    assert refusal(tmp_path, zip_of(files), limits=limits).reference == "http-unsafe-archive"
    few = DownloadLimits(members=50)
    assert refusal(tmp_path, tar_of(files), limits=few).reference == "http-unsafe-archive"


def test_depth_is_limited(tmp_path: Path) -> None:
    assert "within each other" in str(refusal(tmp_path, zip_of({"d/" * 40 + "a.yml": NLU})))


def test_an_archive_within_the_archive_stays_closed(tmp_path: Path) -> None:
    assert paths(unpacked(tmp_path, tar_of({"inner.zip": zip_of({"b.yml": NLU}), "a.yml": NLU}))) == ["a.yml"]


def test_extended_headers_are_limited_and_must_be_whole(tmp_path: Path) -> None:
    def extended(records: bytes, kind: bytes = b"x") -> bytes:
        header = tarfile.TarInfo("pax")
        header.type, header.size = kind, len(records)
        return header.tobuf(tarfile.USTAR_FORMAT) + records + bytes(-len(records) % 512)

    plain = tar_of({"a.yml": NLU}, mode="w:")
    assert paths(unpacked(tmp_path, extended(b"14 path=b.yml\n") + plain)) == ["b.yml"]
    for records in (b"14 path=b.yml", b"99 path=b.yml\n", b"nonsense", b"0 a=b\n", b"16 size=nothing\n"):
        assert refusal(tmp_path, extended(records) + plain).reference == "http-no-archive"
    assert refusal(tmp_path, extended(b"14 path=b.yml\n", b"g") + plain).reference == "http-unsafe-archive"
    assert refusal(tmp_path, extended(b"#" * 100_000) + plain).reference == "http-unsafe-archive"
    assert refusal(tmp_path, extended(b"20 GNU.sparse.x=abc\n") + plain).reference


def test_a_damaged_archive_is_none(tmp_path: Path) -> None:
    packed_tar, packed_zip = tar_of({"a.yml": NLU * 100}), zip_of({"a.yml": NLU * 100})
    flipped = bytearray(packed_zip)
    flipped[60] ^= 0xFF
    damaged = [
        packed_tar[:-20],
        packed_zip[:-10],
        bytes(flipped),
        gzip.compress(b""),
        gzip.compress(b"nlu: []"),
        gzip.compress(tar_of({"a.yml": NLU}, mode="w:")[:512]),
        tar_of({"a.yml": NLU}, mode="w:") + b"more",
        packed_tar + b"more",
        b"PK\x03\x04",
        b"nothing of it",
    ]
    for packed in damaged:
        assert refusal(tmp_path, packed).reference == "http-no-archive", packed[:20]


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    packed = bytearray(zip_of({"a.yml": NLU}))
    entry = packed.rindex(b"PK\x01\x02")
    packed[6] |= 1
    packed[entry + 8] |= 1
    assert "password" in str(refusal(tmp_path, bytes(packed)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_need_much_memory_are_refused(tmp_path: Path, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("a.yml", NLU)
    assert "deflate" in str(refusal(tmp_path, packed.getvalue()))


def test_a_zip64_is_refused_before_its_list_is_read(tmp_path: Path) -> None:
    packed = zip_of({"a.yml": NLU})
    end = packed.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    assert "ZIP64" in str(refusal(tmp_path, packed[:end] + locator + packed[end:]))


def test_the_folder_that_is_wanted_has_to_be_there_and_be_one(tmp_path: Path) -> None:
    packed = tar_of({"one/bot/a.yml": NLU, "other/bot/a.yml": NLU})
    assert paths(unpacked(tmp_path, packed, subdirectory="one/bot")) == ["a.yml"]
    assert "one, other" in str(refusal(tmp_path, packed, subdirectory="bot"))
    assert "one/bot, other/bot" in str(refusal(tmp_path, packed, subdirectory="*/bot"))
    assert paths(unpacked(tmp_path, packed, include=("one/",))) == ["one/bot/a.yml"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_an_archive_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packers = (tar_of, zip_of, lambda files: tar_of(files, mode="w:"))
    packed = bytearray(data.draw(st.sampled_from(packers))({"a.yml": NLU, "d/b.yml": NLU * 3}))
    for place in data.draw(st.lists(st.integers(0, len(packed) - 1), max_size=4)):
        packed[place] = data.draw(st.integers(0, 255))
    with suppress(NotAnArchive, UnsafeDownload, TooLarge):
        unpacked(tmp_path_factory.mktemp("fuzzed"), bytes(packed))
