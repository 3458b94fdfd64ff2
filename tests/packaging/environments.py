"""Fresh virtual environments outside the checkout, as a user makes them."""

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

IMPORTS = """
import tenprint.fingerprinting, tenprint.importers, tenprint.plugins
from tenprint.fingerprinting import model_fingerprint
from tenprint.importers import TrainingDataImporter
from tenprint.plugins import hookimpl, open_project
for floor in (tenprint.importers, tenprint.fingerprinting, tenprint.plugins):
    print(floor.__file__)
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment; commands run in a folder that knows nothing of the checkout."""

    folder: Path
    elsewhere: Path

    def run(self, program: str, *arguments: str, timeout: float = 300) -> str:
        """Run a program of the environment and return what it prints; a failure shows all of it."""
        code, printed = self.attempt(program, *arguments, timeout=timeout)
        assert code == 0, printed
        return printed

    def attempt(self, program: str, *arguments: str, timeout: float = 300) -> tuple[int, str]:
        """Run a program of the environment and return its exit code and what it prints, errors included."""
        finished = subprocess.run(
            [str(self.folder / "bin" / program), *arguments],
            cwd=self.elsewhere,
            env=plain_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return finished.returncode, finished.stdout

    def install(self, *arguments: str) -> None:
        self.run("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments, timeout=600)


def plain_environment() -> Mapping[str, str]:
    """The variables of this process without those that would let the checkout shine through."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def fresh_environment(folder: Path) -> Environment:
    venv.create(folder / "environment", with_pip=True)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Environment(folder / "environment", elsewhere)


def built(kind: str, folder: Path, *, package: Path = ROOT) -> Path:
    """Build the wheel or the sdist of a package, by default the checkout, in an environment of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(folder), str(package)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    (made,) = folder.iterdir()
    return made
