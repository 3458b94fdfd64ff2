"""Components of the field that we do not have, and what does their work here. Pure.

Configurations of Rasa name them, so the answer to such a name is not a guess at a typing mistake.
"""

from collections.abc import Mapping

_INTENTS = "`LogisticRegressionClassifier` recognises intents"
_ENTITIES = "`CRFEntityExtractor` recognises entities"
_PATTERNS = "`RegexEntityExtractor` finds entities by regular expressions and lookup tables"
_FEATURES = "`CountVectorsFeaturizer` makes features of words, and of parts of words with `analyzer: char_wb`"
_TOKENS = "`WhitespaceTokenizer` divides messages into words"
_POLICIES = "`MemoizationPolicy`, `AugmentedMemoizationPolicy` and `RulePolicy` do what stories and rules say"
_NOTHING = "no component here needs it: leave it out"

FIELD_COMPONENTS: Mapping[str, str] = {
    "ConveRTFeaturizer": _FEATURES,
    "ConveRTTokenizer": _TOKENS,
    "DIETClassifier": f"{_INTENTS}, and {_ENTITIES}",
    "DucklingEntityExtractor": _PATTERNS,
    "HFTransformersNLP": _NOTHING,
    "JiebaTokenizer": "no component here divides text without blanks into words",
    "LanguageModelFeaturizer": _FEATURES,
    "LanguageModelTokenizer": _TOKENS,
    "MitieEntityExtractor": _ENTITIES,
    "MitieFeaturizer": _FEATURES,
    "MitieIntentClassifier": _INTENTS,
    "MitieNLP": _NOTHING,
    "MitieTokenizer": _TOKENS,
    "SklearnIntentClassifier": _INTENTS,
    "SpacyEntityExtractor": _ENTITIES,
    "SpacyFeaturizer": _FEATURES,
    "SpacyNLP": _NOTHING,
    "SpacyTokenizer": _TOKENS,
    "TEDPolicy": _POLICIES,
    "UnexpecTEDIntentPolicy": _POLICIES,
}

_TRAINED_BY_RASA = "To keep it, let Rasa train the project, by `trainer` with `name: command` in tenprint.yml"


def instead_of(name: str) -> str | None:
    """Say what to use in the place of a component of the field, by its name or dotted path; None for any other name."""
    instead = FIELD_COMPONENTS.get(name.rpartition(".")[2])
    return None if instead is None else f"{instead}. {_TRAINED_BY_RASA}"
