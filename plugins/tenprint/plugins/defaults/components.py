"""Components that come with tenprint; only a command that trains or parses imports them."""

from tenprint.plugins.declared import Declared

_HOME = "tenprint.plugins.components"

COMPONENTS = (
    Declared("AugmentedMemoizationPolicy", f"{_HOME}.augmented_memoization:AugmentedMemoizationPolicy"),
    Declared("CRFEntityExtractor", f"{_HOME}.crf_entities:CRFEntityExtractor"),
    Declared("CountVectorsFeaturizer", f"{_HOME}.count_vectors:CountVectorsFeaturizer"),
    Declared("EntitySynonymMapper", f"{_HOME}.synonyms:EntitySynonymMapper"),
    Declared("FallbackClassifier", f"{_HOME}.fallback:FallbackClassifier"),
    Declared("KeywordIntentClassifier", f"{_HOME}.keywords:KeywordIntentClassifier"),
    Declared("LexicalSyntacticFeaturizer", f"{_HOME}.lexical_syntactic:LexicalSyntacticFeaturizer"),
    Declared("LogisticRegressionClassifier", f"{_HOME}.logistic_regression:LogisticRegressionClassifier"),
    Declared("MemoizationPolicy", f"{_HOME}.memoization:MemoizationPolicy"),
    Declared("RegexEntityExtractor", f"{_HOME}.regex_entities:RegexEntityExtractor"),
    Declared("RegexFeaturizer", f"{_HOME}.regex_features:RegexFeaturizer"),
    Declared("ResponseSelector", f"{_HOME}.response_selector:ResponseSelector"),
    Declared("RulePolicy", f"{_HOME}.rules:RulePolicy"),
    Declared("WhitespaceTokenizer", f"{_HOME}.whitespace:WhitespaceTokenizer"),
)
