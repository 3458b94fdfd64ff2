"""Fixtures for all tests: the two event loops, small projects on disk, and a folder for temporary files.

What several test modules need is a fixture here, or a plain function in one of the modules beside this file.
"""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]
"""Takes paths relative to the project with their content, and returns the folder of the project."""

# How long an example takes says how busy the machine is, and nothing of the code. Equal code is tried with equal
# examples, so what fails once fails again; `--hypothesis-profile=search` tries others each time.
settings.register_profile("tenprint", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("tenprint"), derandomize=False)
settings.load_profile("tenprint")


@pytest.fixture(scope="session", autouse=True)
def _environment_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests away from the cache of whoever runs them, and programs they start from our options of pytest."""
    with pytest.MonkeyPatch.context() as patch:
        # CI and BUILD_NUMBER change how pytest shortens its summary; a hook of git names its own repository.
        of_git = [name for name in os.environ if name.startswith("GIT_")]
        for variable in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER", "PYTHONWARNINGS", *of_git):
            patch.delenv(variable, raising=False)
        patch.setenv("TENPRINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        # A proxy is for the world outside: servers of tests are on this machine.
        others = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
        patch.setenv("no_proxy", f"{others},127.0.0.1,localhost".strip(","))
        # A shell that starts us in the background lets us ignore Ctrl-C, and programs we start would as well.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run tests marked with `pytest.mark.anyio` on both event loops."""
    backend: str = request.param
    return backend


@pytest.fixture
def write_project(tmp_path: Path) -> ProjectWriter:
    """Write the files of a project; calling it again adds files or replaces them.

    Text is written as UTF-8 with its line ends unchanged:

        project = write_project({"config.yml": "language: en\n", "data/nlu.yml": "nlu: []\n"})
    """
    project = tmp_path / "project"

    def write(files: Mapping[str, str | bytes]) -> Path:
        project.mkdir(exist_ok=True)
        for path, content in files.items():
            target = project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return project

    return write


@pytest.fixture
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a folder for temporary files of its own, so that it can see what is left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
