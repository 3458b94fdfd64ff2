"""Where things come from: as documents for programs, and as text that is made of those documents."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tenprint.importers import (
    TRANSFORMS,
    Blame,
    CombinedDataImporter,
    Location,
    Origin,
    Problem,
    ProblemsError,
    TrainingDataImporter,
    WrappingImporter,
    full_text,
    short_text,
)
from tenprint.importers.kinds import STORIES
from tenprint.importers.reading import nearest
from tenprint.plugins.reports.change_wording import source_text
from tenprint.plugins.reports.subjects import Part, Subject, all_subjects

MOST_RELATED = 10
"""Related items that are printed without being asked for; an intent may have thousands of examples."""

_INDENT = "  "

Shown = dict[str, Any]


def item_documents(blame: Blame, origins: Iterable[Origin], *, values: bool = True) -> list[Shown]:
    """Describe every item that counts; without `values` only those that overrode something have theirs."""
    return [
        _item(blame, origin, position, values=values or bool(origin.overrode))
        for origin in origins
        for position in origin.counts
    ]


def _item(blame: Blame, origin: Origin, position: int, *, values: bool) -> Shown:
    """Describe one item; what an ordered list overrode stands with its last entry."""
    item = blame.item(position)
    is_last = position == origin.counts[-1]
    shown: Shown = {"kind": item.kind, "name": blame.name(item), "path": list(item.path)}
    if values:
        shown["value"] = blame.value(position)
    return {
        **shown,
        "location": blame.location(position).to_json(),
        "default": blame.is_default(position),
        "transforms": list(item.names(TRANSFORMS)),
        "overrides": [
            {
                "name": blame.name(blame.item(lost.position)),
                "value": blame.value(lost.position),
                "location": blame.location(lost.position).to_json(),
                "level": lost.level,
                "policy": lost.policy,
            }
            for lost in (origin.overrode if is_last else ())
        ],
        "also": [blame.location(place).to_json() for place in (origin.also if is_last else ())],
    }


def subject_document(blame: Blame, subject: Subject, name: str, *, most: int | None = None) -> Shown:
    """Describe all that has to do with a name, at most so many items of each related part.

    Raises:
        ProblemsError: There is no such name.
    """
    found: list[tuple[Part, list[Origin]]] = []
    known: set[str] = set()
    origins = blame.origins(subject.kinds())
    for part in subject.parts:
        own: list[Origin] = []
        for origin in origins:
            if origin.kind in part.kinds:
                names = set(_names(blame, part, origin))
                known |= names if part.declares else set()
                own += [origin] if part.is_about(name, names) else []
        found.append((part, own))
    if name not in known:
        hint = _elsewhere(blame, name) or nearest(name, known, otherwise="known names")
        hint = hint or "`tenprint show --blame` lists what there is"
        raise ProblemsError([Problem("unknown-name", f"there is no {subject.name} {name!r}", None, hint)])
    return {
        "what": subject.name,
        "name": name,
        "items": [
            document for part, own in found if not part.title for document in item_documents(blame, own, values=True)
        ],
        "related": [
            {
                "title": part.title,
                "total": len(own),
                "items": item_documents(blame, own[:most], values=part.show_values),
            }
            for part, own in found
            if part.title
        ],
    }


def _names(blame: Blame, part: Part, origin: Origin) -> Iterator[str]:
    for position in origin.counts:
        yield from part.names(blame.item(position))
        if part.in_value is not None:
            yield from part.in_value(blame.value(position))


def _elsewhere(blame: Blame, name: str) -> str | None:
    """Say what else has the name that something was asked for by."""
    for other in all_subjects(blame.rules.kinds).values():
        for part in (part for part in other.parts if part.declares):
            if any(name in _names(blame, part, origin) for origin in blame.origins(part.kinds)):
                return f"there is one of another kind: `tenprint show {other.name} {shlex.quote(name)}`"
    return None


def source_documents(blame: Blame, importer: TrainingDataImporter) -> list[Shown]:
    """Describe the sources in order of precedence; `importer` is that of the whole project."""
    importers = {each.source_name: each.NAME or type(each).__qualname__ for each in _sources_of(importer)}
    documents = [document.id.source for document in blame.snapshot.documents]
    return [
        {
            "name": state.name,
            "importer": importers.get(state.name),
            "revision": state.revision,
            "status": state.status,
            "documents": documents.count(state.name),
        }
        for state in blame.snapshot.sources
    ]


def _sources_of(importer: TrainingDataImporter) -> Iterator[TrainingDataImporter]:
    """Yield the importers that read, without those around them."""
    if isinstance(importer, WrappingImporter):
        yield from _sources_of(importer.importer)
    elif isinstance(importer, CombinedDataImporter):
        for each in importer.importers:
            yield from _sources_of(each)
    else:
        yield importer
        # Importers of what the data of this one names.
        yield from getattr(importer, "nested", ())


def file_documents(blame: Blame) -> list[Shown]:
    """Describe what was found in every document, and in which files nothing was, and why."""
    snapshot = blame.snapshot
    found: list[dict[str, int]] = [{} for _ in snapshot.documents]
    counting = [0 for _ in snapshot.documents]
    for row in snapshot.unmerged.rows:
        found[row[4]][row[0]] = found[row[4]].get(row[0], 0) + 1
    for row in snapshot.table.rows:
        counting[row[4]] += 1
    problems: dict[tuple[str, str], list[Problem]] = {}
    for problem in snapshot.problems:
        if problem.location is not None:
            problems.setdefault((problem.location.source, problem.location.path), []).append(problem)
    shown: dict[tuple[str, str], Shown] = {}
    for document, items, counts in zip(snapshot.documents, found, counting, strict=True):
        place = document.id.source, document.id.path
        shown[place] = {
            "source": place[0],
            "path": place[1],
            "role": document.role,
            "kinds": list(document.kinds),
            "items": items,
            "counting": counts,
            "ignored": None if document.kinds else _why(problems.get(place, [])),
        }
    for place, reasons in problems.items():
        if place not in shown and any(problem.code == "unused-file" for problem in reasons):
            nothing: Shown = {"role": None, "kinds": [], "items": {}, "counting": 0, "ignored": _why(reasons)}
            shown[place] = {"source": place[0], "path": place[1], **nothing}
    return list(shown.values())


def _why(problems: Sequence[Problem]) -> str:
    return "; ".join(problem.message for problem in problems) or "nothing in it is read"


def conflict_documents(blame: Blame) -> list[Shown]:
    """Describe every disagreement of the sources with both sides."""
    conflicts = blame.snapshot.conflicts
    return [
        {
            "what": blame.called(conflict.kept),
            "policy": conflict.policy,
            "kept": {"value": kept, "location": blame.location_of(conflict.kept).to_json()},
            "dropped": {"value": dropped, "location": blame.location_of(conflict.dropped).to_json()},
        }
        for conflict, (kept, dropped) in zip(conflicts, blame.values_of(conflicts), strict=True)
    ]


# Text


def blame_text(items: Sequence[Shown], kinds: Collection[str]) -> str:
    """One line for each item, grouped by kind; what it overrode stands below it."""
    by_kind: dict[str, list[Shown]] = {kind: [] for kind in kinds}
    for item in items:
        by_kind.setdefault(item["kind"], []).append(item)
    groups = [
        "\n".join([f"{kind.replace('-', ' ')} ({len(own)})", *_table(own)]) for kind, own in by_kind.items() if own
    ]
    return "\n\n".join(groups) or "nothing"


def _table(items: Sequence[Shown]) -> Iterator[str]:
    width = min(max(len(item["name"]) for item in items), 40)
    for item in items:
        said = _said(item)
        yield f"{_INDENT}{item['name']:{width}}  {f'{said}  ' if said else ''}{_where(item)}"
        yield from _overridden(item, _INDENT * 3)


def _said(item: Shown) -> str:
    """Value of an item in short, unless its name says it all."""
    value = item.get("value")
    if item["kind"] in STORIES.item_names or value in ({}, [], None, "", item["path"][-1]):
        return ""
    if isinstance(value, dict) and value.get("name") == item["path"][-1]:
        value = {key: entry for key, entry in value.items() if key != "name"}
    return short_text(value) if value else ""


def _overridden(item: Shown, indent: str) -> Iterator[str]:
    for lost in item["overrides"]:
        other = "" if lost["name"] == item["name"] else f"{lost['name']} "
        how = f"({lost['policy']} for {lost['level']})"
        yield f"{indent}instead of {other}{short_text(lost['value'])}  {_place(lost['location'])}  {how}"
    for place in item["also"]:
        yield f"{indent}the same again  {_place(place)}"


def subject_text(document: Shown) -> str:
    """What a name stands for, whole; then what has to do with it, a line each."""
    lines = []
    for item in document["items"]:
        lines.append(f"{item['kind'].replace('-', ' ')} {item['name']}  {_where(item)}")
        if item["value"] not in ({}, [], None, ""):
            lines += [_INDENT + line for line in full_text(item["value"]).splitlines()]
        lines += _overridden(item, _INDENT)
    if not document["items"]:
        lines.append(f"{document['what']} {document['name']}, which is declared nowhere")
    for related in document["related"]:
        if related["total"]:
            lines += ["", f"{related['title']} ({related['total']})", *_related(related)]
    return "\n".join(lines)


def _related(related: Shown) -> Iterator[str]:
    for item in related["items"]:
        yield f"{_INDENT}{_label(item)}  {_where(item)}"
        yield from _overridden(item, _INDENT * 3)
    left = related["total"] - len(related["items"])
    if left > 0:
        yield f"{_INDENT}... and {left} more; --all lists them"


def _label(item: Shown) -> str:
    value = item.get("value")
    if item["kind"] in STORIES.item_names or value is None:
        return f"{item['kind']} {item['name']}"
    return value if isinstance(value, str) else f"{item['name']}: {short_text(value)}"


def transform_documents(blame: Blame) -> list[Shown]:
    """Describe what the data went through: the transforms of each source, then those of the whole project."""
    return [transform.to_json() for transform in blame.snapshot.transforms]


def sources_text(sources: Sequence[Shown], files: Sequence[Shown], transforms: Sequence[Shown] = ()) -> str:
    """A paragraph for each source: what it is, what was found in each of its files, and what that went through."""
    paragraphs = []
    for source in sources:
        of = f", importer {source['importer']}" if source["importer"] not in (None, source["name"]) else ""
        lines = [f"{source_text(source['name'], source['revision'])}{of}, {source['status']}"]
        own = [file for file in files if file["source"] == source["name"]]
        width = max((len(file["path"]) for file in own), default=0)
        lines += [f"{_INDENT}{file['path']:{width}}  {_found(file)}" for file in own]
        lines += [f"{_INDENT}{_through(each)}" for each in transforms if each["source"] == source["name"]]
        paragraphs.append("\n".join(lines))
    whole = [f"{_INDENT}{_through(each)}" for each in transforms if each["source"] is None]
    paragraphs += ["\n".join(["the whole project", *whole])] if whole else []
    return "\n\n".join(paragraphs)


def _through(transform: Shown) -> str:
    options = {option: value for option, value in transform["options"].items() if value not in (None, (), "")}
    told = f", {short_text(options)}" if options else ""
    place = transform["location"]
    written = "" if place is None else f"  {place['path']}:{place['line']}"
    return f"through {transform['name']} {transform['version']}, seed {transform['seed']}{told}{written}"


def _found(file: Shown) -> str:
    if file["ignored"] is not None:
        return f"ignored: {file['ignored'].splitlines()[0]}"
    items = ", ".join(f"{kind.replace('-', ' ')} {count}" for kind, count in file["items"].items()) or "nothing"
    lost = sum(file["items"].values()) - file["counting"]
    if file["role"] == "tests":
        return "conversation tests: not trained on"
    return f"{' + '.join(file['kinds'])}: {items}{f'; {lost} of them overridden or repeated' if lost else ''}"


def conflicts_text(conflicts: Sequence[Shown]) -> str:
    """Two lines for each disagreement, the side that counts first."""
    if not conflicts:
        return "no conflicts"
    return "\n\n".join(
        f"{each['what']} ({each['policy']})\n"
        f"{_INDENT}counts      {short_text(each['kept']['value'])}  {_place(each['kept']['location'])}\n"
        f"{_INDENT}instead of  {short_text(each['dropped']['value'])}  {_place(each['dropped']['location'])}"
        for each in conflicts
    )


def _where(item: Shown) -> str:
    """Place of an item, and which transforms have made of it what it is now."""
    made_by = f"  by {', '.join(item['transforms'])}" if item["transforms"] else ""
    return f"{_place(item['location'])}{made_by}"


def _place(location: Mapping[str, Any]) -> str:
    where = Location(location["source"], location["path"], location["line"], location["column"])
    return f"{where}  [{source_text(location['source'], location['revision'])}]"
