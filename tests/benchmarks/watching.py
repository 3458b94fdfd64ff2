"""How long `tenprint watch` takes from an edit to its plan.

    python -m tests.benchmarks.watching PROJECT

PROJECT is any project folder that `tenprint train` can train. It is copied and trained, and the watch runs in a process
of its own. An edit replaces one example of a file; a figure is the time from before the file is written until the line
that names the example has been read. Beside the text for people it measures `--json`, which tells of nodes as well.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks.warm_path import TENPRINT, example_file, prepared

EDITS = 15
_SETTLED_SECONDS = 0.5
"""Between edits, so that each is told by itself."""


def edit_seconds(source: Path, *options: str, edits: int = EDITS) -> list[float]:
    """Measure edits one after the other; the first plan of the watch, and the first edit, do not count."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.callback(os.chdir, Path.cwd())
        os.environ["TENPRINT_CACHE_DIR"] = f"{folder}/cache"
        project = prepared(source.absolute(), Path(folder))
        command = [*TENPRINT, "watch", *options]
        watch = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        )
        stack.callback(watch.terminate)
        assert watch.stdout is not None
        watch.stdout.readline()
        edited = example_file(project)
        content = edited.read_text().rstrip("\n")
        indent = content.splitlines()[-1].partition("-")[0]
        taken = []
        for number in range(edits + 1):
            time.sleep(_SETTLED_SECONDS)
            start = time.perf_counter()
            edited.write_text(f"{content}\n{indent}- one more {number}\n")
            while f"one more {number}" not in watch.stdout.readline():
                pass
            taken.append(time.perf_counter() - start)
    return taken[1:]


def main(source: Path) -> None:
    for options in ([], ["--json"]):
        taken = edit_seconds(source, *options)
        times = (
            f"best {min(taken) * 1000:.0f} ms, median {median(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms"
        )
        print(f"{' '.join(['watch', *options]):15}{times}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
