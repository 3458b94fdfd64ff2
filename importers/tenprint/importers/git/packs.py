"""Whether what git has fetched is still what it was: packs and their indexes end with a checksum of all before it.

That finds what disks and killed processes do, for the price of reading the bytes; that objects are what their ids say
was checked when they came.
"""

import os
from hashlib import new as new_hash

from tenprint.importers.store.layout import opened_inside

_CHUNK_BYTES = 2**20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_SHA256 = b"objectformat = sha256"


def damage_of(place: int, name: str) -> str | None:
    """Say what is wrong with a bare repository inside an opened folder; None for a sound one."""
    try:
        with opened_inside(place, name) as repository:
            return _damage(repository)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def _damage(repository: int) -> str | None:
    config = _content(repository, "config").lower()
    if not _content(repository, "HEAD") or b"[core]" not in config:
        return "it is no repository"
    algorithm = "sha256" if _SHA256 in config else "sha1"
    with opened_inside(repository, "objects") as objects, opened_inside(objects, "pack") as packs:
        names = set(os.listdir(packs))  # noqa: PTH208 - no path
        for name in sorted(names):
            stem, _, suffix = name.rpartition(".")
            if suffix == "pack" and f"{stem}.idx" not in names:
                return f"{name} has no index"
            if suffix in ("pack", "idx") and not _is_whole(packs, name, algorithm):
                return f"{name} was damaged"
    return None


def _content(repository: int, name: str) -> bytes:
    with os.fdopen(os.open(name, _READ, dir_fd=repository), "rb") as file:
        return file.read(2**16)


def _is_whole(packs: int, name: str, algorithm: str) -> bool:
    """Compare the end of a file with the checksum of the rest."""
    computed = new_hash(algorithm, usedforsecurity=False)
    with os.fdopen(os.open(name, _READ, dir_fd=packs), "rb") as file:
        left = os.fstat(file.fileno()).st_size - computed.digest_size
        while left > 0:
            chunk = file.read(min(_CHUNK_BYTES, left))
            if not chunk:
                return False
            computed.update(chunk)
            left -= len(chunk)
        return left == 0 and file.read() == computed.digest()
