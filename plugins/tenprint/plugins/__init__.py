"""The door of the top floor: everything that can be extended, and projects on disk."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.plugins.manager import create_plugin_manager as create_plugin_manager
    from tenprint.plugins.markers import hookimpl as hookimpl, hookspec as hookspec
    from tenprint.plugins.project import Project as Project, ProjectPaths as ProjectPaths, open_project as open_project, run_project as run_project
    from tenprint.plugins.registry import Registry as Registry, registry_of as registry_of

_HOMES = {
    "Project": "project",
    "ProjectPaths": "project",
    "Registry": "registry",
    "create_plugin_manager": "manager",
    "hookimpl": "markers",
    "hookspec": "markers",
    "open_project": "project",
    "registry_of": "registry",
    "run_project": "project",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "Project",
    "ProjectPaths",
    "Registry",
    "create_plugin_manager",
    "hookimpl",
    "hookspec",
    "open_project",
    "registry_of",
    "run_project",
)
