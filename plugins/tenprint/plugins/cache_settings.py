"""The key `cache` of tenprint.yml: where what is fetched is kept, and how much of it.

cache:
  quota: 2GB            # or a number of bytes; the option --quota of `tenprint cache gc` wins over it
  directory: .cache     # relative to the project; the variable TENPRINT_CACHE_DIR wins over it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.reading import MappingNode, Reader
from tenprint.plugins.sizes import SIZE_EXAMPLE, size_of_text

CACHE_KEYS = ("quota", "directory")
_VARIABLE = "TENPRINT_CACHE_DIR"


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What a project says about the cache; None is what everybody has."""

    quota: int | None = None
    directory: str | None = None

    def place(self, project: Path, environment: Mapping[str, str]) -> Path | None:
        """Return the folder that somebody named; None where nobody did."""
        named = environment.get(_VARIABLE) or self.directory
        return project / named if named else None


def read_cache_settings(reader: Reader, root: MappingNode) -> CacheSettings:
    """Read the key `cache` of the settings; what is wrong is reported to the reader."""
    if "cache" not in root:
        return CacheSettings()
    node = reader.mapping(root["cache"], "cache", root.value_place("cache"))
    if node is None:
        return CacheSettings()
    reader.check_keys(node, CACHE_KEYS, "cache")
    return CacheSettings(_quota(reader, node), _directory(reader, node))


def _quota(reader: Reader, node: MappingNode) -> int | None:
    if "quota" not in node:
        return None
    value, place = node["quota"], node.value_place("quota")
    if isinstance(value, int) and not isinstance(value, bool):
        size = value if value >= 0 else None
    elif isinstance(value, str):
        size = size_of_text(value)
    else:
        reader.wrong_type("quota", f"a size, such as {SIZE_EXAMPLE}", value, place)
        return None
    if size is None:
        hint = f"write a number and a unit, such as {SIZE_EXAMPLE}"
        reader.report("wrong-size", f"{str(value)!r} is no size", place, hint=hint)
    return size


def _directory(reader: Reader, node: MappingNode) -> str | None:
    if "directory" not in node:
        return None
    place = node.value_place("directory")
    text = reader.text(node["directory"], "directory of the cache", place)
    if text is not None and (not text.strip() or not text.isprintable()):
        hint = "name a folder, or leave the key out"
        reader.report("wrong-path", f"{str(text)!r} is no folder", place, hint=hint)
        return None
    return None if text is None else str(text)
