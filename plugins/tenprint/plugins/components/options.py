"""Checks of options: each answers with at most one sentence that names the option and what was given instead."""

from collections.abc import Mapping

from tenprint.fingerprinting import Json
from tenprint.plugins.components.json_text import compact


def truth_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    return () if isinstance(value, bool) else (_sentence(option, "true or false", value),)


def count_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    """Accept whole numbers from 1, and null for no bound."""
    value = config[option]
    fits = value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1)
    return () if fits else (_sentence(option, "a whole number from 1 up, or null for no bound", value),)


def whole_number_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    fits = isinstance(value, int) and not isinstance(value, bool)
    return () if fits else (_sentence(option, "a whole number", value),)


def share_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return () if fits else (_sentence(option, "a number from 0 to 1", value),)


def name_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    return () if isinstance(value, str) and value else (_sentence(option, "a name", value),)


def _sentence(option: str, wanted: str, value: Json) -> str:
    return f"option `{option}` must be {wanted}, not {compact(value)}"
