"""The file `fingerprint.json`: how a fingerprint is stored, and how stored ones are read back.

    {"schema": "tenprint.fingerprint/1",
     "keys": {the well-known keys that are present}, "further": {all other keys},
     "root": "sha256:<hex>", "scheme": 1, "items": optional, any JSON}

Rules:
- What was written comes back equal, however few or odd the keys are; a value that JSON would change is refused.
- Flat dictionaries of Rasa 2.x are read as they are. Our own files always say `schema`, so the two cannot be confused.
- Equal fingerprints give equal text: keys are in their usual order, all others sorted. Only `items`, which is long and
  made for programs, is written on one line and in the order it came.
- A damaged file is an error; only a missing one reads as the empty fingerprint.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tenprint.fingerprinting.errors import FingerprintError
from tenprint.fingerprinting.sections import FINGERPRINT_KEYS, Fingerprint
from tenprint.importers import SCHEME, Location, canonical_digest, digest_text

FINGERPRINT_FILE = "fingerprint.json"
SCHEMA = "tenprint.fingerprint/1"

_RETRAIN = "train again with --force to write a new one, or restore the file from the archive it came from"


@dataclass(frozen=True, slots=True)
class StoredFingerprint:
    """What a fingerprint file says; `scheme` is None for a flat dictionary of Rasa 2.x, which names no encoding."""

    fingerprint: Fingerprint
    items: Any | None = None
    scheme: int | None = None


def fingerprint_document(fingerprint: Fingerprint, *, root: str, items: Any = None) -> dict[str, Any]:
    """Build the document of a fingerprint; neither argument is changed or shared.

    Raises:
        FingerprintError: A key or value that JSON cannot give back as it was.
    """
    plain = _as_json(fingerprint)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "keys": {key: plain[key] for key in FINGERPRINT_KEYS if key in plain},
        "further": {key: value for key, value in plain.items() if key not in FINGERPRINT_KEYS},
        "root": root,
        "scheme": SCHEME,
    }
    if items is not None:
        document["items"] = items
    return document


def fingerprint_text(document: dict[str, Any]) -> str:
    """Write a document as text: two spaces of indent, non-ASCII kept, `items` on one line at the end."""
    head = {key: value for key, value in document.items() if key != "items"}
    text = json.dumps(head, indent=2, ensure_ascii=False, allow_nan=False)
    if "items" not in document:
        return text + "\n"
    items = json.dumps(document["items"], ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f'{text[:-2]},\n  "items": {items}\n}}\n'


def read_fingerprint_document(text: str, *, name: str = FINGERPRINT_FILE) -> StoredFingerprint:
    """Read a document of ours, or a flat dictionary of Rasa 2.x.

    Args:
        text: The whole document.
        name: What messages call it, usually its path.

    Raises:
        FingerprintError: Malformed JSON, not an object, or a schema this version does not know.
    """
    return stored_fingerprint(parsed_json(text, name), name=name)


def stored_fingerprint(document: Any, *, name: str) -> StoredFingerprint:
    """Read a document that is parsed already.

    Raises:
        FingerprintError: Not an object, or a schema this version does not know.
    """
    if not isinstance(document, dict):
        raise FingerprintError(f"{name}: a fingerprint is a JSON object, not a {_kind(document)}", hint=_RETRAIN)
    if "schema" not in document:
        return StoredFingerprint(document)
    if document["schema"] != SCHEMA:
        raise FingerprintError(
            f"{name}: unknown schema {document['schema']!r}; this version reads {SCHEMA!r}",
            hint="upgrade tenprint, or train again to write one this version reads",
        )
    keys, further, scheme = document.get("keys"), document.get("further"), document.get("scheme")
    if not isinstance(keys, dict) or not isinstance(further, dict):
        raise FingerprintError(f"{name}: `keys` and `further` must both be JSON objects", hint=_RETRAIN)
    if type(scheme) is not int:
        raise FingerprintError(f"{name}: `scheme` must be a whole number", hint=_RETRAIN)
    return StoredFingerprint({**further, **keys}, document.get("items"), scheme)


def content_root(fingerprint: Fingerprint) -> str:
    """Digest a whole fingerprint but for `trained_at`, so training the same data again gives the same root."""
    content = {key: value for key, value in _as_json(fingerprint).items() if key != "trained_at"}
    return digest_text(canonical_digest(content))


def persist_fingerprint(
    output_path: str, fingerprint: Fingerprint, *, root: str | None = None, items: Any = None
) -> None:
    """Write `fingerprint.json` into an existing directory.

    Args:
        output_path: Directory in which the fingerprint is saved.
        fingerprint: What to save; may be empty.
        root: Digest of the whole; without one it is computed from the fingerprint.
        items: Items the fingerprint was taken from, to explain later changes by.

    Raises:
        FingerprintError: A value JSON cannot hold, or a directory that cannot be written.
    """
    path = Path(output_path) / FINGERPRINT_FILE
    digest = content_root(fingerprint) if root is None else root
    try:
        raw = fingerprint_text(fingerprint_document(fingerprint, root=digest, items=items)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, FingerprintError):
            raise
        raise FingerprintError(f"{path}: the items of the fingerprint are not JSON: {error}") from error
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise FingerprintError(
            f"{path}: the fingerprint cannot be written: {error.strerror}",
            hint="check that the directory exists, is writable and has space left",
        ) from error


def fingerprint_from_path(model_path: str) -> Fingerprint:
    """Load the fingerprint of an unpacked model; {} for no path, a missing directory or a missing file.

    Raises:
        FingerprintError: The file exists and cannot be read.
    """
    if not model_path:
        return {}
    path = Path(model_path) / FINGERPRINT_FILE
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise FingerprintError(f"{path}: cannot be read: {error.strerror}", hint="check its permissions") from error
    return read_fingerprint_bytes(raw, name=str(path)).fingerprint


def read_fingerprint_bytes(raw: bytes, *, name: str) -> StoredFingerprint:
    """Read a stored document; like `read_fingerprint_document`, and bytes that are not UTF-8 are an error too."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise FingerprintError(f"{name}: not UTF-8 (byte {error.start})", hint=_RETRAIN) from error
    return read_fingerprint_document(text, name=name)


def parsed_json(text: str, name: str) -> Any:
    """Parse a stored document; constants that are no JSON are refused.

    Raises:
        FingerprintError: Malformed JSON, with its place.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = Location("model", name, error.lineno, error.colno)
        raise FingerprintError(f"{place}: malformed JSON: {error.msg}", hint=_RETRAIN, location=place) from error
    except (ValueError, RecursionError) as error:
        raise FingerprintError(f"{name}: malformed JSON: {error}", hint=_RETRAIN) from error


def _refuse_constant(literal: str) -> NoReturn:
    raise ValueError(f"{literal} is not a JSON number")


def _as_json(fingerprint: Fingerprint) -> Fingerprint:
    """Copy a fingerprint through JSON, sorted; refuse what would come back different, such as tuples."""
    try:
        text = json.dumps(fingerprint, ensure_ascii=False, allow_nan=False, sort_keys=True)
        text.encode()
        plain: Fingerprint = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise FingerprintError(
            f"the fingerprint holds a value that is not JSON: {error}",
            hint="a fingerprint holds text keys with digests, numbers, None, lists and objects of these",
        ) from error
    if plain != fingerprint:
        changed = sorted(repr(key) for key in fingerprint if key not in plain or plain[key] != fingerprint[key])
        raise FingerprintError(
            f"JSON cannot give back these keys of the fingerprint as they are: {', '.join(changed)}",
            hint="use lists for tuples, and text for the keys of objects",
        )
    return plain


def _kind(value: Any) -> str:
    names = {list: "list", str: "text", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number")
