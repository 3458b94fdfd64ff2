"""The importer interface: five getters, and the snapshot everything of ours goes through."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import anyio.to_thread

from tenprint.importers.adapted import adapt
from tenprint.importers.assembling import take_apart
from tenprint.importers.combining import snapshot_of
from tenprint.importers.concurrency import gather
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.errors import ProblemsError, SourceError, TenprintError
from tenprint.importers.fetching import Fetching
from tenprint.importers.itemising import DocumentReading, ReadingRules, itemise
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.problem import Problem
from tenprint.importers.reading import plain_value
from tenprint.importers.snapshot import Role, Snapshot, SourceDocument, SourceState

ENTRY_KEYS = ("name", "as", "policy", "max_age")
"""Keys of an entry of `importers:` that are not options of its importer."""


class NotProvided(TenprintError, NotImplementedError):  # noqa: N818 - says what happened
    """An importer does not provide this kind of data."""

    reference = "not-provided"


_ANSWERS: Mapping[str, type] = {"config": Mapping, "domain": Domain, "stories": Stories, "nlu": NluData}
"""What the getter of each kind returns."""


@dataclass(frozen=True, slots=True)
class ImporterContext:
    """Where an importer works: the project, its paths, and how documents are read.

    `opened` holds the bytes of files that were read before the importers were made, such as the config file, so that
    every file is opened once. `domain` and `data` None mean the usual places of a project. `source` is what locations
    and reports call this importer's source; None means its name. `places` says where its options are written, and under
    the empty name where its entry is. `cache` is the root of what is kept between runs, None the usual one; `fetching`
    says how remote sources are fetched. With `stall_seconds`, importers that hold the event
    loop up for longer are reported; None does not watch it.
    """

    project: Path
    config: Path | None = None
    domain: Path | None = None
    data: tuple[Path, ...] | None = None
    rules: ReadingRules = field(default_factory=ReadingRules)
    opened: Mapping[Path, bytes] = field(default_factory=dict)
    source: str | None = None
    stall_seconds: float | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    cache: Path | None = None
    fetching: Fetching = field(default_factory=Fetching)

    def place_of(self, option: str | None) -> Location | None:
        """Tell where an option is written, else the entry of the importer; None where there is none."""
        return self.places.get(option or "", self.places.get(""))


class TrainingDataImporter:
    """Gets training data from somewhere.

    Subclass it and write the getters you have; the others answer that they provide nothing. The constructor takes the
    options of the `importers:` entry and the context, and does no I/O. Getters, `snapshot` and `aclose` may be written
    as `def`, which runs in a worker thread, or as `async def`, which runs on the event loop and must not block it.
    """

    NAME: ClassVar[str] = ""
    """Name for the `importers:` list."""
    ALIASES: ClassVar[tuple[str, ...]] = ()
    """Further names for the `importers:` list, such as those of systems people come from."""
    KEEPS_LAST_GOOD: ClassVar[bool] = False
    """Whether what a source held when it was last reached can stand in for it: the policy `last-good`."""
    FOLLOWS_IMPORTS: ClassVar[bool] = False
    """Whether it reads the projects that `imports:` of a configuration names; where nobody does, that is told."""

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        self.options: dict[str, Any] = plain_value(dict(options or {}))
        self.context = context or ImporterContext(Path())

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        adapt(cls)

    async def get_config(self) -> Mapping[str, Any]:
        """Return the model configuration as a mapping, as `config.yml` would hold it."""
        raise self._not_provided("a configuration")

    async def get_domain(self) -> Domain:
        raise self._not_provided("a domain")

    async def get_stories(self) -> Stories:
        """Return stories and rules for training, conversation tests excluded."""
        raise self._not_provided("stories")

    async def get_conversation_tests(self) -> Stories:
        """Return conversation tests; they never feed training."""
        raise self._not_provided("conversation tests")

    async def get_nlu_data(self, language: str = "en") -> NluData:  # noqa: ARG002 - the field's signature
        raise self._not_provided("NLU data")

    async def get_config_file_for_auto_config(self) -> Path | None:
        """Return the file whose configuration completion applies to; it is only read, never written."""
        return None

    async def aclose(self) -> None:
        """Release what the importer holds; the default holds nothing."""

    async def snapshot(self) -> Snapshot:
        """Take everything once.

        The default awaits the getters together in one task group and itemises what they return. A getter that provides
        nothing adds nothing.
        """
        getters: tuple[tuple[Kind, Role, Callable[[], Awaitable[Any]]], ...] = (
            (CONFIG, "config", self.get_config),
            (DOMAIN, "domain", self.get_domain),
            (STORIES, "data", self.get_stories),
            (NLU, "data", self.get_nlu_data),
            (STORIES, "tests", self.get_conversation_tests),
        )
        values = await gather([_or_none(getter) for _, _, getter in getters])
        problems = [
            self._wrong_answer(kind, getter.__name__, value)
            for (kind, _, getter), value in zip(getters, values, strict=True)
            if value is not None and not isinstance(value, _ANSWERS[kind.name])
        ]
        if problems:
            raise ProblemsError(problems)
        provided = [
            (kind, role, value) for (kind, role, _), value in zip(getters, values, strict=True) if value is not None
        ]
        return await anyio.to_thread.run_sync(self._snapshot_of, provided)

    @property
    def source_name(self) -> str:
        """Name of the source in locations and reports."""
        return self.context.source or self.NAME or type(self).__name__

    def _wrong_answer(self, kind: Kind, getter: str, value: Any) -> Problem:
        expected = _ANSWERS[kind.name].__name__
        return Problem(
            "wrong-answer",
            f"{getter} of the importer {self.source_name} returned {type(value).__name__}, not {expected}",
            hint=f"return a {expected}, or leave the getter out",
        )

    def _snapshot_of(self, values: Sequence[tuple[Kind, Role, Any]]) -> Snapshot:
        rules = self.context.rules
        readings = [
            self._reading(kind, role, value, number, rules) for number, (kind, role, value) in enumerate(values)
        ]
        return snapshot_of(SourceState(self.source_name, None), readings, rules)

    def _reading(self, kind: Kind, role: Role, value: Any, number: int, rules: ReadingRules) -> DocumentReading:
        name = f"<{self.source_name} {'tests' if role == 'tests' else kind.name}>"
        parts = take_apart(kind, value)
        document = SourceDocument(DocumentId(self.source_name, name), role, (kind.name,), parts, rules.namespace)
        rows = () if role == "tests" else itemise(parts, number, rules)
        return DocumentReading(document, rows, ())

    def _not_provided(self, what: str) -> NotProvided:
        return NotProvided(f"{self.source_name} does not provide {what}", hint="override the getter")


def _or_none(getter: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    async def call() -> Any:
        try:
            return await getter()
        except NotProvided:
            return None
        except SystemExit as error:
            # It would end the event loop under all others.
            raise SourceError(f"{getter.__name__} called sys.exit({error.code!r})", hint="raise an error") from error

    return call
