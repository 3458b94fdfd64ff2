"""The hooks as a plugin author meets them: prefixed, documented, without arguments."""

import inspect
import re

import pytest

from tenprint.fingerprinting import NluComponent
from tenprint.importers import TrainingDataImporter
from tenprint.plugins import create_plugin_manager, hookspecs, registry_of
from tenprint.plugins.markers import PROJECT

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, f"{PROJECT}_spec")}


def test_there_is_one_hook_for_each_thing_that_can_be_registered() -> None:
    assert set(HOOKS) == {"tenprint_register_components", "tenprint_register_importers"}


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_takes_no_arguments_and_says_what_it_returns(name: str) -> None:
    signature = inspect.signature(HOOKS[name])
    assert not signature.parameters
    assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize(
    ("name", "provided", "base"),
    [
        ("tenprint_register_importers", "faq", TrainingDataImporter),
        ("tenprint_register_components", "Shouting", NluComponent),
    ],
)
def test_the_example_in_the_documentation_of_a_hook_works(name: str, provided: str, base: type) -> None:
    example = re.search(r"```python\n(.*?)```", inspect.getdoc(HOOKS[name]) or "", re.DOTALL)
    assert example is not None
    plugin = type("Plugin", (), {})()
    vars(plugin).update(made_by(example[1]))
    registry = registry_of(create_plugin_manager(plugins=[plugin], discover=False))
    found = {**registry.importers, **registry.components}
    assert list(found) == [provided]
    assert issubclass(found[provided].provided, base)


def made_by(code: str) -> dict[str, object]:
    """Execute the example of our own documentation, and return the names it defines."""
    names: dict[str, object] = {"__name__": "example"}
    exec(code, names)  # noqa: S102 - the documentation is the thing under test
    return {name: value for name, value in names.items() if name.startswith(PROJECT)}
