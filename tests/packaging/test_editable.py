"""The editable install, which finds all three import roots and not the last one only."""

from importlib.metadata import version
from pathlib import Path

import pytest
from tests.packaging.environments import IMPORTS, ROOT, Environment, fresh_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = fresh_environment(tmp_path_factory.mktemp("editable"))
    environment.install("--editable", str(ROOT))
    return environment


def test_all_floors_are_imported_from_the_checkout(environment: Environment) -> None:
    places = environment.run("python", "-c", IMPORTS).splitlines()
    assert places == [
        str(ROOT / floor / "tenprint" / floor / "__init__.py") for floor in ("importers", "fingerprinting", "plugins")
    ]


def test_the_folders_of_the_checkout_do_not_become_packages_of_their_own(environment: Environment) -> None:
    probe = "from importlib.util import find_spec; print([find_spec(name) for name in ('importers', 'plugins')])"
    assert environment.run("python", "-c", probe) == "[None, None]\n"


def test_the_program_and_our_own_plugin_are_found(environment: Environment) -> None:
    assert environment.run("tenprint", "--version") == f"tenprint {version('tenprint')}\n"
    probe = "from tenprint.plugins import create_plugin_manager as make; print(*dict(make().list_name_plugin()))"
    assert environment.run("python", "-c", probe) == "tenprint-defaults\n"


def test_a_new_module_is_found_without_installing_again(environment: Environment) -> None:
    paths = (path.read_text().split() for path in Path(environment.folder).rglob("*tenprint*.pth"))
    assert sorted(line for lines in paths for line in lines) == [
        str(ROOT / floor) for floor in ("fingerprinting", "importers", "plugins")
    ]
