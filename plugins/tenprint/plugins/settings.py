"""tenprint.yml: our own optional settings beside the configuration of a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tenprint.importers import (
    DocumentId,
    ImporterSpec,
    Location,
    Problem,
    ProblemsError,
    TransformSpec,
    importer_specs,
    transform_specs,
)
from tenprint.importers.kinds import BUILT_IN_KINDS, Kind
from tenprint.importers.merging import MergeSettings
from tenprint.importers.reading import MappingNode, Reader, describe, parse_yaml
from tenprint.plugins.cache_settings import CacheSettings, read_cache_settings
from tenprint.plugins.executor_choice import ExecutorChoice, read_executor
from tenprint.plugins.merge_settings import read_merge_settings
from tenprint.plugins.trainer_choice import TrainerChoice, read_trainer

SETTINGS_NAME = "tenprint.yml"
_KEYS = ("cache", "executor", "importers", "merge", "plugins", "strict", "trainer", "transforms")


@dataclass(frozen=True, slots=True)
class Settings:
    """`importers` None means that the configuration names them; `plugins` are modules with hooks, each once."""

    importers: tuple[ImporterSpec, ...] | None = None
    plugins: tuple[str, ...] = ()
    merge: MergeSettings = field(default_factory=MergeSettings)
    trainer: TrainerChoice | None = None
    plugin_locations: Mapping[str, Location] = field(default_factory=dict, compare=False)
    content: bytes = field(default=b"", compare=False, repr=False)
    unsettled: tuple[Problem, ...] = field(default=(), compare=False)
    """Kinds that `merge` names and nobody is known to provide yet."""
    transforms: tuple[TransformSpec, ...] = ()
    """What the whole project goes through once it is merged."""
    cache: CacheSettings = field(default_factory=CacheSettings)
    strict: bool = False
    """Refuse plugins that read what they do not declare."""
    executor: ExecutorChoice = field(default_factory=ExecutorChoice)

    def with_kinds(self, kinds: Sequence[Kind]) -> "Settings":
        """Settle what `merge` says about kinds that plugins add, which are known when the plugins are.

        Raises:
            ProblemsError: A kind is still unknown, or cannot be merged so.
        """
        if not self.unsettled:
            return self
        return read_settings(self.content, kinds)


def read_settings(content: bytes, further: Sequence[Kind] | None = ()) -> Settings:
    """Read the settings.

    Args:
        content: What the file holds.
        further: Kinds of data that plugins add; None means that they are not known yet.

    Raises:
        ProblemsError: Broken YAML, unknown keys and wrong types, all at once.
    """
    document = parse_yaml(content, DocumentId("settings", SETTINGS_NAME))
    reader = Reader(document)
    if not isinstance(document.root, MappingNode):
        hint = f"write settings with their names: {', '.join(_KEYS)}"
        reader.report("not-a-mapping", f"the file must hold settings, not {describe(document.root)}", (1, 1), hint=hint)
        raise ProblemsError(reader.problems)
    reader.check_keys(document.root, _KEYS, SETTINGS_NAME)
    plugins: dict[str, Location] = {}
    for entry, place in reader.entries(document.root, "plugins", "plugins") if "plugins" in document.root else ():
        name = reader.text(entry, "the name of a plugin module", place)
        if name is None:
            continue
        plugins.setdefault(str(name), document.at(place))
    root = document.root
    _advise(reader, "list modules, as in `plugins: [my_plugin]`")
    kinds = (*BUILT_IN_KINDS, *(further or ()))
    merge = read_merge_settings(reader, root, kinds) if "merge" in root else MergeSettings()
    _advise(reader, "write `merge: error`, or a policy for each of files, importers and projects")
    executor = read_executor(reader, root)
    _advise(reader, "write it like `executor: {name: local, workers: 4}`")
    trainer = read_trainer(reader, root)
    cache = read_cache_settings(reader, root)
    transforms = transform_specs(reader, root, "transforms")
    strict = _strict(reader, root)
    importers = None
    try:
        importers = importer_specs(document) if "importers" in document.root else None
    except ProblemsError as error:
        reader.problems += error.problems
    unsettled = [problem for problem in reader.problems if further is None and problem.code == "unknown-kind"]
    if len(reader.problems) > len(unsettled):
        raise ProblemsError(reader.problems)
    return Settings(
        importers,
        tuple(plugins),
        merge,
        trainer,
        plugins,
        content,
        tuple(unsettled),
        transforms,
        cache,
        strict,
        executor,
    )


def _strict(reader: Reader, root: MappingNode) -> bool:
    value = root.get("strict", False)
    if isinstance(value, bool):
        return value
    reader.wrong_type("strict", "true or false", value, root.value_place("strict"))
    return False


def _advise(reader: Reader, hint: str) -> None:
    """Add advice to the problems that have none yet."""
    reader.problems[:] = [problem if problem.hint else replace(problem, hint=hint) for problem in reader.problems]
