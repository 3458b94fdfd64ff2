"""The walls of the house: import-linter's contracts of pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_contract_is_broken() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run(
        [str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert outcome.returncode == 0, outcome.stdout[-4000:]
    assert "Contracts: 8 kept, 0 broken." in outcome.stdout
