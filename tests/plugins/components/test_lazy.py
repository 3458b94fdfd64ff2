"""Heavy packages are imported by what computes with them, and by nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.plugins.components.test_repeatable import project_with, train_nlu

ROOT = Path(__file__).parents[3]

ASK = """
import sys
from tenprint.plugins import create_plugin_manager, registry_of
components = registry_of(create_plugin_manager()).components
for name in components:
    provided = components[name].provided
    options = provided.get_default_config()
    provided.check_config(options)
    provided.reads(options)
    provided.required_packages()
print([name for name in ("numpy", "scipy", "sklearn", "threadpoolctl") if name in sys.modules])
"""

PARSE = """
import sys
from pathlib import Path
from tenprint.fingerprinting import load_interpreter
from tenprint.plugins import create_plugin_manager, registry_of
interpreter = load_interpreter(Path(sys.argv[1]), registry_of(create_plugin_manager()).components)
assert interpreter.parse("hello there").intent is not None
print([name for name in ("numpy", "scipy", "sklearn", "threadpoolctl") if name in sys.modules])
"""


def run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    return done.stdout.strip()


def test_a_component_is_asked_about_itself_without_them() -> None:
    assert run(ASK) == "[]"


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train_nlu(project_with("lbfgs", folder / "project"), folder)
    return folder / "nlu"


def test_a_trained_model_is_used_without_scikit_learn(half: Path) -> None:
    assert run(PARSE, str(half)) == "['numpy', 'scipy']"
