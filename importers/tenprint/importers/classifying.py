"""Which kinds of data a document holds: its top-level keys say so, whatever the file is called.

One document may hold several kinds. A conversation test is a file named `test_*` that holds stories. Suffixes say how
a file is read: JSON holds NLU data only, and training data in Markdown is refused.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tenprint.importers.kinds import CONFIG, DOMAIN, STORIES, Kind
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.reading import (
    JSON_SUFFIX,
    MARKDOWN_SUFFIX,
    NLU_JSON_KEY,
    Document,
    MappingNode,
    describe,
    markdown_data,
    nearest,
    nearest_to_any,
)
from tenprint.importers.reading.scalars import shown_key
from tenprint.importers.snapshot import Role

TEST_PREFIX = "test_"

_ANYWHERE = frozenset({"version"})
_ONLY_IN_DOMAIN = frozenset({"config"})
"""A domain may hold a mapping `config`; elsewhere the key says nothing."""
_FOREIGN_PATHS = {
    "_usersays_": "examples of a Dialogflow agent",
    "_entries_": "entries of a Dialogflow entity",
}
_FOREIGN_KEYS = {
    "luis_schema_version": "an export of LUIS",
    "utterances": "an export of wit.ai",
    "supportedLanguages": "a Dialogflow agent",
    "responses": "an intent of a Dialogflow agent",
    "isEnum": "an entity of a Dialogflow agent",
}
"""Key of a JSON file of another product -> what the file is; the first that matches decides."""


@dataclass(frozen=True, slots=True)
class Classification:
    """Role and kinds of a document, and what is odd about its keys."""

    role: Role
    kinds: tuple[Kind, ...]
    problems: tuple[Problem, ...] = ()


def classify(document: Document, role: Role, kinds: Sequence[Kind]) -> Classification:
    if role == "config":
        return Classification(role, (CONFIG,))
    if document.id.path.endswith(MARKDOWN_SUFFIX):
        return Classification(role, (), _markdown_problems(document))
    if document.id.path.endswith(JSON_SUFFIX):
        return _classified_json(document, role, kinds)
    keys = frozenset(key for key in document.root if isinstance(key, str))
    found = tuple(kind for kind in kinds if kind is not CONFIG and _holds(kind, keys, role))
    if is_test(document.id) and STORIES in found:
        others = [kind for kind in found if kind is not STORIES]
        return Classification("tests", (STORIES,), tuple(_beside_tests(document, others)))
    if not found:
        return Classification(role, (), (_nothing(document, keys, kinds),))
    return Classification(role, found, tuple(_unknown_keys(document, kinds)))


def is_test(document: DocumentId) -> bool:
    """Tell whether stories in this file are conversation tests."""
    return document.path.rpartition("/")[2].startswith(TEST_PREFIX)


def _beside_tests(document: Document, kinds: Sequence[Kind]) -> Iterator[Problem]:
    """Warn of training data in a file that no training reads."""
    for key in document.root:
        if any(key in kind.keys for kind in kinds):
            yield Problem(
                "unused-section",
                f"`{key}` stands in a file of conversation tests and is left out: tests never feed training",
                document.at(document.root.key_place(key)),
                f"move it to a file whose name does not begin with {TEST_PREFIX}",
                "warning",
            )


def _markdown_problems(document: Document) -> tuple[Problem, ...]:
    """Refuse training data; prose is told to be unused."""
    found = markdown_data(document.text)
    path = document.id.path
    if found is not None:
        message = f"these are {found.word} in Markdown, which is not read"
        converter = f"rasa data convert {found.command} -f yaml --data {path} --out {path.rpartition('/')[0] or '.'}"
        hint = f"convert them to YAML with Rasa 2.8, then remove this file: {converter}"
        return (Problem("markdown-data", message, document.at(found.place), hint),)
    message = "no training data here: Markdown is not read"
    return (Problem("unused-file", message, document.id.at(0, 0), "move it out of the data path", "warning"),)


def _classified_json(document: Document, role: Role, kinds: Sequence[Kind]) -> Classification:
    root = document.root
    if isinstance(root, MappingNode) and NLU_JSON_KEY in root:
        others = [key for key in root if key not in (NLU_JSON_KEY, *_ANYWHERE)]
        message = "the top-level key {!r} of a JSON file means nothing and is left out"
        problems = [
            Problem("unknown-key", message.format(key), document.at(root.key_place(key)), severity="warning")
            for key in others
        ]
        return Classification(role, tuple(kind for kind in kinds if NLU_JSON_KEY in kind.keys), tuple(problems))
    seems, hint = _foreign_json(document, kinds)
    message = f"no training data here: {seems}"
    return Classification(role, (), (Problem("unused-file", message, document.id.at(1, 1), hint, "warning"),))


def _foreign_json(document: Document, kinds: Sequence[Kind]) -> tuple[str, str]:
    """Say what a JSON file without NLU data seems to be, and what to do with it."""
    root, path = document.root, document.id.path
    convert = f"convert it to YAML or to JSON with the key `{NLU_JSON_KEY}`, or move it out of the data path"
    for part, meaning in _FOREIGN_PATHS.items():
        if part in path:
            return f"the file seems to hold {meaning}, which are not read", convert
    if not isinstance(root, MappingNode):
        return f"the file holds {describe(root)}, not an object", convert
    for key, meaning in _FOREIGN_KEYS.items():
        if key in root and not (key == "responses" and isinstance(root[key], dict)):
            return f"the file seems to be {meaning}, which is not read", convert
    if list(root) == ["version"]:
        return "the file seems to be the package of a Dialogflow agent, which is not read", convert
    if any(kind.keys & root.keys() for kind in kinds if kind is not CONFIG):
        return "only NLU data are read from JSON, and this has the keys of YAML files", "give it the suffix .yml"
    if not root:
        return "the file is empty", "remove it, or move it out of the data path"
    near = nearest_to_any(root, (NLU_JSON_KEY,))
    return f"the file has no key {NLU_JSON_KEY!r}", near or convert


def _holds(kind: Kind, keys: frozenset[str], role: Role) -> bool:
    wanted = kind.keys | _ONLY_IN_DOMAIN if kind is DOMAIN and role == "domain" else kind.keys
    return bool(wanted & keys)


def _nothing(document: Document, keys: Collection[str], kinds: Sequence[Kind]) -> Problem:
    if CONFIG.keys & set(keys):
        message = "a model configuration is read only from the project's config file; this file is left out"
        return Problem("unused-file", message, document.id.at(1, 1), "name it with --config", "warning")
    known = {key for kind in kinds if kind is not CONFIG for key in kind.keys}
    near = nearest_to_any(sorted(keys), known)
    install = "install the plugin that adds this kind of data, or move the file out of the data path"
    hint = f"{near} If not, {install}" if near is not None and near.endswith("?") else install
    message = "no training data here: none of the top-level keys is known"
    if not keys:
        message, hint = "no training data here: the file is empty", "remove it, or move it out of the data path"
    return Problem("unused-file", message, document.id.at(1, 1), hint, "warning")


def _unknown_keys(document: Document, kinds: Sequence[Kind]) -> list[Problem]:
    known = {key for kind in kinds if kind is not CONFIG for key in kind.keys} | _ANYWHERE | _ONLY_IN_DOMAIN
    return [
        Problem(
            "unknown-key",
            f"the top-level key {shown_key(key)} means nothing and is left out",
            document.at(document.root.key_place(key)),
            nearest(key, known),
            "warning",
        )
        for key in document.root
        if key not in known
    ]
