import pytest
from tests.importers.readings import DOCUMENT, clean, complaints, only_problem, places, read, values

from tenprint.importers.data import EntitySpan, Example, LookupEntry, RegexFeature, Synonym
from tenprint.importers.reading import Reader, nodes_of, read_nlu
from tenprint.importers.reading.document import Document


def test_block_of_examples() -> None:
    reader = read(
        read_nlu,
        """
        nlu:
        - intent: greet
          examples: |
            - hi
            - hello there
        """,
    )

    assert values(reader) == [Example("hi", "greet"), Example("hello there", "greet")]
    assert places(reader) == [
        ("intent-example", ("nlu", "greet", "hi"), (4, 5)),
        ("intent-example", ("nlu", "greet", "hello there"), (5, 5)),
    ]


def test_list_of_examples() -> None:
    reader = read(
        read_nlu,
        """
        nlu:
        - intent: greet
          metadata: {sentiment: neutral}
          examples:
          - text: |
              hi
            metadata: [1, two]
          - text: "  - hello\t "
          - text: ""
        """,
    )

    assert values(reader) == [
        Example("hi", "greet", metadata={"intent": {"sentiment": "neutral"}, "example": [1, "two"]}),
        Example("- hello\t", "greet", metadata={"intent": {"sentiment": "neutral"}}),
        Example("", "greet", metadata={"intent": {"sentiment": "neutral"}}),
    ]
    assert [place for _, _, place in places(reader)] == [(5, 5), (8, 5), (9, 5)]


def test_block_and_list_mean_the_same() -> None:
    block = "nlu:\n- intent: a\n  metadata: 1\n  examples: |\n    - to [Rio](city)\n"
    listed = "nlu:\n- intent: a\n  metadata: 1\n  examples:\n  - text: to [Rio](city)\n"

    assert values(read(read_nlu, block)) == values(read(read_nlu, listed))


def test_annotations_are_read_and_the_path_has_the_plain_text() -> None:
    reader = read(
        read_nlu,
        """
        nlu:
        - intent: book
          examples: |
            - to [NYC](city:New York)
        """,
    )

    assert clean(reader)[0].path == ("nlu", "book", "to NYC")
    assert values(reader) == [Example("to NYC", "book", (EntitySpan(3, 6, "city", "New York"),))]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("- x", "x"),
        ("-x", "x"),
        ("--y", "-y"),
        ("-", ""),
        ("-   x  ", "x"),
        ("- x # no comment", "x # no comment"),
        ("- a: b", "a: b"),
        ("- \\n", "\\n"),
        ("- \tx\t", "\tx\t"),
        ("- ${HOME}", "${HOME}"),
        ("- 'quoted'", "'quoted'"),
    ],
)
def test_what_a_line_of_a_block_says(line: str, text: str) -> None:
    assert values(read(read_nlu, f"nlu:\n- intent: a\n  examples: |\n    {line}\n")) == [Example(text, "a")]


def test_lines_without_a_dash_are_left_out_and_told() -> None:
    reader = read(
        read_nlu,
        """
        nlu:
        - intent: a
          examples: |
            - one

            two
              - three
            # four
            - five
        """,
    )

    assert [part.value.text for part in reader.parts] == ["one", "five"]
    assert complaints(reader) == [f"?example-without-dash {line}:5" for line in (6, 7, 8)]


@pytest.mark.parametrize(
    ("examples", "places_of_lines"),
    [
        ("|\n    - a\n    - b\n", [(4, 5), (5, 5)]),
        ("|-\n    - a\n    - b", [(4, 5), (5, 5)]),
        ("|+\n    - a\n\n    - b\n\n", [(4, 5), (6, 5)]),
        ("| # words\n      - a\n      - b\n", [(4, 7), (5, 7)]),
        ("|\n\n    - a\n    - b\n", [(5, 5), (6, 5)]),
        ("|2\n    - a\n    - b\n", [(4, 5), (5, 5)]),
        ('"- a\\n- b"\n', [(3, 1), (3, 1)]),
    ],
)
def test_lines_have_their_own_places_in_every_kind_of_block(
    examples: str, places_of_lines: list[tuple[int, int]]
) -> None:
    reader = read(read_nlu, f"nlu:\n- intent: a\n  examples: {examples}")

    assert [part.value.text for part in reader.parts] == ["a", "b"]
    assert [place for _, _, place in places(reader)] == places_of_lines


def test_line_ends_of_windows_count_as_line_ends() -> None:
    reader = read(read_nlu, "nlu:\r\n- intent: a\r\n  examples: |\r\n    - x\r\n    - y\r\n")

    assert values(reader) == [Example("x", "a"), Example("y", "a")]
    assert [place for _, _, place in places(reader)] == [(4, 5), (5, 5)]


def test_synonyms_regexes_and_lookups() -> None:
    reader = read(
        read_nlu,
        r"""
        nlu:
        - synonym: New York
          examples: |
            - NYC
            - Big Apple
        - regex: zip
          examples: |
            - \d{5}
            - [A-Z](\d)
        - lookup: country
          examples: |
            - Chad
            - Peru
        """,
    )

    assert values(reader) == [
        Synonym("NYC", "New York"),
        Synonym("Big Apple", "New York"),
        RegexFeature("zip", r"\d{5}"),
        RegexFeature("zip", r"[A-Z](\d)"),
        LookupEntry("country", "Chad"),
        LookupEntry("country", "Peru"),
    ]
    assert [path for _, path, _ in places(reader)] == [
        ("nlu", "synonyms", "NYC"),
        ("nlu", "synonyms", "Big Apple"),
        ("nlu", "regexes", "zip"),
        ("nlu", "regexes", "zip"),
        ("nlu", "lookups", "country"),
        ("nlu", "lookups", "country"),
    ]


@pytest.mark.parametrize("name", ["faq/ask", "f a q/1", '"  greet  "', "yes"])
def test_names_of_intents(name: str) -> None:
    reader = read(read_nlu, f"nlu:\n- intent: {name}\n  examples: |\n    - x\n")

    assert values(reader) == [Example("x", name.strip('" '))]


@pytest.mark.parametrize("name", ["a/b/c", "/ask", "faq/", "/"])
def test_names_with_a_wrong_slash_are_refused(name: str) -> None:
    reader = read(read_nlu, f"nlu:\n- intent: {name}\n  examples: |\n    - x\n")

    assert complaints(reader) == ["intent-name 2:11"]
    assert name in only_problem(reader).message


@pytest.mark.parametrize("section", ["nlu:", "nlu: null", "nlu: []"])
def test_an_empty_section_is_nothing(section: str) -> None:
    assert clean(read(read_nlu, section)) == []


@pytest.mark.parametrize(
    ("section", "complaint"),
    [
        ("nlu: text", "wrong-type 1:6"),
        ("nlu: {intent: a}", "wrong-type 1:6"),
        ("nlu: 7", "wrong-type 1:6"),
        ("nlu:\n- just text", "wrong-type 2:3"),
        ("nlu:\n- [a]", "wrong-type 2:3"),
        ("nlu:\n-", "wrong-type 2:2"),
        ("nlu:\n- examples: |\n    - x", "unknown-key 2:3"),
        ("nlu:\n- intnet: a\n  examples: |\n    - x", "unknown-key 2:3"),
        ("nlu:\n- {intent: a, synonym: b, examples: x}", "ambiguous-entry 2:3"),
        ("nlu:\n- intent: 1\n  examples: |\n    - x", "wrong-type 2:11"),
        ("nlu:\n- intent: true\n  examples: |\n    - x", "wrong-type 2:11"),
        ("nlu:\n- intent: 2020-01-01\n  examples: |\n    - x", "wrong-type 2:11"),
        ("nlu:\n- intent:\n  examples: |\n    - x", "wrong-type 2:10"),
        ('nlu:\n- intent: ""\n  examples: |\n    - x', "empty-text 2:11"),
        ("nlu:\n- intent: [a]\n  examples: |\n    - x", "wrong-type 2:11"),
        ("nlu:\n- intent: a\n  exmaples: |\n    - x\n  examples: |\n    - x", "unknown-key 3:3"),
        ("nlu:\n- synonym: a\n  metadata: 1\n  examples: |\n    - x", "unknown-key 3:3"),
        ("nlu:\n- intent: a\n  examples: 7", "wrong-type 3:13"),
        ("nlu:\n- intent: a\n  examples: {a: b}", "wrong-type 3:13"),
        ("nlu:\n- intent: a\n  examples:\n  - hi", "wrong-type 4:5"),
        ("nlu:\n- intent: a\n  examples:\n  - text: 7", "wrong-type 4:11"),
        ("nlu:\n- intent: a\n  examples:\n  - {text: hi, txet: hi}", "unknown-key 4:16"),
        ("nlu:\n- intent: a\n  examples:\n  - {metadata: hi}", "missing-key 4:5"),
        ("nlu:\n- lookup: a\n  file:", "wrong-type 3:8"),
        ("nlu:\n- lookup: a\n  file: [b]", "wrong-type 3:9"),
        ("nlu:\n- lookup: a\n  file: ''", "empty-text 3:9"),
        ("nlu:\n- lookup: a\n  file: /etc/cities.txt", "lookup-file 3:9"),
        ("nlu:\n- lookup: a\n  file: ~/cities.txt", "lookup-file 3:9"),
        ("nlu:\n- lookup: a\n  file: C:/cities.txt", "lookup-file 3:9"),
        ("nlu:\n- lookup: a\n  file: a\\cities.txt", "lookup-file 3:9"),
        ("nlu:\n- lookup: a\n  file: other.yml", "lookup-file 3:9"),
        ("nlu:\n- synonym: a\n  file: cities.txt\n  examples: |\n    - x", "unknown-key 3:3"),
        ("nlu:\n- intent: a\n  examples: |\n    - y\n    - [x]()", "?odd-brackets 5:5"),
        ("nlu:\n- synonym: a", "no-examples 2:3"),
        ("nlu:\n- regex: a\n  examples:", "no-examples 2:3"),
        ("nlu:\n- lookup: a\n  examples: [b, c]", "wrong-type 3:13"),
        ("nlu:\n- synonym: a\n  examples: 7", "wrong-type 3:13"),
        ("nlu:\n- regex: 12\n  examples: |\n    - x", "wrong-type 2:10"),
        ("nlu:\n- intent: a\n  examples: |\n    - y\n    - [x]{entity}", "invalid-annotation 5:5"),
        ("nlu:\n- intent: a\n  examples:\n  - text: '[x]{entity}'", "invalid-annotation 4:5"),
        ("nlu:\n- intent: a", "?no-examples 2:11"),
        ("nlu:\n- intent: a\n  examples:", "?no-examples 2:11"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_else_is_lost(section: str, complaint: str) -> None:
    before = "nlu:\n- intent: first\n  examples: |\n    - one\n"
    after = "\n- intent: last\n  examples: |\n    - two\n"
    inside = section.removeprefix("nlu:\n")

    assert complaints(read(read_nlu, section)) == [complaint]
    if inside != section:
        reader = read(read_nlu, before + inside + after)
        texts = [part.value.text for part in reader.parts if part.kind == "intent-example"]
        assert (texts[0], texts[-1]) == ("one", "two")
        assert len(reader.problems) == 1


def test_all_problems_of_a_document_are_told_in_their_order() -> None:
    reader = read(
        read_nlu,
        """
        nlu:
        - intent: 1
          examples: |
            - x
        - intnet: a
        - intent: b
          examples: |
            - good
            - [bad]{"entity": 1, "rloe": 2}
        - synonym: c
        """,
    )

    assert complaints(reader) == [
        "wrong-type 2:11",
        "unknown-key 5:3",
        "invalid-annotation 9:5",
        "invalid-annotation 9:5",
        "no-examples 10:3",
    ]
    assert [part.value.text for part in reader.parts] == ["good", "bad"]


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ("intnet: a", "did you mean intent?"),
        ("synonyms: a", "did you mean synonym?"),
        ("what: a", "keys: intent, lookup, regex, synonym"),
    ],
)
def test_an_unknown_entry_comes_with_the_nearest_keys(entry: str, hint: str) -> None:
    assert only_problem(read(read_nlu, f"nlu:\n- {entry}\n")).hint == hint


def test_a_name_that_yaml_reads_as_another_type_comes_with_advice() -> None:
    problem = only_problem(read(read_nlu, "nlu:\n- intent: 42\n  examples: |\n    - x\n"))

    assert "the number 42" in problem.message
    assert problem.hint == "put quotes around it to make it text"


def test_the_same_example_twice_is_no_problem() -> None:
    assert values(read(read_nlu, "nlu:\n- intent: a\n  examples: |\n    - x\n    - x\n")) == [Example("x", "a")] * 2


def test_values_that_never_were_text_have_no_places() -> None:
    reader = Reader(Document(DOCUMENT, nodes_of({"nlu": [{"intent": "a", "examples": "- x"}, {"intent": 1}]})))
    read_nlu(reader)

    assert [part.value for part in reader.parts] == [Example("x", "a")]
    assert reader.parts[0].place[0] == 0
    assert only_problem(reader).location == DOCUMENT.at(0, 0)
