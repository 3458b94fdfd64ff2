"""Holdings: what one URL held, and the form in which the store remembers it. Pure.

A holding is recorded after all of its contents are stored and checked, never before: validators of a fetch that failed
would make the next one believe that nothing changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.http.validators import Validators
from tenprint.importers.remote import RemoteFile, stored_file

SPACE = "http"
"""Records of the store: what each URL held, and the validators it had then."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The digest of the bytes that came, the files they hold, and links that were passed over.

    `packed` says that they are an archive. The validators are those of the origin that gave the bytes.
    """

    digest: str
    files: tuple[RemoteFile, ...]
    packed: bool = False
    links: tuple[str, ...] = ()
    validators: Validators = field(default_factory=Validators)
    origin: str = ""

    @property
    def details(self) -> dict[str, str]:
        """What people may want to know."""
        known = {"etag": self.validators.etag, "last-modified": self.validators.last_modified}
        told = {name: value for name, value in known.items() if value is not None}
        return {"download": self.digest, **told} if self.packed else told

    def value(self) -> dict[str, Any]:
        """Write it as JSON."""
        return {
            "digest": self.digest,
            "files": [[file.path, file.digest, file.size] for file in self.files],
            "packed": self.packed,
            "links": list(self.links),
            "etag": self.validators.etag,
            "last_modified": self.validators.last_modified,
            "origin": self.origin,
        }


def holding_of(value: Mapping[str, Any]) -> Holding | None:
    """Read it back; None for what no version of ours has written."""
    try:
        holding = Holding(
            str(value["digest"]),
            tuple(stored_file(path, digest, size) for path, digest, size in value["files"]),
            bool(value["packed"]),
            tuple(value["links"]),
            Validators(value["etag"], value["last_modified"]),
            str(value["origin"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    validators = holding.validators
    said = (*holding.links, *(each for each in (validators.etag, validators.last_modified) if each is not None))
    return holding if isinstance(value["links"], list) and all(isinstance(each, str) for each in said) else None
