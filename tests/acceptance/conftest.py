"""Fixtures for the acceptance tests: projects that are trained once, for tests that work on copies of them."""

from pathlib import Path

import pytest
from tests.acceptance.nodes_project import FILES, LITERAL_FILES
from tests.acceptance.trained_projects import trained


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train the project of many components."""
    return trained(FILES, tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def literal_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train the project whose dialogues hold literal words."""
    return trained(LITERAL_FILES, tmp_path_factory.mktemp("literal"))
