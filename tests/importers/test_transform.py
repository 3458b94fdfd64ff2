"""The transform interface: options, random numbers, items, and what is recorded of a transform."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from tests.program import run_code
from tests.transforms import Declaring, LowerCase, OtherWords, Same, options_of

from tenprint.importers import (
    DocumentId,
    Location,
    ProblemsError,
    Secret,
    Transform,
    TransformContext,
    TransformItem,
)
from tenprint.importers.data import Example
from tenprint.importers.transforming import Origin

HELLO = TransformItem("intent-example", ("nlu", "greet", "Hello"), Example("Hello", "greet"))


def at(line: int, item: TransformItem = HELLO, digest: bytes = b"d") -> TransformItem:
    """The item as a snapshot would have it."""
    row = (item.kind, item.path, digest, (), 0, line, 5)
    return TransformItem(item.kind, item.path, item.value, Origin(0, row, DocumentId("file", "data/nlu.yml")))


def test_a_transform_can_be_called_as_it_is_written() -> None:
    assert LowerCase().transform_item(HELLO) == [HELLO.replaced(Example("hello", "greet"))]
    assert list(OtherWords({"words": ["Hello"]}).transform_item(HELLO)) == [HELLO]


def test_calling_the_one_by_one_form_for_all_items_is_what_a_subclass_may_build_on() -> None:
    class Sorted(LowerCase):
        def transform(self, items: object) -> list[TransformItem]:
            return sorted(super().transform(items), key=lambda item: str(item.value))  # type: ignore[arg-type]  # as people write it

    assert [item.value.text for item in Sorted().transform([HELLO, HELLO.replaced(Example("A", "greet"))])] == [
        "a",
        "hello",
    ]


def test_items_made_of_another_one_stand_where_it_does() -> None:
    item = at(7)
    assert str(item.location) == "data/nlu.yml:7:5"
    assert item.replaced("x").location == item.location
    derived = item.derived("x", kind="synonym", path=("nlu", "synonyms", "x"))
    assert (derived.kind, derived.path, derived.location) == ("synonym", ("nlu", "synonyms", "x"), item.location)
    assert HELLO.location is None


def test_items_are_equal_when_they_say_the_same() -> None:
    assert at(7) == at(8) == HELLO
    assert HELLO.replaced(Example("bye", "greet")) != HELLO
    assert "Hello" in repr(at(7))


def test_random_numbers_follow_from_seed_name_and_item_and_from_nothing_else() -> None:
    def drawn(seed: int, item: TransformItem | None, transform: type[Transform] = LowerCase) -> float:
        Random().random()  # noqa: S311 - numbers of others must not matter
        return transform({}, TransformContext("any", seed)).random(item).random()

    assert drawn(1, at(7)) == drawn(1, at(9)) == drawn(1, at(7))
    assert len({drawn(1, None), drawn(2, None), drawn(1, at(7)), drawn(2, at(7))}) == 4
    assert drawn(1, at(7)) != drawn(1, at(7, digest=b"e"))
    assert drawn(1, at(7)) != drawn(1, at(7), Same)


def test_random_numbers_are_the_same_in_every_process() -> None:
    code = "from tests.transforms import LowerCase; print(LowerCase().random().random())"
    here = LowerCase().random().random()
    assert run_code(code, cwd=Path(__file__).parents[2]).out == f"{here}\n"


def test_options_are_read_into_their_class_and_told_as_those_of_the_transform() -> None:
    assert OtherWords({"most": 3}).options.most == 3
    places = {"": Location("settings", "tenprint.yml", 2, 5), "mots": Location("settings", "tenprint.yml", 3, 5)}
    with pytest.raises(ProblemsError) as caught:
        OtherWords({"mots": 3, "words": 7}, TransformContext("other-words", places=places))
    first, second = caught.value.problems
    assert str(first.location) == "tenprint.yml:3:5"
    assert first.message == "the transform 'other-words' has no option 'mots'"
    assert first.hint == "did you mean most?"
    assert (
        second.message
        == "the option 'words' of the transform 'other-words' is a text or a list of texts, not the number 7"
    )


def test_a_transform_without_options_has_none() -> None:
    with pytest.raises(ProblemsError, match="'lower-case' has no option 'x'") as caught:
        LowerCase({"x": 1}, TransformContext("lower-case"))
    assert caught.value.problems[0].hint == "options: name, seed"


def test_what_is_recorded_of_a_transform_is_what_its_results_depend_on() -> None:
    context = TransformContext("alias", 7, source="faq", places={"": Location("settings", "tenprint.yml", 2, 5)})
    applied = OtherWords({"words": "a"}, context).applied
    assert applied.to_json() == {
        "name": "other-words",
        "source": "faq",
        "version": "2",
        "seed": 7,
        "options": {"words": ("a",), "most": 1},
        "location": {"source": "settings", "path": "tenprint.yml", "line": 2, "column": 5, "revision": None},
    }
    assert applied.path == ("transforms", "faq", "other-words")


def test_its_digest_changes_with_each_of_them_but_the_place() -> None:
    def digest(context: TransformContext, **options: object) -> bytes:
        return OtherWords(options, context).applied.digest

    plain = digest(TransformContext())
    assert digest(TransformContext(places={"": Location("settings", "tenprint.yml")})) == plain
    assert digest(TransformContext(), most=1) == plain
    changed = {
        digest(TransformContext(), most=2),
        digest(TransformContext(seed=1)),
        digest(TransformContext(source="faq")),
        Same().applied.digest,
    }
    assert len(changed - {plain}) == 4


def test_a_secret_is_not_recorded() -> None:
    @dataclass(frozen=True)
    class Options:
        token: Secret
        word: str = "x"

    class Calling(Declaring):
        OPTIONS = Options

    assert options_of(Calling, TransformContext(), token={"env": "TOKEN"}) == {"word": "x"}


def test_a_class_without_a_method_fails_where_it_is_used() -> None:
    with pytest.raises(NotImplementedError, match="neither transform_item nor transform"):
        Transform().transform_item(HELLO)
