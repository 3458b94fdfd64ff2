"""Responses: what an assistant may say under one name, wherever it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RESPONSE_PREFIX = "utter_"

RETRIEVAL_SEPARATOR = "/"
"""Between a retrieval intent and its key: `faq/opening_hours`. At most one."""


def base_intent(name: str) -> str:
    """Return the name of an intent, or of the response to one, without the key of a retrieval intent."""
    return name.split(RETRIEVAL_SEPARATOR, 1)[0]


@dataclass(frozen=True, slots=True)
class Response:
    """What the assistant may say under one name; each variation is a mapping with `text` or `custom`."""

    name: str
    variations: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_retrieval(self) -> bool:
        return RETRIEVAL_SEPARATOR in self.name
