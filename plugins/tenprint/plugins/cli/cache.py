"""tenprint cache."""

import os
import re
from pathlib import Path
from typing import Any

import click

from tenprint.plugins.cli.context import directory_option, json_option, project_directory, quiet_option
from tenprint.plugins.cli.failures import print_json, print_problems, print_text

CACHE_SCHEMA = "tenprint.cache/1"

_ACTIONS = ("stats", "verify", "gc", "clear")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)B?", re.IGNORECASE)
_UNITS = ("", "k", "M", "G", "T")
_THOUSAND = 1000


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Read a number of bytes, such as `500MB`; units count in thousands, as disks are sold."""
    if value is None:
        return None
    found = _SIZE.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is no size, such as 500MB or 5GB", ctx, param)
    power = [unit.lower() for unit in _UNITS].index(found[2].lower())
    return int(float(found[1]) * _THOUSAND**power)


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

    TENPRINT_CACHE_DIR says where it is.
    """
    from tenprint.importers.store import DEFAULT_QUOTA, Store, cache_root  # noqa: PLC0415 - after the options are parsed

    if quota is not None and action != "gc":
        raise click.UsageError("--quota belongs to `gc`")
    store = Store(cache_root(os.environ, Path(project_directory(directory))), quota=DEFAULT_QUOTA)
    try:
        document, text = _DONE[action](store, quota)
        problems = store.problems
    finally:
        store.close()
    if as_json:
        print_json({"schema": CACHE_SCHEMA, "action": action, "root": str(store.root), **document})
    elif not quiet:
        print_problems(problems)
        print_text(text)
    return 0


def _stats(store: Any, _: int | None) -> tuple[dict[str, Any], str]:
    found = store.stats()
    records = dict(found.records or {})
    document = {
        "contents": {"count": found.contents, "bytes": found.content_bytes},
        "records": records,
        "temporary": {"count": found.temporary, "bytes": found.temporary_bytes},
        "quarantined": {"count": found.quarantined, "bytes": found.quarantined_bytes},
        "quota": store.quota,
    }
    spaces = "".join(f", {space} {count:,}" for space, count in records.items())
    lines = (
        str(store.root),
        f"  contents     {found.contents:>9,}  {size_text(found.content_bytes):>9}  of {size_text(store.quota)}",
        f"  records      {sum(records.values()):>9,}{spaces}",
        f"  temporary    {found.temporary:>9,}  {size_text(found.temporary_bytes):>9}",
        f"  quarantined  {found.quarantined:>9,}  {size_text(found.quarantined_bytes):>9}",
    )
    return document, "\n".join(lines)


def _verify(store: Any, _: int | None) -> tuple[dict[str, Any], str]:
    """Verify everything.

    Raises:
        ProblemsError: Something was damaged, and has been put aside.
    """
    from tenprint.importers import ProblemsError, errors_among  # noqa: PLC0415 - as above

    found = store.verify()
    if errors_among(found.problems):
        raise ProblemsError(found.problems)
    document = {
        "contents": {"count": found.contents, "bytes": found.content_bytes},
        "records": {"count": found.records},
        "problems": [problem.to_json() for problem in found.problems],
    }
    removed = f", {len(found.problems):,} useless records removed" if found.problems else ""
    size = size_text(found.content_bytes)
    return document, f"{found.contents:,} contents ({size}) and {found.records:,} records are sound{removed}"


def _gc(store: Any, quota: int | None) -> tuple[dict[str, Any], str]:
    return _removed(store.gc(quota=quota))


def _clear(store: Any, _: int | None) -> tuple[dict[str, Any], str]:
    return _removed(store.clear())


def _removed(found: Any) -> tuple[dict[str, Any], str]:
    document = {
        "removed": {"contents": found.contents, "records": found.records, "leftovers": found.leftovers},
        "freed": found.freed,
    }
    told = f"removed {found.contents:,} contents, {found.records:,} records and {found.leftovers:,} leftovers"
    return document, f"{told}: {size_text(found.freed)}"


def size_text(size: int) -> str:
    """Write a number of bytes for people, in thousands."""
    shown = float(size)
    for unit in _UNITS:
        if shown < _THOUSAND or unit == _UNITS[-1]:
            return f"{size} B" if not unit else f"{shown:.1f} {unit}B"
        shown /= _THOUSAND
    raise AssertionError("the last unit takes everything")


_DONE = {"stats": _stats, "verify": _verify, "gc": _gc, "clear": _clear}
