"""The key `cache` of tenprint.yml: where what is fetched is kept, and how much of it.

cache:
  quota: 2GB            # or a number of bytes; the option --quota of `tenprint cache gc` wins over it
  directory: .cache     # relative to the project; the variable TENPRINT_CACHE_DIR wins over it
  trust-stat: true      # files are taken for unchanged by their times and sizes
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.reading import MappingNode, Reader, describe
from tenprint.plugins.sizes import SIZE_EXAMPLE, size_of_text

CACHE_KEYS = ("quota", "directory", "trust-stat")
_VARIABLE = "TENPRINT_CACHE_DIR"


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What a project says about the cache; None is what everybody has."""

    quota: int | None = None
    directory: str | None = None
    trusts_times: bool = False

    def place(self, project: Path, environment: Mapping[str, str]) -> Path | None:
        """Return the folder that somebody named; None where nobody did."""
        named = environment.get(_VARIABLE) or self.directory
        return project / named if named else None


def read_cache_settings(reader: Reader, root: MappingNode) -> CacheSettings:
    """Read the key `cache` of the settings; what is wrong is reported to the reader."""
    if "cache" not in root:
        return CacheSettings()
    value, place = root["cache"], root.value_place("cache")
    if not isinstance(value, MappingNode):
        hint = "write it like `cache: {quota: 2GB}`"
        reader.report("wrong-type", f"cache must be a mapping, not {describe(value)}", place, hint=hint)
        return CacheSettings()
    reader.check_keys(value, CACHE_KEYS, "cache")
    return CacheSettings(_quota(reader, value), _directory(reader, value), trusts_times=_trusts_times(reader, value))


def _quota(reader: Reader, node: MappingNode) -> int | None:
    value = node.get("quota", None)
    size = size_of_text(value) if isinstance(value, str) else value
    if "quota" in node and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        hint = f"write a number and a unit, such as {SIZE_EXAMPLE}"
        reader.report("wrong-size", f"{describe(value)} is no size", node.value_place("quota"), hint=hint)
        return None
    return size


def _directory(reader: Reader, node: MappingNode) -> str | None:
    value = node.get("directory", None)
    if "directory" in node and not (isinstance(value, str) and value.strip() and value.isprintable()):
        hint = "name a folder, or leave the key out"
        reader.report(
            "wrong-type", f"directory must be a path, not {describe(value)}", node.value_place("directory"), hint=hint
        )
        return None
    return value


def _trusts_times(reader: Reader, node: MappingNode) -> bool:
    value = node.get("trust-stat", False)
    if not isinstance(value, bool):
        message = f"trust-stat must be true or false, not {describe(value)}"
        reader.report("wrong-type", message, node.value_place("trust-stat"), hint="write `trust-stat: true`")
        return False
    return value
