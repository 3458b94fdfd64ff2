"""The door of the top floor: everything that can be extended, and projects on disk."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.comparing import diff_sides
    from tenprint.plugins.declared import Command, Declared
    from tenprint.plugins.manager import create_plugin_manager
    from tenprint.plugins.markers import hookimpl, hookspec
    from tenprint.plugins.project import Project, ProjectPaths, open_project, run_project
    from tenprint.plugins.registry import Registry, registry_of
    from tenprint.plugins.report import Findings, Report

_HOMES = {
    "Command": "declared",
    "Declared": "declared",
    "Findings": "report",
    "Project": "project",
    "ProjectPaths": "project",
    "Registry": "registry",
    "Report": "report",
    "create_plugin_manager": "manager",
    "diff_sides": "comparing",
    "hookimpl": "markers",
    "hookspec": "markers",
    "open_project": "project",
    "registry_of": "registry",
    "run_project": "project",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "Command",
    "Declared",
    "Findings",
    "Project",
    "ProjectPaths",
    "Registry",
    "Report",
    "create_plugin_manager",
    "diff_sides",
    "hookimpl",
    "hookspec",
    "open_project",
    "registry_of",
    "run_project",
)
