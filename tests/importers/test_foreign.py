"""What plugins raise comes out as one error of ours; cancellation and Ctrl-C do not."""

import sys
import threading

import pytest

from tenprint.importers.errors import ConfigurationError, ProblemsError, SourceError
from tenprint.importers.foreign import causes, foreign_code

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup, ExceptionGroup


def raised(error: BaseException) -> BaseException:
    """Let foreign code raise an error, and return what comes out."""
    try:
        with foreign_code(SourceError):
            raise error  # noqa: TRY301 - as foreign code does
    except BaseException as outcome:  # noqa: BLE001 - whatever it is
        return outcome


class Mute(Exception):  # noqa: N818 - it says nothing
    def __str__(self) -> str:
        raise ZeroDivisionError


def test_what_foreign_code_raises_is_told_with_the_line_that_raised_it() -> None:
    outcome = raised(ValueError("out of glue"))

    assert isinstance(outcome, SourceError)
    assert isinstance(outcome.__cause__, ValueError)
    assert outcome.message.startswith("ValueError: out of glue (at ")
    assert "test_foreign.py:" in outcome.message


def test_errors_of_ours_stay_as_they_are() -> None:
    error = ConfigurationError("wrong")
    assert raised(error) is error


def test_the_whole_chain_of_causes_is_told_the_outermost_first() -> None:
    error = ValueError("no address")
    error.__cause__ = KeyError("url")
    assert causes(error) == "ValueError: no address; caused by KeyError: 'url'"


def test_a_chain_that_bites_its_tail_ends() -> None:
    error = ValueError("a")
    error.__cause__ = ValueError("b")
    error.__cause__.__cause__ = error
    assert causes(error).count("; caused by ") == 9


def test_a_cause_that_was_taken_away_is_not_told() -> None:
    error = ValueError("no address")
    error.__context__ = KeyError("secret")
    assert "secret" in causes(error)
    error.__cause__ = None  # as `raise ... from None` does
    assert causes(error) == "ValueError: no address"


def test_a_group_of_errors_is_told_error_by_error() -> None:
    outcome = raised(ExceptionGroup("both", [ValueError("one"), ExceptionGroup("inner", [TypeError("two")])]))

    assert isinstance(outcome, SourceError)
    assert "ExceptionGroup: ValueError: one; and TypeError: two" in outcome.message


def test_a_group_of_errors_of_ours_has_the_problems_of_all() -> None:
    outcome = raised(ExceptionGroup("both", [SourceError("one"), ExceptionGroup("inner", [SourceError("two")])]))

    assert isinstance(outcome, ProblemsError)
    assert [problem.message for problem in outcome.problems] == ["one", "two"]


@pytest.mark.parametrize("code", [None, 0, 3, "bye"])
def test_a_plugin_that_exits_does_not_choose_the_exit_code(code: object) -> None:
    outcome = raised(SystemExit(code))

    assert isinstance(outcome, SourceError)
    assert f"it called sys.exit({code!r})" in outcome.message


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), GeneratorExit(), BaseExceptionGroup("stop", [KeyboardInterrupt()])]
)
def test_what_stops_the_program_passes_through(error: BaseException) -> None:
    assert raised(error) is error


def test_an_interruption_in_a_worker_thread_was_made_by_the_plugin() -> None:
    # Ctrl-C reaches the main thread only.
    outcomes: list[BaseException] = []
    thread = threading.Thread(target=lambda: outcomes.append(raised(KeyboardInterrupt())))
    thread.start()
    thread.join()

    assert isinstance(outcomes[0], SourceError)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("x" * 10**6), "ValueError: " + "x" * 600 + " ..."),
        (ValueError(), "ValueError"),
        (Mute(), "Mute: <its text cannot be made: ZeroDivisionError>"),
    ],
    ids=["long", "empty", "mute"],
)
def test_odd_texts_are_told_in_bounds(error: Exception, told: str) -> None:
    assert causes(error) == told
