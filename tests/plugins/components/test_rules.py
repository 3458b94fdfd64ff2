import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.component import ActionPrediction, CoreTrainingData, Dialogue, Event
from tenprint.importers.data import (
    Action,
    ActionStep,
    Domain,
    IntentStep,
    LoopStep,
    OrStep,
    Response,
    Rule,
    Slot,
    SlotStep,
    StepEntity,
    Stories,
)
from tenprint.importers.errors import ProblemsError
from tenprint.plugins.components.rules import RULES_FILE, RulePolicy

GREET, FAQ, STOP, BOOK, INFORM = (IntentStep(name) for name in ("greet", "faq", "stop", "book", "inform"))
HELLO, ANSWER, FORM, SUBMIT = (ActionStep(name) for name in ("utter_hello", "utter_faq", "form", "utter_submit"))
OPENED, CLOSED = LoopStep("form"), LoopStep(None)
DOMAIN = Domain(slots=(Slot("name", "text"), Slot("open", "bool")))

BOOKING = (
    Rule("start", (BOOK, FORM, OPENED)),
    Rule("submit", (FORM, CLOSED, SUBMIT), condition=(OPENED,)),
    Rule("interrupt", (FAQ, ANSWER, FORM), condition=(OPENED,)),
    Rule("faq", (FAQ, ANSWER)),
    Rule("stop", (STOP, ActionStep("action_deactivate_loop"), CLOSED), condition=(OPENED,)),
)


def train(*rules: Rule, **options: Any) -> tuple[dict[str, Any], Any]:
    config = {**RulePolicy.get_default_config(), **options}
    return config, RulePolicy.train(config, CoreTrainingData(Stories(rules=rules), DOMAIN))


def trained(*rules: Rule, **options: Any) -> RulePolicy:
    config, files = train(*rules, **{"enable_fallback_prediction": False, **options})
    return RulePolicy.load(config, json.loads(json.dumps(files)))


def after(policy: RulePolicy, *events: Event) -> str | None:
    prediction = policy.predict(Dialogue(events))
    return None if prediction is None else prediction.name


def test_a_rule_applies_anywhere_in_a_conversation() -> None:
    policy = trained(Rule("greet", (GREET, HELLO)))

    assert after(policy, GREET) == "utter_hello"
    assert after(policy, FAQ, ANSWER, GREET) == "utter_hello"
    assert after(policy, FAQ, ANSWER, GREET, HELLO) == "action_listen"
    assert after(policy, FAQ) is None
    assert after(policy) is None


def test_a_rule_for_the_start_applies_only_there() -> None:
    policy = trained(
        Rule("first", (GREET, ActionStep("utter_welcome"), HELLO), conversation_start=True), Rule("", (GREET, HELLO))
    )

    assert after(policy, GREET) == "utter_welcome"
    assert after(policy, GREET, ActionStep("utter_welcome")) == "utter_hello"
    assert after(policy, FAQ, ANSWER, GREET) == "utter_hello"


def test_an_action_that_a_rule_begins_with_says_where_it_applies_and_is_no_prediction() -> None:
    policy = trained(Rule("", (ANSWER, GREET, HELLO)))

    assert after(policy, FAQ) is None
    assert after(policy, FAQ, ANSWER) == "action_listen"
    assert after(policy, FAQ, ANSWER, GREET) == "utter_hello"
    assert after(policy, FAQ, SUBMIT, GREET) is None


def test_a_rule_for_the_start_may_begin_with_its_action() -> None:
    policy = trained(Rule("", (HELLO,), conversation_start=True))

    assert after(policy) == "utter_hello"
    assert after(policy, FAQ, ANSWER) is None


def test_rules_that_begin_with_different_actions_do_not_contradict() -> None:
    policy = trained(Rule("", (ANSWER, GREET, HELLO)), Rule("", (SUBMIT, GREET, ANSWER)))

    assert after(policy, SUBMIT, GREET) == "utter_faq"


def test_a_rule_may_leave_open_what_comes_after_it() -> None:
    policy = trained(Rule("greet", (GREET, HELLO), wait_for_user_input=False))

    assert after(policy, GREET) == "utter_hello"
    assert after(policy, GREET, HELLO) is None


def test_conditions_ask_for_slots_and_what_they_do_not_name_does_not_matter() -> None:
    policy = trained(
        Rule("known", (GREET, HELLO), condition=(SlotStep("name", has_value=False),)),
        Rule("unknown", (GREET, ActionStep("utter_who")), condition=(SlotStep("name", None),)),
    )

    assert after(policy, SlotStep("name", "Ada"), GREET) == "utter_hello"
    assert after(policy, SlotStep("name", "Ada"), SlotStep("open", True), GREET) == "utter_hello"
    assert after(policy, GREET) == "utter_who"


def test_the_message_of_a_rule_may_fill_the_slot_its_condition_asks_for() -> None:
    policy = trained(Rule("known", (GREET, HELLO), condition=(SlotStep("name", has_value=False),)))

    assert after(policy, GREET, SlotStep("name", "Ada")) == "utter_hello"
    assert after(policy, SlotStep("name", "Ada"), GREET, SlotStep("name", None)) is None


def test_the_most_demanding_rule_decides() -> None:
    policy = trained(
        Rule("", (GREET, HELLO)),
        Rule("", (GREET, SlotStep("open", False), ActionStep("utter_closed"))),
        Rule("", (IntentStep("greet", (StepEntity("city"),)), ActionStep("utter_city"))),
    )

    assert after(policy, GREET, SlotStep("open", False)) == "utter_closed"
    assert after(policy, GREET, SlotStep("open", True)) == "utter_hello"
    assert after(policy, IntentStep("greet", (StepEntity("city", "Rome"), StepEntity("when")))) == "utter_city"


def test_each_alternative_is_a_rule() -> None:
    policy = trained(Rule("", (OrStep((GREET, STOP)), HELLO)))

    assert (after(policy, GREET), after(policy, STOP)) == ("utter_hello", "utter_hello")


def test_an_active_loop_runs_until_a_rule_says_otherwise() -> None:
    policy = trained(*BOOKING)
    begun = (BOOK, FORM, OPENED)

    assert after(policy, BOOK) == "form"
    assert after(policy, *begun) == "action_listen"
    assert after(policy, *begun, INFORM) == "form"
    assert after(policy, *begun, GREET) == "form"
    assert after(policy, *begun, INFORM, FORM) == "action_listen"
    assert after(policy, *begun, INFORM, FORM, CLOSED) == "utter_submit"
    assert after(policy, *begun, INFORM, FORM, CLOSED, SUBMIT) == "action_listen"


def test_a_loop_that_ends_in_the_turn_it_began_in_is_followed_as_any_other() -> None:
    policy = trained(*BOOKING)

    assert after(policy, BOOK, FORM, OPENED, CLOSED) == "utter_submit"
    assert after(policy, BOOK, FORM, OPENED, CLOSED, SUBMIT) == "action_listen"


def test_a_rule_that_names_the_loop_interrupts_it() -> None:
    policy = trained(*BOOKING)
    begun = (BOOK, FORM, OPENED)

    assert after(policy, *begun, FAQ) == "utter_faq"
    assert after(policy, *begun, FAQ, ANSWER) == "form"
    assert after(policy, *begun, FAQ, ANSWER, FORM) == "action_listen"
    assert after(policy, *begun, STOP) == "action_deactivate_loop"
    assert after(policy, *begun, STOP, ActionStep("action_deactivate_loop"), CLOSED) == "action_listen"
    assert after(policy, FAQ) == "utter_faq"
    assert after(policy, FAQ, ANSWER) == "action_listen"


def test_contradicting_rules_are_all_listed() -> None:
    with pytest.raises(ProblemsError) as caught:
        train(
            Rule("a", (GREET, HELLO)),
            Rule("b", (GREET, ANSWER)),
            Rule("", (FAQ, ANSWER)),
            Rule("", (FAQ, ANSWER, HELLO)),
        )

    problems = caught.value.problems
    assert [problem.code for problem in problems] == ["contradicting-rules"] * 2
    assert [problem.message for problem in problems] == [
        (
            "rules contradict each other after faq > utter_faq: `action_listen` says a rule (faq > utter_faq);"
            " `utter_hello` says a rule (faq > utter_faq > utter_hello)"
        ),
        (
            'rules contradict each other after greet: `utter_faq` says the rule "b" (greet > utter_faq);'
            ' `utter_hello` says the rule "a" (greet > utter_hello)'
        ),
    ]


def test_contradictions_may_be_allowed_and_then_the_alphabet_decides() -> None:
    rules = (Rule("a", (GREET, HELLO)), Rule("b", (GREET, ANSWER)))

    assert after(trained(*rules, check_for_contradictions=False), GREET) == "utter_faq"


def test_rules_that_say_the_same_do_not_contradict() -> None:
    assert after(trained(Rule("a", (GREET, HELLO)), Rule("b", (GREET, HELLO))), GREET) == "utter_hello"


def test_rules_have_one_message_unless_more_are_allowed() -> None:
    long = Rule("long", (GREET, HELLO, OrStep((FAQ, STOP)), ANSWER))

    with pytest.raises(ProblemsError, match="2 messages of the user"):
        train(long)
    policy = trained(long, restrict_rules=False)
    assert after(policy, GREET, HELLO) == "action_listen"
    assert after(policy, GREET, HELLO, STOP) == "utter_faq"


def test_default_intents_have_their_actions_unless_a_rule_differs() -> None:
    restart = IntentStep("restart")

    assert after(trained(), restart) == "action_restart"
    assert after(trained(Rule("", (restart, HELLO))), restart) == "utter_hello"


def test_the_fallback_answers_messages_that_no_rule_knows() -> None:
    policy = trained(enable_fallback_prediction=True, core_fallback_threshold=0.3)

    assert policy.predict(Dialogue((GREET,))) == ActionPrediction("action_default_fallback", 0.3)
    assert after(policy, GREET, ActionStep("action_default_fallback")) == "action_listen"
    assert after(policy, GREET, HELLO) is None


RULES = (*BOOKING, Rule("", (GREET, HELLO)), Rule("", (GREET, SlotStep("open", value=False), ANSWER)))


@given(shuffled=st.permutations(RULES))
def test_the_order_of_rules_changes_nothing(shuffled: list[Rule]) -> None:
    assert json.dumps(train(*shuffled)) == json.dumps(train(*RULES))


def test_what_is_stored_can_be_read_by_a_person() -> None:
    _, files = train(Rule("interrupt", (FAQ, ANSWER), condition=(OPENED, SlotStep("name", None))))

    state = {"slots": {"name": None}, "active_loop": "form"}
    before = {"before": "anything", "active_loop": "form"}
    said, done = {"intent": "faq", **state}, {"action": "utter_faq", **state}
    assert files[RULES_FILE] == [
        {"when": [before, said], "then": "utter_faq"},
        {"when": [before, said, done], "then": "action_listen"},
    ]


def test_every_bad_option_is_named() -> None:
    bad = {
        "check_for_contradictions": "no",
        "core_fallback_action_name": "",
        "core_fallback_threshold": 4,
        "enable_fallback_prediction": None,
        "priority": 1.5,
        "restrict_rules": 0,
        "use_nlu_confidence_as_score": True,
    }

    sentences = RulePolicy.check_config(bad)

    assert len(sentences) == len(bad)
    assert all(f"`{option}`" in sentence for option, sentence in zip(bad, sentences, strict=True))


@pytest.mark.parametrize("name", ["action_default_fallback", "action_ask", "utter_faq", "action_restart"])
def test_the_fallback_is_an_action_of_the_domain(name: str) -> None:
    domain = Domain(actions=(Action("action_ask"),), responses=(Response("utter_faq/hours"),))
    config = {**RulePolicy.get_default_config(), "core_fallback_action_name": name}
    assert RulePolicy.train(config, CoreTrainingData(Stories(), domain))


def test_a_fallback_the_domain_does_not_know_is_told_unless_it_is_switched_off() -> None:
    with pytest.raises(ProblemsError) as caught:
        train(core_fallback_action_name="action_default_falback")
    (problem,) = caught.value.problems
    assert problem.code == "unknown-fallback"
    assert problem.hint == "did you mean `action_default_fallback`?"
    assert train(core_fallback_action_name="nothing", enable_fallback_prediction=False)
