"""tenprint.yml: our own optional settings beside the configuration of a project."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tenprint.importers import DocumentId, ImporterSpec, Location, ProblemsError, importer_specs
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint.importers.merging import MergeSettings
from tenprint.importers.reading import MappingNode, Reader, describe, parse_yaml
from tenprint.plugins.merge_settings import read_merge_settings
from tenprint.plugins.trainer_choice import TrainerChoice, read_trainer

SETTINGS_NAME = "tenprint.yml"
_KEYS = ("importers", "merge", "plugins", "trainer")


@dataclass(frozen=True, slots=True)
class Settings:
    """`importers` None means that the configuration names them; `plugins` are modules to import hooks from, each once."""

    importers: tuple[ImporterSpec, ...] | None = None
    plugins: tuple[str, ...] = ()
    merge: MergeSettings = field(default_factory=MergeSettings)
    trainer: TrainerChoice | None = None
    plugin_locations: Mapping[str, Location] = field(default_factory=dict, compare=False)


def read_settings(content: bytes) -> Settings:
    """Read the settings.

    Raises:
        ProblemsError: Broken YAML, unknown keys and wrong types, all at once.
    """
    document = parse_yaml(content, DocumentId("settings", SETTINGS_NAME))
    reader = Reader(document)
    if not isinstance(document.root, MappingNode):
        reader.report("not-a-mapping", f"the file must hold settings, not {describe(document.root)}", (1, 1))
        raise ProblemsError(reader.problems)
    reader.check_keys(document.root, _KEYS, SETTINGS_NAME)
    plugins: dict[str, Location] = {}
    for entry, place in reader.entries(document.root, "plugins", "plugins") if "plugins" in document.root else ():
        name = reader.text(entry, "the name of a plugin module", place)
        if name is None:
            continue
        plugins.setdefault(str(name), document.at(place))
    root = document.root
    merge = read_merge_settings(reader, root, BUILT_IN_KINDS) if "merge" in root else MergeSettings()
    trainer = read_trainer(reader, root)
    if reader.problems:
        raise ProblemsError(reader.problems)
    importers = importer_specs(document) if "importers" in document.root else None
    return Settings(importers, tuple(plugins), merge, trainer, plugins)
