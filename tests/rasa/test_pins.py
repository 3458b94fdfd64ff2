"""Installing tenprint into an environment of Rasa changes nothing that is there."""

import shutil
from pathlib import Path

import pytest
from tests.packaging.environments import ROOT, Environment, fresh_environment

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(1800)]


def pip(environment: Environment, *arguments: str) -> list[str]:
    command = ("-m", "pip", "--disable-pip-version-check", *arguments)
    return environment.run("python", *command, timeout=900).splitlines()


def test_no_pin_of_rasa_changes(tmp_path: Path) -> None:
    environment = fresh_environment(tmp_path)
    pip(environment, "install", "--quiet", "rasa==3.6.21")
    before, sound_before = pip(environment, "freeze"), pip(environment, "check")

    pip(environment, "install", "--quiet", str(ROOT))

    after, sound_after = pip(environment, "freeze"), pip(environment, "check")
    # pytest keeps the folders of three runs, and this one is large.
    shutil.rmtree(environment.folder)
    added = sorted(set(after) - set(before))
    print(f"{len(before)} packages of Rasa; added:", *added, sep="\n  ")  # noqa: T201 - as in test_training
    assert sorted(set(before) - set(after)) == []
    assert sound_after == sound_before
    assert any(line.startswith("tenprint") for line in added)
