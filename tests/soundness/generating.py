"""Generated projects for the soundness suite: small, valid, and with something of every kind of item.

Their components exist nowhere, so they may read everything. `end_to_end` projects have literal words in stories, which
tie Core to NLU.
"""

from random import Random

from tenprint.importers.data import (
    Action,
    ActionStep,
    BotStep,
    CheckpointStep,
    Domain,
    Entity,
    EntitySpan,
    Example,
    Form,
    Intent,
    IntentStep,
    LookupEntry,
    LoopStep,
    NluData,
    OrStep,
    ProjectData,
    RegexFeature,
    Response,
    Rule,
    Slot,
    SlotMapping,
    SlotStep,
    Step,
    StepEntity,
    Stories,
    Story,
    Synonym,
    UserStep,
)

WORDS = ("boat", "drill", "ladder", "lamp", "loan", "pump", "rack", "saw", "tent", "van")


def generated(seed: int, *, end_to_end: bool = False) -> ProjectData:
    """Make the project of a seed; the same one whenever it is asked for."""
    chance = Random(seed)  # noqa: S311 - the same project in every run
    intents = [f"ask_{word}" for word in chance.sample(WORDS, 4)]
    return ProjectData(
        config=_config(chance),
        domain=_domain(chance, intents),
        stories=_stories(chance, intents, end_to_end=end_to_end),
        nlu=_nlu(chance, intents),
    )


def _config(chance: Random) -> dict[str, object]:
    return {
        "recipe": "default.v1",
        "language": chance.choice(["en", "fr"]),
        "version": "3.1",
        "assistant_id": f"peg_{chance.randint(1, 9)}",
        "pipeline": [
            {"name": "WordFeaturizer", "kind": [chance.randint(1, 5), "x"]},
            {"name": "TentClassifier", "epochs": chance.randint(5, 9), "deep": {"epochs": 1, "rate": 0.5}},
        ],
        "policies": [
            {"name": "LongPolicy", "epochs": chance.randint(5, 9), "max_history": None},
            {"name": "StrictPolicy", "threshold": 0.3},
        ],
    }


def _domain(chance: Random, intents: list[str]) -> Domain:
    return Domain(
        intents=(
            Intent(intents[0], use_entities=("thing",)),
            Intent(intents[1], ignore_entities=("day",), properties={"note": 1}),
            *(Intent(name) for name in intents[2:]),
            Intent("faq"),
            Intent("spare"),
        ),
        entities=(
            Entity("thing", roles=("from", "to"), groups=("one", "two")),
            Entity("day", influence_conversation=chance.random() < 0.5),
            Entity("spare_entity"),
        ),
        slots=(
            Slot("thing", "text", mappings=(_from_entity("thing"), SlotMapping({"type": "from_text"}))),
            Slot("size", "categorical", "small", properties={"values": ["small", "large"]}),
            Slot("count", "float", chance.randint(0, 9), False, properties={"min_value": 0.0, "max_value": 9.5}),
            Slot("spare_slot", "bool"),
        ),
        forms=(Form("loan_form", ("thing", "size"), ("spare",), properties={"note": "x"}), Form("empty_form")),
        actions=(Action("action_look"), Action("action_note", {"send_domain": True}), Action("action_spare")),
        responses=(
            Response("utter_hello", ({"text": "hello"}, {"text": "hi", "channel": "rest"}, {"text": "oh"})),
            Response("utter_bye", ({"text": "bye", "buttons": [{"title": "1", "payload": "/x"}]},)),
            Response("utter_spare", ({"custom": {"n": 1}},)),
            Response("utter_faq/hours", ({"text": "from ten on"}, {"text": "from 10 on"})),
        ),
        end_to_end_actions=("well then",),
        session={"session_expiration_time": chance.randint(1, 90), "carry_over_slots_to_new_session": True},
        settings={"store_entities_as_slots": True},
    )


def _from_entity(name: str) -> SlotMapping:
    return SlotMapping({"type": "from_entity", "entity": name})


def _nlu(chance: Random, intents: list[str]) -> NluData:
    plain = [Example(f"{chance.choice(WORDS)} number {number}", intent) for intent in intents for number in range(3)]
    thing = chance.choice(WORDS)
    return NluData(
        (
            *plain,
            Example(f"a {thing} now", intents[0], (EntitySpan(2, 2 + len(thing), "thing", thing, "to", "one"),)),
            Example("on monday", intents[1], (EntitySpan(3, 9, "day", "Mon"),), {"example": {"note": 1}}),
            Example("when do you open", "faq/hours"),
            Example("opening hours", "faq/hours"),
        ),
        (Synonym("lorry", "van"), Synonym("torch", "lamp")),
        (RegexFeature("code", r"[A-Z]\d{3}"), RegexFeature("code", r"\d{5}")),
        tuple(LookupEntry("thing", word) for word in chance.sample(WORDS, 3)),
    )


def _stories(chance: Random, intents: list[str], *, end_to_end: bool) -> Stories:
    asked = IntentStep(intents[0], (StepEntity("thing", "tent", "to", "one"), StepEntity("day", "Mon")))
    literal: tuple[Step, ...] = (UserStep("a tent, please"), BotStep("gladly")) if end_to_end else ()
    return Stories(
        (
            Story("asked", (asked, SlotStep("thing", "tent"), ActionStep("utter_hello"), ActionStep("action_look"))),
            Story(
                "joined",
                (
                    CheckpointStep("here"),
                    OrStep((IntentStep(intents[1]), IntentStep(intents[2]))),
                    SlotStep("count", chance.randint(0, 9)),
                    LoopStep("loan_form"),
                    LoopStep(None),
                    ActionStep("utter_bye"),
                    *literal,
                ),
                {"note": 1},
            ),
            Story(
                "parted", (IntentStep(intents[3], text="off we go"), ActionStep("utter_bye"), CheckpointStep("here"))
            ),
        ),
        (
            Rule("greets", (IntentStep(intents[2]), ActionStep("utter_hello")), (SlotStep("spare_slot", value=True),)),
            Rule("notes", (IntentStep(intents[3]), ActionStep("action_note")), conversation_start=True),
            Rule("answers", (IntentStep("faq"), ActionStep("utter_faq")), wait_for_user_input=False),
        ),
    )
