"""Values back to bytes: pure."""

from tenprint.importers.writing.domain import domain_mapping, domain_yaml
from tenprint.importers.writing.domain_editing import updated_domain
from tenprint.importers.writing.project import DOMAIN_FILE, PROJECT_FILES, files_of_project, project_files

__all__ = (
    "DOMAIN_FILE",
    "PROJECT_FILES",
    "domain_mapping",
    "domain_yaml",
    "files_of_project",
    "project_files",
    "updated_domain",
)
