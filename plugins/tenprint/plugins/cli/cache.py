"""tenprint cache."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time
from typing import Any, TypeAlias

import click

from tenprint.importers import Problem
from tenprint.plugins.cli.context import directory_option, json_option, project_directory, quiet_option
from tenprint.plugins.cli.failures import print_json, print_problems, print_text
from tenprint.plugins.sizes import SIZE_EXAMPLE, counted, size_of_text, size_text

CACHE_SCHEMA = "tenprint.cache/1"

_ACTIONS = ("stats", "verify", "gc", "clear")

_Done: TypeAlias = tuple[dict[str, Any], str, tuple[Problem, ...]]
"""A document for programs, a text for people, and what was found and lived with."""


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    size = None if value is None else size_of_text(value)
    if value is not None and size is None:
        raise click.BadParameter(f"{value!r} is no size, such as {SIZE_EXAMPLE}", ctx, param)
    return size


@click.command()
@click.argument("action", type=click.Choice(_ACTIONS))
@directory_option
@click.option(
    "--quota", callback=_size, metavar="SIZE", help="With gc: how much may stay, such as 500MB; default 5 GB."
)
@json_option
@quiet_option
def command(*, action: str, directory: str | None, quota: int | None, as_json: bool, quiet: bool) -> int:
    """Look after what was fetched and kept.

    `stats` counts it. `verify` reads all of it and puts aside what is damaged. `gc` removes what nobody needs, and what
    was not used for longest beyond the quota; other programs may go on meanwhile. `clear` removes all of it.

    The setting `cache` of tenprint.yml says where it is and how large it may be; TENPRINT_CACHE_DIR and --quota win.
    """
    from tenprint.importers.store import Store  # noqa: PLC0415 - after the options are parsed

    if quota is not None and action != "gc":
        raise click.UsageError("--quota belongs to `gc`")
    root, allowed = _place(Path(project_directory(directory)))
    store = Store(root, quota=allowed if quota is None else quota)
    try:
        document, text, problems = _DONE[action](store)
        problems = (*store.problems, *problems)
    finally:
        store.close()
    if as_json:
        print_json({"schema": CACHE_SCHEMA, "action": action, "root": str(store.root), **document})
    elif not quiet:
        print_problems(problems)
        print_text(text)
    return 0


def _place(project: Path) -> tuple[Path, int]:
    """Return the cache root of a project and its quota."""
    from tenprint.importers import ReadingRules  # noqa: PLC0415 - as above
    from tenprint.importers.store import DEFAULT_QUOTA, cache_root  # noqa: PLC0415
    from tenprint.plugins.opening import project_settings  # noqa: PLC0415

    said = project_settings(project, ReadingRules(environment=dict(os.environ))).cache
    root = said.place(project, os.environ) or cache_root(os.environ, project)
    return root, DEFAULT_QUOTA if said.quota is None else said.quota


def _stats(store: Any) -> _Done:
    from tenprint.importers.git import count_caches  # noqa: PLC0415 - as above

    found, git = store.stats(), count_caches(store.root)
    records = dict(found.records or {})
    document = {
        "contents": {"count": found.contents, "bytes": found.content_bytes},
        "records": records,
        "repositories": {"count": git.repositories, "bytes": git.size},
        "temporary": {"count": found.temporary, "bytes": found.temporary_bytes},
        "quarantined": {"count": found.quarantined, "bytes": found.quarantined_bytes},
        "quota": store.quota,
    }
    spaces = "".join(f", {space} {count:,}" for space, count in records.items())
    lines = (
        f"{store.root}, {size_text(found.content_bytes + git.size)} of {size_text(store.quota)}",
        f"  contents     {found.contents:>9,}  {size_text(found.content_bytes):>9}",
        f"  records      {sum(records.values()):>9,}{spaces}",
        f"  repositories {git.repositories:>9,}  {size_text(git.size):>9}",
        f"  temporary    {found.temporary:>9,}  {size_text(found.temporary_bytes):>9}",
        f"  quarantined  {found.quarantined:>9,}  {size_text(found.quarantined_bytes):>9}",
    )
    return document, "\n".join(lines), ()


def _verify(store: Any) -> _Done:
    """Verify everything.

    Raises:
        ProblemsError: Something was damaged, and has been put aside.
    """
    from tenprint.importers import ProblemsError, errors_among  # noqa: PLC0415 - as above
    from tenprint.importers.git import verify_caches  # noqa: PLC0415

    found, git = store.verify(), verify_caches(store.root)
    problems = (*found.problems, *git.problems)
    if errors_among(problems):
        raise ProblemsError(problems)
    document = {
        "contents": {"count": found.contents, "bytes": found.content_bytes},
        "records": {"count": found.records},
        "repositories": {"count": git.repositories, "bytes": git.size},
        "problems": [problem.to_json() for problem in problems],
    }
    removed = f", {counted(len(found.problems), 'useless record')} removed" if found.problems else ""
    contents = f"{counted(found.contents, 'content')} ({size_text(found.content_bytes)})"
    looked_at = f"{contents}, {counted(found.records, 'record')} and {_repositories(git)}"
    return document, f"{looked_at} are sound{removed}", git.problems


def _gc(store: Any) -> _Done:
    from tenprint.importers.git import collect_within  # noqa: PLC0415 - as above

    git, kept = collect_within(store.root, store.quota, contents=store.stats().content_bytes)
    return _removed(store.gc(quota=max(store.quota - kept, 0)), git)


def _clear(store: Any) -> _Done:
    from tenprint.importers.git import clear_caches  # noqa: PLC0415 - as above
    from tenprint.plugins.cli.remembering import forget_memos  # noqa: PLC0415 - as above

    forget_memos()
    return _removed(store.clear(), clear_caches(store.root, now=time()))


def _removed(found: Any, git: Any) -> _Done:
    document = {
        "removed": {
            "contents": found.contents,
            "records": found.records,
            "repositories": git.repositories,
            "leftovers": found.leftovers,
        },
        "freed": found.freed + git.freed,
        "problems": [problem.to_json() for problem in git.problems],
    }
    counts = f"{counted(found.contents, 'content')}, {counted(found.records, 'record')}, {_repositories(git)}"
    told = f"removed {counts} and {counted(found.leftovers, 'leftover')}"
    return document, f"{told}: {size_text(found.freed + git.freed)}", git.problems


def _repositories(git: Any) -> str:
    return counted(git.repositories, "repository", plural="repositories")


_DONE: Mapping[str, Callable[[Any], _Done]] = {"stats": _stats, "verify": _verify, "gc": _gc, "clear": _clear}
