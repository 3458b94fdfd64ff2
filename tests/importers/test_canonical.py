"""The canonical form is what every fingerprint stands on; the golden vectors pin its bytes for ever."""

import datetime as dt
import json
import math
from collections.abc import Callable
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.canonical import MAX_NODES, canonical, canonical_digest, text_form
from tenprint.importers.errors import CanonicalFormError
from tenprint.importers.reading.document import NOWHERE, MappingNode, PlainText, SequenceNode, nodes_of

GOLDENS = Path(__file__).parents[1] / "goldens" / "canonical.json"

ZONE = dt.timezone(dt.timedelta(hours=2))

VECTORS: dict[str, Any] = {
    "none": None,
    "false": False,
    "true": True,
    "zero": 0,
    "one": 1,
    "minus one": -1,
    "large integer": 2**64,
    "float one": 1.0,
    "tenth": 0.1,
    "minus zero": -0.0,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "nan": math.nan,
    "empty text": "",
    "text": "greet",
    "text like none": "None",
    "umlaut composed": "\u00fc",
    "umlaut decomposed": "u\u0308",
    "emoji": "\U0001f600",
    "bytes": b"greet",
    "date": dt.date(2020, 1, 1),
    "datetime": dt.datetime(2020, 1, 1, 10, 0, 0),  # noqa: DTZ001 - YAML has such values
    "datetime with zone": dt.datetime(2020, 1, 1, 10, 0, 0, 500, ZONE),
    "empty tuple": (),
    "empty list": [],
    "empty mapping": {},
    "empty set": set(),
    "pair": ("a", 1),
    "nested": [["a"], "b"],
    "mapping": {"b": 2, "a": [1, 1.0, True, "1", None]},
    "mapping with keys of many types": {1: "a", "1": "b", None: "c", (1, 2): "d", False: "e"},
    "set": {"b", "a", 1, None},
    "component": {"name": "RulePolicy", "core_fallback_threshold": 0.3, "enable_fallback_prediction": True},
}

DISTINCT: list[Any] = [
    None,
    "None",
    "N",
    "",
    b"",
    "null",
    False,
    True,
    "True",
    "T",
    0,
    0.0,
    -0.0,
    1,
    1.0,
    "1",
    b"1",
    "1.0",
    -1,
    math.nan,
    "nan",
    math.inf,
    -math.inf,
    dt.date(2020, 1, 1),
    dt.datetime(2020, 1, 1),  # noqa: DTZ001 - YAML has such values
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    dt.datetime(2020, 1, 1, 2, tzinfo=ZONE),
    "2020-01-01",
    (),
    [],
    {},
    frozenset(),
    (None,),
    [None],
    {None},
    {None: None},
    ["a", 1],
    ("a", 1),
    {"a": 1},
    {"a", 1},
    [["a", 1]],
    [("a", 1)],
    {"a": "1"},
    {"a": True},
    {"a": 1, "b": 2},
    {"a": 2, "b": 1},
    ["ab", "c"],
    ["a", "bc"],
    ["abc"],
    [["a"], "b"],
    [["a", "b"]],
    ["a", ["b"]],
    [1, 2],
    [2, 1],
    [1, 1],
    [1],
    "s1:a",
    "\u00fc",
    "u\u0308",
]


def bits(value: float) -> str:
    return "nan" if math.isnan(value) else value.hex()


def meaning(value: Any) -> Any:
    """What the encoding has to keep apart, written down in another way: types, and sets without order."""
    if isinstance(value, float):
        return "float", bits(value)
    if isinstance(value, dict):
        return "dict", frozenset((meaning(key), meaning(entry)) for key, entry in value.items())
    if isinstance(value, (set, frozenset)):
        return "set", frozenset(meaning(entry) for entry in value)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(meaning(entry) for entry in value)
    return type(value).__name__, value


def nested_lists(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, math.nan, math.inf])
    | st.sampled_from(["", "a", "b", "1", "None", "s1:a"])
    | st.sampled_from([b"", b"a"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(SCALARS, inner, max_size=3)
        | st.sets(SCALARS, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", VECTORS)
def test_bytes_and_digests_are_those_of_the_first_release(name: str) -> None:
    golden = json.loads(GOLDENS.read_text())[name]

    assert canonical(VECTORS[name]).hex() == golden["canonical"]
    assert canonical_digest(VECTORS[name]).hex() == golden["digest"]


def test_every_golden_vector_is_checked() -> None:
    assert set(json.loads(GOLDENS.read_text())) == set(VECTORS)


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (None, b"N"),
        (True, b"T"),
        (-12, b"i3:-12"),
        (1.0, b"f\x3f\xf0\x00\x00\x00\x00\x00\x00"),
        ("\u00fc", b"s2:\xc3\xbc"),
        (b"\x00", b"b1:\x00"),
        (dt.date(2020, 1, 1), b"d10:2020-01-01"),
        (("a",), b"u1:s1:a"),
        ([[]], b"l1:l0:"),
        ({"b", "a"}, b"e2:s1:as1:b"),
        ({"b": None, "a": False}, b"m2:s1:aFs1:bN"),
    ],
)
def test_the_encoding_is_the_one_the_module_describes(value: Any, encoded: bytes) -> None:
    assert canonical(value) == encoded


def test_no_two_distinct_values_share_bytes() -> None:
    for one, other in combinations(DISTINCT, 2):
        assert canonical(one) != canonical(other), (one, other)


def test_no_encoding_is_the_beginning_of_another() -> None:
    # Then forms can be put behind each other without a separator.
    encoded = [canonical(value) for value in DISTINCT]

    assert not [pair for pair in combinations(sorted(encoded), 2) if pair[1].startswith(pair[0])]


@given(VALUES, VALUES)
def test_values_have_equal_bytes_exactly_when_they_mean_the_same(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) == (meaning(one) == meaning(other))


@given(st.dictionaries(SCALARS, VALUES, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_means_nothing(value: dict[Any, Any], random: Any) -> None:
    entries = list(value.items())
    random.shuffle(entries)

    assert canonical(dict(entries)) == canonical(value)


def test_the_order_of_a_set_means_nothing() -> None:
    names = [f"name{number}" for number in range(100)]

    assert canonical(set(names)) == canonical(frozenset(reversed(names)))


def test_there_is_one_nan() -> None:
    assert canonical(float("nan")) == canonical(-float("nan")) == canonical(math.inf - math.inf)


def test_nodes_of_a_document_count_as_plain_collections() -> None:
    value = {"a": [1, {"b": None}], "c": []}

    assert canonical(nodes_of(value)) == canonical(value)
    assert canonical(MappingNode(NOWHERE)) == canonical({})
    assert canonical(SequenceNode(NOWHERE)) == canonical([])


def test_depth_is_no_limit() -> None:
    deep = canonical(nested_lists(100_000))

    assert deep == b"l1:" * 100_000 + b"l0:"


def test_what_differs_only_at_the_bottom_or_at_the_end_differs() -> None:
    """Systems that stop at a depth or shorten long arrays call these equal."""

    def wrapped(value: Any, depth: int) -> Any:
        for _ in range(depth):
            value = [value]
        return value

    empty: list[Any] = [{}, [], (), set(), 1, "1", None, "None"]
    last: list[Any] = [1, "1", 1.0, True, None, []]
    deep = [canonical(wrapped(value, 10_000)) for value in empty]
    long = [canonical([*range(200_000), value]) for value in last]
    middle = canonical([*range(100_000), -1, *range(100_000)])
    lengths = [canonical([0] * count) for count in (100_000, 100_001)]
    assert len({*deep, *long, middle, *lengths}) == len(deep) + len(long) + 3


def test_a_part_that_is_shared_counts_each_time() -> None:
    shared = ["a"]

    assert canonical([shared, shared]) == canonical([["a"], ["a"]])
    assert canonical({"x": shared, "y": (shared,)}) == canonical({"x": ["a"], "y": (["a"],)})


def list_in_itself() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


def mapping_in_itself() -> Any:
    value: dict[str, Any] = {}
    value["deeper"] = [(value,)]
    return value


@pytest.mark.parametrize("make", [list_in_itself, mapping_in_itself])
def test_a_collection_that_contains_itself_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(CanonicalFormError, match="contains itself"):
        canonical(make())


def test_an_alias_bomb_ends_at_the_budget() -> None:
    bomb: list[Any] = ["lol"]
    for _ in range(60):
        bomb = [bomb, bomb]

    with pytest.raises(CanonicalFormError, match="more than 1000 nodes"):
        canonical(bomb, max_nodes=1000)
    assert MAX_NODES < 2**60


def test_the_budget_counts_every_node() -> None:
    assert canonical({"a": [1]}, max_nodes=4)
    with pytest.raises(CanonicalFormError):
        canonical({"a": [1]}, max_nodes=3)


@pytest.mark.parametrize("value", ["\ud800", ["\udfff"], {"\ud83d": 1}, ("a", {"\ude00"})])
def test_text_that_utf_8_cannot_encode_is_refused(value: Any) -> None:
    with pytest.raises(CanonicalFormError, match="UTF-8"):
        canonical(value)


@pytest.mark.parametrize("value", [object(), 1j, PlainText("a"), range(3), [object()], {"a": bytearray()}])
def test_other_types_are_refused_by_name(value: Any) -> None:
    with pytest.raises(CanonicalFormError, match="has no canonical form") as caught:
        canonical(value)

    assert isinstance(caught.value, TypeError)
    assert caught.value.hint is not None


def test_an_integer_beyond_what_python_prints_is_refused() -> None:
    with pytest.raises(CanonicalFormError, match="digits"):
        canonical(1 << 20_000)


def test_the_form_of_a_text_is_its_canonical_form() -> None:
    for text in ("", "greet", "\u00fc", "\U0001f600"):
        assert text_form(text) == canonical(text)


def test_the_digest_is_that_of_the_bytes() -> None:
    value = {"a": [1, 2]}

    assert canonical_digest(value) == sha256(canonical(value)).digest()
