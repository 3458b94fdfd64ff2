"""Sample data for the tests of components: a small assistant with at least two things of each kind."""

from typing import Any

from tenprint.fingerprinting import Dialogue, Event
from tenprint.importers.data import (
    Action,
    ActionStep,
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
    RegexFeature,
    Response,
    Rule,
    Slot,
    SlotStep,
    StepEntity,
    Stories,
    Story,
    StoryMessage,
    Synonym,
    UserStep,
)

TEXTS = (
    "hello there",
    "Hello",
    "I would like a room in Paris, please",
    "is there a room in munich for 3 nights?",
    "what about 12345 and K\u00f6ln",
    "when do you open?",
    "goodbye, and thanks!",
    "something that nobody has ever said",
)

ODD_TEXTS = (
    "\u0000",
    "\ufeffhello",
    "e\u0301 \u1e9e \u0130",
    "\U0001f469\u200d\U0001f469\u200d\U0001f466 \U0001f1e9\U0001f1ea",
    "\u05e9\u05dc\u05d5\u05dd \u202etxt\u202c \u0645\u0631\u062d\u0628\u0627",
    "\u2028\u2029\u00a0\u3000",
    "\u4f60\u597d\u4e16\u754c",
    "\uffff\U0010ffff",
    "?!\u2026 ... ---",
    "a\tb\r\nc",
)
"""Letters that are several, from right to left, wider than two bytes, or none at all."""


def sample_nlu() -> NluData:
    """Make NLU data with intents, entities, synonyms, patterns, lookup tables, answers and words of dialogues."""
    return NluData(
        _examples(),
        (Synonym("bavarian capital", "munich"), Synonym("cologne", "K\u00f6ln"), Synonym("city of light", "paris")),
        (RegexFeature("number", r"[0-9]+"), RegexFeature("city", "munich|k\u00f6ln")),
        (LookupEntry("city", "Paris"), LookupEntry("city", "K\u00f6ln"), LookupEntry("drink", "tea")),
        (_response("utter_faq/hours", "From eight to five."), _response("utter_faq/price", "A room costs 90.")),
        (StoryMessage(text="do you have a room", intent="book"), StoryMessage(text="hello you", intent="greet")),
    )


def other_nlu() -> NluData:
    """Make NLU data in which the same words mean something else."""
    return NluData(
        (
            Example("hello there", "leave"),
            Example("hello", "leave"),
            Example("goodbye", "greet"),
            Example("ciao", "greet"),
            Example("a room", "faq/hours"),
            Example("in munich", "faq/price"),
            _spoken("go to 12345", "travel", "12345", "zip"),
            _spoken("go to goodbye", "travel", "goodbye", "zip"),
        ),
        (Synonym("paris", "texas"), Synonym("k\u00f6ln", "Porz")),
        (RegexFeature("city", "hello|room"), RegexFeature("number", "nobody")),
        (LookupEntry("city", "nights"), LookupEntry("city", "please")),
        (_response("utter_faq/hours", "Never."), _response("utter_faq/price", "Nothing.")),
    )


def _examples() -> tuple[Example, ...]:
    plain = {
        "greet": ("hello", "hello there", "good morning", "hi"),
        "leave": ("goodbye", "bye for now", "see you", "goodbye and thanks"),
        "faq/hours": ("when do you open", "are you open on sunday", "opening hours please"),
        "faq/price": ("what does a room cost", "how much is it", "price of a room"),
    }
    spoken = (
        ("I would like a room in Paris", "Paris", "city"),
        ("is there a room in munich", "munich", "city"),
        ("book a room in K\u00f6ln", "K\u00f6ln", "city"),
        ("a room for 3 nights", "3", "number"),
        ("we stay 14 nights", "14", "number"),
    )
    return (
        *(Example(text, intent) for intent, texts in plain.items() for text in texts),
        *(_spoken(text, "book", word, entity) for text, word, entity in spoken),
    )


def _spoken(text: str, intent: str, word: str, entity: str) -> Example:
    start = text.index(word)
    return Example(text, intent, (EntitySpan(start, start + len(word), entity, word.lower()),))


def _response(name: str, text: str) -> Response:
    return Response(name, ({"text": text},))


def sample_domain() -> Domain:
    """Make a domain with intents, entities, slots, a form, actions and responses."""
    return Domain(
        tuple(Intent(name) for name in ("greet", "leave", "book", "faq")),
        (Entity("city"), Entity("number")),
        (Slot("vip", "bool"), Slot("city", "text")),
        (Form("booking_form", ("city",)),),
        (Action("action_look_up"),),
        (_response("utter_greet", "Hello!"), _response("utter_leave", "Bye."), _response("utter_vip", "Welcome!")),
    )


def sample_stories() -> Stories:
    """Make stories and rules with intents, entities, slots, a form, and literal words."""
    city: Any = (StepEntity("city", "paris"),)
    return Stories(
        (
            Story("greeting", (IntentStep("greet"), ActionStep("utter_greet"), IntentStep("leave"), _say("leave"))),
            Story("lookup", (IntentStep("book", city), ActionStep("action_look_up"), ActionStep("utter_vip"))),
            Story("important", (SlotStep("vip", value=True), IntentStep("greet"), ActionStep("utter_vip"))),
            Story("literal", (UserStep("hello there"), ActionStep("utter_greet"))),
        ),
        (
            Rule("bye", (IntentStep("leave"), ActionStep("utter_leave"))),
            Rule("hours", (IntentStep("faq"), ActionStep("utter_vip"))),
            Rule("form", (IntentStep("book"), ActionStep("booking_form"), LoopStep("booking_form"))),
        ),
    )


def other_stories() -> Stories:
    """Make dialogues in which the same is answered by something else."""
    return Stories(
        (
            Story("greeting", (IntentStep("greet"), ActionStep("action_look_up"))),
            Story("leaving", (IntentStep("leave"), ActionStep("utter_vip"))),
        ),
        (
            Rule("bye", (IntentStep("leave"), ActionStep("utter_vip"))),
            Rule("hours", (IntentStep("faq"), ActionStep("utter_leave"))),
        ),
    )


def sample_dialogues() -> tuple[Dialogue, ...]:
    """Return all that stories and rules have said before each of their steps, and some that nobody has written."""
    told = sample_stories()
    written: tuple[Story | Rule, ...] = (*told.stories, *told.rules)
    begun = [story.steps[:end] for story in written for end in range(1, len(story.steps) + 1)]
    listened = [(ActionStep("action_listen"), *steps) for steps in begun]
    events: list[Any] = [*begun, *listened, (IntentStep("greet"), ActionStep("utter_leave"), IntentStep("book"))]
    return tuple(Dialogue(_events(steps)) for steps in events)


def _events(steps: Any) -> tuple[Event, ...]:
    return tuple(steps)


def _say(name: str) -> ActionStep:
    return ActionStep(f"utter_{name}")
