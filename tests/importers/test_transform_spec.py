"""Entries of `transforms:`: names, options and seeds with their places; everything wrong at once."""

import pytest

from tenprint.importers import DocumentId, ProblemsError, TransformSpec, importer_specs, transform_specs
from tenprint.importers.reading import Reader, parse_yaml


def read(text: str) -> tuple[tuple[TransformSpec, ...], list[str]]:
    reader = Reader(parse_yaml(text.encode(), DocumentId("settings", "tenprint.yml")))
    specs = transform_specs(reader, reader.document.root, "transforms")
    return specs, [f"{problem.location}: {problem.message}" for problem in reader.problems]


def test_an_entry_is_a_name_or_a_mapping() -> None:
    specs, problems = read("transforms:\n  - lower-case\n  - name: words\n    seed: 7\n    most: [1, {a: b}]\n")
    assert problems == []
    assert [(spec.name, spec.options, spec.seed, str(spec.location)) for spec in specs] == [
        ("lower-case", {}, 0, "tenprint.yml:2:5"),
        ("words", {"most": [1, {"a": "b"}]}, 7, "tenprint.yml:3:5"),
    ]
    assert {key: str(place) for key, place in specs[1].option_locations.items()} == {
        "name": "tenprint.yml:3:5",
        "seed": "tenprint.yml:4:5",
        "most": "tenprint.yml:5:5",
    }


def test_no_list_is_no_transforms() -> None:
    assert read("merge: first\n") == ((), [])
    assert read("transforms: []\n") == ((), [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("transforms: x\n", "tenprint.yml:1:13: transforms must be a list, not the text 'x'"),
        (
            "transforms: [7]\n",
            "tenprint.yml:1:14: an entry of transforms must be a name or a mapping, not the number 7",
        ),
        ("transforms: ['']\n", "tenprint.yml:1:14: an entry of transforms must not be empty"),
        ("transforms: [{nam: x}]\n", "tenprint.yml:1:14: an entry of transforms has no key 'name'; `nam` is an option"),
        ("transforms: [{name: 7}]\n", "tenprint.yml:1:21: the name of a transform must be text, not the number 7"),
        (
            "transforms: [{name: x, seed: yes}]\n",
            "tenprint.yml:1:30: the seed of a transform must be a whole number, not the text 'yes'",
        ),
        (
            "transforms: [{name: x, seed: 1.5}]\n",
            "tenprint.yml:1:30: the seed of a transform must be a whole number, not a number",
        ),
        (
            "transforms: [{name: x, 7: y}]\n",
            "tenprint.yml:1:24: an option of a transform must be text, not the number 7",
        ),
    ],
)
def test_a_wrong_entry_is_told_with_its_place(text: str, told: str) -> None:
    assert read(text)[1] == [told]


def test_an_importer_may_have_transforms_of_its_own() -> None:
    own = "importers:\n- name: file\n  transforms: [lower-case]\n  data: x\n"
    text = f"{own}- url: https://example.org/a.tar.gz\n  transforms: [a]\n"
    first, second = importer_specs(parse_yaml(text.encode(), DocumentId("config", "config.yml")))
    assert (first.options, [spec.name for spec in first.transforms]) == ({"data": "x"}, ["lower-case"])
    assert [str(spec.location) for spec in second.transforms] == ["config.yml:6:16"]


def test_wrong_transforms_of_an_importer_are_told_with_the_rest() -> None:
    text = "importers:\n- name: file\n  transforms: [{seed: 1}]\n- nam: x\n"
    with pytest.raises(ProblemsError) as caught:
        importer_specs(parse_yaml(text.encode(), DocumentId("config", "config.yml")))
    assert [str(problem.location) for problem in caught.value.problems] == ["config.yml:3:16", "config.yml:4:3"]
