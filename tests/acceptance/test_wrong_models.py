"""Damaged and hostile archives as the newest model, through the real program.

Only the beginning of an archive is read for a plan; whatever needs the rest refuses it before anything is unpacked.
"""

import gzip
import io
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.program import PROJECT, Outcome, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

pytestmark = pytest.mark.usefixtures("temporary_files")

NAME = "models/trained.tar.gz"
ONE_MORE_EXAMPLE = {"data/nlu.yml": PROJECT["data/nlu.yml"] + "      - hi there\n"}


@dataclass(frozen=True, slots=True)
class Member:
    """A member no archive of ours has."""

    name: str
    kind: bytes = tarfile.REGTYPE
    link: str = ""


HOSTILE = {
    "a name that leads out": Member("../escaped.txt"),
    "a name that leads out further down": Member("core/../../escaped.txt"),
    "an absolute name": Member("/tmp/tenprint-escaped.txt"),  # noqa: S108 - never written
    "a symbolic link": Member("core/link", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": Member("core/link", tarfile.LNKTYPE, "fingerprint.json"),
    "a pipe": Member("core/pipe", tarfile.FIFOTYPE),
    "a device": Member("core/device", tarfile.CHRTYPE),
}

NO_ARCHIVES = {
    "an empty file": b"",
    "plain text": b"This is no archive.\n" * 20,
    "compressed text": gzip.compress(b"This is no archive.\n" * 200),
}


@pytest.fixture
def trained(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a project with one model."""
    project = write_project(PROJECT)
    assert run_here(capsys, "-C", str(project), "train", "--fixed-model-name", "trained").code == 0
    return project


def with_member(archive: bytes, member: Member, *, first: bool) -> bytes:
    """Return the archive with one more member, at its beginning or at its end."""
    added = tarfile.TarInfo(member.name)
    added.type, added.linkname = member.kind, member.link
    target = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(archive)) as old, tarfile.open(fileobj=target, mode="w:gz") as new:
        if first:
            new.addfile(added)
        for present in old:
            new.addfile(present, old.extractfile(present) if present.isreg() else None)
        if not first:
            new.addfile(added)
    return target.getvalue()


def assert_refused(outcome: Outcome, code: str) -> None:
    assert (outcome.code, outcome.out) == (1, "")
    assert "Traceback" not in outcome.err
    assert f"trained.tar.gz: {'member' if code == 'unsafe-archive' else 'the archive is broken'}" in outcome.err
    assert f"[{code}]" in outcome.err
    assert "hint: " in outcome.err


@pytest.mark.parametrize("first", [True, False], ids=["at the beginning", "at the end"])
@pytest.mark.parametrize("member", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_model_is_refused_whole_and_nothing_is_unpacked(
    trained: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, member: Member, *, first: bool
) -> None:
    (trained / NAME).write_bytes(with_member((trained / NAME).read_bytes(), member, first=first))
    (trained / "data" / "nlu.yml").write_text(ONE_MORE_EXAMPLE["data/nlu.yml"])
    before = tree(tmp_path)
    for arguments in (("train",), ("parse", "hello")):
        assert_refused(run_here(capsys, "-C", str(trained), *arguments), "unsafe-archive")
        outcome = run_here(capsys, "-C", str(trained), *arguments, "--json")
        assert [problem["code"] for problem in outcome.document["problems"]] == ["unsafe-archive"]
    assert tree(tmp_path) == before
    assert not Path("/tmp/tenprint-escaped.txt").exists()  # noqa: S108 - the name in the archive


@pytest.mark.parametrize("content", NO_ARCHIVES.values(), ids=NO_ARCHIVES)
def test_what_is_no_archive_is_refused_and_left_alone(
    trained: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    write_project({NAME: content})
    before = tree(tmp_path)
    for arguments in (("plan",), ("train",), ("parse", "hello")):
        assert_refused(run_here(capsys, "-C", str(trained), *arguments), "broken-archive")
    assert run_here(capsys, "-C", str(trained), "models").code == 0
    assert tree(tmp_path) == before


def test_a_model_cut_off_in_its_beginning_gives_no_plan(
    trained: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project({NAME: (trained / NAME).read_bytes()[:200]})
    for arguments in (("plan",), ("train",), ("parse", "hello")):
        outcome = run_here(capsys, "-C", str(trained), *arguments)
        assert_refused(outcome, "broken-archive")
        assert "cut off" in outcome.err


@pytest.mark.parametrize("kept", [-20, -400])
def test_a_model_cut_off_behind_its_beginning_gives_a_plan_and_no_half_of_it_is_taken_over(
    trained: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], tmp_path: Path, kept: int
) -> None:
    write_project({NAME: (trained / NAME).read_bytes()[:kept], **ONE_MORE_EXAMPLE})
    before = tree(tmp_path)
    assert "data/nlu.yml:6:7" in run_here(capsys, "-C", str(trained), "plan").out
    for arguments in (("train",), ("parse", "hello")):
        assert_refused(run_here(capsys, "-C", str(trained), *arguments), "broken-archive")
    assert tree(tmp_path) == before


def test_a_forced_run_does_not_mind_a_damaged_model(
    trained: Path, write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project({NAME: b"damaged"})
    assert run_here(capsys, "-C", str(trained), "train", "--force", "--fixed-model-name", "trained").code == 0
    assert run_here(capsys, "-C", str(trained), "plan", "--exit-code").code == 0
