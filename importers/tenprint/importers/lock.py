"""tenprint.lock: which revision of each remote source was used, made to be reviewed in a diff. Pure.

    # Written by `tenprint lock`: commit it, and look at its changes.
    version: 1
    sources:
      base:
        importer: git
        from: {ref: main, url: "https://example.org/base.git"}
        revision: 3f2a...
        digest: sha256:...
        files: 12
        size: 34567
        locked: 2026-11-22T06:00:00Z

Sources and keys are sorted, and a source whose content did not change keeps its time, so a diff shows what is new and
nothing else. No credential ever stands in it: `from` holds what an importer says its data is, and secrets are not data.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tenprint.importers.errors import ProblemsError
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import MappingNode, Reader, describe, parse_yaml, plain_value

LOCK_NAME = "tenprint.lock"
LOCK_VERSION = 1

_HEAD = "# Written by `tenprint lock`: commit it, and look at its changes.\n"
_KEYS = ("version", "sources")
_AGAIN = "remove it and write it again with `tenprint lock`"
"""Not the command alone: it keeps what is locked already, so it wants to read the lock first."""


@dataclass(frozen=True, slots=True)
class LockedSource:
    """One source as it was locked; `digest` is that of its paths and contents, `locked` a time in UTC."""

    importer: str
    origin: Mapping[str, Any]
    revision: str
    digest: str
    files: int
    size: int
    locked: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in the file."""
        return {_key(known.name): getattr(self, known.name) for known in fields(self)}

    def same_data(self, other: "LockedSource") -> bool:
        """Tell whether both hold the same, whenever they were locked."""
        return replace(self, locked="") == replace(other, locked="")


def _nothing() -> Mapping[str, LockedSource]:
    return {}


@dataclass(frozen=True, slots=True)
class SourceLock:
    """All locked sources by the names that `importers:` gives them."""

    sources: Mapping[str, LockedSource] = field(default_factory=_nothing)

    def updated(self, found: Mapping[str, LockedSource]) -> "SourceLock":
        """Lock these and no others; what holds the same data keeps its time."""
        kept = {
            label: self.sources[label] if label in self.sources and self.sources[label].same_data(source) else source
            for label, source in found.items()
        }
        return SourceLock(kept)


def lock_text(lock: SourceLock) -> str:
    """Write a lock as YAML; equal locks give equal text."""
    lines = [_HEAD, f"version: {LOCK_VERSION}\n", "sources:" + (" {}\n" if not lock.sources else "\n")]
    for label in sorted(lock.sources):
        source = lock.sources[label]
        lines.append(f"  {_yaml(label)}:\n")
        lines += [f"    {key}: {_yaml(value)}\n" for key, value in source.to_json().items()]
    return "".join(lines)


def _key(name: str) -> str:
    return "from" if name == "origin" else name


def _yaml(value: Any) -> str:
    """Write a value on one line; JSON is YAML where what nobody can see is escaped, and it says what is text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in text)


def read_lock(content: bytes, *, name: str = LOCK_NAME) -> SourceLock:
    """Read a lock.

    Raises:
        ProblemsError: It is not what `lock_text` writes; all problems at once, with their places.
    """
    document = parse_yaml(content, DocumentId("lock", name))
    reader = Reader(document)
    if not isinstance(document.root, MappingNode):
        reader.report("not-a-mapping", f"a lock must hold a mapping, not {describe(document.root)}", (1, 1))
        raise _refused(reader)
    root = document.root
    reader.check_keys(root, _KEYS, name)
    version = root.get("version")
    if version != LOCK_VERSION:
        place = root.value_place("version") if "version" in root else (1, 1)
        hint = f"upgrade tenprint, or {_AGAIN}"
        known = f"a lock of version {version!r} cannot be read" if "version" in root else "the lock has no version"
        reader.report("lock-version", known, place, hint=hint)
        raise _refused(reader)
    sources = {}
    node = reader.mapping(root["sources"], "sources", root.value_place("sources")) if "sources" in root else None
    for label, value, _, place in reader.members(node, "sources") if node is not None else ():
        entry = reader.mapping(value, f"the source {label!r}", place)
        source = None if entry is None else _source(reader, label, entry)
        if source is not None:
            sources[label] = source
    if reader.problems:
        raise _refused(reader)
    return SourceLock(sources)


def _refused(reader: Reader) -> ProblemsError:
    return ProblemsError([each if each.hint else replace(each, hint=_AGAIN) for each in reader.problems])


_TYPES: Mapping[str, tuple[type, str]] = {
    "importer": (str, "text"),
    "from": (dict, "a mapping"),
    "revision": (str, "text"),
    "digest": (str, "text"),
    "files": (int, "a whole number"),
    "size": (int, "a whole number"),
    "locked": (str, "a time in quotes"),
}


def _source(reader: Reader, label: str, node: MappingNode) -> LockedSource | None:
    reader.check_keys(node, _TYPES, f"the source {label!r}")
    for key, (expected, described) in _TYPES.items():
        if key not in node:
            place = node.key_place(next(iter(node))) if node else (node.mark.line + 1, node.mark.column + 1)
            reader.report("missing-key", f"the source {label!r} has no {key!r}", place, hint=_AGAIN)
        elif not isinstance(node[key], expected) or isinstance(node[key], bool):
            reader.wrong_type(f"{key} of the source {label!r}", described, node[key], node.value_place(key))
    if reader.problems:
        return None
    values = {key: plain_value(node[key]) for key in _TYPES}
    return LockedSource(origin=values.pop("from"), **values)
