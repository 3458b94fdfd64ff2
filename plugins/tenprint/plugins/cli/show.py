"""tenprint show."""

from typing import Any

import click

from tenprint.plugins.cli.context import json_option, opened, project_directory, project_options, run_async
from tenprint.plugins.cli.failures import print_json, print_text

PROJECT_SCHEMA = "tenprint.project/1"

_VIEWS = ("counts", "config", "sources", "conflicts")
"""What has no name of its own."""


@click.command()
@click.argument("what", default="counts")
@click.argument("name", required=False)
@project_options
@click.option("--blame", is_flag=True, help="Say of everything where it comes from and what it overrode.")
@click.option("--all", "everything", is_flag=True, help="List all related items instead of the first ten.")
@json_option
def command(*, what: str, name: str | None, blame: bool, everything: bool, as_json: bool, **paths: Any) -> int:
    """Show what the project holds, all sources merged.

    WHAT is `counts` (the default); `config`: the configuration as it counts, with the default pipeline or policies
    where it has none; `sources`: what was found in every file, and why a file was left out; or `conflicts`: on what the
    sources disagree.

    With a NAME, WHAT is intent, response, story, rule, slot, entity, form, action, synonym, regex or lookup: all that
    is said about it, where, and what that overrode; its examples, and who uses it. Kinds of item that plugins add are
    asked for in the same way. Without a NAME all are listed.

    With --blame everything that counts is listed with its place, or with `config` its keys and components alone.

    Values of environment variables are part of what is shown.
    """
    _check(what, name, paths["directory"])
    if what in ("sources", "conflicts"):
        _show_merging(what, as_json=as_json, paths=paths)
    elif what in _VIEWS and not blame:
        _show_whole(what, as_json=as_json, paths=paths)
    else:
        most = None if everything or as_json else _most_related()
        _show_origins(what, name, most=most, as_json=as_json, paths=paths)
    return 0


def _check(what: str, name: str | None, directory: str | None) -> None:
    """Refuse what cannot be asked for, before any data is read.

    Raises:
        UsageError: There is no such thing, or it has no names.
    """
    from tenprint.importers.kinds import BUILT_IN_KINDS  # noqa: PLC0415 - after the options are parsed
    from tenprint.importers.reading import nearest  # noqa: PLC0415 - as above
    from tenprint.plugins.reports import all_subjects  # noqa: PLC0415 - as above

    known = (*_VIEWS, *all_subjects())
    if what not in known:
        # A kind that a plugin adds; others need no plugins to be known.
        known = (*_VIEWS, *all_subjects([*BUILT_IN_KINDS, *_kinds_of_plugins(directory)]))
    if what not in known:
        raise click.UsageError(f"there is no {what!r} to show: {nearest(what, known) or ', '.join(known)}")
    if what in _VIEWS and name is not None:
        raise click.UsageError(f"{what} has no names: leave out {name!r}")


def _kinds_of_plugins(directory: str | None) -> list[Any]:
    from tenprint.plugins.opening import project_registry  # noqa: PLC0415 - only for a name that is not one of ours

    return [registered.provided for registered in project_registry(project_directory(directory)).kinds.values()]


def _most_related() -> int:
    from tenprint.plugins.reports import MOST_RELATED  # noqa: PLC0415 - after the options are parsed

    return MOST_RELATED


def _show_whole(what: str, *, as_json: bool, paths: dict[str, Any]) -> None:
    from tenprint.plugins.reports import (  # noqa: PLC0415 - after the options are parsed
        config_text,
        counts_text,
        project_counts,
        source_documents,
    )

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.blame(), await project.data(), project.importer

    blame, project, importer = run_async(make)
    counts = project_counts(blame.snapshot, project)
    if as_json:
        sources = source_documents(blame, importer)
        print_json({"schema": PROJECT_SCHEMA, "counts": counts, "sources": sources, "config": project.config})
    else:
        print_text(config_text(project.config) if what == "config" else counts_text(counts))


def _show_merging(what: str, *, as_json: bool, paths: dict[str, Any]) -> None:
    """Show sources or conflicts; also of data that is wrong, because they may tell why."""
    from tenprint.plugins.reports import (  # noqa: PLC0415 - after the options are parsed
        conflict_documents,
        conflicts_text,
        file_documents,
        source_documents,
        sources_text,
        transform_documents,
    )

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.blame(checked=False), project.importer

    blame, importer = run_async(make)
    sources = source_documents(blame, importer)
    shown = file_documents(blame) if what == "sources" else conflict_documents(blame)
    if as_json:
        key = "files" if what == "sources" else what
        transforms = {"transforms": transform_documents(blame)} if what == "sources" else {}
        print_json({"schema": PROJECT_SCHEMA, "sources": sources, key: shown, **transforms})
    else:
        through = transform_documents(blame)
        print_text(sources_text(sources, shown, through) if what == "sources" else conflicts_text(shown))


def _show_origins(what: str, name: str | None, *, most: int | None, as_json: bool, paths: dict[str, Any]) -> None:
    from tenprint.importers.kinds import CONFIG  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.reports import (  # noqa: PLC0415 - as above
        all_subjects,
        blame_text,
        item_documents,
        source_documents,
        subject_document,
        subject_text,
    )

    async def make() -> Any:
        async with opened(**paths) as project:
            return await project.blame(), project.importer

    blame, importer = run_async(make)
    known = all_subjects(blame.rules.kinds)
    key, text = "items", ""
    shown: Any
    if name is not None:
        key, shown = "item", subject_document(blame, known[what], name, most=most)
        text = subject_text(shown)
    else:
        own = CONFIG.item_names
        kinds = None if what == "counts" else own if what == "config" else known[what].parts[0].kinds
        shown = item_documents(blame, blame.origins(kinds))
        text = blame_text(shown, blame.rules.item_kinds())
    if as_json:
        print_json({"schema": PROJECT_SCHEMA, "sources": source_documents(blame, importer), key: shown})
    else:
        print_text(text)
