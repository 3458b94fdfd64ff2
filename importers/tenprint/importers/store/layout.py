"""Where the store keeps what, and how it knows that a folder is its own.

    <root>/store/CACHEDIR.TAG            says that the folder is ours, and to backup programs that it is a cache
    <root>/store/cas/ab/<62 digits>      contents, by the 64 hexadecimal digits of their sha256
    <root>/store/index.sqlite            records (with -wal and -shm beside it)
    <root>/store/index.lock              held while the index is opened, made or put aside
    <root>/store/tmp/<32 digits>.part    files that are being written
    <root>/store/quarantine/             what was found damaged

Rules:
- A folder is used when it carries our tag, or is empty, or does not exist. Any other is refused, untouched.
- The root may be a link, because people move caches to other disks. Nothing below it is followed when it is a link.
- The tag and its folder appear in one step, so that processes that start together, or are killed, see all or nothing.
"""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from tenprint.importers.errors import ConfigurationError
from tenprint.importers.store.errors import StoreError

FOLDER = "store"
CONTENTS, TEMPORARY, QUARANTINE = "cas", "tmp", "quarantine"
INDEX, INDEX_LOCK = "index.sqlite", "index.lock"

SHELF = re.compile(r"[0-9a-f]{2}")
CONTENT = re.compile(r"[0-9a-f]{62}")
TEMPORARY_FILE = re.compile(r"[0-9a-f]{32}\.part")
QUARANTINED_FILE = re.compile(r"([0-9a-f]{64}|index\.sqlite(-wal|-shm)?)-[0-9a-f]{16}")

TAG = "CACHEDIR.TAG"
_SIGNATURE = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"  # of the Cache Directory Tagging Specification
    b"# This folder is a cache of tenprint, layout 1. It may be deleted while no tenprint runs.\n"
)
_PLAIN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
ADVICE = "let TENPRINT_CACHE_DIR name another folder, or clear the way"


def cache_root(environment: Mapping[str, str], project: Path | None = None) -> Path:
    """Return the folder all caches lie in; a relative TENPRINT_CACHE_DIR is relative to the project.

    Raises:
        ConfigurationError: There is no home folder, and no variable names one.
    """
    named = environment.get("TENPRINT_CACHE_DIR")
    if named:
        return Path(named) if project is None else project / named
    shared = Path(environment.get("XDG_CACHE_HOME", ""))
    if shared.is_absolute():  # the specification says that others do not count
        return shared / "tenprint"
    try:
        home = Path(environment["HOME"]) if environment.get("HOME") else Path.home()
    except RuntimeError as error:
        message = "there is no home folder for the cache"
        raise ConfigurationError(message, hint="let TENPRINT_CACHE_DIR name a folder") from error
    return home / ".cache" / "tenprint"


def new_name() -> str:
    """Make a name that no other process and no earlier run has made."""
    return secrets.token_hex(16)


def is_claimed(folder: Path) -> bool:
    """Tell whether a folder is ours; False when it can be made ours.

    Raises:
        StoreError: It is something else.
        OSError: It cannot be looked at.
    """
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    if not S_ISDIR(found.st_mode):
        raise StoreError(f"the cache folder {folder} is a file or a link", hint=ADVICE)
    try:
        with opened_folder(folder) as descriptor:
            tag = os.open(TAG, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
            with os.fdopen(tag, "rb") as file:
                if S_ISREG(os.fstat(tag).st_mode) and file.read(len(_SIGNATURE)) == _SIGNATURE:
                    return True
    except FileNotFoundError:
        if not any(folder.iterdir()):
            return False
    raise StoreError(f"the folder {folder} was not made by this version of tenprint", hint=ADVICE)


def claim(folder: Path) -> bool:
    """Make a folder ours, or find that it is; the answer is whether it was made now.

    Raises:
        StoreError: It is something else.
        OSError: It cannot be made.
    """
    if is_claimed(folder):
        return False
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    # What is cached may be private; a root that exists already has the rights its owner gave it.
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}-{new_name()}")
    fresh.mkdir()
    try:
        (fresh / TAG).write_bytes(_SIGNATURE)
        fresh.rename(folder)
    except OSError:
        with suppress(OSError):
            (fresh / TAG).unlink(missing_ok=True)
            fresh.rmdir()
        if not is_claimed(folder):
            raise
        return False  # another process was faster
    return True


def abandoned_claims(folder: Path, before: float) -> Iterator[Path]:
    """Find folders that a process was killed over while it claimed this one."""
    name = re.compile(rf"\.{re.escape(folder.name)}-[0-9a-f]{{32}}")
    with os.scandir(folder.parent) as entries:
        for entry in entries:
            plain = name.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
            if plain and entry.stat(follow_symlinks=False).st_mtime < before:
                yield Path(entry.path)


def remove_claim(fresh: Path) -> None:
    """Remove an abandoned folder; one that holds more than the tag stays."""
    with suppress(OSError):
        if not {path.name for path in fresh.iterdir()} - {TAG}:
            (fresh / TAG).unlink(missing_ok=True)
            fresh.rmdir()


@contextmanager
def opened_folder(folder: Path, *names: str, create: bool = False) -> Iterator[int]:
    """Open a folder, or one inside it, step by step and never through a link; the value is its descriptor.

    Raises:
        FileNotFoundError: It does not exist, and is not to be created.
        NotADirectoryError: It, or a folder on the way, is a file or a link.
    """
    descriptor = os.open(folder, _PLAIN_FOLDER)
    try:
        for name in names:
            inner = _open_inside(descriptor, name, create=create)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_inside(outer: int, name: str, *, create: bool = False) -> Iterator[int]:
    """Open a folder inside an opened one; as `opened_folder`."""
    descriptor = _open_inside(outer, name, create=create)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_inside(outer: int, name: str, *, create: bool) -> int:
    try:
        return os.open(name, _PLAIN_FOLDER, dir_fd=outer)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):  # another process was faster
        os.mkdir(name, dir_fd=outer)
    return os.open(name, _PLAIN_FOLDER, dir_fd=outer)
