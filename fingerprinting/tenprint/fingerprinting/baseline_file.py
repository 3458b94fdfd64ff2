"""Baselines as bytes: what a run that found nothing to do leaves for runs that find a few edited examples.

    <length of the head, 4 bytes> <head: JSON, ASCII> <the digests of all editable items, sorted>

Only the caller knows whether the bytes are those that were written; nothing in them can be executed. Pure.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting.example_edits import Baseline
from tenprint.fingerprinting.plan import HalfState, Situation, TrainerState
from tenprint.fingerprinting.sections import Section
from tenprint.importers import Location, Problem

_LENGTH = struct.Struct(">I")


def written_baseline(baseline: Baseline, beside: Mapping[str, Any]) -> bytes:
    """Write a baseline down, and what a caller wants to know beside it."""
    head = {
        "situation": _written(baseline.situation),
        "source": baseline.source,
        "problems": [problem.to_json() for problem in baseline.problems],
        "beside": beside,
    }
    raw = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(raw)), raw, baseline.digests))


def read_baseline(content: bytes) -> tuple[Baseline, Any]:
    """Read a baseline back, with what stands beside it.

    Raises:
        ValueError: These bytes are none; as KeyError, TypeError or struct.error for whatever is missing in them.
    """
    start = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    head = json.loads(content[_LENGTH.size : start])
    problems = tuple(_problem(problem) for problem in head["problems"])
    return Baseline(_situation(head["situation"]), head["source"], problems, content[start:]), head["beside"]


def _written(situation: Situation) -> dict[str, Any]:
    return {
        "new": situation.new,
        "old": situation.old,
        "halves": [_written_half(half) for half in (situation.core, situation.nlu)],
        "model": situation.model,
        "end_to_end": situation.has_end_to_end_texts,
        "trainer": [situation.trainer.identity, situation.trainer.recorded, situation.trainer.domain_replaceable],
        "sections": [[section.name, section.relevant_keys] for section in situation.sections],
    }


def _written_half(half: HalfState) -> list[Any]:
    recorded = None if half.recorded is None else dict(half.recorded)
    return [half.has_data, half.in_model, dict(half.identities), recorded]


def _situation(written: Any) -> Situation:
    core, nlu = (HalfState(*half) for half in written["halves"])
    identity, recorded, replaceable = written["trainer"]
    return Situation(
        written["new"],
        written["old"],
        core,
        nlu,
        written["model"],
        has_end_to_end_texts=written["end_to_end"],
        trainer=TrainerState(identity, recorded, domain_replaceable=replaceable),
        sections=tuple(Section(name, tuple(keys)) for name, keys in written["sections"]),
    )


def _problem(written: Any) -> Problem:
    return Problem(
        written["code"],
        written["message"],
        None if written["location"] is None else Location(**written["location"]),
        written["hint"],
        written["severity"],
        tuple(Location(**place) for place in written["related"]),
    )
