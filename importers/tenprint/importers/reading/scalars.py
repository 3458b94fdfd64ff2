"""What an unquoted scalar means, by the YAML 1.2 dialect of Rasa's files.

Rules kept here:

* only unquoted text comes here; quoted and block scalars are text whatever they hold;
* `yes`, `no`, `on`, `off` and `1:30` are text, `010` is ten, `0b11` and `1_000` are numbers, dates are dates;
* what looks like a number or a date and cannot be one is refused, never handed on as text;
* the first character decides which pattern can match at all, so a word costs one look into a table.

The patterns are those of the reference loader (see `yaml_reference`), oddities included: `.5e3` is text because its
exponent has no sign, as it is for the trainers that read the same files.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

MAX_DIGITS: Final = 4300
"""Python's own default for reading decimal integers (CVE-2020-10735), here on versions without it too.

Other bases are read at any length, but no message could show the number, so it holds for them as well.
"""

_TOO_LARGE: Final = 10**MAX_DIGITS

LONGEST_SHOWN: Final = 40
"""Characters of a value that a message repeats."""


class ScalarError(ValueError):
    """A scalar has no value in this dialect; `hint` says how to write what was probably meant."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Merge(Enum):
    """The unquoted key `<<`, which is not text but an instruction."""

    KEY = "<<"


def resolve(text: str) -> Any:
    """Value of an unquoted scalar; raises `ScalarError`."""
    if text in _WORDS:
        return _WORDS[text]
    resolver = _BY_FIRST_CHARACTER.get(text[0])
    return text if resolver is None else resolver(text)


def resolve_key(text: str) -> Any:
    """Value of an unquoted mapping key: as `resolve`, but `<<` is `Merge.KEY` and `=` is text."""
    if text == "<<":
        return Merge.KEY
    return text if text == "=" else resolve(text)


def resolve_tagged(text: str, tag: str) -> Any:
    """Value of a scalar under one of the harmless tags, whatever its quotes; raises `ScalarError`.

    `KeyError` means that the tag is not one of them.
    """
    return _BY_TAG[tag](text)


# Ordinary dictionaries where they are looked into for every scalar: a read-only view takes three times as long.
_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_FLOAT: Final = re.compile(
    r"""[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
      | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
      | [-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?""",
    re.VERBOSE,
)
_SPECIAL_FLOATS: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
        **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
        **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    }
)
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0o(?P<octal>[0-7_]+)|0x(?P<hexadecimal>[0-9a-fA-F_]+)"
    r"|(?P<decimal>[0-9_]+))"
)
_BASES: Final[Mapping[str, int]] = MappingProxyType({"binary": 2, "octal": 8, "hexadecimal": 16, "decimal": 10})
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"""(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})
        (?:[Tt]|[ \t]+)
        (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})
        (?:\.(?P<fraction>[0-9]*))?
        (?:[ \t]*(?P<zone>Z|(?P<zone_sign>[-+])(?P<zone_hour>[0-9]{1,2})(?::(?P<zone_minute>[0-9]{2}))?))?""",
    re.VERBOSE,
)


def _number_or_time(text: str) -> Any:
    """Value of text that starts with a digit, a sign or a dot."""
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if _FLOAT.fullmatch(text):
        return _read(lambda: float(text.replace("_", "")), text, "a number")
    if number := _INTEGER.fullmatch(text):
        return _integer(number)
    if day := _DATE.fullmatch(text):
        year, month, day_of_month = map(int, day.groups())
        return _read(lambda: date(year, month, day_of_month), text, "a date")
    if moment := _TIME.fullmatch(text):
        return _read(lambda: _datetime(moment), text, "a date")
    return text


def _integer(match: re.Match[str]) -> int:
    base = str(match.lastgroup)
    digits = match[base].replace("_", "")
    number: int | None = None
    if base != "decimal" or len(digits) <= MAX_DIGITS:
        number = _read(lambda: int(match["sign"] + digits, _BASES[base]), match[0], "a number")
    if number is None or abs(number) >= _TOO_LARGE:
        raise ScalarError(
            f"this integer has more than the {MAX_DIGITS} digits that can be read",
            hint="Put it in quotes if it is meant as text.",
        )
    return number


def _datetime(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (
        int(match[part]) for part in ("year", "month", "day", "hour", "minute", "second")
    )
    moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match))
    fraction = match["fraction"] or ""
    # The seventh digit rounds; what follows it is ignored, as the reference does.
    microseconds = int(fraction[:6].ljust(6, "0")) + (fraction[6:7] > "4")
    return moment + timedelta(microseconds=microseconds)


def _zone(match: re.Match[str]) -> timezone | None:
    if match["zone"] is None:
        return None
    if match["zone"] == "Z":
        return timezone.utc
    distance = timedelta(hours=int(match["zone_hour"]), minutes=int(match["zone_minute"] or 0))
    return timezone(-distance if match["zone_sign"] == "-" else distance)


def _read(read: Callable[[], Any], text: str, what: str) -> Any:
    try:
        return read()
    except (ValueError, OverflowError) as error:
        raise ScalarError(
            f"{shortened(text)} looks like {what} but is none: {error}",
            hint="Put it in quotes if it is meant as text.",
        ) from error


def shortened(text: str) -> str:
    """Text as a message repeats it."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def shown_key(key: Any) -> str:
    """Key as a message repeats it: text in quotes, all else as it is written."""
    if isinstance(key, str):
        return shortened(repr(str(key)))
    return "null" if key is None else shortened(str(key).lower() if isinstance(key, bool) else str(key))


def _instruction(text: str) -> str:
    if text in ("<<", "="):
        raise ScalarError(
            f"{text} without quotes is no value: YAML gives it a meaning of its own",
            hint=f'Write "{text}" in quotes if it is meant as text.',
        )
    return text


def _as(kinds: type | tuple[type, ...], name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = resolve(text)
        if value.__class__ not in (kinds if isinstance(kinds, tuple) else (kinds,)):
            raise ScalarError(
                f"{shortened(text)!r} is tagged !!{name} but cannot be read as that",
                hint="Remove the tag, or write a value that fits it.",
            )
        return value

    return read


def _as_float(text: str) -> float:
    value = _as((float, int), "float")(text)
    return float(_read(lambda: float(value), text, "a number"))


_CORE: Final = "tag:yaml.org,2002:"
_BY_TAG: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        f"{_CORE}str": str,
        f"{_CORE}int": _as(int, "int"),
        f"{_CORE}float": _as_float,
        f"{_CORE}bool": _as(bool, "bool"),
        f"{_CORE}null": _as(type(None), "null"),
    }
)
_BY_FIRST_CHARACTER: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys("+-.0123456789", _number_or_time),
    **dict.fromkeys("<=", _instruction),
}
ODD_STARTS: Final = frozenset(_BY_FIRST_CHARACTER) | {word[0] for word in _WORDS if word}
"""First characters of scalars that may be something else than text; the empty scalar may be as well."""
