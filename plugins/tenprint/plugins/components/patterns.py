"""Regular expressions and lookup tables of the training data, as what can be found in a text."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tenprint.fingerprinting import DamagedFile, Json
from tenprint.importers import Problem, ProblemsError
from tenprint.importers.data import NluData
from tenprint.plugins.components.options import NO_EXPRESSION, truth_objection
from tenprint.plugins.components.phrases import Phrases

PATTERNS_FILE = "patterns.json"

OPTIONS = ("case_sensitive", "use_lookup_tables", "use_regexes", "use_word_boundaries")


@dataclass(frozen=True, slots=True)
class Expression:
    """One regular expression of a name."""

    pattern: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        return (match.span() for match in self.pattern.finditer(text) if match.end() > match.start())


@dataclass(frozen=True, slots=True)
class NamedPattern:
    """A regular expression with its name, or a lookup table with its own."""

    name: str
    finder: Expression | Phrases


def option_objections(config: Mapping[str, Json]) -> tuple[str, ...]:
    return tuple(sentence for option in OPTIONS for sentence in truth_objection(config, option))


def facets_read(config: Mapping[str, Json]) -> frozenset[str]:
    """Name the parts of NLU data that patterns are taken from."""
    asked = {"regexes": config["use_regexes"], "lookups": config["use_lookup_tables"]}
    return frozenset(facet for facet, wanted in asked.items() if wanted)


def stored_patterns(
    nlu: NluData, config: Mapping[str, Json], *, names: Collection[str] | None = None
) -> list[dict[str, Json]]:
    """Write patterns as JSON, sorted; of those with other `names` none, if any are given.

    Raises:
        ProblemsError: Regular expressions that are none, all at once.
    """
    regexes = {(regex.name, regex.pattern) for regex in nlu.regexes} if config["use_regexes"] else set()
    tables: dict[str, set[str]] = {}
    for entry in nlu.lookups if config["use_lookup_tables"] else ():
        tables.setdefault(entry.name, set()).add(entry.element)
    rows: list[dict[str, Json]] = [{"name": name, "regex": pattern} for name, pattern in sorted(regexes)]
    rows += [{"name": name, "lookup": sorted(elements)} for name, elements in sorted(tables.items())]
    kept = [row for row in rows if names is None or row["name"] in names]
    problems = [problem for row in kept if "regex" in row for problem in _faults(row["name"], row["regex"])]
    if problems:
        raise ProblemsError(problems)
    return kept


def patterns_of(rows: Json, config: Mapping[str, Json]) -> tuple[NamedPattern, ...]:
    """Make patterns of what was stored.

    Raises:
        DamagedFile: It is not what `stored_patterns` writes.
    """
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise DamagedFile(PATTERNS_FILE, "is no list of named patterns")
    try:
        return tuple(NamedPattern(row["name"], _finder(row, config)) for row in rows)
    except NO_EXPRESSION as error:
        raise DamagedFile(PATTERNS_FILE, f"holds a regular expression that is none: {error}") from error


def _finder(row: Mapping[str, Json], config: Mapping[str, Json]) -> Expression | Phrases:
    case_sensitive = config["case_sensitive"]
    if "regex" in row:
        return Expression(_compiled(row["regex"], case_sensitive=case_sensitive))
    elements: Sequence[str] = row["lookup"]
    return Phrases.of(elements, case_sensitive=case_sensitive, whole_words=config["use_word_boundaries"])


def _compiled(expression: str, *, case_sensitive: bool) -> re.Pattern[str]:
    return re.compile(expression, 0 if case_sensitive else re.IGNORECASE)


def _faults(name: str, expression: str) -> Iterator[Problem]:
    try:
        _compiled(expression, case_sensitive=True)
    except NO_EXPRESSION as error:
        hint = "write it as Python's module `re` has it; `\\` takes a special character for itself"
        yield Problem(
            "invalid-pattern", f"the regular expression `{expression}` of `{name}` is none: {error}", hint=hint
        )


def _is_row(row: Json) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or len(row) != 2:  # noqa: PLR2004 - and one more
        return False
    elements = row.get("lookup")
    in_table = isinstance(elements, list) and all(isinstance(element, str) for element in elements)
    return in_table or isinstance(row.get("regex"), str)
