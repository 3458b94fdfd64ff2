"""A plugin author who takes a private name of a base class is told, before it does harm."""

from typing import Any

import pytest

from tenprint.importers import (
    ConfigurationError,
    RemoteImporter,
    SnapshotImporter,
    TrainingDataImporter,
    Transform,
)


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (TrainingDataImporter, "_reading"),
        (TrainingDataImporter, "_taken"),
        (SnapshotImporter, "_value"),
        (SnapshotImporter, "_snapshot"),
        (RemoteImporter, "_stored"),
        (RemoteImporter, "_reading"),
        (Transform, "_one_by_one"),
    ],
)
def test_a_private_name_of_a_base_class_is_refused(base: type[Any], name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"the class Mine defines {name}, which its base") as caught:
        type("Mine", (base,), {name: lambda _: None, "__module__": "my_plugin"})
    assert caught.value.hint == "give it another name"


@pytest.mark.parametrize("name", ["_rows", "__reading", "get_domain", "_abc_impl", "__slots__"])
def test_other_names_are_free(name: str) -> None:
    made = type("Mine", (TrainingDataImporter,), {name: (), "__module__": "my_plugin"} if name != "get_domain" else {})
    assert issubclass(made, TrainingDataImporter)


def test_classes_of_one_plugin_share_private_names_as_they_like() -> None:
    base = type("Base", (TrainingDataImporter,), {"_rows": None, "__module__": "my_plugin"})
    assert type("Derived", (base,), {"_rows": 3, "__module__": "my_plugin"})._rows == 3  # type: ignore[attr-defined]  # made here
