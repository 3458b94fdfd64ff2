"""Checks of options: each answers with at most one sentence that names the option and what was given instead."""

import math
import re
from collections.abc import Collection, Mapping

from tenprint.fingerprinting import Json
from tenprint.plugins.components.json_text import compact

UNHEARD_CONFIDENCE = "policies here are not told how sure the intent of a message is"
"""Why `use_nlu_confidence_as_score` cannot be had."""

NO_EXPRESSION = (re.error, OverflowError, RecursionError, ValueError)
"""What `re` raises where a text is no regular expression: for `(`, `a{99999999999}`, endless brackets, `(?u)(?a)`."""


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


def text_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    return () if isinstance(value, str) else (_sentence(option, "a text", value),)


def choice_objection(config: Mapping[str, Json], option: str, choices: Collection[Json]) -> tuple[str, ...]:
    """Accept one of some values."""
    value = config[option]
    fits = any(value == choice and type(value) is type(choice) for choice in choices)
    return () if fits else (_sentence(option, f"one of {', '.join(map(compact, choices))}", value),)


def at_least_objection(config: Mapping[str, Json], option: str, least: int, most: float = math.inf) -> tuple[str, ...]:
    """Accept whole numbers from a bound up, to another one where a library below has one."""
    value = config[option]
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    wanted = f"a whole number from {least} up" if most == math.inf else f"a whole number from {least} to {most}"
    return () if fits else (_sentence(option, wanted, value),)


def texts_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    value = config[option]
    fits = isinstance(value, list) and all(isinstance(part, str) for part in value)
    return () if fits else (_sentence(option, "a list of texts", value),)


def alias_objection(config: Mapping[str, Json]) -> tuple[str, ...]:
    """Accept a name of one's own for features, or null for that of the component."""
    return () if config["alias"] is None else name_objection(config, "alias")


def expression_objection(config: Mapping[str, Json], option: str) -> tuple[str, ...]:
    """Accept a regular expression with one group at most, or null."""
    value = config[option]
    if value is None:
        return ()
    if not isinstance(value, str):
        return (_sentence(option, "a regular expression, or null", value),)
    try:
        groups = re.compile(value).groups
    except NO_EXPRESSION as error:
        return (f"option `{option}` is no regular expression: {error}",)
    if groups > 1:
        return (f"option `{option}` has {groups} groups, and only one can be the word: write the others as (?:..)",)
    return ()


def word_span(match: re.Match[str]) -> tuple[int, int]:
    """Return where the word of a match stands: its group, if the expression has one."""
    return match.span(match.re.groups)


def unused_objection(config: Mapping[str, Json], option: str, why: str) -> tuple[str, ...]:
    """Accept only what asks for nothing: null, false, 0, or an empty list or mapping."""
    return (f"option `{option}` cannot be had: {why}; leave it out",) if config[option] else ()


def _sentence(option: str, wanted: str, value: Json) -> str:
    return f"option `{option}` must be {wanted}, not {compact(value)}"
