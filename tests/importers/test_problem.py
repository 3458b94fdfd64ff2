from tenprint.importers.errors import (
    CanonicalFormError,
    ConfigurationError,
    ProblemsError,
    SourceError,
    TenprintError,
)
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem, errors_among

PLACE = Location("file", "a.yml", 1, 2)
OTHER = Location("file", "b.yml", 3)
FULL = Problem("some-code", "it is wrong", PLACE, "mend it", related=(OTHER,))
WARNING = Problem("odd", "it is odd", severity="warning")


def test_a_problem_says_where_what_and_what_to_do() -> None:
    assert str(FULL) == "a.yml:1:2: error: it is wrong [some-code]\n  see also b.yml:3\n  hint: mend it"
    assert str(WARNING) == "warning: it is odd [odd]"


def test_a_problem_as_json() -> None:
    assert FULL.to_json() == {
        "code": "some-code",
        "severity": "error",
        "message": "it is wrong",
        "hint": "mend it",
        "location": {"source": "file", "path": "a.yml", "line": 1, "column": 2, "revision": None},
        "related": [{"source": "file", "path": "b.yml", "line": 3, "column": None, "revision": None}],
    }
    assert WARNING.to_json()["location"] is None


def test_errors_are_told_from_warnings() -> None:
    assert errors_among([WARNING, FULL, WARNING]) == (FULL,)


def test_every_error_can_tell_its_problems() -> None:
    error = SourceError("cannot be read", hint="look", location=PLACE)

    assert error.problems == (Problem("source", "cannot be read", PLACE, "look"),)
    assert str(error) == "cannot be read"


def test_an_error_of_problems_lists_all_of_them() -> None:
    error = ProblemsError(iter([FULL, WARNING]))

    assert error.problems == (FULL, WARNING)
    assert str(error) == f"{FULL}\n{WARNING}"


def test_errors_are_also_those_of_python() -> None:
    for kind, python in (
        (ProblemsError, ValueError),
        (ConfigurationError, ValueError),
        (SourceError, OSError),
        (CanonicalFormError, TypeError),
    ):
        assert issubclass(kind, python)
        assert issubclass(kind, TenprintError)
