"""The transform interface: items in, items out, before they are trained, shown or exported.

A transform looks at items of the kinds it names and at nothing else. Its results depend on these items, its options and
its seed alone: never on the order of files, the process, or what other transforms draw.
"""

from collections.abc import AsyncIterable, Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any, ClassVar, TypeAlias, cast, get_args, get_type_hints

from tenprint.importers.applied import AppliedTransform
from tenprint.importers.canonical import canonical_digest
from tenprint.importers.inputs import Inputs
from tenprint.importers.location import Location
from tenprint.importers.options import read_options
from tenprint.importers.private_names import check_private_names
from tenprint.importers.secret import Secret
from tenprint.importers.transforming import TransformItem

TRANSFORM_KEYS = ("name", "seed")
"""Keys of an entry of `transforms:` that are not options of its transform."""

Transformed: TypeAlias = Iterable[TransformItem] | Awaitable[Iterable[TransformItem]] | AsyncIterable[TransformItem]
"""What the methods of a transform may return: plain or async, and both may yield."""


def _nowhere() -> Mapping[str, Location]:
    return {}


def _no_environment() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class TransformContext:
    """Where a transform works.

    `source` is the source it is for, None for the whole project. `places` says where its options are written, and under
    the empty name where its entry is.
    """

    name: str = ""
    seed: int = 0
    project: Path = field(default_factory=Path)
    environment: Mapping[str, str] = field(default_factory=_no_environment, repr=False)
    source: str | None = None
    places: Mapping[str, Location] = field(default_factory=_nowhere)

    @property
    def owner(self) -> str:
        """What messages about options call it."""
        return f"the transform {self.name!r}" if self.name else "the transform"

    @property
    def entry_keys(self) -> tuple[str, ...]:
        return TRANSFORM_KEYS

    def place_of(self, option: str | None) -> Location | None:
        """Tell where an option is written, else the entry of the transform; None where there is none."""
        return self.places.get(option or "", self.places.get(""))


@dataclass(frozen=True, slots=True)
class _NoOptions:
    """Options of a transform that has none."""


class Transform:
    """Changes, adds or leaves out items.

    Subclass it and write one of two methods: `transform_item`, which is called for each item, or `transform`, which is
    called once with all of them. Either may be `def`, which runs in a worker thread, or `async def`, which must not
    block the event loop; both may yield. An error of tenprint that `transform_item` raises is told with the place of
    the item, and with those of all others.

    The constructor takes the options of the entry and the context, and does no I/O. `OPTIONS` is a frozen dataclass
    that says which options there are; `self.options` is one of it.
    """

    NAME: ClassVar[str] = ""
    """Name for the `transforms:` list."""
    ALIASES: ClassVar[tuple[str, ...]] = ()
    """Further names for the list."""
    VERSION: ClassVar[str] = "1"
    """Another one says that the same items and options have other results now; a plan tells it."""
    KINDS: ClassVar[tuple[str, ...]] = ()
    """Kinds of item it is given and may make, such as `intent-example`; documents without them are not read again."""
    OPTIONS: ClassVar[type[Any] | None] = None
    """Class of its options; None has none."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        check_private_names(cls)

    def __init__(self, options: Mapping[str, Any] | None = None, context: TransformContext | None = None) -> None:
        self.context = context or TransformContext(self.NAME)
        self.options: Any = read_options(self.OPTIONS or _NoOptions, options or {}, self.context)

    def transform_item(self, item: TransformItem) -> Transformed:
        """Return what one item becomes: itself, another one, several, or none."""
        raise NotImplementedError(f"{type(self).__qualname__} has neither transform_item nor transform")

    def transform(self, items: Sequence[TransformItem]) -> Transformed:
        """Return what all items become; they come in an order that does not depend on files."""
        return self._one_by_one(items)

    def _one_by_one(self, items: Sequence[TransformItem]) -> Iterator[TransformItem]:
        for item in items:
            yield from cast("Iterable[TransformItem]", self.transform_item(item))

    def declared_inputs(self) -> Inputs:
        """Return what its results depend on beside items, options and seed; it is asked for before they are made."""
        return Inputs()

    def random(self, item: TransformItem | None = None) -> Random:
        """Return random numbers that follow from the seed, the name of the transform, and the item where one is given.

        They are the same in every run and whatever other items there are.
        """
        about = () if item is None else (item.kind, item.path, item.digest)
        seed = canonical_digest(("random", self.context.seed, self.NAME, about))
        return Random(int.from_bytes(seed, "big"))  # noqa: S311 - numbers that come again are what is wanted

    @property
    def applied(self) -> AppliedTransform:
        """What its results depend on, beside the items."""
        types = get_type_hints(type(self.options))
        options = {
            option.name: getattr(self.options, option.name)
            for option in fields(self.options)
            # Where a secret is changes no results, and neither does whether there is one.
            if Secret not in (types[option.name], *get_args(types[option.name]))
        }
        context = self.context
        return AppliedTransform(self.NAME, self.VERSION, context.seed, options, context.source, context.place_of(None))
