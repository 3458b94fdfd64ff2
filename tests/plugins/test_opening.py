"""What the environment says about a run."""

import os

import pytest

from tenprint.importers import ConfigurationError
from tenprint.plugins.opening import WORKERS_VARIABLE, workers


def test_by_default_as_many_processes_read_as_there_are_processors_and_at_most_four() -> None:
    assert workers({}) == min(4, len(os.sched_getaffinity(0)))


@pytest.mark.parametrize("count", [1, 2, 64])
def test_a_number_of_processes_can_be_said(count: int) -> None:
    assert workers({WORKERS_VARIABLE: str(count)}) == count


@pytest.mark.parametrize("value", ["", "0", "-1", "65", "two", "1.5", "\u0662", " 2", "9" * 5000])
def test_what_is_no_such_number_is_an_error(value: str) -> None:
    with pytest.raises(ConfigurationError, match=WORKERS_VARIABLE) as caught:
        workers({WORKERS_VARIABLE: value})
    assert caught.value.hint == "set it to a number from 1 to 64; with 1 no further process is started"
