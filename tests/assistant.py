"""The example assistant of the tutorial, for tests that train: always a copy, never with models of an earlier run."""

import shutil
from pathlib import Path

ASSISTANT = Path(__file__).parents[1] / "docs" / "tutorial" / "assistant"


def copy_of_assistant(target: Path) -> Path:
    """Copy the assistant to a folder that does not exist yet."""
    return Path(shutil.copytree(ASSISTANT, target, ignore=shutil.ignore_patterns("models")))
