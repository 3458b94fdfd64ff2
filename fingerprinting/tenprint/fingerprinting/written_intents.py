"""Messages that write their intent down, as buttons and testers do: `/greet`, `/inform@0.8{"city": ["Rome", "Oslo"]}`.

What the components say of such a message counts for nothing. A message that only looks like one, such as `/` or one
with broken JSON, stays what they took it for.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tenprint.fingerprinting.component import Json, Message, ParsedIntent
from tenprint.importers.data import base_intent

_WRITTEN = re.compile(r"\s*/([^\s/{@][^\s{@]*)(?:@([0-9.]+))?\s*(\{.*\})?\s*", re.DOTALL)


def as_written(message: Message) -> Message:
    """Take the intent and the entities from the words, where they say them; else nothing changes."""
    match = _WRITTEN.fullmatch(message.text)
    if match is None:
        return message
    name, confidence, entities = match.groups()
    sureness = 1.0 if confidence is None else _number(confidence)
    values = {} if entities is None else _object(entities)
    if values is None or sureness is None or name.endswith("/"):
        return message
    start, end = match.span(3)
    return replace(
        message,
        intent=ParsedIntent(base_intent(name), sureness),
        ranking=(ParsedIntent(name, sureness),),
        entities=tuple(
            {"entity": entity, "value": value, "start": start, "end": end}
            for entity, listed in values.items()
            for value in (listed if isinstance(listed, list) else [listed])
        ),
        selections=(),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def _object(text: str) -> Mapping[str, Json] | None:
    try:
        found: Any = json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
