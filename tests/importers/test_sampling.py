"""A share of the dialogues: exact, the same everywhere, and nothing else touched."""

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers import ImporterContext, SnapshotImporter, combining
from tenprint.importers.assembling import value_of
from tenprint.importers.combined import CombinedDataImporter
from tenprint.importers.data import ActionStep, Domain, Example, Intent, IntentStep, NluData, Rule, Stories, Story
from tenprint.importers.errors import OptionError
from tenprint.importers.itemising import ReadingRules
from tenprint.importers.kinds import STORIES
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.sampled import SampledImporter
from tenprint.importers.sampling import sampled, sampled_snapshot

TEN = Stories(
    tuple(Story(f"s{number}", (IntentStep(f"i{number}"),)) for number in range(7)),
    tuple(Rule(f"r{number}", (IntentStep(f"j{number}"), ActionStep("a"))) for number in range(3)),
)


def names(stories: Stories) -> set[str]:
    return {story.name for story in stories.stories} | {rule.name for rule in stories.rules}


@pytest.mark.parametrize(
    ("percentage", "left"),
    [(None, 10), (0, 10), (1, 10), (4.9, 10), (5, 9), (15, 8), (50, 5), (94, 1), (95, 0), (99, 0), (100, 0)],
)
def test_the_number_left_is_exact_and_a_half_counts_as_one(percentage: float | None, left: int) -> None:
    assert len(names(sampled(TEN, percentage))) == left


@pytest.mark.parametrize("wrong", [-1, 100.5, float("nan"), True, "50", [50]])
def test_a_percentage_that_is_none_is_an_error(wrong: Any) -> None:
    with pytest.raises(OptionError, match="a number from 0 to 100") as caught:
        sampled(TEN, wrong)
    assert caught.value.hint
    with pytest.raises(OptionError):
        SampledImporter(MemoryImporter(), wrong)


@given(st.integers(0, 100), st.integers(0, 100), st.integers())
def test_a_larger_share_leaves_out_all_that_a_smaller_one_does(one: int, other: int, seed: int) -> None:
    less, more = sorted((one, other))
    assert names(sampled(TEN, more, seed=seed)) <= names(sampled(TEN, less, seed=seed))


@given(st.randoms(use_true_random=False), st.integers(0, 100))
def test_the_order_of_sources_does_not_matter(random: Random, percentage: int) -> None:
    twice = (*TEN.stories, *TEN.stories[:3], Story("other name", TEN.stories[0].steps))
    shuffled = list(twice)
    random.shuffle(shuffled)
    one, other = sampled(Stories(twice), percentage), sampled(Stories(tuple(shuffled)), percentage)

    assert sorted(story.name for story in one.stories) == sorted(story.name for story in other.stories)


def test_another_seed_leaves_others_out() -> None:
    assert len({frozenset(names(sampled(TEN, 50, seed=seed))) for seed in range(20)}) > 10


def test_what_is_left_keeps_its_order_and_stories_and_rules_count_alike() -> None:
    found = sampled(TEN, 50)

    assert found.stories == tuple(story for story in TEN.stories if story in found.stories)
    assert found.rules == tuple(rule for rule in TEN.rules if rule in found.rules)
    assert sampled(TEN, 0) is TEN


def test_another_process_leaves_the_same_out() -> None:
    program = (
        "from tenprint.importers.data import *; from tenprint.importers.sampling import sampled; "
        "print(*[s.name for s in sampled(Stories(tuple(Story(f's{n}', (IntentStep(f'i{n}'),)) for n in range(7))), 50)"
        ".stories])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{' '.join(s.name for s in sampled(Stories(TEN.stories), 50).stories)}\n".encode()}


@pytest.mark.anyio
async def test_values_and_snapshot_leave_out_the_same_and_all_else_stays() -> None:
    whole = MemoryImporter(
        domain=Domain((Intent("greet"),)), stories=TEN, nlu=NluData((Example("hi", "greet"),)), tests=TEN
    )
    found = SampledImporter(CombinedDataImporter([whole], ImporterContext(Path())), 50, seed=3)
    snapshot = await found.snapshot()

    assert await found.get_stories() == sampled(TEN, 50, seed=3)
    assert value_of(STORIES, snapshot, ReadingRules()) == sampled(TEN, 50, seed=3)
    assert await found.get_conversation_tests() == TEN
    assert await found.get_domain() == Domain((Intent("greet"),))
    assert len(snapshot.unmerged) == len((await found.importer.snapshot()).unmerged)
    assert len(snapshot.counting()) == len(snapshot.table)
    assert sampled_snapshot(snapshot, 0) is snapshot


@pytest.mark.anyio
async def test_built_in_importers_take_a_percentage_as_the_field_does() -> None:
    memory = MemoryImporter(stories=TEN)
    combined: SnapshotImporter = CombinedDataImporter([memory], ImporterContext(Path()))

    assert await memory.get_stories(exclusion_percentage=50) == sampled(TEN, 50)
    assert await combined.get_stories(exclusion_percentage=50) == sampled(TEN, 50)
    with pytest.raises(OptionError):
        await combined.get_stories(exclusion_percentage=101)


@pytest.mark.anyio
async def test_a_sample_combines_like_any_snapshot() -> None:
    rules = ReadingRules()
    half = SampledImporter(MemoryImporter(stories=TEN), 50)
    other = await MemoryImporter(stories=Stories((Story("more", (IntentStep("x"),)),))).snapshot()
    both = combining.combined([await half.snapshot(), other], rules)

    assert names(value_of(STORIES, both, rules)) == names(sampled(TEN, 50)) | {"more"}
