"""What is wrong with the entries of `pipeline` and `policies`, all of it, before anything is trained.

Options, languages and order are looked at in what components say of themselves. Whether a package is there is the one
thing that is looked up outside; it is not imported for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeVar

from tenprint.fingerprinting.component import Featurizer, Json, NluComponent, Tokenizer
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.trainer import ComponentEntry, SectionName, list_name, nearest_names
from tenprint.importers import Location, Problem, Registered

_STANDS_BEFORE: Mapping[str, tuple[str, str]] = {
    "tokens": ("a tokenizer", "write `- name: WhitespaceTokenizer` above it"),
    "features": ("a featurizer", "write `- name: CountVectorsFeaturizer` above it"),
    "intents": ("a component that recognises intents", "write one such as `LogisticRegressionClassifier` above it"),
}
"""What a component may need -> what gives it, and what to do."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConfiguredEntry:
    """One entry with its component, its options as they are with defaults, and its place where that is known."""

    section: SectionName
    entry: ComponentEntry
    options: Mapping[str, Json]
    registered: Registered[type[Any]]
    place: Location | None = None

    @property
    def described(self) -> str:
        return describe_entry(self.section, self.entry)


def describe_entry(section: SectionName, entry: ComponentEntry) -> str:
    return f"`{entry.name}`, entry {entry.position + 1} of `{list_name(section)}`"


def entry_problems(entries: Iterable[ConfiguredEntry], language: object) -> tuple[Problem, ...]:
    """Find everything that keeps these entries from being trained.

    Raises:
        TrainingError: A component fails to check its options.
    """
    listed = tuple(entries)
    by_itself = (
        problem
        for entry in listed
        for problem in (*_option_problems(entry), *_language_problems(entry, language), *_package_problems(entry))
    )
    return (*by_itself, *_order_problems(entry for entry in listed if entry.section == "nlu"))


def _option_problems(entry: ConfiguredEntry) -> Iterator[Problem]:
    provided = entry.registered.provided
    known = _asked(entry, "tell its options", provided.get_default_config)
    unfit = False
    for option, value in entry.entry.options.items():
        if option not in known:
            near = nearest_names(str(option), known) or tuple(sorted(known))
            hint = f"known options: {', '.join(near)}" if near else "it has no options"
            yield Problem("component-option", f"{entry.described}: unknown option `{option}`", entry.place, hint)
        elif not _is_json(value):
            unfit = True
            message = f"{entry.described}: option `{option}` is no text, number, boolean, list or mapping of these"
            yield Problem("component-option", message, entry.place, "quote it to make it a text")
    if not unfit:
        for sentence in _asked(entry, "check its options", lambda: tuple(provided.check_config(entry.options))):
            yield Problem("component-option", f"{entry.described}: {sentence}", entry.place)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(part) for key, part in value.items())
    if isinstance(value, list):
        return all(_is_json(part) for part in value)
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor no number at all
    return value is None or isinstance(value, str | int)


def _language_problems(entry: ConfiguredEntry, language: object) -> Iterator[Problem]:
    if not isinstance(language, str) or not language:
        return
    provided = entry.registered.provided
    known = _asked(entry, "tell its languages", provided.supported_languages)
    unfit = _asked(entry, "tell its languages", provided.not_supported_languages) or ()
    base = language.lower().replace("_", "-").partition("-")[0]
    if (known is not None and base not in known) or base in unfit:
        offered = f"it can deal with {', '.join(known)}" if known else f"it cannot deal with {', '.join(unfit)}"
        message = f"{entry.described} cannot deal with the language {language!r}"
        yield Problem("component-language", message, entry.place, f"{offered}; use another component")


def _package_problems(entry: ConfiguredEntry) -> Iterator[Problem]:
    required = _asked(entry, "tell its packages", entry.registered.provided.required_packages)
    missing = [name for name in required if not _is_installed(name)]
    if missing:
        extra = entry.registered.provided.EXTRA
        wanted = " ".join(missing) if extra is None else f"'{entry.registered.distribution}[{extra}]'"
        message = f"{entry.described} needs {', '.join(missing)}, which cannot be found"
        yield Problem("missing-package", message, entry.place, f"pip install {wanted}")


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # a parent that is not there, or a module that was made by hand
        return False


def _order_problems(pipeline: Iterable[ConfiguredEntry]) -> Iterator[Problem]:
    given: set[str] = set()
    for entry in pipeline:
        provided: type[NluComponent] = entry.registered.provided
        for need in sorted(_needs(entry) - given):
            what, hint = _STANDS_BEFORE[need]
            yield Problem("component-order", f"{entry.described}: {what} must stand before it", entry.place, hint)
        if issubclass(provided, Tokenizer) and "tokens" in given:
            message = (
                f"{entry.described} is a second tokenizer, and what was made of the tokens of the first would not fit"
            )
            yield Problem("component-order", message, entry.place, "leave one of them out")
        given |= _given(provided)


def _needs(entry: ConfiguredEntry) -> frozenset[str]:
    needs = _asked(entry, "say what it needs", lambda: frozenset(entry.registered.provided.needs(entry.options)))
    return needs & _STANDS_BEFORE.keys()


def _given(provided: type[NluComponent]) -> frozenset[str]:
    """What a component may add; of those that do not say so, tokens and features, or an intent."""
    if issubclass(provided, Tokenizer):
        return frozenset({"tokens"})
    if issubclass(provided, Featurizer):
        return frozenset({"features"})
    return frozenset({"tokens", "features"} if provided.PREPARES else {"intents"})


def _asked(entry: ConfiguredEntry, what: str, ask: Callable[[], T]) -> T:
    """Ask a component about itself.

    Raises:
        TrainingError: It raises.
    """
    try:
        return ask()
    except Exception as error:  # foreign code may raise anything
        raise TrainingError(f"{entry.described} failed to {what}: {type(error).__name__}: {error}") from error
