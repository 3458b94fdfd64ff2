"""Parsing of YAML files: values, places, and every kind of problem with its place."""

import textwrap
from datetime import date
from typing import Any

import pytest

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading.document import Document, MappingNode, PlainText, SequenceNode, place_of
from tenprint.importers.reading.yaml import parse_yaml
from tenprint.importers.reading.yaml_parsing import PurePythonParser, parse_with

ID = DocumentId("disk", "data/nlu.yml")


def parsed(content: str | bytes, **limits: int) -> Document:
    raw = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
    return parse_yaml(raw, ID, Limits(**limits))


def root_of(content: str | bytes) -> Any:
    return parsed(content).root


def problems_of(content: str | bytes, **limits: int) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsError) as caught:
        parsed(content, **limits)
    return caught.value.problems


def codes_and_places(content: str | bytes, **limits: int) -> list[tuple[str, str]]:
    return [
        (problem.code, str(problem.location).removeprefix("data/nlu.yml:"))
        for problem in problems_of(content, **limits)
    ]


class TestValues:
    def test_unquoted_scalars_follow_yaml_1_2(self) -> None:
        root = root_of("{a: yes, b: 010, c: 1:30, d: 2020-01-01, e: , f: 1_000, g: ~, h: TRUE}")
        assert root == {
            "a": "yes",
            "b": 10,
            "c": "1:30",
            "d": date(2020, 1, 1),
            "e": None,
            "f": 1000,
            "g": None,
            "h": True,
        }

    def test_quoted_and_block_scalars_are_text(self) -> None:
        root = root_of("""
            a: "010"
            b: 'true'
            c: |
              5
            d: >-
              6
            e: ''
            "=": "<<"
            """)
        assert root == {"a": "010", "b": "true", "c": "5\n", "d": "6", "e": "", "=": "<<"}

    def test_backslashes_are_escapes_only_inside_double_quotes(self) -> None:
        assert root_of(r"""{a: \u00e9, b: '\u00e9', c: "\u00e9", d: \users}""") == {
            "a": r"\u00e9",
            "b": r"\u00e9",
            "c": "\u00e9",
            "d": r"\users",
        }

    def test_keys_may_be_any_scalar(self) -> None:
        assert root_of("{1: a, 1.5: b, true: c2, ~: d, 2020-01-01: e, '2': f}".replace("1:", "7:", 1)) == {
            7: "a",
            1.5: "b",
            True: "c2",
            None: "d",
            date(2020, 1, 1): "e",
            "2": "f",
        }

    def test_mappings_keep_the_order_of_the_file(self) -> None:
        assert list(root_of("{c: 1, a: 2, b: 3}")) == ["c", "a", "b"]

    @pytest.mark.parametrize("content", ["", "\n\n", "# comment\n", "---\n", "--- ~\n", "{}", "[]", "0", "false", '""'])
    def test_empty_documents_are_empty_mappings(self, content: str) -> None:
        document = parsed(content)
        assert isinstance(document.root, MappingNode)
        assert document.root == {}
        assert document.text == content
        assert place_of(document.root.mark) >= (1, 1)

    def test_a_document_may_be_a_scalar_or_a_list(self) -> None:
        assert root_of("hello") == "hello"
        assert root_of("- a\n- b") == ["a", "b"]

    def test_byte_order_mark_and_carriage_returns_are_accepted(self) -> None:
        document = parsed(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n")
        assert document.root == {"a": 1, "b": "x\ny\n"}
        assert document.root.key_place("a") == (1, 1)
        assert document.text.startswith("a: 1\r\n")

    def test_the_version_of_the_dialect_may_be_stated(self) -> None:
        assert root_of("%YAML 1.2\n---\na: no") == {"a": "no"}

    def test_harmless_tags_are_honoured(self) -> None:
        root = root_of(
            '{a: !!str 5, b: !!int "5", c: !!float 1, d: !!bool true, e: !!null "", f: !!map {x: !!seq [y]}}'
        )
        assert root == {"a": "5", "b": 5, "c": 1.0, "d": True, "e": None, "f": {"x": ["y"]}}
        assert type(root["c"]) is float


class TestVariables:
    def test_unquoted_text_with_a_variable_is_told_from_other_text(self) -> None:
        root = root_of("""
            a: "${A}"
            b: ${B}
            ${c}: 'x'
            d: plain
            e:
            - x ${E} y
            f: $F
            g: !!str ${G}
            h: |
              ${H}
            """)
        kinds = {str(key): type(value) for key, value in root.items()}
        text_keys = dict.fromkeys(("a", "${c}", "d", "f", "g", "h"), str)
        assert kinds == {**text_keys, "b": PlainText, "e": SequenceNode}
        assert type(root["e"][0]) is PlainText
        assert [type(key) for key in root if key == "${c}"] == [PlainText]

    def test_numbers_beside_variables_stay_numbers(self) -> None:
        assert root_of("a: ${A}\nb: 010\nc: null\n5: x\n") == {"a": "${A}", "b": 10, "c": None, 5: "x"}


class TestPlaces:
    def test_keys_values_and_entries_know_their_places(self) -> None:
        root = root_of("version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hi\n- [a, b]\n")
        assert root.key_place("nlu") == (2, 1)
        assert root.value_place("version") == (1, 10)
        assert root.value_place("nlu") == (3, 1)
        assert place_of(root["nlu"].mark) == (3, 1)
        assert root["nlu"].place(0) == (3, 3)
        assert root["nlu"][0].value_place("examples") == (4, 13)
        assert place_of(root["nlu"][0].mark) == (3, 3)
        assert root["nlu"][1].place(1) == (6, 7)

    def test_marks_index_the_text_of_the_document(self) -> None:
        document = parsed("\ufeff\u00e4: \u00f6\r\nb: [c, \U0001f600, d]\r\n")
        marks = [*document.root.key_marks, *document.root["b"].marks]
        assert [document.text[mark.index] for mark in marks] == ["\u00e4", "b", "c", "\U0001f600", "d"]

    def test_an_alias_has_its_own_place_and_the_same_node(self) -> None:
        root = root_of("a: &x [1]\nb: *x\n")
        assert root["a"] is root["b"]
        assert root.value_place("b") == (2, 4)

    def test_merged_keys_keep_the_places_they_come_from(self) -> None:
        root = root_of("a: &a {x: 1, y: 2}\nb:\n  own: 3\n  <<: *a\n  y: 4\n")
        assert root["b"].key_place("x") == (1, 8)
        assert root["b"].value_place("x") == (1, 11)
        assert root["b"].key_place("y") == (5, 3)
        assert root["b"].key_place("own") == (3, 3)

    def test_marks_stay_in_step_with_their_nodes(self) -> None:
        root = root_of("a: &a {x: 1}\nb: {<<: [*a, {z: 1}], q: [*a, !!str s, &n t, *n]}")
        for node in (root, root["a"], root["b"]):
            assert len(node) == len(node.key_marks) == len(node.value_marks)
        assert len(root["b"]["q"].marks) == 4


class TestMergeKeys:
    def test_own_keys_win_and_earlier_mappings_win_over_later(self) -> None:
        root = root_of("""
            a: &a {x: a, y: a}
            b: &b {y: b, z: b}
            one: {<<: *a, y: own}
            late: {y: own, <<: *a}
            two: {<<: [*a, *b]}
            inline: {<<: {x: 1}, z: 2}
            nested: {<<: &c {<<: *a, w: c}, v: *c}
            """)
        assert root["one"] == {"x": "a", "y": "own"}
        assert root["late"] == {"x": "a", "y": "own"}
        assert root["two"] == {"x": "a", "y": "a", "z": "b"}
        assert root["inline"] == {"x": 1, "z": 2}
        assert root["nested"] == {"x": "a", "y": "a", "w": "c", "v": {"x": "a", "y": "a", "w": "c"}}
        assert root["a"] == {"x": "a", "y": "a"}

    def test_quoted_merge_keys_are_text(self) -> None:
        assert root_of('{"<<": {a: 1}, !!str <<x: 2}') == {"<<": {"a": 1}, "<<x": 2}

    @pytest.mark.parametrize(
        ("content", "place"),
        [("<<: 5", "1:5"), ("<<: [{a: 1}, b]", "1:14"), ("<<: [[{a: 1}]]", "1:6"), ("a: 1\n<<:", "2:1")],
    )
    def test_only_mappings_can_be_merged(self, content: str, place: str) -> None:
        assert codes_and_places(content) == [("yaml-merge", place)]

    def test_the_merge_key_stands_once(self) -> None:
        (problem,) = problems_of("a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n")
        assert (problem.code, str(problem.location)) == ("duplicate-key", "data/nlu.yml:4:3")
        assert problem.hint == "Merge several: <<: [*first, *second]."

    @pytest.mark.parametrize("content", ["a: <<", "[=]", "a: {b: =}"])
    def test_instructions_are_no_values(self, content: str) -> None:
        ((code, _),) = codes_and_places(content)
        assert code == "yaml-scalar"

    def test_an_alias_cannot_carry_the_instruction(self) -> None:
        assert codes_and_places("{&m << : {a: 1}, b: *m}") == [("unknown-anchor", "1:21")]


class TestDuplicateKeys:
    def test_all_are_reported_with_the_place_of_the_first(self) -> None:
        found = problems_of("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\nx: [{y: 1, y: 2}]\na: 3\n")
        assert [(problem.code, str(problem.location), str(problem.related[0])) for problem in found] == [
            ("duplicate-key", "data/nlu.yml:5:3", "data/nlu.yml:3:3"),
            ("duplicate-key", "data/nlu.yml:6:1", "data/nlu.yml:1:1"),
            ("duplicate-key", "data/nlu.yml:7:12", "data/nlu.yml:7:6"),
            ("duplicate-key", "data/nlu.yml:8:1", "data/nlu.yml:1:1"),
        ]
        assert "'c'" in found[0].message

    @pytest.mark.parametrize("content", ["{1: a, 1.0: b}", "{1: a, true: b}", "{a: 1, 'a': 2}", "{.nan: 1, .nan: 2}"])
    def test_keys_that_are_equal_in_python_are_the_same(self, content: str) -> None:
        assert [code for code, _ in codes_and_places(content)] == ["duplicate-key"]

    def test_keys_that_only_look_alike_differ(self) -> None:
        assert len(root_of("{1: a, '1': b, null: c, 'null': d}")) == 4

    def test_they_are_reported_together_with_broken_syntax(self) -> None:
        assert codes_and_places("a: 1\na: 2\nb: c: d\n") == [("duplicate-key", "2:1"), ("yaml-syntax", "3:5")]

    def test_a_flood_of_problems_ends(self) -> None:
        found = problems_of("k: 1\n" * 20_000)
        assert len(found) == 1001
        assert found[-1].code == "too-many-problems"


class TestAliases:
    def test_an_unknown_name_is_reported_wherever_it_stands(self) -> None:
        content = "a: *x\n*y : 1\nb: {<<: *z}\n"
        assert codes_and_places(content) == [
            ("unknown-anchor", "1:4"),
            ("unknown-anchor", "2:1"),
            ("unknown-anchor", "3:9"),
        ]

    def test_a_name_may_be_given_again(self) -> None:
        assert root_of("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]

    @pytest.mark.parametrize(
        ("content", "place", "whole"),
        [
            ("&a [*a]", "1:5", "1:1"),
            ("a: &a\n  b: [{c: *a}]", "2:11", "1:4"),
            ("a: &a\n  <<: *a", "2:7", "1:4"),
        ],
    )
    def test_a_value_cannot_repeat_itself(self, content: str, place: str, whole: str) -> None:
        (problem,) = problems_of(content)
        assert problem.code == "recursive-alias"
        assert str(problem.location) == f"data/nlu.yml:{place}"
        assert str(problem.related[0]) == f"data/nlu.yml:{whole}"

    @pytest.mark.parametrize("content", ["&a: b", "x: {&ak: v}", "[&a b, *a: c]"])
    def test_a_name_that_touches_a_colon_is_ambiguous(self, content: str) -> None:
        assert "yaml-anchor" in [code for code, _ in codes_and_places(content)]

    def test_aliases_may_be_keys(self) -> None:
        assert root_of("[&a 5, {*a : x}, {? *a : y}]") == [5, {5: "x"}, {5: "y"}]


class TestKeysThatAreNoScalars:
    @pytest.mark.parametrize(
        ("content", "place"),
        [
            ("[a, b]: c", "1:1"),
            ("? {a: b}\n: c", "1:3"),
            ("a: {[x]: y}", "1:5"),
            ("? - a\n: b", "1:3"),
            ("- &a [x]\n- *a : y", "2:3"),
        ],
    )
    def test_they_are_refused(self, content: str, place: str) -> None:
        assert codes_and_places(content) == [("yaml-key", place)]


class TestTags:
    @pytest.mark.parametrize(
        ("content", "place", "named"),
        [
            ("a: !env_var ${A}", "1:4", "!env_var"),
            ("a: !!python/object:os.system {}", "1:4", "!!python/object:os.system"),
            ("- !!binary aGk=", "1:3", "!!binary"),
            ("- !!set {a}", "1:3", "!!set"),
            ("!x a: b", "1:1", "!x"),
            ("a: ! 5", "1:4", "!"),
            ("a: !!str {}", "1:4", "!!str"),
            ("a: !!map []", "1:4", "!!map"),
            ("a: !<tag:example.org,2000:x> 1", "1:4", "tag:example.org,2000:x"),
        ],
    )
    def test_others_are_named_and_refused(self, content: str, place: str, named: str) -> None:
        (problem,) = problems_of(content)
        assert (problem.code, str(problem.location)) == ("yaml-tag", f"data/nlu.yml:{place}")
        assert f"the tag {named} " in problem.message

    def test_a_value_must_fit_its_tag(self) -> None:
        assert codes_and_places("a: !!int x\nb: !!bool yes") == [("yaml-scalar", "1:4"), ("yaml-scalar", "2:4")]


class TestDirectivesAndDocuments:
    def test_other_versions_are_refused(self) -> None:
        assert codes_and_places("%YAML 1.1\n---\na: no\n") == [("yaml-version", "1:1")]
        assert codes_and_places("%YAML 1.3\n---\na: no\n") == [("yaml-syntax", "1:1")]

    @pytest.mark.parametrize(
        ("content", "place"), [("a: 1\n---\nb: 2\n", "2:1"), ("a: 1\n---\n", "2:1"), ("---\n---\n", "2:1")]
    )
    def test_one_file_holds_one_document(self, content: str, place: str) -> None:
        assert codes_and_places(content) == [("several-documents", place)]

    def test_the_end_of_a_document_may_be_marked(self) -> None:
        assert root_of("---\na: 1\n...\n") == {"a": 1}


class TestScalarsWithoutValue:
    @pytest.mark.parametrize(
        ("content", "place"),
        [(f"a: {'9' * 5000}", "1:4"), ("- x\n- 2020-13-01", "2:3"), ("2020-02-30: a", "1:1"), ("a: {b: &x ._}", "1:8")],
    )
    def test_they_are_problems_with_a_place(self, content: str, place: str) -> None:
        assert codes_and_places(content) == [("yaml-scalar", place)]


class TestBytes:
    def test_latin_1_is_refused_at_its_first_foreign_byte(self) -> None:
        (problem,) = problems_of("a: b\n\u00e4\u00e4: x".encode() + b"\xe9t\xe9\n")
        assert (problem.code, str(problem.location)) == ("encoding", "data/nlu.yml:2:6")
        assert "0xe9" in problem.message
        assert problem.hint is not None
        assert "UTF-8" in problem.hint

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
    def test_other_encodings_of_unicode_are_refused(self, encoding: str) -> None:
        mark = b"" if encoding != "utf-16-be" else b"\xfe\xff"
        assert codes_and_places(mark + "a: 1".encode(encoding)) == [("encoding", "1:1")]

    def test_binary_files_are_refused_at_the_first_zero(self) -> None:
        assert codes_and_places(b"PK\x03\x04\n\x14\x00\x08") == [("binary-file", "2:2")]
        assert codes_and_places("a: 1".encode("utf-16-le")) == [("binary-file", "1:2")]

    def test_large_files_are_refused_before_anything_is_read(self) -> None:
        (problem,) = problems_of(b"\xff" * 11, file_bytes=10)
        assert problem.code == "file-too-large"
        assert str(problem.location) == "data/nlu.yml"

    @pytest.mark.parametrize(("content", "place"), [("\u00e4: b\x07", "1:5"), ("a: 1\r\nb: \u00e4\x1b[", "2:5")])
    def test_control_characters_are_refused_at_their_place(self, content: str, place: str) -> None:
        assert codes_and_places(content.encode()) == [("yaml-syntax", place)]


class TestSyntax:
    @pytest.mark.parametrize(
        ("content", "place"),
        [
            ("key: value: value", "1:11"),
            ('a: 1\nb: "open\nc: 2\n', "4:1"),
            ("a: [1, 2\nb: 3\n", "2:2"),
            ("a: {b: 1\n", "2:1"),
            ("a: 1\n b: 2\n", "2:3"),
            ("- a\nb: c\n", "2:1"),
            ("a:\n\tb: c\n", "2:1"),
            ("a: 'it's'", "1:8"),
            ("a: @b", "1:4"),
            ("a: %b", "1:4"),
            ('a: "\\q"', "1:6"),
            ("a: ]", "1:4"),
        ],
    )
    def test_it_is_refused_where_it_breaks(self, content: str, place: str) -> None:
        assert codes_and_places(content) == [("yaml-syntax", place)]

    def test_the_message_shows_the_line(self) -> None:
        (problem,) = problems_of("a: 1\nb: c: d\n")
        assert problem.message == ("this is no valid YAML: mapping values are not allowed here\n    b: c: d\n        ^")
        assert problem.hint == "Put text that holds a colon and a space in quotes, and check the indentation."

    def test_where_the_broken_thing_began_is_told_too(self) -> None:
        (problem,) = problems_of('a: 1\nb: "open\nc: 2\n')
        assert [str(place) for place in problem.related] == ["data/nlu.yml:2:4"]
        assert problem.hint is not None
        assert "quote" in problem.hint

    @pytest.mark.parametrize("content", [r'a: "\d+"', r'a: "\xZZ"'])
    def test_text_with_backslashes_is_to_stand_in_single_quotes(self, content: str) -> None:
        (problem,) = problems_of(content)
        assert problem.hint == r"Use single quotes for text with backslashes, or write \\ for each."

    @pytest.mark.parametrize("content", [r'a: "\ud83d\ude00"', r'a: "\U00110000"'])
    def test_an_escape_of_no_character_is_to_be_the_character(self, content: str) -> None:
        (problem,) = problems_of(content)
        assert problem.hint == r"Write the character itself, or its one code, such as \U0001F600."

    @pytest.mark.parametrize("content", ["a:\n\tb: c\n", "a:\n  - b\n\t- c\n"])
    def test_tabs_are_told_not_to_indent(self, content: str) -> None:
        (problem,) = problems_of(content)
        assert problem.hint == "Indent with spaces: tabs cannot indent in YAML."

    def test_long_lines_are_cut_around_the_place(self) -> None:
        (problem,) = problems_of(f"a: {'x' * 500}: y{' z' * 500}\n")
        _, shown, caret = problem.message.split("\n")
        assert len(shown) == 76
        assert shown[caret.index("^")] == ":"

    def test_large_files_get_the_message_of_the_parser(self) -> None:
        (problem,) = problems_of("a: 1\n" + "# filler\n" * 10_000 + "b: c: d\n")
        assert "mapping values are not allowed in this context" in problem.message
        assert str(problem.location) == "data/nlu.yml:10002:5"

    def test_what_only_the_parser_refuses_gets_its_message(self) -> None:
        assert codes_and_places("a: 1\n: x\nb: {\n") == [("yaml-syntax", "2:1")]


class TestHostileFiles:
    @pytest.mark.timeout(100)
    @pytest.mark.parametrize(
        ("shape", "code", "place"),
        [
            ("[", "too-deep", "1:65"),
            ("- ", "too-deep", "1:129"),
            ("{a: ", "too-deep", "1:257"),
            ("? ", "yaml-key", "1:3"),
        ],
    )
    def test_a_million_levels_are_refused_at_once(self, shape: str, code: str, place: str) -> None:
        assert codes_and_places(shape * 1_000_000) == [(code, place)]

    def test_the_depth_is_counted_in_collections(self) -> None:
        assert root_of("[" * 64 + "]" * 64) is not None
        assert codes_and_places("[" * 65 + "]" * 65) == [("too-deep", "1:65")]
        assert codes_and_places("a: [{b: c}]", depth=2) == [("too-deep", "1:5")]

    @pytest.mark.timeout(100)
    def test_a_bomb_of_aliases_is_refused(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 10)]
        ((code, _),) = codes_and_places("\n".join(lines))
        assert code == "too-many-nodes"

    @pytest.mark.timeout(100)
    def test_a_bomb_of_merge_keys_is_refused(self) -> None:
        keys = ", ".join(f"k{number}: v" for number in range(2000))
        merges = "  - <<: *b\n" * 2000
        ((code, _),) = codes_and_places(f"base: &b {{{keys}}}\nmerged:\n{merges}")
        assert code == "too-many-nodes"

    def test_repeated_values_count_as_often_as_they_stand(self) -> None:
        content = "a: &a [1, 2, 3, 4, 5]\nb: [*a, *a, *a]\n"
        assert len(root_of(content)["b"]) == 3
        assert codes_and_places(content, nodes=20) == [("too-many-nodes", "2:9")]

    def test_many_nodes_are_refused_without_aliases_too(self) -> None:
        assert codes_and_places("a:\n- b\n- [c, d, e]\n", nodes=5) == [("too-many-nodes", "3:3")]

    @pytest.mark.timeout(100)
    def test_deep_text_behind_broken_syntax_is_not_descended_into(self) -> None:
        for shape in ("[", "- ", "? ", "[ #]\n"):
            assert codes_and_places("a: 1\n: x\nb:\n" + shape * 15_000) == [("yaml-syntax", "2:1")]


class TestWithoutLibyaml:
    CONTENT = b'a: &x [1, "2", ~]\nb: *x\nc: {<<: {d: yes}, e: !!str 5}\nf: |\n  text\n'

    def test_the_parser_in_python_builds_the_same(self) -> None:
        document = parse_with(self.CONTENT, ID, limits=Limits(), open_parser=PurePythonParser)
        assert document == parse_yaml(self.CONTENT, ID)
        assert document.root["c"].value_place("d") == (3, 13)

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"a: b: c", "yaml-syntax"), (b"a: \x07", "yaml-syntax"), (b"[" * 5000, "too-deep"), (b"a: !x 1", "yaml-tag")],
    )
    def test_it_reports_the_same_problems(self, content: bytes, code: str) -> None:
        with pytest.raises(ProblemsError) as caught:
            parse_with(content, ID, limits=Limits(), open_parser=PurePythonParser)
        assert [problem.code for problem in caught.value.problems] == [code]
