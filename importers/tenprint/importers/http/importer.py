"""HttpImporter: files and archives from the web, as one source.

Nothing of HTTP is imported before something is fetched, so a program that knows this importer starts as fast as others.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from tenprint.importers.concurrency import gather
from tenprint.importers.errors import ConfigurationError
from tenprint.importers.http.credentials import request_headers
from tenprint.importers.http.failures import ChecksumMismatch, HttpError, TimedOut
from tenprint.importers.http.holdings import Holding
from tenprint.importers.http.options import HttpSettings, settings_of
from tenprint.importers.importer import ImporterContext
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import Problem
from tenprint.importers.remote import Manifest, RemoteFile, RemoteImporter

if TYPE_CHECKING:
    from tenprint.importers.http.client import Network


class HttpImporter(RemoteImporter):
    """Reads files over HTTP: one, a list, or those of an archive.

    A program may pass a `network` of its own: how names are resolved, the limits, and how failures are tried again.
    """

    NAME = "http"

    def __init__(
        self,
        options: Mapping[str, Any] | None = None,
        context: ImporterContext | None = None,
        *,
        network: "Network | None" = None,
    ) -> None:
        super().__init__(options, context)
        self.settings: HttpSettings = settings_of(self.options, self.context)
        self._network = network
        self.progress.downloads = len(self.settings.sources)

    def identity(self) -> Mapping[str, Any]:
        return self.settings.identity

    async def fetch(self, pinned: str | None) -> Manifest:
        seconds = self.settings.timeout
        holdings: list[Holding] = []
        with anyio.move_on_after(seconds) as scope:
            holdings = await self._holdings(scope)
        if scope.cancelled_caught:
            raise TimedOut(
                f"the source {self.source_name!r} took longer than {seconds:g} s",
                hint="try again, or allow more with `timeout`",
            )
        manifest = self._manifest_of_all(holdings)
        if pinned is not None and manifest.revision != pinned:
            raise ChecksumMismatch(
                f"the source {self.source_name!r} holds {manifest.revision}, and {pinned} was asked for",
                hint="a server keeps no earlier revisions: take the new one, or replay the store with --offline",
            )
        return manifest

    async def _holdings(self, scope: anyio.CancelScope) -> list[Holding]:
        """Fetch all URLs together."""
        # Only where something is fetched: these bring the HTTP client with them.
        from tenprint.importers.http.client import Client, Network  # noqa: PLC0415
        from tenprint.importers.http.connecting import trusting  # noqa: PLC0415
        from tenprint.importers.http.fetching import UrlFetcher  # noqa: PLC0415

        settings, environment = self.settings, self.context.rules.environment
        headers = await anyio.to_thread.run_sync(
            request_headers, settings.credentials, environment, self.context.project
        )
        ca = None if settings.ca is None else str(self.context.project / settings.ca)
        try:
            trust = await anyio.to_thread.run_sync(trusting, ca)
        except OSError as error:
            message = f"the file {settings.ca} holds no certificate that can be read"
            raise ConfigurationError(message, hint="name a PEM file as `ca`") from error

        def remaining() -> float:
            return scope.deadline - anyio.current_time()

        async with Client(
            self._network or Network(),
            trust,
            allow_private=settings.allow_private,
            proxy=settings.proxy,
            environment=environment,
        ) as client:
            fetcher = UrlFetcher(
                client,
                self.store,
                headers=headers,
                allow_http=settings.allow_http,
                remaining=remaining,
                progress=self.progress,
            )
            return await gather([partial(fetcher.holding, source) for source in settings.sources])

    def _manifest_of_all(self, holdings: Sequence[Holding]) -> Manifest:
        files: dict[str, RemoteFile] = {}
        for file in (file for holding in holdings for file in holding.files):
            if file.path in files:
                raise HttpError(
                    f"two downloads of the source {self.source_name!r} have a file {file.path}",
                    hint="give one of them another place with `path`",
                )
            files[file.path] = file
        ordered = tuple(files[path] for path in sorted(files))
        alone = len(holdings) == 1
        # A single file has the digest that people can compute themselves.
        revision = holdings[0].digest if alone and not holdings[0].packed else Manifest("", ordered).digest
        details = holdings[0].details if alone else {"urls": str(len(holdings))}
        links = [path for holding in holdings for path in holding.links]
        return Manifest(revision, ordered, details, tuple(self._skipped(path, revision) for path in links))

    def _skipped(self, path: str, revision: str) -> Problem:
        return Problem(
            "http-skipped",
            "is a link within an archive, and left out",
            DocumentId(self.source_name, path, revision).at(0, 0),
            "pack the file itself",
            "warning",
        )
