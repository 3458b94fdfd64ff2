"""Bytes to parts: pure, without file access."""

from tenprint.importers.reading.config import COMPONENT_LISTS, read_config
from tenprint.importers.reading.document import NOWHERE, Document, MappingNode, Place, PlainText, SequenceNode, nodes_of
from tenprint.importers.reading.domain import read_domain
from tenprint.importers.reading.environment import expanded_section
from tenprint.importers.reading.lookups import FileReference, lookup_parts
from tenprint.importers.reading.markdown import MARKDOWN_SUFFIX, markdown_data
from tenprint.importers.reading.nlu import read_nlu, read_plain_entry
from tenprint.importers.reading.nlu_json import NLU_JSON_KEY
from tenprint.importers.reading.parsing import JSON_SUFFIX, TRAINING_SUFFIXES, YAML_SUFFIXES, parse_document
from tenprint.importers.reading.plain_nlu import plain_nlu
from tenprint.importers.reading.plain_stories import plain_stories
from tenprint.importers.reading.reader import (
    ExampleLines,
    RawPart,
    Reader,
    Receive,
    ReceiveLines,
    describe,
    nearest,
    nearest_to_any,
    plain_value,
)
from tenprint.importers.reading.responses import read_responses
from tenprint.importers.reading.stories import read_stories
from tenprint.importers.reading.yaml import parse_yaml

__all__ = (
    "COMPONENT_LISTS",
    "JSON_SUFFIX",
    "MARKDOWN_SUFFIX",
    "NLU_JSON_KEY",
    "NOWHERE",
    "TRAINING_SUFFIXES",
    "YAML_SUFFIXES",
    "Document",
    "ExampleLines",
    "FileReference",
    "MappingNode",
    "Place",
    "PlainText",
    "RawPart",
    "Reader",
    "Receive",
    "ReceiveLines",
    "SequenceNode",
    "describe",
    "expanded_section",
    "lookup_parts",
    "markdown_data",
    "nearest",
    "nearest_to_any",
    "nodes_of",
    "parse_document",
    "parse_yaml",
    "plain_nlu",
    "plain_stories",
    "plain_value",
    "read_config",
    "read_domain",
    "read_nlu",
    "read_plain_entry",
    "read_responses",
    "read_stories",
)
