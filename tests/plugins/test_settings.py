import pytest

from tenprint.importers import ProblemsError
from tenprint.plugins.settings import Settings, read_settings


def problems(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        read_settings(content)
    return [(problem.code, str(problem.location)) for problem in caught.value.problems]


def test_an_empty_mapping_is_all_defaults() -> None:
    assert read_settings(b"{}\n") == Settings(None, ())


def test_importers_and_plugins_are_read_with_their_places() -> None:
    settings = read_settings(b"plugins: [peg_tools]\nimporters:\n  - name: file\n    data: here\n")
    assert settings.plugins == ("peg_tools",)
    assert settings.importers is not None
    (spec,) = settings.importers
    assert (spec.name, spec.options, str(spec.location)) == ("file", {"data": "here"}, "tenprint.yml:3:5")


def test_no_importers_are_not_the_same_as_an_empty_list_of_them() -> None:
    assert read_settings(b"importers: []\n").importers == ()
    assert read_settings(b"plugins: []\n").importers is None


def test_an_unknown_key_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_settings(b"plugins: []\nimporter: []\n")
    (problem,) = caught.value.problems
    assert (problem.severity, str(problem.location)) == ("error", "tenprint.yml:2:1")
    assert "importers" in str(problem.hint)


def test_a_list_is_no_settings() -> None:
    assert problems(b"- plugins\n") == [("not-a-mapping", "tenprint.yml:1:1")]


@pytest.mark.parametrize("content", [b"plugins: [\n", b"plugins: []\nplugins: []\n"])
def test_broken_yaml_is_an_error_with_its_place(content: bytes) -> None:
    ((_, place), *_) = problems(content)
    assert place.startswith("tenprint.yml:")


def test_all_problems_are_found_at_once() -> None:
    found = problems(b"plugins: [1, {a: b}]\nnonsense: 1\n")
    assert len(found) == 3
    assert {place.partition(":")[0] for _, place in found} == {"tenprint.yml"}


@pytest.mark.parametrize("content", [b"importers: file\n", b"importers: [1]\n", b"importers: [{data: here}]\n"])
def test_a_wrong_entry_of_importers_is_an_error(content: bytes) -> None:
    assert problems(content)
