"""The key `cache` of tenprint.yml, and sizes as people write them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.importers import ProblemsError
from tenprint.importers.locking import remote_sources
from tenprint.plugins import open_project
from tenprint.plugins.cache_settings import CacheSettings
from tenprint.plugins.settings import read_settings
from tenprint.plugins.sizes import size_of_text, size_text

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

GIT_SOURCE = "importers:\n- {name: git, url: 'https://example.org/a.git'}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{}", CacheSettings()),
        ("{quota: 2GB}", CacheSettings(2 * 10**9)),
        ("{quota: 0}", CacheSettings(0)),
        ("{quota: 1500, directory: .cache}", CacheSettings(1500, ".cache")),
        ("{quota: '1.5 gb'}", CacheSettings(1_500_000_000)),
        ("{trust-stat: true}", CacheSettings(trusts_times=True)),
        ("{trust-stat: false}", CacheSettings()),
    ],
)
def test_quota_and_directory_are_read(written: str, expected: CacheSettings) -> None:
    assert read_settings(f"cache: {written}\n".encode()).cache == expected


@pytest.mark.parametrize(
    ("written", "code", "place"),
    [
        ("{quota: much}", "wrong-size", "1:16"),
        ("{trust-stat: sometimes}", "wrong-type", "1:21"),
        ("{quota: -1}", "wrong-size", "1:16"),
        ("{quota: 2 GiB}", "wrong-size", "1:16"),
        ("{quota: yes}", "wrong-size", "1:16"),
        ("{quota: null}", "wrong-size", "1:16"),
        ("{quota: true}", "wrong-size", "1:16"),
        ("{quota: 1.5}", "wrong-size", "1:16"),
        ("{directory: ''}", "wrong-type", "1:20"),
        ("{directory: 1}", "wrong-type", "1:20"),
        ("{qota: 1}", "unknown-key", "1:9"),
        ("2GB", "wrong-type", "1:8"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(written: str, code: str, place: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_settings(f"cache: {written}\n".encode())
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == (code, f"tenprint.yml:{place}")
    assert problem.hint


def test_the_folder_is_relative_to_the_project_and_the_variable_wins() -> None:
    said = CacheSettings(directory="kept")
    assert said.place(Path("/bot"), {}) == Path("/bot/kept")
    assert said.place(Path("/bot"), {"TENPRINT_CACHE_DIR": "mine"}) == Path("/bot/mine")
    assert said.place(Path("/bot"), {"TENPRINT_CACHE_DIR": "/mine"}) == Path("/mine")
    assert CacheSettings().place(Path("/bot"), {}) is None


@pytest.mark.anyio
async def test_the_stores_of_all_sources_keep_to_the_settings(
    write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENPRINT_CACHE_DIR", raising=False)
    project = write_project(
        {"config.yml": "language: en\n", "tenprint.yml": f"cache: {{quota: 2MB, directory: kept}}\n{GIT_SOURCE}"}
    )
    async with open_project(project) as opened:
        (source,) = remote_sources(opened.importer)
        assert (source.store.root, source.store.quota) == (project / "kept", 2_000_000)
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "mine")
    async with open_project(project) as opened:
        (source,) = remote_sources(opened.importer)
        assert source.store.root == project / "mine"


def test_sizes_are_read_as_they_are_written() -> None:
    for size in (0, 999, 1000, 1_500_000, 5 * 10**9):
        assert size_of_text(size_text(size)) == size
    assert [size_of_text(text) for text in ("10k", "3T", " 7 MB ")] == [10_000, 3 * 10**12, 7_000_000]
    assert [size_of_text(text) for text in ("", "GB", "-1", "1e3", "1.GB", "9" * 20)] == [None] * 6
