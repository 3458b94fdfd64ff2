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
