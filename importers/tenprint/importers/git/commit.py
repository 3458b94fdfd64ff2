"""What a commit says about itself, for people: its date, author and subject."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

_PERSON = re.compile(rb"(?P<name>.*?) ?<[^>]*> (?P<seconds>\d{1,11}) (?P<zone>[+-]\d{4})")
_LONGEST = 120
_PRINTED = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")


def commit_details(content: bytes) -> Mapping[str, str]:
    """Read the text of a commit object; what cannot be read is left out."""
    head, _, message = content.partition(b"\n\n")
    rows = dict(line.partition(b" ")[::2] for line in reversed(head.split(b"\n")))
    details = {"subject": _shown(message.partition(b"\n")[0])}
    author, committer = (_PERSON.fullmatch(rows.get(key, b"")) for key in (b"author", b"committer"))
    if author is not None:
        details["author"] = _shown(author["name"])
    if committer is not None:
        details["date"] = _date(int(committer["seconds"]), committer["zone"].decode())
    return {key: text for key, text in sorted(details.items()) if text}


def _date(seconds: int, zone: str) -> str:
    hours, minutes = int(zone[1:3]), int(zone[3:5])
    away = min(hours * 60 + minutes, 24 * 60 - 1) * (-1 if zone[0] == "-" else 1)
    try:
        moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=away)))
    except (OverflowError, ValueError, OSError):
        return ""
    return moment.isoformat()


def _shown(text: bytes) -> str:
    return _PRINTED.sub(" ", text.decode(errors="replace")).strip()[:_LONGEST]
