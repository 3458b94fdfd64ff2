"""Archives: from a file on the disk to contents in the store, without ever writing a name an archive gave.

Rules:
- All members are checked, also those nobody wants: an archive that would do harm somewhere is used nowhere.
- Links are told and passed over, as in a repository of git. Archives within the archive stay closed.
- A step takes a bounded number of files, so that a run that is cancelled ends soon.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from tenprint.importers.http.bodies import SavedBody
from tenprint.importers.http.failures import NotAnArchive, TooLarge, UnsafeDownload
from tenprint.importers.http.limits import DownloadLimits
from tenprint.importers.http.magic import form_of, is_gzip
from tenprint.importers.http.member_names import TakenNames
from tenprint.importers.http.members import Damaged, Harmful, Member
from tenprint.importers.http.tar_members import TarMembers
from tenprint.importers.http.zip_members import ZipMembers
from tenprint.importers.selection import Selection

STEP_MEMBERS = 64
STEP_BYTES = 16 * 2**20

_UNSAFE = "do not use this archive unless you know who made it; nothing of it was used"


@dataclass(frozen=True, slots=True)
class ArchiveChoice:
    """What is wanted of an archive: the files of one folder that are selected."""

    selection: Selection
    subdirectory: tuple[str, ...] = ()
    """`*` stands for one folder of any name."""


@dataclass(frozen=True, slots=True)
class UnpackedFile:
    """A file of an archive: its path below the folder that is wanted, and its content in the store."""

    path: str
    digest: str
    size: int


class Unpacking:
    """Unpacks one archive in steps; all in worker threads."""

    def __init__(
        self, body: SavedBody, shown: str, choice: ArchiveChoice, *, limits: DownloadLimits, put: Callable[[bytes], str]
    ) -> None:
        self._body = body
        self._shown = shown
        self._choice = choice
        self._limits = limits
        self._put = put
        self._names = TakenNames(limits)
        self._members: Iterator[Member] = iter(())
        self._open = ExitStack()
        self._tops: set[str] = set()
        self._count = 0
        self.files: list[UnpackedFile] = []
        self.links: list[str] = []
        self.folders: set[tuple[str, ...]] = set()
        """Folders that fit the one that is wanted."""

    def open(self) -> None:
        """Begin; `close` has to follow, also where this fails.

        Raises:
            NotAnArchive: It is none.
        """
        form = form_of(self._body.head)
        if form == "file":
            raise self._no_archive("it is neither a tar nor a zip")
        file = self._open.enter_context(self._body.path.open("rb"))
        size, limits = self._body.size, self._limits
        self._members = iter(
            ZipMembers(file, packed_bytes=size, limits=limits)
            if form == "zip"
            else TarMembers(file, packed=is_gzip(self._body.head), packed_bytes=size, limits=limits)
        )

    def close(self) -> None:
        self._open.close()

    def step(self) -> bool:
        """Unpack some files; the answer is whether there may be more.

        Raises:
            NotAnArchive: It is damaged, or none.
            UnsafeDownload: It would do harm.
            TooLarge: A file that is wanted is larger than the limit.
        """
        taken = 0
        try:
            for number, member in enumerate(self._members, start=1):
                taken += self._accept(member)
                if number == STEP_MEMBERS or taken >= STEP_BYTES:
                    return True
        except Damaged as reason:
            raise self._no_archive(str(reason)) from reason
        except Harmful as reason:
            raise self._unsafe(str(reason)) from reason
        self._check_folder()
        return False

    def _accept(self, member: Member) -> int:
        """Check a member, and keep it where it is wanted; the answer is the bytes that took."""
        self._count += 1
        if self._count > self._limits.members:
            raise self._unsafe(f"it has more than {self._limits.members:,} members")
        try:
            parts = self._names.take(member.name, folder=member.kind == "folder")
        except ValueError as reason:
            raise self._unsafe(f"{_printable(member.name)}: {reason}") from reason
        self._tops.update(parts[:1])
        inner = self._below(parts, folder=member.kind == "folder")
        if not inner:
            return 0
        path = "/".join(inner)
        if member.kind == "link" and self._choice.selection.reaches(path):
            self.links.append(path)
        if member.kind != "file" or not self._choice.selection.holds(path):
            return 0
        if member.size > self._limits.file_bytes:
            raise TooLarge(
                f"{self._shown}: {path} has {member.size:,} bytes; the limit is {self._limits.file_bytes:,}",
                hint="leave it out with `exclude`, or split it",
            )
        content = member.content()
        self.files.append(UnpackedFile(path, self._put(content), len(content)))
        return len(content)

    def _below(self, parts: tuple[str, ...], *, folder: bool) -> tuple[str, ...]:
        """Return the path within the folder that is wanted; nothing for what lies elsewhere."""
        wanted = self._choice.subdirectory
        fits = len(parts) >= len(wanted) + (not folder) and all(
            pattern in ("*", part) for part, pattern in zip(parts, wanted, strict=False)
        )
        if not fits:
            return ()
        self.folders.add(parts[: len(wanted)])
        return parts[len(wanted) :]

    def _check_folder(self) -> None:
        wanted = "/".join(self._choice.subdirectory)
        if not wanted or len(self.folders) == 1:
            return
        found = ["/".join(folder) for folder in self.folders] or self._tops
        shown = ", ".join(_printable(name) for name in sorted(found)[:5])
        if not self.folders:
            message = f"{self._shown}: the archive has no folder {wanted}; at its top are {shown or 'no names'}"
        else:
            message = f"{self._shown}: several folders of the archive fit {wanted}: {shown}"
        raise NotAnArchive(message, hint="correct `subdirectory`; `*` stands for one folder of any name")

    def _no_archive(self, reason: str) -> NotAnArchive:
        return NotAnArchive(f"{self._shown} is no archive that can be read: {reason}", hint="look at it, and try again")

    def _unsafe(self, reason: str) -> UnsafeDownload:
        return UnsafeDownload(f"the archive {self._shown} is refused: {reason}", hint=_UNSAFE)


def _printable(name: str) -> str:
    shown = name[:80] + ("..." if len(name) > 80 else "")  # noqa: PLR2004 - enough to find it by
    return shown.encode("ascii", "backslashreplace").decode("ascii") if not shown.isprintable() else shown
