"""Which folder is the cache, and which folders the store takes for its own."""

import os
from pathlib import Path

import pytest

from tenprint.importers.store import StoreError, cache_root, claim
from tenprint.importers.store.layout import is_claimed, opened_folder


def test_the_cache_is_where_the_environment_says() -> None:
    home = {"HOME": "/home/me"}
    assert cache_root({**home, "TENPRINT_CACHE_DIR": "/c", "XDG_CACHE_HOME": "/x"}) == Path("/c")
    assert cache_root({**home, "TENPRINT_CACHE_DIR": "", "XDG_CACHE_HOME": "/x"}) == Path("/x/tenprint")
    assert cache_root({**home, "XDG_CACHE_HOME": "relative"}) == Path("/home/me/.cache/tenprint")
    assert cache_root({"TENPRINT_CACHE_DIR": "cache"}, Path("/project")) == Path("/project/cache")
    assert cache_root({"TENPRINT_CACHE_DIR": "/c"}, Path("/project")) == Path("/c")


def test_without_a_home_variable_the_home_folder_of_the_user_is_taken() -> None:
    assert cache_root({}) == Path.home() / ".cache" / "tenprint"


def test_a_new_or_empty_folder_is_claimed_once_and_for_all(tmp_path: Path) -> None:
    new, empty = tmp_path / "deep" / "er" / "store", tmp_path / "empty"
    empty.mkdir()
    for folder in (new, empty):
        assert not is_claimed(folder)
        claim(folder)
        claim(folder)
        assert is_claimed(folder)
        assert [path.name for path in folder.iterdir()] == ["CACHEDIR.TAG"]
        assert (folder / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "empty"]
    assert new.parent.stat().st_mode & 0o077 == 0


def test_a_folder_of_somebody_else_is_refused_untouched(tmp_path: Path) -> None:
    tag = "Signature: 8a477f597d28d172789f06886806bc55\n"
    for name, files in {"data": {"a.txt": "a"}, "other": {"CACHEDIR.TAG": tag}, "cut": {"CACHEDIR.TAG": ""}}.items():
        folder = tmp_path / name
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_text(content, encoding="utf-8")
        with pytest.raises(StoreError, match="not made by"):
            claim(folder)
        assert sorted(path.name for path in folder.iterdir()) == sorted(files)


def test_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    claim(tmp_path / "ours")
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    for name in ("file", "link", "nowhere", "pipe"):
        with pytest.raises(StoreError, match="a file or a link"):
            claim(tmp_path / name)
    assert not (tmp_path / "missing").exists()


def test_a_tag_that_is_a_link_or_a_pipe_is_no_tag(tmp_path: Path) -> None:
    claim(tmp_path / "ours")
    for name in ("linked", "piped"):
        (tmp_path / name).mkdir()
    (tmp_path / "linked" / "CACHEDIR.TAG").symlink_to(tmp_path / "ours" / "CACHEDIR.TAG")
    os.mkfifo(tmp_path / "piped" / "CACHEDIR.TAG")
    with pytest.raises(OSError, match="symbolic"):
        claim(tmp_path / "linked")
    with pytest.raises(StoreError):
        claim(tmp_path / "piped")


def test_folders_are_opened_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with opened_folder(tmp_path, "a", "b", "c", create=True):
        assert (tmp_path / "a" / "b" / "c").is_dir()
    for names in (("link",), ("link", "b"), ("missing",)):
        with pytest.raises(OSError, match=r"link|Not a directory|No such"), opened_folder(tmp_path, *names):
            pass
