"""Properties of a class and its constructor."""

import copy
import gc
import re
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tenprint.importers import OptionError, TenprintError
from tenprint.plugins.testing.kit import Kit, skip_after
from tenprint.plugins.testing.watching import io_heard

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNKNOWN = "no-such-option"
_WRONG: Sequence[Mapping[str, Any]] = ({"no": [{"such": ["value"]}]},)
"""What no option is: neither a text, a number, a switch, a list of texts nor a secret."""


class Construction(Kit):
    """Properties of a class and its constructor."""

    def test_the_name_is_short_and_plain(self) -> None:
        """NAME is what users write in a configuration: lower case letters, digits and hyphens."""
        name: Any = type(self.subject()).NAME
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            self.fail(f"NAME is {name!r}", "use lower case letters, digits and single hyphens, such as `help-desk`")

    def test_aliases_are_a_tuple_of_other_names(self) -> None:
        """ALIASES is a tuple of texts, and NAME is none of them."""
        cls = type(self.subject())
        aliases: Any = cls.ALIASES
        if not isinstance(aliases, tuple) or not all(isinstance(name, str) and name for name in aliases):
            self.fail(f"ALIASES is {aliases!r}", "write a tuple of names, such as ('Faq',)")
        if cls.NAME in aliases:
            self.fail(f"NAME {cls.NAME!r} is among the ALIASES", "remove it there")

    def test_the_class_says_what_it_is(self) -> None:
        """The class has a docstring of its own, which says what it does and which options it has."""
        cls = type(self.subject())
        if not (cls.__doc__ or "").strip():
            self.fail(f"{cls.__qualname__} has no docstring", "say in one line what it does, then its options")

    def test_the_constructor_does_no_io(self) -> None:
        """Making one opens nothing, connects to nothing and starts nothing."""
        self.subject()  # once before, for what Python imports at the first time
        with io_heard() as heard:
            self.subject()
        if heard:
            self.fail(f"the constructor does I/O: {heard[0]}", "do it when it is used")

    def test_what_is_let_go_is_freed(self) -> None:
        """It is cheap to make: nothing keeps one that nobody uses any more."""
        made = weakref.ref(self.subject())
        gc.collect()
        if made() is not None:
            self.fail("what nobody uses stays in memory", "keep no instances in classes, modules or caches")

    def test_options_stay_as_they_are(self) -> None:
        """Neither the constructor nor a run changes the options the caller gave, at any depth."""
        given = copy.deepcopy(dict(self.options))
        subject = self.constructed(given)
        self.run(lambda: self.work(subject))
        if given != dict(self.options):
            self.fail(f"the options were changed to {given!r}", "use self.options, which is a copy")

    def test_unknown_options_are_refused(self) -> None:
        """An option that does not exist is an error of the constructor, never ignored."""
        if self.refused({**self.options, _UNKNOWN: "x"}) is None:
            self.fail(f"the option {_UNKNOWN!r} is ignored", "read options with read_options, which refuses it")

    def test_unknown_options_are_told_at_their_place(self) -> None:
        """The error of an unknown option names the option, or the line it is written on."""
        options = {**self.options, _UNKNOWN: "x"}
        error = self.refused(options)
        if error is None:
            skip_after("test_unknown_options_are_refused")
        if not self._is_placed(error, options):
            advice = "raise OptionError, or use read_options"
            self.fail(f"it is not told where {_UNKNOWN!r} is written: {error}", advice)

    def test_wrong_values_are_refused(self) -> None:
        """A value of another type than the option has is an error of the constructor."""
        for option in self._own_options():
            if self.refused({**self.options, option: list(_WRONG)}) is None:
                advice = "give it a type in the options class and use read_options"
                self.fail(f"the option {option!r} takes {list(_WRONG)!r}", advice)

    def test_everything_wrong_about_options_is_told_at_once(self) -> None:
        """All wrong and unknown options are told in one error, so that users mend them in one go."""
        tried = {**{name: list(_WRONG) for name in self.options}, _UNKNOWN: "x"}
        # What is not refused alone has a property of its own.
        options = {name: value for name, value in tried.items() if self.refused({**self.options, name: value})}
        error = self.refused({**self.options, **options})
        if error is None:
            pytest.skip("no option is ever refused")
        if len(error.problems) < len(options):
            told = f"{len(options)} options are wrong, and {len(error.problems)} problems told: {error}"
            self.fail(told, "collect them and raise one ProblemsError, or use read_options")

    def _own_options(self) -> Sequence[str]:
        if not self.options:
            pytest.skip("write_source returns no options")
        return tuple(self.options)

    def _is_placed(self, error: TenprintError, options: Mapping[str, Any]) -> bool:
        place = self.places(options)[_UNKNOWN]
        named = isinstance(error, OptionError) and error.option == _UNKNOWN
        return named or any(problem.location == place for problem in error.problems)
