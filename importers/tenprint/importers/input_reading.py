"""Importers and transforms as readers: what they declare, as it is before they read, and what they read without that.

What is ours is not watched: it reads what it is told to, and all of it is documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio.to_thread

from tenprint.importers.adapted import in_plain_thread
from tenprint.importers.canonical import canonical_digest
from tenprint.importers.digest import digest_text
from tenprint.importers.errors import SourceError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.importer import ImporterContext, TrainingDataImporter
from tenprint.importers.inputs import (
    Access,
    AuditMode,
    InputState,
    Reader,
    checked_inputs,
    input_states,
    inputs_digest,
    undeclared_reads,
)
from tenprint.importers.problem import Problem
from tenprint.importers.remote import RemoteImporter
from tenprint.importers.snapshot import Snapshot, SourceState
from tenprint.importers.transform import Transform

_OURS = "tenprint."
_FOREIGN = "tenprint.plugins.rasa"
"""Classes there are made of classes of another program."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader declares, and how that was before it read; `trusted` are those that are not watched."""

    reader: Reader
    states: tuple[InputState, ...]
    trusted: bool = False

    def undeclared(
        self, accesses: Iterable[Access], mode: AuditMode, known: Iterable[Path] = ()
    ) -> tuple[Problem, ...]:
        if mode == "off" or self.trusted:
            return ()
        return undeclared_reads(accesses, replace(self.reader, known=(*self.reader.known, *known)), mode)


async def reading_of_importer(importer: TrainingDataImporter) -> Reading:
    """Ask an importer what it declares, and look at that.

    Raises:
        SourceError: It fails to say, or what it names cannot be read.
        ProblemsError: Its answer is no `Inputs`.
    """
    name, context = importer.source_name, importer.context
    inside = _inside(importer)
    owner = f"importer {name}"
    with foreign_code(lambda chain: SourceError(f"declared_inputs of the {owner} failed: {chain}")):
        answer = await importer.declared_inputs()
    inputs = checked_inputs(answer, owner)
    described = f"the importer {name!r} ({_class_of(inside)})"
    reader = Reader(described, inputs, context.project, context.place_of(None))
    states = await _states(reader, owner, context)
    if isinstance(inside, RemoteImporter):
        # It reads over a network by its nature, what it fetched has a revision, and it keeps that in the cache.
        judged = replace(inputs, versions={**inputs.versions, inside.NAME: "its revision"})
        reader = replace(reader, inputs=judged, known=(inside.store.root,))
    return Reading(reader, states, _is_ours(inside))


async def reading_of_transform(transform: Transform, context: ImporterContext) -> Reading:
    """Ask a transform what it declares, and look at that; see `reading_of_importer`."""
    owner = f"transform {transform.NAME}"
    with foreign_code(lambda chain: SourceError(f"declared_inputs of the {owner} failed: {chain}")):
        answer = await in_plain_thread(transform.declared_inputs)
    described = f"the transform {transform.NAME!r} ({_class_of(transform)})"
    reader = Reader(described, checked_inputs(answer, owner), context.project, transform.context.place_of(None))
    return Reading(reader, await _states(reader, owner, context), _is_ours(transform))


async def _states(reader: Reader, owner: str, context: ImporterContext) -> tuple[InputState, ...]:
    if not reader.inputs:
        return ()
    environment = context.rules.environment
    look = partial(input_states, reader.inputs, owner=owner, project=context.project, environment=environment)
    return await anyio.to_thread.run_sync(look)


def with_reading(
    snapshot: Snapshot, importer: TrainingDataImporter, reading: Reading, accesses: Iterable[Access]
) -> Snapshot:
    """Add to the snapshot of an importer what it has declared, and what it has read without that."""
    documents = [Path(document.id.path) for document in snapshot.documents if isinstance(document.content, bytes)]
    problems = reading.undeclared(accesses, importer.context.audit, documents)
    if not reading.states and not problems:
        return snapshot
    sources = snapshot.sources
    if reading.states and not isinstance(_inside(importer), RemoteImporter):
        sources = tuple(_revised(state, reading.states) for state in sources)
    return replace(
        snapshot,
        sources=sources,
        inputs=(*snapshot.inputs, *reading.states),
        problems=(*snapshot.problems, *problems),
    )


def _revised(state: SourceState, states: tuple[InputState, ...]) -> SourceState:
    """Let the inputs count for the revision; that of a remote source stays, because a lock names it."""
    return replace(state, revision=digest_text(canonical_digest(("revision", state.revision, inputs_digest(states)))))


def _inside(importer: TrainingDataImporter) -> TrainingDataImporter:
    """Return the importer that transforms stand around."""
    inside: TrainingDataImporter = getattr(importer, "importer", importer)
    return inside


def _is_ours(plugin: object) -> bool:
    module = type(plugin).__module__
    return module.startswith(_OURS) and not module.startswith(_FOREIGN)


def _class_of(plugin: object) -> str:
    return f"{type(plugin).__qualname__} of {type(plugin).__module__}"
