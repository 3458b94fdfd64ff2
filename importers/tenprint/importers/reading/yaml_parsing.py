"""The parsers of PyYAML, and bytes to a `Document` with one of them; imported when the first file needs a parser."""

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


class PurePythonParser(Reader, Scanner, Parser):
    """Stands in where PyYAML was built without libyaml: the same events, about fifty times slower."""

    def __init__(self, stream: bytes) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


def parse_with(
    content: bytes, document: DocumentId, *, limits: Limits, open_parser: Callable[[bytes], Any] | None = None
) -> Document:
    """Do what `parse_yaml` does, with a given parser of PyYAML's; by default the faster one of those that are there."""
    text = checked_text(content, document, limits=limits)
    builder: Builder | None = None
    try:
        # Bytes, because the parser would encode text again.
        parser = (open_parser or LibyamlParser or PurePythonParser)(content.removeprefix(BOM_UTF8))
        builder = Builder(parser.get_event, text, document, limits=limits)
        root = builder.build()
    except YAMLError as error:
        found = builder.problems if builder else []
        raise ProblemsError([*found, syntax_problem(error, text, document)]) from error
    if builder.problems:
        raise ProblemsError(builder.problems)
    return Document(document, root, text)
