"""Wrappers forward what they do not change; those of one half leave the other out of values and snapshots alike."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.fingerprinting import model_fingerprint
from tenprint.importers import (
    CombinedDataImporter,
    CoreDataImporter,
    E2EImporter,
    ImporterContext,
    NluDataImporter,
    ProblemsError,
    ReadingRules,
    ResponsesSyncImporter,
    SampledImporter,
    TrainingDataImporter,
    WrappingImporter,
    conversation_tests,
    project_data,
)
from tenprint.importers.combining import combined
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.file import FileImporter
from tenprint.importers.kinds import CONFIG, NLU
from tenprint.importers.memory import MemoryImporter

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio

MIXED = """\
nlu:
- intent: faq/hours
  examples: |
    - when
- synonym: late
  examples: |
    - tardy
responses:
  utter_faq/hours: [{text: from ten on}]
stories:
- story: s
  steps: [{intent: faq, user: when}, {action: utter_faq}, {user: hello}, {bot: good day}]
intents: [faq]
"""
TESTS = "stories: [{story: t, steps: [{intent: faq, user: when then}, {action: utter_faq}]}]\n"
FILES = {
    "config.yml": "language: en\npolicies: [{name: X}]\n",
    "domain.yml": "responses: {utter_hi: [{text: hi}]}\nslots: {a: {type: text}}\n",
    "data/mixed.yml": MIXED,
    "data/second.yml": "slots: {a: {type: bool}}\n" + MIXED,
    "data/test_s.yml": TESTS,
}


def files_in(project: Path) -> CombinedDataImporter:
    context = ImporterContext(project)
    return CombinedDataImporter([FileImporter({}, context)], context)


class Noting(MemoryImporter):
    """Notes what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    async def get_config_file_for_auto_config(self) -> Path | None:
        return Path("config.yml")

    async def get_nlu_data(self, language: str = "en") -> NluData:
        self.notes.append(language)
        return NluData()

    async def aclose(self) -> None:
        self.notes.append("closed")


@pytest.mark.parametrize("wrapper", [WrappingImporter, ResponsesSyncImporter, E2EImporter, NluDataImporter])
async def test_language_auto_config_and_closing_are_forwarded(wrapper: type[WrappingImporter]) -> None:
    inner = Noting()
    found = wrapper(inner)
    await found.get_nlu_data("de")
    await found.aclose()

    assert inner.notes == ["de", "closed"]
    assert await found.get_config_file_for_auto_config() == Path("config.yml")
    assert found.context is inner.context
    assert found.source_name == "memory"


async def test_nothing_derived_enters_the_fingerprint(write_project: ProjectWriter) -> None:
    inner = files_in(write_project(FILES))
    plain = await model_fingerprint(inner)
    for found in (ResponsesSyncImporter(inner), E2EImporter(ResponsesSyncImporter(inner))):
        assert {**await model_fingerprint(found), "trained_at": 0} == {**plain, "trained_at": 0}
        assert await found.snapshot() is await inner.snapshot()


async def test_values_of_a_chain_taken_back_as_values_have_the_same_items(write_project: ProjectWriter) -> None:
    inner = files_in(write_project(FILES))
    nlu = await E2EImporter(ResponsesSyncImporter(inner)).get_nlu_data()
    plain = MemoryImporter(nlu=await inner.get_nlu_data())

    assert nlu.messages
    assert nlu.responses
    assert (await MemoryImporter(nlu=nlu).snapshot()).table == (await plain.snapshot()).table


@pytest.mark.parametrize("wrap", [CoreDataImporter, NluDataImporter, SampledImporter])
async def test_a_reduced_snapshot_holds_what_the_getters_give(
    write_project: ProjectWriter, wrap: Callable[..., TrainingDataImporter]
) -> None:
    inner = files_in(write_project(FILES))
    found = wrap(inner, 50) if wrap is SampledImporter else wrap(inner)
    snapshot = await found.snapshot()
    project = project_data(snapshot, ReadingRules())

    assert project.config == await found.get_config()
    assert project.domain == await found.get_domain()
    assert project.stories == await found.get_stories()
    assert project.nlu == await found.get_nlu_data()
    assert project.tests == await found.get_conversation_tests()
    assert [snapshot.unmerged.rows[place] for place in snapshot.counting()] == list(snapshot.table.rows)


async def test_nlu_only_has_configuration_and_nlu_and_no_trace_of_the_rest(write_project: ProjectWriter) -> None:
    inner = files_in(write_project(FILES))
    found = NluDataImporter(inner)
    snapshot = await found.snapshot()
    wanted = {item_kind.name for kind in (CONFIG, NLU) for item_kind in kind.item_kinds}

    assert snapshot.unmerged.kinds() <= wanted
    assert len((await inner.snapshot()).conflicts) == 1
    assert snapshot.conflicts == ()
    assert conversation_tests(snapshot, ReadingRules()) == Stories()
    assert await found.get_domain() == Domain()
    # Each example stands in two files: what was not kept before is not kept now.
    assert snapshot.kept is not None
    assert len(snapshot.table) < len(snapshot.unmerged)


async def test_core_only_knows_retrieval_intents_though_it_has_no_examples(write_project: ProjectWriter) -> None:
    found = CoreDataImporter(E2EImporter(ResponsesSyncImporter(files_in(write_project(FILES)))))
    domain = await found.get_domain()

    assert await found.get_nlu_data() == NluData()
    assert domain.retrieval_intents == ("faq",)
    assert domain.end_to_end_actions == ("good day",)
    assert len((await found.get_conversation_tests()).stories) == 1


async def test_reduced_snapshots_combine_like_others(write_project: ProjectWriter) -> None:
    inner = files_in(write_project(FILES))
    rules = ReadingRules()
    halves = [await NluDataImporter(inner).snapshot(), await CoreDataImporter(inner).snapshot()]
    whole = project_data(combined(halves, rules), rules)
    expected = project_data(await inner.snapshot(), rules)

    assert (whole.nlu, whole.domain.slots, whole.tests) == (expected.nlu, expected.domain.slots, expected.tests)


async def test_what_is_wrong_is_told_once_by_every_getter(write_project: ProjectWriter) -> None:
    found = E2EImporter(
        ResponsesSyncImporter(files_in(write_project({"config.yml": "language: en\n", "data/nlu.yml": "nlu: 3\n"})))
    )
    for getter in (found.get_domain, found.get_nlu_data, found.get_stories):
        with pytest.raises(ProblemsError) as caught:
            await getter()
        assert [str(problem.location) for problem in caught.value.problems] == ["data/nlu.yml:1:6"]
