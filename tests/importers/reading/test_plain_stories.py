from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenprint.importers.data import ActionStep, IntentStep, SlotStep, Step, StepEntity, Story
from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading import Place, Reader, cut_stories, parse_yaml, read_stories

DOCUMENT = DocumentId("files", "data/stories.yml")
LIMITS = Limits()


def read_plainly(text: str, limits: Limits = LIMITS) -> list[tuple[Story, Place]] | None:
    return cut_stories(text.encode(), DOCUMENT, limits)


def read_as_any_file(text: str, limits: Limits = LIMITS) -> list[tuple[Story, Place]] | None:
    """Stories with their places; None where there is anything to report, or anything but stories in the file."""
    try:
        reader = Reader(parse_yaml(text.encode(), DOCUMENT, limits))
    except ProblemsError:
        return None
    if not {"version", "stories"}.issuperset(reader.root):
        return None
    read_stories(reader)
    return None if reader.problems else [(part.value, part.place) for part in reader.parts]


PLAIN = """
version: "3.1"

stories:

- story: happy path
  steps:
  - intent: greet
  - action: utter_greet
  # Now it becomes serious.
  - intent: inform
    entities:
    - city: New York
    - amount: money
  - slot_was_set:
    - city: New York
  - action: utter_done
- story: a - b, (c)
  steps:
  - slot_was_set:
    - seen
  - or:
    - intent: affirm
    - intent: thankyou
  - bot: "It is done."
  - active_loop: null
  - checkpoint: end
"""


def test_stories_of_the_plain_layout_are_read_with_their_places() -> None:
    found = read_plainly(PLAIN)
    assert found is not None
    (first, first_place), (second, second_place) = found
    assert first == Story(
        "happy path",
        (
            IntentStep("greet"),
            ActionStep("utter_greet"),
            IntentStep("inform", (StepEntity("city", "New York"), StepEntity("amount", "money"))),
            SlotStep("city", "New York"),
            ActionStep("utter_done"),
        ),
    )
    assert (second.name, len(second.steps)) == ("a - b, (c)", 5)
    assert (first_place, second_place) == ((6, 3), (18, 3))
    assert found == read_as_any_file(PLAIN)


def test_an_indented_list_is_plain_too() -> None:
    steps = "      - action: a\n      - intent: b\n        entities:\n          - c: d\n"
    text = f"stories:\n  - story: one\n    steps:\n{steps}"
    assert read_plainly(text) == read_as_any_file(text) is not None


def steps_of(*lines: str) -> tuple[Step, ...]:
    found = read_plainly("\n".join(["stories:", "- story: s", "  steps:", *lines, "  - action: end"]) + "\n")
    assert found is not None
    return found[0][0].steps[:-1]


def test_what_is_no_text_keeps_its_type() -> None:
    lines = ("  - slot_was_set:", "    - a: true", "    - b: 1", "    - c: null", "    - d: 'e'", "    - f: [g, h]")
    assert steps_of(*lines[:4]) == (SlotStep("a", value=True), SlotStep("b", 1), SlotStep("c", None))
    assert steps_of(lines[0], lines[5]) == (SlotStep("f", ["g", "h"]),)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("nlu:\n- intent: a\n  examples: |\n    - b\n", id="examples"),
        pytest.param(PLAIN + "rules:\n- rule: r\n  steps:\n  - action: a\n", id="rules behind"),
        pytest.param("%YAML 1.1\n---" + PLAIN, id="directive"),
        pytest.param(PLAIN + "...\n", id="end of document"),
        pytest.param(PLAIN + "---\n" + PLAIN, id="second document"),
        pytest.param(PLAIN.replace("3.1", "9.9"), id="newer version"),
        pytest.param(PLAIN.replace("utter_greet", "{utter_greet"), id="bracket that stays open"),
        pytest.param(PLAIN.replace('"It is', '"It\n  - bot: is'), id="quote over lines"),
        pytest.param(PLAIN.replace("happy path", "&a path"), id="anchor"),
        pytest.param(PLAIN.replace("happy path", "null"), id="name that is no text"),
        pytest.param(PLAIN.replace("happy path", "1"), id="name that is a number"),
        pytest.param(PLAIN.replace("- action: utter_greet", "- actoin: utter_greet"), id="unknown step"),
        pytest.param(PLAIN.replace("  - action: utter_greet", "  -\taction: utter_greet"), id="tab"),
        pytest.param(PLAIN.replace("- city: New York", "- role: New York"), id="role without entity"),
        pytest.param(PLAIN.replace("    - amount", "     - amount"), id="entities out of line"),
        pytest.param(PLAIN.replace("  - action: utter_done", "  action: utter_done"), id="key among steps"),
        pytest.param(PLAIN.replace("action: utter_greet", "action: action_deactivate_form"), id="old name"),
        pytest.param(PLAIN.replace("action: utter_greet", "action: utter_greet\x85"), id="line end of YAML 1.1"),
        pytest.param(PLAIN.replace(": end", ": end\n    slot_was_set:\n    - a: b"), id="condition"),
        pytest.param(PLAIN.replace("- story: a - b, (c)", "- rule: r"), id="rule among stories"),
        pytest.param(PLAIN + "- story: last\n  steps: []\n", id="no steps"),
        pytest.param(PLAIN + "- story: last\n  steps:\n  - action: a\n  metadata: {}\n", id="metadata"),
    ],
)
def test_anything_else_is_left_to_the_ordinary_way(text: str) -> None:
    assert read_plainly(text) is None


@pytest.mark.parametrize(
    "limits",
    [replace(LIMITS, depth=4), replace(LIMITS, nodes=20), replace(LIMITS, file_bytes=100)],
    ids=["depth", "nodes", "bytes"],
)
def test_a_file_beyond_a_limit_is_left_to_the_ordinary_way(limits: Limits) -> None:
    assert read_plainly(PLAIN, limits) is None


def test_text_that_is_no_utf_8_is_left_to_the_ordinary_way() -> None:
    assert cut_stories(PLAIN.encode().replace(b"greet", b"gr\xff"), DOCUMENT, LIMITS) is None


@pytest.mark.parametrize("long", ["-", "- ", " ", "a", "a: ", "'", "# ", "\n", "#\n", '"a"'])
@pytest.mark.parametrize("before", ["", "stories:\n- story: ", "stories:\n- story: a\n  steps:\n  - ", "stories:\n- '"])
def test_long_lines_take_no_longer_than_their_length(before: str, long: str) -> None:
    text = before + long * 200_000 + "\n'"
    assert read_plainly(text) is None


LINES = (
    *PLAIN.splitlines(),
    *("  - action: a b", "  - intent: a/b", "  - intent: /a", "  - action: null", "  - user: hello there", "  - x"),
    *("    entities:", "    - a", "    - a: 1", "      - a: b", "    role: c", "  -", "  - - action: a", "- action: a"),
    *("  # 'comment'", "# - story: a", "    more", "     more", "...", "---", "  - bot: |", "    'text'", "  steps:"),
    *("  - slot_was_set: [a]", "  - action: *a", "  - action: 'a'", '  - bot: "a', "  ? a", "  - action: a: b", " "),
    *("    a: [b,", "    - c: 2020-01-01", "- story: two", "- story: yes", "- story: a:b", "  - action: a #b", "\t"),
)
"""Lines of which files are made that are plain, nearly plain, or broken."""


@given(st.lists(st.sampled_from(LINES), max_size=12), st.booleans(), st.booleans())
@example(["  - action: a", "...", "  - action: b"], True, True)
@example(["  - bot: |", "    'text'", "", "- story: two", "  steps:", "  - action: a"], True, True)
def test_what_is_read_plainly_is_what_any_file_would_say(lines: list[str], begun: bool, ended: bool) -> None:  # noqa: FBT001
    head = ["stories:", "- story: one", "  steps:", "  - action: first"] if begun else []
    text = "\n".join([*head, *lines]) + "\n" * ended
    found = read_plainly(text)
    assert found is None or found == read_as_any_file(text)


@given(st.integers(0, len(PLAIN)), st.integers(0, 3), st.text("-:#'\"[{|>&*!%@ \n\t.a\x85", max_size=3))
def test_an_edit_anywhere_is_read_as_in_any_file(place: int, gone: int, put: str) -> None:
    text = PLAIN[:place] + put + PLAIN[place + gone :]
    found = read_plainly(text)
    assert found is None or found == read_as_any_file(text)
