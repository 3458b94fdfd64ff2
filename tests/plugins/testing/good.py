"""A good importer, the kit that knows its source, and what defects are derived from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import anyio
import anyio.lowlevel
import anyio.to_thread

from tenprint.importers import (
    DocumentId,
    ImporterContext,
    ReadingRules,
    Secret,
    Snapshot,
    SnapshotImporter,
    SourceError,
    SourceFile,
    SourceState,
    digest_of,
    digest_text,
    read_file,
    read_options,
    snapshot_of,
)
from tenprint.plugins.testing import ImporterConformance

NLU = """\
nlu:
  - intent: opening_hours
    examples: |
      - is the caf\u00e9 open?
      - when do you close?
  - intent: prices
    examples: |
      - what does it cost?
stories:
  - story: asking
    steps:
      - intent: prices
      - action: utter_prices
"""
CONFIG = "language: en\npipeline:\n  - name: KeywordIntentClassifier\n"
_ROLES: Mapping[str, Literal["config", "data"]] = {"config.yml": "config", "nlu.yml": "data"}
SECRET = "a7f3-open-sesame-91"  # noqa: S105 - it is looked for everywhere


@dataclass(frozen=True)
class GoodOptions:
    """A folder of the project and a secret."""

    path: str
    token: Secret | None = None


class Good(SnapshotImporter):
    """Reads `config.yml` and `nlu.yml` of a folder. Options: `path`, the folder, and `token`, a secret."""

    NAME = "good"
    ALIASES: ClassVar[tuple[str, ...]] = ("Good",)

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self.wanted = read_options(GoodOptions, self.options, self.context)

    async def take_snapshot(self) -> Snapshot:
        await anyio.lowlevel.checkpoint()
        return await anyio.to_thread.run_sync(self.read)

    def read(self) -> Snapshot:
        """Read both files; runs in a thread."""
        if self.wanted.token is not None:
            self.wanted.token.reveal(self.context.rules.environment, self.context.project)
        return self.joined(self.contents())

    def contents(self) -> dict[str, bytes]:
        try:
            return {name: (self.folder() / name).read_bytes() for name in ("config.yml", "nlu.yml")}
        except OSError as error:
            raise SourceError(f"{error.filename} cannot be read: {error.strerror}", hint="check the path") from error

    def joined(self, contents: Mapping[str, bytes]) -> Snapshot:
        rules = self.rules()
        readings = [
            read_file(SourceFile(DocumentId(self.label(), self.shown(name)), _ROLES[name], content), number, rules)
            for number, (name, content) in enumerate(contents.items())
        ]
        return snapshot_of(SourceState(self.label(), self.revision(contents)), readings, rules)

    # What a defect may change by itself.

    def folder(self) -> Path:
        return self.context.project / self.wanted.path

    def label(self) -> str:
        return self.source_name

    def shown(self, name: str) -> str:
        return f"{self.wanted.path}/{name}"

    def revision(self, contents: Mapping[str, bytes]) -> str:
        return digest_text(digest_of(b"\0".join(contents.values())))

    def rules(self) -> ReadingRules:
        return self.context.rules


class GoodKit(ImporterConformance):
    """The kit with the source of the good importer; defects set IMPORTER."""

    IMPORTER = Good
    SECRETS: ClassVar[Mapping[str, str]] = {"GOOD_TOKEN": SECRET}
    CANCEL_SECONDS = 2.0

    def write_source(self, project: Path) -> Mapping[str, Any]:
        (project / "faq").mkdir()
        (project / "faq/nlu.yml").write_text(NLU, encoding="utf-8")
        (project / "faq/config.yml").write_text(CONFIG, encoding="utf-8")
        return {"path": "faq", "token": {"env": "GOOD_TOKEN"}}

    def change_source(self, project: Path) -> None:
        (project / "faq/nlu.yml").write_text(NLU.replace("cost", "come to"), encoding="utf-8")

    def break_source(self, project: Path) -> int:
        broken = NLU.replace("intent: prices", "intent: [1]").replace("story: asking", "story: {}")
        (project / "faq/nlu.yml").write_text(broken, encoding="utf-8")
        return 2

    def remove_source(self, project: Path) -> None:
        (project / "faq/nlu.yml").unlink()
