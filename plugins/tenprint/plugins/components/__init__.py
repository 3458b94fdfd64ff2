"""Components that come with tenprint: small, pure, and readable on disk; each is imported when it is asked for."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.components.augmented_memoization import (
        AugmentedMemoizationPolicy as AugmentedMemoizationPolicy,
    )
    from tenprint.plugins.components.count_vectors import CountVectorsFeaturizer as CountVectorsFeaturizer
    from tenprint.plugins.components.crf_entities import CRFEntityExtractor as CRFEntityExtractor
    from tenprint.plugins.components.fallback import FallbackClassifier as FallbackClassifier
    from tenprint.plugins.components.keywords import KeywordIntentClassifier as KeywordIntentClassifier
    from tenprint.plugins.components.lexical_syntactic import LexicalSyntacticFeaturizer as LexicalSyntacticFeaturizer
    from tenprint.plugins.components.logistic_regression import (
        LogisticRegressionClassifier as LogisticRegressionClassifier,
    )
    from tenprint.plugins.components.memoization import MemoizationPolicy as MemoizationPolicy
    from tenprint.plugins.components.regex_entities import RegexEntityExtractor as RegexEntityExtractor
    from tenprint.plugins.components.regex_features import RegexFeaturizer as RegexFeaturizer
    from tenprint.plugins.components.response_selector import ResponseSelector as ResponseSelector
    from tenprint.plugins.components.rules import RulePolicy as RulePolicy
    from tenprint.plugins.components.synonyms import EntitySynonymMapper as EntitySynonymMapper
    from tenprint.plugins.components.whitespace import WhitespaceTokenizer as WhitespaceTokenizer

_HOMES = {
    "AugmentedMemoizationPolicy": "augmented_memoization",
    "CRFEntityExtractor": "crf_entities",
    "CountVectorsFeaturizer": "count_vectors",
    "EntitySynonymMapper": "synonyms",
    "FallbackClassifier": "fallback",
    "KeywordIntentClassifier": "keywords",
    "LexicalSyntacticFeaturizer": "lexical_syntactic",
    "LogisticRegressionClassifier": "logistic_regression",
    "MemoizationPolicy": "memoization",
    "RegexEntityExtractor": "regex_entities",
    "RegexFeaturizer": "regex_features",
    "ResponseSelector": "response_selector",
    "RulePolicy": "rules",
    "WhitespaceTokenizer": "whitespace",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "AugmentedMemoizationPolicy",
    "CRFEntityExtractor",
    "CountVectorsFeaturizer",
    "EntitySynonymMapper",
    "FallbackClassifier",
    "KeywordIntentClassifier",
    "LexicalSyntacticFeaturizer",
    "LogisticRegressionClassifier",
    "MemoizationPolicy",
    "RegexEntityExtractor",
    "RegexFeaturizer",
    "ResponseSelector",
    "RulePolicy",
    "WhitespaceTokenizer",
)
