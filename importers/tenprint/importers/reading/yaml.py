"""Bytes of a YAML file to a `Document`, strictly and with all problems at once.

The dialect is YAML 1.2 as Rasa's readers know it (see `scalars`), with libyaml as the parser: the only kind that reads
the files people really have. Directives: `%YAML 1.2` and `%TAG` are honoured, any other version is refused, because
`yes` and `010` would silently mean something else. Text is never unescaped outside double quotes.

    bytes -> yaml_bytes (size, encoding) -> libyaml's events -> yaml_builder (nodes, limits) -> Document
                                                  broken syntax -> yaml_syntax (a readable message)
"""

from codecs import BOM_UTF8
from collections.abc import Callable
from typing import Any

from yaml.error import YAMLError
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from tenprint.importers.errors import ProblemsError
from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading.document import Document
from tenprint.importers.reading.yaml_builder import Builder
from tenprint.importers.reading.yaml_bytes import checked_text
from tenprint.importers.reading.yaml_syntax import syntax_problem

LibyamlParser: Callable[[bytes], Any] | None
try:
    from yaml._yaml import CParser as LibyamlParser
except ImportError:  # PyYAML was built without libyaml
    LibyamlParser = None

DEFAULT_LIMITS = Limits()


class PurePythonParser(Reader, Scanner, Parser):
    """Stands in where PyYAML was built without libyaml: the same events, about fifty times slower."""

    def __init__(self, stream: bytes) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


def parse_yaml(content: bytes, document: DocumentId, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Parse one file; an empty document of any kind has an empty mapping as root.

    Raises `ProblemsError` with every problem found.
    """
    return parse_with(LibyamlParser or PurePythonParser, content, document, limits=limits)


def parse_with(
    open_parser: Callable[[bytes], Any], content: bytes, document: DocumentId, *, limits: Limits = DEFAULT_LIMITS
) -> Document:
    """Do what `parse_yaml` does, with a given parser of PyYAML's."""
    text = checked_text(content, document, limits=limits)
    builder: Builder | None = None
    try:
        # Bytes, because the parser would encode text again.
        parser = open_parser(content.removeprefix(BOM_UTF8))
        builder = Builder(parser.get_event, text, document, limits=limits)
        root = builder.build()
    except YAMLError as error:
        found = builder.problems if builder else []
        raise ProblemsError([*found, syntax_problem(error, text, document)]) from error
    if builder.problems:
        raise ProblemsError(builder.problems)
    return Document(document, root, text)
