"""Components that come with tenprint: small, pure, and readable on disk."""

from tenprint.plugins.components.keywords import KeywordIntentClassifier
from tenprint.plugins.components.memoization import MemoizationPolicy
from tenprint.plugins.components.rules import RulePolicy
from tenprint.plugins.components.synonyms import EntitySynonymMapper

__all__ = ("EntitySynonymMapper", "KeywordIntentClassifier", "MemoizationPolicy", "RulePolicy")
