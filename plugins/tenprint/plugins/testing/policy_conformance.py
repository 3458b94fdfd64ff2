"""PolicyConformance: what every policy must keep, as tests that an author gets by deriving a class.

    class TestParrot(PolicyConformance):
        COMPONENT = Parrot
        CONFIG = {"priority": 2}

Stories, rules and domain are those of a small assistant; `data`, `other_data` and `dialogues` are overridden where a
policy makes nothing of them. A property that cannot hold is named in `UNFIT`, with the reason.
"""

from tenprint.plugins.testing.component_class import ComponentClass
from tenprint.plugins.testing.component_finetuning import ComponentFinetuning
from tenprint.plugins.testing.component_training import ComponentTraining
from tenprint.plugins.testing.guest import Guest
from tenprint.plugins.testing.policy_answers import PolicyAnswers


class PolicyConformance(PolicyAnswers, ComponentClass, ComponentTraining, ComponentFinetuning, Guest):
    """Tests of a policy: derive from it, and say which class it is and which options it has."""
