"""Fuzz the canonical form by hand: `python -m tests.fuzz.fuzz_canonical --seconds 600 --seed 7`.

Random values of every type are encoded by the product and by the second implementation of the page. Bytes must be
equal, and two values must share bytes only if they mean the same. It stops at the first disagreement and prints it.
"""

import argparse
import datetime as dt
import math
import random
import struct
import time
from hashlib import sha256
from typing import Any

from tests import mini_fingerprint as mini

from tenprint.importers.canonical import canonical

TEXTS = ("", "a", "1", "None", "null", "true", "s1:a", "N", "u0:", "\u00e9", "e\u0301", "\U0001f600", "\x00", " ", "\n")


def scalar(chance: random.Random) -> Any:
    zone = dt.timezone(dt.timedelta(minutes=chance.randint(-700, 700)))
    makers = (
        lambda: None,
        lambda: chance.random() < 0.5,
        lambda: chance.randint(-2, 2),
        lambda: chance.choice((1, -1)) * chance.getrandbits(chance.choice((8, 64, 512))),
        lambda: chance.choice((0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 1e308, 5e-324)),
        lambda: struct.unpack(">d", chance.randbytes(8))[0],
        lambda: chance.choice(TEXTS),
        lambda: "".join(chr(chance.choice((chance.randint(1, 127), chance.randint(160, 0xD7FF)))) for _ in range(5)),
        lambda: chance.randbytes(chance.randint(0, 130)),
        lambda: dt.date(chance.randint(1, 9999), 1, 2),
        lambda: dt.datetime(2020, 1, 1, 0, 0, 0, chance.choice((0, 500)), chance.choice((None, zone))),
    )
    return chance.choice(makers)()


def value(chance: random.Random, depth: int = 4) -> Any:
    """Draw a value; collections get rarer further down."""
    if depth == 0 or chance.random() < 0.4:
        return scalar(chance)
    entries = [value(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    kind = chance.randrange(5)
    if kind == 0:
        return tuple(entries)
    if kind == 1:
        return {hashable(entry): value(chance, depth - 1) for entry in entries}
    if kind == 2:
        return frozenset(hashable(entry) for entry in entries)
    return entries


def hashable(entry: Any) -> Any:
    try:
        hash(entry)
    except TypeError:
        return repr(entry)
    return entry


def meaning(found: Any) -> Any:
    """Describe a value in another way than the form does: types by name, floats by their bits, sets without order."""
    if isinstance(found, float):
        return "float", "nan" if math.isnan(found) else found.hex()
    if isinstance(found, dict):
        return "dict", frozenset((meaning(key), meaning(entry)) for key, entry in found.items())
    if isinstance(found, (set, frozenset)):
        return "set", frozenset(map(meaning, found))
    if isinstance(found, (list, tuple)):
        return type(found).__name__, tuple(map(meaning, found))
    return type(found).__name__, found.isoformat() if isinstance(found, dt.date) else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    seen: dict[bytes, int] = {}
    count, end = 0, time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        drawn = value(chance)
        encoded = canonical(drawn)
        if encoded != mini.form(drawn):
            raise SystemExit(f"seed {arguments.seed}, value {count}: the two disagree about {drawn!r}")
        known = seen.setdefault(sha256(encoded).digest()[:12], hash(meaning(drawn)))
        if known != hash(meaning(drawn)):
            raise SystemExit(f"seed {arguments.seed}, value {count}: {drawn!r} shares its form with another value")
        count += 1
    print(f"{count:,} values, {len(seen):,} different ones, no disagreement; seed {arguments.seed}")


if __name__ == "__main__":
    main()
