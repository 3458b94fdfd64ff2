"""Properties of the class of a component, and of what it says of itself and of its options."""

import copy
import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from tenprint.fingerprinting import TrainingError
from tenprint.fingerprinting.engine import GraphError
from tenprint.importers import TenprintError
from tenprint.plugins.testing.component_kit import ComponentKit

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNKNOWN = "no_such_option"
_WRONG: Mapping[str, Any] = {"no": [{"such": ["value"]}]}
"""What hardly any option is."""


class ComponentClass(ComponentKit):
    """Properties of the class of a component, and of what it says of itself and of its options."""

    def test_the_name_is_plain(self) -> None:
        """NAME is what users write in `config.yml`: letters, digits, `_`, `.` and `-`, a letter first."""
        name: Any = getattr(self.component, "NAME", None)
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            self.fail(f"NAME is {name!r}", "use letters, digits and underscores, such as `WordClassifier`")

    def test_the_class_says_what_it_is(self) -> None:
        """The class has a docstring of its own, which says what it does."""
        if not (vars(self.component).get("__doc__") or "").strip():
            self.fail(f"{self.component.__qualname__} has no docstring", "say in one line what it does")

    def test_the_code_is_known(self) -> None:
        """Models record which code it was: VERSION is a text, or the source of the class can be read."""
        version: Any = getattr(self.component, "VERSION", None)
        if version is not None and not (isinstance(version, str) and version.strip()):
            self.fail(f"VERSION is {version!r}", "write a text such as '1', or leave it out")
        try:
            self.trial.identity()
        except (GraphError, TypeError) as error:
            self.fail(f"nothing tells which code it is: {error}", "set VERSION")

    def test_defaults_are_json(self) -> None:
        """Defaults of options are texts, numbers, booleans, null, and lists and mappings of these."""
        defaults = self.component.get_default_config()
        try:
            read = json.loads(json.dumps(dict(defaults), allow_nan=False))
        except (TypeError, ValueError) as error:
            self.fail(f"the defaults are no JSON: {error}", "write what could stand in config.yml")
        if read != dict(defaults):
            self.fail(f"the defaults are {defaults!r}, and in JSON {read!r}", "write what could stand in config.yml")

    def test_defaults_are_new_each_time(self) -> None:
        """Who changes the defaults it was given changes nobody else's."""
        before = copy.deepcopy(dict(self.component.get_default_config()))
        given = self.component.get_default_config()
        for value in given.values():
            if isinstance(value, list | dict):
                value.clear()
        if isinstance(given, dict):
            given.clear()
        if dict(self.component.get_default_config()) != before:
            self.fail("changed defaults are given to the next caller", "return a new mapping each time")

    def test_unknown_options_are_refused(self) -> None:
        """An option that the defaults do not name is an error, never ignored."""
        if not self._complaints({_UNKNOWN: "x"}):
            self.fail(f"the option {_UNKNOWN!r} is ignored", "name every option in get_default_config, and no others")

    def test_good_options_are_accepted(self) -> None:
        """The options of these tests, and the defaults of all others, are nothing to complain about."""
        told = self._complaints({})
        if told:
            self.fail(f"good options are refused: {told[0]}", "mend check_config, or CONFIG of these tests")

    def test_wrong_options_are_told(self) -> None:
        """For every option, a value that cannot be meant is told in a sentence that names the option."""
        for option in self.trial.config:
            told = self._complaints({option: [_WRONG]})
            if not any(option in sentence for sentence in told):
                self.fail(f"the option `{option}` takes {[_WRONG]!r}", f"let check_config say what `{option}` must be")

    def test_options_stay_as_they_are(self) -> None:
        """Neither checks nor a training nor its loading change the options they are given."""
        self.stored()  # where it cannot be trained there is nothing to look at
        config = self.trial.config
        before = copy.deepcopy(config)
        self.component.check_config(config)
        self.component.reads(config)
        if self.learns:
            self.component.train(config, self.lesson())
        self.component.load(config, self.contents())
        if config != before:
            self.fail(f"the options were changed to {config!r}", "copy what must be changed")

    def test_what_it_reads_is_known(self) -> None:
        """`reads` names parts of the data that there are, so that the graph can have an edge for each."""
        try:
            self.trial.reads()
        except TrainingError as error:
            self.fail(str(error), error.hint or "answer a frozenset of names")

    def test_declared_inputs_are_told_without_reading(self) -> None:
        """`declared_inputs` answers `Inputs` for good options."""
        try:
            self.trial.inputs()
        except TenprintError as error:
            self.fail(str(error), error.hint or "answer tenprint.importers.inputs.Inputs")

    def test_packages_are_names_of_imports(self) -> None:
        """`required_packages` lists what is imported, by the names that Python knows, and all of it is here."""
        packages: Any = self.component.required_packages()
        if not isinstance(packages, list) or not all(isinstance(name, str) for name in packages):
            self.fail(f"required_packages is {packages!r}", "answer a list of texts, such as ['sklearn']")
        missing = [name for name in packages if find_spec(name.partition(".")[0]) is None]
        if missing:
            self.fail(
                f"{missing[0]} cannot be found", "write the name of the import, such as `sklearn`, and install it"
            )

    def test_languages_are_codes(self) -> None:
        """Languages are lists of codes such as `en`, or None."""
        for name in ("supported_languages", "not_supported_languages"):
            codes: Any = getattr(self.component, name)()
            if codes is not None and not (isinstance(codes, list) and all(_LANGUAGE.fullmatch(code) for code in codes)):
                self.fail(f"{name} is {codes!r}", "answer None, or a list of codes such as ['de', 'en']")

    def contents(self) -> Mapping[str, Any]:
        """Return what a training answers, as values."""
        return self.component.train(self.trial.config, self.lesson()) if self.learns else {}

    def _complaints(self, options: Mapping[str, Any]) -> list[str]:
        """What is said about options; those of these tests are given too."""
        trial = type(self.trial)(self.component, {**self.CONFIG, **options})
        try:
            told = [problem.message for problem in trial.problems() if problem.code == "component-option"]
        except TrainingError as error:
            self.fail(f"check_config fails: {error}", "answer a tuple of sentences, whatever the values are")
        answer: Any = () if _UNKNOWN in options else self.component.check_config(trial.config)
        if not isinstance(answer, tuple) or not all(isinstance(sentence, str) for sentence in answer):
            self.fail(f"check_config answers {answer!r}", "answer a tuple of sentences")
        return told
