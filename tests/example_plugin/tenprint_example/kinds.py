"""The kind `flows`.

A flow is two items: its steps, on which Core is trained, and its description, which nobody is trained on. So a new
description is a change that makes nothing due.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tenprint.importers import Facets, ItemTable, Path, Problem, canonical_digest
from tenprint.importers.data import DEFAULT_ACTIONS
from tenprint.importers.kinds import Identity, ItemKind, Kind, NamedValue, Names, Reader, as_it_is, whole
from tenprint_example.flows import STEP_KEYS, Flow, Flows, FlowStep

KEY = "flows"

_ACTION_KINDS = ("action", "response", "retrieval-response", "form")


def _read(reader: Reader) -> None:
    """Emit the items of a document; what is wrong is reported at its place and left out."""
    flows = reader.mapping(reader.root[KEY], KEY, reader.root.value_place(KEY))
    for name, content, place, content_place in reader.members(flows, KEY) if flows is not None else ():
        what = f"the flow {name!r}"
        body = reader.mapping(content, what, content_place)
        if body is None:
            continue
        reader.check_keys(body, ("description", "steps"), what)
        if "description" in body:
            text = reader.text(body["description"], f"description of {what}", body.value_place("description"))
            if text is not None:
                reader.emit("flow-description", (KEY, name, "description"), str(text), body.key_place("description"))
        if "steps" not in body:
            reader.report("flow-without-steps", f"{what} has no steps", place, hint="list them under `steps:`")
            continue
        steps = [_step(reader, entry, where, what) for entry, where in reader.entries(body, "steps", "steps")]
        reader.emit("flow", (KEY, name), Flow(name, tuple(step for step in steps if step is not None)), place)


def _step(reader: Reader, entry: Any, place: tuple[int, int], what: str) -> FlowStep | None:
    node = reader.mapping(entry, f"a step of {what}", place)
    if node is None:
        return None
    keys = [key for key in STEP_KEYS if key in node]
    if len(node) != 1 or not keys:
        hint = f"write one of {', '.join(STEP_KEYS)} with a name"
        reader.report("flow-step", f"a step of {what} must say one thing", place, hint=hint)
        return None
    name = reader.text(node[keys[0]], f"`{keys[0]}` of a step of {what}", node.value_place(keys[0]))
    return None if name is None else FlowStep(keys[0], str(name).strip())


def _itemise(kind: str, path: Path, flow: Flow) -> tuple[bytes, Facets]:
    """Digest the steps; the facets are the names it mentions, by which reports and checks find it."""
    digest = canonical_digest((kind, path, tuple((step.does, step.name) for step in flow.steps)))
    mentioned = {"actions": flow.named("action"), "links": flow.named("link"), "slots": flow.named("collect")}
    return digest, tuple((facet, tuple(sorted(names))) for facet, names in sorted(mentioned.items()) if names)


def _rename(path: Path, value: Any, names: Names) -> tuple[Path, Any]:
    """Give a flow and what it mentions other names: those of a namespace, or without the mark of an overlay."""
    name = names("flow", path[1])
    renamed = (path[0], name, *path[2:])
    if not isinstance(value, Flow):
        return renamed, value
    what = {"action": "action", "collect": "slot", "link": "flow"}
    steps = tuple(FlowStep(step.does, names(what[step.does], step.name)) for step in value.steps)
    return renamed, replace(value, name=name, steps=steps)


def _take_apart(flows: Flows) -> Iterator[NamedValue]:
    for flow in flows.values():
        yield NamedValue("flow", (KEY, flow.name), replace(flow, description=""))
        if flow.description:
            yield NamedValue("flow-description", (KEY, flow.name, "description"), flow.description)


def _put_together(parts: Sequence[NamedValue]) -> Flows:
    """Make flows of any parts: a training gets no descriptions, and a description may have lost its flow."""
    described = {part.path[1]: part.value for part in parts if part.kind == "flow-description"}
    return {
        part.path[1]: replace(part.value, description=described.get(part.path[1], ""))
        for part in parts
        if part.kind == "flow"
    }


def _write(flows: Flows) -> Mapping[str, Any]:
    return {KEY: {flow.name: _written(flow) for flow in flows.values()}}


def _written(flow: Flow) -> dict[str, Any]:
    steps: list[dict[str, str]] = [{step.does: step.name} for step in flow.steps]
    return {"description": flow.description, "steps": steps} if flow.description else {"steps": steps}


def _check(table: ItemTable, flows: Flows) -> Iterator[Problem]:
    """Find links to flows that do not exist, and actions that nobody declares."""
    actions = {item.path[2] for item in table.of_kind(*_ACTION_KINDS)} | set(DEFAULT_ACTIONS)
    for item in table.of_kind("flow"):
        for name in sorted(set(item.names("links")) - flows.keys()):
            message = f"the flow {item.path[1]!r} links to {name!r}, which is no flow"
            yield Problem("unknown-flow", message, table.location(item), f"known flows: {', '.join(sorted(flows))}")
        for name in sorted(set(item.names("actions")) - actions):
            message = f"the flow {item.path[1]!r} runs {name!r}, which the domain does not declare"
            yield Problem("undeclared-action", message, table.location(item), "add it to the domain", "warning")


def _fault(path: Path, value: Any) -> str | None:
    """Refuse what the reader would not have made; asked about values that are made in code."""
    if not isinstance(value, Flow):
        return f"its value is {type(value).__name__}, not Flow"
    return "its description is an item of its own" if value.description or path != (KEY, value.name) else None


FLOWS = Kind(
    name="flows",
    keys=frozenset({KEY}),
    item_kinds=(
        ItemKind(
            "flow",
            Identity.ONE,
            _itemise,
            {"flows": "digest"},
            _rename,
            name_at=1,
            path_of=lambda flow: (KEY, flow.name),
            fault=_fault,
            namespaced=True,
        ),
        ItemKind(
            "flow-description", Identity.ONE, whole(as_it_is), {"flow-descriptions": "digest"}, _rename, name_at=1
        ),
    ),
    read=_read,
    take_apart=_take_apart,
    put_together=_put_together,
    write=_write,
    check=_check,
    trains={"flows": ("core",)},
)
