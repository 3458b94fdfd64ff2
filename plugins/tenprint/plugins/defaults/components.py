"""Components that come with tenprint."""

from typing import Any


def component_classes() -> list[type[Any]]:
    from tenprint.plugins.components import (  # noqa: PLC0415 - only a command that trains or parses needs them
        EntitySynonymMapper,
        KeywordIntentClassifier,
        MemoizationPolicy,
        RulePolicy,
    )

    return [EntitySynonymMapper, KeywordIntentClassifier, MemoizationPolicy, RulePolicy]
