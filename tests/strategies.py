"""Strategies of hypothesis for whole projects as values: small names, so that sources meet, agree and disagree.

`projects` makes one project; take two for merging. All values could have been read from files: names are stripped,
texts of examples are one line, and a domain lists no name twice.
Projects of everything the readers accept, in odd words, are in `whole_projects`.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tenprint.importers import data

names = st.sampled_from(["a", "b", "c"])
texts = st.sampled_from(["hi", "to Rio", "None", "1", "\u00fc \U0001f600"])
plain = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, 1.0]) | texts
yaml_values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2), max_leaves=3
)
properties = st.dictionaries(st.sampled_from(["x", "y"]), yaml_values, max_size=2)
name_sets = st.lists(names, unique=True, max_size=2).map(lambda found: tuple(sorted(found)))


def listed(element: st.SearchStrategy[Any], *, by: Callable[[Any], Any] | None = None) -> st.SearchStrategy[Any]:
    """Short tuples, without two elements of one name when `by` says what the name is."""
    return st.lists(element, max_size=3, unique_by=by).map(tuple)


@st.composite
def examples(draw: st.DrawFn) -> data.Example:
    """Draw an example with at most one annotation, and perhaps metadata."""
    text = draw(texts)
    spans: tuple[data.EntitySpan, ...] = ()
    if draw(st.booleans()):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        value: Any = draw(st.just(text[start:end]) | texts | st.integers(0, 2))
        label = st.none() | names
        spans = (data.EntitySpan(start, end, draw(names), value, draw(label), draw(label)),)
    metadata = draw(st.none() | st.fixed_dictionaries({"intent": yaml_values}))
    return data.Example(text, draw(names | st.sampled_from(["faq/a", "faq/b"])), spans, metadata)


nlu_data = st.builds(
    data.NluData,
    listed(examples()),
    listed(st.builds(data.Synonym, texts, names)),
    listed(st.builds(data.RegexFeature, names, texts)),
    listed(st.builds(data.LookupEntry, names, texts)),
)

step_entities = st.builds(data.StepEntity, names, yaml_values, st.none() | names, st.none() | names)
intent_steps = st.builds(data.IntentStep, names, st.lists(step_entities, max_size=2).map(tuple), st.none() | texts)
slot_steps = st.builds(data.SlotStep, names, yaml_values) | st.builds(
    data.SlotStep, names, has_value=st.just(value=False)
)
loop_steps = st.builds(data.LoopStep, st.none() | names)
rule_steps: st.SearchStrategy[data.Step] = (
    intent_steps
    | st.builds(data.ActionStep, names)
    | st.builds(data.UserStep, texts)
    | slot_steps
    | loop_steps
    | st.builds(data.OrStep, st.lists(intent_steps | slot_steps, min_size=2, max_size=3).map(tuple))
)
story_steps: st.SearchStrategy[data.Step] = (
    rule_steps
    | st.builds(data.BotStep, texts)
    | st.builds(data.CheckpointStep, names, st.lists(slot_steps, max_size=2).map(tuple))
)


def dialogue(steps: st.SearchStrategy[data.Step]) -> st.SearchStrategy[tuple[data.Step, ...]]:
    return st.lists(steps, min_size=1, max_size=3).map(tuple)


stories = st.builds(
    data.Stories,
    listed(st.builds(data.Story, names, dialogue(story_steps), yaml_values)),
    listed(
        st.builds(
            data.Rule,
            names,
            dialogue(rule_steps),
            st.lists(loop_steps | slot_steps, max_size=2).map(tuple),
            st.booleans(),
            st.booleans(),
            yaml_values,
        )
    ),
)

slot_mappings = st.builds(
    data.SlotMapping,
    st.sampled_from([{"type": "from_text"}, {"type": "from_entity", "entity": "a"}, {"type": "custom", "action": "b"}]),
)
types = st.sampled_from(["text", "bool", "list"])
mapping_lists = st.lists(slot_mappings, min_size=1, max_size=2).map(tuple)
variations = st.fixed_dictionaries({"text": texts}, optional={"channel": names, "metadata": yaml_values})


def name_of(named: Any) -> str:
    name: str = named.name
    return name


domains = st.builds(
    data.Domain,
    intents=listed(
        st.builds(data.Intent, names, st.none() | name_sets, name_sets, st.none() | names, properties), by=name_of
    ),
    entities=listed(st.builds(data.Entity, names, name_sets, name_sets, st.booleans(), properties), by=name_of),
    slots=listed(
        st.builds(data.Slot, names, types, yaml_values, st.booleans(), st.just(()) | mapping_lists, properties),
        by=name_of,
    ),
    forms=listed(
        st.builds(
            data.Form, names, name_sets, name_sets, st.dictionaries(names, mapping_lists, max_size=2), properties
        ),
        by=name_of,
    ),
    actions=listed(st.builds(data.Action, names, properties), by=name_of),
    responses=listed(
        st.builds(
            data.Response,
            st.sampled_from(["utter_a", "utter_b", "utter_faq/a"]),
            st.lists(variations, max_size=3).map(tuple),
        ),
        by=name_of,
    ),
    end_to_end_actions=st.lists(texts, unique=True, max_size=2).map(tuple),
    session=st.fixed_dictionaries({}, optional={"session_expiration_time": st.integers(0, 2)}),
    settings=st.fixed_dictionaries({}, optional={"store_entities_as_slots": st.booleans()}),
)

components = st.builds(
    lambda name, options: {"name": name, **options},
    names,
    st.fixed_dictionaries({}, optional={"epochs": st.integers(1, 2), "x": yaml_values}),
)
configs: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["en", "de"]),
        "recipe": texts,
        "own": yaml_values,
        "pipeline": st.lists(components, min_size=1, max_size=3),
        "policies": st.lists(components, min_size=1, max_size=3),
    },
)

projects = st.builds(data.ProjectData, configs, domains, stories, nlu_data)
