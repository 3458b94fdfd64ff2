"""Names within a downloaded archive: as `archive_members` has them, each once, and nothing below a file. Pure."""

from tenprint.importers.archive_members.names import member_parts
from tenprint.importers.http.limits import DownloadLimits


def folder_parts(text: str) -> tuple[str, ...]:
    """Split the option `subdirectory`.

    Raises:
        ValueError: It is no folder within an archive.
    """
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    if not parts or text.startswith("/") or "\\" in text or ".." in parts:
        raise ValueError("it is no folder within an archive; write one such as bots/greeter")
    return parts


class TakenNames:
    """The names an archive has used so far."""

    def __init__(self, limits: DownloadLimits) -> None:
        self._limits = limits
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._parents: set[str] = set()

    def take(self, name: str, *, folder: bool) -> tuple[str, ...]:
        """Check a name and its place, and return its parts.

        Raises:
            ValueError: The reason against it.
        """
        if len(name.encode(errors="surrogateescape")) > self._limits.name_bytes:
            raise ValueError(f"the name has more than {self._limits.name_bytes:,} bytes")
        parts = member_parts(name)
        if not parts:
            if folder:
                return parts
            raise ValueError("it takes the place of the folder itself")
        if len(parts) > self._limits.depth:
            raise ValueError(f"more than {self._limits.depth} folders lie within each other")
        self._place(parts, folder=folder)
        return parts

    def _place(self, parts: tuple[str, ...], *, folder: bool) -> None:
        path = "/".join(parts)
        if path in self._files or (path in self._folders and not folder):
            raise ValueError("the same name comes twice")
        parents = ["/".join(parts[:length]) for length in range(1, len(parts))]
        if any(parent in self._files for parent in parents):
            raise ValueError("it lies below a file")
        if path in self._parents and not folder:
            raise ValueError("it is a file where others need a folder")
        self._parents.update(parents)
        (self._folders if folder else self._files).add(path)
