"""What the tests of HTTP share: importers that reach loopback, and what they left behind."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tenprint.importers import ImporterContext, ReadingRules
from tenprint.importers.http.client import Network
from tenprint.importers.http.importer import HttpImporter
from tenprint.importers.http.limits import DownloadLimits
from tenprint.importers.http.retrying import Pauses

NLU = b"nlu:\n  - intent: greet\n    examples: |\n      - hello\n"
OTHER_NLU = NLU.replace(b"hello", b"good day")
DOMAIN = b"intents:\n  - greet\n"
LONG_AGO = "Wed, 21 Oct 2015 07:28:00 GMT"

PAUSES = Pauses(attempts=3, first=0.01, longest=1.0, jitter=0.0)


async def on_loopback(host: str, port: int) -> list[str]:
    """Say that every name is this machine."""
    del host, port
    return ["127.0.0.1"]


NETWORK = Network(on_loopback, pauses=PAUSES)


def network(**limits: Any) -> Network:
    return Network(on_loopback, DownloadLimits(**limits), PAUSES)


def importer(
    project: Path, url: Any, *, through: Network = NETWORK, environment: Mapping[str, str] | None = None, **options: Any
) -> HttpImporter:
    """Make an importer that may reach this machine over plain HTTP, with a store of the project's own."""
    context = ImporterContext(project, cache=project / "cache", rules=ReadingRules(environment=environment or {}))
    known = {"allow_private": True, "allow_http": True, **options}
    return HttpImporter({"url": url, **known}, context, network=through)


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def tar_of(files: Mapping[str, bytes], *others: tarfile.TarInfo, mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a text here
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for other in others:
            archive.addfile(other)
    return packed.getvalue()


def zip_of(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member


def sockets() -> int:
    """Count the open sockets of this process."""
    return sum(_is_socket(descriptor) for descriptor in list(Path("/proc/self/fd").iterdir()))


def _is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except FileNotFoundError:  # that of the folder itself, while it was listed
        return False


def temporary_files(project: Path) -> list[Path]:
    return list((project / "cache").rglob("*.part"))
