"""Fixtures of the git tests: a repository, a server for it, and importers whose cache is their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.importers.git.repositories import Repository
from tests.importers.git.smart_http import GitServer, served

from tenprint.importers import ImporterContext, ReadingRules
from tenprint.importers.git import GitImporter

Make = Callable[..., GitImporter]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def server(repository: Repository) -> Iterator[GitServer]:
    with served(repository.bare.parent) as state:
        yield state


@pytest.fixture
def make_importer(tmp_path: Path, repository: Repository) -> Make:
    """Make an importer of the repository; options replace those that reach it as a folder."""

    def make(*, environment: dict[str, str] | None = None, context: Any = None, **options: Any) -> GitImporter:
        rules = ReadingRules(environment=environment or {})
        written = {"url": repository.url, "allow_file": True, **options}
        return GitImporter(written, context or ImporterContext(tmp_path, rules=rules, cache=tmp_path / "cache"))

    return make
