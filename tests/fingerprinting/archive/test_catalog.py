import io
import os
import tarfile
from pathlib import Path

import pytest

from tenprint.fingerprinting.archive.catalog import (
    get_latest_model,
    get_local_model,
    get_model_for_finetuning,
    list_models,
)
from tenprint.fingerprinting.archive.pack import package_model
from tenprint.fingerprinting.archive.unpack import get_model
from tenprint.fingerprinting.errors import ModelNotFound


def make_model(models: Path, name: str, *, trained_at: float) -> str:
    training = models.parent / f"training-{name}"
    (training / "core").mkdir(parents=True)
    (training / "core" / "domain.yml").write_text("intents: []\n", encoding="utf-8")
    return package_model({"trained_at": trained_at}, str(models), str(training), fixed_model_name=name)


def make_rasa_model(path: Path, *, first: str, member_time: int, file_time: int) -> str:
    """Write an archive as `tarfile` does, with the current time in the gzip header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(first)
        entry.mtime = member_time
        entry.size = 2
        archive.addfile(entry, io.BytesIO(b"{}"))
    os.utime(path, (file_time, file_time))
    return str(path)


def not_models(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.txt").write_text("no model", encoding="utf-8")
    (folder / "config.yml").write_text("language: en\n", encoding="utf-8")
    return [str(folder / "missing"), str(folder / "empty"), str(folder / "config.yml"), ""]


def test_a01_the_latest_model_is_the_younger_one(tmp_path: Path) -> None:
    make_model(tmp_path / "models", "first", trained_at=100)
    younger = make_model(tmp_path / "models", "second", trained_at=200)
    assert get_latest_model(str(tmp_path / "models")) == younger


def test_a01_the_fraction_of_a_second_counts(tmp_path: Path) -> None:
    younger = make_model(tmp_path / "models", "first", trained_at=100.75)
    make_model(tmp_path / "models", "second", trained_at=100.5)
    assert get_latest_model(str(tmp_path / "models")) == younger


def test_a02_the_local_model_of_an_archive_is_its_own_path(tmp_path: Path) -> None:
    path = make_model(tmp_path / "models", "only", trained_at=1)
    assert get_local_model(path) == path
    assert get_local_model(str(tmp_path / "models")) == path


@pytest.mark.parametrize("which", range(4))
def test_a03_without_a_model_there_is_no_local_model(tmp_path: Path, which: int) -> None:
    path = not_models(tmp_path)[which]
    with pytest.raises(ModelNotFound) as caught:
        get_local_model(path)
    assert path in str(caught.value)
    assert "None" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("which", range(4))
def test_a04_without_a_model_nothing_is_unpacked(tmp_path: Path, which: int) -> None:
    with pytest.raises(ModelNotFound):
        get_model(not_models(tmp_path)[which])


def test_copying_or_touching_a_model_does_not_make_it_the_latest(tmp_path: Path) -> None:
    older = make_model(tmp_path / "models", "older", trained_at=100)
    younger = make_model(tmp_path / "models", "younger", trained_at=200)
    os.utime(older, (4_000_000_000, 4_000_000_000))
    os.utime(younger, (5, 5))
    assert get_latest_model(str(tmp_path / "models")) == younger


def test_equal_training_times_are_decided_by_the_file_then_by_the_name(tmp_path: Path) -> None:
    paths = [make_model(tmp_path / "models", name, trained_at=100) for name in "abc"]
    for path, time in zip(paths, (30, 20, 30), strict=True):
        os.utime(path, (time, time))
    assert [entry.path for entry in list_models(str(tmp_path / "models"))] == [paths[2], paths[0], paths[1]]


def test_an_archive_that_cannot_be_read_counts_with_the_time_of_its_file(tmp_path: Path) -> None:
    middle = make_model(tmp_path / "models", "middle", trained_at=200)
    texts = [tmp_path / "models" / f"text-{time}.tar.gz" for time in (300, 100)]
    for path, time in zip(texts, (300, 100), strict=True):
        path.write_text("no tar", encoding="utf-8")
        os.utime(path, (time, time))
    listed = list_models(str(tmp_path / "models"))
    assert [entry.path for entry in listed] == [str(texts[0]), middle, str(texts[1])]
    assert [entry.trained_at for entry in listed] == [300, 200, 100]


def test_a_rasa_archive_that_begins_with_its_fingerprint_tells_its_time(tmp_path: Path) -> None:
    path = make_rasa_model(tmp_path / "m" / "a.tar.gz", first="fingerprint.json", member_time=500, file_time=900)
    assert [(entry.path, entry.trained_at) for entry in list_models(str(tmp_path / "m"))] == [(path, 500)]


def test_a_rasa_archive_that_begins_with_a_reused_half_counts_when_it_was_compressed(tmp_path: Path) -> None:
    make_rasa_model(tmp_path / "m" / "a.tar.gz", first="nlu/weights", member_time=500, file_time=900)
    assert list_models(str(tmp_path / "m"))[0].trained_at > 1_700_000_000


@pytest.mark.parametrize("time", ["1e300", "-1e300", "253402300800", "nan", "1" + "0" * 400])
def test_a_time_that_no_calendar_has_is_that_of_the_file(tmp_path: Path, time: str) -> None:
    path = tmp_path / "m" / "a.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("fingerprint.json")
        entry.pax_headers = {"mtime": time}
        archive.addfile(entry)
    os.utime(path, (900, 900))
    assert [entry.trained_at for entry in list_models(str(tmp_path / "m"))] == [900]


def test_an_entry_tells_path_time_and_size(tmp_path: Path) -> None:
    path = make_model(tmp_path / "models", "only", trained_at=12.5)
    (entry,) = list_models(str(tmp_path / "models"))
    assert (entry.path, entry.trained_at, entry.size) == (path, 12.5, Path(path).stat().st_size)


def test_folders_hidden_files_and_other_files_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "folder.tar.gz").mkdir()
    (tmp_path / ".hidden.tar.gz").write_bytes(b"")
    (tmp_path / "x.tar.gz.tenprint.json").write_bytes(b"{}")
    os.mkfifo(tmp_path / "pipe.tar.gz")
    (tmp_path / "dangling.tar.gz").symlink_to(tmp_path / "nowhere")
    assert list_models(str(tmp_path)) == ()
    assert get_latest_model(str(tmp_path)) is None


def test_a_link_to_an_archive_is_a_model(tmp_path: Path) -> None:
    path = make_model(tmp_path / "store", "only", trained_at=1)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "linked.tar.gz").symlink_to(path)
    assert get_latest_model(str(tmp_path / "models")) == str(tmp_path / "models" / "linked.tar.gz")


def test_a_missing_directory_is_never_replaced_by_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model(tmp_path, "here", trained_at=1)
    monkeypatch.chdir(tmp_path)
    assert get_latest_model("typo") is None
    assert get_latest_model() is None
    assert get_latest_model("") is None
    assert list_models("typo") == ()
    with pytest.raises(ModelNotFound):
        get_local_model("typo")


def test_the_latest_model_of_an_archive_is_itself_and_of_another_file_none(tmp_path: Path) -> None:
    older = make_model(tmp_path / "models", "older", trained_at=1)
    make_model(tmp_path / "models", "younger", trained_at=2)
    (tmp_path / "models" / "notes.txt").write_text("no model", encoding="utf-8")
    assert get_latest_model(older) == older
    assert get_latest_model(str(tmp_path / "models" / "notes.txt")) is None


def test_a_model_folder_is_found_relative_to_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model(tmp_path / "models", "only", trained_at=1)
    monkeypatch.chdir(tmp_path)
    assert get_latest_model() == "models/only.tar.gz"
    assert get_local_model() == "models/only.tar.gz"


def test_the_model_to_finetune_is_the_file_the_latest_of_a_folder_or_none(tmp_path: Path) -> None:
    path = make_model(tmp_path / "models", "only", trained_at=1)
    (tmp_path / "empty").mkdir()
    other = tmp_path / "model.zip"
    other.write_bytes(b"")
    assert get_model_for_finetuning(path) == path
    assert get_model_for_finetuning(Path(path)) == path
    assert get_model_for_finetuning(tmp_path / "models") == path
    assert get_model_for_finetuning(str(other)) == str(other)
    assert get_model_for_finetuning(tmp_path / "empty") is None
    assert get_model_for_finetuning(tmp_path / "missing") is None
    assert get_model_for_finetuning(None) is None


def test_a_path_too_long_for_the_system_names_no_model() -> None:
    with pytest.raises(ModelNotFound):
        get_local_model("x" * 5000)
