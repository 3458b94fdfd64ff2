"""Importer classes of Rasa, named by dotted path, as importers of ours. Rasa is looked for only where one is named."""

from tenprint.plugins.rasa_classes.adapter import RASA_CLASSES

__all__ = ("RASA_CLASSES",)
