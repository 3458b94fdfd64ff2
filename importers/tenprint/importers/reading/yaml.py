"""Bytes of a YAML file to a `Document`, strictly and with all problems at once.

The dialect is YAML 1.2 as Rasa's readers know it (see `scalars`), with libyaml as the parser: the only kind that reads
the files people really have. Directives: `%YAML 1.2` and `%TAG` are honoured, any other version is refused, because
`yes` and `010` would silently mean something else. Text is never unescaped outside double quotes.

    bytes -> yaml_bytes (size, encoding) -> libyaml's events -> yaml_builder (nodes, limits) -> Document
                                                  broken syntax -> yaml_syntax (a readable message)
"""

from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading.document import Document

DEFAULT_LIMITS = Limits()


def parse_yaml(content: bytes, document: DocumentId, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Parse one file; an empty document of any kind has an empty mapping as root.

    Raises `ProblemsError` with every problem found.
    """
    from tenprint.importers.reading.yaml_parsing import parse_with  # noqa: PLC0415 - plain files need no parser

    return parse_with(content, document, limits=limits)
