"""A project has one fingerprint: whatever the process, the machine or the folder, and whoever else uses chance.

Each run below differs from this process in everything at once. Interpreters besides this one are tried by
`pytest -m slow`: those that are called python3.10 to python3.13, and those that TENPRINT_PYTHONS names, separated by
colons; they need tenprint.
"""

import json
import os
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.assistant import copy_of_assistant

from tenprint.fingerprinting import root_of
from tenprint.importers.spreading import SPREAD_BYTES
from tenprint.plugins import ProjectPaths, open_project

SCRIPT = """\
import json, random, sys
import anyio
from tenprint.fingerprinting import root_of
from tenprint.plugins import open_project

async def main():
    random.seed(sys.argv[2])
    async with open_project(sys.argv[1]) as project:
        fingerprint = await project.fingerprint()
        plan = await project.plan()
    changes = [change.to_json() for change in plan.changes]
    return {"fingerprint": fingerprint, "root": root_of(fingerprint), "action": plan.action, "changes": changes}

print(json.dumps(anyio.run(main, backend=sys.argv[3])))
"""

CHECKPOINTS = """\
stories:
  - story: joined in many ways
    steps:
      - checkpoint: one
      - checkpoint: two
      - or: [{intent: greet}, {intent: thank}, {intent: goodbye}]
      - action: utter_greet
      - checkpoint: three
      - checkpoint: four
"""

SURROUNDINGS: list[Any] = [
    pytest.param({"LC_ALL": "C", "TZ": "Pacific/Kiritimati"}, "a", "asyncio", id="0"),
    pytest.param({"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"}, "b c", "trio", id="1"),
    pytest.param({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"}, "d/e/f", "asyncio", id="2"),
    pytest.param({"PYTHONUTF8": "0", "LC_ALL": "POSIX"}, "g", "trio", id="3"),
    pytest.param({"PYTHONOPTIMIZE": "2", "TZ": "UTC"}, "h", "asyncio", id="4"),
    pytest.param({"PYTHONDEVMODE": "1", "HOME": "/nowhere"}, "i", "trio", id="5"),
    pytest.param({"COLUMNS": "20", "NO_COLOR": "1"}, "domain/data", "asyncio", id="6"),
    pytest.param({"LANGUAGE": "de", "TZ": "Asia/Kathmandu"}, "z\u00fc", "trio", id="7"),
]
"""One for each hash seed: environment, path of the checkout, and event loop."""


def peg(folder: Path) -> Path:
    project = copy_of_assistant(folder)
    (project / "data" / "checkpoints.yml").write_text(CHECKPOINTS, encoding="utf-8")
    return project


def told(python: str, project: Path, *, seed: int, backend: str, environment: dict[str, str], cwd: Path) -> Any:
    ran = subprocess.run(
        [python, "-c", SCRIPT, str(project), str(seed), backend],
        capture_output=True, check=False, cwd=cwd, env={**os.environ, **environment}, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def told_here(project: Path, paths: ProjectPaths | None = None) -> Any:
    async def main() -> Any:
        async with open_project(project, paths=paths) as held:
            fingerprint = await held.fingerprint()
            plan = await held.plan()
        changes = [change.to_json() for change in plan.changes]
        return {"fingerprint": fingerprint, "root": root_of(fingerprint), "action": plan.action, "changes": changes}

    return json.loads(json.dumps(anyio.run(main)))


@pytest.mark.parametrize(("environment", "folder", "backend"), SURROUNDINGS)
def test_it_is_the_same_in_every_surrounding(
    request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str], folder: str, backend: str
) -> None:
    seed = [str(parameter.id) for parameter in SURROUNDINGS].index(request.node.callspec.id)
    (tmp_path / "elsewhere" / folder).parent.mkdir(parents=True)
    project = peg(tmp_path / "elsewhere" / folder)
    cwd = tmp_path if seed % 2 else project / "data"
    found = told(
        sys.executable, project, seed=seed, backend=backend, cwd=cwd,
        environment={**environment, "PYTHONHASHSEED": str(seed)},
    )  # fmt: skip
    assert found == told_here(peg(tmp_path / "here"))


def test_it_is_the_same_in_whatever_order_files_are_named_and_were_written(tmp_path: Path) -> None:
    project = peg(tmp_path / "peg")
    expected = told_here(project)
    files = sorted(path for path in (project / "data").rglob("*.yml"))
    for order in list(permutations(files))[::719]:
        again = tmp_path / "again"
        for source in order:
            target = again / source.relative_to(project)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        for path in ("config.yml", "domain"):
            (shutil.copytree if (project / path).is_dir() else shutil.copy)(project / path, again / path)
        assert told_here(again) == expected
        assert told_here(project, ProjectPaths(data=tuple(order))) == expected
        shutil.rmtree(again)


def test_it_is_the_same_however_many_processes_read(tmp_path: Path) -> None:
    project = peg(tmp_path / "peg")
    for number in range(SPREAD_BYTES // len(CHECKPOINTS * 30) + 1):
        many = "".join(CHECKPOINTS[len("stories:\n") :].replace("joined", f"{number}.{each}") for each in range(30))
        (project / "data" / f"many_{number}.yml").write_text(f"stories:\n{many}", encoding="utf-8")
    one, two, four = (
        told(
            sys.executable, project, seed=1, backend=backend, cwd=tmp_path,
            environment={"TENPRINT_NO_CACHE": "1", "TENPRINT_WORKERS": workers},
        )
        for workers, backend in (("1", "asyncio"), ("2", "trio"), ("4", "asyncio"))
    )  # fmt: skip
    assert one == two == four


def interpreters() -> list[str]:
    """List the interpreters that have tenprint, by what they are asked for."""
    named = [path for path in os.environ.get("TENPRINT_PYTHONS", "").split(":") if path]
    known = [shutil.which(f"python3.{minor}") for minor in range(10, 14)]
    found = dict.fromkeys([sys.executable, *named, *(path for path in known if path is not None)])
    probe = "import tenprint.plugins, tenprint.fingerprinting, trio"
    return [
        path for path in found if subprocess.run([path, "-c", probe], capture_output=True, check=False).returncode == 0
    ]


@pytest.mark.slow
def test_it_is_the_same_for_every_interpreter(tmp_path: Path) -> None:
    project = peg(tmp_path / "peg")
    expected = told_here(project)
    for python in interpreters():
        for seed, backend in ((0, "asyncio"), (7, "trio")):
            environment = {"PYTHONHASHSEED": str(seed)}
            found = told(python, project, seed=seed, backend=backend, environment=environment, cwd=tmp_path)
            assert (python, found) == (python, expected)
