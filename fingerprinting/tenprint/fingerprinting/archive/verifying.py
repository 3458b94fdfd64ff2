"""Reading a whole model to see whether it is what it was; too dear for every plan, so only where somebody asks."""

from hashlib import sha256
from pathlib import Path

from tenprint.fingerprinting.archive.layout import sidecar_path
from tenprint.fingerprinting.archive.sidecar import read_sidecar
from tenprint.fingerprinting.archive.unpack import archive_member_names
from tenprint.fingerprinting.errors import ModelError
from tenprint.importers import digest_text

_CHUNK = 2**20


def verify_model(model_file: str) -> None:
    """Check the sums that an archive keeps of itself, and the digest in the sidecar where it has one.

    Raises:
        ModelNotFound: There is no such file.
        ModelError: It is damaged, or another archive than its sidecar was written for.
        FingerprintError: The sidecar is damaged.
    """
    sidecar = read_sidecar(model_file, items=False)
    archive_member_names(model_file)
    if sidecar is None:
        return
    reason = sidecar.archive.mismatch(model_file)
    if reason is None and _digest(model_file) != sidecar.archive.sha256:
        reason = "that archive had another digest"
    if reason is not None:
        raise ModelError(
            f"{sidecar_path(Path(model_file))} was written for another archive than {model_file}: {reason}",
            hint="bring that archive back, or remove the file",
        )


def _digest(model_file: str) -> str:
    digest = sha256()
    try:
        with Path(model_file).open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise ModelError(f"{model_file}: cannot be read: {error.strerror}", hint="check its permissions") from error
    return digest_text(digest.digest())
