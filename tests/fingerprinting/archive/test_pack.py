import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tenprint.fingerprinting.archive.pack import create_package_rasa, move_model, package_model
from tenprint.fingerprinting.archive.unpack import get_model_subdirectories, read_archive_head, unpack_model
from tenprint.fingerprinting.errors import FingerprintError, ModelError
from tenprint.fingerprinting.fingerprint_file import FINGERPRINT_FILE, fingerprint_from_path, persist_fingerprint

FINGERPRINT = {"domain": "sha256:00", "trained_at": 1700000000.25, "version": "1.0"}


def make_training(path: Path) -> Path:
    """Write a trained model, in an order that is not the packing order."""
    contents = {
        "zebra/note.txt": "z",
        "nlu/classifier/weights.json": "[]",
        "core/ted/weights.json": "[1]",
        "core/a-policy/weights.json": "[2]",
        "core/domain.yml": "intents: []\n",
        "run.json": "{}",
        "metadata.json": '{"schemas": 1}',
        "alpha.txt": "a",
    }
    for name, text in contents.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def names_in(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def members(archive: str) -> list[tarfile.TarInfo]:
    with tarfile.open(archive) as opened:
        return opened.getmembers()


def test_a10_a_packed_model_is_unpacked_with_both_halves_and_its_fingerprint(tmp_path: Path) -> None:
    training = make_training(tmp_path / "training")
    before = files_below(training)
    path = create_package_rasa(str(training), str(tmp_path / "model.tar.gz"), FINGERPRINT)
    assert path == str(tmp_path / "model.tar.gz")
    assert not training.exists()
    with unpack_model(path) as unpacked:
        after = files_below(Path(unpacked))
        assert all(get_model_subdirectories(unpacked))
        assert fingerprint_from_path(unpacked) == FINGERPRINT
    after.pop(FINGERPRINT_FILE)
    assert after == before


@pytest.mark.parametrize("fingerprint", [None, {}])
def test_a11_without_a_fingerprint_the_archive_has_no_such_file(
    tmp_path: Path, fingerprint: dict[str, Any] | None
) -> None:
    training = make_training(tmp_path / "training")
    with unpack_model(create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), fingerprint)) as unpacked:
        assert not (Path(unpacked) / FINGERPRINT_FILE).exists()


@pytest.mark.parametrize("fixed", ["my-model", "my-model.tar.gz", "sub/my-model"])
def test_a12_a_fixed_name_is_the_name_of_the_archive(tmp_path: Path, fixed: str) -> None:
    training = make_training(tmp_path / "training")
    path = package_model(FINGERPRINT, str(tmp_path / "models"), str(training), fixed, "ignored-")
    assert path == str(tmp_path / "models" / (fixed.removesuffix(".tar.gz") + ".tar.gz"))
    assert Path(path).is_file()


@pytest.mark.parametrize(("prefix", "start"), [("nlu-", "nlu-"), ("", ""), (None, "")])
def test_a12_without_a_fixed_name_the_archive_is_named_by_prefix_and_time(
    tmp_path: Path, prefix: Any, start: str
) -> None:
    training = make_training(tmp_path / "training")
    path = package_model(FINGERPRINT, str(tmp_path / "models"), str(training), model_prefix=prefix)
    assert re.fullmatch(start + r"\d{8}-\d{6}\.tar\.gz", Path(path).name)


def test_an_output_directory_that_ends_like_an_archive_is_one(tmp_path: Path) -> None:
    for name in ("here.tar.gz", "xtar.gz"):
        training = make_training(tmp_path / "training")
        path = package_model(FINGERPRINT, str(tmp_path / name), str(training), "fixed")
        assert path == str(tmp_path / name if name == "here.tar.gz" else tmp_path / "xtar.gz" / "fixed.tar.gz")


def test_a_bare_file_name_is_packed_into_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_training(tmp_path / "training")
    monkeypatch.chdir(tmp_path)
    assert create_package_rasa("training", "model.tar.gz") == "model.tar.gz"
    assert (tmp_path / "model.tar.gz").is_file()


def test_packing_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package_model(FINGERPRINT, str(tmp_path / "models"), str(make_training(tmp_path / "training")))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["../out", "/out", "..", "a/../../out", "", ".tar.gz", ".", "sub/", ".hidden", "a\0b"])
def test_a_name_that_leaves_the_directory_or_hides_the_model_is_refused(tmp_path: Path, name: str) -> None:
    training = make_training(tmp_path / "training")
    with pytest.raises(ModelError):
        package_model(FINGERPRINT, str(tmp_path / "models"), str(training), name)
    with pytest.raises(ModelError):
        package_model(FINGERPRINT, str(tmp_path / "models"), str(training), model_prefix="../" + name)
    assert names_in(tmp_path) == ["training"]


def test_a_fixed_name_replaces_the_older_archive(tmp_path: Path) -> None:
    for version in ("1.0", "2.0"):
        training = make_training(tmp_path / "training")
        package_model({"version": version}, str(tmp_path / "models"), str(training), "fixed")
    assert read_archive_head(str(tmp_path / "models" / "fixed.tar.gz")).fingerprint == {"version": "2.0"}
    assert names_in(tmp_path / "models") == ["fixed.tar.gz"]


def test_twenty_threads_within_a_second_get_twenty_names(tmp_path: Path) -> None:
    trainings = [make_training(tmp_path / f"training-{number}") for number in range(20)]

    def package(number: int) -> str:
        return package_model({"version": str(number)}, str(tmp_path / "models"), str(trainings[number]))

    with ThreadPoolExecutor(20) as threads:
        paths = list(threads.map(package, range(20)))
    assert len(set(paths)) == 20
    assert [read_archive_head(path).fingerprint["version"] for path in paths] == [str(number) for number in range(20)]
    assert names_in(tmp_path / "models") == sorted(Path(path).name for path in paths)


def test_members_stand_in_packing_order(tmp_path: Path) -> None:
    path = create_package_rasa(str(make_training(tmp_path / "t")), str(tmp_path / "m.tar.gz"), FINGERPRINT)
    assert [member.name for member in members(path)] == [
        "fingerprint.json",
        "metadata.json",
        "run.json",
        "core",
        "core/domain.yml",
        "core/a-policy",
        "core/a-policy/weights.json",
        "core/ted",
        "core/ted/weights.json",
        "nlu",
        "nlu/classifier",
        "nlu/classifier/weights.json",
        "alpha.txt",
        "zebra",
        "zebra/note.txt",
    ]


def test_members_have_no_owner_plain_modes_and_the_time_of_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    training = make_training(tmp_path / "training")
    (training / "alpha.txt").chmod(0o4777)
    path = create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), FINGERPRINT)
    for member in members(path):
        assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
        assert member.mode == (0o755 if member.isdir() else 0o644)
        assert member.mtime == 1700000000.25


def test_source_date_epoch_makes_equal_content_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    digests = set()
    for number in range(2):
        training = make_training(tmp_path / f"training-{number}")
        os.utime(training / "alpha.txt", (number, number))
        fingerprint = dict(sorted(FINGERPRINT.items(), reverse=bool(number)))
        path = create_package_rasa(str(training), str(tmp_path / f"{number}.tar.gz"), fingerprint)
        digests.add(hashlib.sha256(Path(path).read_bytes()).hexdigest())
        assert {member.mtime for member in members(path)} == {1600000000}
    assert len(digests) == 1


def test_the_gzip_header_holds_no_name_and_no_time(tmp_path: Path) -> None:
    path = create_package_rasa(str(make_training(tmp_path / "training")), str(tmp_path / "m.tar.gz"))
    assert Path(path).read_bytes()[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "9" * 40])
def test_a_source_date_epoch_that_is_no_time_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    training = make_training(tmp_path / "training")
    with pytest.raises(ModelError, match="SOURCE_DATE_EPOCH"):
        create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), FINGERPRINT)
    assert training.is_dir()


@pytest.mark.parametrize("trained_at", [None, True, "yesterday", -5, 10**30, 10**400])
def test_a_training_time_of_any_kind_can_be_packed(tmp_path: Path, trained_at: Any) -> None:
    training = make_training(tmp_path / "training")
    path = create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), {"trained_at": trained_at})
    assert read_archive_head(path).fingerprint == {"trained_at": trained_at}


def test_a_fingerprint_file_that_tells_the_same_stays_with_its_items(tmp_path: Path) -> None:
    training = make_training(tmp_path / "training")
    persist_fingerprint(str(training), FINGERPRINT, items=[["nlu", "greet"]])
    path = create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), dict(FINGERPRINT))
    assert read_archive_head(path).items == [["nlu", "greet"]]


@pytest.mark.parametrize("present", ['{"version": "old"}', '{"version": tr'])
def test_another_or_a_damaged_fingerprint_file_is_replaced(tmp_path: Path, present: str) -> None:
    training = make_training(tmp_path / "training")
    (training / FINGERPRINT_FILE).write_text(present, encoding="utf-8")
    path = create_package_rasa(str(training), str(tmp_path / "m.tar.gz"), FINGERPRINT)
    assert read_archive_head(path).fingerprint == FINGERPRINT


def test_without_a_fingerprint_the_one_in_the_directory_is_kept_and_a_damaged_one_refused(tmp_path: Path) -> None:
    training = make_training(tmp_path / "training")
    persist_fingerprint(str(training), FINGERPRINT)
    path = create_package_rasa(str(training), str(tmp_path / "m.tar.gz"))
    assert read_archive_head(path).fingerprint == FINGERPRINT
    (make_training(training) / FINGERPRINT_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(FingerprintError):
        create_package_rasa(str(training), str(tmp_path / "n.tar.gz"))
    assert training.is_dir()


def test_long_and_foreign_names_come_back(tmp_path: Path) -> None:
    training = tmp_path / "training"
    name = "core/" + "long-" * 40 + "/größe 模型.json"
    (training / name).parent.mkdir(parents=True)
    (training / name).write_text("{}", encoding="utf-8")
    with unpack_model(create_package_rasa(str(training), str(tmp_path / "m.tar.gz"))) as unpacked:
        assert list(files_below(Path(unpacked))) == [name]


def test_everything_that_is_no_file_or_folder_is_listed_and_nothing_is_packed(tmp_path: Path) -> None:
    training = make_training(tmp_path / "training")
    (training / "core" / "link").symlink_to(training / "alpha.txt")
    os.mkfifo(training / "nlu" / "pipe")
    (training / "back\\slash").write_text("", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        create_package_rasa(str(training), str(tmp_path / "models" / "m.tar.gz"), FINGERPRINT)
    assert all(name in str(caught.value) for name in ("core/link", "nlu/pipe", "back"))
    assert caught.value.hint
    assert training.is_dir()
    assert not (tmp_path / "models").exists()


def place_file_for_folder(tmp_path: Path) -> Path:
    (tmp_path / "models").write_text("a file", encoding="utf-8")
    return tmp_path / "models" / "m.tar.gz"


def place_folder_for_file(tmp_path: Path) -> Path:
    (tmp_path / "models" / "m.tar.gz").mkdir(parents=True)
    return tmp_path / "models" / "m.tar.gz"


@pytest.mark.parametrize(
    "place",
    [
        place_file_for_folder,
        place_folder_for_file,
        lambda _: Path("/dev/full"),
        lambda _: Path("/proc/tenprint/m.tar.gz"),
        lambda folder: folder / ("x" * 300 + ".tar.gz"),
        lambda folder: folder / "training" / "models" / "m.tar.gz",
    ],
)
def test_a_place_that_cannot_be_written_costs_neither_model_nor_training(tmp_path: Path, place: Any) -> None:
    target = place(tmp_path)
    before = files_below(make_training(tmp_path / "training"))
    with pytest.raises(ModelError) as caught:
        create_package_rasa(str(tmp_path / "training"), str(target))
    assert str(target)[:100] in str(caught.value)
    assert caught.value.hint
    assert files_below(tmp_path / "training") == before
    assert not list(tmp_path.rglob("*.partial"))
    assert Path("/dev/full").is_char_device()


SMALL_DISK = """
import resource, sys
from tenprint.fingerprinting.archive.pack import package_model
from tenprint.fingerprinting.errors import ModelError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    package_model({}, sys.argv[1], sys.argv[2], "fixed")
except ModelError as error:
    print(error.message, error.hint)
"""


def test_a_disk_that_takes_no_more_leaves_the_old_model_and_the_training(tmp_path: Path) -> None:
    old = package_model({"version": "old"}, str(tmp_path / "models"), str(make_training(tmp_path / "t")), "fixed")
    training = make_training(tmp_path / "training")
    (training / "core" / "weights").write_bytes(os.urandom(100_000))
    run = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(tmp_path / "models"), str(training)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "cannot be written: File too large" in run.stdout
    assert "has space left" in run.stdout
    assert names_in(tmp_path / "models") == ["fixed.tar.gz"]
    assert read_archive_head(old).fingerprint == {"version": "old"}
    assert (training / "core" / "weights").is_file()


@pytest.mark.parametrize("kind", ["missing", "file", "link"])
def test_what_is_no_training_directory_is_refused(tmp_path: Path, kind: str) -> None:
    if kind == "file":
        (tmp_path / kind).write_text("", encoding="utf-8")
    if kind == "link":
        (tmp_path / kind).symlink_to(make_training(tmp_path / "training"))
    with pytest.raises(ModelError, match=kind):
        create_package_rasa(str(tmp_path / kind), str(tmp_path / "models" / "m.tar.gz"), FINGERPRINT)
    assert not (tmp_path / "models").exists()


def test_an_archive_can_be_read_by_everyone_who_may_read_new_files(tmp_path: Path) -> None:
    path = create_package_rasa(str(make_training(tmp_path / "training")), str(tmp_path / "m.tar.gz"))
    (tmp_path / "new").touch()
    assert Path(path).stat().st_mode == (tmp_path / "new").stat().st_mode


def test_the_tar_within_is_the_same_on_every_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    path = create_package_rasa(str(make_training(tmp_path / "training")), str(tmp_path / "m.tar.gz"))
    digest = hashlib.sha256(gzip.decompress(Path(path).read_bytes())).hexdigest()
    assert digest == "6bdafac3e6cd2bbaba774f8770fe181684d933526a84fdba62bbe890411b8ba7"


def test_a_moved_model_is_at_the_target_only(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "weights").write_text("w", encoding="utf-8")
    assert move_model(str(tmp_path / "old"), str(tmp_path / "deep" / "new")) is True
    assert files_below(tmp_path) == {"deep/new/weights": b"w"}


def test_an_existing_target_is_replaced_and_never_nested(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name, encoding="utf-8")
    assert move_model(str(tmp_path / "old"), str(tmp_path / "new")) is True
    assert files_below(tmp_path) == {"new/old": b"old"}
    assert names_in(tmp_path) == ["new"]


def test_a_file_at_the_target_is_replaced_too(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").write_text("a file", encoding="utf-8")
    assert move_model(str(tmp_path / "old"), str(tmp_path / "new")) is True
    assert names_in(tmp_path) == ["new"]


@pytest.mark.parametrize("source", [None, "", "missing"])
def test_a_half_that_is_missing_is_not_moved_and_the_target_stays(tmp_path: Path, source: str | None) -> None:
    (tmp_path / "new").mkdir()
    assert move_model(source and str(tmp_path / source), str(tmp_path / "new")) is False
    assert names_in(tmp_path) == ["new"]


def test_a_model_moved_to_itself_stays(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    assert move_model(str(tmp_path / "old"), str(tmp_path / "." / "old")) is True
    assert (tmp_path / "old").is_dir()


@pytest.mark.parametrize(("source", "target"), [("a", "a/b"), ("a/b", "a")])
def test_a_model_is_not_moved_into_itself_or_over_what_holds_it(tmp_path: Path, source: str, target: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert move_model(str(tmp_path / source), str(tmp_path / target)) is False
    assert (tmp_path / "a" / "b").is_dir()


def test_a_failed_move_loses_neither_source_nor_target(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    for target in (str(tmp_path / "file" / "new"), "/proc/tenprint/new", str(tmp_path / ("x" * 300))):
        assert move_model(str(tmp_path / "old"), target) is False
    assert names_in(tmp_path) == ["file", "old"]


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second file system")  # noqa: S108
def test_a_model_is_moved_to_another_file_system(tmp_path: Path) -> None:
    with unpack_model(_packed(tmp_path), f"/dev/shm/tenprint-test-{os.getpid()}") as unpacked:  # noqa: S108
        (tmp_path / "core").mkdir()
        (tmp_path / "core" / "stale").touch()
        assert move_model(f"{unpacked}/core", str(tmp_path / "core")) is True
        assert names_in(unpacked) == ["alpha.txt", "metadata.json", "nlu", "run.json", "zebra"]
    assert names_in(tmp_path / "core") == ["a-policy", "domain.yml", "ted"]
    assert json.loads((tmp_path / "core" / "ted" / "weights.json").read_bytes()) == [1]
    assert names_in(tmp_path) == ["core", "m.tar.gz"]


def _packed(folder: Path) -> str:
    return create_package_rasa(str(make_training(folder / "training")), str(folder / "m.tar.gz"))
