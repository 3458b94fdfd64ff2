"""Taking over the archive of another program: its bytes unchanged, never without its sidecar."""

import os
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import anyio
import pytest

from tenprint.fingerprinting import BrokenArchive, ModelError, UnsafeArchive, fitting_sidecar, list_models
from tenprint.fingerprinting.archive.pack import package_model
from tenprint.fingerprinting.archive.sidecar import Sidecar, sidecar_text
from tenprint.fingerprinting.archive.taking_over import TakenOver, check_name, take_over

pytestmark = pytest.mark.anyio


def described(taken: TakenOver) -> str:
    return sidecar_text(Sidecar(taken.identity, {"trained_at": 7}, {"members": list(taken.members)}), root="")


def archive_of(path: Path, content: bytes = b"{}") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name in ("metadata.json", "components/a"):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a foreign archive of some megabytes."""
    return archive_of(tmp_path / "made.tar.gz", os.urandom(3 * 2**20))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "models"


def content(path: str | Path) -> bytes:
    return Path(path).read_bytes()


def with_orphan(models: Path) -> None:
    models.mkdir(parents=True)
    (models / "peg.tar.gz.tenprint.json").write_text("half a sid")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_the_bytes_stay_and_a_sidecar_lies_beside_them(archive: Path, models: Path) -> None:
    model = await take_over(archive, models / "peg.tar.gz", fixed=False, describe=described)
    assert model == str(models / "peg.tar.gz")
    assert content(model) == content(archive)
    assert names(models) == ["peg.tar.gz", "peg.tar.gz.tenprint.json"]
    sidecar = fitting_sidecar(model)
    assert sidecar is not None
    assert sidecar.metadata == {"members": ["metadata.json", "components/a"]}
    assert list_models(str(models))[0].trained_at == 7


async def test_a_name_that_is_taken_is_not_taken_again(archive: Path, models: Path) -> None:
    target = models / "peg.tar.gz"
    taken = [await take_over(archive, target, fixed=False, describe=described) for _ in range(3)]
    assert [Path(path).name for path in taken] == ["peg.tar.gz", "peg-2.tar.gz", "peg-3.tar.gz"]
    assert all(fitting_sidecar(path) is not None for path in taken)


async def test_a_sidecar_a_crash_left_is_minded_by_nobody(archive: Path, models: Path) -> None:
    with_orphan(models)
    assert list_models(str(models)) == ()
    model = await take_over(archive, models / "peg.tar.gz", fixed=False, describe=described)
    assert Path(model).name == "peg-2.tar.gz"
    model = await take_over(archive, models / "peg.tar.gz", fixed=True, describe=described)
    assert Path(model).name == "peg.tar.gz"
    assert fitting_sidecar(model) is not None


async def test_a_fixed_name_replaces_archive_and_sidecar(tmp_path: Path, models: Path) -> None:
    for number in range(2):
        made = archive_of(tmp_path / "made.tar.gz", bytes([number]) * 100)
        model = await take_over(made, models / "peg.tar.gz", fixed=True, describe=described)
        assert content(model) == content(made)
        assert fitting_sidecar(model) is not None
    assert names(models) == ["peg.tar.gz", "peg.tar.gz.tenprint.json"]


async def test_an_archive_of_ours_under_the_same_name_removes_the_sidecar(
    archive: Path, models: Path, tmp_path: Path
) -> None:
    await take_over(archive, models / "peg.tar.gz", fixed=True, describe=described)
    (tmp_path / "trained" / "nlu").mkdir(parents=True)
    await anyio.to_thread.run_sync(package_model, {"version": "1"}, str(models), str(tmp_path / "trained"), "peg")
    assert names(models) == ["peg.tar.gz"]


async def test_many_at_once_never_share_a_name(archive: Path, models: Path) -> None:
    taken: list[str] = []

    async def one() -> None:
        taken.append(await take_over(archive, models / "peg.tar.gz", fixed=False, describe=described))

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(one)
    assert len(set(taken)) == 8
    assert all(fitting_sidecar(path) is not None for path in taken)
    assert len(names(models)) == 16


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


WRONG: dict[str, tuple[Callable[[Path], object], type[ModelError], str]] = {
    "link": (link, ModelError, "symbolic links"),
    "pipe": (os.mkfifo, ModelError, "not a regular file"),
    "folder": (Path.mkdir, ModelError, "not a regular file"),
    "nothing": (lambda path: path, ModelError, "No such file"),
    "text": (lambda path: path.write_text("hello"), BrokenArchive, "not gzip"),
    "empty": (Path.touch, BrokenArchive, "empty"),
    "half": (lambda path: path.write_bytes(archive_of(path).read_bytes()[:60]), BrokenArchive, "cut off"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_no_archive_is_refused_and_leaves_nothing(tmp_path: Path, models: Path, name: str) -> None:
    make, error, message = WRONG[name]
    make(tmp_path / "made.tar.gz")
    with pytest.raises(error, match=message) as caught:
        await take_over(tmp_path / "made.tar.gz", models / "peg.tar.gz", fixed=False, describe=described)
    assert "made.tar.gz" in caught.value.message
    assert names(models) == []


async def test_an_archive_with_a_link_inside_is_refused(tmp_path: Path, models: Path) -> None:
    with tarfile.open(tmp_path / "made.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("core/domain.yml")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(UnsafeArchive):
        await take_over(tmp_path / "made.tar.gz", models / "peg.tar.gz", fixed=False, describe=described)
    assert names(models) == []


@pytest.mark.parametrize("fixed", [False, True])
async def test_a_sidecar_that_cannot_be_described_leaves_the_models_as_they_were(
    archive: Path, models: Path, *, fixed: bool
) -> None:
    await take_over(archive, models / "peg.tar.gz", fixed=True, describe=described)

    def fail(_: TakenOver) -> str:
        raise ModelError("no")

    with pytest.raises(ModelError, match="no"):
        await take_over(archive, models / "peg.tar.gz", fixed=fixed, describe=fail)
    assert names(models) == ["peg.tar.gz", "peg.tar.gz.tenprint.json"]
    assert fitting_sidecar(models / "peg.tar.gz") is not None


async def test_an_archive_that_cannot_be_put_leaves_the_sidecar_that_was_there(archive: Path, models: Path) -> None:
    (models / "peg.tar.gz").mkdir(parents=True)
    (models / "peg.tar.gz.tenprint.json").write_text("old")
    with pytest.raises(ModelError, match="cannot be written"):
        await take_over(archive, models / "peg.tar.gz", fixed=True, describe=described)
    assert (models / "peg.tar.gz.tenprint.json").read_text() == "old"
    assert names(models) == ["peg.tar.gz", "peg.tar.gz.tenprint.json"]


async def test_models_that_are_no_folder_are_an_error(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "models").touch()
    with pytest.raises(ModelError, match="cannot be written"):
        await take_over(archive, tmp_path / "models" / "peg.tar.gz", fixed=False, describe=described)


@pytest.mark.parametrize("seconds", [0, 0.002, 0.005, 0.01, 0.03])
async def test_cancelling_at_any_moment_leaves_all_or_nothing(archive: Path, models: Path, seconds: float) -> None:
    with anyio.move_on_after(seconds):
        await take_over(archive, models / "peg.tar.gz", fixed=False, describe=described)
    assert names(models) in ([], ["peg.tar.gz", "peg.tar.gz.tenprint.json"])


def test_a_name_is_refused_before_anything_is_trained(models: Path) -> None:
    check_name(models / "peg.tar.gz")
    check_name(models / f"{'x' * 230}.tar.gz")
    with pytest.raises(ModelError, match="too long"):
        check_name(models / f"{'x' * 245}.tar.gz")
    (models / "peg.tar.gz").mkdir(parents=True)
    with pytest.raises(ModelError, match="is not a file"):
        check_name(models / "peg.tar.gz")
