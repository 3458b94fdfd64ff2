"""Fuzz the YAML loader by hand: `python -m tests.fuzz.fuzz_yaml --seconds 600 --seed 7`.

Real files are cut, doubled, spliced and sprinkled with pieces of YAML, then read by our loader and by the reference:
ruamel.yaml as the field configures it. Whenever both accept a text, values, types and the order of keys must be equal;
whenever one alone refuses it, that must be a difference the property tests list. It stops at the first that is not.
"""

import argparse
import random
import textwrap
import time
import warnings
from collections import Counter
from pathlib import Path

from tests.assistant import ASSISTANT
from tests.properties.test_yaml_matches_reference import PIECES, REAL, actual, check, expected, mutated

from tenprint.importers import ProblemsError

LONGEST = 3000
"""The reference reads some hundred lines in a second; longer texts find less in the same time."""


def seeds() -> list[str]:
    files = [path.read_text(encoding="utf-8") for path in sorted(Path(ASSISTANT).rglob("*.yml"))]
    return [*REAL, *REAL, *files]


def drawn(chance: random.Random, texts: list[str]) -> str:
    """Cut a window of lines out of a file, perhaps splice it with another, and edit it."""
    lines = chance.choice(texts).splitlines(keepends=True)
    start = chance.randrange(len(lines))
    text = textwrap.dedent("".join(lines[start : start + chance.randint(1, 40)]))
    if chance.random() < 0.2:
        other = chance.choice(texts).splitlines(keepends=True)
        text += "".join(chance.sample(other, min(5, len(other))))
    edits = [
        (
            chance.choice(("delete", "insert", "duplicate")),
            chance.random() * 0.999,
            chance.randint(1, 10),
            chance.choice(PIECES),
        )
        for _ in range(chance.choice((0, 1, 1, 2, 4)))
    ]
    return mutated(text, edits)[:LONGEST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    chance, texts = random.Random(arguments.seed), seeds()
    outcomes: Counter[str] = Counter()
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        text = drawn(chance, texts)
        try:
            check(text)
        except AssertionError as error:
            number = sum(outcomes.values())
            raise SystemExit(
                f"seed {arguments.seed}, text {number}: the two disagree about\n{text!r}\n{error}"
            ) from None
        refused = isinstance(actual(text), ProblemsError), isinstance(expected(text), Exception)
        outcomes[{(False, False): "both read", (True, True): "both refuse"}.get(refused, "listed differences")] += 1
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(outcomes.items()))
    print(f"{sum(outcomes.values()):,} texts: {counts}; no disagreement; seed {arguments.seed}")


if __name__ == "__main__":
    main()
