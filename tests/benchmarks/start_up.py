"""How long the program takes to answer, against a Python that does nothing.

    python tests/benchmarks/start_up.py

The commands run in turn, ten rounds; the figures are the best seconds of each and the ratio to `python -c pass`.
"""

import subprocess
import sys
import time

ROUNDS = 10
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "tenprint --version": ["-m", "tenprint", "--version"],
    "tenprint --help": ["-m", "tenprint", "--help"],
    "tenprint models": ["-m", "tenprint", "-C", "docs/tutorial/assistant", "models"],
    "tenprint plan": ["-m", "tenprint", "-C", "docs/tutorial/assistant", "plan"],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            best[name] = min(best[name], seconds(arguments))
    for name, taken in best.items():
        print(f"{name:20}{taken * 1000:7.0f} ms{taken / best['python -c pass']:7.1f}x")


if __name__ == "__main__":
    main()
