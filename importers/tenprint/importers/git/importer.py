"""GitImporter: training data at one commit of a git repository.

A run asks the server once which commit a branch or tag stands for. What that commit holds is looked for in the store
first; only what is new is fetched, and nothing is ever checked out.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from tenprint.importers.errors import OptionError, SourceError
from tenprint.importers.git.address import Address, WrongAddress, read_address
from tenprint.importers.git.ahead import resolve_and_fetch
from tenprint.importers.git.blobs import BlobKeeper
from tenprint.importers.git.command import Git, git_program
from tenprint.importers.git.commit import commit_details
from tenprint.importers.git.environment import Login, local_environment, remote_environment
from tenprint.importers.git.failures import GitError, GitTimeout, GitTooLarge, is_refusal
from tenprint.importers.git.history import commits_between
from tenprint.importers.git.options import GitOptions
from tenprint.importers.git.refs import Resolved, is_commit
from tenprint.importers.git.repository import BareCache, Connection, tree_of, with_cache
from tenprint.importers.git.resolving import resolve
from tenprint.importers.git.tree import Chosen, choose
from tenprint.importers.git.upkeep import collect_within, has_neighbours
from tenprint.importers.git.version import too_old
from tenprint.importers.git.workplace import free_workplace, workplace, workplace_of
from tenprint.importers.importer import ImporterContext
from tenprint.importers.location import DocumentId
from tenprint.importers.options import read_options
from tenprint.importers.problem import Problem
from tenprint.importers.remote import Manifest, NotInStore, RemoteFile, RemoteImporter
from tenprint.importers.secret import HiddenValues
from tenprint.importers.selection import Selection

T = TypeVar("T")

_USERNAME = "x-access-token"
"""Servers that take a token in place of a password ask for some name with it, and read none."""


class GitImporter(RemoteImporter):
    """Reads the files of one commit of a repository.

    Options: `url`; `ref`, a branch, a tag or a whole commit id, by default the server's default branch; `subdirectory`;
    `include` and `exclude`, patterns like those of `.gitignore`, relative to the subdirectory; `token` and `username`,
    secrets; `timeout` in seconds. `use_git_config: true` lets git read the user's own settings. `allow_file: true` and
    `allow_http: true` let the url be one of this machine.
    """

    NAME = "git"

    def __init__(self, options: Mapping[str, Any] | None = None, context: ImporterContext | None = None) -> None:
        super().__init__(options, context)
        self._wanted = read_options(GitOptions, self.options, self.context)
        self._address = self._checked_address()
        self._selection = Selection(self._wanted.include, self._wanted.exclude)

    def identity(self) -> Mapping[str, Any]:
        wanted = self._wanted
        chosen = {
            "url": self._address.text,
            "ref": wanted.commit or wanted.ref,
            "subdirectory": wanted.folder or None,
            "include": list(wanted.include),
            "exclude": list(wanted.exclude),
        }
        return {name: value for name, value in chosen.items() if value}

    async def fetch(self, pinned: str | None) -> Manifest:
        if pinned is not None and not is_commit(pinned):
            raise SourceError(f"{pinned!r} is no commit", hint="write the lock anew with `tenprint lock`")
        connection = await anyio.to_thread.run_sync(self._connection)
        return await self._in_time(connection, lambda: self._fetch(connection, pinned))

    async def drift(self, old: str, new: str) -> tuple[str, ...]:
        if not (is_commit(old) and is_commit(new)) or old == new:
            return ()
        try:
            connection = await anyio.to_thread.run_sync(self._connection)
            return await self._in_time(connection, lambda: self._commits_between(connection, old, new))
        except SourceError as error:
            # That it drifted is known; what lies between is only told.
            return (f"the commits between {old[:10]} and {new[:10]} are not known: {error.message}",)

    def _checked_address(self) -> Address:
        wanted = self._wanted
        try:
            address = read_address(wanted.url, allow_file=wanted.allow_file, allow_http=wanted.allow_http)
        except WrongAddress as error:
            raise self._wrong_option(f"{error.message}", "url", error.hint) from None
        if wanted.token is not None and address.scheme not in ("https", "http"):
            raise self._wrong_option("a token is for https://", "token", "ssh takes its keys from the agent")
        if wanted.username is not None and wanted.token is None:
            raise self._wrong_option("there is a username and no token", "username", "name the token as well")
        return address

    def _wrong_option(self, message: str, option: str, hint: str) -> OptionError:
        return OptionError(
            f"the importer {self.NAME!r}: {message}", option, hint=hint, location=self.context.place_of(option)
        )

    def _connection(self) -> Connection:
        """Find git, read the secrets and make both environments; called in a worker thread."""
        inherited = HiddenValues({**os.environ, **self.context.rules.environment})
        program = git_program(inherited.get("PATH"))
        login = self._login(inherited)
        home = self._folder
        remote = remote_environment(
            inherited, self._address, home=home, login=login, use_git_config=self._wanted.use_git_config
        )
        return Connection(
            self._address.text,
            Git(program, remote),
            Git(program, local_environment(inherited, home=home)),
            () if login is None else login.secrets(),
            self.progress,
        )

    def _login(self, environment: Mapping[str, str]) -> Login | None:
        wanted, project = self._wanted, self.context.project
        if wanted.token is None:
            return None
        if wanted.username is not None:
            username = wanted.username.reveal(environment, project)
        else:
            username = wanted.token.reveal_login(environment) or _USERNAME
        return Login(username, wanted.token.reveal(environment, project))

    @property
    def _folder(self) -> Path:
        return workplace_of(self.store.root, self._address.text)

    async def _in_time(self, connection: Connection, call: Callable[[], Awaitable[T]]) -> T:
        """Await a call for as long as it may take; where git itself is the trouble, say so."""
        try:
            with anyio.fail_after(self._wanted.timeout):
                return await call()
        except TimeoutError as error:
            raise GitTimeout(
                f"{connection.address} took longer than {self._wanted.timeout:g} s",
                hint="try again, or allow more with `timeout`",
            ) from error
        except GitError as error:
            reason = await too_old(connection.local) if is_refusal(error) else None
            if reason is not None:
                raise reason from error
            raise

    async def _fetch(self, connection: Connection, pinned: str | None) -> Manifest:
        commit = pinned.lower() if pinned is not None else self._wanted.commit
        self.progress.enter("asking")
        found = await self._resolved(connection) if commit is None else Resolved(commit)
        known = await anyio.to_thread.run_sync(self._known, found.commit)
        if known is not None:
            return known
        async with workplace(self._folder) as place:
            manifest = await with_cache(place, connection, lambda cache: self._brought(cache, found))
        await anyio.to_thread.run_sync(self._collect)
        return manifest

    async def _resolved(self, connection: Connection) -> Resolved:
        if await anyio.to_thread.run_sync(self._is_new):
            # Another source of the same repository may be about to: nobody waits for it only to ask the server.
            async with free_workplace(self._folder) as place:
                if place is not None:
                    return await resolve_and_fetch(place, connection, self._wanted.ref)
        return await resolve(connection, self._wanted.ref)

    def _is_new(self) -> bool:
        """Tell whether nothing of the repository was fetched here, and nobody is about to."""
        return not self._folder.exists() and self._latest() is None

    async def _commits_between(self, connection: Connection, old: str, new: str) -> tuple[str, ...]:
        async with workplace(self._folder) as place:
            return await commits_between(place, connection, old, new)

    def _collect(self) -> None:
        """Remove caches of other repositories that nobody uses, once a day."""
        if has_neighbours(self._folder) and self.store.is_due("repositories collected"):
            with suppress(SourceError, OSError):  # `tenprint cache` tells it
                collect_within(self.store.root, self.store.quota, contents=self.store.stats().content_bytes)

    def _known(self, commit: str) -> Manifest | None:
        """Return what a commit holds where all of it is in the store."""
        try:
            return self._stored(commit)
        except NotInStore:
            return None

    async def _brought(self, cache: BareCache, found: Resolved) -> Manifest:
        """Bring what a commit holds into the cache, and from there into the store."""
        listing = await tree_of(cache, found.commit, found.name, self._wanted.folder)
        chosen = await anyio.to_thread.run_sync(self._chosen, listing, found.commit)
        blobs = list(dict.fromkeys(entry.blob for entry in chosen.entries))
        missing = await cache.missing(blobs)
        if missing:
            await cache.fetch_blobs(missing)
        self.progress.enter("unpacking")
        keeper = BlobKeeper(self.store, self._address.text)
        await cache.read([found.commit, *blobs], keeper.receive, self.context.rules.limits.file_bytes)
        await keeper.flush()
        return self._manifest_of(found, chosen, keeper)

    def _chosen(self, listing: bytes, commit: str) -> Chosen:
        chosen = choose(listing, self._selection, source=self.source_name, revision=commit)
        limit = self.context.rules.limits.files
        if len(chosen.entries) > limit:
            raise GitTooLarge(
                f"{self._address.text} has more than {limit} files",
                hint="name the folder with the training data as `subdirectory`",
            )
        return chosen

    def _manifest_of(self, found: Resolved, chosen: Chosen, keeper: BlobKeeper) -> Manifest:
        files, problems = [], list(chosen.problems)
        limit = self.context.rules.limits.file_bytes
        for entry in chosen.entries:
            place = DocumentId(self.source_name, entry.path, found.commit).at(0, 0)
            if entry.blob in keeper.too_large:
                size = keeper.too_large[entry.blob]
                message = f"has {size} bytes; the limit is {limit}"
                problems.append(Problem("file-too-large", message, place, "split it into several files"))
            elif entry.blob in keeper.pointers:
                hint = "take it out of Git LFS; training data are small"
                problems.append(Problem("git-lfs", "is kept by Git LFS; the repository only says where", place, hint))
            else:
                files.append(RemoteFile(entry.path, *keeper.digests[entry.blob]))
        details = dict(commit_details(keeper.commit or b""))
        if found.name is not None:
            details["ref"] = found.name
        return Manifest(found.commit, tuple(files), details, tuple(problems))
