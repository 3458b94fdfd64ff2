"""The sidecar: what is known of an archive that another program made, in a file beside it.

    models/peg.tar.gz                  the archive, byte for byte as the program made it
    models/peg.tar.gz.tenprint.json    {"schema": "tenprint.sidecar/1", "archive": .., "metadata": .., "run": ..,
                                        "fingerprint": .., "items": ..}

Rules:
- A sidecar counts only for the archive it was written for: size and ends are compared whenever it is read. The digest
  of the whole is compared where somebody asks for it, because reading gigabytes would make a plan dear.
- A sidecar without its archive says nothing and is minded by nobody.
- A damaged sidecar is an error, like a damaged fingerprint: it cannot be told what the model was trained on.
"""

import os
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from tenprint.fingerprinting.archive.layout import recorded_time, sidecar_path
from tenprint.fingerprinting.archive.limits import DEFAULT_LIMITS
from tenprint.fingerprinting.errors import FingerprintError, ModelError
from tenprint.fingerprinting.fingerprint_file import (
    fingerprint_document,
    fingerprint_text,
    parsed_json,
    stored_fingerprint,
)
from tenprint.fingerprinting.sections import Fingerprint
from tenprint.importers import SCHEME, digest_text

SIDECAR_SCHEMA = "tenprint.sidecar/1"

END_BYTES = 4096
"""How much of either end is compared. The last eight bytes of a gzip file are the checksum and size of its content."""

_CHUNK = 2**16
_ITEMS = b',\n  "items":'
"""Where the items begin: last, and on one line, as `fingerprint_text` writes them."""

_RETRAIN = "remove it and train again with --force"


@dataclass(frozen=True, slots=True)
class ArchiveIdentity:
    """By what an archive is known again."""

    size: int
    sha256: str
    ends: str

    def mismatch(self, model_file: str | Path) -> str | None:
        """Say why this is another archive, as far as size and ends tell; None if they are the same.

        Raises:
            ModelError: The archive cannot be read.
        """
        try:
            with Path(model_file).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != self.size:
                    return f"that archive had {self.size:,} bytes, this one has {size:,}"
                return None if ends_digest(file) == self.ends else "that archive began or ended with other bytes"
        except OSError as error:
            raise ModelError(f"{model_file}: cannot be read: {error.strerror}", hint="check its permissions") from error


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is known of an archive: as in the first members of one of ours, and which archive that is."""

    archive: ArchiveIdentity
    fingerprint: Fingerprint
    metadata: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    items: Any | None = None
    scheme: int | None = field(default=SCHEME, compare=False)
    """Number of the scheme of the digests; what is written has the newest one."""

    @property
    def trained_at(self) -> float | None:
        return recorded_time(self.fingerprint.get("trained_at"))

    @property
    def trainer(self) -> str | None:
        recorded = self.metadata.get("trainer")
        return recorded if isinstance(recorded, str) else None


def sidecar_text(sidecar: Sidecar, *, root: str) -> str:
    """Write a sidecar; `root` is the digest of the whole fingerprint.

    Raises:
        FingerprintError: The fingerprint holds what JSON cannot give back.
    """
    document: dict[str, Any] = {
        "schema": SIDECAR_SCHEMA,
        "archive": asdict(sidecar.archive),
        "metadata": sidecar.metadata,
        "run": sidecar.run,
        "fingerprint": fingerprint_document(sidecar.fingerprint, root=root),
    }
    if sidecar.items is not None:
        document["items"] = sidecar.items
    return fingerprint_text(document)


def read_sidecar(model_file: str | Path, *, items: bool = True) -> Sidecar | None:
    """Read what lies beside an archive; None if nothing does, or if the archive is not there.

    Args:
        model_file: Path of the archive.
        items: Whether the items are wanted; they are most of the file.

    Raises:
        FingerprintError: The sidecar is damaged, or of a schema this version does not know.
    """
    if not os.path.isfile(model_file):  # noqa: PTH113 - unlike that of a Path it raises nothing
        return None
    path = sidecar_path(Path(model_file))
    if not items:
        # A sidecar somebody has laid out anew may have its items elsewhere than last.
        with suppress(FingerprintError):
            return _read(path, whole=False)
    return _read(path, whole=True)


def _read(path: Path, *, whole: bool) -> Sidecar | None:
    raw = _content(path, whole=whole)
    if raw is None:
        return None
    name = str(path)
    try:
        document = parsed_json(raw.decode(), name)
    except UnicodeDecodeError as error:
        raise FingerprintError(f"{name}: not UTF-8 (byte {error.start})", hint=_RETRAIN) from error
    if not isinstance(document, dict) or document.get("schema") != SIDECAR_SCHEMA:
        raise FingerprintError(
            f"{name}: not what this version writes beside a model ({SIDECAR_SCHEMA})",
            hint=f"upgrade tenprint, or {_RETRAIN}",
        )
    return _sidecar(document, name)


def fitting_sidecar(model_file: str | Path, *, items: bool = True) -> Sidecar | None:
    """Read what lies beside an archive, as `read_sidecar`; None also if it is of another archive.

    Raises:
        FingerprintError: The sidecar is damaged.
        ModelError: The archive cannot be read.
    """
    sidecar = read_sidecar(model_file, items=items)
    return sidecar if sidecar is not None and sidecar.archive.mismatch(model_file) is None else None


def ends_digest(file: BinaryIO) -> str:
    """Digest the first and the last bytes of an open file."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    first = file.read(END_BYTES)
    file.seek(max(0, size - END_BYTES))
    return digest_text(sha256(first + file.read(END_BYTES)).digest())


def _sidecar(document: dict[str, Any], name: str) -> Sidecar:
    archive, metadata, run = (document.get(key) for key in ("archive", "metadata", "run"))
    if not isinstance(metadata, dict) or not isinstance(run, dict) or not isinstance(archive, dict):
        raise FingerprintError(f"{name}: `archive`, `metadata` and `run` must be JSON objects", hint=_RETRAIN)
    size, whole, ends = (archive.get(key) for key in ("size", "sha256", "ends"))
    if type(size) is not int or not isinstance(whole, str) or not isinstance(ends, str):
        raise FingerprintError(f"{name}: `archive` must hold `size`, `sha256` and `ends`", hint=_RETRAIN)
    stored = stored_fingerprint(document.get("fingerprint"), name=name)
    identity = ArchiveIdentity(size, whole, ends)
    return Sidecar(identity, stored.fingerprint, metadata, run, document.get("items"), stored.scheme)


def _content(path: Path, *, whole: bool) -> bytes | None:
    """Read a sidecar, or what stands before its items; only of a plain file, which does not make the reader wait."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FingerprintError(f"{path}: not a file", hint=_RETRAIN)
        with path.open("rb") as file:
            return _checked(path, file.read(DEFAULT_LIMITS.document_bytes + 1)) if whole else _head(file, path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FingerprintError(f"{path}: cannot be read: {error.strerror}", hint="check its permissions") from error


def _head(file: BinaryIO, path: Path) -> bytes:
    """Read up to the items and close the document there; all of it where they stand elsewhere."""
    read = b""
    while chunk := file.read(_CHUNK):
        searched = max(0, len(read) - len(_ITEMS))
        read = _checked(path, read + chunk)
        found = read.find(_ITEMS, searched)
        if found >= 0:
            return read[:found] + b"\n}"
    return read


def _checked(path: Path, raw: bytes) -> bytes:
    if len(raw) > DEFAULT_LIMITS.document_bytes:
        raise FingerprintError(f"{path}: larger than {DEFAULT_LIMITS.document_bytes:,} bytes", hint=_RETRAIN)
    return raw
