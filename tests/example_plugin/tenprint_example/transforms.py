"""The transform `without-drafts`: leaves flows out that are not finished, as their descriptions say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tenprint.importers import Transform, TransformItem


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """Options of an entry `name: without-drafts`."""

    mark: str = "DRAFT"


class WithoutDrafts(Transform):
    """Leaves flows out whose description begins with a mark. Option: the `mark`."""

    NAME: ClassVar[str] = "without-drafts"
    VERSION: ClassVar[str] = "1"
    KINDS: ClassVar[tuple[str, ...]] = ("flow", "flow-description")
    OPTIONS: ClassVar[type[DraftOptions]] = DraftOptions

    # A flow and its description are two items, so this has to see all of them.
    def transform(self, items: Sequence[TransformItem]) -> Iterable[TransformItem]:
        drafts = {
            item.path[1]
            for item in items
            if item.kind == "flow-description" and item.value.startswith(self.options.mark)
        }
        return [item for item in items if item.path[1] not in drafts]
