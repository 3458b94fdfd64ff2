"""The door of the top floor: everything that can be extended, and projects on disk."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.comparing import diff_sides as diff_sides
    from tenprint.plugins.declared import Command as Command
    from tenprint.plugins.declared import Declared as Declared
    from tenprint.plugins.manager import create_plugin_manager as create_plugin_manager
    from tenprint.plugins.markers import hookimpl as hookimpl
    from tenprint.plugins.markers import hookspec as hookspec
    from tenprint.plugins.project import Project as Project
    from tenprint.plugins.project import ProjectPaths as ProjectPaths
    from tenprint.plugins.project import open_project as open_project
    from tenprint.plugins.project import run_project as run_project
    from tenprint.plugins.registry import Registry as Registry
    from tenprint.plugins.registry import registry_of as registry_of
    from tenprint.plugins.report import Findings as Findings
    from tenprint.plugins.report import Report as Report

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
