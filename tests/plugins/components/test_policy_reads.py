"""What policies say they read is all that they read: their answer does not depend on anything else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenprint.fingerprinting import CoreTrainingData, Message, Policy
from tenprint.importers import ProblemsError
from tenprint.importers.data import (
    ActionStep,
    BotStep,
    Domain,
    IntentStep,
    Rule,
    Slot,
    SlotStep,
    Step,
    Stories,
    Story,
    UserStep,
)
from tenprint.plugins.components import AugmentedMemoizationPolicy, MemoizationPolicy, RulePolicy

POLICIES: list[type[Policy]] = [MemoizationPolicy, AugmentedMemoizationPolicy, RulePolicy]

CHOICES: list[Step] = [
    *(IntentStep(name) for name in ("greet", "bye")),
    *(ActionStep(name) for name in ("utter_hello", "utter_ciao", "action_listen")),
    *(UserStep("hi"), BotStep("hello"), SlotStep("vip", value=True), SlotStep("name", "Ann")),
]
STEP_LISTS = st.lists(st.sampled_from(CHOICES), min_size=1, max_size=5).map(tuple)
STORIES = st.lists(STEP_LISTS, max_size=3).map(lambda found: tuple(Story("", steps) for steps in found))
RULES = st.lists(STEP_LISTS, max_size=3).map(lambda found: tuple(Rule("", steps) for steps in found))
DOMAINS = st.sampled_from([Domain(), Domain(slots=(Slot("vip", "bool"), Slot("name", "text")))])


def one_intent(text: str) -> Message:
    return Message(text)


EVERYTHING = st.fixed_dictionaries(
    {
        "stories": STORIES,
        "rules": RULES,
        "domain": DOMAINS,
        "interpreter": st.sampled_from([None, one_intent]),
        "further": st.sampled_from([{}, {"kind": 1}]),
    }
)


def answer(policy: type[Policy], parts: dict[str, Any]) -> str:
    data = CoreTrainingData(
        Stories(parts["stories"], parts["rules"]), parts["domain"], parts["interpreter"], parts["further"]
    )
    try:
        return json.dumps(policy.train(policy.get_default_config(), data), sort_keys=True)
    except ProblemsError as error:
        return str(error)


@pytest.mark.parametrize("policy", POLICIES)
@settings(max_examples=60)
@given(one=EVERYTHING, other=EVERYTHING)
def test_what_a_policy_does_not_name_changes_nothing(
    policy: type[Policy], one: dict[str, Any], other: dict[str, Any]
) -> None:
    reads = policy.reads(policy.get_default_config())
    mixed = {part: one[part] if part in reads else other[part] for part in one}
    assert answer(policy, mixed) == answer(policy, one)


@pytest.mark.parametrize(
    ("policy", "part", "before", "after"),
    [
        *((policy, "stories", (), (Story("", (IntentStep("greet"), ActionStep("a"))),)) for policy in POLICIES[:2]),
        *(
            (policy, "domain", Domain(), Domain(slots=(Slot("vip", "bool", initial_value=True),)))
            for policy in POLICIES
        ),
        (RulePolicy, "rules", (), (Rule("", (IntentStep("greet"), ActionStep("a"))),)),
    ],
)
def test_each_part_a_policy_names_counts(policy: type[Policy], part: str, before: Any, after: Any) -> None:
    nothing = {"stories": (), "rules": (), "domain": Domain(), "interpreter": None, "further": {}}
    assert part in policy.reads(policy.get_default_config())
    assert answer(policy, {**nothing, part: before}) != answer(policy, {**nothing, part: after})


def test_an_edited_rule_is_nothing_to_the_policies_of_stories_and_the_other_way_round() -> None:
    named = {policy.NAME: policy.reads(policy.get_default_config()) for policy in POLICIES}
    assert named == {
        "MemoizationPolicy": {"stories", "domain"},
        "AugmentedMemoizationPolicy": {"stories", "domain"},
        "RulePolicy": {"rules", "domain"},
    }
