"""Our own components keep what every component must keep."""

from typing import Any, ClassVar

from tenprint.plugins.components import (
    AugmentedMemoizationPolicy,
    CountVectorsFeaturizer,
    CRFEntityExtractor,
    EntitySynonymMapper,
    FallbackClassifier,
    KeywordIntentClassifier,
    LexicalSyntacticFeaturizer,
    LogisticRegressionClassifier,
    MemoizationPolicy,
    RegexEntityExtractor,
    RegexFeaturizer,
    ResponseSelector,
    RulePolicy,
    WhitespaceTokenizer,
)
from tenprint.plugins.testing import NluComponentConformance, PolicyConformance


class TestWhitespaceTokenizer(NluComponentConformance):
    COMPONENT = WhitespaceTokenizer


class TestWhitespaceTokenizerWithAPattern(NluComponentConformance):
    COMPONENT = WhitespaceTokenizer
    CONFIG: ClassVar[dict[str, Any]] = {"token_pattern": "[a-z]{2}"}


class TestRegexFeaturizer(NluComponentConformance):
    COMPONENT = RegexFeaturizer


class TestCountVectorsFeaturizer(NluComponentConformance):
    COMPONENT = CountVectorsFeaturizer


class TestCountVectorsFeaturizerOfParts(NluComponentConformance):
    COMPONENT = CountVectorsFeaturizer
    CONFIG: ClassVar[dict[str, Any]] = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}


class TestLexicalSyntacticFeaturizer(NluComponentConformance):
    COMPONENT = LexicalSyntacticFeaturizer


class TestLogisticRegressionClassifier(NluComponentConformance):
    COMPONENT = LogisticRegressionClassifier


class TestKeywordIntentClassifier(NluComponentConformance):
    COMPONENT = KeywordIntentClassifier


class TestRegexEntityExtractor(NluComponentConformance):
    COMPONENT = RegexEntityExtractor


class TestCRFEntityExtractor(NluComponentConformance):
    COMPONENT = CRFEntityExtractor


class TestEntitySynonymMapper(NluComponentConformance):
    COMPONENT = EntitySynonymMapper
    ABOVE = ((RegexEntityExtractor, {}),)


class TestFallbackClassifier(NluComponentConformance):
    COMPONENT = FallbackClassifier


class TestResponseSelector(NluComponentConformance):
    COMPONENT = ResponseSelector


class TestMemoizationPolicy(PolicyConformance):
    COMPONENT = MemoizationPolicy


class TestAugmentedMemoizationPolicy(PolicyConformance):
    COMPONENT = AugmentedMemoizationPolicy


class TestRulePolicy(PolicyConformance):
    COMPONENT = RulePolicy
