import textwrap

import pytest
from tests.importers.readings import DOCUMENT

from tenprint.importers.errors import ProblemsError
from tenprint.importers.reading import parse_yaml
from tenprint.importers.spec import ImporterSpec, importer_specs


def specs(text: str) -> tuple[ImporterSpec, ...]:
    return importer_specs(parse_yaml(textwrap.dedent(text).lstrip("\n").encode(), DOCUMENT))


def test_entries_have_a_name_options_and_a_place() -> None:
    found = specs(
        """
        language: en
        importers:
        - name: git
          url: https://example.org/x.git
          paths: [a, {b: c}]
        - name: file
        """
    )

    assert found == (
        ImporterSpec(
            "git",
            {"url": "https://example.org/x.git", "paths": ["a", {"b": "c"}]},
            DOCUMENT.at(3, 3),
            "git",
            option_locations={"url": DOCUMENT.at(4, 3), "paths": DOCUMENT.at(5, 3)},
        ),
        ImporterSpec("file", {}, DOCUMENT.at(6, 3), "file"),
    )
    assert type(found[0].options["paths"][1]) is dict


@pytest.mark.parametrize("text", ["", "language: en", "importers: []"])
def test_no_entries_are_no_specs(text: str) -> None:
    assert specs(text) == ()


def test_a_file_that_is_no_mapping_has_no_specs() -> None:
    assert specs("- a") == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("importers:", "1:11"),
        ("importers: text", "1:12"),
        ("importers: {name: a}", "1:12"),
        ("importers: [file]", "1:13"),
        ("importers: [{}]", "1:13"),
        ("importers: [{name: }]", "1:20"),
        ("importers: [{name: 1}]", "1:20"),
        ("importers: [{name: ''}]", "1:20"),
        ("importers: [{nmae: a}]", "1:13"),
    ],
)
def test_wrong_entries_are_told_with_advice(text: str, place: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        specs(text)

    (problem,) = caught.value.problems
    assert str(problem.location) == f"data/file.yml:{place}"
    assert problem.hint is not None
    assert "- name: file" in problem.hint


def test_all_wrong_entries_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        specs("importers:\n- file\n- name: ok\n- {}\n")

    assert [str(problem.location) for problem in caught.value.problems] == ["data/file.yml:2:3", "data/file.yml:4:3"]


@pytest.mark.parametrize(
    ("text", "code", "place", "told"),
    [
        ("importers: [{nmae: a}]", "missing-key", "1:13", "has no key 'name'; `nmae` is an option"),
        ("importers: [{url: a}]", "missing-key", "1:13", "has no key 'name'"),
        ("importers: [{name: a, as: 1}]", "wrong-type", "1:27", "must be text, not the number 1"),
        ("importers: [{name: a, as: ''}]", "empty-text", "1:27", "must not be empty"),
        ("importers: [{name: a, policy: }]", "source-policy", "1:31", "required, optional or last-good, not nothing"),
        ("importers: [{name: a, policy: [optional]}]", "source-policy", "1:31", "not a list"),
        ("importers: [{name: a, policy: optinal}]", "source-policy", "1:31", "not the text 'optinal'"),
        ("importers: [{name: a, 5: b}]", "wrong-type", "1:23", "an option of an importer must be text"),
        ("importers: [{name: a, as: x}, {name: b, as: x}]", "duplicate-name", "1:31", "two sources are called 'x'"),
    ],
)
def test_every_wrong_key_of_an_entry_is_told_where_it_stands(text: str, code: str, place: str, told: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        specs(text)

    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == (code, f"data/file.yml:{place}")
    assert told in problem.message
    assert problem.hint


def test_a_misspelt_policy_comes_with_the_nearest_one() -> None:
    with pytest.raises(ProblemsError) as caught:
        specs("importers: [{name: a, policy: optinal}]")

    assert caught.value.problems[0].hint == "did you mean optional?"


def test_an_entry_may_be_a_url_alone_or_with_options() -> None:
    found = specs(
        """
        importers:
        - git+https://h/team/phrases.git@v1#subdirectory=a
        - url: https://h/phrases.yml
          as: mine
          policy: optional
          timeout: 5
        - https://h/phrases.zip
        - name: git
          url: https://h/x.git
        """
    )

    assert [(spec.name, spec.url, spec.label, spec.required) for spec in found] == [
        ("", "git+https://h/team/phrases.git@v1#subdirectory=a", "phrases", True),
        ("", "https://h/phrases.yml", "mine", False),
        ("", "https://h/phrases.zip", "phrases-2", True),
        ("git", None, "git", True),
    ]
    assert [dict(spec.options) for spec in found] == [{}, {"timeout": 5}, {}, {"url": "https://h/x.git"}]
    assert (str(found[0].location), str(found[1].option_locations["url"])) == ("data/file.yml:2:3", "data/file.yml:3:3")
