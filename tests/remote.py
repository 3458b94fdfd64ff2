"""Projects with a remote source: run once while it can be reached, then again while it fails, by each policy.

What a run left behind is compared with what was there before, so that a test says only what it does to the source.
"""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.importers.http.serving import PAUSES, on_loopback
from tests.program import PROJECT, tree

from tenprint.importers import ImporterContext, TenprintError, TrainingDataImporter
from tenprint.importers.http import DownloadLimits, HttpImporter, Network
from tenprint.importers.http.connecting import Resolver
from tenprint.importers.store import Store
from tenprint.plugins import Registry, open_project
from tenprint.plugins.opening import project_registry

NLU = b"nlu:\n  - intent: greet\n    examples: |\n      - ahoy\n      - avast\n"
OTHER_NLU = NLU.replace(b"avast", b"shiver my timbers")

POLICIES: Mapping[str, str] = {
    "required": "",
    "optional": "  policy: optional\n",
    "last-good": "  policy: last-good\n  max_age: 1h\n",
    "last-good, nothing kept": "  policy: last-good\n  max_age: 1h\n",
    "last-good, too old": "  policy: last-good\n  max_age: 0s\n",
}
"""What an entry of `importers` says of a source that fails; one run has an empty cache, and for one all is too old."""

REFUSED, UNREAD, MOVED = (
    ("error", "missing", "last-good", "error", "error"),
    ("error", "error", "error", "error", "error"),
    ("ok", "ok", "ok", "ok", "ok"),
)
"""Outcomes by policy: of a source that cannot be fetched, of data that are wrong, of a source that only changed."""


def quick_registry(project: Path, *, resolver: Resolver = on_loopback, **limits: Any) -> Registry:
    """Return what the plugins provide, with an HTTP importer that tries again at once, and may have other limits."""
    known = project_registry(project)
    network = Network(resolver, DownloadLimits(**limits), PAUSES)

    class QuickHttp(HttpImporter):
        """Waits less than people would."""

        def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
            super().__init__(options, context, network=network)

    quick: type[TrainingDataImporter] = QuickHttp
    return replace(known, importers={**known.importers, "http": replace(known.importers["http"], provided=quick)})


@dataclass
class RemoteProject:
    """A project of files and one remote source, `base`, with a cache of its own."""

    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the entry of the source says, its importer among it."""
    network: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def use(self, cache: Path) -> None:
        """Let everything that is opened from now on have this cache."""
        os.environ["TENPRINT_CACHE_DIR"] = str(cache)

    def write(self, policy: str = "required", **changed: Any) -> None:
        options = {**self.options, **changed}
        name = options.pop("name")
        entry = f"- name: {name}\n  as: base\n" + "".join(f"  {key}: {value}\n" for key, value in options.items())
        files = {**PROJECT, "config.yml": f"{PROJECT['config.yml']}importers:\n- name: file\n{entry}{POLICIES[policy]}"}
        for path, content in files.items():
            target = self.project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)

    def open(self, **arguments: Any) -> open_project:
        return open_project(self.project, registry=quick_registry(self.project, **self.network), **arguments)

    async def prime(self) -> None:
        """Lock, train, and remember what there is now."""
        self.use(self.cache)
        self.write()
        async with self.open() as project:
            await project.lock()
        async with self.open() as project:
            report = await project.train()
            assert report.written
            fingerprint = await project.fingerprint()
        self.before = {"fingerprint": fingerprint, "tree": self._tree()}

    async def outcome(self, policy: str, *, locked: bool = False, **changed: Any) -> tuple[str, Any]:
        """Plan, and tell how that ended: an error with its problems, or the status of the source with the plan."""
        self.write(policy, **changed)
        self.use(self.folder / "empty" if policy.endswith("nothing kept") else self.cache)
        try:
            async with self.open(locked=locked) as project:
                plan = await project.plan()
        except TenprintError as error:
            return "error", error
        return next(source.status for source in plan.sources if source.name == "base"), plan

    async def assert_nothing_was_lost(self) -> None:
        """Assert that lock, models, project, records and contents are as they were, and nothing lies about."""
        for cache in (self.cache, self.folder / "empty"):
            with closing(Store(cache)) as store:
                assert store.verify().problems == ()
            assert [path for mark in ("*.part", "tmp_*") for path in cache.rglob(mark)] == []
            assert [path for folder in cache.glob("store/tmp") for path in folder.iterdir()] == []
        self.use(self.cache)
        self.write()
        assert self._tree() == self.before["tree"]
        async with self.open(offline=True) as project:
            assert await project.fingerprint() == self.before["fingerprint"]
        assert self._tree() == self.before["tree"]

    def _tree(self) -> dict[str, bytes | None]:
        return tree(self.project)
