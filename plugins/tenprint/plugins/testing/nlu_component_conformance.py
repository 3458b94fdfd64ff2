"""NluComponentConformance: what every NLU component must keep, as tests that an author gets by deriving a class.

    class TestTelltaleWords(NluComponentConformance):
        COMPONENT = TelltaleWords
        CONFIG = {"shortest": 3}

The data and the messages are those of a small assistant, in English; `data`, `other_data` and `TEXTS` are overridden
where a component makes nothing of them. A property that cannot hold is named with the reason:

    UNFIT = {"test_tokens_are_what_stands_there": "tokens are stems"}
"""

from tenprint.plugins.testing.component_class import ComponentClass
from tenprint.plugins.testing.component_finetuning import ComponentFinetuning
from tenprint.plugins.testing.component_training import ComponentTraining
from tenprint.plugins.testing.guest import Guest
from tenprint.plugins.testing.nlu_answers import NluAnswers
from tenprint.plugins.testing.nlu_prepared import NluPrepared


class NluComponentConformance(NluAnswers, NluPrepared, ComponentClass, ComponentTraining, ComponentFinetuning, Guest):
    """Tests of an NLU component: derive from it, and say which class it is and which options it has."""
