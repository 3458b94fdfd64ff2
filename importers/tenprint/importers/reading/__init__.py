"""Bytes to parts: pure, without file access."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.reading.config import COMPONENT_LISTS, read_config
    from tenprint.importers.reading.document import (
        NOWHERE,
        Document,
        MappingNode,
        Place,
        PlainText,
        SequenceNode,
        nodes_of,
    )
    from tenprint.importers.reading.domain import read_domain
    from tenprint.importers.reading.environment import expanded_section
    from tenprint.importers.reading.lookups import FileReference, lookup_parts
    from tenprint.importers.reading.markdown import markdown_data
    from tenprint.importers.reading.nlu import read_nlu, read_plain_entry
    from tenprint.importers.reading.nlu_json import NLU_JSON_KEY
    from tenprint.importers.reading.parsing import parse_document
    from tenprint.importers.reading.plain_nlu import cut_nlu
    from tenprint.importers.reading.plain_stories import cut_stories
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
    from tenprint.importers.reading.suffixes import JSON_SUFFIX, MARKDOWN_SUFFIX, TRAINING_SUFFIXES, YAML_SUFFIXES
    from tenprint.importers.reading.yaml import parse_yaml

_HOMES = {
    "COMPONENT_LISTS": "config",
    "JSON_SUFFIX": "suffixes",
    "MARKDOWN_SUFFIX": "suffixes",
    "NLU_JSON_KEY": "nlu_json",
    "NOWHERE": "document",
    "TRAINING_SUFFIXES": "suffixes",
    "YAML_SUFFIXES": "suffixes",
    "Document": "document",
    "ExampleLines": "reader",
    "FileReference": "lookups",
    "MappingNode": "document",
    "Place": "document",
    "PlainText": "document",
    "RawPart": "reader",
    "Reader": "reader",
    "Receive": "reader",
    "ReceiveLines": "reader",
    "SequenceNode": "document",
    "cut_nlu": "plain_nlu",
    "cut_stories": "plain_stories",
    "describe": "reader",
    "expanded_section": "environment",
    "lookup_parts": "lookups",
    "markdown_data": "markdown",
    "nearest": "reader",
    "nearest_to_any": "reader",
    "nodes_of": "document",
    "parse_document": "parsing",
    "parse_yaml": "yaml",
    "plain_value": "reader",
    "read_config": "config",
    "read_domain": "domain",
    "read_nlu": "nlu",
    "read_plain_entry": "nlu",
    "read_responses": "responses",
    "read_stories": "stories",
}
__getattr__ = lazy_door(__name__, _HOMES)

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
    "cut_nlu",
    "cut_stories",
    "describe",
    "expanded_section",
    "lookup_parts",
    "markdown_data",
    "nearest",
    "nearest_to_any",
    "nodes_of",
    "parse_document",
    "parse_yaml",
    "plain_value",
    "read_config",
    "read_domain",
    "read_nlu",
    "read_plain_entry",
    "read_responses",
    "read_stories",
)
