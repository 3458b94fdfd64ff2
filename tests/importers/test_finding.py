"""Files of real folders: each found once, sorted, whatever links say."""

import os
import socket
from pathlib import Path

import pytest

from tenprint.importers.errors import ConfigurationError, SourceError
from tenprint.importers.finding import Finder, file_bytes, origin_of
from tenprint.importers.limits import Limits

NLU = "nlu:\n- intent: a\n  examples: |\n    - x\n"


def finder(project: Path, limits: Limits | None = None) -> Finder:
    return Finder(project, "file", limits or Limits())


def found(project: Path, top: str = "data", limits: Limits | None = None) -> Finder:
    own = finder(project, limits)
    own.add_tree(project / top, "data")
    return own


def shown(own: Finder) -> list[str]:
    return [file.shown for file in own.files]


def unused(own: Finder) -> dict[str, str]:
    assert {(problem.code, problem.severity) for problem in own.problems} <= {("unused-file", "warning")}
    return {problem.location.path: problem.message for problem in own.problems if problem.location}


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(NLU)


def test_files_are_sorted_by_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "data/b.yml", "data/a/z.yaml", "data/a.yml", "data/a-b/c.yml", "data/B.yml", "data/\u00fc.yml")

    assert shown(found(tmp_path)) == sorted(
        ["data/b.yml", "data/a/z.yaml", "data/a.yml", "data/a-b/c.yml", "data/B.yml", "data/\u00fc.yml"]
    )


def test_hidden_files_and_folders_are_left_out_without_a_word(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml", "data/.hidden.yml", "data/.git/config.yml", "data/b/.c/d.yml", "data/.x.json")
    own = found(tmp_path)

    assert shown(own) == ["data/a.yml"]
    assert own.problems == []


def test_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path, ".data/a.yml")

    assert shown(found(tmp_path, ".data")) == [".data/a.yml"]


def test_other_files_are_told_with_advice(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml", "data/nlu.json", "data/notes.md", "data/x.py", "data/YAML.YML", "data/NLU.JSON")
    own = found(tmp_path)

    assert shown(own) == ["data/a.yml", "data/nlu.json", "data/notes.md"]
    assert sorted(unused(own)) == ["data/NLU.JSON", "data/YAML.YML", "data/x.py"]
    assert all(problem.hint for problem in own.problems)


@pytest.mark.parametrize("name", ["README.md", "readme.md", "Readme.MD"])
def test_a_readme_is_for_people(tmp_path: Path, name: str) -> None:
    write(tmp_path, "data/a.yml", f"data/deep/{name}")
    own = found(tmp_path)

    assert shown(own) == ["data/a.yml"]
    assert own.problems == []


def test_what_is_named_by_something_else_is_not_unused(tmp_path: Path) -> None:
    write(tmp_path, "data/a.txt", "data/b.txt")
    own = found(tmp_path)
    own.use(origin_of((tmp_path / "data" / "a.txt").stat()))

    assert sorted(unused(own)) == ["data/b.txt"]


def test_a_file_may_be_named_itself_whatever_its_suffix(tmp_path: Path) -> None:
    write(tmp_path, "data/nlu.txt")

    assert shown(found(tmp_path, "data/nlu.txt")) == ["data/nlu.txt"]


def test_a_file_over_two_paths_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml", "more/b.yml")
    (tmp_path / "data" / "z.yml").symlink_to("a.yml")
    os.link(tmp_path / "data" / "a.yml", tmp_path / "more" / "hard.yml")
    own = finder(tmp_path)
    for top in ("data", "more", "data/a.yml", "data/../more", "data"):
        own.add_tree(tmp_path / top, "data")

    assert shown(own) == ["data/a.yml", "more/b.yml"]
    assert own.problems == []


def test_the_first_path_gives_a_file_its_role(tmp_path: Path) -> None:
    write(tmp_path, "data/domain.yml")
    own = finder(tmp_path)
    own.add_file(tmp_path / "data" / "domain.yml", "domain")
    own.add_tree(tmp_path / "data", "data")

    assert [(file.shown, file.role) for file in own.files] == [("data/domain.yml", "domain")]


@pytest.mark.parametrize("target", [".", "..", "../../project"])
def test_a_loop_of_links_ends_and_files_keep_their_short_paths(tmp_path: Path, target: str) -> None:
    project = tmp_path / "project"
    write(project, "data/z/nlu.yml", "data/nlu.yml")
    (project / "data" / "a_loop").symlink_to(target)
    own = found(project)

    assert shown(own)[-2:] == ["data/nlu.yml", "data/z/nlu.yml"]
    assert len(own.files) == 2


def test_a_folder_over_a_link_is_shown_by_its_own_path(tmp_path: Path) -> None:
    write(tmp_path, "data/m/nlu.yml", "data/m/deep/nlu.yml")
    for link in ("a", "z"):
        (tmp_path / "data" / link).symlink_to("m")
    (tmp_path / "data" / "b").symlink_to("m/deep")

    assert shown(found(tmp_path)) == ["data/m/deep/nlu.yml", "data/m/nlu.yml"]


def test_a_link_out_of_the_folder_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "shared/nlu.yml", "data/a.yml")
    (tmp_path / "data" / "shared").symlink_to("../shared")

    assert shown(found(tmp_path)) == ["data/a.yml", "data/shared/nlu.yml"]


def test_two_links_to_one_folder_are_one_folder_and_the_first_name_counts(tmp_path: Path) -> None:
    write(tmp_path, "shared/nlu.yml", "data/a.yml")
    for link in ("z", "b", "m"):
        (tmp_path / "data" / link).symlink_to("../shared")

    assert shown(found(tmp_path)) == ["data/a.yml", "data/b/nlu.yml"]


def test_a_broken_link_is_told(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml")
    (tmp_path / "data" / "broken.yml").symlink_to("nowhere.yml")
    (tmp_path / "data" / "itself.yml").symlink_to("itself.yml")
    own = found(tmp_path)

    assert shown(own) == ["data/a.yml"]
    assert sorted(unused(own)) == ["data/broken.yml", "data/itself.yml"]


def test_pipes_sockets_and_devices_are_told_and_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml")
    os.mkfifo(tmp_path / "data" / "pipe.yml")
    (tmp_path / "data" / "null.yml").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "data" / "socket.yml"))
        own = found(tmp_path)

    assert shown(own) == ["data/a.yml"]
    assert sorted(unused(own)) == ["data/null.yml", "data/pipe.yml", "data/socket.yml"]
    assert set(unused(own).values()) == {"is neither a file nor a folder"}


@pytest.mark.parametrize("name", ["nowhere.yml", "folder", "pipe"])
def test_a_named_file_must_be_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ConfigurationError, match=name) as caught:
        finder(tmp_path).add_file(tmp_path / name, "config")
    assert caught.value.hint


@pytest.mark.parametrize("name", ["nowhere", "pipe"])
def test_a_named_folder_must_be_one(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ConfigurationError, match=name):
        finder(tmp_path).add_tree(tmp_path / name, "data")


def test_too_many_files_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "data/a.yml", "data/b.yml", "data/c/d.txt")

    assert len(found(tmp_path, limits=Limits(files=3)).files) == 2
    with pytest.raises(SourceError, match="more than 2 files under data"):
        found(tmp_path, limits=Limits(files=2))


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    assert found(tmp_path).files == []


def test_files_outside_of_the_project_are_shown_by_their_whole_path(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(tmp_path, "elsewhere/nlu.yml", "project/config.yml")
    own = finder(project)
    own.add_tree(tmp_path / "elsewhere", "data")

    assert shown(own) == [str(tmp_path / "elsewhere" / "nlu.yml")]


@pytest.mark.parametrize("size", [0, 1, 4096, 10_000])
def test_bytes_are_read_whole(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)

    assert file_bytes(tmp_path / "a", Limits(file_bytes=10_000)) == b"x" * size


def test_a_file_beyond_the_limit_is_told_by_its_size_with_advice(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)

    with pytest.raises(SourceError) as caught:
        file_bytes(tmp_path / "a", Limits(file_bytes=10))
    assert caught.value.message == "has 11 bytes; the limit is 10"
    assert caught.value.hint == "split it into several files"


def test_a_pipe_that_took_the_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")

    with pytest.raises(SourceError) as caught:
        file_bytes(tmp_path / "a", Limits())
    assert caught.value.message == "is no file"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("nowhere", "cannot be read: No such file or directory", "it is gone, or a link that leads nowhere"),
        ("folder", "is no file", "put a file in its place, or remove it"),
    ],
)
def test_what_cannot_be_opened_is_told(tmp_path: Path, name: str, message: str, hint: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(SourceError) as caught:
        file_bytes(tmp_path / name, Limits())
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file whose reading fails")
def test_a_failure_while_reading_is_told() -> None:
    with pytest.raises(SourceError, match="cannot be read: Input/output error"):
        file_bytes(Path("/proc/self/mem"), Limits())


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_an_endless_file_is_not_read() -> None:
    with pytest.raises(SourceError, match="is no file"):
        file_bytes(Path("/dev/zero"), Limits())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)

    with pytest.raises(SourceError, match="Permission denied") as caught:
        file_bytes(tmp_path / "a", Limits())
    assert caught.value.hint == "check its permissions"


def test_no_file_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    before = len(list(Path("/dev/fd").iterdir()))
    file_bytes(tmp_path / "a", Limits())
    with pytest.raises(SourceError):
        file_bytes(tmp_path / "a", Limits(file_bytes=10))

    assert len(list(Path("/dev/fd").iterdir())) == before
