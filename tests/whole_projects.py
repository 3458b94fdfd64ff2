"""Strategies for whole projects of everything the readers accept, in odd words: what is written is read as it was."""

from datetime import timezone
from typing import Any

from hypothesis import strategies as st
from tests.strategies import dialogue, listed, name_of

from tenprint.importers import data

ODD_TEXTS = (
    *("yes", "No", "null", "~", "true", "1", "010", "1e3", "0x1F", "1_000", ".inf", "1:30", "2020-01-01", "=", "<<"),
    *(
        "a: b",
        "a:",
        "- a",
        "-",
        "# a",
        "a # b",
        "'",
        '"',
        "it's",
        'a"b\\c',
        "${HOME}",
        "$HOME",
        "{a}",
        "&a",
        "*a",
        "!a",
    ),
    *("%a", "@a", "`a", "|", ">", "---", "...", "? a", ",", "\u00fc \U0001f600", "a\tb", "a\x01b", "\u2028", "a\x85b"),
    *('a"b\\c', "a\u00a0b", "\ufeffa", "\x7f", "\\u0041", "\\", "(a)", "a](b", "x" * 1100),
)

_character = st.characters(exclude_categories=["Cs"])
any_texts = st.sampled_from((*ODD_TEXTS, "", " ", " a ", "a\n", "a\n b\n\nc\n", "\na")) | st.text(
    _character, max_size=6
)
words = (st.sampled_from(ODD_TEXTS) | st.text(_character, min_size=1, max_size=4)).map(str.strip).filter(bool)
"""Names: text that stripping does not change."""

intent_names = words.map(lambda name: name.replace("/", "").strip()).filter(bool)
full_intents = intent_names | st.builds("{}/{}".format, intent_names, intent_names)
any_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | any_texts | st.dates() | st.datetimes()
    | st.datetimes(timezones=st.just(timezone.utc))
)  # fmt: skip
any_values = st.recursive(
    any_scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(any_texts | st.integers(), inner, max_size=2),
    max_leaves=4,
)
noted = any_values.filter(lambda value: value is not None)
options = st.dictionaries(words, any_values, max_size=2)
word_sets = st.lists(words, unique=True, max_size=3).map(tuple)
_annotated_looks = ("[a](b)", "\\[a](b)", "[a][b]", "[a]{}", "[[a](b)", "a\\]b", "\\", '[a]{"entity": "b"}', "[a] (b)")
_bracketed = st.text(st.sampled_from("[](){}\\ab:"), max_size=8)
_plain_text = st.sampled_from((*ODD_TEXTS, *_annotated_looks)) | st.text(_character, max_size=6) | _bracketed
messages = _plain_text.map(lambda text: text.strip(" \r\n"))
"""Texts of examples, which may be empty and hold line ends."""


@st.composite
def annotations(draw: st.DrawFn, text: str) -> tuple[data.EntitySpan, ...]:
    """Draw spans that do not overlap, some of them twice; none of a text without characters."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        for _ in range(draw(st.integers(1, 2))):
            value = draw(st.just(text[start:end]) | any_texts | st.integers() | st.floats(allow_nan=False))
            finite = 0 if value in (float("inf"), float("-inf")) else value
            spans.append(
                data.EntitySpan(start, end, draw(words), finite, draw(st.none() | words), draw(st.none() | words))
            )
    return tuple(spans)


@st.composite
def whole_examples(draw: st.DrawFn) -> data.Example:
    text = draw(messages)
    metadata = draw(st.none() | st.fixed_dictionaries({}, optional={"intent": noted, "example": noted}))
    return data.Example(text, draw(full_intents), draw(annotations(text)), metadata or None)


_lines = (st.text(_character, max_size=5) | words).map(lambda text: text.replace("\n", "").strip(" \r"))
whole_nlu = st.builds(
    data.NluData,
    listed(whole_examples(), by=repr),
    listed(st.builds(data.Synonym, _lines, words), by=lambda synonym: synonym.text),
    listed(st.builds(data.RegexFeature, words, _lines), by=repr),
    listed(st.builds(data.LookupEntry, words, _lines), by=repr),
)

_label = st.none() | words
_entity_names = words.filter(lambda name: name not in ("role", "group"))


@st.composite
def user_steps(draw: st.DrawFn) -> data.UserStep:
    text = draw(messages.map(str.strip).filter(bool))
    return data.UserStep(text, draw(annotations(text)))


@st.composite
def whole_intent_steps(draw: st.DrawFn) -> data.IntentStep:
    entities = draw(st.lists(st.builds(data.StepEntity, _entity_names, any_values, _label, _label), max_size=2))
    said = draw(st.none() | user_steps())
    text, spans = (None, ()) if said is None else (said.text, said.spans)
    return data.IntentStep(draw(full_intents), tuple(entities), text, spans)


_slot_steps = st.builds(data.SlotStep, words, any_values) | st.builds(
    data.SlotStep, words, has_value=st.just(value=False)
)
_loop_steps = st.builds(data.LoopStep, st.none() | words)
_or_steps = st.builds(data.OrStep, st.lists(whole_intent_steps() | _slot_steps, min_size=2, max_size=3).map(tuple))
_rule_steps: st.SearchStrategy[data.Step] = (
    whole_intent_steps()
    | st.builds(data.ActionStep, words.map(lambda name: f"{name}_"))
    | user_steps()
    | _slot_steps
    | _loop_steps
    | _or_steps
)
_story_steps: st.SearchStrategy[data.Step] = (
    _rule_steps
    | st.builds(data.BotStep, words)
    | st.builds(data.CheckpointStep, words, st.lists(_slot_steps, max_size=2).map(tuple))
)


def _with_early_conditions(steps: tuple[data.Step, ...]) -> tuple[data.Step, ...]:
    """Checkpoints have conditions only where a dialogue begins with them, and only with a value."""
    is_late = False
    kept: list[data.Step] = []
    for step in steps:
        is_late = is_late or not isinstance(step, data.CheckpointStep)
        if isinstance(step, data.CheckpointStep):
            slots = () if is_late else tuple(slot for slot in step.slots if slot.has_value)
            kept.append(data.CheckpointStep(step.name, slots))
        else:
            kept.append(step)
    return tuple(kept)


_conditions = st.lists(_loop_steps | _slot_steps, max_size=3).map(tuple)
whole_stories = st.builds(
    data.Stories,
    listed(st.builds(data.Story, words, dialogue(_story_steps).map(_with_early_conditions), any_values)),
    listed(
        st.builds(data.Rule, words, dialogue(_rule_steps), _conditions, st.booleans(), st.booleans(), any_values),
    ),
)

_bounds = st.fixed_dictionaries({"active_loop": _label}, optional={"requested_slot": words})
_intents_named = words | st.lists(words, max_size=2)
_of_mappings = {"intent": _intents_named, "not_intent": _intents_named, "conditions": st.lists(_bounds, max_size=2)}
_mapping_keys = {
    "from_entity": ("entity", "role", "group"),
    "from_intent": ("value",),
    "from_trigger_intent": ("value",),
    "from_text": (),
    "custom": ("action",),
}
whole_mappings = st.sampled_from([*_mapping_keys]).flatmap(
    lambda kind: st.fixed_dictionaries(
        {"type": st.just(kind), **{key: any_values if key == "value" else words for key in _mapping_keys[kind]}},
        optional=_of_mappings,
    ).map(data.SlotMapping)
)
_mapping_lists = st.lists(whole_mappings, max_size=2).map(tuple)
_buttons = st.lists(st.fixed_dictionaries({"title": any_texts, "payload": any_texts}), max_size=2)
_conditions_of_responses = st.lists(
    st.fixed_dictionaries({"type": st.just("slot"), "name": words, "value": any_values}), max_size=2
)
whole_variations = st.fixed_dictionaries(
    {"text": any_texts},
    optional={
        "channel": words,
        "buttons": _buttons,
        "quick_replies": _buttons,
        "condition": _conditions_of_responses,
        "custom": options,
        "attachment": options,
        "elements": st.lists(options, max_size=2),
        "image": any_texts,
        "id": words,
        "metadata": any_values,
    },
) | st.fixed_dictionaries({"custom": options})


@st.composite
def whole_forms(draw: st.DrawFn) -> data.Form:
    """Draw a form of 2.x, with mappings, or of 3.x."""
    slots = draw(word_sets)
    mapped = {slot: found for slot in slots if (found := draw(_mapping_lists))} if draw(st.booleans()) else {}
    return data.Form(draw(words), slots, draw(word_sets), mapped, draw(options))


@st.composite
def whole_slots(draw: st.DrawFn) -> data.Slot:
    """Draw a slot; those of types that cannot influence the conversation do not."""
    kind = draw(st.sampled_from(["text", "bool", "float", "categorical", "list", "any", "unfeaturized", "my.Slot"]))
    settings: dict[str, Any] = draw(options)
    if kind == "float":
        settings |= draw(st.sampled_from([{}, {"max_value": 2}, {"min_value": -0.5, "max_value": 1e16}]))
    if kind == "categorical":
        settings |= draw(st.fixed_dictionaries({}, optional={"values": st.lists(any_scalars, max_size=3)}))
        settings = {
            key: [entry for entry in value if entry is not None] if key == "values" else value
            for key, value in settings.items()
        }
    influence = draw(st.booleans()) and kind not in ("any", "unfeaturized")
    return data.Slot(draw(words), kind, draw(any_values), influence, draw(_mapping_lists), settings)


whole_domains = st.builds(
    data.Domain,
    intents=listed(st.builds(data.Intent, words, st.none() | word_sets, word_sets, _label, options), by=name_of),
    entities=listed(st.builds(data.Entity, words, word_sets, word_sets, st.booleans(), options), by=name_of),
    slots=listed(whole_slots(), by=name_of),
    forms=listed(whole_forms(), by=name_of),
    actions=listed(st.builds(data.Action, words, options), by=name_of),
    responses=listed(
        st.builds(
            data.Response,
            words | st.builds("utter_{}/{}".format, words, words),
            st.lists(whole_variations, max_size=3).map(tuple),
        ),
        by=name_of,
    ),
    end_to_end_actions=word_sets,
    session=st.fixed_dictionaries(
        {},
        optional={
            "session_expiration_time": st.integers(0) | st.floats(0, allow_infinity=False),
            "carry_over_slots_to_new_session": st.booleans(),
        },
    ),
    settings=st.dictionaries(words, any_values, max_size=2),
)

_components = st.lists(st.builds(lambda name, more: {**more, "name": name}, words, options), min_size=1, max_size=3)
whole_configs = st.builds(
    lambda more, known: {**more, **known},
    options,
    st.fixed_dictionaries(
        {},
        optional={
            "language": words, "recipe": any_values, "assistant_id": any_values, "version": words,
            "pipeline": _components, "policies": _components,
        },
    ),
)  # fmt: skip
whole_projects = st.builds(data.ProjectData, whole_configs, whole_domains, whole_stories, whole_nlu, whole_stories)
