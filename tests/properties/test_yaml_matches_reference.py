"""The fast YAML reader gives what the slow, careful one gives.

Whenever both accept a document, values, types and the order of keys are equal. Both ways of disagreeing about whether
a document is YAML at all are known, argued, and listed here.

We refuse what the reference accepts:
    * `yaml-syntax`: libyaml refuses some rare forms, such as an empty key without `?`, or names with punctuation;
    * `yaml-key`: the reference turns a list that is a key into a tuple, which nothing could use;
    * `yaml-tag`: `!` alone, `!!set` and other tags the reference knows, and tags that do not fit their value;
    * `yaml-anchor`: a colon directly behind a name belongs to the name for one of the two and not for the other;
    * `yaml-scalar`: a value under a tag that it does not fit (`!!bool yes`, `!!null x`);
    * `yaml-version`: the reference reads YAML 1.1 where a file asks for it;
    * `recursive-alias`: nobody expects a value inside itself;
    * `duplicate-key`: the reference does not look for them in a mapping that has a merge key.

We accept what the reference refuses, because libyaml does, with the value everybody would expect:
    * a comma directly behind a tag;
    * a comment directly behind the header of a block scalar;
    * a comment behind a file that is one empty block scalar (its unindented text to the reference);
    * a block scalar that starts with an empty line of fewer spaces than its text;
    * tabs between words, and the line ends of other worlds (U+0085, U+2028, U+2029) and byte-order marks inside a
      file, which both parsers treat differently: no document here has any of these.
"""

import random
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tenprint.importers.errors import ProblemsError
from tenprint.importers.location import DocumentId
from tenprint.importers.reading.document import MappingNode, SequenceNode
from tenprint.importers.reading.yaml import parse_yaml
from tenprint.importers.reading.yaml_reference import reference_load

# Releases before 0.18 warn of names given again, whatever they are told.
pytestmark = pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")

STRICTER = frozenset(
    {
        "duplicate-key",
        "recursive-alias",
        "yaml-anchor",
        "yaml-key",
        "yaml-scalar",
        "yaml-syntax",
        "yaml-tag",
        "yaml-version",
    }
)
LAXER = ("2002:str,", "more indented follow up line", "expected chomping or indentation indicators")

PLAIN = (
    *("yes", "no", "on", "off", "y", "true", "True", "TRUE", "false", "tRUE", "null", "Null", "~", ""),
    *("010", "08", "0o10", "0o8", "0x1F", "0b11", "0b2", "1_000", "+1", "-0", "-_1", "1e3", "1.0e3", ".5", ".5e3"),
    *("12.", "2.0", "1:30", "1:30:15", ".inf", "-.INF", ".nan", "._", "-", "+", "1.2.3", "9" * 30, "1e999"),
    *("2020-01-01", "2020-1-1", "2020-13-01", "2020-01-01 10:00:00.5 +02:00", "2020-01-01T10:00:00Z"),
    *("=", "<<", "a b", "it's", 'say "x"', "a#b", "utter_greet", "a:b", "http://x.y/z", "x  y", "\u00e9\U0001f600"),
    *("${NAME}", "$NAME", "-x", "?x", "*", "&", "!", "%x", "@x", "`x", "|", ">", "\\u00e9", "a, b", "[x", "{x"),
)
TEXT = (*PLAIN, " lead", "trail ", "a: b", "a\\b", "''", "\n", "x\ny", "# no comment")
# Drawn by number, because Hypothesis warns of strategies whose description is as long as these lists.
PLAINS = st.integers(0, len(PLAIN) - 1).map(lambda number: PLAIN[number])
TEXTS = st.integers(0, len(TEXT) - 1).map(lambda number: TEXT[number])
NAMES = ("a", "b1", "long-name_2")


def single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\n", "\n\n") + "'"


def double_quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


SCALARS = st.one_of(
    PLAINS,
    TEXTS.map(double_quoted),
    TEXTS.filter(lambda text: "\n" not in text).map(single_quoted),
    st.sampled_from(["!!str 010", '!!int "7"', "!!float 1", "!!bool true", "!!null ''", "!x y"]),
    st.sampled_from(NAMES).map("*{}".format),
    st.tuples(st.sampled_from(NAMES), PLAINS).map(lambda pair: f"&{pair[0]} {pair[1]}"),
)
KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "intent", "examples"]),
    PLAINS,
    TEXTS.map(double_quoted),
    st.sampled_from(["? x", "*long-name_2 ", "&b1 k", "!!str 5"]),
)
MERGES = st.sampled_from(["*a", "*b1", "[*a, *b1]", "[*b1, {k: x, n: y}]", "{o: p}"]).map(lambda value: ("<<", value))


def unique(pairs: list[Any]) -> list[Any]:
    """Pairs with different keys: equal ones are left to the mutations, or few mappings would be accepted."""
    return list({pair[0]: pair for pair in pairs}.values())


FLOW = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.one_of(st.tuples(KEYS, inner), MERGES), max_size=4)
        .map(unique)
        .map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"),
    ),
    max_leaves=6,
)
BLOCK_SCALARS = st.tuples(
    st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "|2", "| # note"]),
    st.lists(st.sampled_from(["text", "", "  more", "- a", "k: v", "# c", "[x](y)"]), max_size=4),
)


def indented(lines: list[str]) -> list[str]:
    return [f"  {line}" if line else line for line in lines]


def block_sequence(items: list[list[str]]) -> list[str]:
    return [line for first, *rest in items for line in (f"- {first}".rstrip(), *indented(rest))] or ["[]"]


def block_mapping(parts: tuple[str, list[tuple[str, list[str], bool]]]) -> list[str]:
    opening, pairs = parts
    lines = [opening] if opening and pairs else []
    for key, value, below in pairs:
        if below or (len(value) > 1 and not value[0].startswith(("|", ">"))):
            lines += [f"{key}:", *indented(value)]
        else:
            lines += [f"{key}: {value[0]}".rstrip(), *indented(value[1:])]
    return lines or ["{}"]


LEAVES = st.one_of(
    FLOW.map(lambda text: [text]),
    BLOCK_SCALARS.map(lambda scalar: [scalar[0], *scalar[1]]),
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(block_sequence),
        st.tuples(
            st.sampled_from(["", "", "# comment"]),
            st.lists(
                st.one_of(st.tuples(KEYS, inner, st.booleans()), MERGES.map(lambda pair: (pair[0], [pair[1]], False))),
                max_size=4,
            ).map(unique),
        ).map(block_mapping),
    ),
    max_leaves=10,
)
HEAD = ["defined:", "- &a {k: 1, l: [2]}", "- &b1 {l: 3, <<: *a, m: 010}", "- &long-name_2 yes", "composed:"]
HEADED = BLOCKS.map(lambda lines: [*HEAD, *indented(lines)])
DOCUMENTS = st.one_of(HEADED, HEADED, BLOCKS.filter(lambda lines: lines[0][:1] not in ("|", ">"))).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)

REAL = (
    """\
version: "3.1"
nlu:
- intent: greet  # hi
  examples: |
    - hey [Berlin](city)
    - hi "you"

- lookup: towns
  examples: >-
    - a
""",
    """\
stories:
- story: "happy: path"
  steps:
  - intent: ask
    entities: [{city: Rome}, name]
  - action: utter_x
  - slot_was_set:
    - a: null
    - b: 1e3
    - c: 2020-01-01 10:00:00.5 +02:00
""",
    """\
slots: &s
  a: {type: float, min_value: -.5, max_value: 0x1F}
  b: 'it''s'
base: &b {k: v, <<: *s}
x:
  <<: [*b, *s]
  k: "esc \\u00e9 \\" q"
  ? complex
  : - 010
    - ~
    - yes
""",
    """\
responses:
  utter_a:
  - text: Hello ${NAME}!
    buttons:
    - {title: "Yes", payload: /affirm}
  - custom: !!str 5
    number: !!int "7"
plain: of several
  lines
1.5: f
true: t
""",
)
PIECES = (
    *("\n", "  ", " ", ":", ": ", "- ", "? ", "&a ", "*a", "<<: *s", "<<", "[", "]", "{", "}", ",", "'", '"'),
    *("|", ">", "#", " #", "!", "!!str ", "!!int ", "---\n", "...\n", "\r\n", "1", "0", "_", ".", "e3", "=", "~"),
    *(
        "null",
        "true",
        "010",
        "-",
        "+",
        ".inf",
        "2020-01-01",
        "@",
        "`",
        "\\",
        "\\x41",
        "\u00e9",
        "${X}",
        "%YAML 1.1\n---\n",
    ),
)


def mutated(text: str, edits: list[tuple[str, float, int, str]]) -> str:
    for kind, where, length, piece in edits:
        at = int(where * len(text))
        if kind == "delete":
            text = text[:at] + text[at + length :]
        elif kind == "insert":
            text = text[:at] + piece + text[at:]
        else:
            text = text[: at + length] + text[at:]
    return text


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "duplicate"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 10),
        st.sampled_from(PIECES),
    ),
    min_size=1,
    max_size=4,
)
MUTANTS = st.tuples(st.sampled_from(REAL), EDITS).map(lambda pair: mutated(*pair))


def comparable(value: Any) -> Any:
    """Value with its type, the order of its keys, and without what releases of the reference differ in."""
    if isinstance(value, dict):
        return MappingNode, [(comparable(key), comparable(entry)) for key, entry in value.items()]
    if isinstance(value, (list, tuple)):
        return SequenceNode, [comparable(entry) for entry in value]
    if isinstance(value, datetime):
        # Older releases turn a time with a zone into one without, in UTC.
        moment = value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
        return datetime, moment.isoformat()
    if isinstance(value, str):
        return str, str(value)
    return type(value), value.isoformat() if isinstance(value, date) else repr(value)


def expected(text: str) -> Any:
    """Value of the reference, or the exception it refuses with."""
    try:
        return reference_load(text) or {}
    except Exception as refusal:  # noqa: BLE001  (it refuses in many ways, `AssertionError` among them)
        return refusal


def actual(text: str) -> Any:
    try:
        return parse_yaml(text.encode(), DocumentId("test", "file.yml")).root
    except ProblemsError as refusal:
        return refusal


def check(text: str) -> None:
    reference, ours = expected(text), actual(text)
    if isinstance(ours, ProblemsError):
        codes = {problem.code for problem in ours.problems}
        assert isinstance(reference, Exception) or codes & STRICTER, (text, ours)
        assert all(problem.hint and problem.location and problem.location.line for problem in ours.problems)
    elif isinstance(reference, Exception):
        assert any(words in str(reference) for words in LAXER), (text, ours, reference)
    else:
        assert comparable(ours) == comparable(reference), text


QUICK = settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)


@QUICK
@given(DOCUMENTS)
@example("{a: 1:30, b: yes, c: 010}\n")
@example("a: &a {k: 1, l: 2}\nb: &b {l: 3, m: 4}\nc: {z: 0, <<: [*a, *b], k: 5}\n")
def test_composed_documents_have_the_same_value(text: str) -> None:
    check(text)


@QUICK
@given(MUTANTS)
def test_mutations_of_real_files_have_the_same_value_or_are_refused_by_both(text: str) -> None:
    check(text)


def test_unquoted_scalars_have_the_same_value_everywhere_they_can_stand() -> None:
    shapes = ("{}\n", "- {}\n", "a: {}\n", "{}: a\n", "[{}]\n", "{{{}: b}}\n", "!!str {}\n", "- &x {}\n- *x\n")
    for shape in shapes:
        for scalar in PLAIN:
            check(shape.format(scalar))


def test_scalars_of_odd_characters_have_the_same_value() -> None:
    chosen = random.Random(7)  # noqa: S311  (the same documents in every run)
    for _ in range(3000):
        check("- " + "".join(chosen.choices("0123456789_.+-:eExob~ TZ<=", k=chosen.randint(1, 9))) + "\n")
