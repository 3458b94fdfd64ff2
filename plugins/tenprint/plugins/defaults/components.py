"""Components that come with tenprint; only a command that trains or parses imports them."""

from tenprint.plugins.declared import Declared

_HOME = "tenprint.plugins.components"

COMPONENTS = (
    Declared("EntitySynonymMapper", f"{_HOME}.synonyms:EntitySynonymMapper"),
    Declared("KeywordIntentClassifier", f"{_HOME}.keywords:KeywordIntentClassifier"),
    Declared("MemoizationPolicy", f"{_HOME}.memoization:MemoizationPolicy"),
    Declared("RulePolicy", f"{_HOME}.rules:RulePolicy"),
)
