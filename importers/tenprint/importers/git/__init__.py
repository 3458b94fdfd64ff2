"""Training data from git repositories, at one commit, without ever checking it out."""

from tenprint.importers.git.importer import GitImporter

__all__ = ("GitImporter",)
