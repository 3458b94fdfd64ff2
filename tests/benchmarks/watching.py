"""How long `tenprint watch` takes from an edit to its plan.

    python -m tests.benchmarks.watching PROJECT

PROJECT is any project folder that `tenprint train` can train. It is copied and trained, and the watch runs in a process
of its own. An edit adds one example to a file, or takes it away again; the figure is the time from before the file is
written until the line with the plan has been read.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks.warm_path import example_file, prepared

EDITS = 15
_SETTLED_SECONDS = 0.5
"""Between edits, so that each is told by itself."""


def edit_seconds(source: Path, edits: int = EDITS) -> list[float]:
    """Measure edits one after the other; the first plan of the watch, and the first edit, do not count."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        here = Path.cwd()
        stack.callback(os.chdir, here)
        os.environ["TENPRINT_CACHE_DIR"] = f"{folder}/cache"
        project = prepared(source.absolute(), Path(folder))
        command = [sys.executable, "-m", "tenprint", "watch", "--json"]
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
            plan = json.loads(watch.stdout.readline())
            taken.append(time.perf_counter() - start)
            assert any(f"one more {number}" in change["path"] for change in plan["changes"]), plan
    return taken[1:]


def main(source: Path) -> None:
    taken = edit_seconds(source)
    print(f"best {min(taken) * 1000:.0f} ms, median {median(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
