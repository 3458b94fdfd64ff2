"""Validators: what a server says by which it recognises content, and what is asked with them. Pure.

They only ever save a download. What was fetched is told by its digest: a server that answers 304 by mistake can be
found out by a digest, never by a validator. The order is that of how well they tell contents apart: a strong ETag, a
date of last modification, a weak ETag; where there is none, everything is fetched again and the digests are compared.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

_ETAG = re.compile(r'(?P<weak>W/)?"[\x21\x23-\x7e]*"')
_LONGEST = 1024
"""A validator of more characters is not worth keeping."""


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of one answer; None for what it did not have, or had in a form nobody can use."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def is_strong(self) -> bool:
        return self.etag is not None and not self.etag.startswith("W/")

    @property
    def name(self) -> str:
        """Which of them is used, for people."""
        if self.is_strong:
            return "strong ETag"
        if self.last_modified is not None:
            return "Last-Modified"
        return "digest" if self.etag is None else "weak ETag"

    def condition(self) -> dict[str, str]:
        """Headers that ask for the content only if it is another; the best validator alone."""
        if self.etag is not None and (self.is_strong or self.last_modified is None):
            return {"If-None-Match": self.etag}
        if self.last_modified is not None:
            return {"If-Modified-Since": self.last_modified}
        return {}

    def contradicted_by(self, other: "Validators") -> bool:
        """Tell whether an answer that says "unchanged" names another content all the same."""
        return self.is_strong and other.is_strong and self.etag != other.etag


def validators_of(headers: Mapping[str, str]) -> Validators:
    """Read the validators of an answer; the keys are in lower case.

    A date counts only where the content was a second old when it was sent: within one second, content may change again
    and keep its date (RFC 9110, 8.8.2.2).
    """
    etag = headers.get("etag", "").strip()
    modified = headers.get("last-modified", "").strip()
    modified_at, sent_at = _time(modified), _time(headers.get("date", ""))
    if modified_at is not None and sent_at is not None and sent_at - modified_at < timedelta(seconds=1):
        modified_at = None
    return Validators(
        etag if len(etag) <= _LONGEST and _ETAG.fullmatch(etag) else None,
        modified if modified_at is not None else None,
    )


def _time(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and only answers have dates

    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo is not None else None
