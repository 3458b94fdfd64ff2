"""Plugins that count as installed: a folder on the path with a module, and the metadata of its distribution."""

from pathlib import Path


def install(place: Path, plugin: str, code: str, *, version: str = "1.0", distribution: str | None = None) -> Path:
    """Write a module and metadata that name it as the plugin; return the file of the module.

    Module names are kept apart by the place, because Python remembers modules it has imported.
    """
    place.mkdir(parents=True, exist_ok=True)
    module = f"{plugin.replace('-', '_')}_{abs(hash(str(place))):x}"
    named = distribution or f"{plugin}-tools"
    metadata = place / f"{named.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {named}\nVersion: {version}\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[tenprint]\n{plugin} = {module}\n", encoding="utf-8")
    file = place / f"{module}.py"
    file.write_text(code, encoding="utf-8")
    return file


def importing(name: str) -> str:
    """Code of a plugin with an importer of this name."""
    return f"""
from tenprint.importers import TrainingDataImporter
from tenprint.plugins import hookimpl


class Importer(TrainingDataImporter):
    NAME = "{name}"


@hookimpl
def tenprint_register_importers():
    return [Importer]
"""
