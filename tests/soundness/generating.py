"""Generated projects for the soundness suite: small, valid, and with something of every kind of item.

Their components exist nowhere, so they may read everything. `end_to_end` projects have literal words in stories, which
tie Core to NLU.
"""

from random import Random

from tenprint.importers import data

WORDS = ("boat", "drill", "ladder", "lamp", "loan", "pump", "rack", "saw", "tent", "van")


def generated(seed: int, *, end_to_end: bool = False) -> data.ProjectData:
    """Make the project of a seed; the same one whenever it is asked for."""
    chance = Random(seed)  # noqa: S311 - the same project in every run
    intents = [f"ask_{word}" for word in chance.sample(WORDS, 4)]
    return data.ProjectData(
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


def _domain(chance: Random, intents: list[str]) -> data.Domain:
    return data.Domain(
        intents=(
            data.Intent(intents[0], use_entities=("thing",)),
            data.Intent(intents[1], ignore_entities=("day",), properties={"note": 1}),
            *(data.Intent(name) for name in intents[2:]),
            data.Intent("faq"),
            data.Intent("spare"),
        ),
        entities=(
            data.Entity("thing", roles=("from", "to"), groups=("one", "two")),
            data.Entity("day", influence_conversation=chance.random() < 0.5),
            data.Entity("spare_entity"),
        ),
        slots=(
            data.Slot("thing", "text", mappings=(_from_entity("thing"), data.SlotMapping({"type": "from_text"}))),
            data.Slot("size", "categorical", "small", properties={"values": ["small", "large"]}),
            data.Slot("count", "float", chance.randint(0, 9), False, properties={"min_value": 0.0, "max_value": 9.5}),
            data.Slot("spare_slot", "bool"),
        ),
        forms=(
            data.Form("loan_form", ("thing", "size"), ("spare",), properties={"note": "x"}),
            data.Form("empty_form"),
        ),
        actions=(
            data.Action("action_look"),
            data.Action("action_note", {"send_domain": True}),
            data.Action("action_spare"),
        ),
        responses=(
            data.Response("utter_hello", ({"text": "hello"}, {"text": "hi", "channel": "rest"}, {"text": "oh"})),
            data.Response("utter_bye", ({"text": "bye", "buttons": [{"title": "1", "payload": "/x"}]},)),
            data.Response("utter_spare", ({"custom": {"n": 1}},)),
            data.Response("utter_faq/hours", ({"text": "from ten on"}, {"text": "from 10 on"})),
        ),
        end_to_end_actions=("well then",),
        session={"session_expiration_time": chance.randint(1, 90), "carry_over_slots_to_new_session": True},
        settings={"store_entities_as_slots": True},
    )


def _from_entity(name: str) -> data.SlotMapping:
    return data.SlotMapping({"type": "from_entity", "entity": name})


def _nlu(chance: Random, intents: list[str]) -> data.NluData:
    plain = [
        data.Example(f"{chance.choice(WORDS)} number {number}", intent) for intent in intents for number in range(3)
    ]
    thing = chance.choice(WORDS)
    return data.NluData(
        (
            *plain,
            data.Example(
                f"a {thing} now", intents[0], (data.EntitySpan(2, 2 + len(thing), "thing", thing, "to", "one"),)
            ),
            data.Example("on monday", intents[1], (data.EntitySpan(3, 9, "day", "Mon"),), {"example": {"note": 1}}),
            data.Example("when do you open", "faq/hours"),
            data.Example("opening hours", "faq/hours"),
        ),
        (data.Synonym("lorry", "van"), data.Synonym("torch", "lamp")),
        (data.RegexFeature("code", r"[A-Z]\d{3}"), data.RegexFeature("code", r"\d{5}")),
        tuple(data.LookupEntry("thing", word) for word in chance.sample(WORDS, 3)),
    )


def _stories(chance: Random, intents: list[str], *, end_to_end: bool) -> data.Stories:
    asked = data.IntentStep(intents[0], (data.StepEntity("thing", "tent", "to", "one"), data.StepEntity("day", "Mon")))
    literal: tuple[data.Step, ...] = (data.UserStep("a tent, please"), data.BotStep("gladly")) if end_to_end else ()
    return data.Stories(
        (
            data.Story(
                "asked",
                (asked, data.SlotStep("thing", "tent"), data.ActionStep("utter_hello"), data.ActionStep("action_look")),
            ),
            data.Story(
                "joined",
                (
                    data.CheckpointStep("here"),
                    data.OrStep((data.IntentStep(intents[1]), data.IntentStep(intents[2]))),
                    data.SlotStep("count", chance.randint(0, 9)),
                    data.LoopStep("loan_form"),
                    data.LoopStep(None),
                    data.ActionStep("utter_bye"),
                    *literal,
                ),
                {"note": 1},
            ),
            data.Story(
                "parted",
                (
                    data.IntentStep(intents[3], text="off we go"),
                    data.ActionStep("utter_bye"),
                    data.CheckpointStep("here"),
                ),
            ),
        ),
        (
            data.Rule(
                "greets",
                (data.IntentStep(intents[2]), data.ActionStep("utter_hello")),
                (data.SlotStep("spare_slot", value=True),),
            ),
            data.Rule("notes", (data.IntentStep(intents[3]), data.ActionStep("action_note")), conversation_start=True),
            data.Rule("answers", (data.IntentStep("faq"), data.ActionStep("utter_faq")), wait_for_user_input=False),
        ),
    )
