"""Fixtures: a project beside an installed Rasa, a very little one."""

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.plugins.rasa.little_rasa import LITTLE_RASA

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.fixture
def modules_as_before() -> Iterator[None]:
    """Forget the modules a test has imported."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if not name.startswith("tenprint"):
            del sys.modules[name]


@pytest.fixture
def little_rasa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules_as_before: None) -> None:  # noqa: ARG001
    """Let there be a Rasa on the path; where the real one is installed, tests marked `rasa` say more."""
    if find_spec("rasa") is not None:
        pytest.skip("Rasa itself is installed")
    for path, content in LITTLE_RASA.items():
        file = tmp_path / "installed" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    monkeypatch.syspath_prepend(tmp_path / "installed")
