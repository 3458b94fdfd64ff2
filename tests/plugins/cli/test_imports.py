"""What each command loads, and what it must not: a start is fast because doors are lazy.

Each check runs in a process of its own, because this one has loaded everything already.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import COMMANDS, PROJECT, run_code

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

LOADED_BY_THE_PROGRAM = """
import sys
from tenprint.plugins.cli.main import run
code = run(sys.argv[1:])
import json
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""

LOADED_BY_A_DOOR = """
import sys
before = set(sys.modules)
from importlib import import_module
import_module(sys.argv[1])
print(*sorted(name for name in set(sys.modules) - before if name.startswith("tenprint.")))
"""

EVENT_LOOP = {"anyio", "asyncio", "trio"}
PARSERS = {"yaml", "ruamel.yaml", "tenprint.importers.reading"}
NEVER = {"sklearn", "numpy", "scipy", "httpx", "requests", "aiofiles", "dask", "multiprocessing"}


def loaded(*arguments: str) -> set[str]:
    """Run the program and return the names of all modules it has loaded."""
    outcome = run_code(LOADED_BY_THE_PROGRAM, *arguments)
    assert outcome.err == ""
    code, modules = json.loads(outcome.out.splitlines()[-1])
    assert code == 0
    return set(modules)


@pytest.fixture(scope="module", autouse=True)
def _plugins_are_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Open a project once: later starts know what the plugins provide, and do not ask them."""
    project = tmp_path_factory.mktemp("known")
    (project / "config.yml").write_text("language: en\n", encoding="utf-8")
    assert run_code(LOADED_BY_THE_PROGRAM, "-C", str(project), "show").out


def test_the_version_is_answered_before_anything_is_loaded() -> None:
    modules = loaded("--version")
    assert modules.isdisjoint(EVENT_LOOP | PARSERS | NEVER | {"click", "pluggy", "ssl"})
    assert {name for name in modules if name.startswith("tenprint.")} == {
        "tenprint.importers",
        "tenprint.importers.lazy",
        "tenprint.plugins",
        "tenprint.plugins.cli",
        "tenprint.plugins.cli.exit_codes",
        "tenprint.plugins.cli.main",
    }


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS)])
def test_help_loads_neither_an_event_loop_nor_a_parser(arguments: list[str]) -> None:
    assert loaded(*arguments).isdisjoint(EVENT_LOOP | PARSERS | NEVER | {"pluggy", "ssl"})


def test_models_are_listed_without_an_event_loop_a_parser_or_plugins(write_project: ProjectWriter) -> None:
    project = str(write_project(PROJECT))
    loaded("-C", project, "train")
    for arguments in ([], ["--json"]):
        modules = loaded("-C", project, "models", *arguments)
        assert modules.isdisjoint(EVENT_LOOP | PARSERS | NEVER | {"pluggy", "ssl"})


def test_a_message_is_parsed_without_an_event_loop_of_asyncio(write_project: ProjectWriter) -> None:
    project = str(write_project(PROJECT))
    loaded("-C", project, "train")
    assert loaded("-C", project, "parse", "hello").isdisjoint(NEVER | {"asyncio", "trio", "ruamel.yaml", "ssl"})


def test_the_slow_parser_is_loaded_only_where_it_is_needed(write_project: ProjectWriter) -> None:
    project = str(write_project(PROJECT))
    loaded("-C", project, "train")
    for command in ("plan", "train", "validate", "show", "fingerprint"):
        assert loaded("-C", project, command).isdisjoint(NEVER | {"ruamel.yaml", "trio"})


DOORS = (
    *("importers", "importers.data", "importers.kinds", "importers.reading", "fingerprinting"),
    *("fingerprinting.archive", "plugins", "plugins.reports"),
)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_loads_nothing_but_what_makes_it_lazy(door: str) -> None:
    outcome = run_code(LOADED_BY_A_DOOR, f"tenprint.{door}")
    assert outcome.err == ""
    packages = {f"tenprint.{other}" for other in DOORS} | {"tenprint.importers.lazy"}
    assert set(outcome.out.split()) <= packages
