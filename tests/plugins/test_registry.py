"""The registry: names with their owners; every mistake of a plugin is a problem that names it."""

from collections.abc import Mapping
from typing import Any

import pytest

from tenprint.fingerprinting import CoreTrainingData, Dialogue, Message, NluComponent, Policy, component_identity
from tenprint.importers import ProblemsError, TrainingDataImporter
from tenprint.importers.data import NluData
from tenprint.importers.file import FileImporter
from tenprint.plugins import create_plugin_manager, hookimpl, registry_of
from tenprint.plugins.declared import Declared


class TinyImporter(TrainingDataImporter):
    NAME = "tiny"
    ALIASES = ("small",)


class Words(NluComponent):
    NAME = "Words"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config, nlu
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Words":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


class Waiting(Policy):
    NAME = "Waiting"

    @classmethod
    def train(cls, config: Mapping[str, Any], request: CoreTrainingData) -> Mapping[str, Any]:
        del config, request
        return {}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Waiting":
        del config, files
        return cls()

    def predict(self, dialogue: Dialogue) -> None:
        del dialogue


class Providing:
    """A plugin that provides what it is given."""

    def __init__(self, *, importers: Any = (), components: Any = ()) -> None:
        self._importers = importers
        self._components = components

    @hookimpl
    def tenprint_register_importers(self) -> Any:
        return self._importers

    @hookimpl
    def tenprint_register_components(self) -> Any:
        return self._components


def problems(*plugins: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        registry_of(create_plugin_manager(plugins=plugins))
    assert all(problem.hint for problem in caught.value.problems)
    return [(problem.code, problem.message) for problem in caught.value.problems]


def test_what_comes_with_tenprint_is_registered_with_its_owner() -> None:
    registry = registry_of(create_plugin_manager())
    assert set(registry.components) >= {
        "KeywordIntentClassifier",
        "EntitySynonymMapper",
        "MemoizationPolicy",
        "RulePolicy",
    }
    file = registry.importers["file"]
    assert (file.provided, file.distribution) == (FileImporter, "tenprint")
    assert file.version is not None
    assert registry.importers["RasaFileImporter"].provided is FileImporter


def test_the_identity_of_a_component_of_ours_does_not_grow_with_each_release() -> None:
    registry = registry_of(create_plugin_manager())
    assert component_identity(registry.components["RulePolicy"]).startswith("tenprint:RulePolicy@")
    assert all(registered.provided.VERSION for registered in registry.components.values())


def test_a_plugin_provides_importers_and_components_by_name_and_alias() -> None:
    plugin = Providing(importers=[TinyImporter], components=(Words, Waiting))
    registry = registry_of(create_plugin_manager(plugins=[plugin]))
    assert registry.importers["tiny"].provided is registry.importers["small"].provided is TinyImporter
    assert registry.components["Words"].provided is Words
    assert registry.components["Waiting"].provided is Waiting


def test_the_same_class_from_two_plugins_is_no_clash() -> None:
    registry = registry_of(
        create_plugin_manager(plugins=[Providing(components=[Words]), Providing(components=[Words])])
    )
    assert registry.components["Words"].provided is Words


def test_two_classes_of_one_name_are_a_clash_that_names_both_owners() -> None:
    other = type("OtherPolicy", (Waiting,), {"NAME": "RulePolicy"})
    ((code, message),) = problems(Providing(components=[other]))
    assert code == "plugin-clash"
    assert "'RulePolicy'" in message
    assert "by tenprint and by" in message


def test_an_alias_may_not_be_the_name_of_another_importer() -> None:
    other = type("OtherImporter", (TinyImporter,), {"NAME": "other", "ALIASES": ("file",)})
    ((code, message),) = problems(Providing(importers=[other]))
    assert (code, "'file'" in message) == ("plugin-clash", True)


@pytest.mark.parametrize("answer", [None, Words, "Words", {"Words": Words}, (part for part in [Words])])
def test_an_answer_that_is_no_list_is_a_problem(answer: Any) -> None:
    ((code, message),) = problems(Providing(components=answer))
    assert code == "plugin-answer"
    assert "where a list of classes is expected" in message
    assert "Providing" in message


@pytest.mark.parametrize("provided", [None, "Words", Words(), int, TinyImporter])
def test_something_else_than_a_component_is_a_problem(provided: Any) -> None:
    ((code, message),) = problems(Providing(components=[provided]))
    assert code == "plugin-answer"
    assert "where a component class is expected" in message


def test_a_component_is_no_importer() -> None:
    ((code, message),) = problems(Providing(importers=[Words]))
    assert (code, "where an importer class is expected" in message) == ("plugin-answer", True)


class Nameless(TrainingDataImporter):
    pass


@pytest.mark.parametrize(
    ("what", "provided"),
    [
        ("importers", Nameless),
        ("components", type("Nameless", (Words,), {"NAME": ""})),
        ("components", type("Nameless", (Words,), {"NAME": 5})),
        ("components", type("Nameless", (NluComponent,), {})),
    ],
)
def test_a_class_without_a_name_is_a_problem(what: str, provided: Any) -> None:
    ((code, message),) = problems(Providing(**{what: [provided]}))
    assert (code, message.startswith("Nameless of plugin")) == ("plugin-name", True)


def test_a_hook_that_fails_is_a_problem_that_names_the_plugin() -> None:
    class Failing:
        @hookimpl
        def tenprint_register_components(self) -> list[Any]:
            raise RuntimeError("out of glue")

    ((code, message),) = problems(Failing())
    assert code == "plugin-answer"
    assert "Failing" in message
    assert "RuntimeError: out of glue" in message


def test_all_problems_are_found_at_once() -> None:
    found = problems(
        Providing(components=[int, type("OtherPolicy", (Waiting,), {"NAME": "RulePolicy"})], importers=[str])
    )
    assert sorted(code for code, _ in found) == ["plugin-answer", "plugin-answer", "plugin-clash"]


@pytest.mark.parametrize("aliases", ["abc", None, 5, [["small"]], [""]])
def test_aliases_that_are_no_names_are_a_problem(aliases: Any) -> None:
    declared = Declared("tiny", TinyImporter, aliases)
    wrong = type("Wrong", (TinyImporter,), {"ALIASES": aliases})
    for provided in (declared, wrong):
        ((code, message),) = problems(Providing(importers=[provided]))
        assert (code, "has ALIASES that are no tuple of names" in message) == ("plugin-name", True)


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("lost for words")


class Endless(list[Any]):
    def __iter__(self) -> Any:
        raise RuntimeError("lost count")


@pytest.mark.parametrize(("answer", "told"), [([Unspeakable()], "lost for words"), (Endless([1]), "lost count")])
def test_an_answer_that_fails_when_it_is_looked_at_is_a_problem(answer: Any, told: str) -> None:
    ((code, message),) = problems(Providing(importers=answer))
    assert code == "plugin-answer"
    assert "failed in tenprint_register_importers: RuntimeError" in message
    assert told in message
