"""How much 50 installed plugins cost a start, which needs none of them: `python tests/benchmarks/many_plugins.py`.

Each plugin is a distribution of its own that takes 20 ms to import. Starts with and without them alternate, and the
medians are compared, so that a busy machine slows both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLUGINS = 50
ROUNDS = 25

CODE = """
import time

from tenprint.importers import TrainingDataImporter
from tenprint.plugins import hookimpl

time.sleep(0.02)


class Importer(TrainingDataImporter):
    NAME = "{name}"


@hookimpl
def tenprint_register_importers():
    return [Importer]
"""


def write_plugins(place: Path) -> None:
    for number in range(PLUGINS):
        name = f"dummy{number:02}"
        metadata = place / f"{name}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (metadata / "entry_points.txt").write_text(f"[tenprint]\n{name} = {name}\n", encoding="utf-8")
        (place / f"{name}.py").write_text(CODE.format(name=name), encoding="utf-8")


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "tenprint", *arguments], env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_plugins(place / "site")
        project = place / "project"
        project.mkdir()
        (project / "config.yml").write_text("language: en\n", encoding="utf-8")
        (project / "domain.yml").write_text("intents: [greet]\n", encoding="utf-8")
        alone = {**os.environ, "TENPRINT_CACHE_DIR": str(place / "alone")}
        many = {**os.environ, "TENPRINT_CACHE_DIR": str(place / "many"), "PYTHONPATH": str(place / "site")}
        for arguments in (["--help"], ["-C", str(project), "show"]):
            first = seconds(["-C", str(project), "show"], many)
            seconds(["-C", str(project), "show"], alone)
            times: dict[str, list[float]] = {"alone": [], "many": []}
            for _ in range(ROUNDS):
                times["alone"].append(seconds(arguments, alone))
                times["many"].append(seconds(arguments, many))
            without, with_them = (statistics.median(found) * 1000 for found in times.values())
            print(f"{arguments[-1]:8} without {without:6.1f} ms, with {PLUGINS} plugins {with_them:6.1f} ms:", end=" ")
            print(f"{with_them - without:+.1f} ms (the first start, which asks them: {first * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
