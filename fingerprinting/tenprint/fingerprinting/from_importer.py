"""Fingerprints straight from an importer: the async shell around `fingerprint`."""

import subprocess
import time
from pathlib import Path

import anyio.to_thread

from tenprint.fingerprinting.fingerprint import snapshot_fingerprint
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import ProblemsError, TrainingDataImporter, completed, digest_of, digest_text, errors_among

_GIT_SECONDS = 10
"""`git remote` reads one file; ten seconds mean a dead network disk."""


def project_fingerprint() -> str | None:
    """Create a hash for the project in the current working directory.

    It is the digest of the address of the git remote `origin`; None without git, repository or remote.
    """
    return project_fingerprint_of(Path())


def project_fingerprint_of(directory: Path) -> str | None:
    command = ["git", "-C", str(directory), "remote", "get-url", "origin"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=_GIT_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return digest_text(digest_of(answer.stdout))


async def model_fingerprint(file_importer: TrainingDataImporter) -> Fingerprint:
    """Create a model fingerprint from its used configuration and training data.

    Config, domain, stories and NLU data are awaited at once.

    Raises:
        ProblemsError: What the importer found wrong, all at once.
    """
    snapshot = await file_importer.snapshot()
    rules = file_importer.context.rules
    errors = errors_among(snapshot.problems)
    if errors:
        raise ProblemsError(errors)
    fingerprint = await anyio.to_thread.run_sync(
        lambda: snapshot_fingerprint(completed(snapshot, rules), rules.item_kinds())
    )
    project = await anyio.to_thread.run_sync(project_fingerprint_of, file_importer.context.project)
    return {**fingerprint, "project": project, "trained_at": time.time()}
