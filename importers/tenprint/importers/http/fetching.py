"""Fetching one URL: what the store knows of it, what the server says, and what is kept of that."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_thread

from tenprint.importers.errors import OptionError, SourceError
from tenprint.importers.http.archives import ArchiveChoice, Unpacking
from tenprint.importers.http.bodies import SavedBody
from tenprint.importers.http.client import Client
from tenprint.importers.http.downloading import Download, Known, Wanted, download, origin_of
from tenprint.importers.http.failures import ChecksumMismatch, HttpError, NotAnArchive
from tenprint.importers.http.holdings import SPACE, Holding, holding_of
from tenprint.importers.http.magic import is_packed, is_page, promises_archive
from tenprint.importers.http.options import HttpSource, is_data_name
from tenprint.importers.progress import SourceProgress
from tenprint.importers.remote import RemoteFile
from tenprint.importers.store import Store


class UrlFetcher:
    """Fetches what the URLs of one importer hold; contents go into the store."""

    def __init__(
        self,
        client: Client,
        store: Store,
        *,
        headers: Mapping[str, str],
        allow_http: bool,
        remaining: Callable[[], float],
        progress: SourceProgress,
    ) -> None:
        self._client = client
        self._store = store
        self._headers = headers
        self._allow_http = allow_http
        self._remaining = remaining
        self._progress = progress

    async def holding(self, source: HttpSource) -> Holding:
        """Fetch one URL, asking only for what changed.

        Raises:
            SourceError: It cannot be had, or is not what was pinned.
        """
        known = await anyio.to_thread.run_sync(self._recorded, source)
        if known is not None and source.sha256 == known.digest:
            return known
        found = await self._asked(source, known)
        if known is not None and found.body is None:
            self._check_pin(source, known.digest)
            return known
        if found.body is None:
            message = f"{found.address}: the server says that nothing changed, and was not asked"
            raise HttpError(message, hint="ask who runs the server")
        try:
            self._check_pin(source, found.body.digest)
            holding = await self._kept(source, found, found.body, known)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_removed, found.body.path)
        await anyio.to_thread.run_sync(self._record, source, holding)
        return holding

    async def _asked(self, source: HttpSource, known: Holding | None) -> Download:
        recognised = None if known is None else Known(known.validators, known.origin)
        wanted = Wanted(source.address, self._headers, recognised, self._allow_http)
        return await download(
            self._client, wanted, self._store.new_file, remaining=self._remaining, progress=self._progress
        )

    async def _kept(self, source: HttpSource, found: Download, body: SavedBody, known: Holding | None) -> Holding:
        validators, origin = found.validators, origin_of(found.address)
        if known is not None and known.digest == body.digest:
            return replace(known, validators=validators, origin=origin)
        if self._is_archive(source, found, body):
            return await self._unpacked(source, found, body)
        if is_page(body.head):
            raise HttpError(
                f"{found.address} is a web page, such as one that asks to log in, and no training data",
                hint="open it in a browser; the URL of the file itself may be another",
            )
        path = source.file_path
        if path is None or not is_data_name(path):
            message = f"what {source.address} holds is no archive, and nothing says what kind of file it is"
            raise OptionError(message, "path", hint="name it, such as `path: data/nlu.yml`")
        digest = await anyio.to_thread.run_sync(self._store.take, body.path)
        return Holding(digest, (RemoteFile(path, digest, body.size),), validators=validators, origin=origin)

    def _is_archive(self, source: HttpSource, found: Download, body: SavedBody) -> bool:
        """Tell archives from files.

        Raises:
            NotAnArchive: It should be one, and is not.
        """
        if source.kind == "file":
            return False
        if is_packed(body.head):
            return True
        if source.kind == "archive" or promises_archive(source.address.path, found.content_type):
            what = "a web page, such as one that asks to log in" if is_page(body.head) else "something else"
            message = f"{found.address} should be an archive, and is {what}"
            raise NotAnArchive(message, hint="check the URL, or set `kind: file`")
        return False

    async def _unpacked(self, source: HttpSource, found: Download, body: SavedBody) -> Holding:
        choice = ArchiveChoice(source.selection, source.subdirectory)
        limits = self._client.network.limits
        self._progress.enter("unpacking")
        unpacking = Unpacking(body, str(found.address), choice, limits=limits, put=self._store.put)
        try:
            await anyio.to_thread.run_sync(unpacking.open)
            while await anyio.to_thread.run_sync(unpacking.step):
                pass
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(unpacking.close)
        folder = source.folder
        files = tuple(RemoteFile(folder + file.path, file.digest, file.size) for file in unpacking.files)
        links = tuple(folder + path for path in unpacking.links)
        return Holding(body.digest, files, True, links, found.validators, origin_of(found.address))

    def _check_pin(self, source: HttpSource, digest: str) -> None:
        if source.sha256 is not None and digest != source.sha256:
            raise ChecksumMismatch(
                f"{source.address} holds {digest}, and {source.sha256} is pinned",
                hint="find out why it changed; then pin the new digest with `sha256`",
            )

    def _recorded(self, source: HttpSource) -> Holding | None:
        record = self._store.find(SPACE, source.key)
        return None if record is None else holding_of(record.value)

    def _record(self, source: HttpSource, holding: Holding) -> None:
        self._store.record(SPACE, source.key, holding.value(), [file.digest for file in holding.files])


def _removed(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"the temporary file {path} cannot be removed: {error.strerror}") from error
