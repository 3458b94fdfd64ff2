from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.component import Message
from tenprint.importers.data import EntitySpan, Example, NluData, Synonym
from tenprint.plugins.components.synonyms import SYNONYMS_FILE, EntitySynonymMapper

NLU = NluData(
    examples=(
        Example("to the Big Apple", "book", (EntitySpan(7, 16, "city", "New York"),)),
        Example("to NYC", "book", (EntitySpan(3, 6, "city", "Nueva York"),)),
        Example("TO NYC", "book", (EntitySpan(3, 6, "city", "Another York"),)),
        Example("to Berlin", "book", (EntitySpan(3, 9, "city", "Berlin"),)),
    ),
    synonyms=(Synonym("LA", "Los Angeles"), Synonym("la", "the")),
)


def value_of(value: Any) -> Any:
    component = EntitySynonymMapper.load({}, EntitySynonymMapper.train({}, NLU))
    (entity,) = component.process(Message("", entities=({"entity": "city", "value": value},))).entities
    return entity["value"]


def test_values_become_what_they_mean_in_any_case() -> None:
    assert value_of("Big Apple") == "New York"
    assert value_of("big apple") == "New York"


def test_the_very_same_text_goes_before_one_in_another_case() -> None:
    assert value_of("LA") == "Los Angeles"
    assert value_of("la") == "the"
    assert value_of("La") == "Los Angeles"


def test_other_values_stay() -> None:
    assert value_of("Berlin") == "Berlin"
    assert value_of(7) == 7
    assert value_of(None) is None


@given(examples=st.permutations(NLU.examples), synonyms=st.permutations(NLU.synonyms))
def test_the_order_of_data_changes_nothing_even_where_meanings_differ(
    examples: list[Example], synonyms: list[Synonym]
) -> None:
    files = EntitySynonymMapper.train({}, NluData(tuple(examples), tuple(synonyms)))

    assert files[SYNONYMS_FILE]["NYC"] == "Another York"
    assert files == EntitySynonymMapper.train({}, NLU)
