"""Suffixes that say how a file is read."""

JSON_SUFFIX = ".json"
MARKDOWN_SUFFIX = ".md"
YAML_SUFFIXES = (".yml", ".yaml")
TRAINING_SUFFIXES = (*YAML_SUFFIXES, JSON_SUFFIX, MARKDOWN_SUFFIX)
"""Markdown among them, because training data in it must not be overlooked."""
