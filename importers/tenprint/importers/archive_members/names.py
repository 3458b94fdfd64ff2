"""Names of archive members: the one rule for what may be packed and what may be unpacked. Pure.

A name is a relative path with `/` between its parts that means the same on every system. `./` in front and
doubled slashes are harmless and dropped; whatever could lead out of the folder is refused and never repaired.
"""

import re
import unicodedata

_DRIVE = re.compile(r"[A-Za-z]:")


def member_parts(name: str) -> tuple[str, ...]:
    """Split a name into its parts; () stands for the folder everything lies in.

    Raises:
        ValueError: The reason why nothing may have this name.
    """
    reason = _reason_against(name)
    if reason is not None:
        raise ValueError(reason)
    parts = tuple(part for part in name.split("/") if part not in {"", "."})
    if ".." in parts:
        raise ValueError("a name with `..` may lead out of its folder")
    return parts


def _reason_against(name: str) -> str | None:
    if not name:
        return "the name is empty"
    if "\\" in name:
        return "the name has a backslash, which separates folders on Windows"
    if name.startswith("/"):
        return "the name is an absolute path"
    if _DRIVE.match(name):
        return "the name starts with a drive letter"
    try:
        name.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "the name has a control character"
    return None
