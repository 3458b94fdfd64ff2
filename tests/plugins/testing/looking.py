"""One property of a conformance kit, looked at from outside of pytest's own run."""

from pathlib import Path

import pytest

from tenprint.plugins.testing.kit import Kit


def failure_of(kit: Kit, name: str, *, folder: Path, patch: pytest.MonkeyPatch) -> str | None:
    """Say how a property fails; None where it holds, or has nothing to say about this plugin."""
    kit.begin(folder / name, patch)
    try:
        getattr(kit, name)()
    except pytest.skip.Exception:
        return None
    except pytest.fail.Exception as failure:
        return str(failure)
    return None
