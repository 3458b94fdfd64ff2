"""The importer interface: getters, and the snapshot everything of ours goes through."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import anyio.to_thread

from tenprint.importers.adapted import adapt
from tenprint.importers.assembling import take_apart
from tenprint.importers.combining import snapshot_of
from tenprint.importers.concurrency import gather
from tenprint.importers.data import Domain, NluData, Stories
from tenprint.importers.errors import ProblemsError, SourceError, TenprintError
from tenprint.importers.far_reading import FarReading
from tenprint.importers.fetching import Fetching
from tenprint.importers.inputs import AuditMode, Inputs
from tenprint.importers.itemising import DocumentReading, ReadingRules, SourceFile, itemise, read_file
from tenprint.importers.kinds import CONFIG, DOMAIN, NLU, STORIES, Kind
from tenprint.importers.known_readings import KnownReadings
from tenprint.importers.location import DocumentId, Location
from tenprint.importers.observing import Observers
from tenprint.importers.once import Once
from tenprint.importers.private_names import check_private_names
from tenprint.importers.problem import Problem
from tenprint.importers.progress import ProgressListener
from tenprint.importers.reading import nearest, plain_value
from tenprint.importers.seen_files import SeenFiles
from tenprint.importers.snapshot import Role, Snapshot, SourceDocument, SourceState
from tenprint.importers.spreading import read_files

_OBJECT_NAMES = ("_taken", "_snapshot", "_manifest_now")
"""Private names that the importers of ours give to their objects."""

ENTRY_KEYS = ("name", "as", "policy", "max_age", "transforms")
"""Keys of an entry of `importers:` that are not options of its importer."""


class NotProvided(TenprintError, NotImplementedError):  # noqa: N818 - says what happened
    """An importer does not provide this kind of data."""

    reference = "not-provided"


class SourceMaker(Protocol):
    """Makes importers of the URLs that turn up while data is read, such as those of `imports:`."""

    def __call__(self, url: str, options: Mapping[str, Any], context: "ImporterContext") -> "TrainingDataImporter":
        """Make the importer for a URL; options that are written win over those the URL stands for.

        Raises:
            TenprintError: Nobody knows the URL, or the options are wrong.
        """

    def label(self, name: str, owner: str) -> str:
        """Return what a source is called everywhere, by its name among the sources of the importer it belongs to."""

    def taken(self) -> frozenset[str]:
        """Return the labels of all sources the project itself names."""


_ANSWERS: Mapping[str, type] = {"config": Mapping, "domain": Domain, "stories": Stories, "nlu": NluData}
"""What the getter of each kind returns."""


@dataclass(frozen=True, slots=True)
class ImporterContext:
    """Where an importer works: the project, its paths, and how documents are read.

    `opened` holds the bytes of files that were read before the importers were made, such as the config file, so that
    every file is opened once. `domain` and `data` None mean the usual places of a project. `source` is what locations
    and reports call this importer's source; None means its name. `places` says where its options are written, and under
    the empty name where its entry is. `cache` is the root of what is kept between runs, `cache_quota` how many bytes of
    it, None the usual ones; `fetching` says how remote sources are fetched, and `progress` is told what they are doing;
    `observers` are told of all sources. With `stall_seconds`, importers that hold the event loop up for longer are
    reported; None does not watch it. `make_source` makes importers of URLs; None means that no URL is known.
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
    cache_quota: int | None = None
    fetching: Fetching = field(default_factory=Fetching)
    progress: ProgressListener | None = field(default=None, compare=False)
    observers: Observers = field(default_factory=Observers, compare=False)
    make_source: SourceMaker | None = field(default=None, compare=False, repr=False)
    audit: AuditMode = "off"
    """Whether plugins are watched for what they read without declaring it."""
    readings: KnownReadings | None = field(default=None, compare=False, repr=False)
    """What earlier runs have read of documents with the same bytes; None parses everything."""

    seen: SeenFiles | None = field(default=None, compare=False, repr=False)
    """Is told what importers of local files look at."""
    workers: int = field(default=1, compare=False)
    """Processes that may read where there is much to read, this one among them."""
    far_reading: FarReading | None = field(default=None, compare=False, repr=False)
    """Reads by an executor, in place of further processes of this machine; shared by all sources of a run."""

    def read_file(self, file: SourceFile, number: int, rules: ReadingRules) -> DocumentReading:
        """Read one file, or take what an earlier run has read: the answer is that of the function `read_file`.

        Blocks, so it is called in worker threads.
        """
        known = self.readings
        return read_file(file, number, rules) if known is None else known.read(file, number, rules)

    async def read_files(self, files: Mapping[int, SourceFile], rules: ReadingRules) -> dict[int, DocumentReading]:
        """Read many files, by their numbers, as `read_file` does each; several processes read where it is worth it."""
        return await read_files(files, rules, self.readings, workers=self.workers, far=self.far_reading)

    @property
    def owner(self) -> str:
        """What messages about options call the importer."""
        return f"the source {self.source!r}" if self.source else "the importer"

    @property
    def entry_keys(self) -> tuple[str, ...]:
        return ENTRY_KEYS

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
        self._taken = Once(self._gathered)

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        check_private_names(cls, _OBJECT_NAMES)
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

    async def get_further(self) -> Mapping[str, Any]:
        """Return values of the kinds that plugins add, by the name of the kind."""
        return {}

    async def get_config_file_for_auto_config(self) -> Path | None:
        """Return the file whose configuration completion applies to; it is only read, never written."""
        return None

    async def declared_inputs(self) -> Inputs:
        """Return what is read beside the data that is returned: files, environment variables, versions of services.

        It is asked for before anything is read. A change of an input makes another revision, and a plan looks again.
        """
        return Inputs()

    async def imported_sources(self, fetching: Fetching) -> "tuple[TrainingDataImporter, ...]":  # noqa: ARG002 - see below
        """Return importers of the sources that the data itself names, found by this way of fetching; none by default.

        They are closed with this importer.
        """
        return ()

    async def aclose(self) -> None:
        """Release what the importer holds; the default holds nothing."""

    async def snapshot(self) -> Snapshot:
        """Take everything once.

        The default awaits the getters together in one task group and itemises what they return. A getter that provides
        nothing adds nothing. Whoever asks again gets the same snapshot, whatever the source holds by then.
        """
        return await self._taken.get()

    async def _gathered(self) -> Snapshot:
        getters: tuple[tuple[Kind, Role, Callable[[], Awaitable[Any]]], ...] = (
            (CONFIG, "config", self.get_config),
            (DOMAIN, "domain", self.get_domain),
            (STORIES, "data", self.get_stories),
            (NLU, "data", self.get_nlu_data),
            (STORIES, "tests", self.get_conversation_tests),
        )
        *values, further = await gather(
            [_or_none(getter) for getter in (*(each[2] for each in getters), self.get_further)]
        )
        problems = [
            self._wrong_answer(_ANSWERS[kind.name], getter.__name__, value)
            for (kind, _, getter), value in zip(getters, values, strict=True)
            if value is not None and not isinstance(value, _ANSWERS[kind.name])
        ]
        problems += self._wrong_further(further)
        if problems:
            raise ProblemsError(problems)
        provided = [
            (kind, role, value) for (kind, role, _), value in zip(getters, values, strict=True) if value is not None
        ]
        provided += self._provided_further(further)
        return await anyio.to_thread.run_sync(self._snapshot_of, provided)

    @property
    def source_name(self) -> str:
        """Name of the source in locations and reports."""
        return self.context.source or self.NAME or type(self).__name__

    def _wrong_further(self, further: Any) -> Iterator[Problem]:
        """Tell values of kinds that nobody knows: they would be lost."""
        if further is not None and not isinstance(further, Mapping):
            yield self._wrong_answer(Mapping, "get_further", further)
            return
        known = {kind.name for kind in self.context.rules.further_kinds}
        for name in further or ():
            if name not in known:
                yield Problem(
                    "unknown-kind",
                    f"get_further of the importer {self.source_name} returned data of the kind {name!r}, "
                    "which no plugin adds",
                    hint=nearest(name, known, otherwise="kinds that plugins add") or "install the plugin that adds it",
                )

    def _provided_further(self, further: Mapping[str, Any] | None) -> Iterator[tuple[Kind, Role, Any]]:
        for kind in self.context.rules.further_kinds:
            if further is not None and kind.name in further:
                yield kind, "data", further[kind.name]

    def _wrong_answer(self, answer: type, getter: str, value: Any) -> Problem:
        expected = answer.__name__
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
