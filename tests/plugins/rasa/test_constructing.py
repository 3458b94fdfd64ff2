"""Options as Rasa passes them: those the constructor names, and no others."""

from typing import Any

import pytest

from tenprint.plugins.rasa_classes.constructing import Construction, construction_of


class Paths:
    def __init__(self, config_file: Any = None, domain_path: Any = None, training_data_paths: Any = None) -> None: ...


class Anything:
    def __init__(self, *paths: Any, **kwargs: Any) -> None: ...


class Named:
    def __init__(
        self, config_path: Any, domain_path: Any, data: Any, repository: str = "x", *, depth: int = 1
    ) -> None: ...


class Typed:
    def __init__(self, config_file: Any, domain_path: Any, training_data_paths: Any, training_type: Any) -> None: ...


class Inherited(Named):
    pass


@pytest.mark.parametrize(
    ("made_of", "options", "expected"),
    [
        (Paths, {}, Construction({})),
        (Paths, {"repository": "r"}, Construction({}, ("repository",))),
        (Anything, {"repository": "r"}, Construction({}, ("repository",))),
        (Named, {"repository": "r", "depth": 2, "x": 3}, Construction({"repository": "r", "depth": 2}, ("x",))),
        (Inherited, {"repository": "r"}, Construction({"repository": "r"})),
        (Typed, {}, Construction({}, (), needs_training_type=True)),
        (Typed, {"training_type": "nlu"}, Construction({"training_type": "nlu"})),
    ],
)
def test_options_are_passed_by_the_names_of_parameters(
    made_of: type, options: dict[str, Any], expected: Construction
) -> None:
    assert construction_of(made_of, options) == expected
