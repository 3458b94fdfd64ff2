"""Bytes of a file to a document, by its suffix: `.json` is JSON, `.md` is only text, all else is YAML."""

from tenprint.importers.limits import Limits
from tenprint.importers.location import DocumentId
from tenprint.importers.reading.document import NOWHERE, Document, MappingNode
from tenprint.importers.reading.suffixes import JSON_SUFFIX, MARKDOWN_SUFFIX
from tenprint.importers.reading.yaml import DEFAULT_LIMITS, parse_yaml


def parse_document(content: bytes, document: DocumentId, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Parse one file; Markdown has an empty mapping as root and can be in any encoding.

    Raises `ProblemsError` with every problem found.
    """
    if document.path.endswith(MARKDOWN_SUFFIX):
        return Document(document, MappingNode(NOWHERE), content.decode(errors="replace"))
    if document.path.endswith(JSON_SUFFIX):
        from tenprint.importers.reading.json_document import parse_json  # noqa: PLC0415 - few projects have any

        return parse_json(content, document, limits)
    return parse_yaml(content, document, limits)
