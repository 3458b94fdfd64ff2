"""What takes seconds for each component, and says little that other tests do not say, belongs to the slow tests."""

import pytest

SLOW = frozenset({"test_every_process_trains_the_same"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if getattr(item, "originalname", item.name) in SLOW and "test_conformance" in item.nodeid:
            item.add_marker(pytest.mark.slow)
