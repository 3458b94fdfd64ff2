"""Names nobody declares: in which words, with which places, in both formats of the domain."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.importers.checking.deep import deep_problems, dialogues, rule, told

WriteProject = Callable[[Mapping[str, str]], Path]

NLU = "nlu: [{intent: hi, examples: '- hi'}, {intent: hi, examples: '- ho'}]\n"

OLD_FORMAT = """\
version: "2.0"
intents: [hi]
entities: [city]
slots:
  city: {type: text}
  seats: {type: float, auto_fill: false}
forms:
  order:
    required_slots:
      city: [{type: from_entity, entity: city}, {type: from_entity, entity: citty}]
      seats:
      - {type: from_text, intent: [hi, ho]}
      sets:
      - {type: from_text}
responses:
  utter_ask_order_seats: [{text: x}]
"""


def test_names_in_forms_of_the_older_format_are_told_at_their_lines(write_project: WriteProject) -> None:
    files = {"domain.yml": OLD_FORMAT, "data/nlu.yml": NLU, "data/r.yml": "rules:\n" + rule("r", "hi order! @order")}
    found = deep_problems(write_project(files))

    assert told(found) == [
        "undeclared-entity domain.yml:10:77",
        "undeclared-intent domain.yml:12:40",
        "undeclared-slot domain.yml:13:7",
    ]
    assert [problem.hint for problem in found] == [
        "did you mean city?",
        "declared: back, hi, nlu_fallback, out_of_scope, restart, session_start",
        "did you mean seats?",
    ]
    assert "a mapping of slot 'city' names the entity 'citty'" in found[0].message


def test_a_name_is_told_once_with_its_other_uses(write_project: WriteProject) -> None:
    nlu = "nlu:\n- intent: hi\n  examples: |\n    - to [x](town)\n    - from [y](town)\n"
    (problem,) = deep_problems(write_project({**dialogues(), "data/nlu.yml": nlu}))

    assert told([problem]) == ["undeclared-entity data/nlu.yml:4:5"]
    assert [str(place) for place in problem.related] == ["data/nlu.yml:5:5"]
    assert "an example of intent 'hi' and others name the entity 'town'" in problem.message


def test_labels_of_an_entity_nobody_declares_are_not_told_as_well(write_project: WriteProject) -> None:
    nlu = 'nlu:\n- intent: hi\n  examples: |\n    - to [x]{"entity": "town", "role": "to", "group": "a"}\n'

    assert told(deep_problems(write_project({**dialogues(), "data/nlu.yml": nlu}))) == [
        "undeclared-entity data/nlu.yml:4:5"
    ]


def test_labels_are_compared_with_those_of_their_entity(write_project: WriteProject) -> None:
    domain = "entities: [town: {roles: [start, end]}, other: {roles: [strat]}]\n"
    nlu = 'nlu:\n- intent: hi\n  examples: |\n    - to [x]{"entity": "town", "role": "strt"}\n    - [y](other)\n'
    (problem,) = deep_problems(write_project({**dialogues(), "domain/more.yml": domain, "data/nlu.yml": nlu}))

    assert (problem.code, problem.hint) == ("undeclared-role", "did you mean start?")
    assert "the role 'strt' of the entity 'town'" in problem.message


@pytest.mark.parametrize(
    "steps",
    ["hi requested_slot=null act!", "hi session_started_metadata=1 act!", "hi knowledge_base_last_object=1 act!"],
)
def test_automatic_slots_need_no_declaration(write_project: WriteProject, steps: str) -> None:
    assert deep_problems(write_project(dialogues(steps))) == []


def test_what_the_items_tell_already_is_not_told_twice(write_project: WriteProject) -> None:
    files = dialogues("zap act!", rules=rule("r", "hi act!", "condition: [{active_loop: zap}], "))
    files = {**files, "data/more.yml": NLU.replace("intent: hi", "intent: zap").replace("- h", "- z")}

    assert told(deep_problems(write_project(files))) == ["undeclared-form data/r.yml:2:39"]
