"""A begun plugin as a wheel, beside the wheel of tenprint and nothing else."""

from pathlib import Path

import pytest
from tests.packaging.environments import built, fresh_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

PROJECT = {
    "tenprint.yml": "importers:\n  - name: faq\n    path: examples.txt\n",
    "examples.txt": "prices: what does it cost?\nplace: where are you?\n",
}


def test_it_is_built_installed_tested_and_used(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    environment = fresh_environment(tmp_path)
    environment.install(str(built("wheel", tmp_path / "wheels")))
    environment.run("tenprint", "new", "importer", "faq")
    package = environment.elsewhere / "tenprint-faq"
    environment.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", "plugin", str(package))
    (wheel,) = (environment.elsewhere / "plugin").iterdir()
    environment.install(f"{wheel}[test]")
    # The tests of the package, with what is installed instead of its sources.
    (package / "src").rename(package / "sources")
    printed = environment.run("python", "-m", "pytest", "-q", "--rootdir", str(package), str(package / "tests"))
    assert "failed" not in printed
    for path, content in PROJECT.items():
        (environment.elsewhere / path).write_text(content, encoding="utf-8")
    assert "prices" in environment.run("tenprint", "show", "intent", "prices")
    environment.run("python", "-m", "pip", "uninstall", "--yes", "tenprint-faq")
    with pytest.raises(AssertionError, match="there is no importer 'faq'"):
        environment.run("tenprint", "show", "intent", "prices")
