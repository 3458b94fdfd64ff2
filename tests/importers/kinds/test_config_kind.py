from typing import Any

import pytest
from hypothesis import given
from tests import strategies

from tenprint.importers.assembling import items_of
from tenprint.importers.errors import ProblemsError
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.items import Item
from tenprint.importers.kinds import CONFIG, WITHOUT_EPOCHS

RULES = ReadingRules()


def items(config: dict[str, Any]) -> list[Item]:
    return [Item._make(row) for row in items_of(CONFIG, config, RULES)]


def component(**options: Any) -> Item:
    (item,) = items({"pipeline": [{"name": "a", **options}]})
    return item


def test_the_facet_without_epochs_leaves_out_the_direct_option_only() -> None:
    assert component(epochs=1).facet(WITHOUT_EPOCHS) == component(epochs=2).facet(WITHOUT_EPOCHS)
    assert component(epochs=1).facet(WITHOUT_EPOCHS) == component().facet(WITHOUT_EPOCHS)
    assert component(epochs=1).digest != component(epochs=2).digest
    assert component(x={"epochs": 1}).facet(WITHOUT_EPOCHS) != component(x={"epochs": 2}).facet(WITHOUT_EPOCHS)
    assert component(x=1).facet(WITHOUT_EPOCHS) != component(x=2).facet(WITHOUT_EPOCHS)


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (1, 1.0), (1, True), (None, "None"), ([], {}), ([1], [1, 1])])
def test_types_of_options_have_a_say(one: object, other: object) -> None:
    assert component(x=one).digest != component(x=other).digest


def test_the_order_of_options_means_nothing() -> None:
    assert component(x=1, y=2) == component(y=2, x=1)


def test_a_component_means_something_else_in_the_other_list() -> None:
    (pipeline,) = items({"pipeline": [{"name": "a"}]})
    (policy,) = items({"policies": [{"name": "a"}]})

    assert pipeline.digest != policy.digest
    assert (pipeline.kind, policy.kind) == ("pipeline-component", "policy")


@pytest.mark.parametrize("key", ["version", "importers", "imports", "assistant_id"])
def test_keys_that_training_does_not_read_have_no_facet(key: str) -> None:
    (item,) = items({key: "x"})

    assert item.facets == ()


@pytest.mark.parametrize(("key", "facet"), [("language", "language"), ("recipe", "trained"), ("own", "trained")])
def test_keys_that_training_reads_have_one(key: str, facet: str) -> None:
    (item,) = items({key: "x"})

    assert item.facets == ((facet, item.digest),)


def test_who_reads_what() -> None:
    assert {item_kind.name: dict(item_kind.read_by) for item_kind in CONFIG.item_kinds} == {
        "config-key": {"nlu-config": "language", "config": "trained", "config-without-epochs": "trained"},
        "pipeline-component": {"nlu-config": "digest", "config-without-epochs": "without-epochs"},
        "policy": {"core-config": "digest", "config-without-epochs": "without-epochs"},
    }


def test_a_value_that_is_no_configuration_is_refused_with_all_problems() -> None:
    with pytest.raises(ProblemsError) as caught:
        items({"language": 1, "pipeline": "text", "policies": [{}]})

    assert [problem.code for problem in caught.value.problems] == ["wrong-type", "wrong-type", "missing-key"]


@given(strategies.configs)
def test_what_is_taken_apart_can_be_put_together(config: dict[str, Any]) -> None:
    assert CONFIG.put_together(list(CONFIG.take_apart(config))) == config
