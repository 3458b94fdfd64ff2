"""The memo: an answer of `plan` or `train` that nothing is to do, repeated while all that led to it is as it was.

A run that found nothing to do writes down what it printed and all it depends on: the names in the folders it walked,
the digests of the files it read, the environment variables these use, the models, the code that is loaded and what is
installed. A later run with the same arguments in the same folder looks at all of that before it loads any library, and
repeats the answer when everything is equal. The memo digests no item and decides nothing else. Where nothing but a few
files differs, and there is a baseline, `amending` may find the new answer.

Rules:
- Any doubt, and any failure, means the full way; nobody is told.
- Every file is read and digested. Only a run that was told to trust the times of files spares those that are older than
  the memo, as git does; one that is as young as the memo may have changed without a new time.
- What somebody else could have written does not count.
- Nothing heavy is imported here: this module alone decides how long it takes to say that nothing has changed.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from stat import S_ISREG
from time import time_ns
from typing import Any, NamedTuple

from tenprint.importers import Stamp, sort_at, stamp_of
from tenprint.plugins.listing import listing_digest

MEMO_SCHEMA = "tenprint.memo/2"
FOLDER = "memo"
COMMANDS = ("plan", "train")
"""Commands with answers that can be repeated."""
UNCACHED = "--no-cache"
TRUSTING = "--trust-stat"

MOST_EDITED = 16
"""So many files may differ where an answer is amended; beyond, the full way takes hardly longer."""
HANDED_BYTES = 64 * 2**20
"""Bytes that are handed over to a run that goes the full way; what is beyond it reads again."""
UNCHANGED_BYTES = 2**20
"""As many of them of files that are as they were: most runs find no difference or a small one, and memory that is new
takes half as long to get as the bytes take to read."""

KEPT = 64
"""Memos in one cache; each belongs to one way of calling the program."""

_NO_CACHE_VARIABLE = "TENPRINT_NO_CACHE"
_PREFIXES = ("TENPRINT_", "PYTHON")
_VARIABLES = ("HOME", "XDG_CACHE_HOME", "SOURCE_DATE_EPOCH", "COLUMNS", "LANG", "LC_ALL", "LC_CTYPE", "TZ")
_HEAD_BYTES = 2**16
"""Of a model archive: its fingerprint and metadata come first."""
_MARGIN, _COARSE_MARGIN = 20_000_000, 2_000_000_000
"""Nanoseconds: twice the slowest tick of a kernel, and that of file systems that know whole seconds only."""
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class Differs(Exception):  # noqa: N818 - says what was found
    """Something is not what it was."""


DAMAGES = (
    *(Differs, OSError, ValueError, KeyError, TypeError, IndexError, AttributeError),
    *(RecursionError, OverflowError, MemoryError),
)
"""What is raised where a memo, or what it names, is not what was written, or cannot be read."""


class Looked(NamedTuple):
    """What a look before the run has found: what the full way would print, and its exit code, where that is known.

    `text` None means that it is not known. Then `contents` are the bytes of files that were read, from `began` on, in
    nanoseconds since 1970. Where nothing but the `edited` files differs, `memo` is what they differ from.
    """

    text: str | None = None
    code: int = 0
    contents: Mapping[str, bytes] = {}
    began: int = 0
    edited: tuple[str, ...] = ()
    memo: Any = None


def look(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Looked:
    """Look whether the answer is known; a run that goes the full way need not read again what was read here."""
    return looked_up(arguments, environment) if any(name in arguments for name in COMMANDS) else Looked()


def looked_up(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Looked:
    """As `look`, whatever the command is."""
    began = time_ns()
    if UNCACHED in arguments:
        return Looked()
    contents: dict[str, bytes] = {}
    try:
        path = memo_path(arguments, environment)
        if path is None:
            return Looked()
        memo = _read(path)
        edited = compared(memo, environment, contents)
        return Looked(None if edited else memo["output"], 0, contents, began, tuple(edited), memo)
    except DAMAGES:
        return Looked(contents=contents, began=began)


def memo_path(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return where the memo of this way of calling the program lies; None where there can be none."""
    folder = memo_folder(environment)
    if folder is None or environment.get(_NO_CACHE_VARIABLE, "") not in ("", "0"):
        return None
    encoding = (sys.stdout.encoding, sys.stdout.errors)
    called = (MEMO_SCHEMA, list(arguments), os.getcwd(), encoding, sys.executable, sys.version, sys.path)  # noqa: PTH109
    return f"{folder}/{sha256(json.dumps(called).encode()).hexdigest()}"


def memo_folder(environment: Mapping[str, str]) -> str | None:
    """Return the folder of memos: below the root of caches, where that is not relative to a project."""
    named = environment.get("TENPRINT_CACHE_DIR")
    shared = environment.get("XDG_CACHE_HOME", "")
    home = environment.get("HOME")
    if named:
        return f"{named}/{FOLDER}" if named.startswith("/") else None
    if shared.startswith("/"):
        return f"{shared}/tenprint/{FOLDER}"
    return f"{home}/.cache/tenprint/{FOLDER}" if home else None


def _read(path: str) -> Any:
    descriptor = os.open(path, _FLAGS | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
            raise Differs(path)
        checksum, _, text = file.read().partition(b"\n")
    if sha256(text).hexdigest().encode() != checksum:
        raise Differs(path)
    return json.loads(text)


def compared(memo: Any, environment: Mapping[str, str], contents: dict[str, bytes]) -> list[str]:
    """Compare everything with the memo, what is likeliest to differ first, and return the files that differ.

    `contents` receives what was read of them and of others.
    """
    if memo["schema"] != MEMO_SCHEMA or memo["environment"] != environment_digest(memo["variables"], environment):
        raise Differs
    _same(type(memo["output"]), str)
    for place, sort in memo["places"].items():
        _same(sort_at(place), sort)
    for folder, names in memo["folders"].items():
        _same(visible_names(folder), set(names))
    for folder, models in memo["models"].items():
        _same(model_stamps(folder), models)
    for path, digest in memo["heads"].items():
        _same(head_digest(path), digest)
    for path, stamp in memo["code"].items():
        _same(code_stamp(path), stamp)
    _same({folder: names_of_code(folder) for folder in memo["code_folders"]}, memo["code_folders"])
    _same(listing_digest(), memo["installed"])
    most = 0 if memo["baseline"] is None else MOST_EDITED
    return _changed_files(memo["files"], contents, most=most, trusted_before=memo["began"] if memo["trusting"] else 0)


def _same(found: Any, known: Any) -> None:
    if found != known:
        raise Differs(known)


def _changed_files(
    files: Mapping[str, Sequence[Any]], contents: dict[str, bytes], *, most: int, trusted_before: int
) -> list[str]:
    """Compare all files with their digests, until too many differ; those with a trusted stamp are not read."""
    changed: list[str] = []
    digests = set()
    kept = 0
    for path, (known, modified, changed_at, size, inode, device) in files.items():
        if trusted_before:
            stamp = Stamp(modified, changed_at, size, inode, device)
            if is_older(stamp, trusted_before) and _stamp_at(path) == stamp:
                digests.add(known)
                continue
        content = _content(path, size)
        digest = sha256(content, usedforsecurity=False).hexdigest()
        digests.add(digest)
        if digest != known:
            changed.append(path)
        if kept + len(content) <= (UNCHANGED_BYTES if digest == known else HANDED_BYTES):
            kept += len(content)
            contents[path] = content
        if len(changed) > most:
            raise Differs(path)
    # Two of them may be one file now, which is read once. Only where contents are equal is that asked.
    if len(digests) < len(files) and len({_stamp_at(path)[-2:] for path in files}) < len(files):
        raise Differs
    return changed


def _content(path: str, size: int) -> bytes:
    """Read a regular file; one that is not as large as it was is asked what it is."""
    descriptor = os.open(path, _FLAGS)
    try:
        content = os.read(descriptor, size + 1)
        if len(content) != size or not size:
            status = os.fstat(descriptor)
            content = os.pread(descriptor, status.st_size + 1, 0)
            if len(content) != status.st_size or not S_ISREG(status.st_mode):
                raise Differs(path)
    finally:
        os.close(descriptor)
    return content


def _stamp_at(path: str) -> Stamp:
    return stamp_of(os.stat(path))  # noqa: PTH116 - pathlib takes longer to load than this loop takes


def head_digest(path: str) -> str:
    descriptor = os.open(path, _FLAGS)
    try:
        return sha256(os.read(descriptor, _HEAD_BYTES)).hexdigest()
    finally:
        os.close(descriptor)


def visible_names(folder: str) -> set[str]:
    """List a folder as importers do; a link is a difference, because none was there."""
    names = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if not name.startswith("."):
                if entry.is_symlink():
                    raise Differs(entry.path)
                names.add(f"{name}/" if entry.is_dir() else name)
    return names


def model_stamps(folder: str) -> dict[str, list[int]]:
    """Stamp all that may be a model or belong to one; a file stands for itself."""
    if sort_at(folder) == "file":
        return {"": list(_stamp_at(folder))}
    with os.scandir(folder) as entries:
        return {entry.name: list(stamp_of(entry.stat())) for entry in entries if not entry.name.startswith(".")}


def code_stamp(path: str) -> list[int]:
    """Stamp the file of a module by its time and size, as Python itself does."""
    status = os.stat(path)  # noqa: PTH116 - as above
    return [status.st_mtime_ns, status.st_size]


def names_of_code(folder: str) -> list[str]:
    """List what may be imported from a folder."""
    return sorted(name for name in os.listdir(folder) if name != "__pycache__" and not name.startswith("."))  # noqa: PTH208


def is_older(stamp: Stamp, moment: int) -> bool:
    """Tell whether a file had its times so long before a moment that a later change must have given it others."""
    margin = _COARSE_MARGIN if stamp.changed % 1_000_000_000 == 0 else _MARGIN
    return max(stamp.modified, stamp.changed) < moment - margin


def environment_digest(names: Iterable[str], environment: Mapping[str, str]) -> str:
    """Digest the named variables, and those that always count; values may be nobody's business."""
    counting = {*names, *_VARIABLES, *(name for name in environment if name.startswith(_PREFIXES))}
    found = sorted((name, environment.get(name)) for name in counting)
    return sha256(json.dumps(found).encode()).hexdigest()
