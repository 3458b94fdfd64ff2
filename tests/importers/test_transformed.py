"""Transforms around importers: one source or a whole project, snapshot and values alike."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.transforms import (
    Declaring,
    Generated,
    LowerCase,
    OtherWords,
    Politely,
    Same,
    Shuffled,
    Twice,
    WithoutIntents,
    each,
    files_through,
    items_of_kind,
    known,
)

from tenprint.fingerprinting import Fingerprint, model_fingerprint
from tenprint.importers import (
    ImporterContext,
    ImporterSpec,
    Location,
    ProblemsError,
    ReadingRules,
    Registered,
    Snapshot,
    SourceError,
    TrainingDataImporter,
    Transform,
    TransformContext,
    TransformError,
    TransformItem,
    TransformSpec,
    UnknownTransform,
    WrappingImporter,
    load_importer,
)
from tenprint.importers.data import Response
from tenprint.importers.file import FileImporter
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.multi_project import MultiProjectImporter

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio

FILES = {
    "config.yml": "language: en\n",
    "domain.yml": "intents: [greet]\nresponses:\n  utter_hi: [{text: one}, {text: two}, {text: three}]\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - HELLO you\n    - hello hello\n- intent: bye\n"
    "  examples: |\n    - bye\n",
    "data/stories.yml": "stories:\n- story: s\n  steps: [{intent: greet}, {action: utter_hi}]\n",
    "data/test_it.yml": "stories:\n- story: t\n  steps: [{intent: greet}, {action: utter_hi}]\n",
}
KNOWN: dict[str, Registered[type[TrainingDataImporter]]] = {"file": Registered("file", FileImporter, "tenprint")}
TRANSFORMS = known(LowerCase, OtherWords, WithoutIntents, Shuffled, Politely, Same)


async def fingerprint(importer: TrainingDataImporter) -> Fingerprint:
    return {**await model_fingerprint(importer), "trained_at": None}


async def test_transforms_apply_in_their_order_to_snapshot_and_values(write_project: ProjectWriter) -> None:
    importer = files_through(
        write_project(FILES), LowerCase(), OtherWords({"words": ["hello", "hi"]}), WithoutIntents({"intents": "bye"})
    )
    expected = ["hello you", "hi you", "hello hello", "hi hi"]
    assert [example.text for example in (await importer.get_nlu_data()).examples] == expected
    snapshot = await importer.snapshot()
    assert [item.path[2] for item in snapshot.table.of_kind("intent-example")] == expected
    assert [item.names("transforms") for item in snapshot.table.of_kind("intent-example")] == [
        ("lower-case",),
        ("lower-case", "other-words"),
        (),
        ("other-words",),
    ]
    assert [transform.name for transform in snapshot.transforms] == ["lower-case", "other-words", "without-intents"]
    other = files_through(write_project({}), OtherWords({"words": ["hello", "hi"]}), LowerCase())
    assert [example.text for example in (await other.get_nlu_data()).examples] == [
        "hello you",
        "hello hello",
        "hi hi",
        "bye",
    ]


async def test_all_getters_see_the_results(write_project: ProjectWriter) -> None:
    importer = files_through(
        write_project(FILES), Politely(), Twice(), Declaring(), Generated(), each(_french, "config-key")
    )
    domain = await importer.get_domain()
    assert domain.responses == (
        Response("utter_hi", tuple({"text": f"{text}, please"} for text in ("one", "two", "three"))),
    )
    assert [intent.name for intent in domain.intents] == ["greet", "bye"]
    assert [story.name for story in (await importer.get_stories()).stories] == ["s", "s, twice"]
    assert [story.name for story in (await importer.get_conversation_tests()).stories] == ["t"]
    assert (await importer.get_config())["language"] == "fr"
    assert [synonym.value for synonym in (await importer.get_nlu_data()).synonyms] == ["New York"]
    assert await importer.get_config_file_for_auto_config() is not None
    assert len((await importer.get_stories(50)).stories) == 1


def _french(item: TransformItem) -> list[TransformItem]:
    return [item.replaced("fr")]


async def test_a_transform_that_changes_nothing_changes_no_fingerprint(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    plain, same = files_through(project), files_through(project, Same())
    assert (await same.snapshot()).table == (await plain.snapshot()).table
    before, after = await fingerprint(plain), await fingerprint(same)
    assert after.pop("transforms")
    assert after == before


async def test_two_runs_are_equal(write_project: ProjectWriter) -> None:
    project = write_project(FILES)

    def through(seed: int) -> Any:
        context = TransformContext("", seed)
        words = {"words": ["hello", "hi", "howdy", "hey", "yo"], "most": 2}
        return files_through(project, OtherWords(words, context), Shuffled({}, context))

    first, second, *others = [await through(seed).snapshot() for seed in (1, 1, 2, 3, 4)]
    assert first.table == second.table
    assert len({tuple(row[:3] for row in snapshot.table.rows) for snapshot in (first, *others)}) > 1


async def test_the_snapshot_is_taken_and_transformed_once(write_project: ProjectWriter) -> None:
    calls = []

    def note(item: TransformItem) -> list[TransformItem]:
        calls.append(item)
        return [item]

    importer = files_through(write_project(FILES), each(note, "story"))
    await importer.get_stories()
    await importer.get_domain()
    assert await importer.snapshot() is await importer.snapshot()
    assert len(calls) == 1


async def test_no_items_of_a_kind_are_no_items_for_a_transform(write_project: ProjectWriter) -> None:
    importer = files_through(write_project({"config.yml": "language: en\n"}), LowerCase(), Generated(), whole=False)
    assert items_of_kind(await importer.snapshot(), "synonym") == [(("synonyms", "nyc"), "<generated>")]


async def test_a_configuration_is_completed_for_what_transforms_have_made(write_project: ProjectWriter) -> None:
    importer = files_through(write_project({"config.yml": "language: en\n"}), Generated())
    assert [entry["name"] for entry in (await importer.get_config())["pipeline"]][-1] == "EntitySynonymMapper"


async def test_data_with_errors_are_not_transformed(write_project: ProjectWriter) -> None:
    importer = files_through(write_project({**FILES, "data/x.yml": "nlu: 7\n"}), each(_fail, "story"))
    assert [problem.code for problem in (await importer.snapshot()).problems] == ["wrong-type"]
    with pytest.raises(ProblemsError, match="nlu must be a list"):
        await importer.get_stories()
    strict = ReadingRules(merge=MergeSettings(files=MergeRules("error")))
    project = write_project({"data/x.yml": "responses: {utter_hi: [{text: four}]}\n"})
    importer = files_through(project, each(_fail, "story"), rules=strict)
    with pytest.raises(ProblemsError, match="given twice"):
        await importer.get_stories()


def _fail(_: TransformItem) -> list[TransformItem]:
    raise ValueError("must not be called")


async def test_two_things_of_one_name_are_told_as_those_of_files_are(write_project: ProjectWriter) -> None:
    def renamed(item: TransformItem) -> list[TransformItem]:
        return [item.replaced(replace(item.value, name="town"))]

    slots = {"domain.yml": "slots: {a: {type: text}}\n", "data/b.yml": "slots: {b: {type: bool}}\n"}
    strict = ReadingRules(merge=MergeSettings(files=MergeRules("error")))
    importer = files_through(write_project({**FILES, **slots}), each(renamed, "slot"), rules=strict)
    with pytest.raises(ProblemsError, match="slot 'town' is given twice") as caught:
        await importer.get_domain()
    assert [str(problem.location) for problem in caught.value.problems] == ["data/b.yml:1:9"]


# Loading


def loaded(project: Path, *specs: ImporterSpec, transforms: tuple[TransformSpec, ...] = (), **named: Any) -> Any:
    return load_importer(
        specs, ImporterContext(project), known=KNOWN, transforms=transforms, known_transforms=TRANSFORMS, **named
    )


async def test_transforms_of_one_source_see_that_source_alone(write_project: ProjectWriter) -> None:
    project = write_project({f"{layer}/{path}": text for layer in ("a", "b") for path, text in FILES.items()})
    importer = loaded(
        project,
        ImporterSpec("file", {"directory": "a"}, label="a", transforms=(TransformSpec("lower-case"),)),
        ImporterSpec("file", {"directory": "b"}, label="b", transforms=(TransformSpec("same", seed=3),)),
        transforms=(TransformSpec("without-intents", {"intents": ["bye"]}),),
    )
    snapshot: Snapshot = await importer.snapshot()
    found = {(item.path[2], snapshot.table.location(item).source) for item in snapshot.table.of_kind("intent-example")}
    assert found == {("hello you", "a"), ("hello hello", "a"), ("HELLO you", "b")}
    assert [(each.name, each.source, each.seed) for each in snapshot.transforms] == [
        ("lower-case", "a", 0),
        ("same", "b", 3),
        ("without-intents", None, 0),
    ]
    assert {state.name for state in snapshot.sources} == {"a", "b"}


async def test_derived_values_follow_from_the_results(write_project: ProjectWriter) -> None:
    project = write_project({"data/nlu.yml": "nlu:\n- intent: faq/a\n  examples: |\n    - X\n"})
    whole = loaded(project, transforms=(TransformSpec("lower-case"),))
    assert [action.name for action in (await whole.get_domain()).actions] == ["utter_faq"]
    without = loaded(project, transforms=(TransformSpec("without-intents", {"intents": "faq/a"}),), training_type="nlu")
    assert (await without.get_domain()).actions == ()


async def test_a_transform_that_fails_is_no_missing_source(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    context = ImporterContext(project)
    spec = ImporterSpec("file", {}, label="f", required=False, transforms=(TransformSpec("broken"),))

    class Broken(Transform):
        NAME = "broken"
        KINDS = ("story",)

        def transform_item(self, item: TransformItem) -> list[TransformItem]:
            raise ValueError(item.kind)

    importer = load_importer([spec], context, known=KNOWN, known_transforms=known(Broken))
    with pytest.raises(TransformError, match="the transform 'broken' failed for story 's': ValueError: story"):
        await importer.snapshot()


async def test_a_source_that_cannot_be_read_is_told_as_without_transforms(write_project: ProjectWriter) -> None:
    class Failing(TrainingDataImporter):
        NAME = "failing"

        async def get_config(self) -> Mapping[str, Any]:
            raise ValueError("no")

    specs = [ImporterSpec("failing", {}, label="f", transforms=(TransformSpec("same"),))]
    known_importers: dict[str, Registered[type[TrainingDataImporter]]] = {
        "failing": Registered("failing", Failing, "tests")
    }
    importer = load_importer(
        specs, ImporterContext(write_project({})), known=known_importers, known_transforms=TRANSFORMS
    )
    with pytest.raises(SourceError, match="the source 'f' failed: ValueError: no") as caught:
        await importer.snapshot()
    assert "Failing, or of what it reads from" in str(caught.value.hint)


async def test_importers_inside_are_found_and_closed(write_project: ProjectWriter) -> None:
    project = write_project(FILES)
    inside = MultiProjectImporter({}, ImporterContext(project))
    context = ImporterContext(project)
    around = files_through(project, Same())
    assert isinstance(around, WrappingImporter)
    wrapped = type(around)(inside, [Same()])
    assert wrapped.FOLLOWS_IMPORTS
    assert not type(around)(MemoryImporter(context=context), [Same()]).FOLLOWS_IMPORTS
    assert wrapped.source_name == "multi-project"
    await wrapped.aclose()


def problems_of(project: Path, *transforms: TransformSpec, **named: Any) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        loaded(project, transforms=transforms, **named)
    return [f"{each.location}: {each.message} [{each.code}] {each.hint}" for each in caught.value.problems]


def at(line: int, column: int = 5) -> Location:
    return Location("settings", "tenprint.yml", line, column)


async def test_wrong_entries_are_all_told_with_their_places(write_project: ProjectWriter) -> None:
    spec = ImporterSpec("fiel", {}, at(1))
    with pytest.raises(ProblemsError) as caught:
        loaded(
            write_project({}),
            spec,
            transforms=(
                TransformSpec("lowercase", location=at(2)),
                TransformSpec("other-words", {"most": "x"}, 0, at(3), {"most": at(4)}),
                TransformSpec("without-intents", location=at(5)),
            ),
        )
    number = "the option 'most' of the transform 'other-words' is a whole number, not the text 'x'"
    assert [f"{each.location}: {each.message} [{each.code}] {each.hint}" for each in caught.value.problems] == [
        "tenprint.yml:1:5: there is no importer 'fiel' [unknown-importer] did you mean file?",
        "tenprint.yml:2:5: there is no transform 'lowercase' [unknown-transform] did you mean lower-case?",
        f"tenprint.yml:4:5: {number} [option] None",
        "tenprint.yml:5:5: the transform 'without-intents' needs the option 'intents' [option] None",
    ]


async def test_a_class_that_cannot_work_is_refused() -> None:
    class NoMethod(Transform):
        NAME = "no-method"
        KINDS = ("story",)

    class NoKinds(LowerCase):
        NAME = "no-kinds"
        KINDS: ClassVar[tuple[str, ...]] = ()  # type: ignore[assignment]  # the wrong thing

    class WrongKind(LowerCase):
        NAME = "wrong-kind"
        KINDS = ("intent-exmaple",)

    class Loud(LowerCase):
        NAME = "loud"

        def __init__(self, *arguments: Any) -> None:
            raise RuntimeError(len(arguments))

    class Forgetful(LowerCase):
        NAME = "forgetful"

        def __init__(self, *arguments: Any) -> None:
            pass

    classes = (NoMethod, NoKinds, WrongKind, Loud, Forgetful)
    with pytest.raises(ProblemsError) as caught:
        load_importer(
            [],
            ImporterContext(Path()),
            known=KNOWN,
            transforms=[TransformSpec(each.NAME, location=at(2)) for each in classes],
            known_transforms=known(*classes),
        )
    told = [problem.message.removeprefix("the transform ") for problem in caught.value.problems]
    assert told[:3] == [
        "'no-method' cannot be made: its class has neither transform_item nor transform",
        "'no-kinds' cannot be made: KINDS of its class is no tuple of kinds of item",
        "'wrong-kind' cannot be made: KINDS of its class names 'intent-exmaple', which is no kind of item",
    ]
    assert caught.value.problems[2].hint == "did you mean intent-example or intent?"
    assert told[3].startswith("'loud' cannot be made: RuntimeError: 2")
    assert told[4] == "'forgetful' cannot be made: its constructor does not call `super().__init__(options, context)`"
    assert {str(problem.location) for problem in caught.value.problems} == {"tenprint.yml:2:5"}


async def test_no_transforms_are_known_where_nobody_says_which() -> None:
    with pytest.raises(ProblemsError) as caught:
        load_importer([], ImporterContext(Path()), known=KNOWN, transforms=[TransformSpec("x")])
    assert caught.value.problems[0].code == UnknownTransform.reference
    assert caught.value.problems[0].hint == "install the plugin that provides it"
