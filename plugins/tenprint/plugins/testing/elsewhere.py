"""The process of its own that some properties are looked at from: reads a task, writes what the importer reads there.

python -m tenprint.plugins.testing.elsewhere task.json
"""

import json
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.path[:] = task["sys_path"]
    found: Any = _module(task["module"], task["file"])
    for name in task["class"].split("."):
        found = getattr(found, name)
    kit = found()
    kit.take_over(Path(task["folder"]), Path(task["project"]), task["options"])
    print(json.dumps(_answer(getattr(kit, task["call"]))))  # noqa: T201 - the answer


def _answer(call: Any) -> dict[str, Any]:
    try:
        return {"picture": call()}
    except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
        return {"raised": f"{type(error).__name__}: {error}"}


def _module(name: str, file: str) -> ModuleType:
    """Import the module of a test by its name where that leads to its file, else from the file."""
    root = Path(file).parents[name.count(".")]
    if Path(file) == root.joinpath(*name.split(".")).with_suffix(".py"):
        # pytest may have imported it so that its folder is not on the path; what it imports itself is found there.
        sys.path.append(str(root))
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is not None and spec.origin == file:
        return import_module(name)
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no module of Python")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
