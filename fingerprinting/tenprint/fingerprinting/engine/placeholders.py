"""Placeholders: names that stand for what a run is given from outside, and the type of each. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tenprint.fingerprinting.component import Dialogue, Message
from tenprint.fingerprinting.engine.errors import GraphError
from tenprint.importers import TrainingDataImporter

DEFAULT_PLACEHOLDERS: Mapping[str, Any] = MappingProxyType(
    {"__importer__": TrainingDataImporter, "__message__": list[Message], "__tracker__": Dialogue}
)
"""What a training is given, and what a prediction is given: the messages, and the dialogue so far."""

_NAME = re.compile(r"__[a-z][a-z0-9_]*__")


def with_placeholders(further: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the placeholders there are by default and further ones, each with its type.

    Raises:
        GraphError: A name is not written like `__name__`, or stands for another type already.
    """
    for name, type_ in further.items():
        if _NAME.fullmatch(name) is None:
            raise GraphError(f"`{name}` is no name for a placeholder", hint="write it like `__documents__`")
        if DEFAULT_PLACEHOLDERS.get(name, type_) != type_:
            raise GraphError(f"the placeholder `{name}` stands for something else already", hint="choose another name")
    return MappingProxyType({**DEFAULT_PLACEHOLDERS, **further})
