"""Options over defaults: one rule, deep, and nothing shared."""

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.engine import InvalidConfig, merged_config


@pytest.mark.parametrize(
    ("defaults", "config", "merged"),
    [
        ({}, {}, {}),
        (None, None, {}),
        ({"x": 0}, None, {"x": 0}),
        ({"x": 0}, {"x": 1}, {"x": 1}),
        ({"x": 0}, {"x": None}, {"x": None}),
        ({"x": 0}, {"y": 1}, {"x": 0, "y": 1}),
        ({"d": {"k1": 1, "k2": 2}}, {"d": {"k2": 3}}, {"d": {"k1": 1, "k2": 3}}),
        ({"d": {"e": {"k1": 1, "k2": 2}}}, {"d": {"e": {"k2": 3}}}, {"d": {"e": {"k1": 1, "k2": 3}}}),
        ({"d": {"k": 1}}, {"d": {}}, {"d": {"k": 1}}),
        ({"d": {"k": 1}}, {"d": 5}, {"d": 5}),
        ({"d": 5}, {"d": {"k": 1}}, {"d": {"k": 1}}),
        ({"l": [1, 2]}, {"l": [3]}, {"l": [3]}),
        ({"l": [{"a": 1}]}, {"l": [{"b": 1}]}, {"l": [{"b": 1}]}),
        ({1: "a"}, {"1": "b"}, {1: "a", "1": "b"}),
    ],
)
def test_options_over_defaults(defaults: Any, config: Any, merged: dict[str, Any]) -> None:
    assert merged_config(defaults, config) == merged


def test_the_result_is_plain_and_shares_nothing() -> None:
    defaults = MappingProxyType({"d": MappingProxyType({"l": [1]}), "e": {}})
    config = {"c": {"l": [2]}, "m": [{"n": 1}]}
    merged = merged_config(defaults, config)
    assert (type(merged["d"]), type(merged["e"]), type(merged["c"])) == (dict, dict, dict)
    merged["d"]["l"].append(9)
    merged["e"]["x"] = 9
    merged["c"]["l"].append(9)
    merged["m"][0]["n"] = 9
    assert (defaults["d"]["l"], defaults["e"], config) == ([1], {}, {"c": {"l": [2]}, "m": [{"n": 1}]})


def test_options_without_end_are_refused() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    with pytest.raises(InvalidConfig, match="nested more than"):
        merged_config({}, endless)


CONFIGS = st.recursive(
    st.integers() | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
).filter(lambda value: isinstance(value, dict))


@given(CONFIGS)
def test_merging_with_nothing_or_with_itself_changes_nothing(config: Any) -> None:
    assert merged_config({}, config) == merged_config(config, {}) == merged_config(config, config) == config


@given(CONFIGS, CONFIGS, CONFIGS)
def test_merging_is_associative(one: Any, two: Any, three: Any) -> None:
    # A user who repeats what is merged already gets the same again.
    assert merged_config(one, merged_config(one, two)) == merged_config(one, two)
    flat = merged_config(merged_config(one, two), three)
    if not _replaced(one, two, three):
        assert flat == merged_config(one, merged_config(two, three))


def _replaced(*configs: Any) -> bool:
    """Tell whether a mapping meets something else under one path: then what comes between decides."""
    for key in {key for config in configs for key in config}:
        values = [config[key] for config in configs if key in config]
        mappings = [value for value in values if isinstance(value, dict)]
        if mappings and (len(mappings) < len(values) or _replaced(*mappings)):
            return True
    return False
