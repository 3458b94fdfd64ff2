from typing import Any

import pytest
from tests.importers.readings import complaints, only_problem, places, read, values

from tenprint.importers.data import Action, Entity, Form, Intent, Slot, SlotMapping
from tenprint.importers.reading import read_domain


def parts(text: str) -> list[tuple[str, tuple[str, ...], Any]]:
    """Kind, path and value of each part of a domain without problems."""
    reader = read(read_domain, text)
    assert reader.problems == []
    return [(part.kind, part.path, part.value) for part in reader.parts]


def test_intents() -> None:
    reader = read(
        read_domain,
        """
        intents:
        - greet
        - " bye "
        - book: {use_entities: [to, from], ignore_entities: [city], triggers: action_book, extra: 1}
        - none: {use_entities: []}
        - off: {use_entities: false}
        - null_entities: {use_entities: null}
        - all: {use_entities: true}
        """,
    )

    assert values(reader) == [
        Intent("greet"),
        Intent("bye"),
        Intent("book", ("from", "to"), ("city",), "action_book", {"extra": 1}),
        Intent("none", ()),
        Intent("off", ()),
        Intent("null_entities", ()),
        Intent("all"),
    ]
    assert places(reader)[:3] == [
        ("intent", ("domain", "intents", "greet"), (2, 3)),
        ("intent", ("domain", "intents", "bye"), (3, 3)),
        ("intent", ("domain", "intents", "book"), (4, 3)),
    ]


def test_entities_are_read_in_parts() -> None:
    reader = read(
        read_domain,
        """
        entities:
        - city:
            roles: [from, to]
            groups: [one]
            influence_conversation: false
            note: x
        - plain
        - empty: {roles: [], groups: null}
        """,
    )

    assert [(part.kind, part.path, part.value, part.place) for part in reader.parts] == [
        (
            "entity",
            ("domain", "entities", "city"),
            Entity("city", influence_conversation=False, properties={"note": "x"}),
            (2, 3),
        ),
        ("entity-role", ("domain", "entities", "city", "roles", "from"), "from", (3, 13)),
        ("entity-role", ("domain", "entities", "city", "roles", "to"), "to", (3, 19)),
        ("entity-group", ("domain", "entities", "city", "groups", "one"), "one", (4, 14)),
        ("entity", ("domain", "entities", "plain"), Entity("plain"), (7, 3)),
        ("entity", ("domain", "entities", "empty"), Entity("empty"), (8, 3)),
    ]
    assert reader.problems == []


def test_slots_of_both_formats() -> None:
    found = parts(
        """
        slots:
          name: {type: text, influence_conversation: false, auto_fill: false}
          kind:
            type: categorical
            values: [a, b]
            initial_value: a
            mappings:
            - {type: from_entity, entity: kind, role: r}
            - {type: custom, action: act}
          any1: {type: any}
          any2: {type: any, influence_conversation: false}
        """
    )

    assert found == [
        (
            "slot",
            ("domain", "slots", "name"),
            Slot("name", "text", influence_conversation=False, properties={"auto_fill": False}),
        ),
        ("slot", ("domain", "slots", "kind"), Slot("kind", "categorical", "a", properties={"values": ["a", "b"]})),
        (
            "slot-mapping",
            ("domain", "slots", "kind", "mappings"),
            SlotMapping({"type": "from_entity", "entity": "kind", "role": "r"}),
        ),
        (
            "slot-mapping",
            ("domain", "slots", "kind", "mappings"),
            SlotMapping({"type": "custom", "action": "act"}),
        ),
        ("slot", ("domain", "slots", "any1"), Slot("any1", "any", influence_conversation=False)),
        ("slot", ("domain", "slots", "any2"), Slot("any2", "any", influence_conversation=False)),
    ]


def test_types_of_slot_values_are_kept() -> None:
    (part,) = parts("slots: {a: {type: list, initial_value: [1, '1', true, null, {b: 1.5}]}}")

    assert part[2].initial_value == [1, "1", True, None, {"b": 1.5}]
    assert type(part[2].initial_value[4]) is dict


MAPPING = SlotMapping({"type": "from_text"})


@pytest.mark.parametrize(
    ("form", "value", "mapped"),
    [
        ("f:", Form("f"), []),
        ("f: {}", Form("f"), []),
        ("f: {required_slots: [a, b]}", Form("f", ("a", "b")), []),
        ("f: {required_slots: []}", Form("f"), []),
        ("f: {required_slots: {}}", Form("f"), []),
        ("f: {required_slots: {a: [{type: from_text}], b: [], c: }}", Form("f", ("a", "b", "c")), ["a"]),
        ("f: {a: [{type: from_text}], b: []}", Form("f", ("a", "b")), ["a"]),
        ("f: {required_slots: [a], ignored_intents: chitchat}", Form("f", ("a",), ("chitchat",)), []),
        ("f: {required_slots: [a], ignored_intents: [b, c]}", Form("f", ("a",), ("b", "c")), []),
        ("f: {required_slots: [a], ignored_intents: }", Form("f", ("a",)), []),
        ("f: {required_slots: [a], extra: {x: 1}}", Form("f", ("a",), properties={"extra": {"x": 1}}), []),
    ],
)
def test_forms_of_all_formats(form: str, value: Form, mapped: list[str]) -> None:
    found = parts(f"forms:\n  {form}\n")

    assert [part for part in found if part[0] == "form"] == [("form", ("domain", "forms", "f"), value)]
    assert [part for part in found if part[0] != "form"] == [
        ("slot-mapping", ("domain", "forms", "f", slot), MAPPING) for slot in mapped
    ]


def test_forms_may_be_a_list_of_names() -> None:
    assert parts("forms: [a, b]") == [
        ("form", ("domain", "forms", "a"), Form("a")),
        ("form", ("domain", "forms", "b"), Form("b")),
    ]


def test_actions_end_to_end_actions_and_settings() -> None:
    found = parts(
        """
        actions:
        - act
        - ask: {send_domain: true}
        e2e_actions:
        - Hello there!
        session_config:
          session_expiration_time: 60
          carry_over_slots_to_new_session: true
        config:
          store_entities_as_slots: false
          other: [1]
        """
    )

    assert found == [
        ("action", ("domain", "actions", "act"), Action("act")),
        ("action", ("domain", "actions", "ask"), Action("ask", {"send_domain": True})),
        ("e2e-action", ("domain", "e2e_actions", "Hello there!"), "Hello there!"),
        ("session-setting", ("domain", "session_config", "session_expiration_time"), 60),
        ("session-setting", ("domain", "session_config", "carry_over_slots_to_new_session"), True),
        ("domain-setting", ("domain", "config", "store_entities_as_slots"), False),
        ("domain-setting", ("domain", "config", "other"), [1]),
    ]


@pytest.mark.parametrize("minutes", ["0", "0.5", "1e3"])
def test_minutes_are_numbers_from_zero_on(minutes: str) -> None:
    assert len(parts(f"session_config: {{session_expiration_time: {minutes}}}")) == 1


LIST_SECTIONS = ("intents", "entities", "actions", "e2e_actions")
MAPPING_SECTIONS = ("slots", "responses", "session_config", "config")


@pytest.mark.parametrize("section", [*LIST_SECTIONS, "slots", "session_config", "config", "forms"])
def test_a_section_without_content_is_told_but_no_error(section: str) -> None:
    assert complaints(read(read_domain, f"{section}:\nactions: [a]\n" if section != "actions" else "actions:")) == [
        "?empty-section 1:1"
    ]


@pytest.mark.parametrize("section", [*LIST_SECTIONS, *MAPPING_SECTIONS, "forms"])
@pytest.mark.parametrize("content", ["text", "7", "true"])
def test_a_section_of_a_wrong_type_is_told_and_the_others_are_read(section: str, content: str) -> None:
    reader = read(read_domain, f"{section}: {content}\nx: y\n")
    assert complaints(reader) == [f"wrong-type 1:{len(section) + 3}"]

    other = "intents" if section != "intents" else "actions"
    assert len(read(read_domain, f"{section}: {content}\n{other}: [kept]\n").parts) == 1


@pytest.mark.parametrize("section", LIST_SECTIONS)
def test_a_list_section_is_no_mapping(section: str) -> None:
    assert complaints(read(read_domain, f"{section}: {{a: b}}")) == [f"wrong-type 1:{len(section) + 3}"]


@pytest.mark.parametrize("section", MAPPING_SECTIONS)
def test_a_mapping_section_is_no_list(section: str) -> None:
    assert complaints(read(read_domain, f"{section}: [a]")) == [f"wrong-type 1:{len(section) + 3}"]


@pytest.mark.parametrize("section", ["intents", "entities", "actions"])
@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("bad:", "stray-colon 2:3"),
        ("bad: text", "wrong-type 2:8"),
        ("bad: [a]", "wrong-type 2:8"),
        ("7", "wrong-type 2:3"),
        ("", "wrong-type 2:2"),
        ("''", "empty-text 2:3"),
        ("[a]", "wrong-type 2:3"),
        ("7: {}", "wrong-type 2:3"),
        ("{}", "entry-with-many-keys 2:3"),
        ("bad: {}\n  worse: {}", "entry-with-many-keys 2:3"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_and_the_next_is_read(section: str, entry: str, complaint: str) -> None:
    reader = read(read_domain, f"{section}:\n- {entry}\n- next\n".replace("- \n", "-\n"))

    assert complaints(reader) == [complaint]
    assert reader.parts[-1].path == ("domain", section, "next")


@pytest.mark.parametrize("section", [*LIST_SECTIONS, "forms"])
def test_a_name_listed_twice_is_told_with_both_places(section: str) -> None:
    reader = read(read_domain, f"{section}:\n- one\n- two\n- one\n")

    problem = only_problem(reader)
    assert complaints(reader) == ["duplicate-name 4:3"]
    assert [str(place) for place in problem.related] == ["data/file.yml:2:3"]
    assert len(reader.parts) == 2


@pytest.mark.parametrize("section", ["e2e_actions", "forms"])
def test_a_list_of_names_only_has_no_properties(section: str) -> None:
    assert complaints(read(read_domain, f"{section}:\n- a: {{b: c}}\n")) == ["wrong-type 2:3"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("intents: [a: {use_entities: text}]", "wrong-type 1:29"),
        ("intents: [a: {use_entities: 1}]", "wrong-type 1:29"),
        ("intents: [a: {use_entities: 0}]", "wrong-type 1:29"),
        ("intents: [a: {use_entities: [1]}]", "wrong-type 1:30"),
        ("intents: [a: {ignore_entities: text}]", "wrong-type 1:32"),
        ("intents: [a: {ignore_entities: {b: c}}]", "wrong-type 1:32"),
        ("intents: [a: {triggers: 1}]", "wrong-type 1:25"),
        ("entities: [a: {roles: text}]", "wrong-type 1:23"),
        ("entities: [a: {roles: [1]}]", "wrong-type 1:24"),
        ("entities: [a: {groups: [b, '']}]", "empty-text 1:28"),
        ("entities: [a: {influence_conversation: yes}]", "wrong-type 1:40"),
        ("slots: {a: text}", "wrong-type 1:12"),
        ("slots: {a: }", "wrong-type 1:12"),
        ("slots: {a: {}}", "missing-key 1:9"),
        ("slots: {a: {type: 1}}", "wrong-type 1:19"),
        ("slots: {a: {type: txt}}", "slot-type 1:19"),
        ("slots: {a: {type: Text}}", "slot-type 1:19"),
        ("slots: {a: {type: my.module.Slot}}", "?slot-type 1:19"),
        ("slots: {a: {type: any, influence_conversation: true}}", "slot-influence 1:48"),
        ("slots: {a: {type: unfeaturized, influence_conversation: true}}", "slot-influence 1:57"),
        ("slots: {a: {type: text, inital_value: b}}", "?unknown-key 1:25"),
        ("slots: {a: {type: text, values: [b]}}", "?unknown-key 1:25"),
        ("slots: {a: {type: float, max_value: text}}", "wrong-type 1:37"),
        ("slots: {a: {type: float, min_value: true}}", "wrong-type 1:37"),
        ("slots: {a: {type: float, min_value: 1}}", "slot-range 1:37"),
        ("slots: {a: {type: float, max_value: 0}}", "slot-range 1:37"),
        ("slots: {a: {type: float, min_value: 5, max_value: 4}}", "slot-range 1:51"),
        ("slots: {a: {type: float, max_value: .nan}}", "slot-range 1:37"),
        ("slots: {a: {type: float, initial_value: 2}}", "?slot-range 1:41"),
        ("slots: {a: {type: categorical}}", "?slot-values 1:19"),
        ("slots: {a: {type: categorical, values: []}}", "?slot-values 1:40"),
        ("slots: {a: {type: categorical, values: [b, null]}}", "?slot-values 1:44"),
        ("slots: {a: {type: categorical, values: b}}", "wrong-type 1:40"),
        ("slots: {a: {type: categorical, values: [[b]]}}", "wrong-type 1:41"),
        ("slots: {a: {type: text, mappings: [{type: from_entity, entity: 1}]}}", "wrong-type 1:64"),
        ("slots: {a: {type: text, mappings: [{type: from_entity, entity: b, role: [c]}]}}", "wrong-type 1:73"),
        ("slots: {a: {type: text, mappings: [{type: from_text, intent: 1}]}}", "wrong-type 1:62"),
        ("slots: {a: {type: text, mappings: [{type: from_text, not_intent: [b, 1]}]}}", "wrong-type 1:70"),
        ("slots: {a: {type: text, mappings: [{type: custom, action: 1}]}}", "wrong-type 1:59"),
        ("slots: {a: {type: text, mappings: [{type: from_text, conditions: {active_loop: b}}]}}", "wrong-type 1:66"),
        ("slots: {a: {type: text, mappings: [{type: from_text, conditions: [b]}]}}", "wrong-type 1:67"),
        ("slots: {a: {type: text, mappings: [{type: from_text, conditions: [{}]}]}}", "missing-key 1:67"),
        ("slots: {a: {type: text, mappings: [{type: from_text, conditions: [{loop: b}]}]}}", "unknown-key 1:68"),
        ("slots: {a: {type: text, mappings: [{type: from_text, conditions: [{active_loop: 1}]}]}}", "wrong-type 1:81"),
        ("forms: {a: {ignored_intents: [b]}}", "missing-key 1:9"),
        ("forms: {a: {ignored_intents: b}}", "missing-key 1:9"),
        ("intents: [a: {use_entities: [b, c], ignore_entities: [c]}]", "?used-and-ignored 1:54"),
        ("actions: [a: {send_domain: 1}]", "wrong-type 1:28"),
        ("responses:", "wrong-type 1:11"),
        ("slots: {a: {type: text, influence_conversation: 1}}", "wrong-type 1:49"),
        ("slots: {1: {type: text}}", "wrong-type 1:9"),
        ("slots: {a: {type: text, mappings: b}}", "wrong-type 1:35"),
        ("slots: {a: {type: text, mappings: [b]}}", "wrong-type 1:36"),
        ("slots: {a: {type: text, mappings: [{}]}}", "mapping-type 1:36"),
        ("slots: {a: {type: text, mappings: [{type: 1}]}}", "mapping-type 1:36"),
        ("slots: {a: {type: text, mappings: [{type: from_nowhere}]}}", "mapping-type 1:36"),
        ("slots: {a: {type: text, mappings: [{type: from_entity}]}}", "missing-key 1:36"),
        ("slots: {a: {type: text, mappings: [{type: from_intent}]}}", "missing-key 1:36"),
        ("slots: {a: {type: text, mappings: [{type: from_trigger_intent}]}}", "missing-key 1:36"),
        ("slots: {a: {type: text, mappings: [{type: from_text, x: 1}]}}", "unknown-key 1:54"),
        ("forms: {a: text}", "wrong-type 1:12"),
        ("forms: {a: [b]}", "wrong-type 1:12"),
        ("forms: {a: {required_slots: text}}", "wrong-type 1:29"),
        ("forms: {a: {required_slots: [1]}}", "wrong-type 1:30"),
        ("forms: {a: {required_slots: {b: text}}}", "wrong-type 1:33"),
        ("forms: {a: {required_slots: {b: [text]}}}", "wrong-type 1:34"),
        ("forms: {a: {required_slots: {b: [{type: from_entity}]}}}", "missing-key 1:34"),
        ("forms: {a: {required_slots: [b], ignored_intents: 1}}", "wrong-type 1:51"),
        ("forms: {a: {required_slots: [b], ignored_intents: [1]}}", "wrong-type 1:52"),
        ("forms: {1: {}}", "wrong-type 1:9"),
        ("session_config: {session_expiration_time: -1}", "wrong-type 1:43"),
        ("session_config: {session_expiration_time: text}", "wrong-type 1:43"),
        ("session_config: {session_expiration_time: true}", "wrong-type 1:43"),
        ("session_config: {session_expiration_time: .nan}", "wrong-type 1:43"),
        ("session_config: {carry_over_slots_to_new_session: 1}", "wrong-type 1:51"),
        ("session_config: {session_time: text}", "unknown-key 1:18"),
        ("config: {1: a}", "wrong-type 1:10"),
    ],
)
def test_what_is_wrong_with_a_property_is_told_at_its_place(text: str, complaint: str) -> None:
    assert complaints(read(read_domain, text)) == [complaint]
    assert "kept" in [part.value for part in read(read_domain, text + "\ne2e_actions: [kept]\n").parts]


def test_unknown_keys_come_with_the_nearest_known() -> None:
    problem = only_problem(read(read_domain, "session_config: {session_expiraton_time: 1}"))

    assert problem.hint == "did you mean session_expiration_time?"


def test_all_problems_of_a_domain_are_told() -> None:
    reader = read(
        read_domain,
        """
        intents:
        - a:
        - b
        - b
        slots:
          s: text
          t: {type: text}
        responses:
          utter_x: text
        forms:
          f: {required_slots: 1}
        """,
    )

    assert complaints(reader) == [
        "stray-colon 2:3",
        "duplicate-name 4:3",
        "wrong-type 6:6",
        "wrong-type 11:23",
        "wrong-type 9:12",
    ]
    assert [part.path[2] for part in reader.parts] == ["b", "t", "f"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("rasa.shared.core.slots.TextSlot", "text"),
        ("rasa.core.slots.CategoricalSlot", "categorical"),
        ("rasa.shared.core.slots.AnySlot", "any"),
        ("' list '", "list"),
        ("unfeaturized", "unfeaturized"),
    ],
)
def test_types_of_slots_by_all_their_names(written: str, kind: str) -> None:
    (part,) = parts(
        f"slots: {{a: {{type: {written}, auto_fill: false, value_reset_delay: 1, values: [b]}}}}".replace(
            ", values: [b]", ", values: [b]" if kind == "categorical" else ""
        )
    )

    assert part[2].type == kind
    assert part[2].influence_conversation == (kind not in ("any", "unfeaturized"))


def test_a_type_of_ones_own_is_kept_as_a_name_with_its_settings() -> None:
    reader = read(read_domain, "slots: {a: {type: my.Slot, anything: 1}}")

    assert complaints(reader) == ["?slot-type 1:19"]
    assert reader.parts[0].value == Slot("a", "my.Slot", properties={"anything": 1})


def test_null_is_no_value_of_a_category_and_what_is_said_is_done() -> None:
    reader = read(read_domain, "slots: {a: {type: categorical, values: [b, null, 1, true]}}")

    assert complaints(reader) == ["?slot-values 1:44"]
    assert reader.parts[0].value.properties == {"values": ["b", 1, True]}


def test_a_range_may_be_given_by_one_end() -> None:
    assert parts("slots: {a: {type: float, max_value: 10, initial_value: 10}}")[0][2].properties == {"max_value": 10}


def test_conditions_of_mappings() -> None:
    found = parts(
        """
        slots:
          a:
            type: text
            mappings:
            - type: from_text
              conditions:
              - {active_loop: my_form, requested_slot: a}
              - active_loop: null
        """
    )

    assert found[1][2].properties["conditions"] == [
        {"active_loop": "my_form", "requested_slot": "a"},
        {"active_loop": None},
    ]


def test_default_intents_that_are_listed_are_kept() -> None:
    assert [part[2].name for part in parts("intents: [greet, restart, session_start]")] == [
        "greet",
        "restart",
        "session_start",
    ]
