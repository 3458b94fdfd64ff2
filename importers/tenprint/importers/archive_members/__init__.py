"""The door of what every archive is asked, whether it was downloaded or is a model."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.archive_members.names import member_parts as member_parts
    from tenprint.importers.archive_members.records import parse_records as parse_records

_HOMES = {
    "member_parts": "names",
    "parse_records": "records",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = ("member_parts", "parse_records")
