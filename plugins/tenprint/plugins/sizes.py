"""Numbers as people write and read them: bytes in units that count in thousands, as disks are sold, and things."""

import re

SIZE_EXAMPLE = "500MB or 5GB"

_UNITS = ("", "k", "M", "G", "T")
_THOUSAND = 1000
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)\s*([kMGT]?)B?", re.IGNORECASE)


def counted(count: int, noun: str, *, plural: str | None = None) -> str:
    """Tell how many there are: `1 error`, `2 errors`, `1 repository`."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def size_text(size: int) -> str:
    """Write a number of bytes for people."""
    shown = float(size)
    for unit in _UNITS:
        if shown < _THOUSAND or unit == _UNITS[-1]:
            return f"{size} B" if not unit else f"{shown:.1f} {unit}B"
        shown /= _THOUSAND
    raise AssertionError("the last unit takes everything")


def size_of_text(text: str) -> int | None:
    """Read a number of bytes, such as `500MB`; None for anything else."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    power = [unit.lower() for unit in _UNITS].index(found[2].lower())
    return int(float(found[1]) * _THOUSAND**power)
