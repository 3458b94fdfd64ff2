"""The hooks as a plugin author meets them: prefixed, documented, each with an example that works."""

import inspect
import re
from typing import Any

import pytest

from tenprint.fingerprinting import NluComponent, RunObserver
from tenprint.importers import TrainingDataImporter, Transform
from tenprint.importers.kinds import Kind
from tenprint.plugins import Command, Registry, Report, create_plugin_manager, hookspecs, registry_of
from tenprint.plugins.names import PROJECT

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, f"{PROJECT}_spec")}

REGISTERING: dict[str, tuple[str, str, Any]] = {
    "tenprint_register_importers": ("importers", "faq", TrainingDataImporter),
    "tenprint_register_transforms": ("transforms", "lower-case", Transform),
    "tenprint_register_components": ("components", "Shouting", NluComponent),
    "tenprint_register_kinds": ("kinds", "glossary", Kind),
    "tenprint_register_observers": ("observers", "stopwatch", RunObserver),
    "tenprint_register_reports": ("reports", "kinds", Report),
    "tenprint_register_commands": ("commands", "count", Command),
}
"""Hook -> part of the registry, and name and type of what its example provides."""


def example_of(hook: str) -> Registry:
    """Make a registry of the plugin in the documentation of a hook, alone."""
    found = re.search(r"```python\n(.*?)```", inspect.getdoc(HOOKS[hook]) or "", re.DOTALL)
    assert found is not None
    names: dict[str, object] = {"__name__": "example"}
    exec(found[1], names)  # noqa: S102 - the documentation is the thing under test
    plugin = type("Plugin", (), {})()
    vars(plugin).update({name: value for name, value in names.items() if name.startswith(PROJECT)})
    return registry_of(create_plugin_manager(plugins=[plugin], discover=False))


def test_there_is_one_hook_for_each_thing_that_can_be_registered_and_one_for_urls() -> None:
    assert set(HOOKS) == {*REGISTERING, "tenprint_source_for_url"}


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_says_what_it_returns_and_what_its_arguments_are(name: str) -> None:
    signature = inspect.signature(HOOKS[name])
    assert (list(signature.parameters) == []) is (name in REGISTERING)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())


@pytest.mark.parametrize("hook", REGISTERING)
def test_the_example_in_the_documentation_of_a_hook_works(hook: str) -> None:
    part, name, expected = REGISTERING[hook]
    provided = getattr(example_of(hook), part)
    assert list(provided) == [name]
    found = getattr(provided[name], "provided", provided[name])
    assert issubclass(found, expected) if isinstance(found, type) else isinstance(found, expected)


def test_the_example_of_the_hook_for_urls_works() -> None:
    registry = example_of("tenprint_source_for_url")
    assert registry.source_for_url("faq://opening-hours") == ("faq", {"topic": "opening-hours"})
    assert registry.source_for_url("https://example.org/faq.yml") is None
