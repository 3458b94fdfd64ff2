"""Project data: all kinds together, after merging."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenprint.importers.data.domain import Domain
from tenprint.importers.data.nlu import NluData
from tenprint.importers.data.stories import Stories


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class ProjectData:
    """What a training is given; conversation tests travel beside it and are never trained on."""

    config: Mapping[str, Any] = field(default_factory=_nothing)
    domain: Domain = field(default_factory=Domain)
    stories: Stories = field(default_factory=Stories)
    nlu: NluData = field(default_factory=NluData)
    tests: Stories = field(default_factory=Stories)
    further: Mapping[str, Any] = field(default_factory=_nothing)
    """Values of the kinds that plugins add, by the name of the kind; only of those that the project has data of."""
