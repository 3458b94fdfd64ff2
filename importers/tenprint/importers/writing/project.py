"""A whole project back to plain Rasa files, from which it is read as it was.

Pure: values in, bytes by relative path out. What was written is read again before it is handed out, so nothing is lost
without notice, whatever a reader may make of it: the items of the files are the items of the project.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tenprint.importers.assembling import items_of
from tenprint.importers.data import ProjectData, Stories
from tenprint.importers.errors import ExportError
from tenprint.importers.itemising import ReadingRules, SourceFile, parts_of, read_file
from tenprint.importers.items import Row
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind, further_kinds
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem, errors_among
from tenprint.importers.snapshot import Role
from tenprint.importers.writing.config import SOURCE_KEYS, config_lines
from tenprint.importers.writing.domain import domain_lines, version_lines
from tenprint.importers.writing.domain_editing import updated_domain
from tenprint.importers.writing.meaning import differences, meaning_of
from tenprint.importers.writing.nlu import nlu_entries
from tenprint.importers.writing.refusals import Entry, Locate, Refusals, nowhere
from tenprint.importers.writing.stories import dialogue_entries
from tenprint.importers.writing.yaml_text import document

CONFIG_FILE = "config.yml"
DOMAIN_FILE = "domain.yml"
NLU_FILE = "data/nlu.yml"
STORIES_FILE = "data/stories.yml"
RULES_FILE = "data/rules.yml"
TESTS_FILE = "tests/test_stories.yml"

PROJECT_FILES = (CONFIG_FILE, DOMAIN_FILE, NLU_FILE, STORIES_FILE, RULES_FILE, TESTS_FILE)
"""All files a project may be written to."""

_FURTHER_FILE = "data/{}.yml"

_MOST_PROBLEMS = 100
"""More are not read by anybody."""


def files_of_project(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return all files a project with data of these kinds may be written to."""
    return (*PROJECT_FILES, *(_FURTHER_FILE.format(kind.name) for kind in further_kinds(kinds)))


def project_files(
    project: ProjectData,
    *,
    domain_file: bytes | None = None,
    rules: ReadingRules | None = None,
    locate: Locate = nowhere,
) -> dict[str, bytes]:
    """Write a project as the files of a Rasa project; those without content are left out, but for `config.yml`.

    Args:
        project: What to write; equal projects give equal bytes.
        domain_file: A domain file whose comments, order and quoting are kept where it says the same.
        rules: How the files are read again.
        locate: Tells where an item stands, for the problems.

    Raises:
        ExportError: Something cannot be expressed in Rasa's formats; all of it is listed.
    """
    rules = rules or ReadingRules()
    refusals = Refusals(locate)
    files = {**_written(project, refusals), **_further(project, rules, refusals)}
    if refusals.problems:
        raise ExportError(refusals.problems)
    if domain_file is not None and DOMAIN_FILE in files:
        files[DOMAIN_FILE] = updated_domain(domain_file, project.domain, rules=rules)
    lost = [*islice(_lost(project, files, rules, locate), _MOST_PROBLEMS)]
    if lost:
        raise ExportError(lost)
    return files


def _written(project: ProjectData, refusals: Refusals) -> dict[str, bytes]:
    config = config_lines(project.config, refusals)
    version = version_lines(project.domain)
    sections: dict[str, dict[str, list[str]]] = {
        DOMAIN_FILE: domain_lines(project.domain, refusals),
        NLU_FILE: {"nlu": refusals.listed("nlu", nlu_entries(project.nlu, refusals))} if project.nlu else {},
        STORIES_FILE: _dialogues(Stories(project.stories.stories), refusals),
        RULES_FILE: _dialogues(Stories(rules=project.stories.rules), refusals),
        TESTS_FILE: _dialogues(project.tests, refusals),
    }
    return {
        CONFIG_FILE: document(config),
        **{path: document({"version": version, **lines}) for path, lines in sections.items() if lines},
    }


def _further(project: ProjectData, rules: ReadingRules, refusals: Refusals) -> dict[str, bytes]:
    """Write each kind that a plugin adds into a file of its own."""
    version = version_lines(project.domain)
    files: dict[str, bytes] = {}
    for kind in rules.further_kinds:
        if kind.name in project.further:
            content = _content(kind, project.further[kind.name], refusals)
            sections = {
                key: refusals.lines_of(Entry((kind.name,), f"the kind {kind.name!r}", value), {key: value})
                for key, value in content.items()
            }
            files[_FURTHER_FILE.format(kind.name)] = document({"version": version, **sections})
    return files


def _content(kind: Kind, value: Any, refusals: Refusals) -> dict[str, Any]:
    """Ask a kind how its value is written; one that does not say is refused."""
    hint = f"ask the authors of {kind.provider} for it, or leave these data out"
    if kind.write is None:
        path = next((part.path for part in kind.take_apart(value)), (kind.name,))
        refusals.add(path, f"data of the kind {kind.name!r}: its plugin does not say how they are written", hint)
        return {}
    content: Any = kind.write(value)
    if not (isinstance(content, Mapping) and content.keys() <= kind.keys):
        message = f"`write` of the kind {kind.name!r} did not return a mapping of its top-level keys"
        refusals.add((kind.name,), message, hint)
        return {}
    return dict(content)


def _dialogues(stories: Stories, refusals: Refusals) -> dict[str, list[str]]:
    return {
        key: refusals.listed(key, dialogue_entries(dialogues, refusals))
        for key, dialogues in (("stories", stories.stories), ("rules", stories.rules))
        if dialogues
    }


def _lost(project: ProjectData, files: Mapping[str, bytes], rules: ReadingRules, locate: Locate) -> Iterator[Problem]:
    """Tell what the files do not say, or say otherwise, than the project."""
    config = {key: value for key, value in project.config.items() if key not in SOURCE_KEYS}
    meant = [
        *items_of(CONFIG, config, rules),
        *items_of(DOMAIN, project.domain, rules),
        *items_of(NLU, project.nlu, rules),
        *items_of(STORIES, project.stories, rules),
        *items_of(STORIES, project.tests, rules),
        *(
            row
            for kind in rules.further_kinds
            if kind.name in project.further
            for row in items_of(kind, project.further[kind.name], rules)
        ),
    ]
    read: list[Row] = []
    broken = False
    for number, (path, content) in enumerate(files.items()):
        rows, problems = _read(path, content, number, rules)
        read += rows
        for problem in problems:
            broken = True
            message = f"something would be written that is not read again: {problem.message}"
            yield Problem("not-writable", message, None, problem.hint)
    if broken:
        return
    intended, found = (meaning_of(rows, rules.identities()) for rows in (meant, read))
    differing = differences(intended, found)
    # What is read in place of something else says nothing new.
    for kind, item in [key for key in differing if key in intended] or differing:
        yield Problem(
            "not-writable",
            f"the {kind.replace('-', ' ')} {'/'.join(item[1:])!r} would not be read as it is",
            locate(item),
            "change what a file of this format cannot say, such as names with blanks at their ends",
        )


def _read(path: str, content: bytes, number: int, rules: ReadingRules) -> tuple[Sequence[Row], tuple[Problem, ...]]:
    """Rows and errors of one file."""
    roles: dict[str, Role] = {CONFIG_FILE: "config", DOMAIN_FILE: "domain"}
    reading = read_file(SourceFile(DocumentId("export", path), roles.get(path, "data"), content), number, rules)
    errors = errors_among(reading.problems)
    if reading.document.role == "tests" and not errors:
        # Items of conversation tests are no items of the project, so they are not among its rows.
        return [part.item for part in parts_of(reading.document, number, rules)], ()
    return reading.rows, errors
